"""How fast may we write to GitHub?

Per installation, from GitHub's documentation of its secondary limits:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api and
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

BETWEEN_WRITES = timedelta(seconds=1)
WINDOWS = ((timedelta(minutes=1), 80), (timedelta(hours=1), 500))
"""Content-creating requests that GitHub allows; it does not say which requests count, so all do."""

REACTIONS_UP_TO = 0.6
"""Part of each window that reactions may fill: answers and panels must never wait for them."""

PANEL_INTERVAL = timedelta(seconds=11)
PER_WAITING_PANEL = timedelta(seconds=2)
"""A panel is refreshed at most every eleven seconds, less often when many wait (our own choice: a
minute of pledges, from the first that has settled to the last, then never takes more than seven
writes; with ten seconds it could take eight)."""


@dataclass(slots=True)
class Pace:
    """Remembers the writes of the last hour, and says when the next one may go."""

    writes: dict[int, deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def next_write(self, installation: int, now: datetime) -> datetime:
        """Say when an installation may write next."""
        written = self.writes[installation]
        while written and written[-1] > now:  # the clock was set back
            written.pop()
        while written and written[0] <= now - WINDOWS[-1][0]:
            written.popleft()
        moments = [now]
        if written:
            moments.append(written[-1] + BETWEEN_WRITES)
        moments += [written[-most] + window for window, most in WINDOWS if len(written) >= most]
        return max(moments)

    def may_react(self, installation: int, now: datetime) -> bool:
        """Tell whether there is room for a reaction: the last part of each window is kept free."""
        written = self.writes[installation]
        return all(
            sum(moment > now - window for moment in written) < most * REACTIONS_UP_TO
            for window, most in WINDOWS
        )

    def wrote(self, installation: int, now: datetime) -> None:
        """Note a write."""
        self.writes[installation].append(now)


def panel_pause(waiting: int) -> timedelta:
    """Say how long a panel rests after it was written, while so many others wait."""
    return max(PANEL_INTERVAL, PER_WAITING_PANEL * waiting)
