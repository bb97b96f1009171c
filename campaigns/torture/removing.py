"""Can the campaign fail? Each removal takes one safeguard away, from outside."""

from __future__ import annotations

from collections.abc import Callable

from bot.worker.performing import Performing


def _without_intent() -> None:
    """Post without having noted before that it may happen: a restart knows nothing of it."""

    async def nothing(*_: object) -> None:
        return None

    Performing._intend = nothing  # type: ignore[method-assign, assignment]


REMOVALS: dict[str, Callable[[], None]] = {"intent": _without_intent}
"""By the name that `--without` takes."""
