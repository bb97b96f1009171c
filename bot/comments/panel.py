"""Which of its facts does a panel show, in which order, and what is left out when it grows?

The dataclasses here are what `templates/comments/item_panel_shown.md.j2` reads. The sentences
stand there; the arithmetic stands here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.domain.money import DECIMALS, Money
from bot.domain.panel import CURRENCIES_LISTED, LARGEST_SHOWN, ItemPanelShown
from bot.domain.rules import Rail
from bot.domain.stages import LIVE, Stage
from bot.domain.views import Pledge, Total

BAR_CELLS = 20
"""Width of the bar: wide enough to read, narrow enough for a telephone."""

CURRENCIES_NAMED = 6
"""Currencies named in one sentence; our own limit."""

Kind = Literal["pledged", "completion", "offered", "lapsed"]
KINDS: tuple[Kind, ...] = ("pledged", "completion", "offered", "lapsed")


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a panel shows; a panel that would not fit is written again with less."""

    pledges: int
    """Pledges listed per currency."""
    ended: int
    reason: int
    """Characters of the reason of a declined pledge."""
    rails: int
    name: int
    """Characters of the name of a rail."""
    currencies: int
    """Currencies beyond the listed ones whose sums are shown."""


LEVELS = (
    Detail(pledges=LARGEST_SHOWN, ended=10, reason=500, rails=12, name=80, currencies=200),
    Detail(pledges=LARGEST_SHOWN, ended=10, reason=120, rails=6, name=40, currencies=200),
    Detail(pledges=5, ended=5, reason=60, rails=3, name=30, currencies=50),
    Detail(pledges=3, ended=0, reason=0, rails=1, name=30, currencies=0),
    Detail(pledges=0, ended=0, reason=0, rails=0, name=0, currencies=0),
)
"""From everything to the sums alone, which always fit."""


@dataclass(frozen=True, slots=True)
class Row:
    """How far is it, in one currency?"""

    pledged: Money
    goal: Money | None

    @property
    def bar(self) -> str | None:
        """Draw pledged over goal, as text: it reads in a mail, in the dark and aloud."""
        if self.goal is None or self.goal.minor <= 0:
            return None
        share = 100 * self.pledged.minor // self.goal.minor
        cells = min(BAR_CELLS, BAR_CELLS * self.pledged.minor // self.goal.minor)
        words = "under 1 %" if share == 0 < self.pledged.minor else f"{share} %"
        return "▓" * cells + "░" * (BAR_CELLS - cells) + f" {words}"


@dataclass(frozen=True, slots=True)
class Rest:
    """Pledges that are counted and not listed."""

    count: int
    money: Money


@dataclass(frozen=True, slots=True)
class Section:
    """The pledges of one kind: the largest, what remains, and the sums of both."""

    kind: Kind
    shown: tuple[Pledge, ...]
    rest: tuple[Rest, ...]
    sums: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class OtherCurrency:
    """The sums in a currency whose pledges are not listed."""

    pledged: Money
    completion: Money
    offered: Money
    lapsed: Money


@dataclass(frozen=True, slots=True)
class Funding:
    """What a pledge here may be, for the sentences about how to fund this."""

    example: str
    accepted: tuple[str, ...]
    minimum: tuple[Money, ...]
    minimum_left: int
    caps: tuple[Money, ...]
    caps_left: int
    others_wait: bool
    """Whether some accepted currencies have no cap, so that every pledge in them is an offer."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything that the template of a panel reads, besides the message itself."""

    rows: tuple[Row, ...]
    sections: tuple[Section, ...]
    others: tuple[OtherCurrency, ...]
    others_left: int
    ended: tuple[Pledge, ...]
    ended_left: int
    rails: tuple[Rail, ...]
    rails_left: int
    funding: Funding
    detail: Detail
    comments: dict[int, int]
    """Pledge number to the comment that made it, for the pledges that we can see from here."""


def lay_out(message: ItemPanelShown, detail: Detail) -> Panel:
    """Choose what the panel shows at this level of detail."""
    totals = {total.currency: total for total in message.totals if _counts(total)}
    listed = _listed(message, totals)
    others = [total for currency, total in totals.items() if currency not in listed]
    return Panel(
        rows=_rows(message, totals, listed),
        sections=_sections(message, totals, listed, detail),
        others=tuple(_other(total) for total in others[: detail.currencies]),
        others_left=max(0, len(others) - detail.currencies),
        ended=message.ended[: detail.ended],
        ended_left=max(message.ended_count, len(message.ended))
        - len(message.ended[: detail.ended]),
        rails=message.rules.rails[: detail.rails],
        rails_left=max(0, len(message.rules.rails) - detail.rails),
        funding=_funding(message),
        detail=detail,
        comments={pledge.pledge: pledge.comment for pledge in (*message.pledges, *message.ended)},
    )


def _counts(total: Total) -> bool:
    return any(_sum(total, kind).minor or _count(total, kind) for kind in KINDS)


def _listed(message: ItemPanelShown, totals: dict[str, Total]) -> tuple[str, ...]:
    """Name the currencies with a line of their own: the goal's, then those of the pledges."""
    goal = message.item.goal
    with_pledges = {pledge.currency for pledge in message.pledges if pledge.stage in LIVE}
    ranked = sorted(totals, key=lambda currency: currency not in with_pledges)
    first = [goal.currency] if goal else []
    rest = [currency for currency in ranked if currency not in first]
    return (*first, *rest[:CURRENCIES_LISTED])


def _rows(
    message: ItemPanelShown, totals: dict[str, Total], listed: tuple[str, ...]
) -> tuple[Row, ...]:
    """Answer "how far is it?" for the goal, and wherever something is pledged."""
    goal = message.item.goal
    ours = (totals.get(currency) or Total(message.item.issue, currency) for currency in listed)
    rows = (
        Row(_sum(total, "pledged"), goal if goal and goal.currency == total.currency else None)
        for total in ours
    )
    return tuple(row for row in rows if row.goal or row.pledged.minor)


def _other(total: Total) -> OtherCurrency:
    return OtherCurrency(
        pledged=_sum(total, "pledged"),
        completion=_sum(total, "completion"),
        offered=_sum(total, "offered"),
        lapsed=_sum(total, "lapsed"),
    )


# --- sections ---------------------------------------------------------------------------------


def _sections(
    message: ItemPanelShown, totals: dict[str, Total], listed: tuple[str, ...], detail: Detail
) -> tuple[Section, ...]:
    shown = _largest(message.pledges, listed, detail.pledges)
    every = (_section(kind, shown, totals, listed) for kind in KINDS)
    return tuple(section for section in every if section.shown or section.rest)


def _largest(pledges: Iterable[Pledge], listed: tuple[str, ...], most: int) -> list[Pledge]:
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


def _section(
    kind: Kind, pledges: list[Pledge], totals: dict[str, Total], listed: tuple[str, ...]
) -> Section:
    shown = tuple(pledge for pledge in pledges if _kind(pledge) == kind)
    ours = [totals[currency] for currency in listed if currency in totals]
    sums = tuple(_sum(total, kind) for total in ours if _count(total, kind))
    rest = (_rest(kind, total, shown) for total in ours)
    return Section(kind, shown, tuple(r for r in rest if r.count > 0), sums)


def _rest(kind: Kind, total: Total, shown: tuple[Pledge, ...]) -> Rest:
    same = [pledge.minor for pledge in shown if pledge.currency == total.currency]
    left = _sum(total, kind).minor - sum(same)
    return Rest(_count(total, kind) - len(same), Money(left, total.currency))


def _kind(pledge: Pledge) -> Kind:
    if pledge.stage is Stage.OFFERED:
        return "offered"
    if pledge.stage is Stage.LAPSED:
        return "lapsed"
    promised = pledge.stage is Stage.STANDING and pledge.on_completion
    return "completion" if promised else "pledged"


def _sum(total: Total, kind: Kind) -> Money:
    minor = total.standing + total.due if kind == "pledged" else getattr(total, kind)
    return Money(minor, total.currency)


def _count(total: Total, kind: Kind) -> int:
    if kind == "pledged":
        return total.standing_count + total.due_count
    count: int = getattr(total, f"{kind}_count")
    return count


# --- how to fund this -------------------------------------------------------------------------


def _funding(message: ItemPanelShown) -> Funding:
    rules = message.rules
    accepted = rules.accepted(message.item.goal)
    minimum = _amounts(rules.minimum, accepted)
    caps = _amounts(rules.accept_up_to, accepted)
    return Funding(
        example=_example(accepted, rules.accept_up_to, rules.minimum),
        accepted=accepted,
        minimum=minimum[:CURRENCIES_NAMED],
        minimum_left=len(minimum[CURRENCIES_NAMED:]),
        caps=caps[:CURRENCIES_NAMED],
        caps_left=len(caps[CURRENCIES_NAMED:]),
        others_wait=len(caps) < len(accepted or DECIMALS),
    )


def _amounts(per_currency: dict[str, int], accepted: tuple[str, ...]) -> tuple[Money, ...]:
    """Give the amounts in the accepted currencies that are more than nothing."""
    given = (Money(minor, currency) for currency, minor in per_currency.items())
    return tuple(
        each for each in given if each.minor > 0 and each.currency in (accepted or DECIMALS)
    )


def _example(accepted: tuple[str, ...], caps: dict[str, int], minimum: dict[str, int]) -> str:
    """Write a pledge that would stand at once: a tenth of the cap, and no less than the minimum.

    In whole units, since `1.250 KWD` could be read in two ways.
    """
    currency = accepted[0] if accepted else "USD"
    unit = 10 ** DECIMALS[currency]
    minor = max(caps.get(currency, 0) // 10 or 50 * unit, minimum.get(currency, 0))
    return f"/pledge {-(-minor // unit)} {currency}"
