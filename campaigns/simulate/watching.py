"""What is looked at after each step?

Whatever is committed is looked at once it is committed, and every request when it leaves: the first
moment at which something is wrong is the moment that the trace ends with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from campaigns.simulate.auditing import Auditor
from campaigns.simulate.github import Response

LIMITED = frozenset({403, 429})
TIME_TO_NOTE = timedelta(seconds=5)
"""A life that ends within this time after a limit may not have been able to note it."""

WITH_THE_APP = "the App itself"


@dataclass
class Window:
    """A time in which GitHub asked us to be quiet."""

    learnt: datetime
    until: datetime
    life: Any
    clock: float
    """How wrong the clock was of the life that learnt of it."""


@dataclass
class Watching:
    """Sees every commit and every request of the bot."""

    now: Callable[[], datetime]
    auditor: Auditor
    installation_of: Callable[[str], str]
    """Whose token it is that a request shows."""
    trace: list[str] = field(default_factory=list)
    windows: dict[str, Window] = field(default_factory=dict)
    commits: int = 0
    requests: int = 0

    def note(self, what: str, /, **facts: Any) -> None:
        """Add a line to the trace."""
        told = " ".join(f"{name}={value}" for name, value in facts.items())
        self.trace.append(f"{self.now().isoformat()} {what} {told}".rstrip())

    def committed(self) -> None:
        """Look at what was committed."""
        self.commits += 1
        before = self.auditor.seq
        self.auditor.look()
        for line in self.auditor.lines[before:]:
            self.note("recorded", line=line)

    def asking(self, life: Any, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Look at a request that leaves: nobody speaks who was asked to be quiet."""
        self.requests += 1
        self.note("asks", life=life.number, what=f"{method} {path}")
        window = self.windows.get(self._who(headers))
        if window is None or self.now() >= window.until or window.learnt > self.now():
            return
        short_lived = window.life is not life and (
            window.life.ended_at is not None and window.life.ended_at - window.learnt < TIME_TO_NOTE
        )
        if short_lived or window.clock != life.skew.total_seconds():
            return
        self.auditor.wrong(
            f"{method} {path} was asked although GitHub asked for quiet until {window.until}"
        )

    def answered(self, life: Any, headers: Mapping[str, str], response: Response) -> None:
        """Look at an answer: it may ask for quiet."""
        self.note("hears", life=life.number, status=response.status)
        told = response.headers
        if response.status not in LIMITED:
            return
        if "Retry-After" in told:
            until = self.now() + timedelta(seconds=float(told["Retry-After"]))
        elif told.get("x-ratelimit-remaining") == "0":
            until = datetime.fromtimestamp(int(told["x-ratelimit-reset"]), self.now().tzinfo)
        else:
            return
        clock = life.skew.total_seconds()
        self.windows[self._who(headers)] = Window(self.now(), until, life, clock)

    def _who(self, headers: Mapping[str, str]) -> str:
        shown = {name.lower(): value for name, value in headers.items()}.get("authorization", "")
        return self.installation_of(shown.partition(" ")[2])
