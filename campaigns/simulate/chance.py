"""Where does everything random come from? From the seed, whoever asks.

Each part of a run has dice of its own, so that one more throw here does not change what is thrown
there. Inside `drawn_from`, `secrets`, `uuid` and `os.urandom` draw from the seed as well.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager


class Chance:
    """The dice of one seed."""

    def __init__(self, seed: int) -> None:
        """Take the seed."""
        self.seed = seed

    def dice(self, what: str) -> random.Random:
        """Give the dice of one part of the run."""
        return random.Random(f"{self.seed}/{what}")  # a string is hashed alike in every process


@contextmanager
def drawn_from(chance: Chance) -> Iterator[None]:
    """Let every source of randomness of this process draw from the seed."""
    drawn: dict[int, random.Random] = {}

    def draw(size: int) -> bytes:
        # SQLAlchemy draws names of its own, more of them in a process that is new.
        if size not in drawn:
            drawn[size] = chance.dice(f"{size} bytes")
        return drawn[size].randbytes(size)

    usual, usual_in_random = os.urandom, random._urandom  # type: ignore[attr-defined]
    os.urandom = draw
    random._urandom = draw  # type: ignore[attr-defined]
    try:
        yield
    finally:
        os.urandom = usual
        random._urandom = usual_in_random  # type: ignore[attr-defined]
