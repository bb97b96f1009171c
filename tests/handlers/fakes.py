"""A `Lookup` that answers from what a test tells it, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from bot.domain.configuration import Configuration
from bot.domain.order_panel import DisclosureShown, OrderPanelShown
from bot.domain.panel import ItemPanelShown
from bot.domain.refs import Account, IssueRef, Repo, Spoken
from bot.domain.reviews import PullFacts
from bot.domain.roles import NO_RIGHTS, Rights, Role
from bot.domain.rules import Rules
from bot.events.happened import CommentMade
from bot.lookup import CannotTell, LabelledIssue, Lookup, Spot
from tests.domain.facts import pull_facts

NOW = datetime(2030, 1, 15, 12, 0, tzinfo=UTC)

REPO = Repo(1, "acme", "rocket", 55)
ISSUE = IssueRef(9001, 12, labels=("roadmap",))

ADA = Account(101, "Ada")
MIA = Account(109, "mia")
DAN = Account(112, "dan")
ORG = Account(107, "acme", "Organization")
APP = Account(110, "helper[bot]", "Bot")
WORK = IssueRef(9057, 57, labels=("work-order",), author=ADA)
PULL_ISSUE = IssueRef(9005, 5, is_pull=True, author=DAN)
"""A pull request, as a comment on it shows it."""


def commented(body: str, by: Account = ADA, issue: IssueRef = ISSUE) -> CommentMade:
    """Comment on the issue."""
    return CommentMade(REPO, Spoken(77, issue, by, NOW), body)


@dataclass(slots=True)
class Answers:
    """What GitHub and the views say; by default next to nothing."""

    rules: Rules | None = None
    items: frozenset[int] = frozenset({ISSUE.id})
    orders: frozenset[int] = frozenset()
    rights: dict[int, Rights] = field(default_factory=dict)
    accounts: tuple[Account, ...] = (ADA, MIA, DAN, ORG, APP)
    """A person's number is the account's id."""
    parties: tuple[str, ...] = ()
    """Names known already; the number of a name is 7000 and its place among them."""
    holders: dict[Role, frozenset[int] | None] = field(default_factory=dict)
    involved: frozenset[int] = frozenset()
    meant: dict[str, int] = field(default_factory=dict)
    pull: PullFacts | None = field(default_factory=lambda: pull_facts(5, DAN.id, "CWO: #57"))
    """What is known of the pull request at hand."""
    by_hand: bool = True
    configuration: Configuration = field(default_factory=lambda: Configuration(Rules()))
    files: frozenset[str] = frozenset()
    newest: str = "c0ffee"
    labelled: tuple[LabelledIssue, ...] = ()
    panel: ItemPanelShown | None = None
    order_panel: OrderPanelShown | None = None
    disclosure: DisclosureShown | None = None
    unanswered: str | None = None
    """A question that cannot be answered now."""
    asked: list[str] = field(default_factory=list)

    def lookup(self) -> Lookup:
        """Make the lookup that gives these answers."""
        answers: dict[str, Callable[..., Any]] = {
            "rules": lambda _: self.rules,
            "spot": lambda _, issue: self._spot(issue),
            "rights": lambda _, who: self.rights.get(who.id, NO_RIGHTS),
            "account": lambda _, login: self._account(login),
            "person": lambda who: who.id,
            "party": self._party,
            "holders": lambda _, role: self.holders.get(role, frozenset()),
            "involved": lambda *_: self.involved,
            "meant": lambda *_: self.meant,
            "pull": lambda *_: self.pull,
            "closed_by_hand": lambda *_: self.by_hand,
            "configuration": lambda *_: self.configuration,
            "default_head": lambda _: self.newest,
            "is_on_default_branch": lambda _, commit: commit == self.newest,
            "pull_files": lambda *_: self.files,
            "labelled_issues": lambda _, labels: self._labelled(labels),
            "item_panel": lambda _, issue: self.panel if issue in self.items else None,
            "order_panel": lambda _, issue: self.order_panel if issue in self.orders else None,
            "disclosure": lambda *_: self.disclosure,
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

    def _spot(self, issue: int) -> Spot | None:
        if issue in self.orders:
            return Spot.ORDER
        return Spot.ITEM if issue in self.items else None

    def _labelled(self, labels: tuple[str, ...]) -> tuple[LabelledIssue, ...]:
        return tuple(each for each in self.labelled if set(each.issue.labels) & set(labels))

    def _party(self, name: str) -> int:
        if name not in self.parties:
            self.parties += (name,)
        return 7000 + self.parties.index(name)

    def _account(self, login: str) -> Account | None:
        found = (each for each in self.accounts if each.login.lower() == login.lower())
        return next(found, None)
