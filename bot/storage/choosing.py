"""Which pledges does a decision see? Each choice is a few queries by key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from bot.domain.decisions import About, Choice
from bot.domain.stages import LIVE, UNDRAWN, Stage
from bot.domain.views import Pledge
from bot.storage import rows
from bot.storage.sheet import Sheet
from bot.storage.tables import pledges

OFFERS_NAMED = 10
"""How many offers an answer names at most when it must ask which one was meant."""


def pledges_of(repo: int, issue: int, *where: ColumnElement[bool]) -> Select[Any]:
    """Query pledges that lie on one issue."""
    return select(pledges).where(pledges.c.repo == repo, pledges.c.issue == issue, *where)


def pledges_here(repo: int, issue: int, *where: ColumnElement[bool]) -> Select[Any]:
    """Query pledges that lie on one issue, or that it (a work order) has drawn on."""
    here = or_(pledges.c.issue == issue, pledges.c.drawn_by == issue)
    return select(pledges).where(pledges.c.repo == repo, here, *where)


async def chosen(
    sheet: Sheet,
    about: About,
    *,
    actor: int | None,
    funder: int | None,
    covered: tuple[int, ...],
    recorded: frozenset[int],
) -> tuple[Pledge, ...]:
    """Load the pledges that a decision must see, in order of their numbers.

    `covered` are the issue ids of the items that the work order at hand covers; `recorded` are the
    pledges of the records at hand.
    """
    found: dict[int, Pledge] = {}
    for each in await _found(sheet, about, actor, funder, covered):
        found[each.pledge] = each
    for row in (await sheet.load((Pledge, number) for number in recorded)).values():
        assert isinstance(row, Pledge)
        found[row.pledge] = row
    if about.choice is Choice.OFFERS and about.issue is not None:
        # Accepting one ends the funder's older ones.
        for funder_of in {pledge.funder for pledge in found.values()}:
            theirs = await sheet.find(Pledge, issue=about.issue, funder=funder_of, stage=UNDRAWN)
            found |= {pledge.pledge: pledge for pledge in theirs}
    return tuple(found[number] for number in sorted(found))


async def _found(
    sheet: Sheet,
    about: About,
    actor: int | None,
    funder: int | None,
    covered: tuple[int, ...],
) -> list[Pledge]:
    issue = about.issue
    if issue is None:
        return []
    found: list[Pledge] = []
    if about.pledge is not None:
        named = await sheet.one(Pledge, about.pledge)
        found += [named] if named and issue in {named.issue, named.drawn_by} else []
    if about.choice is Choice.OFFERS and about.pledge is None:
        offered = pledges_of(sheet.repo, issue, pledges.c.stage == Stage.OFFERED)
        first = offered.order_by(pledges.c.pledge).limit(OFFERS_NAMED)
        found += await rows.every(await sheet.plain(), Pledge, first)
    for where in _wanted(about, issue, actor, funder, covered):
        found += await sheet.find(Pledge, **where)
    return found


def _wanted(  # noqa: C901 - one case for each choice
    about: About, issue: int, actor: int | None, funder: int | None, covered: tuple[int, ...]
) -> Iterator[dict[str, Any]]:
    """Say which pledges a choice is about; `here` is where they lie, or the order that drew them."""
    here: tuple[dict[str, Any], ...] = ({"issue": issue}, {"drawn_by": issue})
    match about.choice:
        case Choice.OWN_LIVE:
            for place in here:
                yield place | {"pledger": actor, "stage": LIVE}
            yield {"issue": issue, "funder": funder or actor, "stage": LIVE}
        case Choice.LIVE:
            yield {"issue": issue, "stage": LIVE}
        case Choice.OF_PARTY:
            for place in here:
                for side in ("pledger", "funder"):
                    yield place | {side: about.party}
        case Choice.DRAWABLE:
            for lies_on in (issue, *covered):
                yield {"issue": lies_on, "drawn_by": None, "stage": LIVE, "on_completion": False}
        case Choice.COVERED:
            for place in here:
                yield place | {"stage": LIVE}
            for lies_on in covered:
                yield {"issue": lies_on, "on_completion": True, "stage": LIVE}
        case Choice.NONE | Choice.OFFERS:
            pass  # nothing, or what was looked for above
