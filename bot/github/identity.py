"""Who are we to GitHub?

An App with a key, and for an hour at a time an installation with a token.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import jwt
import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.lookup import CannotTell

ISSUED_BEFORE = timedelta(seconds=60)
"""How far `iat` lies back, "to protect against clock drift".
https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app"""

LIVES_FOR = timedelta(minutes=9)
"""How long a JWT of ours is good for; GitHub takes ten minutes at most (same page)."""

CLOCKS_DIFFER = timedelta(seconds=60)
"""How far our clock and GitHub's may be apart before it is taken for theirs; `iat` allows as much."""

EARLY = timedelta(minutes=5)
"""How long before its end a token is replaced, so that none ends while a request is under way."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AppKey:
    """The App's id and its private key, which is never shown."""

    app_id: int
    _key: RSAPrivateKey = field(repr=False)

    @classmethod
    def read(cls, app_id: int, pem: str) -> AppKey:
        """Read the private key as GitHub hands it out.

        Raises:
            ValueError: it is no unencrypted RSA key in PEM.
        """
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, RSAPrivateKey):
            raise ValueError(  # noqa: TRY004 - it is the text of a setting that is wrong
                "The App's private key cannot be read: it must be the whole .pem file that GitHub"
                " generated, from -----BEGIN RSA PRIVATE KEY----- to the END line."
            ) from None
        return cls(app_id, key)

    def jwt(self, now: datetime) -> str:
        """Sign a token that proves for nine minutes that we are the App."""
        claims = {
            "iat": int((now - ISSUED_BEFORE).timestamp()),
            "exp": int((now + LIVES_FOR).timestamp()),
            "iss": str(self.app_id),
        }
        return jwt.encode(claims, self._key, algorithm="RS256")


@dataclass(slots=True)
class GitHubsClock:
    """GitHub's time, as far as its answers have told: ours may be wrong, and a JWT then never counts."""

    _ours: Callable[[], datetime]
    _ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Give the moment as GitHub sees it."""
        return self._ours() + self._ahead

    def learn(self, headers: Mapping[str, str]) -> bool:
        """Read GitHub's time from a refusal; says whether that was not what we believed."""
        told = date_of(headers)
        if told is None or abs(told - self.now()) <= CLOCKS_DIFFER:
            return False
        self._ahead = told - self._ours()
        log.warning("our clock and GitHub's differ", seconds=self._ahead.total_seconds())
        return True


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """Read when GitHub answered, by its own clock; None: it does not say.

    https://www.rfc-editor.org/rfc/rfc9110#field.date
    """
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
        return None if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Token:
    """An installation's token."""

    text: str = field(repr=False)
    expires_at: datetime


class Tokens:
    """A token for each installation, asked for once and kept until shortly before its end."""

    def __init__(
        self, ask: Callable[[int], Awaitable[Any]], *, now: Callable[[], datetime]
    ) -> None:
        """Take the request for a token (its answer is GitHub's JSON), and the clock."""
        self._ask = ask
        self._now = now
        self._tokens: dict[int, Token] = {}
        self._asking: dict[int, asyncio.Lock] = {}

    async def token(self, installation: int) -> str:
        """Give a token that is still good; whatever `ask` raises comes through."""
        async with self._asking.setdefault(installation, asyncio.Lock()):
            known = self._tokens.get(installation)
            if known is None or known.expires_at - EARLY <= self._now():
                known = _token(await self._ask(installation))
                self._tokens[installation] = known
            return known.text

    def forget(self, installation: int, refused: str | None = None) -> None:
        """Throw the token away; with `refused`, only if it has not been replaced meanwhile."""
        known = self._tokens.get(installation)
        if known is not None and refused in {None, known.text}:
            del self._tokens[installation]


def _token(answer: Any) -> Token:
    """https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app."""
    try:
        expires_at = datetime.fromisoformat(answer["expires_at"])
        text = answer["token"]
    except (KeyError, TypeError, ValueError):
        raise CannotTell("GitHub's answer to a request for a token holds none.") from None
    if not isinstance(text, str) or expires_at.tzinfo is None:
        raise CannotTell("GitHub's answer to a request for a token holds none.")
    return Token(text, expires_at)
