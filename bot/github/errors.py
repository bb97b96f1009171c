"""What did GitHub's answer mean for the one who asked, other than yes?

A read that could not be answered is `CannotTell`: ask again. A write has four other ends, because
what was asked for may have happened although nobody said so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.lookup import CannotTell

WAIT_SECONDS = 60
"""How long to wait where GitHub names no time ("wait for at least one minute before retrying").
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit"""

WAIT_AT_MOST = timedelta(days=1)
"""Longer waits are a proxy's nonsense: GitHub's limits are per hour."""

MESSAGE_AT_MOST = 200
"""Characters of GitHub's message that we repeat."""

MOVED = frozenset({301, 302, 303, 307, 308})
GONE = frozenset({404, 410})
REFUSED = frozenset({400, 403, 404, 405, 410, 413, 415, 422, 451})
"""Answers after which a write has not happened, and will not if it is repeated.
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api"""

_LONGEST = int(WAIT_AT_MOST.total_seconds())
_SECONDARY = ("secondary rate limit", "abuse detection")


@dataclass(slots=True, eq=False)
class Answered(Exception):
    """GitHub answered with a status that is no success."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    message: str

    def __str__(self) -> str:
        """Give status and message, for the log."""
        return f"GitHub answered {self.status}: {self.message}"


class Unread(CannotTell):
    """GitHub's answer to a read was no answer; `status` is None when there was none at all."""

    def __init__(
        self, why: str, *, status: int | None = None, not_before: datetime | None = None
    ) -> None:
        """Say why, for the log."""
        super().__init__(why, not_before=not_before)
        self.status = status


class NotThere(Unread):
    """What was asked about does not exist, or not for us (404, 410).

    Often that is the answer. Where it is none, it is as good as any other failure.
    """


class Final(Exception):
    """The write was refused, and would be refused again."""

    def __init__(self, status: int, sentence: str) -> None:
        """Keep GitHub's status, and what it said."""
        super().__init__(f"{status}: {sentence}")
        self.status = status
        self.sentence = sentence


class Limited(Exception):
    """The write certainly did not happen; it may be tried again at `until`, not before."""

    def __init__(self, until: datetime, why: str = "limited") -> None:
        """Keep the moment (aware, UTC)."""
        super().__init__(f"{why}, until {until.isoformat()}")
        self.until = until
        self.why = why


class Unsure(Exception):
    """Nobody knows whether the write happened: search for it before it is tried again."""

    def __init__(self, why: str) -> None:
        """Say why, for the log."""
        super().__init__(why)
        self.why = why


class Moved(Exception):
    """The write did not happen: the repository or the issue has another address now."""


def unread(answer: Answered, now: datetime) -> Unread:
    """Tell what an answer means for somebody who reads."""
    kind = NotThere if answer.status in GONE else Unread
    return kind(str(answer), status=answer.status, not_before=limited_until(answer, now))


def unwritten(answer: Answered, now: datetime) -> Final | Limited | Unsure | Moved:
    """Tell what an answer means for somebody who writes."""
    if until := limited_until(answer, now):
        return Limited(until, str(answer))
    if answer.status in MOVED:
        return Moved(str(answer))
    if answer.status in REFUSED:
        return Final(answer.status, answer.message)
    if answer.status == 401:  # noqa: PLR2004 - refused twice, with a fresh token
        return Limited(soon(now), str(answer))
    return Unsure(str(answer))


def limited_until(answer: Answered, now: datetime) -> datetime | None:
    """Tell until when a limit holds; None when the answer is about none.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
    """
    if answer.status not in {403, 429}:
        return None
    if (after := _number(answer.headers.get("retry-after"))) is not None:
        return _bounded(now + timedelta(seconds=min(after, _LONGEST)), now)
    if answer.headers.get("x-ratelimit-remaining") == "0":
        return reset(answer.headers, now)
    if answer.status == 429 or any(word in answer.message.lower() for word in _SECONDARY):  # noqa: PLR2004
        return soon(now)
    return soon(now) if "retry-after" in answer.headers else None


def reset(headers: Mapping[str, str], now: datetime) -> datetime:
    """Tell when GitHub counts anew (`x-ratelimit-reset`, in seconds since 1970)."""
    at = _number(headers.get("x-ratelimit-reset"))
    if at is None:
        return soon(now)
    latest = int((now + WAIT_AT_MOST).timestamp())
    return _bounded(datetime.fromtimestamp(min(at, latest), UTC), now)


def soon(now: datetime) -> datetime:
    """Give the moment to try again, where nobody named one."""
    return now + timedelta(seconds=WAIT_SECONDS)


def _bounded(until: datetime, now: datetime) -> datetime:
    """Give a moment ahead: what has passed on our clock may not have on GitHub's."""
    return max(until, now + timedelta(seconds=1))


def _number(text: str | None) -> int | None:
    """Read whole seconds; `int` alone would take other digits, signs and underscores."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 15):  # noqa: PLR2004
        return None
    return int(text)
