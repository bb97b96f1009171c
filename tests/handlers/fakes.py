"""A `Lookup` that answers from what a test tells it, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from bot.domain.configuration import Configuration
from bot.domain.panel import ItemPanelShown
from bot.domain.refs import Account, IssueRef, Repo, Spoken
from bot.domain.roles import NO_RIGHTS, Rights
from bot.domain.rules import Rules
from bot.events.happened import CommentMade
from bot.lookup import CannotTell, LabelledIssue, Lookup

NOW = datetime(2030, 1, 15, 12, 0, tzinfo=UTC)
REPO = Repo(1, "acme", "rocket", 55)
ISSUE = IssueRef(9001, 12, labels=("roadmap",))
ADA = Account(101, "Ada")
MIA = Account(109, "mia")
ORG = Account(107, "acme", "Organization")
APP = Account(110, "helper[bot]", "Bot")


def commented(body: str, by: Account = ADA) -> CommentMade:
    """Comment on the issue."""
    return CommentMade(REPO, Spoken(77, ISSUE, by, NOW), body)


@dataclass(slots=True)
class Answers:
    """What GitHub and the views say; by default next to nothing."""

    rules: Rules | None = None
    items: frozenset[int] = frozenset({ISSUE.id})
    rights: dict[int, Rights] = field(default_factory=dict)
    accounts: tuple[Account, ...] = (ADA, MIA, ORG)
    by_hand: bool = True
    configuration: Configuration = field(default_factory=lambda: Configuration(Rules()))
    files: frozenset[str] = frozenset()
    newest: str = "c0ffee"
    labelled: tuple[LabelledIssue, ...] = ()
    panel: ItemPanelShown | None = None
    unanswered: str | None = None
    """A question that cannot be answered now."""
    asked: list[str] = field(default_factory=list)

    def lookup(self) -> Lookup:
        """Make the lookup that gives these answers."""
        answers: dict[str, Callable[..., Any]] = {
            "rules": lambda _: self.rules,
            "is_item": lambda _, issue: issue in self.items,
            "rights": lambda _, who: self.rights.get(who.id, NO_RIGHTS),
            "account": lambda _, login: self._account(login),
            "closed_by_hand": lambda *_: self.by_hand,
            "configuration": lambda *_: self.configuration,
            "default_head": lambda _: self.newest,
            "is_on_default_branch": lambda _, commit: commit == self.newest,
            "pull_files": lambda *_: self.files,
            "labelled_issues": lambda *_: self.labelled,
            "item_panel": lambda _, issue: self.panel if issue in self.items else None,
        }
        names = [each.name for each in fields(Lookup)]
        return Lookup(**{name: self._question(name, answers[name]) for name in names})

    def _question(self, name: str, answer: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        async def ask(*about: Any) -> Any:
            self.asked.append(name)
            if name == self.unanswered:
                raise CannotTell(name)
            return answer(*about)

        return ask

    def _account(self, login: str) -> Account | None:
        found = (each for each in self.accounts if each.login.lower() == login.lower())
        return next(found, None)
