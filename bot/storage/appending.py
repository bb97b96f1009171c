"""How do lines come to the end of a repository's ledger?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.panel import Position
from bot.storage import codec
from bot.storage.inserting import Insert, insert
from bot.storage.tables import lanes, ledger, texts


async def append(
    tx: AsyncConnection,
    repo: int,
    lines: Sequence[dict[str, Any]],
    kept: Sequence[dict[str, Any]],
    head: Position,
) -> None:
    """Write lines, the free text beside them, and how far the ledger reaches now."""
    await tx.execute(_LINES, list(lines))
    if kept:
        await tx.execute(_TEXTS, list(kept))
    newest = {"seq": head.seq, "hash": head.hash, "version": codec.VERSION}
    await tx.execute(_PUT_HEAD, {"repo": repo} | newest)


def _put_head() -> Insert:
    statement = insert(lanes)
    newest = {name: statement.excluded[name] for name in ("seq", "hash", "version")}
    return statement.on_conflict_do_update(index_elements=["repo"], set_=newest)


_LINES, _TEXTS, _PUT_HEAD = insert(ledger), insert(texts), _put_head()
