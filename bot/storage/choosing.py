"""Which pledges does a decision see? Each choice is a few queries by key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.decisions import About, Choice
from bot.domain.stages import LIVE, UNDRAWN, Stage
from bot.domain.views import Pledge
from bot.storage import rows
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
    tx: AsyncConnection,
    repo: int,
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
    queries = list(_queries(repo, about, actor, funder, covered))
    if recorded:
        queries.append(_where(repo, pledges.c.pledge.in_(recorded)))
    for query in queries:
        found |= {pledge.pledge: pledge for pledge in await rows.every(tx, Pledge, query)}
    if about.choice is Choice.OFFERS and about.issue is not None:
        # Accepting one ends the funder's older ones.
        funders = {pledge.funder for pledge in found.values()}
        undrawn = pledges.c.stage.in_(UNDRAWN)
        query = pledges_of(repo, about.issue, pledges.c.funder.in_(funders), undrawn)
        found |= {pledge.pledge: pledge for pledge in await rows.every(tx, Pledge, query)}
    return tuple(found[number] for number in sorted(found))


def _where(repo: int, *where: ColumnElement[bool]) -> Select[Any]:
    return select(pledges).where(pledges.c.repo == repo, *where)


def _queries(  # noqa: C901 - one case for each choice
    repo: int, about: About, actor: int | None, funder: int | None, covered: tuple[int, ...]
) -> Iterator[Select[Any]]:
    issue = about.issue
    if issue is None:
        return
    live = pledges.c.stage.in_(LIVE)
    if about.pledge is not None:
        yield pledges_here(repo, issue, pledges.c.pledge == about.pledge)
    match about.choice:
        case Choice.OWN_LIVE:
            yield pledges_here(repo, issue, pledges.c.pledger == actor, live)
            yield pledges_of(repo, issue, pledges.c.funder == (funder or actor), live)
        case Choice.OFFERS if about.pledge is None:
            offered = pledges_of(repo, issue, pledges.c.stage == Stage.OFFERED)
            yield offered.order_by(pledges.c.pledge).limit(OFFERS_NAMED)
        case Choice.LIVE:
            yield pledges_of(repo, issue, live)
        case Choice.OF_PARTY:
            theirs = or_(pledges.c.pledger == about.party, pledges.c.funder == about.party)
            yield pledges_here(repo, issue, theirs)
        case Choice.DRAWABLE:
            undrawn = (pledges.c.drawn_by.is_(None), live, pledges.c.on_completion.is_(False))
            for lies_on in (issue, *covered):
                yield pledges_of(repo, lies_on, *undrawn)
        case Choice.COVERED:
            yield pledges_here(repo, issue, live)
            for lies_on in covered:
                yield pledges_of(repo, lies_on, pledges.c.on_completion.is_(True), live)
        case Choice.NONE | Choice.OFFERS:
            pass  # nothing, or the one that was named
