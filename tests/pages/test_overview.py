"""What the overview adds up, and that it never adds what does not belong together."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.domain.money import Money
from bot.domain.stages import Stage
from bot.domain.views import Overall
from bot.pages.overview import busiest, months_until
from tests.pages.filled import Filler, Seen, seen

HOME = "/acme/solver"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Seen]:
    async with seen(tmp_path, full=False) as site:
        yield site


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[Seen]:
    async with seen(tmp_path) as full:
        yield full


def tidy(html: str) -> str:
    """What one reads: without tags, and with single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_it_says_what_was_received_and_what_is_pledged_in_each_currency(full: Seen) -> None:
    text = tidy(await full.text(HOME))
    assert "US Dollar USD 8,390.00 received since the beginning USD 12,550.00 pledged" in text
    assert "Euro EUR 3,360.00 received since the beginning EUR 500.00 pledged" in text


async def test_money_in_and_out_stands_month_year_and_all(full: Seen) -> None:
    text = tidy(await full.text(HOME))
    assert "December 2026 12 months Since the beginning" in text
    assert "Received 0.00 8,390.00 8,390.00 Fees 0.00 37.50 37.50 Paid out 0.00 600.00" in text
    assert "Paid directly, apart 0.00 1,500.00 1,500.00" in text
    assert "There now: USD 7,752.50." in text


async def test_charts_say_their_point_and_have_tables(full: Seen) -> None:
    html = await full.text(HOME)
    assert html.count('<figure class="chart') == 4
    assert html.count('role="img" aria-labelledby="money-') == 2
    assert "the most in June 2026 (USD 5,550.00)" in html
    assert "Promises not yet received, at the end of each month, in EUR</caption>" in html
    assert len(re.findall(r'\bid="([^"]+)"', html)) == len(set(re.findall(r'\bid="([^"]+)"', html)))


async def test_items_nearest_to_their_goals_come_first(full: Seen) -> None:
    html = await full.text(HOME)
    titles = re.findall(r'<p class="title"><a href="[^"]+">(.*?) <span', html)
    assert titles[0] == "Windows on ARM: builds, tests and wheels"
    assert len(titles) == 6
    assert "Faster &lt;b&gt;Cholesky&lt;/b&gt; &amp; fewer allocations" in titles


async def test_every_link_of_a_rail_is_a_harmless_one(full: Seen) -> None:
    html = await full.text(HOME)
    assert 'href="https://opencollective.example/acme"' in html
    assert "javascript:" not in html


async def test_an_empty_repository_says_how_to_begin(site: Seen) -> None:
    text = tidy(await site.text(HOME))
    assert "Nothing is pledged yet." in text
    assert "A maintainer labels an issue to let it be funded." in text


async def test_an_offer_stands_outside_of_every_total(site: Seen) -> None:
    filler = Filler(site.database)
    issue = await filler.item(12, "Something")
    await filler.pledge(issue, 500_00, now=Stage.OFFERED, expires_at=None)
    text = tidy(await site.text(HOME))
    assert "USD 0.00 received since the beginning USD 0.00 pledged" in text
    assert "USD 500.00 offered" in text


async def test_its_queries_do_not_grow_with_the_ledger(site: Seen) -> None:
    filler = Filler(site.database)
    await filler.rules()
    await filler.opens(0)
    issue = await filler.item(12, "Something", Money(100_000_00, "USD"))
    await filler.pledge(issue, 1_00)
    few = await _queries(site)
    for _ in range(30):
        await filler.pledge(issue, 1_00)
    many = await _queries(site)
    assert many == few
    assert not any(re.search(r"FROM (ledger|pledges|records|texts)\b", each) for each in many)


async def _queries(site: Seen) -> list[str]:
    """What the page asks the store."""
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = site.database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    await site.text(HOME)
    event.remove(engine, "before_cursor_execute", note)
    return asked


def test_twelve_months_end_with_the_open_one() -> None:
    months = months_until("2026-02", 12)
    assert (months[0], months[-2], months[-1]) == ("2025-03", "2026-01", "2026-02")
    assert len(months) == 12
    assert months_until("", 12) == ()


def test_the_busiest_currency_comes_first_and_an_empty_one_not_at_all() -> None:
    rows = [
        Overall("AUD"),
        Overall("EUR", standing=5, standing_count=1),
        Overall("USD", due=1, due_count=3),
    ]
    assert [row.currency for row in busiest(rows)] == ["USD", "EUR"]


async def test_received_is_explained_where_two_figures_could_be_mixed_up(full: Seen) -> None:
    assert "Received stands here less what was refunded" in tidy(await full.text(HOME))


async def test_received_needs_no_word_where_it_is_the_same_everywhere(site: Seen) -> None:
    filler = Filler(site.database)
    pledge = await filler.pledge(await filler.item(12, "Something"), 1_00)
    await filler.receipt(pledge, 1_00)
    text = tidy(await site.text(HOME))
    assert "USD 1.00 received" in text
    assert "Received stands here" not in text
    assert "currencies are never added" not in text
