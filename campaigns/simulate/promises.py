"""What is promised in one repository, and what does it add up to?

Written from the product's rules alone, in plain Python, with none of the bot's code. Money is in
minor units; people are GitHub's account ids; stages are words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from campaigns.simulate.sayings import Saying

CAP = 500_00
CURRENCIES = ("USD", "EUR")
OFFER_LASTS = timedelta(days=30)
LAPSES_AFTER = timedelta(days=60)
LEFT_ITEM_LASTS = timedelta(days=14)
"""The product's rules, and what the simulated project's configuration says."""

LIVE = ("offered", "standing", "due", "lapsed", "received")
UNPAID = ("standing", "due", "lapsed")
UNDRAWN = ("offered", "standing")

Line = tuple[object, ...]
"""An entry in short: its kind, and what about it must be so."""


class Refused(Exception):
    """The rules say no; the code is what the ledger names as the reason."""


@dataclass(frozen=True)
class Pledge:
    """A promise."""

    number: int
    issue: int
    pledger: int
    funder: int
    minor: int
    currency: str
    on_completion: bool
    until: date | None
    stage: str
    deadline: datetime | None
    sent: bool = False


@dataclass(frozen=True)
class Item:
    """A roadmap item."""

    issue: int
    on_roadmap: bool = True
    is_open: bool = True
    closed_as: str = ""
    label_told_at: datetime | None = None
    state_told_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass
class Promises:
    """What is promised in one repository."""

    items: dict[int, Item] = field(default_factory=dict)
    pledges: dict[int, Pledge] = field(default_factory=dict)
    spoke: dict[tuple[int, int], datetime] = field(default_factory=dict)
    steward: dict[int, datetime] = field(default_factory=dict)
    decided: dict[int, datetime] = field(default_factory=dict)

    def copy(self) -> Self:
        """Give a model that can be tried on."""
        return type(self)(
            dict(self.items),
            dict(self.pledges),
            dict(self.spoke),
            dict(self.steward),
            dict(self.decided),
        )

    def here(self, issue: int) -> Item:
        """Give the item of an issue."""
        if issue not in self.items:
            raise Refused("not_here")
        return self.items[issue]

    def fundable(self, item: Item) -> None:
        """Refuse where no pledge can be made."""
        if not item.on_roadmap:
            raise Refused("not_on_roadmap")
        if not item.is_open:
            raise Refused("item_closed")

    def in_order(self, said: Saying) -> None:
        """Refuse what was said before a newer word of the same person, or of a steward."""
        newer = (self.spoke.get((said.issue, said.by)), self.steward.get(said.issue))
        if any(at is not None and said.at < at for at in newer):
            raise Refused("out_of_order")

    def heard(self, said: Saying, *, steward: bool = False) -> None:
        """Note who was heard last."""
        key = (said.issue, said.by)
        self.spoke[key] = max(self.spoke.get(key, said.at), said.at)
        self.decided[said.issue] = max(self.decided.get(said.issue, said.at), said.at)
        if steward:
            self.steward[said.issue] = max(self.steward.get(said.issue, said.at), said.at)

    def giving_way(self, issue: int, funder: int, before: int | None = None) -> list[Pledge]:
        """Give the pledges that a newer one of the same funder replaces."""
        return [
            each
            for each in self.pledges.values()
            if each.issue == issue
            and each.funder == funder
            and each.stage in UNDRAWN
            and not each.sent
            and (before is None or each.number < before)
        ]

    def named(self, number: int, issue: int) -> Pledge:
        """Give the pledge of this number, if it lies here."""
        pledge = self.pledges.get(number)
        if pledge is None or pledge.issue != issue:
            raise Refused("no_such_pledge")
        return pledge

    # --- pieces -----------------------------------------------------------------------------------

    def move(
        self,
        pledge: Pledge,
        kind: str,
        stage: str,
        *,
        deadline: datetime | None = None,
        sent: bool | None = None,
    ) -> Line:
        """Move a pledge on; gives the entry that says so."""
        was, sent = pledge.stage, pledge.sent if sent is None else sent
        moved = replace(pledge, stage=stage, deadline=deadline, sent=sent)
        self.pledges[pledge.number] = moved
        return (kind, pledge.number, pledge.pledger, pledge.minor, pledge.currency, was, stage)

    def sums(self, issue: int) -> dict[str, dict[str, int]]:
        """Say what the panel of an item must add up to."""
        found: dict[str, dict[str, int]] = {}
        for each in self.pledges.values():
            kind = {
                "offered": "offered",
                "standing": "on completion" if each.on_completion else "pledged",
                "due": "pledged",
                "lapsed": "lapsed",
            }.get(each.stage)
            if each.issue == issue and kind is not None:
                per = found.setdefault(kind, {})
                per[each.currency] = per.get(each.currency, 0) + each.minor
        return found


def end_of(day: date) -> datetime:
    """Give the first moment after a day, UTC."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1)


def only(pledges: list[Pledge]) -> Pledge:
    """Give the only one that can be meant."""
    if len(pledges) > 1:
        raise Refused("which_pledge")
    return pledges[0]
