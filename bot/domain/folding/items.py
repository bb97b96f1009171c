"""How does an entry change a roadmap item?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import entries as e
from bot.domain.views import Item, Row

ItemEntry = (
    e.ItemLabelled
    | e.ItemUnlabelled
    | e.ItemClosed
    | e.ItemReopened
    | e.ItemGone
    | e.ItemEnded
    | e.GoalSet
)


def fold_item(stamp: e.Stamp, entry: ItemEntry, row: Row | None) -> Item:
    """Bring an item up to date."""
    if isinstance(entry, e.ItemLabelled):
        return _labelled(stamp, entry, row)
    if not isinstance(row, Item):
        message = f"entry {stamp.seq} speaks of an issue that was never a roadmap item"
        raise TypeError(message)
    row = _told(stamp, entry, row)
    match entry:
        case e.ItemUnlabelled():
            return replace(row, on_roadmap=False, ends_at=row.ends_at or entry.expires_at)
        case e.ItemClosed():
            return replace(
                row,
                is_open=False,
                completed=entry.completed,
                closed_as=entry.reason,
                ends_at=row.ends_at or entry.expires_at,
            )
        case e.ItemReopened():
            ends_at = None if row.on_roadmap else row.ends_at
            return replace(row, is_open=True, completed=False, closed_as=None, ends_at=ends_at)
        case e.ItemGone():
            ends_at = row.ends_at or entry.expires_at
            return replace(
                row, on_roadmap=False, is_open=False, closed_as=entry.how, ends_at=ends_at
            )
        case e.ItemEnded():
            return replace(row, ends_at=None)
        case e.GoalSet():
            return replace(
                row,
                goal_minor=entry.goal.minor if entry.goal else None,
                goal_currency=entry.goal.currency if entry.goal else None,
            )
        case _:
            assert_never(entry)


def _told(stamp: e.Stamp, entry: ItemEntry, row: Item) -> Item:
    """Remember when the newest word on its label was, and when that on its state."""
    if isinstance(entry, e.ItemUnlabelled | e.ItemGone):
        row = replace(row, label_told_at=_later(row.label_told_at, stamp.at))
    if isinstance(entry, e.ItemClosed | e.ItemReopened | e.ItemGone):
        row = replace(row, state_told_at=_later(row.state_told_at, stamp.at))
    return row


def _labelled(stamp: e.Stamp, entry: e.ItemLabelled, row: Row | None) -> Item:
    old = row if isinstance(row, Item) else Item(entry.issue, entry.number)
    return replace(
        old,
        on_roadmap=True,
        labelled_by=stamp.actor if entry.by is None else entry.by,
        ends_at=_unless_closed(old),
        label_told_at=_later(old.label_told_at, stamp.at),
    )


def _unless_closed(item: Item) -> datetime | None:
    """Keep the end of an item that was closed as not planned; a label alone does not revive it."""
    return None if item.is_open or item.closed_as == "completed" else item.ends_at


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other > one else one
