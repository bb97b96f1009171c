"""What does the bot's log say, and which of it may it not say?

Its warnings go into the trace. An error that nothing explains, neither a fault that struck nor the
end of the process, is a bug.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from campaigns.simulate.github import Gone
from campaigns.simulate.lives import Struck
from campaigns.simulate.storing import DEAD, OWNER

if TYPE_CHECKING:
    from campaigns.simulate.playing import Run

ERRORS = frozenset({"error", "exception", "critical"})


@dataclass
class Log:
    """Listens to structlog for the length of a run."""

    run: Run

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Take the log into the trace."""
        before = structlog.get_config()
        structlog.configure(
            processors=[self._hear],
            wrapper_class=structlog.make_filtering_bound_logger(0),
            logger_factory=structlog.ReturnLoggerFactory(),
            cache_logger_on_first_use=False,
        )
        try:
            yield
        finally:
            structlog.configure(**before)

    def _hear(self, _: Any, level: str, event: MutableMapping[str, Any]) -> str:
        owner: Any = OWNER.get()
        if owner is not None and owner.dead:
            raise structlog.DropEvent
        error = sys.exc_info()[1] if event.pop("exc_info", None) else None
        said = {name: value for name, value in event.items() if name != "event"}
        if error is not None:
            said["raised"] = repr(error)
        self.run.watching.note(f"log {level}: {event['event']}", **said)
        told = said.get("error", "")
        if level in ERRORS and error is None and told and not _ours(str(told)):
            self.run.strange.append(f"{event['event']}: {said}")
        if level in ERRORS and error is not None and not explained(error):
            self.run.strange.append(f"{event['event']}: {error!r} {said}")
            self.run.strange.append("".join(traceback.format_exception(error)))
        raise structlog.DropEvent


def explained(error: BaseException | None, depth: int = 10) -> bool:
    """Tell whether an error comes from something that the run did."""
    if error is None or not depth:
        return False
    if isinstance(error, Struck | Gone) or DEAD in str(error):
        return True
    if isinstance(error, BaseExceptionGroup):
        return all(explained(each, depth - 1) for each in error.exceptions)
    others = (error.__cause__, error.__context__, getattr(error, "orig", None))
    return any(explained(each, depth - 1) for each in others)


def _ours(told: str) -> bool:
    """Tell whether the words of an error are those of a fault that struck."""
    return DEAD in told or "Struck" in told or "Gone" in told
