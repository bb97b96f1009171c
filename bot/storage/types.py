"""Which column types do our tables use, on every engine?

SQLite's STRICT tables know five type names, PostgreSQL has no BLOB: these are the ones that both
keep exactly. https://www.sqlite.org/stricttables.html
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from sqlalchemy import BigInteger, Boolean, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from bot.storage import codec

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""A signed 64-bit integer."""

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def storable(words: str) -> str:
    """Write what every engine can keep: U+FFFD stands for the rest."""
    if words.isascii() and "\0" not in words:
        return words
    return _UNSTORABLE.sub("\ufffd", words)


class Written(TypeDecorator[str]):
    """Text, compared byte by byte, so that both engines put it in the same order.

    NUL (which PostgreSQL's text refuses) and lone surrogates (which are not UTF-8) become U+FFFD on
    every engine: https://www.postgresql.org/docs/current/datatype-character.html.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the engine's order of bytes."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write what can be written."""
        return None if value is None else storable(value)


Words = Written()
"""What nearly every column of text is."""


class Moment(TypeDecorator[datetime]):
    """A moment as microseconds since 1970, UTC: exact, ordered, and the same on every engine."""

    impl = Whole
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Write a moment."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read a moment, aware and in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class Day(TypeDecorator[date]):
    """A calendar day as ISO 8601 text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write a day."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:  # noqa: ARG002
        """Read a day."""
        return None if value is None else date.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """Yes or no: a boolean, and 1 or 0 where there is none."""

    impl = Integer
    cache_ok = True
    coerce_to_is_types = (type(None), bool)
    """`IS TRUE` takes a word on PostgreSQL, never a parameter."""

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the engine's own type."""
        kind = Boolean() if dialect.name == "postgresql" else Integer()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> bool | int | None:  # noqa: FBT001
        """Write a flag."""
        if value is None or dialect.name == "postgresql":
            return value
        return int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ARG002
        """Read a flag."""
        return None if value is None else bool(value)


class Word(TypeDecorator[E]):
    """A member of a `StrEnum` as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        """Take the enumeration whose members the column holds."""
        super().__init__()
        self.words = words

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write a word."""
        return None if value is None else value.value

    def process_result_value(self, value: Any, dialect: Dialect) -> E | None:  # noqa: ARG002
        """Read a word."""
        return None if value is None else self.words(value)


class Json(TypeDecorator[T]):
    """A value of the domain as canonical JSON text (RFC 8785)."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[T]) -> None:
        """Take the class whose values the column holds."""
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write a value."""
        return None if value is None else codec.canonical(codec.plain(value)).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> T | None:  # noqa: ARG002
        """Read a value."""
        return None if value is None else codec.read(msgspec.json.decode(value), self.kind)
