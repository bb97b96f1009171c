"""How do facts about one pull request, or one review, make one row in whatever order they arrive?

Joining two of them is commutative, associative and idempotent, so what is told late, twice or the
wrong way round leaves the same row. GitHub counts whole seconds: of two facts of the same second,
the one whose action changes a column knows better about that column.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.refs import Account
from bot.domain.reviews import APPROVED, CHANGES_REQUESTED, DISMISSED
from bot.events import mirrored as m

Row = dict[str, Any]

_KNOWN_ONCE = ("author", "by_bot", "opened_at", "first_ready_at", "merged_at", "merged_by")
"""Columns that an event may leave out, and that never change once they are known: nothing undoes a
merge. Were two facts to differ, the least would stand: the earliest moment, or that it is no bot."""

_CHANGED_BY: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (("title", "reverts", "names", "base", "into_default"), frozenset({"edited"})),
    (("head",), frozenset({"synchronize"})),
    (("is_draft",), frozenset({"ready_for_review", "converted_to_draft"})),
    (("closed_at",), frozenset({"closed", "reopened"})),
)
"""Columns of which the newest word counts, and the actions that change them."""

DECIDING = frozenset[str]().union(*(actions for _, actions in _CHANGED_BY))
"""Actions that are noted with the moment at which they were told (`told_by`)."""

LEARNED = frozenset({"author_writes", "writes"})
"""Columns that no fact tells: GitHub is asked. A row is made without, and facts never write them again."""


def told_of_pull(fact: m.PullSeen, numbers: Mapping[int, int]) -> Row:
    """Give the row that one fact about a pull request makes."""
    names = ("title", "opened_at", "is_draft", "head", "base", "into_default", "reverts", "names")
    closed_at = None if fact.is_open else fact.closed_at or fact.told_at
    return {name: getattr(fact, name) for name in ("repo", "number", *names)} | {
        "author": _number(fact.author, numbers),
        "merged_by": _number(fact.merged_by, numbers),
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


def told_of_review(fact: m.ReviewSeen, numbers: Mapping[int, int]) -> Row:
    """Give the row that one fact about a review makes."""
    dismissed = fact.action == "dismissed"  # the state may still be the one of before
    return {
        "repo": fact.repo,
        "id": fact.id,
        "reviewer": _number(fact.reviewer, numbers),
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


def _number(account: Account | None, numbers: Mapping[int, int]) -> int | None:
    return None if account is None else numbers[account.id]


def join_pull(known: Row, told: Row) -> Row:
    """Give the row that two facts about a pull request make; other columns stay as known."""
    joined = known | {name: _least(known[name], told[name]) for name in _KNOWN_ONCE}
    joined["from_opening"] = known["from_opening"] or told["from_opening"]
    for names, actions in _CHANGED_BY:
        best = max(known, told, key=lambda row: _rank(row, names, actions))
        joined |= {name: best[name] for name in names}
    joined["told_at"] = max(known["told_at"], told["told_at"])
    joined["told_by"] = _told_by(known, told)
    if joined["merged_at"] is not None:
        joined["closed_at"] = joined["merged_at"]
    return joined


def join_review(known: Row, told: Row) -> Row:
    """Give the row that two facts about a review make; a dismissal is final."""
    once = ("reviewer", "by_bot", "submitted_at")
    joined = known | {name: _least(known[name], told[name]) for name in once}
    for name in ("state", "commit"):
        joined[name] = max((known, told), key=lambda row: (row["told_at"], row[name]))[name]
    if DISMISSED in {known["state"], told["state"]}:
        joined["state"] = DISMISSED
    for name in ("asked_changes", "approved_once"):
        joined[name] = known[name] or told[name]
    joined["told_at"] = max(known["told_at"], told["told_at"])
    return joined


def _rank(row: Row, names: tuple[str, ...], actions: frozenset[str]) -> tuple[Any, ...]:
    """Order by moment, then by whether the action changes these columns, then by what they say.

    A moment is more than none: of a closing and a reopening in one second, the closing stands.
    """
    values = [(row[name] is not None, row[name]) for name in names]
    return (row["told_at"], not actions.isdisjoint(row["told_by"].split()), values)


def _told_by(known: Row, told: Row) -> str:
    newest = max(known["told_at"], told["told_at"])
    words = [row["told_by"].split() for row in (known, told) if row["told_at"] == newest]
    return " ".join(sorted({word for each in words for word in each}))


def _least(one: Any, other: Any) -> Any:
    return min((value for value in (one, other) if value is not None), default=None)
