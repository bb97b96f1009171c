"""How does a body come in without filling our memory, or holding us up?

aiohttp stops reading a connection when about 128 KiB of it wait for us, so that a body which nobody reads
costs little. What is read further must find room first.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from aiohttp import StreamReader, web

from bot.intake.signing import Refused

BODY_AT_MOST = 25 * 1024 * 1024
"""GitHub caps payloads at 25 MB;
https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap"""

BODY_SECONDS = 8.0
"""How long a body may take to arrive. GitHub itself gives up on us after 10 seconds;
https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks"""

FREE_OF_CHARGE = 128 * 1024
"""Bodies up to this size need no room: about what aiohttp holds of a connection anyway. Real ones are
14 KB, one in a hundred is larger than 60 KB."""

ROOM = 64 * 1024 * 1024
"""Bytes of larger bodies that are in memory at once; what is over waits. Two of GitHub's largest fit."""

ROOM_SECONDS = 6.0
"""How long a body waits for room before it is refused, within GitHub's patience of 10 seconds."""

COMING_AT_MOST = 1_000
"""Bodies that may be on their way to us at once. One that stalls costs us some 140 KB, so that all of them
are 140 MB. A real one is here within milliseconds: a thousand a second would be on their way by tens."""

AGAIN_AFTER = 5
"""Seconds after which a refused body may find room."""

PASSED_OVER = 1024 * 1024
PASSING_SECONDS = 1.0
"""How much of a refused body is still taken, and for how long, so that the sender sees our answer
instead of a broken connection (https://www.rfc-editor.org/rfc/rfc9112#section-9.6)."""


class Coming:
    """Bodies that are on their way to us, or wait for room; what is here already is none of them."""

    def __init__(self, at_most: int = COMING_AT_MOST) -> None:
        """Begin with none."""
        self.free = at_most

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one more while the block runs.

        Raises:
            Refused: there are too many.
        """
        if self.free <= 0:
            raise Refused(503, again_after=AGAIN_AFTER)
        self.free -= 1
        try:
            yield
        finally:
            self.free += 1


class Room:
    """Bytes that may be in memory at once; first come first served."""

    def __init__(self, size: int = ROOM) -> None:
        """Begin with all of it free."""
        self._free = size
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def taken(self, size: int) -> AsyncIterator[None]:
        """Hold so many bytes while the block runs.

        Raises:
            Refused: there was no room in time.
        """
        await self._take(size)
        try:
            yield
        finally:
            self._give(size)

    async def _take(self, size: int) -> None:
        if not self._waiting and size <= self._free:
            self._free -= size
            return
        found: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((size, found))
        try:
            async with asyncio.timeout(ROOM_SECONDS):
                await found
        except TimeoutError:
            self._forget(size, found)
            raise Refused(503, again_after=AGAIN_AFTER) from None
        except asyncio.CancelledError:
            self._forget(size, found)
            raise

    def _forget(self, size: int, found: asyncio.Future[None]) -> None:
        """Take somebody out of the line; who was given room in the same moment gives it back."""
        if found.done() and not found.cancelled():
            self._give(size)
            return
        found.cancel()
        self._give(0)

    def _give(self, size: int) -> None:
        self._free += size
        while self._waiting:
            wanted, found = self._waiting[0]
            if found.done():
                self._waiting.popleft()
            elif wanted <= self._free:
                self._waiting.popleft()
                self._free -= wanted
                found.set_result(None)
            else:
                return


def needs(request: web.Request) -> int:
    """Say how much room a body needs; one that does not say its length may be as large as any.

    Raises:
        Refused: it says that it is too large.
    """
    size = request.content_length
    if size is None:
        return 0 if request.content.is_eof() else BODY_AT_MOST
    if size > BODY_AT_MOST:
        raise Refused(413)
    return size if size > FREE_OF_CHARGE else 0


def is_here(content: StreamReader) -> bool:
    """Tell whether a body came with its head, as real ones mostly do."""
    return content.is_eof() and not content.exception()


async def whole(content: StreamReader) -> bytes:
    """Give the whole body.

    Raises:
        Refused: it is too large, comes too slowly, or breaks off (then nobody hears our answer).
    """
    if is_here(content):
        return content.read_nowait()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _rest(content)
    except TimeoutError:
        raise Refused(408) from None
    except OSError:
        raise Refused(400) from None


async def _rest(content: StreamReader) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := await content.readany():
        size += len(part)
        if size > BODY_AT_MOST:
            raise Refused(413)
        parts.append(part)
    return b"".join(parts)


async def refuse(request: web.Request, refused: Refused) -> web.StreamResponse:
    """Answer; of a body that is still coming only a little is taken, and the connection ends."""
    answer = web.Response(status=refused.status)
    if refused.again_after is not None:
        answer.headers["Retry-After"] = str(refused.again_after)
    if request.content.is_eof():
        return answer
    answer.force_close()
    with suppress(ConnectionError):  # who has hung up hears nothing
        await answer.prepare(request)
        await answer.write_eof()
        await _pass_over(request.content)
    request.protocol.force_close()
    return answer


async def _pass_over(content: StreamReader) -> None:
    passed = 0
    try:
        async with asyncio.timeout(PASSING_SECONDS):
            while passed < PASSED_OVER and (part := await content.readany()):
                passed += len(part)
    except (TimeoutError, web.HTTPException, ConnectionError, asyncio.IncompleteReadError):
        return
    except Exception:  # noqa: BLE001 - a body that breaks off or cannot be read is none of our business
        return
