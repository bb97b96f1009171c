"""What do all parts of the bench on speed share?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from bench.contestants import Stage, Store
from bench.load import Answered, request
from bench.mix import Told
from bench.table import Sheet

ROUNDS = 7
WARM_UP = 300
"""Deliveries before something is measured."""

ACCEPTED = {200, 202}


@dataclass(slots=True)
class Setting:
    """What is measured, and with what."""

    stage: Stage
    stores: list[Store]
    told: list[Told]
    rounds: int
    sheet: Sheet = field(default_factory=Sheet)
    requests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write the requests once."""
        self.requests = [request(each) for each in self.told]

    @property
    def few(self) -> int:
        """How often something is measured that is compared with nothing."""
        return min(self.rounds, 5)


def checked(answered: Answered) -> Answered:
    """Let no fast refusal pass for speed."""
    wrong = set(answered.statuses) - ACCEPTED
    assert not wrong, f"answered {answered.statuses}"
    return answered


def beside(outside: Iterable[float]) -> str:
    """Say what the engine's own processes cost, where it has any."""
    found = median(outside)
    return f"and {found:.2f} ms in PostgreSQL" if found else ""
