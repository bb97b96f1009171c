"""What is on the roadmap, from when to when, and which work orders cover it?"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from demo.year.acts import Act, Closes, Labels, Opens, Says
from demo.year.amounts import Sum, read
from demo.year.dates import MONTHS, Year, later
from demo.year.people import STEWARDS


@dataclass(frozen=True, slots=True)
class Item:
    """A roadmap item, and how it ends."""

    key: str
    title: str
    body: str
    goal: Sum
    opened_at: datetime
    ended_at: datetime | None
    how: str
    """`completed`, `dropped`, `unlabelled`, or nothing while it is open."""


@dataclass(frozen=True, slots=True)
class Order:
    """A work order as it is going to be."""

    key: str
    title: str
    items: tuple[str, ...]
    developer: str
    funder: str
    interested: tuple[str, ...]
    budget: Sum
    proposed_at: datetime
    approved_at: datetime
    started_at: datetime
    ends_at: datetime | None
    """When the final report is in; None when the year ends before."""
    period: tuple[date, date]
    outcome: str
    unfunded: bool
    direct: bool
    words: dict[str, Any]
    """Scope, effort, share, reports, final, pulls."""


def _listed(name: str, what: str) -> list[dict[str, Any]]:
    read_in: dict[str, list[dict[str, Any]]] = tomllib.loads(
        Path(__file__).with_name(name).read_text("utf-8")
    )
    return read_in[what]


def items(rng: Random, year: Year) -> dict[str, Item]:
    """Give the items, with the moments at which they come and go."""
    found = {}
    for each in _listed("roadmap.toml", "item"):
        month = each["opened"]
        opened_at = year.some_time(rng, month, 1, 6)
        how = next((w for w in ("completed", "dropped", "unlabelled") if w in each), "")
        ended_at = year.some_time(rng, each[how], 21) if how else None
        found[each["key"]] = Item(
            each["key"],
            each["title"],
            each["body"].strip(),
            read(each["goal"]),
            opened_at,
            ended_at,
            how,
        )
    return found


def orders(year: Year) -> list[Order]:
    """Give the work orders, by the day on which they are proposed."""
    found = [_order(each, year) for each in _listed("work_orders.toml", "order")]
    return sorted(found, key=lambda order: order.proposed_at)


def _order(each: dict[str, Any], year: Year) -> Order:
    (proposed, on), (started, then), (month, day) = each["proposed"], each["started"], each["ends"]
    proposed_at = year.at(proposed, on, 11, 15)
    started_at = year.at(started, then, 14, 30)
    return Order(
        key=each["key"],
        title=each["title"],
        items=tuple(each["items"]),
        developer=each["developer"],
        funder=each["funder"],
        interested=tuple(each["interested"]),
        budget=read(each["budget"]),
        proposed_at=proposed_at,
        approved_at=proposed_at + timedelta(days=(started_at - proposed_at).days * 3 // 4),
        started_at=started_at,
        ends_at=year.at(month, day, 16) if month < MONTHS else None,
        period=(started_at.date(), year.month(month + 2 * (month >= MONTHS)).replace(day=28)),
        outcome=each.get("outcome", ""),
        unfunded=each.get("unfunded", False),
        direct=each.get("direct", False),
        words={
            name: each.get(name, "")
            for name in ("scope", "effort", "share", "reports", "final", "pulls")
        },
    )


def life(rng: Random, item: Item) -> Iterator[Act]:
    """Let an item come, get its goal, and end as it is to end."""
    steward = rng.choice(list(STEWARDS))
    yield Act(item.opened_at, steward, Opens(item.key, item.title, item.body))
    yield Act(item.opened_at, steward, Labels(item.key))
    goal_at = later(rng, item.opened_at, 0, 0)
    yield Act(max(goal_at, item.opened_at), steward, Says(item.key, f"/goal {item.goal}"))
    if item.ended_at is None:
        return
    if item.how == "unlabelled":
        words = (
            "We have talked about this with three groups, and it is a project of its own. It leaves"
            " our roadmap, with our good wishes."
        )
        yield Act(item.ended_at, steward, Says(item.key, words))
        yield Act(item.ended_at, steward, Labels(item.key, off=True))
    else:
        yield Act(item.ended_at, steward, Closes(item.key, completed=item.how == "completed"))
