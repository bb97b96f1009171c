"""What can a person do with issues?

https://docs.github.com/en/issues/tracking-your-work-with-issues
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import Forbidden, NotFound, Problem, Unprocessable
from sandbox.nouns.things import CloseReason, Edit, Issue, Label, Repository
from sandbox.payloads import issues as payloads
from sandbox.payloads import repositories as repository_payloads
from sandbox.world.acting import LONGEST_TITLE, Acting, Subject, check_length, issue_of

if TYPE_CHECKING:
    from collections.abc import Iterable


class OnIssues(Acting):
    """Opening, labelling, editing, closing, moving and deleting issues."""

    def open_issue(
        self,
        repository: Repository,
        title: str,
        body: str = "",
        labels: Iterable[str] = (),
        *,
        from_form: bool = False,
    ) -> Issue:
        """Labels need triage rights, unless an issue form sets them.

        https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/configuring-issue-templates-for-your-repository
        """
        self.need(repository, "read")
        names = list(labels)
        if names and not from_form:
            self.need(repository, "triage")
        issue = self.new_issue(repository, title, body)
        issue.labels = [self.label_named(repository, name) for name in names]
        self.tell_issue(issue, "opened")
        for each in issue.labels:
            self.note(issue, "labeled", label=each)
            self.tell_issue(issue, "labeled", label=payloads.label(self.world, each))
        return issue

    def new_issue(self, repository: Repository, title: str, body: str) -> Issue:
        """Number it and put it there, without a word to anybody."""
        if not title.strip():
            raise Unprocessable("Validation Failed", Problem("Issue", "title", "missing_field"))
        check_length("Issue", "title", title, LONGEST_TITLE)
        check_length("Issue", "body", body)
        issue = Issue(
            self.world.next_id(),
            repository.next_number,
            repository,
            self.user,
            title,
            body,
            self.now(),
            self.now(),
            self.via,
        )
        repository.issues[issue.number] = issue
        repository.next_number += 1
        return issue

    def create_label(
        self, repository: Repository, name: str, color: str = "ededed", description: str = ""
    ) -> Label:
        self.need(repository, "write")
        return self._new_label(repository, name, color, description)

    def _new_label(
        self, repository: Repository, name: str, color: str = "ededed", description: str = ""
    ) -> Label:
        label = Label(self.world.next_id(), repository, name, color, description or None)
        return repository.labels.setdefault(name.lower(), label)

    def label_named(self, repository: Repository, name: str) -> Label:
        """A label of that name, made on the way if need be, as the REST API does."""
        return repository.labels.get(name.lower()) or self._new_label(repository, name)

    def label(self, subject: Subject, name: str) -> None:
        """Setting a label that is already there is not an act."""
        issue = self.read(subject)
        self.need(issue.repository, "triage")
        if issue.has(name):
            return
        label = self.label_named(issue.repository, name)
        issue.labels.append(label)
        self.note(issue, "labeled", label=label)
        self.tell_issue(issue, "labeled", label=payloads.label(self.world, label))

    def unlabel(self, subject: Subject, name: str) -> None:
        issue = self.read(subject)
        self.need(issue.repository, "triage")
        label = next((each for each in issue.labels if each.name.lower() == name.lower()), None)
        if label is None:
            message = "Label does not exist"
            raise NotFound(message)
        issue.labels.remove(label)
        self.note(issue, "unlabeled", label=label)
        self.tell_issue(issue, "unlabeled", label=payloads.label(self.world, label))

    def edit_issue(
        self, subject: Subject, *, title: str | None = None, body: str | None = None
    ) -> None:
        """One act and one delivery, whatever changed; nothing changed is nothing said."""
        issue = self.read(subject)
        self.need(issue.repository, "write", unless=self.is_author(issue))
        changes: dict[str, dict[str, str]] = {}
        if title is not None and title != issue.title:
            check_length("Issue", "title", title, LONGEST_TITLE)
            changes["title"] = {"from": issue.title}
            self.note(issue, "renamed", renamed=(issue.title, title))
            issue.title = title
        if body is not None and body != issue.body:
            check_length("Issue", "body", body)
            changes["body"] = {"from": issue.body}
            issue.edits.append(Edit(self.user, issue.body, self.now()))
            issue.body = body
        if changes:
            issue.updated_at = self.now()
            self.tell_issue(issue, "edited", changes=changes)

    def close(self, subject: Subject, reason: CloseReason = "completed") -> None:
        """Authors may close their own; closing a closed one is not an act."""
        issue = self.read(subject)
        self.need(issue.repository, "triage", unless=self.is_author(issue))
        if issue.state == "open":
            self.close_quietly(issue, reason)
            self.tell_issue(issue, "closed")

    def close_quietly(
        self, issue: Issue, reason: CloseReason | None, commit_id: str | None = None
    ) -> None:
        issue.state, issue.closed_at, issue.closed_by = "closed", self.now(), self.user
        issue.state_reason = None if issue.pull else reason
        self.note(issue, "closed", commit_id=commit_id, state_reason=issue.state_reason)

    def reopen(self, subject: Subject) -> None:
        """An author cannot reopen what a maintainer closed."""
        issue = self.read(subject)
        own = self.is_author(issue) and issue.closed_by is self.user
        self.need(issue.repository, "triage", unless=own)
        if issue.pull is not None and issue.pull.merged:
            raise Unprocessable("Validation Failed", Problem("PullRequest", "state", "invalid"))
        if issue.state == "closed":
            issue.state, issue.closed_at, issue.closed_by = "open", None, None
            issue.state_reason = None if issue.pull else "reopened"
            self.note(issue, "reopened")
            self.tell_issue(issue, "reopened")

    def delete_issue(self, issue: Issue) -> None:
        """Admins only.

        https://docs.github.com/en/issues/tracking-your-work-with-issues/administering-issues/deleting-an-issue
        """
        self.read(issue)
        self.need(issue.repository, "admin")
        issue.deleted = True
        self.tell_issue(issue, "deleted")

    def lock_issue(self, subject: Subject, reason: str | None = None) -> None:
        """From then on only people with write access may comment."""
        issue = self.read(subject)
        self.need(issue.repository, "write")
        issue.locked, issue.lock_reason = True, reason
        self.note(issue, "locked", state_reason=reason)
        self.tell_issue(issue, "locked")

    def unlock_issue(self, subject: Subject) -> None:
        issue = self.read(subject)
        self.need(issue.repository, "write")
        issue.locked, issue.lock_reason = False, None
        self.note(issue, "unlocked")
        self.tell_issue(issue, "unlocked")

    def transfer_issue(self, issue: Issue, to: Repository) -> Issue:
        """A new id and a new number; the comments, and labels that exist there, go along.

        https://docs.github.com/en/issues/tracking-your-work-with-issues/administering-issues/transferring-an-issue-to-another-repository
        """
        self.read(issue)
        self.need(issue.repository, "write")
        self.need(to, "write")
        if issue.pull is not None or to.owner is not issue.repository.owner:
            raise Unprocessable("Validation Failed", Problem("Issue", "repository", "invalid"))
        if issue.repository.private and not to.private:
            message = "Issues cannot be transferred from a private to a public repository"
            raise Forbidden(message)
        moved = self._copy(issue, to)
        self._tell_of_transfer(issue, moved)
        return moved

    def _copy(self, issue: Issue, to: Repository) -> Issue:
        moved = Issue(
            self.world.next_id(),
            to.next_number,
            to,
            issue.author,
            issue.title,
            issue.body,
            issue.created_at,
            self.now(),
            issue.via_app,
        )
        to.next_number += 1
        to.issues[moved.number] = moved
        moved.labels = [
            to.labels[each.name.lower()] for each in issue.labels if each.name.lower() in to.labels
        ]
        moved.events, moved.reactions = list(issue.events), list(issue.reactions)
        moved.comments, issue.comments = issue.comments, []
        for each in moved.comments:
            each.issue = moved
        issue.moved_to = moved
        self.note(moved, "transferred")
        return moved

    def _tell_of_transfer(self, issue: Issue, moved: Issue) -> None:
        """The old repository hears `transferred`, the new one `opened`."""
        world = self.world
        old, new = issue.repository, moved.repository
        self.tell_issue(
            issue,
            "transferred",
            changes={
                "new_issue": payloads.webhook_issue(world, moved),
                "new_repository": repository_payloads.repository(world, new),
            },
        )
        self.tell_issue(
            moved,
            "opened",
            changes={
                "old_issue": payloads.webhook_issue(world, issue),
                "old_repository": repository_payloads.repository(world, old),
            },
        )

    def conversation_open_to(self, subject: Subject) -> Issue:
        """The issue, if this actor may add to it."""
        issue = issue_of(subject)
        self.read(issue)
        self.need(issue.repository, "read")
        if issue.locked and not self.may(issue.repository, "write"):
            message = "Unable to create comment because issue is locked."
            raise Forbidden(message)
        return issue
