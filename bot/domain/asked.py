"""What do people ask of a pledge? The words behind the verbs, read but not judged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from bot.domain.commands import (
    TEXT_AT_MOST,
    first_word,
    pledge_and_rest,
    read_date,
    read_login,
    read_text,
    words_of,
)
from bot.domain.money import Written, read_amount
from bot.domain.refusals import Misunderstood, Why

_NUMBERED = re.compile(r"[Pp]-[0-9]", re.ASCII)
"""How a pledge's number begins; a reason may well begin with `p-`."""


@dataclass(frozen=True, slots=True)
class PledgeAsked:
    """`/pledge <amount> [for @org] [on completion] [until YYYY-MM-DD]`, as typed."""

    amount: Written
    organisation: str | None = None
    on_completion: bool = False
    until: date | None = None

    @classmethod
    def read(cls, rest: str) -> PledgeAsked:
        """Read the words behind `/pledge`; the options may stand in any order, each once."""
        words = words_of(rest)
        size = next((n for n, word in enumerate(words) if word.lower() in _OPTIONS), len(words))
        if size == 0:
            raise Misunderstood(Why.AMOUNT_MISSING)
        options = _read_options(words[size:])
        return cls(_amount(words[:size]), **options)


def _amount(words: list[str]) -> Written:
    """Read the amount; if only its first words are one, the words behind it are what is wrong."""
    try:
        return read_amount(" ".join(words))
    except Misunderstood:
        if not any(_is_amount(words[:size]) for size in range(1, len(words))):
            raise
    merged = any(word.lower().startswith("merge") for word in words)
    raise Misunderstood(Why.IF_MERGED if merged else Why.TRAILING_WORDS)


def _is_amount(words: list[str]) -> bool:
    """Tell whether these words are an amount with its currency."""
    try:
        return read_amount(" ".join(words)).currency is not None
    except Misunderstood:
        return False


class _Options(TypedDict, total=False):
    organisation: str
    on_completion: bool
    until: date


_OPTIONS = frozenset({"for", "on", "until", "if"})


def _read_options(words: list[str]) -> _Options:
    found: _Options = {}
    while words:
        match [words[0].lower(), *[word.lower() for word in words[1:2]]]:
            case ["for", _]:
                option: _Options = {"organisation": read_login(words[1])}
            case ["on", "completion"]:
                option = {"on_completion": True}
            case ["until", _]:
                option = {"until": read_date(words[1])}
            case ["if", *_]:
                raise Misunderstood(Why.IF_MERGED)
            case ["for"]:
                raise Misunderstood(Why.ACCOUNT_UNREADABLE)
            case ["until"]:
                raise Misunderstood(Why.DATE_UNREADABLE)
            case _:
                raise Misunderstood(Why.TRAILING_WORDS)
        if found.keys() & option.keys():
            raise Misunderstood(Why.SAID_TWICE)
        found.update(option)
        words = words[2:]
    return found


@dataclass(frozen=True, slots=True)
class PledgeNamed:
    """A command about one pledge: `[P-n]`, and words behind it where the command takes them."""

    pledge: int | None
    words: str = ""

    @classmethod
    def alone(cls, rest: str) -> PledgeNamed:
        """Read `[P-n]` and nothing else."""
        pledge, others = pledge_and_rest(rest)
        if others:
            raise Misunderstood(Why.TRAILING_WORDS)
        return cls(pledge)

    @classmethod
    def with_reason(cls, rest: str) -> PledgeNamed:
        """Read `[P-n] <reason>`."""
        pledge, others = pledge_and_rest(rest) if _NUMBERED.match(rest) else (None, rest)
        if not others:
            raise Misunderstood(Why.REASON_MISSING, most=str(TEXT_AT_MOST))
        return cls(pledge, read_text(others))

    @classmethod
    def with_ref(cls, rest: str) -> PledgeNamed:
        """Read `[P-n] [ref …]`."""
        pledge, others = pledge_and_rest(rest)
        keyword, ref = first_word(others)
        if keyword and (keyword.lower() != "ref" or not ref.strip()):
            raise Misunderstood(Why.TRAILING_WORDS)
        return cls(pledge, read_text(ref))
