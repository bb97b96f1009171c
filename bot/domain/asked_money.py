"""What does a treasurer say about money that moved? The words behind the verbs, read but not judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from bot.domain.commands import (
    TEXT_AT_MOST,
    first_word,
    read_date,
    read_login,
    read_pledge_number,
    read_text,
)
from bot.domain.money import Written, read_amount
from bot.domain.refusals import Misunderstood, Why

NAME_AT_MOST = 100
"""Characters of a party's name; our own limit, so that panels stay readable."""

_QUOTED = (
    r'"[^"]*"|\N{LEFT DOUBLE QUOTATION MARK}[^\N{RIGHT DOUBLE QUOTATION MARK}]*'
    r"\N{RIGHT DOUBLE QUOTATION MARK}"
)
_TOKEN = re.compile(rf"(?:{_QUOTED})(?![^ \t])|[^ \t]+")
_QUOTES = '"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}'
_RECORD = re.compile(r"[Rr]-([1-9][0-9]{0,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Party:
    """Whoever gave or gets money: an account by its login, or anybody by name."""

    login: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyAsked:
    """A movement of money as typed: what, between whom, and what it settles."""

    amount: Written
    giver: Party | None = None
    """Behind `from`."""
    payee: Party | None = None
    """Behind `to`."""
    direct: bool = False
    pledge: int | None = None
    settles: Written | None = None
    fee: Written | None = None
    day: date | None = None
    ref: str = ""

    @classmethod
    def received(cls, rest: str) -> MoneyAsked:
        """Read `<amount> from <party> [for P-n] [settles <amount>] [fee <amount>] [on DATE] [ref …]`."""
        parts = _Parts(rest, {"from", "for", "settles", "fee", "on", "ref"})
        return parts.asked(giver=parts.party("from"))

    @classmethod
    def paid(cls, rest: str) -> MoneyAsked:
        """Read `<amount> to <party> [direct from <party> …] [on DATE] [ref …]`."""
        words = [word.lower() for word, _ in _tokens(rest)]
        direct = "direct" in takewhile(lambda word: word != "ref", words)
        more = {"direct", "from", "for", "settles"} if direct else set()
        parts = _Parts(rest, {"to", "on", "ref", *more})
        if not direct:
            return parts.asked(payee=parts.party("to"))
        parts.alone("direct")
        return parts.asked(payee=parts.party("to"), giver=parts.party("from"), direct=True)

    @classmethod
    def refunded(cls, rest: str) -> MoneyAsked:
        """Read `<amount> to <party> [for P-n] [settles <amount>] [on DATE] [ref …]`."""
        parts = _Parts(rest, {"to", "for", "settles", "on", "ref"})
        return parts.asked(giver=parts.party("to"))


@dataclass(frozen=True, slots=True)
class RecordNamed:
    """`R-n <reason>`, as typed."""

    record: int
    reason: str

    @classmethod
    def read(cls, rest: str) -> RecordNamed:
        """Read the number of a record, and why it is taken back."""
        first, others = first_word(rest)
        match = _RECORD.fullmatch(first)
        if match is None:
            raise Misunderstood(Why.RECORD_UNREADABLE)
        if not others.strip():
            raise Misunderstood(Why.REASON_MISSING, most=str(TEXT_AT_MOST))
        return cls(int(match[1]), read_text(others))


class _Parts:
    """A line cut at its keywords; each may stand in it once, `ref` takes all that follows."""

    def __init__(self, rest: str, keywords: set[str]) -> None:
        """Cut the line."""
        self._parts: dict[str, list[str]] = {"": []}
        self._ref = ""
        here = self._parts[""]
        for word, behind in _tokens(rest):
            keyword = word.lower() if word.lower() in keywords else None
            if keyword is None:
                here.append(word)
                continue
            if keyword in self._parts:
                raise Misunderstood(Why.SAID_TWICE)
            here = self._parts[keyword] = []
            if keyword == "ref":
                self._ref = read_text(behind)
                break

    def asked(
        self, *, giver: Party | None = None, payee: Party | None = None, direct: bool = False
    ) -> MoneyAsked:
        """Read everything else, now that both ends are known."""
        if "ref" in self._parts and not self._ref:
            raise Misunderstood(Why.TRAILING_WORDS)
        return MoneyAsked(
            amount=self._amount("", Why.AMOUNT_MISSING),
            giver=giver,
            payee=payee,
            direct=direct,
            pledge=self._pledge(),
            settles=self._optional_amount("settles"),
            fee=self._optional_amount("fee"),
            day=self._day(),
            ref=self._ref,
        )

    def party(self, keyword: str) -> Party:
        """Read who stands behind a keyword."""
        words = self._parts.get(keyword)
        if not words:
            raise Misunderstood(Why.PARTY_MISSING, keyword=keyword)
        if len(words) > 1:
            quoted = any(word[0] in _QUOTES for word in words) or words[0].startswith("@")
            raise Misunderstood(Why.TRAILING_WORDS if quoted else Why.PARTY_UNREADABLE)
        return _party(words[0])

    def alone(self, keyword: str) -> None:
        """Let nothing stand behind a keyword."""
        if self._parts[keyword]:
            raise Misunderstood(Why.TRAILING_WORDS)

    def _amount(self, keyword: str, missing: Why) -> Written:
        words = self._parts[keyword]
        if not words:
            raise Misunderstood(missing)
        return read_amount(" ".join(words))

    def _optional_amount(self, keyword: str) -> Written | None:
        return self._amount(keyword, Why.AMOUNT_MISSING) if keyword in self._parts else None

    def _pledge(self) -> int | None:
        word = self._word("for", Why.PLEDGE_UNREADABLE)
        return None if word is None else read_pledge_number(word)

    def _day(self) -> date | None:
        word = self._word("on", Why.DATE_UNREADABLE)
        return None if word is None else read_date(word)

    def _word(self, keyword: str, unreadable: Why) -> str | None:
        if keyword not in self._parts:
            return None
        words = self._parts[keyword]
        if len(words) != 1:
            raise Misunderstood(Why.TRAILING_WORDS if words else unreadable)
        return words[0]


def _tokens(rest: str) -> Iterator[tuple[str, str]]:
    """Give each word, a name in quotes being one, and what stands behind it."""
    for match in _TOKEN.finditer(rest):
        yield match[0], rest[match.end() :]


def _party(word: str) -> Party:
    if word.startswith("@"):
        return Party(login=read_login(word))
    if word[0] not in _QUOTES:
        raise Misunderstood(Why.PARTY_UNREADABLE)
    name = " ".join(word.strip(_QUOTES).split())
    if not re.fullmatch(_QUOTED, word) or not any(sign.isalnum() for sign in name):
        raise Misunderstood(Why.PARTY_UNREADABLE)
    if len(name) > NAME_AT_MOST:
        raise Misunderstood(Why.TEXT_TOO_LONG, most=str(NAME_AT_MOST))
    return Party(name=name)
