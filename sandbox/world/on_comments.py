"""What can a person do with comments and reactions?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import NotFound, Problem, Unprocessable
from sandbox.nouns.things import Comment, Deletion, Edit, Issue, Reaction
from sandbox.payloads import issues as payloads
from sandbox.world.acting import Subject, check_length
from sandbox.world.on_forms import OnForms

if TYPE_CHECKING:
    from sandbox.nouns.outgoing import Payload


class OnComments(OnForms):
    """Commenting, editing and deleting comments, reacting."""

    def comment(self, subject: Subject, body: str) -> Comment:
        """Anybody who can read may comment, unless the conversation is locked."""
        issue = self.conversation_open_to(subject)
        if not body.strip():
            problem = Problem("IssueComment", "data", "unprocessable", "Body cannot be blank")
            raise Unprocessable("Validation Failed", problem)
        check_length("IssueComment", "body", body)
        comment = Comment(
            self.world.next_id(), issue, self.user, body, self.now(), self.now(), self.via
        )
        issue.comments.append(comment)
        issue.updated_at = self.now()
        self._tell_comment(comment, "created")
        return comment

    def edit_comment(self, comment: Comment, body: str) -> None:
        """One's own, or anybody's with write access."""
        self._touch(comment)
        check_length("IssueComment", "body", body)
        before, comment.body = comment.body, body
        comment.edits.append(Edit(self.user, before, self.now()))
        comment.updated_at = self.now()
        self._tell_comment(comment, "edited", changes={"body": {"from": before}})

    def delete_comment(self, comment: Comment) -> None:
        """One's own, or anybody's with write access."""
        self._touch(comment)
        comment.deleted = True
        comment.issue.comments.remove(comment)
        comment.issue.deletions.append(Deletion(self.user, comment.author, self.now()))
        comment.issue.updated_at = self.now()
        self._tell_comment(comment, "deleted")

    def react(self, target: Comment | Issue, content: str) -> Reaction:
        """Reacting twice in the same way is reacting once.

        https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-an-issue-comment
        """
        issue = target.issue if isinstance(target, Comment) else target
        self.conversation_open_to(issue)
        if content not in payloads.CONTENTS:
            raise Unprocessable("Validation Failed", Problem("Reaction", "content", "invalid"))
        for each in target.reactions:
            if each.user is self.user and each.content == content:
                return each
        reaction = Reaction(self.world.next_id(), self.user, content, self.now())
        target.reactions.append(reaction)
        self.world.changed()
        return reaction

    def unreact(self, target: Comment | Issue, reaction: Reaction) -> None:
        """Only one's own."""
        if reaction not in target.reactions or reaction.user is not self.user:
            raise NotFound
        target.reactions.remove(reaction)
        self.world.changed()

    def _touch(self, comment: Comment) -> None:
        """Raise unless this actor may change the comment. Apps change their own only."""
        self.read(comment.issue)
        if comment.deleted:
            raise NotFound
        self.need(comment.issue.repository, "write", unless=comment.author is self.user)

    def _tell_comment(self, comment: Comment, action: str, **more: object) -> None:
        body: Payload = {
            "issue": payloads.webhook_issue(self.world, comment.issue),
            "comment": payloads.comment(self.world, comment),
            **more,
        }
        self.world.tell("issue_comment", action, comment.issue.repository, self.user, body)
