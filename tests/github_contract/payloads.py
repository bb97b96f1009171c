"""What has GitHub really sent? The 329 payloads that people have contributed."""

import copy
from dataclasses import dataclass
from typing import Any

from tests.github_contract.published import published


@dataclass(frozen=True, slots=True)
class RealPayload:
    """One real delivery: the n-th example (from 0) of its event, in the published order."""

    event: str
    action: str | None
    n: int
    body: dict[str, Any]

    def __str__(self) -> str:
        """A name for a test's case, such as `issues.opened#7`."""
        return f"{self.event}.{self.action}#{self.n}" if self.action else f"{self.event}#{self.n}"


def real_payloads(event: str | None = None) -> list[RealPayload]:
    """All real payloads, or those of one event; each body is the caller's own copy."""
    return [
        RealPayload(name, body.get("action"), n, copy.deepcopy(body))
        for name, bodies in published("payloads").items()
        if event in (None, name)
        for n, body in enumerate(bodies)
    ]
