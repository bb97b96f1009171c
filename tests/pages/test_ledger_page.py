"""The ledger, newest first: by topic, month and place, a page at a time, at the same cost whatever its length."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest

from bot.domain import entries as e
from bot.domain.figures import Figures, Reviews
from bot.domain.money import Money
from bot.pages import ledger
from bot.pages.asked import Missing
from bot.pages.topics import TOPICS
from bot.storage import browsing
from bot.storage.database import Database
from tests.pages.shown import OURS, WEB, shown, words_of
from tests.storage.kit import ISSUE, a_played_ledger, at, made, record
from tests.storage.orders import a_worked_ledger


def seqs(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'<tr id="e(\d+)">', html)]


def addresses(html: str, words: str) -> list[str]:
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>([^<]*)</a>', html)
    return [address.replace("&amp;", "&") for address, said in found if words in said]


def query_of(address: str) -> dict[str, str]:
    return dict(part.split("=") for part in address.partition("?")[2].split("&") if part)


async def many_goals(database: Database, count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        await record(database, e.GoalSet(ISSUE, Money(n + 1, "USD")), source=f"comment:{9000 + n}")


def month(name: str, previous: int | None, **changed: Any) -> Figures:
    given: dict[str, Any] = {
        "month": name, "begins_at": at(), "ends_at": at(days=30), "zone": "UTC", "quiet": False,
        "previous": previous, "reviews": Reviews(since=at()),
    }  # fmt: skip
    return Figures(**given | changed)


async def test_an_empty_ledger_says_so(database: Database) -> None:
    assert "There is no such entry." in words_of(await shown(database, ledger.show))


async def test_entries_stand_newest_first_with_amount_hash_and_cause(database: Database) -> None:
    await a_played_ledger(database)
    html = await shown(database, ledger.show)
    assert seqs(html) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert "a former user pledged USD 450.50 to #1 (P-2)." in words_of(html)
    assert f'href="{WEB}/acme/solver/issues/1#issuecomment-5"' in html
    assert "“Too kind.”" in html or "<q>Too kind.</q>" in html
    assert "standing → due" in html
    assert f'<link rel="canonical" href="{OURS}/acme/solver/ledger">' in html


async def test_pages_go_by_key_there_and_back(database: Database) -> None:
    await record(database, e.ItemLabelled(ISSUE, 1))
    await many_goals(database, 119)
    first = await shown(database, ledger.show)
    assert seqs(first) == list(range(120, 70, -1))
    assert not addresses(first, "Newer")
    (older,) = addresses(first, "Older")
    second = await shown(database, ledger.show, query=query_of(older))
    assert seqs(second) == list(range(70, 20, -1))
    (last,) = addresses(second, "Older")
    third = await shown(database, ledger.show, query=query_of(last))
    assert seqs(third) == list(range(20, 0, -1))
    assert not addresses(third, "Older")
    (back,) = addresses(third, "Newer")
    assert seqs(await shown(database, ledger.show, query=query_of(back))) == seqs(second)
    (start,) = addresses(second, "Newer")
    assert seqs(await shown(database, ledger.show, query=query_of(start))) == seqs(first)


@pytest.mark.parametrize(
    "query",
    [
        {"before": "x"},
        {"before": "-1"},
        {"before": "9" * 300},
        {"after": "٣"},
        {"topic": "<script>"},
        {"month": "2026-13"},
        {"month": "nonsense"},
        {"issue": "1e3"},
    ],
)
async def test_what_makes_no_sense_is_as_if_it_were_not_there(
    database: Database, query: dict[str, str]
) -> None:
    await a_played_ledger(database)
    html = await shown(database, ledger.show, query=query)
    assert seqs(html) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert "<script" not in html


async def test_after_the_newest_comes_the_first_page(database: Database) -> None:
    await a_played_ledger(database)
    assert seqs(await shown(database, ledger.show, query={"after": "99"}))[0] == 8


async def test_a_topic_shows_its_kinds_alone(database: Database) -> None:
    await a_worked_ledger(database)
    html = await shown(database, ledger.show, query={"topic": "money"})
    assert "was received from" in words_of(html)
    assert "pledged" not in "".join(re.findall(r'<td class="what">(.*?)</td>', html))
    assert '<a href="?topic=money" aria-current="true">Money</a>' in html


async def test_every_kind_has_one_topic() -> None:
    kinds = [kind for topic in TOPICS for kind in topic.kinds]
    assert sorted(kinds) == sorted(kind.__name__ for kind in get_args(e.Entry))


async def test_a_search_that_stops_at_its_limit_says_so_and_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "LOOKED_AT", 20)
    await record(database, e.ItemLabelled(ISSUE, 1), made(1))
    await many_goals(database, 30)
    html = await shown(database, ledger.show, query={"topic": "pledges"})
    assert seqs(html) == []
    assert "none of them is of this kind" in words_of(html)
    (further,) = addresses(html, "Look further back")
    html = await shown(database, ledger.show, query=query_of(further))
    assert seqs(html) == [2]
    assert not addresses(html, "further")


async def test_a_place_has_its_entries_by_number(database: Database) -> None:
    await a_worked_ledger(database)
    html = await shown(database, ledger.show, query={"issue": "57"})
    assert "Only entries about CWO #57." in words_of(html)
    assert "put #1 on the roadmap" not in words_of(html)
    nowhere = await shown(database, ledger.show, query={"issue": "4711"})
    assert seqs(nowhere) == []


async def test_a_month_has_the_entries_recorded_in_it(database: Database) -> None:
    await record(database, e.ItemLabelled(ISSUE, 1))
    await record(database, _opened("2026-01"), source="bursar.month:1")
    await many_goals(database, 2)
    await record(database, _closed("2026-01", None), source="bursar.month:2", moment=at(days=1))
    await record(database, _opened("2026-02"), source="bursar.month:3", moment=at(days=1))
    await many_goals(database, 1, start=5)
    html = await shown(database, ledger.show, query={"month": "2026-01"})
    assert seqs(html) == [5, 4, 3, 2, 1]
    assert seqs(await shown(database, ledger.show, query={"month": "2026-02"})) == [7, 6]
    with pytest.raises(Missing):
        await shown(database, ledger.show, query={"month": "2025-12"})


async def test_corrections_are_picked_out_whatever_their_kind(database: Database) -> None:
    await record(database, _opened("2026-02"), source="bursar.month:1")
    await record(database, e.ItemLabelled(ISSUE, 1), moment=at(days=2))
    await record(database, e.GoalSet(ISSUE, None), source="comment:1", moment=at(days=-60))
    html = await shown(database, ledger.show, query={"topic": "corrections"})
    assert seqs(html) == [3]
    assert '<span class="mark">late</span>' in html


def _opened(name: str) -> e.MonthOpened:
    return e.MonthOpened(month=name, begins_at=at(), ends_at=at(days=30), zone="UTC")


def _closed(name: str, previous: int | None) -> e.MonthClosed:
    return e.MonthClosed(month=name, figures=month(name, previous))
