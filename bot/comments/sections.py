"""Which pledges does the panel of an item list, under which heading, and what do they add up to?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.comments.sums import KINDS, Kind, Sums
from bot.domain.money import Money
from bot.domain.stages import LIVE, Stage
from bot.domain.views import Pledge


@dataclass(frozen=True, slots=True)
class Line:
    """One pledge in a table: the amount that counts there, and what else is to be said."""

    pledge: Pledge
    money: Money
    terms: tuple[str, ...]
    """Names of the sentences of `_pledges.md.j2`, in order."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Pledges that are counted and not listed; 0: it is not known how many."""

    count: int
    money: Money


@dataclass(frozen=True, slots=True)
class Section:
    """The pledges of one kind: the largest, what remains, and the sums of both."""

    kind: Kind
    shown: tuple[Line, ...]
    rest: tuple[Rest, ...]
    sums: tuple[Money, ...]
    unmatched: tuple[Money, ...] = ()
    """Received, and for no pledge."""

    @property
    def has_terms(self) -> bool:
        """Tell whether the table needs a column for what else is to be said."""
        return any(line.terms for line in self.shown)


def sections_of(
    pledges: Iterable[Pledge], sums: Mapping[str, Sums], listed: tuple[str, ...], most: int
) -> tuple[Section, ...]:
    """Give the sections that have something in them, each of them adding up to its sums."""
    shown = largest(pledges, listed, most)
    ours = [sums[currency] for currency in listed if currency in sums]
    every = (_section(kind, shown, ours) for kind in KINDS)
    return tuple(each for each in every if each.shown or each.rest or each.unmatched)


def largest(pledges: Iterable[Pledge], listed: tuple[str, ...], most: int) -> list[Pledge]:
    """Give at most `most` live pledges of each listed currency, largest first."""
    ranked = sorted(
        (p for p in pledges if p.stage in LIVE and p.currency in listed),
        key=lambda pledge: (listed.index(pledge.currency), -pledge.minor, pledge.pledge),
    )
    taken = dict.fromkeys(listed, 0)
    chosen = []
    for pledge in ranked:
        taken[pledge.currency] += 1
        if taken[pledge.currency] <= most:
            chosen.append(pledge)
    return chosen


def _section(kind: Kind, pledges: list[Pledge], ours: list[Sums]) -> Section:
    found = [line for pledge in pledges if (line := _line(kind, pledge))]
    received = kind == "received"
    rest = (_rest(kind, sums, found) for sums in ours)
    return Section(
        kind=kind,
        shown=tuple(found),
        rest=tuple(each for each in rest if (each.money.minor if received else each.count) > 0),
        sums=tuple(sums.of(kind) for sums in ours if sums.count(kind) or sums.of(kind).minor),
        unmatched=tuple(
            Money(sums.unmatched, sums.currency) for sums in ours if received and sums.unmatched
        ),
    )


def _rest(kind: Kind, sums: Sums, shown: list[Line]) -> Rest:
    listed = [line.money.minor for line in shown if line.money.currency == sums.currency]
    left = sums.of(kind).minor - sum(listed)
    if kind == "received":
        return Rest(0, Money(left - sums.unmatched, sums.currency))
    return Rest(sums.count(kind) - len(listed), Money(left, sums.currency))


# --- one pledge -------------------------------------------------------------------------------


def _line(kind: Kind, pledge: Pledge) -> Line | None:
    """Give the line of a pledge under a heading; one that was partly received has two."""
    if kind == "received":
        minor = pledge.received - pledge.refunded
        return Line(pledge, Money(minor, pledge.currency), _received(pledge)) if minor > 0 else None
    if _kind(pledge) != kind:
        return None
    return Line(pledge, Money(pledge.outstanding, pledge.currency), terms_of(pledge))


def _kind(pledge: Pledge) -> Kind | None:
    match pledge.stage:
        case Stage.OFFERED:
            return "offered"
        case Stage.LAPSED:
            return "lapsed"
        case Stage.STANDING:
            return "completion" if pledge.on_completion else "pledged"
        case Stage.DUE:
            return "pledged"
        case _:
            return None


def terms_of(pledge: Pledge) -> tuple[str, ...]:
    """Say what is to be known of a pledge that is not wholly paid."""
    wait = pledge.deadline is not None and pledge.sent_at is None
    offered, due = pledge.stage is Stage.OFFERED, pledge.stage is Stage.DUE
    lapsed = pledge.stage is Stage.LAPSED
    said = {
        "due": due,
        "pay_by": due and wait,
        "was_due": lapsed,
        "offer_ends": offered and pledge.deadline is not None,
        "until": pledge.until is not None and not (due or lapsed or offered),
        "sent": pledge.sent_at is not None,
        "partly": pledge.received > 0,
        **_tied(pledge),
    }
    return tuple(name for name, holds in said.items() if holds)


def _received(pledge: Pledge) -> tuple[str, ...]:
    said = {
        "share": pledge.outstanding > 0,
        "refunded": pledge.refunded > 0,
        **_tied(pledge),
    }
    return tuple(name for name, holds in said.items() if holds)


def _tied(pledge: Pledge) -> dict[str, bool]:
    return {"drawn": pledge.drawn_by is not None, "rest": pledge.rest_of is not None}
