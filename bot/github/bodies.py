"""What may a request carry, besides its address?

An address alone does not tell what is done: `PATCH` on an issue closes it, and also renames it,
assigns it or opens it again. So each write names all that its body may hold.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Carried:
    """The names that a body has, and no others; it is a JSON object."""

    texts: frozenset[str] = frozenset()
    """Must be there, and be text."""
    fixed: dict[str, Any] = field(default_factory=dict, hash=False)
    """Must be there, exactly so."""
    others: frozenset[str] = frozenset()
    """May be there, whatever they hold."""

    def fits(self, body: bytes) -> bool:
        """Tell whether these bytes carry what they may, and all that they must."""
        said = read(body)
        if said is None:
            return False
        needed = self.texts | self.fixed.keys()
        return (
            needed <= said.keys() <= needed | self.others
            and all(isinstance(said[name], str) for name in self.texts)
            and all(said[name] == value for name, value in self.fixed.items())
        )


def read(body: bytes) -> dict[str, Any] | None:
    """Read a JSON object that can be read in one way only; None for anything else."""
    try:
        said = json.loads(body.decode("utf-8"), object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that comes twice: whoever reads it may take the first or the last."""
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("A name stands twice.")
    return said
