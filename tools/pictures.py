"""Take the pictures of the README: `python tools/pictures.py` (needs Chromium).

The bot and the sandbox run as in the demonstration; a real browser takes the pictures.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from demo.stage import Stage, a_stage

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
STORY = (
    ("mia", "/goal $2,000"),
    ("ada", "/pledge $500"),
    ("bob", "/pledge €450.50 on completion"),
    ("gus", "/pledge $750 for @acme"),
    ("mia", "/accept"),
)


async def main() -> None:
    """Play a little, then look."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        start = datetime(2026, 11, 2, 9, tzinfo=UTC)
        async with a_stage(Path(folder), Stage, speed=30, with_page=True, start=start) as stage:
            await _play(stage)
            async with async_playwright() as playwright:
                path = shutil.which("chromium")
                browser = await playwright.chromium.launch(executable_path=path, args=OPTIONS)
                for scheme in ("light", "dark"):
                    await _panel(browser, stage, scheme)
                await browser.close()


async def _play(stage: Stage) -> None:
    issue = stage.project.issues[0]
    stage.person("mia").label(issue, "roadmap")
    await stage.settled()
    for login, words in STORY:
        stage.person(login).comment(issue, words)
        await stage.settled()


async def _panel(browser: Browser, stage: Stage, scheme: str) -> None:
    context = await browser.new_context(
        viewport={"width": 1000, "height": 1200},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2,
    )
    page = await context.new_page()
    await page.goto(f"{stage.box.page_url}/acme/solver/issues/1")
    panel = page.locator(".by-bot").first
    await panel.screenshot(path=IMAGES / f"panel-{scheme}.png")
    await context.close()


if __name__ == "__main__":
    asyncio.run(main())
