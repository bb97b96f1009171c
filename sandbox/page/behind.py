"""What happens behind the page: what was the bot told, and what did it do?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sandbox.api.serving import Recorded
    from sandbox.page.box import Box
    from sandbox.world import Delivery

SHORT, LONG = 6, 100


class Call(NamedTuple):
    """One question of the bot's, with its place in the list of all."""

    place: int
    asked: Recorded


class Happening(NamedTuple):
    """The newest of both, newest first."""

    deliveries: list[Delivery]
    calls: list[Call]
    trouble: str | None


def happening(box: Box, most: int = SHORT) -> Happening:
    first = max(0, len(box.requests) - most)
    calls = [Call(place, asked) for place, asked in enumerate(box.requests[first:], first)]
    return Happening(box.deliveries[: -most - 1 : -1], calls[::-1], _trouble(box))


def _trouble(box: Box) -> str | None:
    """Why nobody can be heard to answer."""
    if not any(each.app is box.app and each.active for each in box.world.installations.values()):
        return (
            "Bursar is not installed anywhere, so nobody listens. You can look around all the same."
        )
    if not box.app.webhook_url:
        return "No bot is running, so nobody answers. You can look around all the same."
    return None


def version(box: Box) -> str:
    """Changes whenever something on any page may have changed."""
    answered = sum(1 for each in box.requests[-LONG:] if each.status)
    now = int(box.world.now().timestamp() // 3600)
    return f"{box.world.version}.{len(box.requests)}.{answered}.{len(box.deliveries)}.{now}"
