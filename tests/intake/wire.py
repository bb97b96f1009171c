"""Requests written by hand, as no good client would write them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.intake import PATH
from tests.intake.kit import GitHub, signed


@dataclass
class Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def says(self, words: bytes) -> None:
        self.writer.write(words)
        await self.writer.drain()

    async def says_for_ever(self, words: bytes) -> None:
        """Go on until the other side has enough, or a test would take too long."""
        for _ in range(1_000):
            await self.says(words)

    async def status(self) -> int:
        """The status of the next answer, whose body is empty or passed over."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        self.head = head.decode("latin-1")
        return int(head.split()[1])

    async def is_closed(self) -> bool:
        """Whether the other side ends the connection."""
        try:
            return await self.reader.read() == b""
        except ConnectionResetError:
            return True


@asynccontextmanager
async def a_line(github: GitHub) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", github.port)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()


def head(headers: Mapping[str, str], length: int | None = None) -> bytes:
    """The head of a delivery that promises a body of this length."""
    promised = dict(headers) | ({} if length is None else {"Content-Length": str(length)})
    lines = [f"POST {PATH} HTTP/1.1", "Host: bursar", *(f"{n}: {v}" for n, v in promised.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def head_for(body: bytes, length: int | None = None, /, **changed: str | None) -> bytes:
    """The head of a delivery that is signed for this body."""
    return head(signed(body, **changed), len(body) if length is None else length)
