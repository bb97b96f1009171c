"""Which column types do our tables use, on every engine?

SQLite's STRICT tables know five type names, PostgreSQL has no BLOB: these are the ones that both
keep exactly. https://www.sqlite.org/stricttables.html
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from bot.storage import codec

Whole = BigInteger().with_variant(Integer(), "sqlite")
"""A signed 64-bit integer."""

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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
    """Yes or no as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:  # noqa: ARG002, FBT001
        """Write a flag."""
        return None if value is None else int(value)

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
