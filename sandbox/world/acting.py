"""Who acts here, may they, and who hears of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import Forbidden, Gone, NotFound, Problem, Unprocessable
from sandbox.nouns.roles import Standing, standing
from sandbox.nouns.things import Issue, IssueEvent, PullRequest, Repository
from sandbox.payloads import issues as issue_payloads
from sandbox.payloads import pulls as pull_payloads

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.nouns.outgoing import Payload
    from sandbox.nouns.things import App, Installation, Label, Review, Role, User
    from sandbox.world.world import World

# https://github.com/orgs/community/discussions/27190 and the answer of the API itself
LONGEST_BODY = 65_536
LONGEST_TITLE = 256
Subject = Issue | PullRequest


def issue_of(subject: Subject) -> Issue:
    """The conversation: a pull request's, or the issue itself."""
    return subject.issue if isinstance(subject, PullRequest) else subject


class Acting:
    """One account's hands, perhaps those of an App's bot through an installation."""

    def __init__(self, world: World, user: User, through: Installation | None = None) -> None:
        self.world = world
        self.user = user
        self.through = through

    def __repr__(self) -> str:
        return f"Actor({self.user.login!r})"

    @property
    def via(self) -> App | None:
        return self.through.app if self.through else None

    def now(self) -> datetime:
        return self.world.now()

    # -- may they? ---------------------------------------------------------------------------

    def standing(self, repository: Repository) -> Standing:
        """This actor's role; an App's rights are its permissions, which the API checks."""
        if self.through is None:
            return standing(self.user, repository)
        role = "write" if self.through.covers(repository) else "none"
        return Standing(role, role)

    def may(self, repository: Repository, role: Role) -> bool:
        return self.standing(repository).reaches(role)

    def see(self, repository: Repository) -> None:
        """Raise NotFound where this actor must not know that there is something."""
        if repository.deleted or not self.may(repository, "read"):
            raise NotFound

    def need(self, repository: Repository, role: Role, *, unless: bool = False) -> None:
        """Raise Forbidden below this role, `unless` there is another reason to let them."""
        self.see(repository)
        if repository.archived:
            message = "Repository was archived so is read-only."
            raise Forbidden(message)
        if not unless and not self.may(repository, role):
            message = f"Must have {role} rights to Repository."
            raise Forbidden(message)

    def read(self, subject: Subject) -> Issue:
        """The issue, if it is still there and visible."""
        issue = issue_of(subject)
        self.see(issue.repository)
        if issue.deleted:
            message = "This issue was deleted"
            raise Gone(message)
        return issue

    def is_author(self, issue: Issue) -> bool:
        return issue.author is self.user

    # -- who hears of it? --------------------------------------------------------------------

    def tell_issue(self, issue: Issue, action: str, **more: object) -> None:
        """`issues.*`, or `pull_request.*` when the conversation is a pull request's."""
        if issue.pull is not None:
            self.tell_pull(issue.pull, action, **more)
            return
        body: Payload = {"issue": issue_payloads.webhook_issue(self.world, issue), **more}
        self.world.tell("issues", action, issue.repository, self.user, body)

    def tell_pull(self, pull: PullRequest, action: str, **more: object) -> None:
        shown = pull_payloads.full(self.world, pull)
        body: Payload = {"number": pull.number, "pull_request": shown, **more}
        self.world.tell("pull_request", action, pull.repository, self.user, body)

    def tell_review(self, review: Review, action: str, **more: object) -> None:
        body: Payload = {
            "review": pull_payloads.webhook_review(self.world, review),
            "pull_request": pull_payloads.simple(self.world, review.pull),
            **more,
        }
        self.world.tell("pull_request_review", action, review.pull.repository, self.user, body)

    def note(  # a line of the timeline has these columns  # each is one thing that the reader names
        self,
        issue: Issue,
        kind: str,
        *,
        label: Label | None = None,
        renamed: tuple[str, str] | None = None,
        commit_id: str | None = None,
        state_reason: str | None = None,
        review: Review | None = None,
    ) -> IssueEvent:
        """Add a line to the issue's timeline."""
        event = IssueEvent(
            self.world.next_id(),
            kind,
            self.user,
            self.now(),
            self.via,
            label,
            renamed,
            commit_id,
            state_reason,
            review,
        )
        issue.events.append(event)
        issue.updated_at = self.now()
        return event


def check_length(resource: str, field: str, text: str, longest: int = LONGEST_BODY) -> None:
    """GitHub counts characters, not bytes."""
    if len(text) > longest:
        problem = Problem(
            resource, field, "custom", f"{field} is too long (maximum is {longest} characters)"
        )
        raise Unprocessable("Validation Failed", problem)
