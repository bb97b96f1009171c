"""A month is closed once, by whatever comes first behind its end, and its digest says what was known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from bot.comments import Comments
from bot.domain import entries as e
from bot.domain.digests import title
from bot.domain.figures import Figures
from bot.domain.rules import Rules
from bot.domain.views import Closing
from bot.storage import digests, ledger, marks
from bot.storage import rows as kept
from tests.storage.kit import REPO, problems, record, rows
from tests.worker.kit import a_decider, decide_all, fixed, lookup
from tests.worker.lane import ADA, MIA, RULES, Lane

JANUARY, FEBRUARY = "2026-01", "2026-02"
A_YEAR = [f"2026-{number:02}" for number in range(1, 13)]


@pytest.fixture
async def item(lane: Lane) -> Lane:
    """One item on the roadmap, at noon of the last day of January."""
    await lane.labels()
    await lane.decides()
    return lane


async def closed(lane: Lane) -> list[str]:
    """Name the months that were closed, in order of the ledger."""
    entries = [line.entry() for line in await lane.lines()]
    return [entry.month for entry in entries if isinstance(entry, e.MonthClosed)]


async def figures(lane: Lane, month: str) -> Figures:
    async with lane.database.read() as tx:
        closing = await kept.one(tx, REPO, Closing, month)
    assert closing is not None
    return closing.figures


async def words(lane: Lane) -> list[digests.Digest]:
    """Give the digests that were worded, oldest first."""
    async with lane.database.read() as tx:
        return list(reversed(await digests.all_months(tx, REPO)))


def issues(lane: Lane) -> list[str]:
    """Name the digests that are to become an issue."""
    return [key for key in lane.outgoing() if key.startswith("digest:")]


async def months_of(lane: Lane) -> list[tuple[str, str]]:
    """Give the kind and the month of every line, but for the first rules."""
    return [(line.kind, line.stamp().month) for line in await lane.lines()][1:]


# --- who closes it ----------------------------------------------------------------------------


async def test_the_first_rules_open_the_first_month(item: Lane) -> None:
    assert await months_of(item) == [("MonthOpened", ""), ("ItemLabelled", JANUARY)]


async def test_an_event_after_the_end_of_a_month_closes_it_first(item: Lane) -> None:
    item.clock.move(days=1)
    await item.says("/pledge $500")
    await item.decides()
    assert (await months_of(item))[2:] == [
        ("MonthClosed", JANUARY),
        ("MonthOpened", JANUARY),
        ("PledgeMade", FEBRUARY),
    ]
    assert not (await item.lines())[-1].stamp().earlier
    assert (await figures(item, JANUARY)).promised == ()


async def test_the_clock_alone_closes_a_month_and_only_once(item: Lane) -> None:
    item.clock.move(hours=11)
    await item.passes()
    assert await closed(item) == []
    item.clock.move(hours=1)
    await item.passes()
    assert await closed(item) == [JANUARY]
    await item.passes()
    assert await closed(item) == [JANUARY]
    assert len(await words(item)) == 1


async def test_an_event_and_the_clock_together_close_it_once(item: Lane) -> None:
    item.clock.move(days=1)
    await item.says("/pledge $500")
    await item.passes()
    assert await closed(item) == [JANUARY]
    assert (await months_of(item))[-1] == ("PledgeMade", FEBRUARY)


async def test_an_event_of_the_last_moment_belongs_to_the_month(item: Lane) -> None:
    for when, month in (
        (datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC), JANUARY),
        (datetime(2026, 2, 1, tzinfo=UTC), FEBRUARY),
    ):
        item.clock.at = when
        await item.says("/pledge $500", ADA if month == JANUARY else MIA)
        await item.decides()
        assert (await months_of(item))[-1] == ("PledgeMade", month)


async def test_a_year_of_downtime_is_closed_month_after_month_by_one_event(item: Lane) -> None:
    item.clock.move(days=336)
    await item.says("/pledge $500")
    await item.decides()
    assert await closed(item) == A_YEAR[:12]
    assert [each.month for each in await words(item)] == A_YEAR
    assert issues(item) == [f"digest:{JANUARY}"], "in the others nothing happened"
    bounds = [await figures(item, month) for month in A_YEAR]
    assert all(now.begins_at == before.ends_at for before, now in pairwise(bounds))


async def test_a_year_of_downtime_is_closed_month_after_month_by_the_clock(item: Lane) -> None:
    item.clock.move(days=336)
    for _ in A_YEAR:
        await item.passes()
    assert await closed(item) == A_YEAR
    await item.passes()
    assert await closed(item) == A_YEAR


async def test_a_time_in_the_far_future_closes_nothing(item: Lane) -> None:
    await item.says("/pledge $500", when=datetime(2031, 1, 1, tzinfo=UTC))
    await item.decides()
    assert await closed(item) == []
    assert (await months_of(item))[-1] == ("PledgeMade", JANUARY)


# --- what comes late --------------------------------------------------------------------------


async def test_a_comment_found_late_stands_in_the_next_month_as_a_correction(item: Lane) -> None:
    spoken_at = item.clock.now()
    item.clock.move(days=1)
    await item.passes()
    await item.says("/pledge $500", when=spoken_at)
    await item.decides()
    stamp = (await item.lines())[-1].stamp()
    assert (stamp.month, stamp.earlier, stamp.at) == (FEBRUARY, True, spoken_at)
    item.clock.move(days=28)
    await item.passes()
    (late,) = (await figures(item, FEBRUARY)).corrections
    assert (late.kind, late.at, late.minor) == ("PledgeMade", spoken_at, 500_00)
    assert (await figures(item, FEBRUARY)).promised[0].made_count == 1
    assert (await figures(item, JANUARY)).promised == ()
    assert "it happened on 2026-01-31" in (await words(item))[1].words


# --- time zones -------------------------------------------------------------------------------


async def moves_to(lane: Lane, zone: str) -> None:
    """The project sets another time zone."""
    changed = e.RulesChanged("beef", replace(RULES, timezone=zone))
    await record(lane.database, changed, source=f"event:{zone}", moment=lane.clock.now())


@pytest.mark.parametrize(
    ("zone", "at", "months"),
    [
        ("Europe/Paris", datetime(2026, 1, 31, 22, 59, tzinfo=UTC), []),
        ("Europe/Paris", datetime(2026, 1, 31, 23, 1, tzinfo=UTC), [JANUARY]),
        ("America/St_Johns", datetime(2026, 2, 1, 3, 29, tzinfo=UTC), []),
        ("America/St_Johns", datetime(2026, 2, 1, 3, 31, tzinfo=UTC), [JANUARY]),
    ],
)
async def test_another_time_zone_moves_the_end_of_the_month(
    item: Lane, zone: str, at: datetime, months: list[str]
) -> None:
    await moves_to(item, zone)
    item.clock.at = at
    await item.says("/pledge $500")
    await item.decides()
    assert await closed(item) == months
    opened = [line.entry() for line in await item.lines() if line.kind == "MonthOpened"]
    assert [entry.zone for entry in opened[1:]] == [zone] * (1 + len(months))  # type: ignore[union-attr]


async def test_no_time_zone_ends_a_month_before_what_stands_in_it(item: Lane) -> None:
    """In Auckland January was over an hour before its newest entry."""
    await moves_to(item, "Pacific/Auckland")
    await item.says("/pledge $500")
    await item.decides()
    assert await closed(item) == []
    item.clock.at = datetime(2026, 2, 1, 0, 0, 1, tzinfo=UTC)
    await item.passes()
    assert await closed(item) == [JANUARY]
    opened = [line.entry() for line in await item.lines() if line.kind == "MonthOpened"][-1]
    assert isinstance(opened, e.MonthOpened)
    assert (opened.month, opened.zone) == (FEBRUARY, "Pacific/Auckland")
    assert opened.ends_at == datetime(2026, 2, 28, 11, tzinfo=UTC)


async def test_the_clock_goes_by_the_new_time_zone(item: Lane) -> None:
    await moves_to(item, "Europe/Paris")
    await item.says("Nice!")
    await item.decides()
    item.clock.at = datetime(2026, 1, 31, 23, 0, 1, tzinfo=UTC)
    await item.passes()
    assert await closed(item) == [JANUARY]
    assert (await words(item))[0].words.startswith("What was promised")
    assert "from 2026-01-01 to 2026-01-31 (`Europe/Paris`)" in (await words(item))[0].words


# --- what becomes of its words ----------------------------------------------------------------


async def test_the_words_are_fixed_with_the_closing_entry_they_speak_of(item: Lane) -> None:
    await item.says("/pledge $500")
    await item.decides()
    item.clock.move(days=1)
    await item.passes()
    (digest,) = await words(item)
    (line,) = [line for line in await item.lines() if line.kind == "MonthClosed"]
    assert (digest.month, digest.seq, digest.hash) == (JANUARY, line.seq, line.hash)
    assert digest.title == title(JANUARY)
    assert "USD 500.00" in digest.words
    assert marks.position_mark(await _position(item, line.seq)) in digest.words
    ((shown, target),) = rows(
        item.database, "SELECT words, target FROM outbox WHERE kind = 'digest'"
    )
    assert shown.startswith(digest.words)
    assert target == digest.title


async def _position(lane: Lane, seq: int) -> Any:
    async with lane.database.read() as tx:
        return replace(
            await ledger.position(tx, REPO), seq=seq, hash=await ledger.hash_at(tx, REPO, seq) or ""
        )


async def test_where_digests_are_off_the_words_are_kept_and_no_issue_is_wanted(lane: Lane) -> None:
    lane.ask = lookup(lane.database, Rules(labels=("bug",), digest_to="off"))
    await lane.labels()
    await lane.decides()
    lane.clock.move(days=1)
    await lane.passes()
    assert [each.month for each in await words(lane)] == [JANUARY]
    assert issues(lane) == []


async def test_of_a_quiet_month_the_words_are_kept_and_no_issue_is_wanted(item: Lane) -> None:
    for _ in range(2):
        item.clock.move(days=28)
        await item.passes()
    assert [each.month for each in await words(item)] == [JANUARY, FEBRUARY]
    assert (await figures(item, FEBRUARY)).quiet
    assert "Nothing was promised, moved or decided" in (await words(item))[1].words
    assert issues(item) == [f"digest:{JANUARY}"]


# --- what fails -------------------------------------------------------------------------------


class Wordless(Comments):
    """Says nothing, for lack of a template."""

    def __init__(self) -> None:
        """Read no templates."""

    def render(self, *_: object) -> str:
        """Fail, as a template with a mistake would."""
        raise ZeroDivisionError("a bug")


async def test_a_closing_that_fails_leaves_nothing_half_done_and_is_made_up_for(item: Lane) -> None:
    item.clock.move(days=1)
    before = await months_of(item)
    decider = a_decider(item.database, item.clock, item.ask)
    decider.months = replace(decider.months, comments=Wordless())
    await item.says("/pledge $500")
    for _ in range(10):
        item.clock.move(seconds=20)
        await decider.drain()
    assert await months_of(item) == before
    assert (await words(item), issues(item)) == ([], [])
    assert await problems(item.database) == []
    assert item.states()[-1] == "ready", "it waits: a month that cannot be closed loses no command"
    await item.says("/pledge $70", MIA)
    await item.decides()
    assert await closed(item) == [JANUARY]
    assert (await months_of(item))[-2:] == [("PledgeMade", FEBRUARY)] * 2


async def test_an_event_in_quarantine_is_said_to_be_missing(item: Lane) -> None:
    decider = a_decider(item.database, item.clock, item.ask)
    decider.recording = replace(decider.recording, comments=Wordless())
    await item.says("/help")
    await decide_all(decider, item.clock)
    assert item.states()[-1] == "quarantined"
    item.clock.move(days=1)
    await item.passes()
    assert (await figures(item, JANUARY)).under_review == 1
    assert "**Missing:** one event could not be understood" in (await words(item))[0].words


async def test_where_the_pages_are_the_digest_links_to_them(item: Lane) -> None:
    item.clock.move(days=1)
    decider = a_decider(item.database, item.clock, item.ask)
    pages = "https://bursar.example/Codertocat/Hello-World"
    decider.months = replace(decider.months, pages_of=fixed(pages))
    await item.says("/pledge $500")
    await decide_all(decider, item.clock)
    assert f"{pages}/ledger.json" in (await words(item))[0].words
