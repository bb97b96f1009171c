"""How does a whole ledger leave, without ever being in memory?"""

from __future__ import annotations

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

ENDINGS = ("json", "csv", "beancount", "hledger")
"""Formats, as addresses name them."""


@dataclass(frozen=True, slots=True)
class Streams:
    """Gives ledgers as files."""

    database: Database
    web_url: str
    public_url: str

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
        return await _sent(request, answer, opened.chunks)


async def _sent(
    request: web.Request, answer: web.StreamResponse, chunks: AsyncIterator[bytes]
) -> web.StreamResponse:
    """Send piece by piece. What fails on the way cuts the connection: half a file must not look whole."""
    await answer.prepare(request)
    if request.method != "HEAD":
        async for chunk in chunks:
            await answer.write(chunk)
    await answer.write_eof()
    return answer


def _day(request: web.Request, name: str) -> date | None:
    text = request.query.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Missing from error
