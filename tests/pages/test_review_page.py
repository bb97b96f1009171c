"""Review parity for anybody: funded and not funded side by side, and silence where there are too few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.parity import Access, Figures, Group, Parity
from bot.events.mirrored import PullSeen
from bot.pages import review
from bot.storage.database import Database
from tests.pages.shown import WEB, shown, words_of
from tests.storage.kit import at
from tests.storage.orders import DAN, a_worked_ledger
from tests.storage.shown import pull, told


def opened(number: int, **changed: Any) -> PullSeen:
    return pull(number, DAN, opened_at=at(days=5), told_at=at(days=5), **changed)


def figures(**changed: Any) -> Figures:
    given: dict[str, Any] = {
        "count": 7, "reviewed": 6, "ended": 6, "merged": 3, "first_review": timedelta(hours=26),
        "rounds": 1.5, "share_merged": 0.5, "to_merge": timedelta(minutes=61),
    }  # fmt: skip
    return Figures(**given | changed)


def test_a_comparison_stands_side_by_side() -> None:
    few = figures(count=2, first_review=None, rounds=None, share_merged=None, to_merge=None)
    found = Parity(at(), at(days=365), (Group(Access.WRITES, figures(), few),))
    (group,) = review.groups(found)
    assert group.label == "Authors with write access"
    assert not group.comparable
    assert [(row.funded, row.not_funded) for row in group.rows] == [
        ("7", "2"),
        ("1 d 2 h", "too few"),
        ("1.5", "too few"),
        ("50 %", "too few"),
        ("1 h 1 min", "too few"),
    ]


@pytest.mark.parametrize(
    ("now", "since", "until"),
    [
        (datetime(2026, 10, 31, 23, 59, tzinfo=UTC), (2025, 11, 1), (2026, 11, 1)),
        (datetime(2028, 2, 28, 12, tzinfo=UTC), (2027, 2, 28), (2028, 2, 29)),
    ],
)
def test_the_period_is_twelve_months_and_today_belongs_to_it(
    now: datetime, since: tuple[int, int, int], until: tuple[int, int, int]
) -> None:
    assert review.twelve_months(now) == (
        datetime(*since, tzinfo=UTC),
        datetime(*until, tzinfo=UTC),
    )


async def test_without_pull_requests_there_is_too_little_to_compare(database: Database) -> None:
    words = words_of(await shown(database, review.show))
    assert "Too few to compare." in words
    assert "There were none in this time." in words
    assert "An indication, and no proof." in words


async def test_funded_ones_are_listed_with_their_work_order(database: Database) -> None:
    await a_worked_ledger(database)
    await told(database, opened(5), opened(30))
    html = await shown(database, review.show)
    assert f'href="{WEB}/acme/solver/pull/5"' in html
    assert f'href="{WEB}/acme/solver/pull/30"' not in html
    assert 'href="/acme/solver/work-orders/57">CWO #57</a>' in html
    assert "USD" not in html


async def test_what_is_older_than_twelve_months_is_left_out(database: Database) -> None:
    await a_worked_ledger(database)
    await told(database, opened(5))
    html = await shown(database, review.show, now=at(days=500))
    assert "/pull/5" not in html
