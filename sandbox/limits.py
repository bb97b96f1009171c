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


@dataclass(slots=True)
class Budget:
    """One caller's hour, and the moments at which it created content."""

    limit: int
    ends: datetime
    used: int = 0
    created: list[datetime] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def reset(self) -> int:
        return int(self.ends.timestamp())


@dataclass(slots=True)
class Limiter:
    """Counts always; says no only when `enforced`."""

    now: Callable[[], datetime]
    enforced: bool = False
    budgets: dict[str, Budget] = field(default_factory=dict)

    def budget(self, bucket: str) -> Budget:
        """This caller's budget for the hour that runs now."""
        budget, now = self.budgets.get(bucket), self.now()
        if budget is None or now >= budget.ends:
            limit = ANONYMOUS_PER_HOUR if bucket.startswith("anonymous") else PER_HOUR
            created = budget.created if budget else []
            budget = self.budgets[bucket] = Budget(limit, now + HOUR, created=created)
        return budget

    def exhausted(self, bucket: str) -> bool:
        """Whether the primary limit forbids one more request."""
        return self.enforced and not self.budget(bucket).remaining

    def pause(self, bucket: str) -> float:
        """Seconds until content may be created again; 0 when it may be now."""
        if not self.enforced:
            return 0
        now, created = self.now(), self.budget(bucket).created
        pauses = [
            (created[-most] + window - now).total_seconds()
            for most, window in ((CONTENT_PER_MINUTE, MINUTE), (CONTENT_PER_HOUR, HOUR))
            if len(created) >= most
        ]
        return max([0.0, *pauses])

    def refund(self, bucket: str) -> None:
        """A 304 is free.

        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
        """
        self.budget(bucket).used -= 1

    def count(self, bucket: str, *, content: bool) -> None:
        budget = self.budget(bucket)
        budget.used += 1
        if content:
            budget.created.append(self.now())
            del budget.created[:-CONTENT_PER_HOUR]
