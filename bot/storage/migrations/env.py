"""Runs the steps on the connection that `bot.storage.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from bot.storage.tables import metadata
from bot.storage.types import Day, Flag, Json, Moment, Whole, Word, Written


def render(kind: str, value: Any, _: Any) -> str | Literal[False]:
    """Name our column types as a migration imports them."""
    if kind != "type":
        return False
    if value is Whole or repr(value) == repr(Whole):
        return "Whole"
    if isinstance(value, Written):
        return "Words"
    if isinstance(value, Moment | Day | Flag):
        return f"{type(value).__name__}()"
    return "Words" if isinstance(value, Word | Json) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    transaction_per_migration=False,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
