"""How much may a caller ask for, and how much is left?

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PER_HOUR = 5_000
ANONYMOUS_PER_HOUR = 60
CONTENT_PER_MINUTE = 80
CONTENT_PER_HOUR = 500
POINTS_PER_MINUTE = 900
POINTS_OF_READING, POINTS_OF_WRITING = 1, 5


@dataclass(slots=True)
class Budget:
    """One caller's hour, and the moments at which it asked and created content."""

    limit: int
    ends: datetime
    used: int = 0
    created: list[datetime] = field(default_factory=list)
    points: list[tuple[datetime, int]] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def reset(self) -> int:
        return int(self.ends.timestamp())


@dataclass(frozen=True, slots=True)
class Intrusion:
    """A request that came although its caller had been asked to be quiet."""

    bucket: str
    at: datetime
    route: str


@dataclass(slots=True)
class Limiter:
    """Counts always; says no only when `enforced`."""

    now: Callable[[], datetime]
    enforced: bool = False
    budgets: dict[str, Budget] = field(default_factory=dict)
    silences: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    """Since when, and until when, callers have been asked to be quiet."""
    intrusions: list[Intrusion] = field(default_factory=list)

    def budget(self, bucket: str) -> Budget:
        """This caller's budget for the hour that runs now."""
        budget, now = self.budgets.get(bucket), self.now()
        if budget is None or now >= budget.ends:
            limit = ANONYMOUS_PER_HOUR if bucket.startswith("anonymous") else PER_HOUR
            created, points = (budget.created, budget.points) if budget else ([], [])
            budget = Budget(limit, now + HOUR, created=created, points=points)
            self.budgets[bucket] = budget
        return budget

    def exhausted(self, bucket: str) -> bool:
        """Whether the primary limit forbids one more request."""
        return self.enforced and not self.budget(bucket).remaining

    def pause(self, bucket: str, content: int) -> float:
        """Seconds until so much content may be created, or a question asked; 0: right now."""
        if not self.enforced:
            return 0
        now, budget = self.now(), self.budget(bucket)
        pauses = [
            (budget.created[content - most - 1] + window - now).total_seconds()
            for most, window in ((CONTENT_PER_MINUTE, MINUTE), (CONTENT_PER_HOUR, HOUR))
            if content and len(budget.created) > most - content
        ]
        lately = [(at, points) for at, points in budget.points if at > now - MINUTE]
        if sum(points for _, points in lately) >= POINTS_PER_MINUTE:
            pauses.append((lately[0][0] + MINUTE - now).total_seconds())
        return max([0.0, *pauses])

    def silence(self, bucket: str, seconds: float) -> None:
        """A caller is asked to be quiet for so long."""
        now = self.now()
        self.silences[bucket] = now, now + timedelta(seconds=seconds)

    def listen(self, bucket: str, route: str) -> None:
        """Note a request that should not have been sent; what was under way already may come."""
        since, until = self.silences.get(bucket, (self.now(), self.now()))
        if since < self.now() < until:
            self.intrusions.append(Intrusion(bucket, self.now(), route))

    def refund(self, bucket: str) -> None:
        """A 304 is free.

        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
        """
        self.budget(bucket).used -= 1

    def count(self, bucket: str, *, content: int) -> None:
        """One request, which creates so much content."""
        budget, now = self.budget(bucket), self.now()
        budget.used += 1
        budget.created += [now] * content
        del budget.created[:-CONTENT_PER_HOUR]
        points = POINTS_OF_WRITING if content else POINTS_OF_READING
        budget.points = [each for each in budget.points if each[0] > now - MINUTE]
        budget.points.append((now, points))
