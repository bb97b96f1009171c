"""What did a campaign come to? One table, and each seed that failed with how to play it alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from campaigns.simulate.playing import Outcome
from campaigns.simulate.troubles import Trouble

OFTEN_ENOUGH = 100
"""How often each kind of fault must strike in a campaign."""

SHOWN = 3
"""Problems of a seed that are shown; the others mostly follow from them."""


@dataclass
class Campaign:
    """The sum of many seeds."""

    struck: Counter[Trouble] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    failed: list[int] = field(default_factory=list)
    seeds: int = 0
    deliveries: int = 0
    fewest: int = 0
    lives: int = 0
    decided: int = 0
    requests: int = 0
    commits: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one seed."""
        self.struck += outcome.struck
        self.kinds += Counter({problem.kind for problem in outcome.problems})
        if outcome.problems:
            self.failed.append(outcome.seed)
        self.fewest = min(self.fewest or outcome.deliveries, outcome.deliveries)
        self.seeds += 1
        self.deliveries += outcome.deliveries
        self.lives += outcome.lives
        self.decided += outcome.decided
        self.requests += outcome.requests
        self.commits += outcome.commits

    def too_rare(self) -> list[Trouble]:
        """Name the faults that did not strike often enough."""
        return [each for each in Trouble if self.struck[each] < OFTEN_ENOUGH]

    def lines(self) -> Iterator[str]:
        """Write the table."""
        yield from ("| fault | struck |", "|---|---:|")
        for trouble in Trouble:
            yield f"| {trouble.value} | {self.struck[trouble]:,} |"
        yield ""
        yield from ("| | |", "|---|---:|")
        for name, count in self._figures():
            yield f"| {name} | {count:,} |"

    def _figures(self) -> Iterable[tuple[str, int]]:
        return (
            ("seeds", self.seeds),
            ("deliveries", self.deliveries),
            ("fewest deliveries of a seed", self.fewest),
            ("lives of the bot", self.lives),
            ("requests to GitHub", self.requests),
            ("commits looked at", self.commits),
            ("comments decided", self.decided),
            ("seeds with something lost", self.kinds["lost"]),
            ("seeds with something doubled", self.kinds["doubled"]),
            ("seeds with something wrong", self.kinds["wrong"]),
        )


def failure(outcome: Outcome, lacking: str | None = None) -> Iterator[str]:
    """Say what is amiss with a seed, and how to play it alone."""
    more = f" --without {lacking}" if lacking else ""
    yield f"seed {outcome.seed} failed: python -m campaigns.simulate --seed {outcome.seed} --trace{more}"
    for problem in outcome.problems[:SHOWN]:
        yield f"  {problem.kind}: {problem.sentence}"
