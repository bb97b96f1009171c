"""How does an entry change the link between a pull request and a work order?"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.domain import entries as e
from bot.domain.views import Link, Row

PullEntry = e.PullNamed | e.PullLinked | e.PullUnlinked | e.PullMerged


def fold_pull(stamp: e.Stamp, entry: PullEntry, row: Row | None) -> Link:
    """Bring a link up to date; one that ended is kept, unlinked and unnamed."""
    match entry:
        case e.PullNamed():
            return Link(
                entry.pull,
                entry.issue,
                linked=False,
                named=True,
                by_steward=False,
                author=entry.author,
                seq=stamp.seq,
                at=stamp.at,
            )
        case e.PullLinked():
            same = isinstance(row, Link) and row.order == entry.issue
            merged = row.interested_merge if isinstance(row, Link) and same else None
            return Link(
                entry.pull,
                entry.issue,
                linked=True,
                named=entry.named,
                by_steward=entry.by_steward,
                author=entry.author,
                seq=stamp.seq,
                at=stamp.at,
                interested_merge=merged,
            )
        case e.PullUnlinked() | e.PullMerged():
            if not isinstance(row, Link):
                message = f"entry {stamp.seq} speaks of a pull request that was never linked"
                raise TypeError(message)
            if isinstance(entry, e.PullMerged):
                return replace(row, interested_merge=entry.interested, seq=stamp.seq, at=stamp.at)
            return replace(
                row,
                linked=False,
                named=False,
                by_steward=False,
                barred=entry.by_steward,
                seq=stamp.seq,
                at=stamp.at,
            )
        case _:
            assert_never(entry)
