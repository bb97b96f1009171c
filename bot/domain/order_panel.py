"""What does the panel of a work order show, and what the check run on its pull requests?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.effects import Message
from bot.domain.panel import NOTHING_RECORDED, Position, Treasury, pledgers
from bot.domain.parity import Parity
from bot.domain.reviews import Approval, PullFacts
from bot.domain.rules import Rules
from bot.domain.terms import Terms
from bot.domain.views import Drawn, Item, Link, Order, Pledge, Total

PULLS_SHOWN = 20
"""Pull requests listed, newest first; our own limit."""

NAMES_DISCLOSED = 20
"""People named in a check run, as funders or as reviewers; our own limit."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A roadmap item that a work order covers, by number; None: it is not on the roadmap."""

    number: int
    item: Item | None


@dataclass(frozen=True, slots=True)
class PullShown:
    """A pull request of a work order: its link, and its review facts, if we heard of them."""

    link: Link
    facts: PullFacts | None
    independent: int = 0
    """Approvals by people with write access who declared no interest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPanelShown(Message):
    """The panel of a work order."""

    repository: str
    order: Order
    rules: Rules
    position: Position
    words: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Words of its texts, by entry (`order.text`, `order.agreed_text`, `order.ended_text`) and field:
    `scope`, `effort`, `share`; `reason`."""
    covered: tuple[Covered, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    """One per currency."""
    totals: tuple[Total, ...] = ()
    """Of the pledges that lie on the work order itself."""
    available: tuple[Total, ...] = ()
    """Of the pledges on the covered items, before the start: what it could draw on."""
    pledges: tuple[Pledge, ...] = ()
    """The largest that it has drawn on, or that lie on it."""
    pledge_count: int = 0
    ended: tuple[Pledge, ...] = ()
    """The newest that ended, of those drawn on or lying on it."""
    ended_count: int = 0
    reasons: dict[int, str] = field(default_factory=dict)
    treasury: Treasury = NOTHING_RECORDED
    pulls: tuple[PullShown, ...] = ()
    pull_count: int = 0
    parity: Parity | None = None
    confirmed: bool = False
    """Whether the funder named has promised or paid for it; an offer does neither."""
    today: date | None = None
    page: str | None = None
    under_review: bool = False

    def people(self) -> frozenset[int]:
        """Give everybody whom the panel names."""
        of_texts = people_in(self.order.terms) | people_in(self.order.in_force)
        decided = {self.order.author, self.order.approved_by, self.order.closed_by}
        of_pulls = {
            person
            for pull in self.pulls
            if pull.facts is not None
            for person in (pull.facts.author, pull.facts.merged_by)
        }
        named = of_texts | decided | of_pulls | pledgers((*self.pledges, *self.ended))
        return frozenset(person for person in named if person is not None) | self.treasury.people()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureShown(Message):
    """The check run "Funding disclosure": who funds this, and please review it like any other.

    No amount ever stands here. `linked` is False for a pull request that only names the work order,
    and `ended` is True when it does not even do that any more.
    """

    repository: str
    number: int
    head: str
    order: int
    """Number of the work order, `CWO #57`."""
    linked: bool
    ended: bool
    author: int | None
    funders: tuple[int, ...] = ()
    """Funder named, once confirmed, and pledgers drawn on (whom they spoke for); at most
    `NAMES_DISCLOSED`."""
    funders_left: int = 0
    named: int | None = None
    """The funder named who has neither promised nor paid for it."""
    approvals: tuple[Approval, ...] = ()
    """Every approval that stands now."""
    independent: tuple[int, ...] = ()
    """Whose approvals come from people with no declared interest."""

    def people(self) -> frozenset[int]:
        """Give everybody whom the check run names."""
        reviewers = (approval.reviewer for approval in self.approvals)
        others = {self.author, self.named} - {None}
        named = {*self.funders, *reviewers, *self.independent, *others}
        return frozenset(person for person in named if person is not None)


def people_in(terms: Terms) -> frozenset[int]:
    """Give everybody whom the terms of a work order name."""
    funder = () if terms.funder is None else (terms.funder,)
    return frozenset({*terms.developers, *terms.interested, *funder})
