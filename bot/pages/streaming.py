"""How does a whole ledger leave, without ever being in memory?"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime

from aiohttp import web

from bot.domain.panel import Position
from bot.domain.refs import Repo
from bot.pages.answering import headers_for
from bot.pages.asked import Missing
from bot.pages.exporting import NotPublic, open_export
from bot.storage.database import Database

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
"""Python reads week dates and others too, which nobody here means."""

AT_ONCE = 2
"""Exports that are made at the same time; the others wait, so that pages and the bot do not."""

TAKEN_WITHIN = 60
"""Seconds in which a reader must take each piece: whoever takes longer makes others wait. Both are our
own choice."""

ENDINGS = ("json", "csv", "beancount", "hledger")
"""Formats, as addresses name them."""


@dataclass(frozen=True, slots=True)
class Streams:
    """Gives ledgers as files."""

    database: Database
    web_url: str
    public_url: str
    turns: asyncio.Semaphore
    """Of `AT_ONCE`, shared by all requests."""

    async def answer(
        self, request: web.Request, repo: Repo, position: Position, now: datetime
    ) -> web.StreamResponse:
        """Stream a ledger to whoever asked.

        Raises:
            Missing: it is not public any more, or the days make no sense.
        """
        form = request.match_info["form"]
        since, until = _day(request, "since"), _day(request, "until")
        try:
            opened = await open_export(
                self.database, repo, form, since, until, now, self.web_url, self.public_url
            )
        except NotPublic as error:
            raise Missing from error
        name = f"{repo.owner}-{repo.name}-ledger.{form}"
        headers = headers_for(opened.content_type) | {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Bursar-Position": f"{position.seq} {position.hash}",
        }
        answer = web.StreamResponse(headers=headers)
        answer.headers["Content-Type"] = opened.content_type
        return await _sent(request, answer, opened.chunks, self.turns)


async def _sent(
    request: web.Request,
    answer: web.StreamResponse,
    chunks: AsyncIterator[bytes],
    turns: asyncio.Semaphore,
) -> web.StreamResponse:
    """Send piece by piece. What fails on the way cuts the connection: half a file must not look whole."""
    await answer.prepare(request)
    if request.method != "HEAD":
        async with turns:
            async for chunk in chunks:
                async with asyncio.timeout(TAKEN_WITHIN):
                    await answer.write(chunk)
    await answer.write_eof()
    return answer


def _day(request: web.Request, name: str) -> date | None:
    text = request.query.get(name)
    if text is None:
        return None
    if _ISO_DAY.fullmatch(text) is None:
        raise Missing
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Missing from error
