"""What can go wrong between GitHub and an App, and how often shall it?

A fault matches a route (`POST /repos/{owner}/{repo}/issues/*/comments`: `*` stands for anything,
also for a parameter's template) or an event (`issue_comment.created`, `push`, `*`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import random

Kind = Literal[
    "slow", "refuse", "reset_before", "limit", "stale", "fail_after", "reset_after",
    "lose", "duplicate", "delay", "reorder",
]  # fmt: skip


@dataclass(slots=True, eq=False)
class Fault:
    """One knob: it acts `times` times (None: always), each time with this `probability`."""

    kind: Kind
    match: str
    times: int | None = None
    probability: float = 1.0
    seconds: float = 0.0
    status: int = 500
    secondary: bool = False
    hidden: bool = False
    acted: int = 0

    @property
    def used_up(self) -> bool:
        return self.times is not None and self.acted >= self.times


@dataclass(slots=True)
class Faults:
    """All knobs that are turned on; draws from the injected dice."""

    dice: random.Random
    active: list[Fault] = field(default_factory=list)

    def clear(self) -> None:
        self.active.clear()

    def remove(self, fault: Fault) -> None:
        self.active.remove(fault)

    def draw(self, kind: Kind, name: str) -> Fault | None:
        """The first fault of this kind that strikes now."""
        for each in self.active:
            if each.kind == kind and not each.used_up and _matches(each.match, name):
                if each.probability < 1 and self.dice.random() >= each.probability:
                    continue
                each.acted += 1
                return each
        return None

    def _add(self, fault: Fault) -> Fault:
        self.active.append(fault)
        return fault

    # -- requests ----------------------------------------------------------------------------

    def slow(
        self,
        route: str = "*",
        seconds: float = 5,
        *,
        times: int | None = None,
        probability: float = 1,
    ) -> Fault:
        """The answer takes its time."""
        return self._add(Fault("slow", route, times, probability, seconds))

    def refuse(
        self,
        route: str = "*",
        status: int = 503,
        *,
        times: int | None = None,
        probability: float = 1,
    ) -> Fault:
        """This status, and nothing was done."""
        return self._add(Fault("refuse", route, times, probability, status=status))

    def fail_after(
        self,
        route: str = "*",
        status: int = 502,
        *,
        times: int | None = None,
        probability: float = 1,
    ) -> Fault:
        """This status although it was done: the comment exists."""
        return self._add(Fault("fail_after", route, times, probability, status=status))

    def reset_before(
        self, route: str = "*", *, times: int | None = None, probability: float = 1
    ) -> Fault:
        """The connection breaks, and nothing was done."""
        return self._add(Fault("reset_before", route, times, probability))

    def reset_after(
        self, route: str = "*", *, times: int | None = None, probability: float = 1
    ) -> Fault:
        """The connection breaks after it was done."""
        return self._add(Fault("reset_after", route, times, probability))

    def limit(  # each is one thing that the reader names
        self,
        route: str = "*",
        retry_after: float = 60,
        *,
        status: int = 403,
        secondary: bool = True,
        times: int | None = None,
        probability: float = 1,
    ) -> Fault:
        """403 or 429: the secondary limit with Retry-After, or the primary one with its reset.

        https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
        """
        return self._add(Fault("limit", route, times, probability, retry_after, status, secondary))

    def stale(
        self,
        route: str = "GET *",
        seconds: float = 5,
        *,
        times: int | None = None,
        probability: float = 1,
    ) -> Fault:
        """Lists do not show yet what was made in the last seconds."""
        return self._add(Fault("stale", route, times, probability, seconds))

    # -- deliveries --------------------------------------------------------------------------

    def lose(
        self,
        event: str = "*",
        *,
        times: int | None = None,
        probability: float = 1,
        hidden: bool = False,
    ) -> Fault:
        """It never arrives; `hidden`: GitHub's list of deliveries does not know of it either."""
        return self._add(Fault("lose", event, times, probability, hidden=hidden))

    def duplicate(
        self, event: str = "*", *, times: int | None = None, probability: float = 1
    ) -> Fault:
        """It arrives twice, with the same id."""
        return self._add(Fault("duplicate", event, times, probability))

    def delay(
        self,
        event: str = "*",
        seconds: float = 30,
        *,
        times: int | None = None,
        probability: float = 1,
    ) -> Fault:
        """It arrives late."""
        return self._add(Fault("delay", event, times, probability, seconds))

    def reorder(
        self, event: str = "*", *, times: int | None = None, probability: float = 1
    ) -> Fault:
        """It is held back until the next one has been answered, or until all is settled."""
        return self._add(Fault("reorder", event, times, probability))


def _matches(pattern: str, name: str) -> bool:
    return pattern == name or fnmatchcase(name, pattern) or name.partition(".")[0] == pattern
