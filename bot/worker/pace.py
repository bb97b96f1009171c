"""How fast may we write to GitHub?

Per installation, from GitHub's documentation of its secondary limits:
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api and
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.github.transport import TIMEOUT_SECONDS

BETWEEN_WRITES = timedelta(seconds=1)
WINDOWS = ((timedelta(minutes=1), 80), (timedelta(hours=1), 500))
"""Content-creating requests that GitHub allows; it does not say which requests count, so all do,
and each field of a GraphQL mutation as well."""

TAKES_AT_MOST = timedelta(seconds=TIMEOUT_SECONDS)
"""How long after it left GitHub may have counted a write of another process."""

REACTIONS_UP_TO = 0.6
"""Part of each window that reactions may fill: answers and panels must never wait for them."""

PANEL_INTERVAL = timedelta(seconds=11)
PER_WAITING_PANEL = timedelta(seconds=2)
"""A panel is refreshed at most every eleven seconds, less often when many wait (our own choice: a
minute of pledges, from the first that has settled to the last, then never takes more than seven
writes; with ten seconds it could take eight)."""

Written = tuple[datetime, int]
"""When something was written, and how many writes that counts as."""


@dataclass(slots=True)
class Pace:
    """Remembers the writes of the last hour, and says when the next one may go."""

    writes: dict[int, deque[Written]] = field(default_factory=lambda: defaultdict(deque))

    def learn(self, installation: int, written: Iterable[Written], now: datetime) -> None:
        """Take over what all processes together have written, oldest first.

        It was noted before it left, and GitHub may count it a little later.
        """
        late = ((min(at + TAKES_AT_MOST, now), count) for at, count in written)
        self.writes[installation] = deque(late)

    def next_write(self, installation: int, now: datetime) -> datetime:
        """Say when an installation may write next."""
        written = self._lately(installation, now)
        moments = [now]
        if written:
            moments.append(written[-1][0] + BETWEEN_WRITES)
        moments += [_at_most(written, window, most - 1) for window, most in WINDOWS if written]
        return max(moments)

    def next_reaction(self, installation: int, now: datetime, count: int = 1) -> datetime:
        """Say when there is room for so many reactions: the last part of each window is kept free."""
        written = self._lately(installation, now)
        moments = [self.next_write(installation, now)]
        moments += [
            _at_most(written, window, int(most * REACTIONS_UP_TO) - count)
            for window, most in WINDOWS
            if written
        ]
        return max(moments)

    def wrote(self, installation: int, now: datetime, count: int = 1) -> None:
        """Note a request that counts as so many writes, and that leaves now."""
        self.writes[installation].append((now, count))

    def answered(self, installation: int, now: datetime) -> None:
        """Note that the last one was answered: GitHub counts it from some moment up to now."""
        written = self.writes[installation]
        if written and written[-1][0] < now:
            _, count = written.pop()
            written.append((now, count))

    def _lately(self, installation: int, now: datetime) -> deque[Written]:
        """Give the writes of the last hour; if the clock was set back, later ones are of just now."""
        written = self.writes[installation]
        if written and written[-1][0] > now:
            written = deque((min(at, now), count) for at, count in written)
            self.writes[installation] = written
        while written and written[0][0] <= now - WINDOWS[-1][0]:
            written.popleft()
        return written


def panel_pause(waiting: int) -> timedelta:
    """Say how long a panel rests after it was written, while so many others wait."""
    return max(PANEL_INTERVAL, PER_WAITING_PANEL * waiting)


def _at_most(written: deque[Written], window: timedelta, most: int) -> datetime:
    """Say from when on a window holds no more than so many writes."""
    found = 0
    for at, count in reversed(written):
        found += count
        if found > most:
            return at + window
    return written[0][0]
