"""Who is not GitHub learns nothing, and leaves nothing."""

from __future__ import annotations

import gzip
import hashlib
import hmac
from collections.abc import AsyncIterator
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.intake import BODY_AT_MOST
from bot.intake.signing import is_signed
from tests.intake.kit import SECRET, GitHub, Store, a_receiver, post, signature, signed
from tests.storage.kit import rows

BODY = b'{"action":"opened"}'
GOOD = signature(BODY)


@pytest.fixture(autouse=True)
async def _leaves_nothing(store: Store) -> AsyncIterator[None]:
    yield
    assert rows(store.database, "SELECT * FROM inbox") == []
    assert store.transactions == 0


@pytest.mark.parametrize(
    "given_signature",
    [
        None,
        "",
        "sha256=",
        GOOD.upper(),
        "sha256=" + GOOD[7:].upper(),
        GOOD[:-1],
        GOOD[:-1] + ("1" if GOOD.endswith("0") else "0"),
        GOOD + "0",
        GOOD[7:],
        "sha256 =" + GOOD[7:],
        "SHA256=" + GOOD[7:],
        f"{GOOD}, {GOOD}",
        f"{GOOD},sha256={'0' * 64}",
        "sha256=" + "0" * 64,
        signature(BODY + b" "),
        signature(BODY, ""),
        signature(BODY, "other"),
        signature(BODY, SECRET + " "),
        "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest(),
        "sha512=" + hmac.new(SECRET.encode(), BODY, hashlib.sha512).hexdigest(),
        "sha256=" + hashlib.sha256(BODY).hexdigest(),
        "sha256=" + "é" * 64,
    ],
)
async def test_what_is_not_signed_is_refused(github: GitHub, given_signature: str | None) -> None:
    headers = signed(BODY, X_Hub_Signature_256=given_signature)
    assert await post(github, BODY, headers) == (401, "")


async def test_the_old_signature_is_not_enough(github: GitHub) -> None:
    sha1 = "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()
    headers = signed(BODY, X_Hub_Signature_256=None, X_Hub_Signature=sha1)
    assert await post(github, BODY, headers) == (401, "")


@pytest.mark.parametrize("second", [GOOD, "sha256=" + "0" * 64, ""])
async def test_two_signatures_are_none(github: GitHub, second: str) -> None:
    headers = signed(BODY)
    headers.add("X-Hub-Signature-256", second)
    assert await post(github, BODY, headers) == (401, "")


async def test_other_bytes_than_the_signed_ones_are_refused(github: GitHub) -> None:
    assert await post(github, BODY + b"\n", signed(BODY)) == (401, "")


async def test_without_a_secret_nobody_is_believed(store: Store) -> None:
    async with a_receiver(store, ()) as github:
        assert await post(github, BODY, signed(BODY, "")) == (401, "")


@pytest.mark.parametrize(
    "event",
    [
        None,
        "",
        "issues.opened",
        "bursar.pledge_deadline",
        "bursar.adoption",
        "Issues",
        "issues/..",
        "issues\u00e9",
        "x" * 65,
        "a-b",
    ],
)
async def test_a_name_that_github_would_not_give_is_refused(
    github: GitHub, event: str | None
) -> None:
    answer = await post(github, BODY, signed(BODY, X_GitHub_Event=event))
    assert answer == (400, "")


@pytest.mark.parametrize(
    "delivery", [None, "", "a b", "a:b", "bursar.adoption:1:2", "x" * 65, "a/b", "é", "a'b"]
)
async def test_an_id_that_github_would_not_give_is_refused(
    github: GitHub, delivery: str | None
) -> None:
    answer = await post(github, BODY, signed(BODY, X_GitHub_Delivery=delivery))
    assert answer == (400, "")


@pytest.mark.parametrize("name", ["X-GitHub-Event", "X-GitHub-Delivery"])
async def test_headers_that_come_twice_are_refused(github: GitHub, name: str) -> None:
    headers = signed(BODY)
    headers.add(name, "issues")
    assert await post(github, BODY, headers) == (400, "")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity", ""])
async def test_packed_bodies_are_refused(github: GitHub, coding: str) -> None:
    body = gzip.compress(BODY)
    assert await post(github, body, signed(body, Content_Encoding=coding)) == (415, "")


@pytest.mark.parametrize("coding", ["br", "zstd", "nonsense", "gzip, gzip"])
async def test_bodies_packed_in_other_ways_are_refused_too(github: GitHub, coding: str) -> None:
    """Some of them the HTTP parser itself refuses."""
    status, _ = await post(github, BODY, signed(BODY, Content_Encoding=coding))
    assert status in {400, 415}


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", "json"]
)
async def test_only_json_is_taken(github: GitHub, kind: str) -> None:
    body = b"payload=%7B%7D"
    assert await post(github, body, signed(body, Content_Type=kind)) == (415, "")


async def test_who_cannot_sign_does_not_learn_what_else_is_wrong(github: GitHub) -> None:
    headers = signed(BODY, "other", X_GitHub_Event="no.such", Content_Type="text/plain")
    assert await post(github, BODY, headers) == (401, "")


async def test_a_body_over_githubs_limit_is_refused(github: GitHub) -> None:
    body = b"x" * (BODY_AT_MOST + 1)
    assert await post(github, BytesIO(body), signed(body)) == (413, "")


async def test_a_body_over_the_limit_that_does_not_say_its_length_is_refused(
    github: GitHub,
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(26):
            yield b"x" * 1024 * 1024

    assert await post(github, chunks(), signed(b"")) == (413, "")


async def test_a_body_in_pieces_is_refused_like_any_other_without_its_signature(
    github: GitHub,
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield BODY[:5]
        yield BODY[5:] + b"!"

    assert await post(github, chunks(), signed(BODY)) == (401, "")


# --- the signature itself ---------------------------------------------------------------------


@given(st.binary(max_size=200), st.lists(st.text(min_size=1, max_size=20), max_size=3), st.data())
def test_a_signature_is_good_exactly_when_one_of_the_secrets_made_it(
    body: bytes, secrets: list[str], data: st.DataObject
) -> None:
    secrets = [secret.encode("utf-8", "ignore").decode() for secret in secrets]
    signer = data.draw(st.sampled_from([*secrets, "nobody's"]))
    expected = any(
        hmac.compare_digest(signature(body, secret), signature(body, signer)) for secret in secrets
    )
    assert is_signed(body, signature(body, signer), tuple(secrets)) is expected


@given(st.text(max_size=80) | st.from_regex(r"sha256=[0-9a-fA-F]{60,70}", fullmatch=True))
@example("sha256=" + "٠" * 64)
@example(GOOD + "\n")
@example("\ud800")
def test_no_header_whatever_is_more_than_refused(text: str) -> None:
    assert is_signed(BODY, text, (SECRET,)) is (text == GOOD)
