"""Which of its facts does the panel of an item show, in which order, and what is left out when it grows?

The dataclasses here and in the modules beside it are what `templates/comments/item_panel_shown.md.j2`
reads. The sentences stand there; the arithmetic stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.comments.funding import Funding, form_path, funding_of
from bot.comments.recorded import Recorded, recorded
from bot.comments.sections import Section, sections_of
from bot.comments.sums import KINDS, Row, Sums, sums_of
from bot.domain.money import Money
from bot.domain.panel import (
    CURRENCIES_LISTED,
    LARGEST_SHOWN,
    RECORDS_SHOWN,
    ItemPanelShown,
    OrderLine,
)
from bot.domain.rules import Rail
from bot.domain.stages import LIVE
from bot.domain.views import Pledge, Total

ORDERS_NAMED = 10
"""Work orders named on the panel of an item; our own limit."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a panel shows; a panel that would not fit is written again with less."""

    pledges: int
    """Pledges listed per currency."""
    ended: int
    reason: int
    """Characters of the reason of a declined pledge."""
    rails: int
    name: int
    """Characters of the name of a rail."""
    currencies: int
    """Currencies beyond the listed ones whose sums are shown."""
    records: int
    """Receipts and payments."""


LEVELS = (
    Detail(
        pledges=LARGEST_SHOWN, ended=10, reason=500, rails=12, name=80, currencies=200,
        records=RECORDS_SHOWN,
    ),
    Detail(
        pledges=LARGEST_SHOWN, ended=10, reason=120, rails=6, name=40, currencies=50, records=5,
    ),
    Detail(pledges=5, ended=5, reason=60, rails=3, name=30, currencies=20, records=5),
    Detail(pledges=3, ended=0, reason=0, rails=1, name=30, currencies=0, records=0),
    Detail(pledges=0, ended=0, reason=0, rails=0, name=0, currencies=0, records=0),
)  # fmt: skip
"""From everything to the sums alone, which always fit."""


@dataclass(frozen=True, slots=True)
class OtherCurrency:
    """The sums in a currency whose pledges are not listed."""

    sums: tuple[Money | None, ...]
    """One for each of `KINDS`; None: nothing."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything that the template of a panel reads, besides the message itself."""

    rows: tuple[Row, ...]
    sections: tuple[Section, ...]
    others: tuple[OtherCurrency, ...]
    others_left: int
    ended: tuple[Pledge, ...]
    ended_left: int
    rails: tuple[Rail, ...]
    rails_left: int
    funding: Funding
    form: str | None
    """Path of the work order form, filled in."""
    orders: tuple[OrderLine, ...]
    orders_left: int
    money: Recorded | None
    detail: Detail

    @property
    def has_pledged(self) -> bool:
        """Tell whether anything is still to be paid."""
        return any(row.pledged.minor for row in self.rows)


def lay_out(message: ItemPanelShown, detail: Detail) -> Panel:
    """Choose what the panel shows at this level of detail."""
    sums = sums_of(message.item.issue, message.totals, message.treasury)
    listed = _listed(message, sums)
    others = [each for currency, each in sums.items() if currency not in listed]
    ended = message.ended[: detail.ended]
    rails = message.rules.rails[: detail.rails]
    return Panel(
        rows=_rows(message, sums, listed),
        sections=sections_of(message.pledges, sums, listed, detail.pledges),
        others=tuple(_other(each) for each in others[: detail.currencies]),
        others_left=max(0, len(others) - detail.currencies),
        ended=ended,
        ended_left=max(message.ended_count, len(message.ended)) - len(ended),
        rails=rails,
        rails_left=len(message.rules.rails) - len(rails),
        funding=funding_of(message.rules, message.item.goal),
        form=_form(message),
        orders=message.orders[:ORDERS_NAMED],
        orders_left=max(0, len(message.orders) - ORDERS_NAMED),
        money=_money(message, detail),
        detail=detail,
    )


def _money(message: ItemPanelShown, detail: Detail) -> Recorded | None:
    currencies = CURRENCIES_LISTED + detail.currencies
    return recorded(
        message.item.issue, message.treasury, currencies=currencies, records=detail.records
    )


def _listed(message: ItemPanelShown, sums: Mapping[str, Sums]) -> tuple[str, ...]:
    """Name the currencies with a line of their own: the goal's, then those of the pledges."""
    goal = message.item.goal
    with_pledges = {pledge.currency for pledge in message.pledges if pledge.stage in LIVE}
    ranked = sorted(sums, key=lambda currency: currency not in with_pledges)
    first = [goal.currency] if goal else []
    rest = [currency for currency in ranked if currency not in first]
    return (*first, *rest[:CURRENCIES_LISTED])


def _rows(
    message: ItemPanelShown, sums: Mapping[str, Sums], listed: tuple[str, ...]
) -> tuple[Row, ...]:
    """Answer "how far is it?" for the goal, and wherever something is pledged or received."""
    goal = message.item.goal
    ours = (sums.get(currency) or Sums(Total(message.item.issue, currency)) for currency in listed)
    rows = (
        Row(
            each.of("pledged"),
            each.of("received"),
            goal if goal and goal.currency == each.currency else None,
        )
        for each in ours
    )
    return tuple(row for row in rows if row.goal or row.pledged.minor or row.received.minor)


def _other(sums: Sums) -> OtherCurrency:
    amounts = (sums.of(kind) for kind in KINDS)
    return OtherCurrency(tuple(amount if amount.minor else None for amount in amounts))


def _form(message: ItemPanelShown) -> str | None:
    form = message.rules.work_order_form
    return form_path(form, message.item.number) if form and message.item.fundable else None
