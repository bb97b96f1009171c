"""What does it cost to show something: an item's panel, and pages that could walk a history?"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from bench.filling import NAME, OWNER, REPO
from bench.mix import issue_id
from bot.app.rooms import Bot
from bot.app.serving import templates
from bot.comments import Comments
from bot.domain.refs import Repo
from bot.pages import Pages
from bot.storage import people

PAGES = {"ledger page": "/ledger", "digest page": "/digests", "item page": "/items/1"}
TIMES = 20


async def shown(bot: Bot, outside: Callable[[], float]) -> dict[str, float]:
    """Give milliseconds of processor time for each; `outside` tells what the engine's processes used."""
    found = {"panel": await _panel(bot, outside)}
    pages = Pages(
        bot.database,
        templates("pages"),
        "https://github.com",
        _public,
        public_url="http://127.0.0.1",
        now=lambda: datetime.now(UTC),
    )
    app = web.Application()
    app.add_routes(pages.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/{OWNER}/{NAME}"
    async with aiohttp.ClientSession() as session:
        for name, path in PAGES.items():
            found[name] = await _page(session, pages, f"{address}{path}", outside)
    await runner.cleanup()
    return found


async def _panel(bot: Bot, outside: Callable[[], float]) -> float:
    """Gather and write the panel of the first item, as before it is sent."""
    comments = Comments(templates("comments"))
    repo = Repo(REPO, OWNER, NAME, 7)
    before = 0.0
    for number in range(TIMES + 1):
        if number == 1:  # the first is a warm-up
            before = time.process_time() + outside()
        panel = await bot.answers.item_panel(repo, issue_id(REPO, 1))
        assert panel is not None
        async with bot.database.read() as tx:
            names = await people.logins(tx, panel.people())
        comments.render(panel, names)
    return (time.process_time() + outside() - before) / TIMES * 1000


async def _page(
    session: aiohttp.ClientSession, pages: Pages, url: str, outside: Callable[[], float]
) -> float:
    before = 0.0
    for number in range(TIMES + 1):
        if number == 1:
            before = time.process_time() + outside()
        pages.kept.drop(OWNER, NAME)
        async with session.get(url) as answer:
            assert answer.status == web.HTTPOk.status_code, f"{url}: {answer.status}"
            await answer.read()
    return (time.process_time() + outside() - before) / TIMES * 1000


async def _public(_: Repo) -> bool:
    return True
