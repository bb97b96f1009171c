"""What do we answer to a command, other than with a reaction?"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.decisions import Decision, Known
from bot.domain.effects import Message, Say
from bot.domain.refs import Spoken
from bot.domain.refusals import Refusal, Why


@dataclass(frozen=True, slots=True)
class CommandRefused(Message):
    """A "no": the command as typed, the reason, and the accepted form."""

    line: str
    why: Why
    usage: str
    facts: dict[str, str] = field(default_factory=dict)
    others: int = 0
    """How many other commands of the same comment were therefore not recorded either."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One command in the table of `/help`."""

    usage: str
    who: str
    does: str


@dataclass(frozen=True, slots=True)
class HelpShown(Message):
    """The table of what works here."""

    lines: tuple[HelpLine, ...]


def decide_help(lines: tuple[HelpLine, ...], spoken: Spoken, known: Known) -> Decision:
    """Answer with the table, where any of it works at all."""
    if known.place is None:
        raise Refusal(Why.NOT_HERE, quiet=True)
    say = Say(f"help:{spoken.comment}", spoken.issue.number, HelpShown(lines), answer=True)
    return Decision(effects=(say,))
