"""How are the figures of a month laid out, in tables that also read well in a mail?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from bot.comments.sums import Row
from bot.domain.digests import DigestShown
from bot.domain.figures import AGES, Figures, ItemLine, Moved, Promised, ReviewFigures
from bot.domain.money import Money
from bot.domain.parity import Access

FLOWS = (
    ("made", "New"),
    ("withdrawn", "Withdrawn"),
    ("declined", "Declined by the project"),
    ("expired", "Expired"),
    ("fell_due", "Fell due"),
    ("lapsed", "Lapsed: due, and not received in time"),
)
STOCKS = (
    ("offered_now", "Offered: waits for a steward"),
    ("standing_now", "Standing"),
    ("completion_now", "On completion"),
    ("due_now", "Due"),
    ("lapsed_now", "Lapsed, and can still be received"),
)
AUTHORS = {
    Access.WRITES: "with write access",
    Access.DOES_NOT_WRITE: "without write access",
    Access.NOT_KNOWN: "whose access is not known",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a digest shows: all of it if that fits a comment, and else less."""

    lines: int
    """Lines of each list."""
    currencies: int
    per_item: int
    """Currencies shown of one roadmap item."""
    words: int
    """Characters of a reason."""
    titles: int
    """Characters of a title; 0: none."""


LEVELS = (
    Detail(lines=100, currencies=200, per_item=200, words=300, titles=70),
    Detail(lines=40, currencies=12, per_item=2, words=150, titles=40),
    Detail(lines=15, currencies=12, per_item=1, words=100, titles=40),
    Detail(lines=5, currencies=12, per_item=1, words=60, titles=0),
)
"""From everything to what always fits: sums keep their room, lists give way; our own choice."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount, and how many pledges it comes from."""

    money: Money
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: what it is about, and a cell for each currency."""

    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A roadmap item: one row per currency that it has a goal or anything in."""

    item: ItemLine
    sums: tuple[Row, ...]
    left: int
    """Currencies for which there is no room."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A group of pull requests; None: too few to compare."""

    funded: bool
    count: int
    first_review: timedelta | None
    rounds_twice: int | None
    merged_percent: int | None
    to_merge: timedelta | None
    too_few: bool


@dataclass(frozen=True, slots=True)
class Laid:
    """What the template of a digest prints."""

    figures: Figures
    """Those of the message, with lists as long as there is room."""
    detail: Detail
    currencies_left: int
    """Currencies in which there are promises or money, and for which there is no room."""
    currencies: tuple[str, ...]
    """Of promises, in order of their codes."""
    flows: tuple[Line, ...]
    stocks: tuple[Line, ...]
    ages: tuple[Line, ...]
    moved: bool
    """Whether any money moved in the month."""
    items: tuple[ItemRow, ...]
    items_left: int
    reviews: tuple[tuple[str, tuple[ReviewRow, ReviewRow]], ...]
    """Which authors; funded and not funded."""


def lay_out(message: DigestShown, detail: Detail = LEVELS[0]) -> Laid:
    """Put a month's figures into rows; what is nought everywhere is left out."""
    said = tuple(each for each in message.figures.promised if _says_something(each))
    every = {each.currency for each in said} | {each.currency for each in message.figures.money}
    codes = _first_codes(message.figures, every, detail.currencies)
    promised = tuple(each for each in said if each.currency in codes)
    figures = _cut(message.figures, codes, detail)
    return Laid(
        figures=figures,
        detail=detail,
        currencies_left=len(every) - len(codes),
        currencies=tuple(each.currency for each in promised),
        flows=_lines(FLOWS, promised, counted=True),
        stocks=_lines(STOCKS, promised, counted=False),
        ages=_ages(promised),
        moved=any(_moved(each) for each in figures.money),
        items=tuple(_item(item, detail.per_item) for item in figures.items),
        items_left=figures.funded + figures.partly + figures.not_funded - len(figures.items),
        reviews=_reviews(figures),
    )


# --- what there is room for -------------------------------------------------------------------


def _first_codes(figures: Figures, every: set[str], at_most: int) -> frozenset[str]:
    """Choose currencies: those with money, then those with promises that count, then offers."""
    moved = {each.currency for each in figures.money}
    counts = {
        each.currency
        for each in figures.promised
        if each.standing_now or each.completion_now or each.due_now
    }
    ranked = sorted(every, key=lambda code: (code not in moved, code not in counts, code))
    return frozenset(ranked[:at_most])


def _cut(figures: Figures, codes: frozenset[str], detail: Detail) -> Figures:
    """Shorten every list to what there is room for; counts stay as they are."""
    most = detail.lines
    return replace(
        figures,
        offers=figures.offers[:most],
        orders_waiting=figures.orders_waiting[:most],
        new=figures.new[:most],
        due=figures.due[:most],
        declined=figures.declined[:most],
        money=tuple(each for each in figures.money if each.currency in codes),
        items=figures.items[:most],
        orders=figures.orders[:most],
        dependence=figures.dependence[: detail.currencies],
        surges=figures.surges[: detail.currencies],
        corrections=figures.corrections[:most],
    )


# --- promises ---------------------------------------------------------------------------------


def _says_something(promised: Promised) -> bool:
    names = [name for name, _ in (*FLOWS, *STOCKS)]
    counts = [f"{name}_count" for name, _ in FLOWS]
    return any(getattr(promised, name) for name in (*names, *counts))


def _lines(
    named: Iterable[tuple[str, str]], promised: Sequence[Promised], *, counted: bool
) -> tuple[Line, ...]:
    found = []
    for name, words in named:
        cells = tuple(_cell(each, name, counted=counted) for each in promised)
        if any(cells):
            found.append(Line(words, cells))
    return tuple(found)


def _cell(promised: Promised, name: str, *, counted: bool) -> Cell | None:
    minor: int = getattr(promised, name)
    count: int | None = getattr(promised, f"{name}_count") if counted else None
    return Cell(Money(minor, promised.currency), count) if minor or count else None


def _ages(promised: Sequence[Promised]) -> tuple[Line, ...]:
    bounds = [f"under {AGES[0]} days"]
    bounds += [f"{low} to {high - 1} days" for low, high in pairwise(AGES)]
    bounds.append(f"{AGES[-1]} days or more")
    found = []
    for n, words in enumerate(bounds):
        parts = [Money(each.by_age[n], each.currency) for each in promised]
        if any(part.minor for part in parts):
            found.append(Line(words, tuple(Cell(part) if part.minor else None for part in parts)))
    return tuple(found)


# --- money ------------------------------------------------------------------------------------


def _moved(money: Moved) -> bool:
    return any((money.received, money.fees, money.paid, money.refunded, money.direct))


# --- items ------------------------------------------------------------------------------------


def _item(item: ItemLine, at_most: int) -> ItemRow:
    """Give a row per currency: that of the goal first, also if nothing is there yet."""
    there = {each.currency: each for each in item.sums}
    codes = [item.goal_currency] if item.goal_currency is not None else []
    codes += [code for code in there if code != item.goal_currency]
    rows = []
    for code in codes[:at_most]:
        pledged = there[code].pledged if code in there else 0
        received = there[code].received if code in there else 0
        goal = Money(item.goal_minor or 0, code) if code == item.goal_currency else None
        rows.append(Row(Money(pledged, code), Money(received, code), goal))
    return ItemRow(item, tuple(rows), max(0, len(codes) - at_most))


# --- reviews ----------------------------------------------------------------------------------


def _reviews(
    figures: Figures,
) -> tuple[tuple[str, tuple[ReviewRow, ReviewRow]], ...]:
    """Give both sides of each group; nothing as long as no pull request is funded."""
    groups = figures.reviews.groups
    if not any(group.funded.count for group in groups):
        return ()
    return tuple(
        (
            AUTHORS[group.access],
            (_review(group.funded, funded=True), _review(group.not_funded, funded=False)),
        )
        for group in groups
        if group.funded.count or group.not_funded.count
    )


def _review(group: ReviewFigures, *, funded: bool) -> ReviewRow:
    return ReviewRow(
        funded=funded,
        count=group.count,
        first_review=_time(group.first_review_seconds),
        rounds_twice=group.rounds_twice,
        merged_percent=None if group.ended_too_few else round(100 * group.merged / group.ended),
        to_merge=_time(group.to_merge_seconds),
        too_few=group.too_few,
    )


def _time(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
