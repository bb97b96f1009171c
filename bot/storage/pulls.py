"""What did GitHub tell us of pull requests and their reviews?

Every pull request of a repository is here, funded or not; people stand in it as numbers. What its
reviews come to (`review_facts`) is brought up to date with each fact, in the same transaction.
Rows are read, joined and written back, so whoever writes keeps others from it meanwhile (`_hold`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Select, Table, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.reviews import (
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
from bot.storage.converging import (
    LEARNED,
    Row,
    join_pull,
    join_review,
    told_of_pull,
    told_of_review,
)
from bot.storage.inserting import Insert, insert
from bot.storage.people import Draw, remember_all
from bot.storage.tables import links, pulls, review_facts, reviews
from bot.storage.types import Whole

# --- what is told -----------------------------------------------------------------------------


async def note_all(
    tx: AsyncConnection, facts: Collection[m.PullSeen | m.ReviewSeen], draw: Draw
) -> None:
    """Take over what events told of pull requests and reviews, in any order, in a few statements."""
    if not facts:
        return
    seen = [fact for fact in facts if isinstance(fact, m.PullSeen)]
    given = [fact for fact in facts if isinstance(fact, m.ReviewSeen)]
    accounts = [a for fact in seen for a in (fact.author, fact.merged_by)]
    accounts += [fact.reviewer for fact in given]
    numbers = await remember_all(tx, (each for each in accounts if each is not None), draw)
    await _hold(tx, {fact.repo for fact in facts})
    told_pulls = [told_of_pull(fact, numbers) for fact in seen]
    told_reviews = [told_of_review(fact, numbers) for fact in given]
    await _join_all(tx, pulls, ("repo", "number"), told_pulls, join_pull)
    await _join_all(tx, reviews, ("repo", "id"), told_reviews, join_review)
    await _refresh(
        tx, {(fact.repo, fact.number) for fact in seen} | {(f.repo, f.pull) for f in given}
    )


async def note_pull(tx: AsyncConnection, fact: m.PullSeen, draw: Draw) -> None:
    """Take over what an event told of a pull request."""
    await note_all(tx, (fact,), draw)


async def note_review(tx: AsyncConnection, fact: m.ReviewSeen, draw: Draw) -> None:
    """Take over what an event told of a review."""
    await note_all(tx, (fact,), draw)


async def learn(tx: AsyncConnection, repo: int, learned: Learned) -> None:
    """Note whether an author or a reviewer has write access, as GitHub said when it was asked."""
    await _hold(tx, {repo})
    if learned.review is None:
        known = {"in_repo": repo, "which": learned.pull, "author_writes": learned.writes}
        await tx.execute(_LEARN_OF_AUTHOR, known)
    else:
        known = {"in_repo": repo, "which": learned.review, "writes": learned.writes}
        await tx.execute(_LEARN_OF_REVIEWER, known)
        await _refresh(tx, {(repo, learned.pull)})


# --- what is asked ----------------------------------------------------------------------------


async def pull(tx: AsyncConnection, repo: int, number: int) -> PullFacts | None:
    """Give what is known of one pull request."""
    found = await _select(tx, _PULL, in_repo=repo, which=number)
    return found[0] if found else None


async def facts(
    tx: AsyncConnection, repo: int, since: datetime, until: datetime
) -> tuple[PullFacts, ...]:
    """Give the pull requests opened in a half-open period, oldest first."""
    opened = pulls.c.opened_at
    query = _FACTS.where(opened >= since, opened < until)
    return await _select(tx, query.order_by(opened, pulls.c.number), in_repo=repo)


async def pulls_of_order(tx: AsyncConnection, repo: int, order: int) -> tuple[PullFacts, ...]:
    """Give the pull requests linked to a work order (by GitHub's issue id), in order of number."""
    linked = select(links.c.pull).where(
        links.c.repo == repo, links.c.order == order, links.c.linked.is_(True)
    )
    query = _FACTS.where(pulls.c.number.in_(linked))
    return await _select(tx, query.order_by(pulls.c.number), in_repo=repo)


async def reviews_of(tx: AsyncConnection, repo: int, number: int) -> tuple[Reviewed, ...]:
    """Give the reviews of a pull request, oldest first, but for those whose reviewer is not known."""
    query = select(reviews).where(
        reviews.c.repo == repo, reviews.c.pull == number, reviews.c.reviewer.is_not(None)
    )
    ordered = query.order_by(reviews.c.submitted_at, reviews.c.id)
    return tuple(_reviewed(record) for record in (await tx.execute(ordered)).mappings())


# --- pieces -----------------------------------------------------------------------------------


async def _hold(tx: AsyncConnection, repos: Collection[int]) -> None:
    """Let nobody else write about pull requests of these repositories until this transaction ends.

    One lock for a whole repository: it is there before any row is, and a lane, which learns of one
    pull request after the other, never holds one while it waits for the next.
    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """
    if tx.dialect.name == "postgresql":  # whoever writes on SQLite is alone
        await tx.execute(_HOLD, {"repos": sorted(repos)})


async def _join_all(
    tx: AsyncConnection,
    table: Table,
    key: tuple[str, str],
    told: Sequence[Row],
    join: Callable[[Row, Row], Row],
) -> None:
    """Join facts with the rows that are known, one after the other."""
    known = await _known(tx, table, key, {(row[key[0]], row[key[1]]) for row in told})
    joined: dict[tuple[int, int], Row] = {}
    for row in told:
        which = (row[key[0]], row[key[1]])
        joined[which] = join(joined.get(which) or known.get(which) or row, row)
    await _put_all(tx, table, list(joined.values()))


async def _refresh(tx: AsyncConnection, which: Collection[tuple[int, int]]) -> None:
    """Work out anew what the reviews of pull requests (repository, number) come to."""
    found = await _known(tx, pulls, ("repo", "number"), which)
    given: dict[tuple[int, int], list[Reviewed]] = {each: [] for each in found}
    given_there = await tx.execute(_REVIEWS_AMONG, _parts(found)) if found else None
    for record in given_there.mappings() if given_there is not None else ():
        given.get((record["repo"], record["pull"]), []).append(_reviewed(record))
    come_to = [_come_to(found[each], tuple(given[each])) for each in found]
    await _put_all(tx, review_facts, come_to)


def _come_to(pull: Row, given: tuple[Reviewed, ...]) -> Row:
    author = pull["author"]
    return {
        "repo": pull["repo"],
        "number": pull["number"],
        "first_review_at": first_review_at(given, author, pull["first_ready_at"]),
        "rounds": rounds(given, author),
        "approvals": codec.canonical(codec.plain(approving(given, author))).decode(),
    }


async def _known(
    tx: AsyncConnection, table: Table, key: tuple[str, str], which: Collection[tuple[int, int]]
) -> dict[tuple[int, int], Row]:
    if not which:
        return {}
    records = await tx.execute(_KNOWN[table.name], _parts(which))
    names = tuple(records.keys())  # once: a mapping would ask for them row by row
    rows = (dict(zip(names, record, strict=True)) for record in records)
    found = {(row[key[0]], row[key[1]]): row for row in rows}
    return {each: row for each, row in found.items() if each in which}


def _among(table: Table, key: tuple[str, str]) -> ColumnElement[bool]:
    """Say of each part of a key which values it may have; what else that finds is left out."""
    repo, number = (
        table.c[name].in_(bindparam(part, expanding=True))
        for name, part in zip(key, ("repos", "numbers"), strict=True)
    )
    return and_(repo, number)


def _parts(which: Iterable[tuple[int, int]]) -> dict[str, list[int]]:
    repos, numbers = zip(*which, strict=True)
    return {"repos": sorted(set(repos)), "numbers": sorted(set(numbers))}


async def _put_all(tx: AsyncConnection, table: Table, rows: list[Row]) -> None:
    if rows:
        await tx.execute(_PUTS[table.name], rows)


def _put(table: Table) -> Insert:
    statement = insert(table)
    key = [column.name for column in table.primary_key]
    told = [column.name for column in table.c if column.name not in {*key, *LEARNED}]
    newest = {name: statement.excluded[name] for name in told}
    return statement.on_conflict_do_update(index_elements=key, set_=newest)


# Locked one after the other, in the order given.
_REPOS = func.unnest(bindparam("repos", type_=ARRAY(Whole))).column_valued("repo")
_HOLD = select(func.pg_advisory_xact_lock(func.hashtext("pulls"), func.hashint8(_REPOS)))
_PUTS = {table.name: _put(table) for table in (pulls, reviews, review_facts)}
_KNOWN = {
    "pulls": select(pulls).where(_among(pulls, ("repo", "number"))),
    "reviews": select(reviews).where(_among(reviews, ("repo", "id"))),
}
_REVIEWS_AMONG = (
    select(reviews)
    .where(_among(reviews, ("repo", "pull")), reviews.c.reviewer.is_not(None))
    .order_by(reviews.c.submitted_at, reviews.c.id)
)
_LEARN_OF_AUTHOR = (
    update(pulls)
    .where(pulls.c.repo == bindparam("in_repo"), pulls.c.number == bindparam("which"))
    .values(author_writes=bindparam("author_writes"))
)
_LEARN_OF_REVIEWER = (
    update(reviews)
    .where(reviews.c.repo == bindparam("in_repo"), reviews.c.id == bindparam("which"))
    .values(writes=bindparam("writes"))
)


def _facts() -> Select[Any]:
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
        .where(pulls.c.repo == bindparam("in_repo"))
    )


_FACTS = _facts()
_PULL = _FACTS.where(pulls.c.number == bindparam("which"))


async def _select(tx: AsyncConnection, query: Select[Any], **given: int) -> tuple[PullFacts, ...]:
    return tuple(_pull_facts(record) for record in (await tx.execute(query, given)).mappings())


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
