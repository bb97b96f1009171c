"""A year of a whole project, through the box and the bot: is everything recorded as it was meant?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from demo.year import checking
from demo.year.plans import PLEDGES
from tests.year import PLAYING_TAKES, PlayedYear, played_year

__all__ = ["played_year"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(PLAYING_TAKES),
    pytest.mark.xdist_group("the year"),
]


def ask(played: PlayedYear, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{played.path}?mode=ro", uri=True)) as store:
        return store.execute(query, {"repo": played.repo}).fetchall()


def test_everything_is_there(played_year):
    found = played_year.found
    assert (found.items, found.pledges) == (checking.ITEMS, PLEDGES)
    assert (found.currencies, found.orders) == (checking.CURRENCIES, checking.ORDERS)
    assert found.outcomes == checking.OUTCOMES


def test_twelve_digests_are_posted(played_year):
    posted = "SELECT month FROM digests WHERE repo = :repo AND issue IS NOT NULL ORDER BY month"
    months = [month for (month,) in ask(played_year, posted)]
    assert (len(months), months[0], months[-1]) == (12, "2025-11", "2026-10")
    assert played_year.found.digests == 12


def test_only_what_cannot_be_read_is_refused(played_year):
    assert played_year.found.refused == checking.MISREAD


def test_the_ledger_and_its_views_are_in_order(played_year):
    assert played_year.found.problems == []


def test_nothing_went_wrong_on_the_way(played_year):
    states = dict(ask(played_year, "SELECT state, count(*) FROM inbox GROUP BY state"))
    assert states.keys() == {"done", "ignored"}
    waiting = "SELECT count(*) FROM outbox WHERE want_rev > sent_rev"
    assert ask(played_year, waiting) == [(0,)]


@pytest.mark.parametrize(
    "stage", ["declined", "expired", "lapsed", "received", "refunded", "replaced", "standing"]
)
def test_pledges_have_ended_in_every_way(played_year, stage):
    query = f"SELECT count(*) FROM pledges WHERE repo = :repo AND stage = '{stage}'"
    ((count,),) = ask(played_year, query)
    assert count


def test_it_can_be_copied_and_written_to(played_year, tmp_path):
    url = played_year.a_copy(tmp_path)
    assert url.endswith(str(tmp_path / "bursar.db"))
    assert (tmp_path / "bursar.db").stat().st_size == played_year.path.stat().st_size
