"""However long a ledger is, no more than a page of it is held."""

from __future__ import annotations

import asyncio
import gc
from datetime import date

import pytest

from bot.exports import FORMATS
from bot.pages import exporting
from bot.pages.exporting import NotPublic, open_export
from bot.storage import public
from bot.storage.database import Database
from bot.storage.readable import NotReadable, PublicLine
from tests.exports.kit import MADE, PAGES, SOLVER, WEB, text_of
from tests.storage.kit import ISSUE, REPO, at, file_of, made, record, tamper

LINES = 57
AT_ONCE = 5


@pytest.fixture
async def long(worked: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    pledges = [made(n, 5_00, issue=ISSUE) for n in range(100, 100 + LINES - 24)]
    await record(worked, *pledges, source="many", moment=at(days=30))
    monkeypatch.setattr(public, "PAGE", AT_ONCE)
    monkeypatch.setattr(exporting, "CHUNK_CHARACTERS", 1)
    return worked


@pytest.mark.parametrize("form", FORMATS)
async def test_no_more_than_a_page_is_held_at_any_time(form: str, long: Database) -> None:
    opened = await open_export(long, SOLVER, form, None, None, MADE, WEB, PAGES)
    most = chunks = 0
    async for _ in opened.chunks:
        chunks += 1
        held = sum(isinstance(each, PublicLine) for each in gc.get_objects())
        most = max(most, held)
    assert 0 < most <= 2 * AT_ONCE, "a page, and the next one while it is read"
    assert chunks > 3


async def test_what_is_not_asked_for_is_never_read(long: Database) -> None:
    opened = await open_export(long, SOLVER, "csv", None, None, MADE, WEB, PAGES)
    first = await anext(opened.chunks)
    assert first.startswith(b"seq,kind,")
    tamper(file_of(long), "UPDATE ledger SET line = X'00' WHERE seq = ?", LINES)
    read = [await anext(opened.chunks) for _ in range(10)]
    assert read[-1].startswith(b"10,")


async def test_pages_meet_without_gap_or_overlap(long: Database) -> None:
    text = await text_of(long, "csv")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == [
        str(n) for n in range(1, LINES + 1)
    ]


async def test_no_transaction_is_open_while_the_reader_takes_its_time(long: Database) -> None:
    opened = [
        await open_export(long, SOLVER, "json", None, None, MADE, WEB, PAGES) for _ in range(20)
    ]
    for each in opened:
        await anext(each.chunks)
    async with asyncio.timeout(5), long.read() as tx:
        assert await public.is_public(tx, REPO)


async def test_what_is_recorded_meanwhile_waits_for_the_next_export(long: Database) -> None:
    opened = await open_export(long, SOLVER, "json", None, None, MADE, WEB, PAGES)
    begin = await anext(opened.chunks)
    await record(long, made(999), source="meanwhile", moment=at(days=31))
    text = (begin + b"".join([chunk async for chunk in opened.chunks])).decode()
    assert f'"seq":{LINES}' in text
    assert f'"seq":{LINES + 1}' not in text


async def test_it_stops_as_soon_as_the_repository_becomes_private(long: Database) -> None:
    opened = await open_export(long, SOLVER, "csv", None, None, MADE, WEB, PAGES)
    await anext(opened.chunks)
    tamper(file_of(long), "UPDATE repositories SET private = 1")
    with pytest.raises(NotPublic):
        [chunk async for chunk in opened.chunks]
    with pytest.raises(NotPublic):
        await open_export(long, SOLVER, "csv", None, None, MADE, WEB, PAGES)
    assert await text_of(long, "csv", only_public=False)


async def test_a_line_that_says_nothing_stops_it_with_a_sentence(long: Database) -> None:
    tamper(file_of(long), "UPDATE ledger SET line = X'00' WHERE seq = 7")
    with pytest.raises(NotReadable, match="entry 7 cannot be understood"):
        await text_of(long, "csv")


async def test_progress_is_told_up_to_the_last_entry(long: Database) -> None:
    told: list[tuple[int, int]] = []
    await text_of(long, "csv", progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (LINES, LINES)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    await text_of(long, "csv", since=date(2026, 3, 1), progress=lambda *each: told.append(each))
    assert told[-1] == (LINES - 24, LINES - 24)


@pytest.mark.parametrize(
    ("since", "until", "seqs"),
    [
        (None, date(2026, 1, 31), []),
        (None, date(2026, 2, 1), [*range(1, 16)]),
        (date(2026, 2, 9), date(2026, 2, 10), [17, 18]),
        (date(2026, 2, 8), date(2026, 2, 10), [16, 17, 18]),
        (date(2030, 1, 1), None, []),
        (date(2026, 3, 2), None, [*range(25, 1 + LINES)]),
        (date(2026, 3, 2), date(2026, 3, 2), []),
    ],
)
async def test_days_are_half_open_and_in_utc(
    since: date | None, until: date | None, seqs: list[int], long: Database
) -> None:
    text = await text_of(long, "csv", since=since, until=until)
    found = [int(line.split(",")[0]) for line in text.splitlines()[1:]]
    assert found == seqs
