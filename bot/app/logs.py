"""How does the bot write its log? One JSON object a line, or colours on a terminal."""

from __future__ import annotations

import logging
import sys

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.log import server_logger


class Ours(logging.Filter):
    """Keeps out what is no HTTP: anybody can send that, as often as they like, and fill the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a line is about us."""
        return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_OURS = Ours()
"""One filter, however often the log is set up."""


def set_up_logs(level: str) -> None:
    """Set up structlog and the libraries' loggers.

    Tracebacks are plain: the local variables that pretty ones show could hold secrets.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    terminal = sys.stderr.isatty()
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr)
    server_logger.addFilter(_OURS)
