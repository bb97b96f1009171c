"""Does the process live, and can it store what comes?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.storage import quarantine
from bot.storage.database import Database

READY_SECONDS = 8.0
"""How long the database may take to answer."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """Answers whoever watches over the process."""

    database: Database
    stores: Callable[[], bool] = lambda: True
    """Whether deliveries are stored, where they are received."""

    def routes(self) -> list[web.RouteDef]:
        """Give the routes of this room."""
        return [web.get("/healthz", self.healthy), web.get("/readyz", self.ready)]

    async def healthy(self, _: web.Request) -> web.Response:
        """Answer that the process lives."""
        return web.Response(text="ok\n")

    async def ready(self, _: web.Request) -> web.Response:
        """Answer whether deliveries can be stored, and whether some wait for the operator."""
        if not self.stores():
            return web.Response(status=503, text="deliveries cannot be stored\n")
        try:
            async with asyncio.timeout(READY_SECONDS), self.database.read() as tx:
                put_aside = await quarantine.count(tx)
        except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready
            log.warning("not ready", error=repr(error))
            return web.Response(status=503, text="the database does not answer\n")
        return web.Response(text=f"ok\nquarantined: {put_aside}\n" if put_aside else "ok\n")
