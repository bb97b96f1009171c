"""Can everybody read the public pages: on a phone, in the dark, enlarged, without scripts, with a screen reader?"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import npm
from tests.browser.published import FULL, TOO_WIDE, looking
from tests.year import PLAYING_TAKES

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.published import Site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(PLAYING_TAKES),
    pytest.mark.xdist_group("public pages"),
]

OPEN_EVERYTHING = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
AXE = "async () => (await axe.run()).violations.map((it) => [it.id, it.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))])"
ENLARGE = "document.documentElement.style.fontSize = '200%'"
FRAMES = """() => [...document.querySelectorAll('main *')].filter((each) => {
  const hides = !['visible', 'clip', 'hidden'].includes(getComputedStyle(each).overflowX);
  return hides && each.scrollWidth > each.clientWidth && !(each.tabIndex === 0 && each.getAttribute('aria-label'));
}).map((each) => each.outerHTML.slice(0, 100))"""


def axe() -> str:
    return (npm.install(Path(__file__).parent, "browser") / "axe-core" / "axe.min.js").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_axe_finds_nothing(chromium: Browser, site: Site, scheme, width):
    found, checker = [], axe()
    how = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    async with looking(chromium, site.address, **how) as window:
        paths = site.paths() if width == 1280 else site.few()
        for path in [*paths, *site.young()]:
            await window.open(path)
            await window.ask(OPEN_EVERYTHING)
            await window.ask(checker)
            found += [(path, *each) for each in await window.ask(AXE)]
    assert found == []


async def test_axe_would_find_something(chromium: Browser, site: Site):
    spoil = "document.querySelector('main').append(document.createElement('button'))"
    async with looking(chromium, site.address) as window:
        await window.open(FULL)
        await window.ask(spoil)
        await window.ask(axe())
        assert [rule for rule, _ in await window.ask(AXE)] == ["button-name"]


async def test_nothing_scrolls_sideways_on_a_phone_but_what_has_a_frame_of_its_own(
    chromium: Browser, site: Site
):
    wide = []
    async with looking(
        chromium, site.address, viewport={"width": 360, "height": 740}, has_touch=True
    ) as window:
        for path in [*site.few(), *site.paths(), *site.young()]:
            await window.open(path)
            await window.ask(OPEN_EVERYTHING)
            wide += [path] if await window.ask(TOO_WIDE) else []
            wide += await window.ask(FRAMES)
    assert wide == []


async def test_letters_of_twice_the_size_scroll_nothing_sideways(chromium: Browser, site: Site):
    wide = []
    async with looking(chromium, site.address) as window:
        for path, width in product([*site.few(), *site.young()], (1280, 640)):
            await window.page.set_viewport_size({"width": width, "height": 900})
            await window.open(path)
            await window.ask(OPEN_EVERYTHING)
            await window.ask(ENLARGE)
            wide += [(path, width)] if await window.ask(TOO_WIDE) else []
    assert wide == []


async def test_without_scripts_every_page_says_the_same(chromium: Browser, site: Site):
    async with (
        looking(chromium, site.address) as window,
        looking(chromium, site.address, java_script_enabled=False) as plain,
    ):
        for path in site.few():
            await window.open(path)
            await plain.open(path)
            said = await window.page.locator("body").inner_text()
            assert len(said) > 100
            assert await plain.page.locator("body").inner_text() == said


async def test_filters_of_the_ledger_work_without_scripts(chromium: Browser, site: Site):
    async with looking(chromium, site.address, java_script_enabled=False) as window:
        await window.open(f"{FULL}/ledger")
        await window.page.get_by_label("Item or work order").fill(str(site.item))
        await window.page.get_by_label("Month").select_option("2026-03")
        await window.page.get_by_role("button", name="Show").click()
        await window.page.wait_for_url("**/ledger?issue=*")
        assert f"Only entries about #{site.item}." in await window.page.inner_text("main")
        assert await window.page.locator("table.ledger tbody tr").count() > 0
        assert await window.page.get_by_label("Month").input_value() == "2026-03"


async def test_one_pages_back_through_the_whole_ledger_and_forth_again(
    chromium: Browser, site: Site
):
    seen: list[int] = []
    async with looking(chromium, site.address, java_script_enabled=False) as window:
        await window.open(f"{FULL}/ledger")
        while True:
            numbers = await window.page.locator("table.ledger tbody th").all_inner_texts()
            seen += [int(each) for each in numbers]
            older = window.page.get_by_role("link", name="Older")
            if not await older.count():
                break
            await older.click()
        assert seen == list(range(seen[0], 0, -1))
        await window.page.get_by_role("link", name="Newer").click()
        numbers = await window.page.locator("table.ledger tbody th").all_inner_texts()
        assert 1 not in {int(each) for each in numbers}
