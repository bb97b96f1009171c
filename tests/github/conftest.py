"""What the tests of this room start from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cache

import aiohttp
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.identity import AppKey
from tests.github.fake import Clock, FakeGitHub
from tests.github_contract.openapi import check_request

APP_ID = 77
REPO = Repo(id=1, owner="acme", name="widget", installation=9)


@cache
def pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    ).decode()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def github(clock: Clock) -> AsyncIterator[FakeGitHub]:
    """A fake GitHub; every request that reached it must be one that GitHub documents."""
    fake = FakeGitHub(clock)
    await fake.start()
    yield fake
    await fake.stop()
    for each in fake.asked:
        if each.path != "/graphql" and not each.path.startswith("/repositories/"):
            check_request(each.method, each.path, each.query, each.body)


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def counted() -> list[tuple[str, str]]:
    return []


@pytest_asyncio.fixture
async def client(
    github: FakeGitHub,
    session: aiohttp.ClientSession,
    clock: Clock,
    counted: list[tuple[str, str]],
) -> Client:
    return make_client(github.url, session, clock, counted)


def make_client(
    url: str,
    session: aiohttp.ClientSession,
    clock: Clock,
    counted: list[tuple[str, str]] | None = None,
) -> Client:
    seen = counted if counted is not None else []
    return Client(
        session,
        AppKey.read(APP_ID, pem()),
        base_url=url,
        version="0.1.0",
        now=clock,
        on_request=lambda method, route: seen.append((method, route)),
    )


@pytest.fixture
def no_requests(github: FakeGitHub) -> Iterator[None]:
    """Nothing may reach GitHub."""
    yield
    assert github.asked == []
