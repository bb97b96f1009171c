"""What do views and mirror hold for the panel of a work order, and for its pull requests' check run?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import entries as e
from bot.domain.dues import still_there
from bot.domain.movements import RecordKind
from bot.domain.order_panel import (
    NAMES_DISCLOSED,
    PULLS_SHOWN,
    Covered,
    DisclosureShown,
    OrderPanelShown,
    PullShown,
    people_in,
)
from bot.domain.panel import LARGEST_SHOWN
from bot.domain.parity import Parity, compare
from bot.domain.refs import Repo
from bot.domain.reviews import PullFacts, independent
from bot.domain.rules import Rules
from bot.domain.stages import LIVE, Stage
from bot.domain.views import Drawn, Item, Link, Order, Pledge, Total
from bot.storage import inbox, knowing, ledger, pulls, rows, showing
from bot.storage.choosing import pledges_here
from bot.storage.tables import drawn, links, pledges, records


async def order_panel(
    tx: AsyncConnection, repo: Repo, issue: int, now: datetime
) -> OrderPanelShown | None:
    """Gather what the panel of a work order shows."""
    order = await rows.one(tx, repo.id, Order, issue)
    if order is None:
        return None
    covered = await knowing.covered_items(tx, repo.id, order)
    here = pledges_here(repo.id, issue)
    live = here.where(pledges.c.stage.in_(LIVE))
    largest = live.order_by(pledges.c.minor.desc(), pledges.c.pledge).limit(LARGEST_SHOWN)
    ended, ended_count = await showing.newest_ended(tx, here)
    shown, pull_count = await _pulls(tx, repo.id, order)
    return OrderPanelShown(
        repository=repo.full_name,
        order=order,
        rules=await showing.rules_of(tx, repo.id) or Rules(),
        position=await ledger.position(tx, repo.id),
        words=await knowing.words_of_texts(tx, repo.id, order),
        covered=_covered(order, covered),
        drawn=await _drawn(tx, repo.id, issue),
        totals=await showing.totals_of(tx, repo.id, issue),
        available=await _available(tx, repo.id, order, covered),
        pledges=await rows.every(tx, Pledge, largest),
        pledge_count=await showing.counted(tx, live, pledges.c.pledge),
        ended=ended,
        ended_count=ended_count,
        reasons=await showing.reasons(tx, repo.id, ended),
        treasury=await showing.treasury(tx, repo.id, issue),
        pulls=shown,
        pull_count=pull_count,
        parity=await _parity(tx, repo.id, order, now) if shown else None,
        confirmed=await _is_confirmed(tx, repo.id, order),
        today=now.date(),
        under_review=await inbox.quarantined(tx, repo.id, issue) > 0,
    )


async def disclosure(tx: AsyncConnection, repo: Repo, number: int) -> DisclosureShown | None:
    """Gather what the check run on a pull request says; None for one that names no work order."""
    link = await rows.one(tx, repo.id, Link, number)
    facts = await pulls.pull(tx, repo.id, number) if link else None
    order = await rows.one(tx, repo.id, Order, link.order) if link else None
    if link is None or facts is None or order is None:
        return None
    named = order.in_force.funder
    sure = (named,) if named is not None and await _is_confirmed(tx, repo.id, order) else ()
    funders = tuple(dict.fromkeys((*sure, *await _funders(tx, repo.id, order.issue))))
    free = independent(facts.approvals, await interested_in(tx, repo.id, order, facts.author))
    return DisclosureShown(
        repository=repo.full_name,
        number=number,
        head=facts.head,
        order=order.number,
        linked=link.linked,
        ended=not (link.linked or link.named),
        author=facts.author,
        funders=funders[:NAMES_DISCLOSED],
        funders_left=len(funders[NAMES_DISCLOSED:]),
        named=None if sure else named,
        approvals=facts.approvals,
        independent=tuple(approval.reviewer for approval in free),
    )


async def interested_in(
    tx: AsyncConnection, repo: int, order: Order, author: int | None
) -> frozenset[int]:
    """Name everybody with a declared interest in a pull request under a work order."""
    named = people_in(order.terms) | people_in(order.in_force)
    own = frozenset() if author is None else frozenset({author})
    return named | own | await knowing.givers(tx, repo, order.issue)


async def involved(tx: AsyncConnection, repo: int, issue: int) -> frozenset[int]:
    """Name everybody involved in a work order; nobody where there is none."""
    order = await rows.one(tx, repo, Order, issue)
    return await interested_in(tx, repo, order, None) if order else frozenset()


async def meant(tx: AsyncConnection, repo: int, issue: int) -> dict[str, int]:
    """Give whom the logins in a work order's texts meant when they were first read (logins folded).

    Of all its texts: else a login that is taken out and put back would be looked up anew, and be
    whoever has it by then.
    """
    found: dict[str, int] = {}
    async for line in ledger.lines(tx, repo, issue=issue):
        entry = line.entry()
        if isinstance(entry, e.OrderWritten):
            for login, person in _logins(entry):
                found.setdefault(login.casefold(), person)
    return found


# --- pieces -----------------------------------------------------------------------------------


def _logins(text: e.OrderWritten) -> Iterable[tuple[str, int]]:
    """Say whom each login of a text meant; those that were erased meant nobody."""
    terms, logins = text.terms, text.logins.words.split()
    # A funder known by name only has no login there.
    by_login = len(logins) > len(terms.developers) + len(terms.interested)
    funder = (terms.funder,) if by_login and terms.funder is not None else ()
    return zip(logins, (*terms.developers, *funder, *terms.interested), strict=False)


async def _is_confirmed(tx: AsyncConnection, repo: int, order: Order) -> bool:
    """Tell whether the funder named has promised or paid for a work order; an offer does neither."""
    funder = order.in_force.funder
    promised = select(pledges.c.pledge).where(
        pledges.c.repo == repo,
        pledges.c.funder == funder,
        or_(pledges.c.issue == order.issue, pledges.c.drawn_by == order.issue),
        pledges.c.stage.in_(LIVE - {Stage.OFFERED}),
    )
    paid = select(records.c.record).where(
        records.c.repo == repo,
        records.c.fund == order.issue,
        records.c.funder == funder,
        records.c.kind.in_({RecordKind.RECEIVED, RecordKind.DIRECT}),
        records.c.reversed_by.is_(None),
    )
    found = await tx.execute(union_all(promised, paid).limit(1))
    return funder is not None and found.first() is not None


def _covered(order: Order, found: Iterable[Item]) -> tuple[Covered, ...]:
    by_number = {item.number: item for item in found}
    return tuple(Covered(number, by_number.get(number)) for number in order.in_force.items)


async def _drawn(tx: AsyncConnection, repo: int, order: int) -> tuple[Drawn, ...]:
    query = select(drawn).where(drawn.c.repo == repo, drawn.c.order == order)
    return await rows.every(tx, Drawn, query.order_by(drawn.c.currency))


async def _available(
    tx: AsyncConnection, repo: int, order: Order, covered: Iterable[Item]
) -> tuple[Total, ...]:
    """Add up what a work order could draw on the items that it covers, by currency."""
    issues = [item.issue for item in covered]
    drawable = (
        pledges.c.repo == repo,
        pledges.c.issue.in_(issues),
        pledges.c.stage.in_({Stage.STANDING, Stage.DUE, Stage.RECEIVED}),
        pledges.c.drawn_by.is_(None),
        pledges.c.on_completion.is_(False),
    )
    query = select(pledges.c.currency, func.sum(pledges.c.minor)).where(
        *drawable, pledges.c.received == 0
    )
    promised = await tx.execute(query.group_by(pledges.c.currency))
    found = {row[0]: Total(order.issue, row[0], standing=int(row[1])) for row in promised}
    paid = await rows.every(tx, Pledge, select(pledges).where(*drawable, pledges.c.received > 0))
    funds = await knowing.funds_of(tx, repo, issues)
    claimed = await knowing.claimed(tx, repo, issues)
    for pledge in still_there(paid, order, funds, claimed):
        total = found.get(pledge.currency, Total(order.issue, pledge.currency))
        found[pledge.currency] = replace(
            total,
            standing=total.standing + pledge.outstanding,
            received=total.received + pledge.received - pledge.refunded,
        )
    return tuple(found[currency] for currency in sorted(found))


async def _funders(tx: AsyncConnection, repo: int, order: int) -> tuple[int, ...]:
    """Name whoever gives for what a work order has drawn on, the first pledge first."""
    query = (
        select(pledges.c.funder)
        .where(
            pledges.c.repo == repo,
            pledges.c.drawn_by == order,
            pledges.c.stage.in_(LIVE),
        )
        .order_by(pledges.c.pledge)
    )
    return tuple((await tx.execute(query)).scalars())


async def _pulls(tx: AsyncConnection, repo: int, order: Order) -> tuple[tuple[PullShown, ...], int]:
    """Give the newest pull requests that belong to a work order or name it, and how many there are."""
    query = select(links).where(
        links.c.repo == repo,
        links.c.order == order.issue,
        links.c.linked.is_(True) | links.c.named.is_(True),
    )
    count = await showing.counted(tx, query, links.c.pull)
    newest = await rows.every(tx, Link, query.order_by(links.c.pull.desc()).limit(PULLS_SHOWN))
    shown = []
    for link in newest:
        facts = await pulls.pull(tx, repo, link.pull)
        about = await interested_in(tx, repo, order, facts.author if facts else None)
        shown.append(PullShown(link, facts, len(_independent(facts, about))))
    return tuple(shown), count


def _independent(facts: PullFacts | None, about: frozenset[int]) -> tuple[object, ...]:
    return independent(facts.approvals, about) if facts else ()


async def _parity(tx: AsyncConnection, repo: int, order: Order, now: datetime) -> Parity:
    """Compare the pull requests opened since the work order was, up to its end."""
    until = order.closed_at or now
    since = order.started_at or order.opened_at
    return compare(await pulls.facts(tx, repo, since, until), since, until)
