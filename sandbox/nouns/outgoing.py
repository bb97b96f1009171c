"""What does GitHub owe to an App's webhook after an act?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.nouns.things import App, Installation, Repository

Payload = dict[str, Any]

# Every App gets these without asking.
# https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation
ALWAYS = frozenset({"ping", "installation", "installation_repositories", "installation_target"})


@dataclass(slots=True, eq=False)
class Delivery:
    """One attempt to tell an App something; a redelivery is a new one with the same `guid`."""

    id: int
    guid: str
    event: str
    action: str | None
    app: App
    installation: Installation | None
    repository: Repository | None
    payload: Payload
    created_at: datetime
    redelivery: bool = False
    delivered_at: datetime | None = None
    duration: float = 0.0
    status: str = "pending"  # "OK", an error's text, or "lost" when a fault ate it
    status_code: int = 0
    request_headers: dict[str, str] = field(default_factory=dict)
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str = ""
    attempted: bool = False
    hidden: bool = False  # not even in GitHub's own list: a fault worse than GitHub's

    @property
    def listed(self) -> bool:
        """Whether `GET /app/hook/deliveries` shows it."""
        return self.attempted and not self.hidden

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status_code < 400  # noqa: PLR2004  # as HTTP counts

    @property
    def name(self) -> str:
        """`issues.opened`, or `push` for an event without actions."""
        return f"{self.event}.{self.action}" if self.action else self.event


def wants(installation: Installation, event: str) -> bool:
    """Whether this event is subscribed to."""
    return event in ALWAYS or event in installation.events
