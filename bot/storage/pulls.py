"""What did GitHub tell us of pull requests and their reviews?

Every pull request of a repository is here, funded or not; people stand in it as numbers. What its
reviews come to (`review_facts`) is brought up to date with each fact, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Select, Table, and_, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Account
from bot.domain.reviews import (
    APPROVED,
    CHANGES_REQUESTED,
    DISMISSED,
    Approval,
    Learned,
    PullFacts,
    Reviewed,
    approving,
    first_review_at,
    rounds,
)
from bot.events import mirrored as m
from bot.storage import codec
from bot.storage.converging import DECIDING, Row, join_pull, join_review
from bot.storage.people import Draw, remember
from bot.storage.tables import links, pulls, review_facts, reviews

# --- what is told -----------------------------------------------------------------------------


async def note_pull(tx: AsyncConnection, fact: m.PullSeen, draw: Draw) -> None:
    """Take over what an event told of a pull request."""
    key = {"repo": fact.repo, "number": fact.number}
    told = (
        key
        | _told_of_pull(fact)
        | {
            "author": await _person(tx, fact.author, draw),
            "merged_by": await _person(tx, fact.merged_by, draw),
        }
    )
    known = await _row(tx, pulls, key)
    await _put(tx, pulls, key, join_pull(known or told, told))
    await _refresh(tx, fact.repo, fact.number)


async def note_review(tx: AsyncConnection, fact: m.ReviewSeen, draw: Draw) -> None:
    """Take over what an event told of a review."""
    key = {"repo": fact.repo, "id": fact.id}
    told = key | _told_of_review(fact) | {"reviewer": await _person(tx, fact.reviewer, draw)}
    known = await _row(tx, reviews, key)
    await _put(tx, reviews, key, join_review(known or told, told))
    await _refresh(tx, fact.repo, fact.pull)


async def learn(tx: AsyncConnection, repo: int, learned: Learned) -> None:
    """Note whether an author or a reviewer has write access, as GitHub said when it was asked."""
    if learned.review is None:
        ours = and_(pulls.c.repo == repo, pulls.c.number == learned.pull)
        await tx.execute(update(pulls).where(ours).values(author_writes=learned.writes))
    else:
        ours = and_(reviews.c.repo == repo, reviews.c.id == learned.review)
        await tx.execute(update(reviews).where(ours).values(writes=learned.writes))
        await _refresh(tx, repo, learned.pull)


# --- what is asked ----------------------------------------------------------------------------


async def pull(tx: AsyncConnection, repo: int, number: int) -> PullFacts | None:
    """Give what is known of one pull request."""
    found = await _select(tx, _facts(repo).where(pulls.c.number == number))
    return found[0] if found else None


async def facts(
    tx: AsyncConnection, repo: int, since: datetime, until: datetime
) -> tuple[PullFacts, ...]:
    """Give the pull requests opened in a half-open period, oldest first."""
    opened = pulls.c.opened_at
    query = _facts(repo).where(opened >= since, opened < until)
    return await _select(tx, query.order_by(opened, pulls.c.number))


async def pulls_of_order(tx: AsyncConnection, repo: int, order: int) -> tuple[PullFacts, ...]:
    """Give the pull requests linked to a work order (by GitHub's issue id), in order of number."""
    linked = select(links.c.pull).where(
        links.c.repo == repo, links.c.order == order, links.c.linked.is_(True)
    )
    query = _facts(repo).where(pulls.c.number.in_(linked))
    return await _select(tx, query.order_by(pulls.c.number))


async def reviews_of(tx: AsyncConnection, repo: int, number: int) -> tuple[Reviewed, ...]:
    """Give the reviews of a pull request, oldest first, but for those whose reviewer is not known."""
    query = select(reviews).where(
        reviews.c.repo == repo, reviews.c.pull == number, reviews.c.reviewer.is_not(None)
    )
    ordered = query.order_by(reviews.c.submitted_at, reviews.c.id)
    return tuple(_reviewed(record) for record in (await tx.execute(ordered)).mappings())


# --- pieces -----------------------------------------------------------------------------------


def _told_of_pull(fact: m.PullSeen) -> Row:
    names = ("title", "opened_at", "is_draft", "head", "base", "into_default", "reverts", "names")
    closed_at = None if fact.is_open else fact.closed_at or fact.told_at
    return {name: getattr(fact, name) for name in names} | {
        "by_bot": _is_bot(fact.author),
        "author_writes": None,
        "from_opening": fact.action == "opened",
        "first_ready_at": _ready_at(fact),
        "closed_at": closed_at,
        "merged_at": fact.merged_at,
        "told_at": fact.told_at,
        "told_by": fact.action if fact.action in DECIDING else "",
    }


def _ready_at(fact: m.PullSeen) -> datetime | None:
    """Say since when it was ready for review at the latest, going by this fact alone."""
    if fact.is_draft:
        return None
    return fact.opened_at if fact.action == "opened" else fact.told_at


def _told_of_review(fact: m.ReviewSeen) -> Row:
    dismissed = fact.action == "dismissed"  # the state may still be the one of before
    return {
        "pull": fact.pull,
        "by_bot": _is_bot(fact.reviewer),
        "writes": None,
        "state": DISMISSED if dismissed else fact.state,
        "asked_changes": fact.state == CHANGES_REQUESTED,
        "approved_once": fact.state == APPROVED,
        "commit": fact.commit,
        "submitted_at": fact.submitted_at,
        "told_at": fact.told_at,
    }


def _is_bot(account: Account | None) -> bool | None:
    return None if account is None else account.kind != "User"


async def _person(tx: AsyncConnection, account: Account | None, draw: Draw) -> int | None:
    return None if account is None else await remember(tx, account, draw)


async def _refresh(tx: AsyncConnection, repo: int, number: int) -> None:
    """Work out anew what the reviews of one pull request come to."""
    key = {"repo": repo, "number": number}
    row = await _row(tx, pulls, key)
    if row is None:
        return
    given = await reviews_of(tx, repo, number)
    approvals = codec.canonical(codec.plain(approving(given, row["author"])))
    values = {
        "first_review_at": first_review_at(given, row["author"], row["first_ready_at"]),
        "rounds": rounds(given, row["author"]),
        "approvals": approvals.decode(),
    }
    await _put(tx, review_facts, key, key | values)


async def _row(tx: AsyncConnection, table: Table, key: Mapping[str, int]) -> Row | None:
    query = select(table).where(*(table.c[name] == value for name, value in key.items()))
    record = (await tx.execute(query)).mappings().first()
    return None if record is None else dict(record)


async def _put(tx: AsyncConnection, table: Table, key: Mapping[str, int], row: Row) -> None:
    statement = insert(table).values(row)
    newest = {name: statement.excluded[name] for name in row if name not in key}
    await tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=newest))


def _facts(repo: int) -> Select[Any]:
    """Query pull requests with what their reviews come to, their work order, and their revert."""
    reverting = pulls.alias("reverting")
    reverted_by = select(func.min(reverting.c.number)).where(
        reverting.c.repo == pulls.c.repo,
        reverting.c.reverts == pulls.c.number,
        reverting.c.merged_at.is_not(None),
    )
    same = and_(review_facts.c.repo == pulls.c.repo, review_facts.c.number == pulls.c.number)
    link = and_(
        links.c.repo == pulls.c.repo, links.c.pull == pulls.c.number, links.c.linked.is_(True)
    )
    return (
        select(
            pulls,
            review_facts.c.first_review_at,
            review_facts.c.rounds,
            review_facts.c.approvals,
            links.c.order,
            reverted_by.scalar_subquery().label("reverted_by"),
        )
        .join(review_facts, same)
        .outerjoin(links, link)
        .where(pulls.c.repo == repo)
    )


async def _select(tx: AsyncConnection, query: Select[Any]) -> tuple[PullFacts, ...]:
    return tuple(_pull_facts(record) for record in (await tx.execute(query)).mappings())


def _pull_facts(record: Mapping[Any, Any]) -> PullFacts:
    same = PullFacts.__dataclass_fields__.keys() - {"by_bot", "ready_at", "approvals"}
    return PullFacts(
        **{name: record[name] for name in same},
        by_bot=bool(record["by_bot"]),
        ready_at=record["first_ready_at"],
        approvals=codec.read(msgspec.json.decode(record["approvals"]), tuple[Approval, ...]),
    )


def _reviewed(record: Mapping[Any, Any]) -> Reviewed:
    same = Reviewed.__dataclass_fields__.keys() - {"bot", "at"}
    return Reviewed(
        **{name: record[name] for name in same},
        bot=bool(record["by_bot"]),
        at=record["submitted_at"],
    )
