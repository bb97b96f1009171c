"""Can the words of strangers harm a reader of the public pages, or break what others say?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.published import FULL, TOO_WIDE, looking
from tests.browser.test_pages import AXE, ENLARGE, FRAMES, OPEN_EVERYTHING, axe
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

NOT_OURS = """() => [...document.querySelectorAll('*')].filter((each) =>
  ['SCRIPT', 'IMG', 'IFRAME', 'BASE', 'OBJECT', 'STYLE', 'EMBED', 'LINK'].includes(each.tagName)
    && !(each.tagName === 'LINK' && each.closest('head') && !each.href.includes('evil'))
  || [...each.attributes].some((it) => it.name.startsWith('on') || it.name === 'style')
).map((each) => each.outerHTML.slice(0, 150))"""
LINKS = "() => [...document.querySelectorAll('[href], [src], [action]')].map((each) => each.href?.baseVal ?? each.href ?? each.src ?? each.action)"
SHAPE = "() => ['main', 'footer', 'h1', 'nav', 'table', 'article', 'form'].map((it) => [it, document.querySelectorAll(it).length])"
HIDDEN = r"/[\u00ad\u200b\u2066-\u2069\u202a-\u202e\u0000-\u0008\u001b\u007f]/"
CARRIES_HIDDEN = f"{HIDDEN}.test(document.documentElement.outerHTML)"


async def test_nothing_runs_nothing_breaks_and_nobody_is_sent_away(chromium: Browser, site: Site):
    async with (
        looking(chromium, site.address) as good,
        looking(chromium, site.spoilt) as bad,
    ):
        for path in site.paths():
            await good.open(path)
            await bad.open(path)
            assert await bad.ask(NOT_OURS) == [], path
            assert await bad.ask("window.harmed") is None
            assert await bad.ask(SHAPE) == await good.ask(SHAPE), path
            assert not await bad.ask(CARRIES_HIDDEN), path
            kinds = {each.split(":", 1)[0] for each in await bad.ask(LINKS)}
            assert kinds <= {"http", "https", "mailto"}, path
            assert not [each for each in await bad.ask(LINKS) if each.startswith("https://evil")]


@pytest.mark.parametrize(
    ("width", "scheme", "size"),
    [(360, "dark", None), (1280, "light", ENLARGE)],
)
async def test_long_words_stay_where_they_are(
    chromium: Browser, site: Site, width, scheme, size: str | None
):
    found: list[Any] = []
    checker = axe()
    async with looking(
        chromium, site.spoilt, color_scheme=scheme, viewport={"width": width, "height": 740}
    ) as window:
        for path in site.paths():
            await window.open(path)
            await window.ask(OPEN_EVERYTHING)
            if size:
                await window.ask(size)
            found += [(path, "too wide")] if await window.ask(TOO_WIDE) else []
            found += [(path, each) for each in await window.ask(FRAMES)]
            if width == 360:
                await window.ask(checker)
                found += [(path, *each) for each in await window.ask(AXE)]
    assert found == []


async def test_odd_addresses_show_a_page_and_nothing_of_what_was_asked(
    chromium: Browser, site: Site
):
    odd = [
        "/ledger?topic=%3Cscript%3E&issue=%22%3E",
        "/roadmap?show=%22onload=&before=%00",
        "/%3Cscript%3E",
    ]
    async with looking(chromium, site.address) as window:
        for path in odd:
            await window.open(FULL + path)
            assert await window.ask(NOT_OURS) == []
            assert "onload" not in await window.page.content()


@pytest.mark.parametrize("theme", ["", "?theme=dark", "?theme=light"])
async def test_the_badge_stands_by_itself_and_its_words_have_room(
    chromium: Browser, site: Site, theme
):
    async with looking(chromium, site.address) as window:
        await window.open(f"{FULL}/badge.svg{theme}")
        assert await window.ask("document.documentElement.tagName") == "svg"
        room = await window.ask(
            """() => [...document.querySelectorAll('text')].map((each) => {
              each.removeAttribute('textLength');
              const group = each.parentNode.previousElementSibling;
              const rect = group.querySelector(each.classList[0] === 'on-label' ? '.label' : '.said');
              return [each.getComputedTextLength(), rect.getBoundingClientRect().width];
            })"""
        )
        assert all(0.7 < words / (width - 12) < 1.25 for words, width in room), room
        title = await window.ask("document.querySelector('title').textContent")
    assert title.startswith("funding: EUR ")
    assert title.count("received") == 2
