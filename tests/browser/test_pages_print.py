"""What comes out of a printer?"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.browser.published import FULL, looking
from tests.year import PLAYING_TAKES

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.published import Looked, Site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(PLAYING_TAKES),
    pytest.mark.xdist_group("public pages"),
]

PAPERS = ["A4", "Letter"]
CARDS = """() => [...document.querySelectorAll('.card')].map((card) => [
  card.querySelector('h2').textContent, card.querySelector('.do a').href])"""
COLOURS = """() => {
  const found = new Set();
  for (const each of document.querySelectorAll('main, main *:not(svg, svg *)')) {
    if (!each.checkVisibility()) { continue; }
    const style = getComputedStyle(each);
    found.add(`${style.color} on ${style.backgroundColor}`);
  }
  return [...found];
}"""
NOTHING, WHITE = "rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"


async def printed(window: Looked, paper: str) -> list[str]:
    """Print the page, and give the text of each sheet without its white space."""
    pdf = await window.page.pdf(format=paper, prefer_css_page_size=False)
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def tight(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_brochure_cuts_no_card(chromium: Browser, site: Site, paper, scheme):
    async with looking(chromium, site.address, color_scheme=scheme) as window:
        await window.open(f"{FULL}/roadmap")
        cards = await window.ask(CARDS)
        sheets = await printed(window, paper)
    assert len(cards) > 20
    assert len(sheets) > 2
    for title, address in cards:
        first = [n for n, text in enumerate(sheets) if tight(title) in text]
        last = [
            n for n, text in enumerate(sheets) if re.search(re.escape(address) + r"(?!\d)", text)
        ]
        assert (len(first), first) == (1, last), title


@pytest.mark.parametrize("paper", PAPERS)
async def test_the_brochure_says_where_it_is_and_prints_no_navigation(
    chromium: Browser, site: Site, paper
):
    async with looking(chromium, site.address) as window:
        await window.open(f"{FULL}/roadmap")
        text = "".join(await printed(window, paper))
        await window.page.emulate_media(media="print")
        for gone in (".top nav", ".chips", ".skip", ".pager"):
            for each in await window.page.locator(gone).all():
                assert not await each.is_visible(), gone
    assert "Online:https://bursar.example/acme/telescope/roadmap" in text
    assert "https://opencollective.com/acme-telescope" in text
    assert "mailto:labs@acme.example" in text
    for gone in ("Skiptothecontent", "Everything", "Proposetodothiswork", "Atomfeed"):
        assert gone not in text


@pytest.mark.parametrize("path", ["/roadmap", "/digests/2026-10", "/work-orders/19", "", "/ledger"])
async def test_paper_is_white_and_ink_is_dark_whatever_the_screen_is(
    chromium: Browser, site: Site, path
):
    async with looking(chromium, site.address, color_scheme="dark") as window:
        await window.open(FULL + path)
        await window.page.emulate_media(media="print", color_scheme="dark")
        body = await window.ask("getComputedStyle(document.body).backgroundColor")
        colours = {tuple(each.split(" on ")) for each in await window.ask(COLOURS)}
    assert body in {WHITE, NOTHING}
    assert {ground for _, ground in colours} <= {WHITE, NOTHING}
    assert {ink for ink, _ in colours} <= {"rgb(0, 0, 0)", "rgb(51, 51, 51)"}


@pytest.mark.parametrize("paper", PAPERS)
async def test_a_long_table_says_its_headings_on_every_sheet(chromium: Browser, site: Site, paper):
    async with looking(chromium, site.address) as window:
        await window.open(f"{FULL}/ledger")
        sheets = await printed(window, paper)
        await window.open(f"{FULL}/digests/{site.month}")
        digest = await printed(window, paper)
    rows = [text for text in sheets if re.search(r"(?:comment|bytheclock)[0-9a-f]{8}", text)]
    assert len(rows) > 1
    assert all("When(UTC)WhatAmountCause" in text for text in rows)
    begins = next(n for n, text in enumerate(digest) if "Roadmapitems" in text)
    ends = next(n for n, text in enumerate(digest) if n >= begins and "Workorders" in text)
    assert ends > begins
    for text in digest[begins : ends + (not digest[ends].startswith("Workorders"))]:
        assert "GoalPledgedReceived" in text


@pytest.mark.parametrize("path", ["/digests/2026-10", "/work-orders/19", "/review", "/about"])
async def test_no_row_and_no_heading_is_cut_from_what_it_belongs_to(
    chromium: Browser, site: Site, path
):
    """A heading is never the last line of a sheet."""
    async with looking(chromium, site.address) as window:
        await window.open(FULL + path)
        headings = await window.page.locator("main :is(h2, h3)").all_inner_texts()
        sheets = await printed(window, "A4")
    assert headings
    for text in sheets:
        assert not text.endswith(tuple(tight(each) for each in headings))
