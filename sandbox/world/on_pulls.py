"""What can a person do with pull requests and reviews?

https://docs.github.com/en/pull-requests/collaborating-with-pull-requests
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import Conflict, Forbidden, NotAllowed, Problem, Unprocessable
from sandbox.nouns.things import Branch, PullRequest, Repository, Review, ReviewState
from sandbox.payloads import pulls as payloads
from sandbox.world.acting import check_length
from sandbox.world.on_code import OnCode, after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.nouns.things import Commit, Files


class OnPulls(OnCode):
    """Opening, moving, reviewing and merging pull requests."""

    def open_pull(  # what the form asks for, and where the work is  # each is one thing that the reader names
        self,
        repository: Repository,
        title: str,
        body: str = "",
        files: Mapping[str, str | None] | None = None,
        branch: str = "patch-1",
        *,
        from_fork: bool = False,
        draft: bool = False,
        base: str | None = None,
    ) -> PullRequest:
        """Push `files` to a branch (of a fork, for people without write access), and propose it."""
        self.need(repository, "read")
        home = self.fork(repository) if from_fork else repository
        self.need(home, "write")
        if files:
            self.commit_on(home, branch, files, title)
        return self.propose(repository, title, body, home, branch, base=base, draft=draft)

    def propose(  # each is one thing that the reader names
        self,
        repository: Repository,
        title: str,
        body: str,
        home: Repository,
        branch: str,
        *,
        base: str | None = None,
        draft: bool = False,
    ) -> PullRequest:
        """Open a pull request for a branch that is there already."""
        target = base or repository.default_branch
        head, start = home.head(branch), repository.head(target)
        if head is None or start is None or branch not in home.branches:
            raise Unprocessable("Validation Failed", Problem("PullRequest", "head", "invalid"))
        ahead = self._ahead(repository, home, head, start)
        if not ahead:
            message = f"No commits between {target} and {branch}"
            problem = Problem("PullRequest", "head", "custom", message)
            raise Unprocessable("Validation Failed", problem)
        issue = self.new_issue(repository, title, body)
        sha = ahead[0].parents[0]
        pull = PullRequest(
            self.world.next_id(), issue, home, branch, head.sha, target, sha, draft, ahead
        )
        issue.pull = pull
        repository.commits |= {each.sha: each for each in ahead}
        self.tell_pull(pull, "opened")
        return pull

    def _ahead(
        self, repository: Repository, home: Repository, head: Commit, start: Commit
    ) -> list[Commit]:
        """The commits of the branch that the base does not have, oldest first."""
        known, at = set(), start
        while True:
            known.add(at.sha)
            if not at.parents:
                break
            at = repository.commits[at.parents[0]]
        found: list[Commit] = []
        at = head
        while at.sha not in known and at.parents:
            found.insert(0, at)
            at = home.commits[at.parents[0]]
        return found

    def fork(self, repository: Repository) -> Repository:
        """The actor's own copy; there is one per account."""
        for each in self.world.repositories.values():
            if each.parent is repository and each.owner is self.user:
                return each
        copy = self.world.add_repository(f"{self.user.login}/{repository.name}")
        copy.parent = repository
        copy.commits = dict(repository.commits)
        main = repository.branches[repository.default_branch]
        copy.default_branch = repository.default_branch
        copy.branches = {main.name: Branch(main.name, main.sha)}
        return copy

    def push_to_pull(
        self, pull: PullRequest, files: Mapping[str, str | None], message: str = "Address review"
    ) -> Commit:
        """`synchronize`."""
        return self.push(pull.head_repository, files, message, pull.head_branch)

    def edit_pull(
        self, pull: PullRequest, *, title: str | None = None, body: str | None = None
    ) -> None:
        self.edit_issue(pull, title=title, body=body)

    def close_pull(self, pull: PullRequest) -> None:
        self.close(pull)

    def reopen_pull(self, pull: PullRequest) -> None:
        self.reopen(pull)

    def ready_for_review(self, pull: PullRequest) -> None:
        self._set_draft(pull, "ready_for_review", draft=False)

    def convert_to_draft(self, pull: PullRequest) -> None:
        self._set_draft(pull, "converted_to_draft", draft=True)

    def _set_draft(self, pull: PullRequest, action: str, *, draft: bool) -> None:
        issue = self.read(pull)
        self.need(pull.repository, "write", unless=self.is_author(issue))
        if pull.draft is not draft:
            pull.draft = draft
            timeline = "convert_to_draft" if draft else "ready_for_review"
            self.note(issue, timeline)
            self.tell_pull(pull, action)

    # -- reviews -----------------------------------------------------------------------------

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
        before, review.body = review.body, body
        review.updated_at = self.now()
        self.tell_review(review, "edited", changes={"body": {"from": before}})

    def dismiss_review(self, review: Review, message: str = "Out of date") -> None:
        """The review stays, and counts no more.

        https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/dismissing-a-pull-request-review
        """
        self.need(review.pull.repository, "write")
        if review.state not in {"APPROVED", "CHANGES_REQUESTED"}:
            raise Unprocessable("Can not dismiss a commented pull request review")
        review.state = "DISMISSED"
        review.updated_at = self.now()
        self.note(review.pull.issue, "review_dismissed", state_reason=message, review=review)
        self.tell_review(review, "dismissed")

    # -- merging -----------------------------------------------------------------------------

    def merge(self, pull: PullRequest) -> Commit:
        """A merge commit on the base branch; on the default branch it closes what it names."""
        issue = self.read(pull)
        self.need(pull.repository, "write")
        self._mergeable(pull)
        repository = pull.repository
        tip = repository.head(pull.base_branch)
        if tip is None:
            raise Conflict("Base branch is gone")
        message = f"Merge pull request #{pull.number} from {pull.head_branch}\n\n{pull.title}"
        tree = after(tip.tree, _difference(pull))
        parents = (tip.sha, pull.head_sha)
        commit = self.world.make_commit(repository, self.user, message, parents, tree)
        pull.merged_at, pull.merged_by, pull.merge_sha = self.now(), self.user, commit.sha
        self.note(issue, "merged", commit_id=commit.sha)
        self.close_quietly(issue, None)
        self.move_branch(repository, pull.base_branch, commit)
        self.tell_pull(pull, "closed")
        if pull.base_branch == repository.default_branch:
            self.close_named_in(f"{pull.body}\n{pull.title}", repository, commit.sha)
        return commit

    def _mergeable(self, pull: PullRequest) -> None:
        if pull.issue.state != "open" or pull.draft:
            raise NotAllowed("Pull Request is not mergeable")
        if self.through is not None:
            raise Forbidden("Resource not accessible by integration")


def _difference(pull: PullRequest) -> dict[str, str | None]:
    head: Files = pull.repository.commits[pull.head_sha].tree
    return {each.path: head.get(each.path) for each in payloads.changes(pull)}
