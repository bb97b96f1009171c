"""Who is told, once, that which of their pledges are due?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.dues import DueLine, PledgesFellDue


@dataclass(frozen=True, slots=True)
class Pledger:
    """One person in a due notice, with all of their pledges in it."""

    person: int
    lines: tuple[DueLine, ...]

    @property
    def pay_by(self) -> datetime | None:
        """Give the earliest moment at which one of these pledges lapses."""
        return min((line.lapses_at for line in self.lines if line.lapses_at), default=None)


def by_pledger(message: PledgesFellDue) -> tuple[Pledger, ...]:
    """Gather the pledges of each person, so that each is named once."""
    people = dict.fromkeys(line.pledger for line in message.lines)
    return tuple(
        Pledger(person, tuple(line for line in message.lines if line.pledger == person))
        for person in people
    )
