"""What does a pledge count for, and where? Sums follow from the pledge as it was and as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, assert_never, cast

from bot.domain.stages import UNPAID, Stage
from bot.domain.views import Drawn, Key, Pledge, Row, Rows, Total, Unpaid


@dataclass(frozen=True, slots=True)
class Share:
    """A pledge's share in a sum: which row, which column, how much, and whether it is counted."""

    key: Key
    column: str
    minor: int
    counted: bool = False


def shares(pledge: Pledge) -> Iterator[Share]:
    """Give everything that a pledge counts for."""
    total: Key = (Total, pledge.issue, pledge.currency)
    column = _column(pledge)
    if column is not None:
        yield Share(total, column, pledge.outstanding, counted=True)
    if pledge.received:
        yield Share(total, "received", pledge.received - pledge.refunded, counted=True)
    if pledge.stage in UNPAID:
        yield Share((Unpaid, pledge.pledger, pledge.currency), "minor", pledge.outstanding)
    if pledge.drawn_by is not None:
        drawn: Key = (Drawn, pledge.drawn_by, pledge.currency)
        yield Share(drawn, "received", pledge.received - pledge.refunded)
        yield Share(
            drawn, "outstanding" if pledge.stage is Stage.DUE else "gone", pledge.outstanding
        )


def moved(before: Pledge | None, after: Pledge, rows: Rows) -> Rows:
    """Move a pledge's shares from where they were to where they are now."""
    found: Rows = {}
    for sign, pledge in ((-1, before), (1, after)):
        for share in shares(pledge) if pledge else ():
            row = found.get(share.key) or rows.get(share.key) or _empty(share.key)
            found[share.key] = _add(row, share, sign)
    return found


def _column(pledge: Pledge) -> str | None:
    """Name the column that a pledge's outstanding amount counts in; ended ones are in no total."""
    match pledge.stage:
        case Stage.OFFERED:
            return "offered"
        case Stage.STANDING:
            return "completion" if pledge.on_completion else "standing"
        case Stage.DUE:
            return "due"
        case Stage.LAPSED:
            return "lapsed"
        case (
            Stage.RECEIVED
            | Stage.WITHDRAWN
            | Stage.DECLINED
            | Stage.EXPIRED
            | Stage.REPLACED
            | Stage.REFUNDED
        ):
            return None
        case _:
            assert_never(pledge.stage)


def _empty(key: Key) -> Row:
    kind = cast("Any", key[0])
    return cast("Row", kind(*key[1:]))


def _add(row: Row, share: Share, sign: int) -> Row:
    changes = {share.column: getattr(row, share.column) + sign * share.minor}
    if share.counted:
        counter = f"{share.column}_count"
        changes[counter] = getattr(row, counter) + sign
    return replace(row, **changes)
