"""How does an App hear of what happened: by which signed requests, and what became of them?

https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from sandbox.faults import Faults
    from sandbox.world import Delivery, World

# https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds
PATIENCE = aiohttp.ClientTimeout(total=10)
UNREACHABLE = 502
BEYOND_ASCII = "replace"  # a lone surrogate has no bytes


def body_of(delivery: Delivery) -> bytes:
    """The bytes that are signed and sent."""
    text = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", BEYOND_ASCII)


def headers_for(delivery: Delivery, raw: bytes) -> dict[str, str]:
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries"""
    app = delivery.app
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/5a17b0c",
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Hook-ID": str(app.hook_id),
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
    }
    if app.webhook_secret:
        secret = app.webhook_secret.encode()
        headers["X-Hub-Signature"] = "sha1=" + hmac.new(secret, raw, hashlib.sha1).hexdigest()
        signature = hmac.new(secret, raw, hashlib.sha256).hexdigest()
        headers["X-Hub-Signature-256"] = f"sha256={signature}"
    return headers


class Hookshot:
    """Sends what the world owes, all at once, and never a second time by itself.

    https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
    """

    def __init__(
        self, world: World, faults: Faults, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self.world = world
        self.faults = faults
        self.sleep = sleep
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Delivery] = []

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=PATIENCE)
        self.world.on_delivery.append(self.owe)

    async def stop(self) -> None:
        self.world.on_delivery.remove(self.owe)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    @property
    def idle(self) -> bool:
        return not self._tasks and not self._held

    def owe(self, delivery: Delivery) -> None:
        """Decide what becomes of it; a task sends it."""
        if not delivery.app.webhook_url:
            delivery.status = "no webhook URL"
            return
        if fault := self.faults.draw("lose", delivery.name):
            delivery.hidden = fault.hidden
            self._close(delivery, "failed to connect to host", UNREACHABLE)
            return
        if self.faults.draw("reorder", delivery.name):
            self._held.append(delivery)
            return
        self._spawn(self._send_with_faults(delivery))

    async def settled(self) -> None:
        """Wait until everything owed has been answered, held ones included."""
        while self._tasks or self._held:
            self._release()
            await asyncio.wait(set(self._tasks))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _release(self) -> None:
        held, self._held = self._held, []
        for each in held:
            self._spawn(self._send(each))

    async def _send_with_faults(self, delivery: Delivery) -> None:
        if fault := self.faults.draw("delay", delivery.name):
            await self.sleep(fault.seconds)
        if self.faults.draw("duplicate", delivery.name):
            self._spawn(self._send(delivery))
        await self._send(delivery)
        self._release()

    async def _send(self, delivery: Delivery) -> None:
        """One attempt; whatever comes of it is written down."""
        if self._session is None:
            return
        raw = body_of(delivery)
        delivery.request_headers = headers_for(delivery, raw)
        began = self.world.now()
        try:
            async with self._session.post(
                delivery.app.webhook_url,
                data=raw,
                headers=delivery.request_headers,
                allow_redirects=False,
            ) as response:
                delivery.response_headers = dict(response.headers)
                delivery.response_body = (await response.text(errors="replace"))[:10_000]
                status, code = "OK" if response.ok else response.reason or "", response.status
        except TimeoutError:
            status, code = "timed out", UNREACHABLE
        except aiohttp.ClientError:
            status, code = "failed to connect to host", UNREACHABLE
        delivery.duration = (self.world.now() - began).total_seconds()
        self._close(delivery, status, code)

    def _close(self, delivery: Delivery, status: str, code: int) -> None:
        delivery.attempted = True
        delivery.delivered_at = self.world.now()
        delivery.status, delivery.status_code = status, code
        self.world.changed()
