"""What do we answer to a command, other than with a reaction?"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.effects import Message
from bot.domain.refusals import Why


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
