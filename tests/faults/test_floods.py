"""Somebody sends far too much. Does the process stay small, answer, and keep what is GitHub's?

A real process of `bursar serve`: its memory is looked at from outside.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import threading
import urllib.request
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.intake import BODY_AT_MOST, PATH
from tests.cli.kit import start
from tests.intake.kit import signed

FLOOD = 10_000
REAL_ONES = 20
LARGE_ONES = 50
AT_ONCE = 50
SMALL = b'{"zen":"Keep it logically awesome."}'

MEMORY_AT_MOST = 512 * 1024 * 1024
"""Bytes that the process may ever hold: 64 MiB of bodies that arrive, a few copies of the one that is being
stored and of the one that is being read by the worker, and about 90 MB of program."""

PATIENCE = 10.0
"""Seconds within which /healthz must answer, on a machine that runs other tests meanwhile."""


@dataclass
class Served:
    """A running process."""

    address: str
    pid: int

    def most_memory(self) -> int:
        """The most that it ever held (proc(5): VmHWM)."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        (kilobytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
        return int(kilobytes) * 1024


@pytest.fixture
def served(store_url: str) -> Iterator[Served]:
    process = start("serve", DATABASE_URL=store_url, WEBHOOK_SECRET="s3cret")
    try:
        assert process.stderr is not None
        told = next(e for e in map(json.loads, process.stderr) if e["event"] == "serving")
        yield Served(told["address"], process.pid)
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=30)


@asynccontextmanager
async def somebody(served: Served) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(served.address, connector=connector) as session:
        yield session


async def deliver(session: aiohttp.ClientSession, body: bytes, headers: Any) -> int:
    async with session.post(PATH, data=BytesIO(body), headers=headers) as answer:
        if answer.status == 503:
            assert int(answer.headers["Retry-After"]) > 0
        return answer.status


@contextmanager
def health_is_asked_for(served: Served) -> Iterator[None]:
    """Ask for health all the time while the block runs, in a thread that the flood does not hold up."""
    over, answers = threading.Event(), list[int]()

    def ask() -> None:
        while not over.wait(0.1):
            with urllib.request.urlopen(served.address + "/healthz", timeout=PATIENCE) as answer:
                answers.append(answer.status)

    with ThreadPoolExecutor(1) as aside:
        asking = aside.submit(ask)
        try:
            yield
        finally:
            over.set()
            asking.result()
    assert set(answers) == {200}


@pytest.mark.parametrize(
    "made_up",
    [{"X_Hub_Signature_256": None}, {"X_Hub_Signature_256": "sha256=" + "0" * 64}],
    ids=["unsigned", "signed wrongly"],
)
async def test_ten_thousand_requests_of_somebody_else_leave_nothing_and_stop_nobody(
    served: Served, made_up: dict[str, str | None]
) -> None:
    async with somebody(served) as session:
        forged = signed(SMALL, **made_up)
        with health_is_asked_for(served):
            flood = asyncio.gather(*(deliver(session, SMALL, forged) for _ in range(FLOOD)))
            async with aiohttp.ClientSession(served.address) as github:
                for n in range(REAL_ONES):
                    real = signed(SMALL, X_GitHub_Delivery=f"real-{n}")
                    assert await deliver(github, SMALL, real) == 202
            assert set(await flood) == {401}
    assert served.most_memory() < MEMORY_AT_MOST


@pytest.mark.slow
async def test_fifty_of_githubs_largest_deliveries_at_once_do_not_fill_the_memory(
    served: Served,
) -> None:
    body = b'{"x":"' + b"x" * (BODY_AT_MOST - 8) + b'"}'
    async with somebody(served) as session:
        headers = [signed(body, X_GitHub_Delivery=f"large-{n}") for n in range(LARGE_ONES)]
        with health_is_asked_for(served):
            answers = await asyncio.gather(*(deliver(session, body, each) for each in headers))
        assert set(answers) <= {202, 503}
        assert 202 in answers
        refused = [each for each, answer in zip(headers, answers, strict=True) if answer != 202]
        for each in refused[:2]:
            assert await deliver(session, body, each) == 202, "nobody else sends any more"
    assert served.most_memory() < MEMORY_AT_MOST
