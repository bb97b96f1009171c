"""Which money was recorded here? The columns that have figures, and the newest records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.money import Money
from bot.domain.panel import Treasury
from bot.domain.views import Fund, Record

Column = Literal["received", "fees", "paid", "refunded", "balance", "unmatched", "direct"]
COLUMNS: tuple[Column, ...] = (
    "received", "fees", "paid", "refunded", "balance", "unmatched", "direct",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recorded:
    """Money recorded in one place, as the template `_money.md.j2` reads it."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Money, ...], ...]
    """One row per currency, an amount for each column."""
    rows_left: int
    records: tuple[Record, ...]
    records_left: int
    place: int
    """GitHub's issue id of the item or work order whose panel this is."""


def recorded(place: int, treasury: Treasury, *, currencies: int, records: int) -> Recorded | None:
    """Choose what is shown; None when nothing was recorded here."""
    if not treasury.count:
        return None
    funds = [fund for fund in treasury.funds if any(_figure(fund, each) for each in COLUMNS)]
    columns = tuple(each for each in COLUMNS if any(_shows(fund, each) for fund in funds))
    shown = treasury.records[:records]
    return Recorded(
        columns=columns,
        rows=tuple(
            tuple(Money(_figure(fund, each), fund.currency) for each in columns)
            for fund in funds[:currencies]
        ),
        rows_left=max(0, len(funds) - currencies),
        records=shown,
        records_left=max(0, treasury.count - len(shown)),
        place=place,
    )


def _figure(fund: Fund, column: Column) -> int:
    figure: int = getattr(fund, column)
    return figure


def _shows(fund: Fund, column: Column) -> bool:
    """Tell whether a column has something to say; a balance of nothing says that all went out."""
    return bool(fund.received if column == "balance" else _figure(fund, column))
