"""Digests for anybody: the list of months, each in the words that were fixed, and its figures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain import entries as e
from bot.domain.figures import Figures, Moved, Promised, Reviews
from bot.pages import digests
from bot.pages.asked import Missing
from bot.pages.markdown import as_html
from bot.storage import digests as kept
from bot.storage import ledger
from bot.storage.database import Database
from bot.storage.digests import Digest
from tests.pages.shown import WEB, shown, words_of
from tests.storage.kit import ISSUE, REPO, at, record

WORDS = """What was promised.

#### Money recorded here

| | Opening | Received |
|:--|--:|--:|
| USD | USD 0.00 | USD 12.00 |

- Ledger: entry 3, <code title="abc123">abc</code>
"""


def figures(month: str, **changed: Any) -> Figures:
    given: dict[str, Any] = {
        "month": month, "begins_at": at(), "ends_at": at(days=30), "zone": "UTC", "quiet": False,
        "previous": None, "reviews": Reviews(since=at()),
        "promised": (Promised(currency="USD", made=900, made_count=3),),
        "money": (Moved(currency="USD", received=1200, closing=1200),),
    }  # fmt: skip
    return Figures(**given | changed)


async def close(
    database: Database,
    month: str,
    *,
    words: str | None = WORDS,
    issue: int | None = 90,
    **changed: Any,
) -> None:
    """Open a month, let something happen in it, and close it with its digest."""
    opened = e.MonthOpened(month=month, begins_at=at(), ends_at=at(days=30), zone="UTC")
    labelled = e.ItemLabelled(ISSUE, 1)
    closed = e.MonthClosed(month=month, figures=figures(month, **changed))
    await record(database, opened, labelled, closed, source=f"bursar.month:{month}", actor=None)
    if words is None:
        return
    async with database.write() as tx:
        position = await ledger.position(tx, REPO)
        digest = Digest(month, position.seq, position.hash, f"Digest {month}", words, at(), issue)
        await kept.keep(tx, REPO, digest)


async def test_before_the_first_month_is_over_there_is_none(database: Database) -> None:
    assert "No month is over yet." in words_of(await shown(database, digests.show))


async def test_months_stand_newest_first_with_what_they_came_to(database: Database) -> None:
    await close(database, "2026-01")
    await close(database, "2026-02", words=None, quiet=True)
    html = await shown(database, digests.show)
    words = words_of(html)
    assert words.index("February 2026") < words.index("January 2026")
    assert "January 2026 3 USD 12.00 – – #90" in words
    assert "February 2026 a quiet month –" in words
    assert f'href="{WEB}/acme/solver/issues/90"' in html


async def test_many_months_go_by_pages(database: Database) -> None:
    months = [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)]
    for month in months[:26]:
        await close(database, month, words=None)
    first = await shown(database, digests.show)
    assert "2024-03" in first
    assert "digests/2024-02" not in first
    second = await shown(database, digests.show, query={"before": "2024-03"})
    assert "digests/2024-02" in second
    assert "Newest months" in second


async def test_a_digest_stands_in_its_own_words(database: Database) -> None:
    await close(database, "2026-01")
    await close(database, "2026-02", issue=None)
    html = await shown(database, digests.one, {"month": "2026-01"})
    assert "<h2>Money recorded here</h2>" in html
    assert '<td class="number">USD 12.00</td>' in html
    assert 'style="' not in html
    assert f'href="{WEB}/acme/solver/issues/90"' in html
    assert 'href="/acme/solver/ledger?month=2026-01"' in html
    assert 'href="/acme/solver/digests/2026-02"' in html
    assert "Closed with entry 3" in words_of(html)
    newest = await shown(database, digests.one, {"month": "2026-02"})
    assert "Posted as" not in newest
    assert 'href="/acme/solver/digests/2026-01"' in newest


async def test_a_quiet_month_has_its_short_page_too(database: Database) -> None:
    await close(database, "2026-01", words=None, quiet=True)
    words = words_of(await shown(database, digests.one, {"month": "2026-01"}))
    assert "Nothing was promised, moved or decided in this month." in words


@pytest.mark.parametrize("month", ["2026-02", "2026-13", "x", "2026-1"])
async def test_a_month_that_is_not_over_has_no_page(database: Database, month: str) -> None:
    await close(database, "2026-01")
    for page in (digests.one, digests.figures):
        with pytest.raises(Missing):
            await shown(database, page, {"month": month})


async def test_its_figures_can_be_read_by_machines(database: Database) -> None:
    await close(database, "2026-01")
    found = json.loads(await shown(database, digests.figures, {"month": "2026-01"}))
    assert (found["month"], found["seq"], found["repository"]) == ("2026-01", 3, "acme/solver")
    assert found["figures"]["money"][0]["received"] == 1200
    async with database.read() as tx:
        assert found["hash"] == await ledger.hash_at(tx, REPO, 3)


# --- its words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("`<script>`", '<span class="said">&lt;script&gt;</span>'),
        ("`/accept P-3`", "<code>/accept P-3</code>"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("a <img src=x onerror=y>", "a &lt;img src=x onerror=y&gt;"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](https://x.example)", '<a href="https://x.example">a</a>'),
        ("![a](https://x.example/a.png)", '!<a href="https://x.example/a.png">a</a>'),
        ("a <!-- hidden --> b", "a  b"),
        ("<sub>small</sub>", "<sub>small</sub>"),
        ("~~gone~~", "<s>gone</s>"),
    ],
)
def test_only_what_our_own_words_need_comes_through(markdown: str, html: str) -> None:
    assert as_html(markdown).strip() == f"<p>{html}</p>" or as_html(markdown).strip() == html


def test_headings_stand_below_the_title_of_the_page() -> None:
    assert as_html("# A\n\n#### B\n\n##### C") == "<h2>A</h2>\n<h2>B</h2>\n<h3>C</h3>\n"
