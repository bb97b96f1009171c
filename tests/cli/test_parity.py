"""Were funded pull requests reviewed like the others? As an operator sees it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import comparing
from bot.domain.refs import Account
from bot.domain.reviews import Learned
from bot.events.mirrored import PullSeen, ReviewSeen
from bot.storage import mirror, pulls
from tests.cli.kit import bursar
from tests.storage.kit import NOON, REPO, a_database, a_repository, an_empty_file, know
from tests.storage.test_pulls import link, merged, review, seen

WINTER = ("--since", "2026-01-01", "--until", "2026-02-01")
TABLE = """\
Pull requests opened since 2026-01-01 and before 2026-02-01 (UTC)

                              count  first review   rounds   merged  time to merge
author has write access
  funded                          6        30 min        0  too few        too few
  not funded                      3  too few to compare
author has no write access
  funded                          0  too few to compare
  not funded                     12     1 h 0 min        1      75%        2 d 3 h
"""


def told(number: int) -> list[PullSeen | ReviewSeen]:
    """Numbers from 100 on are of people who write and are reviewed sooner; others are merged."""
    opened = seen(number=number)
    if number >= 100:
        quick = NOON + timedelta(minutes=30)
        return [opened, review(id=number, pull=number, submitted_at=quick)]
    asked = "changes_requested"
    later = review(asked, id=number, pull=number, submitted_at=NOON + timedelta(hours=1))
    end = {"is_open": False, "closed_at": NOON + timedelta(days=2)}
    last = (
        merged(51 * 3600, number=number) if number < 10 else seen("closed", 9, number=number, **end)
    )
    return [opened, later, last]


@pytest.fixture
def played(tmp_path: Path) -> Path:
    """A store with twenty-one pull requests of acme/solver, and one of a bot."""
    file = an_empty_file(tmp_path)
    asyncio.run(_play(tmp_path, file))
    return file


async def _play(folder: Path, file: Path) -> None:
    robots = seen(number=500, author=Account(4, "robot[bot]", "Bot"))
    numbers = [*range(1, 13), *range(100, 109)]
    async with a_database(folder, file) as database:
        await know(database, a_repository(name="solver"))
        async with database.write() as tx:
            for fact in [robots, *(fact for number in numbers for fact in told(number))]:
                await mirror.note(tx, fact, lambda bits: hash(fact) % 2**bits)  # noqa: B023
            for number in numbers:
                await pulls.learn(tx, REPO, Learned(number, None, number >= 100))
            for number in range(100, 106):
                await link(tx, number, 9001)


@pytest.mark.usefixtures("played")
def test_the_comparison_is_a_table_and_says_what_it_is() -> None:
    result = bursar("parity", "acme/solver", *WINTER)
    assert (result.exit_code, result.stderr) == (0, "")
    table, _, note = result.stdout.rpartition("\n\n")
    assert f"{table}\n" == TABLE
    assert note.startswith("An indication, and no proof. Funded means linked to a work order.")
    assert max(len(line) for line in result.stdout.splitlines()) <= 105


@pytest.mark.usefixtures("played")
def test_the_comparison_is_one_object_for_programs() -> None:
    result = bursar("parity", "ACME/Solver", "--json", *WINTER)
    found = json.loads(result.stdout)
    assert (found["since"], found["until"]) == ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
    assert found["fewest"] == 5
    assert [group["author"] for group in found["groups"]] == ["writes", "does not write"]
    assert found["groups"][1]["not_funded"] == {
        "count": 12,
        "reviewed": 12,
        "ended": 12,
        "merged": 9,
        "first_review_seconds": 3600.0,
        "rounds": 1.0,
        "share_merged": 0.75,
        "to_merge_seconds": 183600.0,
    }
    assert found["groups"][0]["not_funded"]["rounds"] is None


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize(
    ("since", "until", "count"),
    [("2026-01-31", "2026-02-01", 9), ("2026-02-01", "2026-03-01", 0), ("2025-01-31", None, 9)],
)
def test_the_day_after_the_last_one_does_not_belong_to_the_period(
    since: str, until: str | None, count: int
) -> None:
    more = ("--until", until) if until else ()
    result = bursar("parity", "acme/solver", "--json", "--since", since, *more)
    (writes, _) = json.loads(result.stdout)["groups"]
    assert writes["funded"]["count"] + writes["not_funded"]["count"] == count


NOW = datetime(2026, 8, 7, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, ("2025-08-08", "2026-08-08")),
        (None, "2024-02-29", ("2023-02-28", "2024-02-29")),
        ("2020-02-29", None, ("2020-02-29", "2026-08-08")),
        ("2026-01-01", "2026-02-01", ("2026-01-01", "2026-02-01")),
        (None, "0001-01-01", ("0001-01-01", "0001-01-01")),
    ],
)
def test_the_period_is_the_last_twelve_months_unless_said_otherwise(
    since: str | None, until: str | None, expected: tuple[str, str]
) -> None:
    typed = [datetime.fromisoformat(day) if day else None for day in (since, until)]
    found = comparing.period(NOW, *typed)
    assert found == tuple(datetime.fromisoformat(f"{day}T00:00Z") for day in expected)


@pytest.mark.parametrize(
    "words",
    [
        ["--since", "2026-02-01", "--until", "2026-02-01"],
        ["--since", "2026-02-02", "--until", "2026-02-01"],
        ["--since", "2999-01-01"],
        ["--until", "0001-01-01"],
        ["--since", "yesterday"],
        ["--until", "2026-02-30"],
        [],
    ],
)
def test_a_period_that_is_none_is_said(words: list[str]) -> None:
    result = bursar("parity", *(["acme/solver"] if words else []), *words)
    assert result.exit_code == 2
    assert "Error: " in result.stderr


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(0), "0 min"),
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=1), "1 h 0 min"),
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(days=1), "1 d 0 h"),
        (timedelta(days=40, hours=5, minutes=59), "40 d 5 h"),
    ],
)
def test_a_time_is_written_in_its_two_greatest_units(time: timedelta, words: str) -> None:
    assert comparing.lasting(time) == words
