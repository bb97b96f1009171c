"""How fast is a server, and how soon does it answer? Requests over sockets, with nothing in between.

Closed loop: 64 connections, each sends its next request when the last one was answered. Open loop: a
request falls due every so often, whatever was answered; its latency counts from when it was due.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bench.mix import Told

CONNECTIONS = 64
PATIENCE = 120
"""Seconds for everything to be answered."""

SPIN = 0.002
"""Seconds before a due time from which we ask for the time instead of sleeping: timers are coarse."""


@dataclass(slots=True)
class Answered:
    """What came back."""

    seconds: float
    statuses: Counter[int]
    latencies: list[float]
    """Seconds; for a closed loop from sending, for an open one from the due time."""
    behind: float = 0.0
    """Seconds between the last due time and the last answer."""

    @property
    def rate(self) -> float:
        """Say how many were answered in a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Give the latency that so large a share does not exceed, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def request(told: Told, *, signature: str | None = None) -> bytes:
    """Write a delivery as GitHub sends it."""
    head = (
        "POST /api/github/webhooks HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: GitHub-Hookshot/044aadd",
        "Accept: */*",
        "Content-Type: application/json",
        f"Content-Length: {len(told.body)}",
        f"X-GitHub-Delivery: {told.delivery}",
        f"X-GitHub-Event: {told.event}",
        "X-GitHub-Hook-ID: 292430182",
        "X-GitHub-Hook-Installation-Target-ID: 42",
        "X-GitHub-Hook-Installation-Target-Type: integration",
        f"X-Hub-Signature-256: {signature or told.signature}",
    )
    return "\r\n".join((*head, "", "")).encode() + told.body


async def closed(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Answered:
    """Send everything as fast as it is answered."""
    hose = await _Hose.open(port, connections)
    begin = time.perf_counter()
    hose.push((0.0, each) for each in requests)
    await hose.finished(len(requests))
    seconds = time.perf_counter() - begin
    hose.close()
    return Answered(seconds, hose.statuses, hose.latencies)


async def paced(
    port: int, requests: Sequence[bytes], rate: float, connections: int = CONNECTIONS
) -> Answered:
    """Send one request every 1/rate seconds, whatever has been answered."""
    hose = await _Hose.open(port, connections)
    begin = time.perf_counter() + 0.01
    for number, each in enumerate(requests):
        due = begin + number / rate
        await _until(due)
        hose.push([(due, each)])
    last = begin + (len(requests) - 1) / rate
    await hose.finished(len(requests))
    end = time.perf_counter()
    hose.close()
    return Answered(end - begin, hose.statuses, hose.latencies, behind=end - last)


async def _until(due: float) -> None:
    while (left := due - time.perf_counter()) > 0:  # noqa: ASYNC110 - time rings no bell
        await asyncio.sleep(left - SPIN if left > SPIN else 0)


@dataclass(slots=True)
class _Hose:
    """All connections, and what still has to go through them."""

    waiting: deque[tuple[float, bytes]] = field(default_factory=deque)
    idle: list[_Connection] = field(default_factory=list)
    every: list[_Connection] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    wanted: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)
    problem: Exception | None = None

    @classmethod
    async def open(cls, port: int, connections: int) -> _Hose:
        hose, loop = cls(), asyncio.get_running_loop()
        for _ in range(connections):
            _, protocol = await loop.create_connection(lambda: _Connection(hose), "127.0.0.1", port)
            hose.every.append(protocol)
        hose.idle = list(hose.every)
        return hose

    def push(self, some: Iterable[tuple[float, bytes]]) -> None:
        self.waiting.extend(some)
        while self.waiting and self.idle:
            self.idle.pop().send(*self.waiting.popleft())

    def answered(self, connection: _Connection, status: int, latency: float) -> None:
        self.statuses[status] += 1
        self.latencies.append(latency)
        if self.waiting:
            connection.send(*self.waiting.popleft())
        else:
            self.idle.append(connection)
        if len(self.latencies) == self.wanted:
            self.done.set()

    def lost(self, why: Exception | None) -> None:
        self.problem = why or ConnectionError("the server closed a connection")
        self.done.set()

    async def finished(self, wanted: int) -> None:
        self.wanted = wanted
        if len(self.latencies) < wanted:
            async with asyncio.timeout(PATIENCE):
                await self.done.wait()
        if len(self.latencies) < wanted and self.problem is not None:
            raise self.problem

    def close(self) -> None:
        for each in self.every:
            each.transport.close()


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request at a time."""

    transport: asyncio.Transport

    def __init__(self, hose: _Hose) -> None:
        self.hose, self.got, self.since = hose, b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, due: float, what: bytes) -> None:
        self.since = due or time.perf_counter()
        self.transport.write(what)

    def data_received(self, data: bytes) -> None:
        self.got += data
        if not _is_whole(self.got):
            return
        status, self.got = int(self.got[9:12]), b""
        self.hose.answered(self, status, time.perf_counter() - self.since)

    def connection_lost(self, exc: Exception | None) -> None:
        self.hose.lost(exc)


def _is_whole(got: bytes) -> bool:
    """Tell whether an answer has arrived to its end."""
    head, found, body = got.partition(b"\r\n\r\n")
    if not found:
        return False
    lower = head.lower()
    if b"transfer-encoding: chunked" in lower:
        return body.endswith(b"0\r\n\r\n")
    _, given, rest = lower.partition(b"content-length:")
    return len(body) >= (int(rest.split(b"\r\n", 1)[0]) if given else 0)
