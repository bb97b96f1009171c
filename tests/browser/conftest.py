"""What does every test of the page start from: a clock, a lively project, a browser?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from sandbox.server import Sandbox
from tests.browser.busy import Busy, a_busy_project
from tests.browser.published import Site, a_site
from tests.year import PlayedYear, played_year

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page, Response

__all__ = ["played_year"]

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
OPTIONS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
EXPECTED = "Failed to load resource: the server responded with a status of 4"


class Travelling(Sandbox):
    """A sandbox whose clock can be moved from its page."""

    def __init__(self) -> None:
        self.at = NOON
        super().__init__(now=lambda: self.at, advance=self._move)

    async def _move(self, by: timedelta) -> None:
        self.at += by


@dataclass(slots=True)
class Window:
    """One browser window on the page, with everything that it complained of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str) -> Response | None:
        return await self.page.goto(self.address + path)

    async def be(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).first.click()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).first.click()

    async def text(self, where: str = "main") -> str:
        return await self.page.locator(where).inner_text()


@pytest.fixture
async def box() -> AsyncIterator[Travelling]:
    async with Travelling() as box:
        yield box


@pytest.fixture
def busy(box: Travelling) -> Busy:
    return a_busy_project(box)


def program() -> str:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.fail(
            "There is no Chromium here, and these tests look at pages with one. Install it"
            " (Debian: apt-get install chromium), or leave them out: pytest -m 'not browser'."
        )
    return found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=OPTIONS)
        yield browser
        await browser.close()


@pytest.fixture
async def window(browser: Browser, box: Travelling, busy: Busy) -> AsyncIterator[Window]:
    """A window that must not be given any reason to complain; refusals are answers, not reasons."""
    page = await browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(10_000)
    window = Window(page, box.page_url or "")
    page.on("console", lambda said: window.complaints.append(said.text))
    page.on("pageerror", lambda error: window.complaints.append(str(error)))
    yield window
    await page.close()
    assert [each for each in window.complaints if not each.startswith(EXPECTED)] == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests of the public pages."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=OPTIONS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(played_year: PlayedYear) -> AsyncIterator[Site]:
    """The public pages, served once for all tests."""
    async with a_site(played_year) as site:
        yield site
