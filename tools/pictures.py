"""Take the pictures of the README: `python tools/pictures.py` (needs Chromium, and some minutes).

The bot and the sandbox run as in the demonstration, with its year of history; a real browser takes the
pictures, light and dark.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright

from demo.at_once import sqlite_at_once
from demo.stage import Stage, a_stage
from demo.year import playing
from demo.year.dates import Year
from demo.year.script import NAME
from sandbox.world import Issue

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
STORY = (
    ("mia", "/goal $2,000"),
    ("ada", "/pledge $500"),
    ("bob", "/pledge €450.50 on completion"),
    ("gus", "/pledge $750 for @acme"),
    ("mia", "/accept"),
)
YEAR = Year(date(2025, 11, 1))
"""Always the same one, so that pictures change only when what they show does."""

STORY_SPEED = 30.0
BEFORE_THE_YEAR = timedelta(days=7)
BYTES_AT_MOST = 250_000
"""Of one picture: a README is read on phones, too."""

PANEL_SCALE = 1.5
"""The panel is shown smaller than it is, and stays sharp."""

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class View:
    """A picture of a part of a page."""

    name: str
    address: str
    part: str
    """Selector of what the picture begins with."""
    height: int


async def main() -> None:
    """Play, then look."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        start = YEAR.begins - BEFORE_THE_YEAR
        async with a_stage(
            Path(folder), Stage, speed=STORY_SPEED, with_page=True, start=start
        ) as stage:
            await _play(stage)
            with sqlite_at_once():
                player = await playing.play(stage, YEAR)
            digests = [each for each in player.repository.issues.values() if _is_digest(each)]
            newest = max(digests, key=lambda each: each.number)
            async with async_playwright() as playwright:
                path = shutil.which("chromium")
                browser = await playwright.chromium.launch(executable_path=path, args=OPTIONS)
                await _take(browser, stage, _views(stage, newest))
                await browser.close()


async def _play(stage: Stage) -> None:
    issue = stage.project.issues[0]
    stage.person("mia").label(issue, "roadmap")
    await stage.settled()
    for login, words in STORY:
        stage.person(login).comment(issue, words)
        await stage.settled()


def _is_digest(issue: Issue) -> bool:
    return issue.has("funding-digest")


def _views(stage: Stage, digest: Issue) -> tuple[View, ...]:
    public = f"{stage.settings.public_url}/{NAME}"
    issue = f"{stage.box.page_url}/{NAME}/issues/{digest.number}"
    return (
        View("overview", public, "body", 980),
        View("roadmap", f"{public}/roadmap", "body", 980),
        View("ledger", f"{public}/ledger?topic=money", "main", 760),
        View("digest", issue, "#text", 1000),
    )


async def _take(browser: Browser, stage: Stage, views: tuple[View, ...]) -> None:
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for scheme in schemes:
        async with _window(browser, scheme, PANEL_SCALE) as page:
            await page.goto(f"{stage.box.page_url}/acme/solver/issues/1")
            panel = page.locator(".by-bot").first
            await panel.screenshot(path=IMAGES / f"panel-{scheme}.png")
        async with _window(browser, scheme, 1) as page:
            for view in views:
                await _picture(page, view, IMAGES / f"{view.name}-{scheme}.png")


@asynccontextmanager
async def _window(browser: Browser, scheme: Scheme, scale: float) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 1000, "height": 1200}, color_scheme=scheme, device_scale_factor=scale
    )
    yield await context.new_page()
    await context.close()


async def _picture(page: Page, view: View, file: Path) -> None:
    """Cut a part out of a page."""
    await page.goto(view.address)
    box = await page.locator(view.part).first.bounding_box()
    assert box is not None
    await page.screenshot(
        path=file,
        full_page=True,
        clip={
            "x": box["x"],
            "y": box["y"],
            "width": box["width"],
            "height": min(view.height, box["height"]),
        },
    )


def _weigh() -> None:
    """A picture that is too large fails here, and not in the README."""
    too_large = [each.name for each in IMAGES.iterdir() if each.stat().st_size > BYTES_AT_MOST]
    assert not too_large, too_large


if __name__ == "__main__":
    asyncio.run(main())
    _weigh()
