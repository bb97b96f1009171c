"""What strikes, how often, and how often did it?"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.faults import Faults

COMMENTS = "POST /repos/*/issues/*/comments"


class Trouble(StrEnum):
    """Every kind of fault; each must strike often in a campaign."""

    DUPLICATE = "delivery twice"
    REORDER = "delivery after a later one"
    LATE = "delivery late"
    DROP = "delivery lost"
    MISSED = "delivery to a process that is down"
    REFUSED = "5xx, and not done"
    DONE_BUT_5XX = "5xx, although done"
    RESET_BEFORE = "connection broken, not done"
    RESET_AFTER = "connection broken, although done"
    UNREACHED = "GitHub not reached"
    SLOW = "answer later than our patience"
    STALE = "list that is behind"
    SECONDARY = "secondary limit"
    PRIMARY = "primary limit"
    TOKEN = "token refused"  # noqa: S105 - the name of a fault
    RENAME = "repository renamed"
    TRANSFER = "repository transferred"
    SUSPEND = "installation suspended"
    HIDDEN = "repository made private"
    ROLE = "role given or taken"
    SPOILT = "panel edited by others"
    CRASH_AWAIT = "crash between two steps"
    CRASH_UNCOMMITTED = "crash before a commit"
    CRASH_COMMITTED = "crash after a commit"
    CRASH_UNSENT = "crash before a request"
    CRASH_UNANSWERED = "crash before an answer"
    LOCKED = "database locked"
    DISK = "commit failed"
    UNCLEAR = "commit done, and called failed"
    SKEW = "clock set wrongly"


CRASHES = tuple(each for each in Trouble if each.name.startswith("CRASH"))

SENDING = {
    Trouble.REFUSED: 0.03,
    Trouble.DONE_BUT_5XX: 0.05,
    Trouble.RESET_BEFORE: 0.01,
    Trouble.RESET_AFTER: 0.02,
    Trouble.SLOW: 0.01,
    Trouble.STALE: 0.20,
    Trouble.SECONDARY: 0.006,
    Trouble.PRIMARY: 0.004,
    Trouble.TOKEN: 0.01,
    Trouble.UNREACHED: 0.01,
}
"""Of all requests; a list that is behind: of all that read."""

DELIVERING = {
    Trouble.DUPLICATE: 0.10,
    Trouble.REORDER: 0.10,
    Trouble.LATE: 0.02,
    Trouble.DROP: 0.01,
}
"""Of all deliveries."""

STORING = {Trouble.LOCKED: 0.002, Trouble.DISK: 0.002, Trouble.UNCLEAR: 0.002}
"""Of all writing transactions."""

CRASH = 0.12
CHANGING = {
    Trouble.RENAME: 0.02,
    Trouble.TRANSFER: 0.02,
    Trouble.SUSPEND: 0.03,
    Trouble.HIDDEN: 0.03,
    Trouble.SPOILT: 0.03,
    Trouble.SKEW: 0.03,
    Trouble.ROLE: 0.03,
}
"""Of all acts of people: how often a crash is prepared, and how often something changes."""

SLOWER_THAN_OUR_PATIENCE = 25.0
BEHIND = 20.0
LATE_BY = 40.0
PATIENCE_ASKED = (5, 20, 60, 90)
"""Seconds: of a slow answer, of a list that is behind, of a late delivery, of `Retry-After`."""


@dataclass
class Troubles:
    """What strikes in one run."""

    dice: random.Random
    faults: Faults
    struck: Counter[Trouble] = field(default_factory=Counter)
    quiet: bool = False
    """Nothing strikes any more: what is still open may end."""

    def start(self) -> None:
        """Turn the knobs of the box."""
        f, p = self.faults, {**SENDING, **DELIVERING}
        wait = float(self.dice.choice(PATIENCE_ASKED))
        write = "P* /repos/*"
        f.refuse("*", self.dice.choice((500, 502, 503)), probability=p[Trouble.REFUSED])
        f.fail_after(write, 502, probability=p[Trouble.DONE_BUT_5XX])
        f.reset_before("*", probability=p[Trouble.RESET_BEFORE])
        f.reset_after(write, probability=p[Trouble.RESET_AFTER])
        f.slow("*", SLOWER_THAN_OUR_PATIENCE, probability=p[Trouble.SLOW])
        f.stale("GET *", BEHIND, probability=p[Trouble.STALE])
        f.limit("*", wait, status=self.dice.choice((403, 429)), probability=p[Trouble.SECONDARY])
        f.limit("* /repos/*", wait, secondary=False, probability=p[Trouble.PRIMARY])
        f.lose("*", probability=p[Trouble.DROP])
        f.duplicate("*", probability=p[Trouble.DUPLICATE])
        f.delay("*", LATE_BY, probability=p[Trouble.LATE])
        f.reorder("*", probability=p[Trouble.REORDER])

    def stop(self) -> None:
        """Let nothing strike any more, and count what did."""
        self.quiet = True
        for fault in self.faults.active:
            self.struck[_KIND[fault.kind, fault.secondary]] += fault.acted
        self.faults.clear()

    def strikes(self, trouble: Trouble) -> bool:
        """Throw the dice for something that the box has no knob for."""
        chance = {**SENDING, **STORING}[trouble]
        if self.quiet or self.dice.random() >= chance:
            return False
        self.struck[trouble] += 1
        return True


_KIND = {
    ("refuse", False): Trouble.REFUSED,
    ("fail_after", False): Trouble.DONE_BUT_5XX,
    ("reset_before", False): Trouble.RESET_BEFORE,
    ("reset_after", False): Trouble.RESET_AFTER,
    ("slow", False): Trouble.SLOW,
    ("stale", False): Trouble.STALE,
    ("limit", True): Trouble.SECONDARY,
    ("limit", False): Trouble.PRIMARY,
    ("lose", False): Trouble.DROP,
    ("duplicate", False): Trouble.DUPLICATE,
    ("delay", False): Trouble.LATE,
    ("reorder", False): Trouble.REORDER,
}
