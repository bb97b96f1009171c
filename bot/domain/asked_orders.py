"""What do people ask of a work order? The words behind `/cwo …`, read but not judged."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.commands import TEXT_AT_MOST, read_text, words_of
from bot.domain.refusals import Misunderstood, Why
from bot.domain.states import Outcome

_ORDER = re.compile(r"(?:CWO ?)?#([1-9][0-9]{0,8})", re.ASCII)


def read_nothing(rest: str) -> None:
    """Read a command that takes no words."""
    if rest:
        raise Misunderstood(Why.TRAILING_WORDS)


def read_reason(rest: str) -> str:
    """Read a reason, which everybody will be able to read."""
    if not rest.strip():
        raise Misunderstood(Why.REASON_MISSING, most=str(TEXT_AT_MOST))
    return read_text(rest)


def read_unfunded(rest: str) -> bool:
    """Read `[unfunded]`."""
    words = [word.lower() for word in words_of(rest)]
    if words not in ([], ["unfunded"]):
        raise Misunderstood(Why.TRAILING_WORDS)
    return bool(words)


def read_outcome(rest: str) -> Outcome:
    """Read an outcome; `declined on its merits` and `partly-landed` are understood too."""
    words = words_of(rest.lower().replace("-", " "))
    said = " ".join(words).replace("on its merits", "on merits")
    for outcome in Outcome:
        if said == outcome.value:
            return outcome
    raise Misunderstood(Why.OUTCOME_UNREADABLE, outcomes=", ".join(Outcome))


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """`#57`, or `none` to take a link away."""

    order: int | None

    @classmethod
    def read(cls, rest: str) -> LinkAsked:
        """Read which work order is meant."""
        said = " ".join(words_of(rest))
        if said.lower() == "none":
            return cls(None)
        match = _ORDER.fullmatch(said)
        if match is None:
            raise Misunderstood(Why.ORDER_UNREADABLE)
        return cls(int(match[1]))
