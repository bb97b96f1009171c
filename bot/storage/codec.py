"""How do entries and rules become bytes, and values again?

Canonical JSON (RFC 8785) so that the same entry always hashes to the same value; msgspec reads it
back into the domain's own classes and refuses what does not fit them. Free text leaves the entry
here: the JSON keeps only a salted hash of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar, get_args

import msgspec
import rfc8785

from bot.domain import entries as e

VERSION = 1
"""Version of the form in which entries are kept; entries are never rewritten into a newer one."""

KINDS: dict[str, type[e.Entry]] = {kind.__name__: kind for kind in get_args(e.Entry)}

T = TypeVar("T")
Json = Any

_ENCODER = msgspec.json.Encoder(order="sorted")
_PERHAPS_TOO_LARGE = re.compile(rb"9[0-9]{15}|[0-9]{17}")
"""Digits of a number that may lie beyond 2^53 - 1, about 9.007e15 (RFC 8785 section 3.2.2.3)."""


@dataclass(frozen=True, slots=True)
class KeptText:
    """Free text beside an entry: which field it stands in, the salt, and the words."""

    field: str
    salt: bytes
    words: str


def plain(value: object) -> Json:
    """Turn a value of the domain into what JSON knows."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def rfc3339(moment: datetime) -> str:
    """Write a moment in UTC (RFC 3339), without a fraction where there is none."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def canonical(value: Json) -> bytes:
    """Write JSON so that equal values are equal bytes (RFC 8785).

    msgspec writes the same bytes for everything that stands in entries (a test holds that), a hundred
    times faster; but it lets numbers pass that no float holds, so those go the strict way.
    """
    written = _ENCODER.encode(value)
    return rfc8785.dumps(value) if _PERHAPS_TOO_LARGE.search(written) else written


def read(value: Json, kind: type[T]) -> T:
    """Turn what JSON knows back into a value of the domain.

    Raises:
        msgspec.ValidationError: when it does not fit.
    """
    return msgspec.convert(value, kind, strict=True)


def take_texts(entry: e.Entry, body: dict[str, Json], salt: bytes) -> list[KeptText]:
    """Move free text out of an entry's JSON, leaving salted hashes."""
    kept = []
    for name, words in _free_texts(entry):
        kept.append(KeptText(name, salt, words))
        body[name] = {"sha256": salted_hash(salt, words)}
    return kept


def salted_hash(salt: bytes, words: str) -> str:
    """Hash free text so that, once the salt is erased, nobody can guess it back."""
    return hashlib.sha256(salt + words.encode("utf-8", "surrogatepass")).hexdigest()


def give_texts(body: dict[str, Json], words: Mapping[str, str]) -> dict[str, Json]:
    """Put free text back into an entry's JSON; erased words read as an empty text."""
    return {
        name: {"words": words.get(name, "")} if _is_hashed(value) else value
        for name, value in body.items()
    }


def _free_texts(entry: e.Entry) -> list[tuple[str, str]]:
    found = []
    for field in fields(entry):
        value = getattr(entry, field.name)
        if isinstance(value, e.FreeText):
            found.append((field.name, value.words))
    return found


def _is_hashed(value: Json) -> bool:
    return isinstance(value, dict) and value.keys() == {"sha256"}
