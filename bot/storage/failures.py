"""Is it the store that failed, or is it what was to be stored?

A full disk, a lock, a lost connection or a server that ends say nothing of the event at hand: whoever
counts them as its failures would put it aside for nothing.
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

ABOUT_THE_VALUES = frozenset({"21", "22", "23", "42"})
"""Classes of SQLSTATE that blame what was sent: cardinality, data, constraints, names.
https://www.postgresql.org/docs/current/errcodes-appendix.html"""


def is_the_stores(error: BaseException) -> bool:
    """Tell whether the same would have happened to any other event."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str):
        return state[:2] not in ABOUT_THE_VALUES
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
