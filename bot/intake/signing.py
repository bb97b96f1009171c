"""Is this from GitHub?"""

from __future__ import annotations

import hmac
import re

from multidict import CIMultiDictProxy

_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII)
_EVENT = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
_DELIVERY = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
_WRITTEN_BEFORE = len("sha256=")


class Refused(Exception):
    """The request is not from GitHub, or not a delivery that we can take."""

    def __init__(self, status: int, *, again_after: int | None = None) -> None:
        """Keep the status, and the seconds after which another try makes sense; nothing else is told."""
        super().__init__(str(status))
        self.status, self.again_after = status, again_after


def looks_signed(signature: str) -> bool:
    """Tell whether this has the form of a signature; only then its body is worth reading."""
    return _SIGNATURE.fullmatch(signature) is not None


def is_signed(body: bytes, signature: str, secrets: tuple[str, ...]) -> bool:
    """Tell whether one of the secrets signed these bytes (HMAC-SHA-256, compared in constant time)."""
    if not looks_signed(signature):
        return False
    given = bytes.fromhex(signature[_WRITTEN_BEFORE:])
    expected = [hmac.digest(secret.encode(), body, "sha256") for secret in secrets]
    return any([hmac.compare_digest(one, given) for one in expected])  # noqa: C419 - no early end


def only(headers: CIMultiDictProxy[str], name: str, *, otherwise: int) -> str:
    """Give a header that must be there exactly once.

    Raises:
        Refused: it is not, with the status `otherwise`.
    """
    values = headers.getall(name, ())
    if len(values) != 1:
        raise Refused(otherwise)
    return values[0]


def is_named(event: str, delivery: str) -> bool:
    """Tell whether GitHub would name an event and a delivery like that."""
    return bool(_EVENT.fullmatch(event) and _DELIVERY.fullmatch(delivery))
