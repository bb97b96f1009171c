"""Which changes are proposed, reviewed and merged, with and without funding?"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from demo.year.acts import Act, EndsPull, Proposes, Reviews, Revises
from demo.year.dates import MONTHS, Year, later
from demo.year.people import DEVELOPERS, MAINTAINERS, NEWCOMERS, STEWARDS
from demo.year.roadmap import Order

REVIEWERS = ("ines", "tomas", "yuki", *MAINTAINERS)
_WISHES = (
    "Could this have a test that fails without the change?",
    "The name says less than the old one. Otherwise fine.",
    "This changes a default; please keep the old one and add a switch.",
    "I think this is right for the north and wrong for the south.",
    "Please split the clean-up from the change.",
)
_MERGED, _CHANGES_WANTED = 0.8, 0.45
_DECLINED = "order-guiding"
"""The pull requests of this work order are not merged: it is declined on its merits."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A pull request, before anybody has looked at it."""

    key: str
    title: str
    author: str
    at: datetime
    order: Order | None = None
    merged: bool = True


def said(rng: Random, year: Year, orders: list[Order]) -> Iterator[Act]:
    """Propose, review, revise and end every change of the year."""
    for change in (*_unfunded(rng, year), *_funded(year, orders)):
        yield from _course(rng, year, change)


def _unfunded(rng: Random, year: Year) -> Iterator[_Change]:
    read = Path(__file__).with_name("pulls.toml").read_text("utf-8")
    titles = tomllib.loads(read)["titles"]
    insiders, outsiders = [*MAINTAINERS, *STEWARDS], [*NEWCOMERS, *DEVELOPERS]
    for number, title in enumerate(titles):
        month = number * MONTHS // len(titles)
        at = year.some_time(rng, month)
        author = rng.choice(insiders if rng.random() < 0.45 else outsiders)  # noqa: PLR2004
        yield _Change(f"pull-{number:02}", title, author, at, merged=rng.random() < _MERGED)


def _funded(year: Year, orders: list[Order]) -> Iterator[_Change]:
    for order in orders:
        titles = order.words["pulls"]
        ends = min(order.ends_at or year.ends, year.ends)
        for number, title in enumerate(titles, 1):
            at = order.started_at + (ends - order.started_at).days * timedelta(days=1) * number / (
                len(titles) + 2
            )
            key = f"pull-{order.key}-{number}"
            partly = order.outcome == "partly landed" and number == len(titles)
            merged = not partly and order.key != _DECLINED
            yield _Change(key, title, order.developer, at.replace(hour=15), order, merged)


def _course(rng: Random, year: Year, change: _Change) -> Iterator[Act]:
    """From its opening to its end, with the first review after some days."""
    order = change.order.key if change.order else None
    acts = [Act(change.at, change.author, Proposes(change.key, change.title, order))]
    interested = change.order.interested if change.order else ()
    first, second = rng.sample([r for r in REVIEWERS if r not in {change.author, *interested}], 2)
    at = change.at + timedelta(hours=rng.lognormvariate(3.4, 0.9))
    at = later(rng, at, 0, 0) if at.date() != change.at.date() else _in_the_evening(at)
    if rng.random() < _CHANGES_WANTED:
        acts.append(Act(at, first, Reviews(change.key, rng.choice(_WISHES))))
        at = later(rng, at, 1, 5)
        acts.append(Act(at, change.author, Revises(change.key)))
        at = later(rng, at, 1, 4)
    if change.merged:
        acts.append(Act(at, first, Reviews(change.key)))
    at = later(rng, at, 1, 4)
    acts.append(Act(at, second, EndsPull(change.key, change.merged)))
    yield from (act for act in acts if act.at < year.ends)


def _in_the_evening(at: datetime) -> datetime:
    """Nobody reviews around midnight, where months part."""
    return at.replace(hour=min(at.hour, 20))
