"""What does a pledge count for, and where? Sums follow from the pledge as it was and as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.domain.folding.adding import added
from bot.domain.stages import UNPAID, Stage
from bot.domain.views import Drawn, Key, Overall, Pledge, Rows, Total, Unpaid


@dataclass(frozen=True, slots=True)
class Share:
    """A pledge's share in a sum: which row, which column, how much, and whether it is counted."""

    key: Key
    column: str
    minor: int
    counted: bool = False


def shares(pledge: Pledge) -> Iterator[Share]:
    """Give everything that a pledge counts for."""
    here: Key = (Total, pledge.issue, pledge.currency)
    everywhere: Key = (Overall, pledge.currency)
    column = _column(pledge)
    if column is not None:
        yield Share(here, column, pledge.outstanding, counted=True)
        yield Share(everywhere, column, pledge.outstanding, counted=True)
    if pledge.received:
        settled = pledge.received - pledge.refunded
        yield Share(here, "received", settled, counted=True)
        yield Share(everywhere, "settled", settled, counted=True)
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
            found[share.key] = added(share.key, _more(share, sign), found, rows)
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


def _more(share: Share, sign: int) -> dict[str, int]:
    more = {share.column: sign * share.minor}
    return more | {f"{share.column}_count": sign} if share.counted else more
