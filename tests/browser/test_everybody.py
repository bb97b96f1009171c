"""Can everybody use it: on a phone, in the dark, with a keyboard, with a screen reader?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import npm

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.busy import Busy
    from tests.browser.conftest import Travelling, Window

pytestmark = pytest.mark.browser
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
CHECK = "async () => (await axe.run()).violations.map((it) => [it.id, it.nodes.map((n) => n.html)])"

HERE = Path(__file__).parent


def pages(busy: Busy) -> list[str]:
    head = busy.solver.head()
    assert head
    here = f"/{busy.solver.full_name}"
    rest = ["", "/pulls", "/issues/new", "/issues/1", "/issues/3", f"/pull/{busy.pull.number}"]
    rest += ["/issues/new?template=study.yml", "/issues/new/choose"]
    rest += [f"/pull/{busy.merged.number}", "/files", "/commits", f"/commit/{head.sha}", "/edit"]
    rest += ["/pulls/new", "/blob/main/README.md", "/edit?path=.github/bursar.yml"]
    others = ["/-/behind", "/-/repositories", "/ada", "/apps/bursar", "/nobody/nothing"]
    return [here + each for each in rest] + others


@pytest.mark.parametrize("name", ["Mia", "Ada"])
async def test_nothing_scrolls_sideways_on_a_phone(window: Window, busy: Busy, name: str):
    await window.page.set_viewport_size({"width": 360, "height": 740})
    await window.open("/")
    await window.be(name)
    too_wide = []
    for path in pages(busy):
        await window.open(path)
        for summary in await window.page.locator("main summary:visible").all():
            await summary.click()
        too_wide += [path] if await window.page.evaluate(WIDE) else []
    assert too_wide == []


async def test_long_words_and_wide_tables_stay_inside(window: Window, box: Travelling, busy: Busy):
    await window.page.set_viewport_size({"width": 360, "height": 740})
    columns = "|".join(["a column"] * 20)
    table = f"|{columns}|\n|{'|'.join(['-'] * 20)}|\n|{columns}|"
    eve = box.world.person("eve")
    issue = eve.open_issue(busy.solver, "W" * 250, f"{'x' * 500} `{'y' * 500}`\n\n{table}")
    for path in (f"/acme/solver/issues/{issue.number}", "/acme/solver"):
        await window.open(path)
        assert not await window.page.evaluate(WIDE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_axe_finds_nothing(
    browser: Browser, box: Travelling, busy: Busy, scheme: Any, width: int
):
    checker = (npm.install(HERE, "browser") / "axe-core" / "axe.min.js").read_text()
    context = await browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    )
    page = await context.new_page()
    found = []
    for path in pages(busy):
        await page.goto(f"{box.page_url}{path}")
        await page.add_script_tag(content=checker)
        found += [(path, *each) for each in await page.evaluate(CHECK)]
    await context.close()
    assert found == []


async def test_a_pledge_can_be_made_with_the_keyboard_alone(window: Window, busy: Busy):
    await window.open("/acme/solver/issues/1")
    await window.page.keyboard.press("Tab")
    assert await window.page.evaluate("document.activeElement.textContent") == (
        "Skip to the content"
    )
    for _ in range(2):
        await window.page.keyboard.press("Tab")
    while "Ada" not in await window.page.evaluate("document.activeElement.textContent"):
        await window.page.keyboard.press("Tab")
    await window.page.keyboard.press("Enter")
    await window.page.wait_for_selector(".player[value=ada][aria-pressed=true]")
    await window.page.locator("#say").focus()
    await window.page.keyboard.type("/pledge $500")
    await window.page.keyboard.press("Tab")
    async with window.page.expect_navigation():
        await window.page.keyboard.press("Enter")
    assert busy.item.comments[-1].body == "/pledge $500"
