"""Can the public pages be read with the keyboard alone?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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

STOPS = "a[href], summary, button, select, input:not([type=hidden]), textarea, [tabindex='0']"
NUMBER_THEM = """(stops) => {
  const shown = [...document.querySelectorAll(stops)].filter((each) => each.checkVisibility());
  shown.forEach((each, n) => { each.dataset.stop = n; });
  return shown.length;
}"""
HERE = """() => {
  const it = document.activeElement;
  if (!it || it === document.body || it === document.documentElement) { return null; }
  const box = [...it.getClientRects()].find((each) => each.width > 0 && each.height > 0);
  const style = getComputedStyle(it);
  const inside = box && box.left >= -1 && box.left < innerWidth && box.top < innerHeight && box.bottom > 0;
  const at = inside && document.elementFromPoint(
    Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2),
    Math.min(Math.max(box.top + Math.min(box.height, innerHeight) / 2, 1), innerHeight - 2));
  return {
    stop: it.dataset.stop === undefined ? null : Number(it.dataset.stop),
    html: it.outerHTML.slice(0, 120),
    seen: Boolean(at && (it.contains(at) || at.contains(it))),
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    colour: style.outlineColor,
    ground: getComputedStyle(document.body).backgroundColor,
  };
}"""
RESTING = """(stops) => [...document.querySelectorAll(stops)]
  .filter((each) => getComputedStyle(each).outlineStyle !== "none").map((each) => each.outerHTML)"""
CONTRAST_AT_LEAST = 3
"""Of a focus ring against what is around it (WCAG 2.2, 1.4.11)."""


def luminance(colour: str) -> float:
    """How light a colour is, as WCAG 2 reckons."""
    parts = [int(each) / 255 for each in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(each * share for each, share in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


async def stops_of(window: Looked) -> tuple[int, list[dict[str, Any]]]:
    """Walk through a page with the Tab key, and say where one comes by."""
    count = await window.ask(NUMBER_THEM, STOPS)
    assert await window.ask(RESTING, STOPS) == []
    found: list[dict[str, Any]] = []
    for _ in range(count + 1):
        await window.page.keyboard.press("Tab")
        here = await window.ask(HERE)
        if here is None or (found and here["stop"] == found[0]["stop"]):
            break
        found.append(here)
    return count, found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_the_tab_key_goes_everywhere_in_the_order_of_reading_and_is_seen(
    chromium: Browser, site: Site, scheme, width
):
    paths = site.few() if (scheme, width) == ("light", 1280) else ["", "/ledger", "/digests"]
    async with looking(
        chromium, site.address, color_scheme=scheme, viewport={"width": width, "height": 800}
    ) as window:
        for path in (
            each if each.startswith("/ac") or each == "/" else FULL + each for each in paths
        ):
            await window.open(path)
            count, found = await stops_of(window)
            assert [each["stop"] for each in found] == list(range(count)), path
            assert [each["html"] for each in found if not each["seen"]] == [], path
            assert [each["html"] for each in found if each["ring"] < 2] == [], path
            rings = {(each["colour"], each["ground"]) for each in found}
            assert min(contrast(*each) for each in rings) >= CONTRAST_AT_LEAST, path
            assert 'class="skip"' in found[0]["html"]


async def test_the_first_link_leads_past_the_navigation(chromium: Browser, site: Site):
    async with looking(chromium, site.address) as window:
        await window.open(f"{FULL}/ledger")
        await window.page.keyboard.press("Tab")
        await window.page.keyboard.press("Enter")
        assert await window.ask("document.activeElement.id") == "main"
        await window.page.keyboard.press("Tab")
        assert await window.ask("document.activeElement.closest('main') !== null")


async def test_reading_order_and_order_on_the_screen_are_the_same(chromium: Browser, site: Site):
    """Nothing is put elsewhere by the style sheet: no `order`, no rows or columns turned round."""
    turned = """() => [...document.querySelectorAll('body *')].filter((each) => {
      const style = getComputedStyle(each);
      return style.order !== '0' || style.flexDirection.endsWith('reverse')
        || Number(style.getPropertyValue('tab-index')) > 0 || each.tabIndex > 0;
    }).map((each) => each.outerHTML.slice(0, 100))"""
    async with looking(chromium, site.address) as window:
        for path in site.few():
            await window.open(path)
            assert await window.ask(turned) == [], path


async def test_a_table_beside_the_edge_scrolls_with_the_arrow_keys(chromium: Browser, site: Site):
    async with looking(chromium, site.address, viewport={"width": 360, "height": 740}) as window:
        await window.open(f"{FULL}/digests")
        frame = window.page.locator(".wide").first
        await frame.focus()
        assert await frame.evaluate("(it) => it.scrollWidth > it.clientWidth")
        await window.page.keyboard.press("ArrowRight")
        for _ in range(50):
            if await frame.evaluate("(it) => it.scrollLeft") > 0:
                return
            await window.page.wait_for_timeout(20)
        pytest.fail("the table stood still")
