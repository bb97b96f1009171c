"""What can a person do with reviews?

https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests
"""

from __future__ import annotations

from sandbox.errors import Problem, Unprocessable
from sandbox.nouns.things import Edit, PullRequest, Review, ReviewState
from sandbox.world.acting import check_length
from sandbox.world.on_pulls import OnPulls


class OnReviews(OnPulls):
    """Reviewing, editing and dismissing reviews."""

    def review(self, pull: PullRequest, state: ReviewState, body: str = "") -> Review:
        """Anybody who can read may review, but nobody approves their own work.

        https://docs.github.com/en/rest/pulls/reviews#create-a-review-for-a-pull-request
        """
        issue = self.conversation_open_to(pull)
        if self.is_author(issue) and state != "COMMENTED":
            verb = "approve" if state == "APPROVED" else "request changes on"
            message = f"Can not {verb} your own pull request"
            raise Unprocessable(message)
        if state != "APPROVED" and not body.strip():
            raise Unprocessable("Validation Failed", Problem("Review", "body", "missing_field"))
        check_length("PullRequestReview", "body", body)
        review = Review(
            self.world.next_id(),
            pull,
            self.user,
            state,
            body,
            pull.head_sha,
            self.now(),
            self.now(),
        )
        pull.reviews.append(review)
        self.note(issue, "reviewed", review=review)
        self.tell_review(review, "submitted")
        return review

    def edit_review(self, review: Review, body: str) -> None:
        self.need(review.pull.repository, "write", unless=review.author is self.user)
        check_length("PullRequestReview", "body", body)
        before, review.body = review.body, body
        review.edits.append(Edit(self.user, before, self.now()))
        review.updated_at = self.now()
        self.tell_review(review, "edited", changes={"body": {"from": before}})

    def dismiss_review(self, review: Review, message: str = "Out of date") -> None:
        """The review stays, and counts no more.

        https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/dismissing-a-pull-request-review
        """
        self.need(review.pull.repository, "write")
        if review.state not in {"APPROVED", "CHANGES_REQUESTED"}:
            raise Unprocessable("Can not dismiss a commented pull request review")
        review.dismissed_as, review.state = review.state, "DISMISSED"
        review.updated_at = self.now()
        self.note(review.pull.issue, "review_dismissed", state_reason=message, review=review)
        self.tell_review(review, "dismissed")
