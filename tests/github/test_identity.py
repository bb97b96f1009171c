"""Who we say we are, and that the key stays with us."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from bot.github.identity import AppKey, Token, Tokens
from bot.lookup import CannotTell
from tests.github.conftest import pem
from tests.github.fake import START, Clock


def public_key() -> Any:
    return serialization.load_pem_private_key(pem().encode(), None).public_key()


def test_a_jwt_says_what_github_asks_for() -> None:
    signed = AppKey.read(77, pem()).jwt(START)
    assert jwt.get_unverified_header(signed)["alg"] == "RS256"
    ignored: Any = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(signed, public_key(), algorithms=["RS256"], options=ignored)
    now = int(START.timestamp())
    assert claims == {"iat": now - 60, "exp": now + 9 * 60, "iss": "77"}


def other_key(*, password: bytes | None = None, curve: bool = False) -> str:
    key = (
        ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
    )
    hidden = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden
    ).decode()


@pytest.mark.parametrize(
    "text",
    ["", "secret", "-----BEGIN RSA PRIVATE KEY-----\nsecret\n-----END RSA PRIVATE KEY-----", "é"],
)
def test_a_bad_key_is_one_clear_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="private key cannot be read") as error:
        AppKey.read(77, text)
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None


def test_keys_of_other_kinds_are_bad_too() -> None:
    for text in (other_key(curve=True), other_key(password=b"secret")):
        with pytest.raises(ValueError, match="private key cannot be read"):
            AppKey.read(77, text)


def test_no_secret_is_ever_shown() -> None:
    key = AppKey.read(77, pem())
    assert repr(key) == "AppKey(app_id=77)"
    assert pem().splitlines()[1] not in f"{key!r}{key}{key.__class__}"


class Office:
    """Hands out tokens."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked = 0

    async def __call__(self, installation: int) -> Any:
        self.asked += 1
        text = f"{installation}-{self.asked}"
        await asyncio.sleep(0)
        ends = self.clock() + timedelta(hours=1)
        return {"token": text, "expires_at": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}


async def test_who_was_refused_forgets_only_the_refused_token(clock: Clock) -> None:
    tokens = Tokens(Office(clock), now=clock)
    assert await tokens.token(9) == "9-1"
    tokens.forget(9, "an older one")
    assert await tokens.token(9) == "9-1"
    tokens.forget(9, "9-1")
    assert await tokens.token(9) == "9-2"
    tokens.forget(9)
    tokens.forget(10)
    assert await tokens.token(9) == "9-3"


async def test_installations_do_not_wait_for_each_other_nor_share(clock: Clock) -> None:
    office = Office(clock)
    tokens = Tokens(office, now=clock)
    both = await asyncio.gather(*(tokens.token(n) for n in (9, 10, 9, 10)))
    assert both[0] == both[2] != both[1] == both[3]
    assert office.asked == 2


async def test_a_failure_is_not_remembered(clock: Clock) -> None:
    answers: list[Any] = [None, {"token": 1, "expires_at": "2031-01-01T00:00:00Z"}, {}]
    answers.append({"token": "t", "expires_at": "2031-01-01T00:00:00"})
    answers.append({"token": "t", "expires_at": "2031-01-01T00:00:00Z"})

    async def ask(_installation: int) -> Any:
        return answers.pop(0)

    tokens = Tokens(ask, now=clock)
    for _ in range(4):
        with pytest.raises(CannotTell):
            await tokens.token(9)
    assert await tokens.token(9) == "t"


def test_a_token_is_not_shown() -> None:
    assert "ghs_secret" not in f"{Token('ghs_secret', START)!r}{Token('ghs_secret', START)}"
