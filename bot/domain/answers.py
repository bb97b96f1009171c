"""What do the answers in a work order form mean, each for itself?

Grammars are ASCII and whole: half an answer is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import NoReturn, TypedDict

from bot.domain.commands import read_date, read_login
from bot.domain.money import Money, read_amount, settle_amount
from bot.domain.refusals import Misunderstood
from bot.domain.terms import Fault, Field

SCOPE_AT_MOST = 20_000
"""Characters of the scope; our own limit, since GitHub's 65,536 are for the whole issue."""

TEXT_AT_MOST = 5_000
"""Characters of each other text; our own limit."""

NAME_AT_MOST = 100
"""Characters of a funder's name; our own limit, so that panels stay readable."""

DEVELOPERS_AT_MOST = 20
INTERESTED_AT_MOST = 50
ITEMS_AT_MOST = 50
"""How many of each; our own limits, since each is looked up or shown."""

REPORT_DAYS = range(1, 367)
"""Days from one report to the next; our own limit."""

_NUMBERED = re.compile(r"(?m)^[0-9]{1,3}[.)] ")
_ITEM = re.compile(r"(?:https?://[^\s/]+/([^\s/]+/[^\s/]+)/issues/|#)([1-9][0-9]{0,8})", re.ASCII)
_PARTY = re.compile(r"(@[^\s()]+)(?: ?\([^()@\n]*\))?|[^()@\n]+\((@[^\s()]+)\)")
# A comma between digits may part thousands, so it parts no amounts, whatever spaces are about it.
_BETWEEN = re.compile(
    r"[;,]?\n| ?; ?|,? (?:and|&) |(?<=[^\s+]) ?\+ ?|, ?(?! ?[0-9])|(?<![0-9 ]), ?"
)
_PERIOD = re.compile(
    r"(?:(?:from )?([0-9-]{10}) ?(?:to|until|till|through|[-\u2013\u2014/]) ?|until )?([0-9-]{10})"
)
_EVERY = re.compile(r"every (?:([0-9]{1,3}|two|three|four|six) )?(day|week|month|quarter)s?")
_NUMBERS = {"two": 2, "three": 3, "four": 4, "six": 6}
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91}
_RHYTHMS = {"weekly": 7, "biweekly": 14, "fortnightly": 14, "monthly": 30, "quarterly": 91}


class Answer(TypedDict, total=False):
    """Values that a field of the form gives."""

    scope: str
    items: tuple[int, ...]
    developers: tuple[str, ...]
    funder: str
    funder_name: str
    interested: tuple[str, ...]
    budget: tuple[Money, ...]
    effort: str
    starts: date
    ends: date
    report_every_days: int
    share: str


class Faulty(Exception):
    """An answer that cannot be taken; `why` is a value of `Why`, where an amount is to blame."""

    def __init__(self, fault: Fault, why: str | None = None) -> None:
        """Keep what is wrong."""
        super().__init__(fault.value)
        self.fault = fault
        self.why = why


def read_answer(field: Field, text: str, repo: str) -> Answer:
    """Read what stands in a field; it is not empty.

    Raises:
        Faulty: it cannot be read, is too long, or contradicts itself.
    """
    return _items(text, repo) if field is Field.ITEMS else _READERS[field](text)


def _limited(text: str, most: int) -> str:
    if len(text) > most:
        _fail(Fault.TOO_LONG)
    return text


def _words(text: str) -> list[str]:
    """Split an enumeration."""
    words = re.split(r"[\s,;]+", _NUMBERED.sub("", text))
    said = [word.removesuffix(".") for word in words if word not in {"", "and", "&"}]
    return said or _fail(Fault.UNREADABLE)


def _items(text: str, repo: str) -> Answer:
    numbers: dict[int, None] = {}
    for word in _words(text):
        match = _ITEM.fullmatch(word)
        if match is None or (repo and match[1] and match[1].lower() != repo.lower()):
            _fail(Fault.UNREADABLE)
        numbers[int(match[2])] = None
    if len(numbers) > ITEMS_AT_MOST:
        _fail(Fault.TOO_MANY)
    return {"items": tuple(numbers)}


def _people(text: str, most: int) -> tuple[str, ...]:
    """Read logins; GitHub's know no case, so the first way of writing one stands for all."""
    logins: dict[str, str] = {}
    for word in _words(text):
        login = _login(word)
        logins.setdefault(login.lower(), login)
    if len(logins) > most:
        _fail(Fault.TOO_MANY)
    return tuple(logins.values())


def _login(word: str) -> str:
    try:
        return read_login(word)
    except Misunderstood:
        _fail(Fault.UNREADABLE)


def _funder(text: str) -> Answer:
    if match := _PARTY.fullmatch(text):
        return {"funder": _login(match[1] or match[2])}
    if "@" in text or "\n" in text or not any(letter.isalnum() for letter in text):
        _fail(Fault.UNREADABLE)
    return {"funder_name": _limited(text, NAME_AT_MOST)}


def _budget(text: str) -> Answer:
    found: dict[str, Money] = {}
    for part in _BETWEEN.split(text):
        try:
            money = settle_amount(read_amount(part.strip()), ())
        except Misunderstood as no:
            _fail(Fault.UNREADABLE, no.why.value)
        if money.currency in found:
            _fail(Fault.SAID_TWICE)
        found[money.currency] = money
    return {"budget": tuple(found.values())}


def _period(text: str) -> Answer:
    match = _PERIOD.fullmatch(_phrase(text))
    if match is None:
        _fail(Fault.UNREADABLE)
    ends = _day(match[2])
    if match[1] is None:
        return {"ends": ends}
    starts = _day(match[1])
    if ends < starts:
        _fail(Fault.BACKWARDS)
    return {"starts": starts, "ends": ends}


def _day(word: str) -> date:
    try:
        return read_date(word)
    except Misunderstood:
        _fail(Fault.UNREADABLE)


def _reports(text: str) -> Answer:
    phrase = _phrase(text)
    if phrase == "at the end":
        return {}
    if match := _EVERY.fullmatch(phrase):
        number = match[1] or "1"
        days = _DAYS[match[2]] * (_NUMBERS.get(number) or int(number))
    else:
        days = _RHYTHMS.get(phrase, 0)
    if days not in REPORT_DAYS:
        _fail(Fault.UNREADABLE)
    return {"report_every_days": days}


def _phrase(text: str) -> str:
    """Give words in lower case; KELVIN SIGN and its like never become ASCII letters."""
    words = " ".join(text.split()).removesuffix(".")
    return re.sub("[A-Z]+", lambda capitals: capitals[0].lower(), words)


def _fail(fault: Fault, why: str | None = None) -> NoReturn:
    raise Faulty(fault, why)


_READERS: dict[Field, Callable[[str], Answer]] = {
    Field.SCOPE: lambda text: {"scope": _limited(text, SCOPE_AT_MOST)},
    Field.DEVELOPERS: lambda text: {"developers": _people(text, DEVELOPERS_AT_MOST)},
    Field.FUNDER: _funder,
    Field.INTERESTED: lambda text: {"interested": _people(text, INTERESTED_AT_MOST)},
    Field.BUDGET: _budget,
    Field.EFFORT: lambda text: {"effort": _limited(text, TEXT_AT_MOST)},
    Field.PERIOD: _period,
    Field.REPORTS: _reports,
    Field.SHARE: lambda text: {"share": _limited(text, TEXT_AT_MOST)},
}
