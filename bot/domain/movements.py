"""Between whom does money move? Every movement names both ends, so the books cannot be unbalanced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.money import Money


class EndKind(StrEnum):
    """What may stand at an end of a movement."""

    FUNDER = "funder"
    FUND = "fund"
    """What was received on a roadmap item or work order; numbered by GitHub's issue id."""
    PAYEE = "payee"
    FEE = "fee"
    """What a rail or a bank kept."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a movement: a person's number, an issue's id, or 0 for fees."""

    kind: EndKind
    number: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """Money went from `source` to `target`. A reversal is the same movement with a negative amount."""

    source: End
    target: End
    money: Money

    def reversed(self) -> Movement:
        """Give the movement that takes this one back."""
        return replace(self, money=Money(-self.money.minor, self.money.currency))


class RecordKind(StrEnum):
    """What a treasurer can record."""

    RECEIVED = "received"
    PAID = "paid"
    DIRECT = "paid directly"
    REFUNDED = "refunded"


class Column(StrEnum):
    """What a fund adds up, by the two ends of a movement."""

    RECEIVED = "received"
    FEES = "fees"
    PAID = "paid"
    REFUNDED = "refunded"
    DIRECT = "direct"


COLUMNS = {
    (EndKind.FUNDER, EndKind.FUND): Column.RECEIVED,
    (EndKind.FUND, EndKind.FEE): Column.FEES,
    (EndKind.FUND, EndKind.PAYEE): Column.PAID,
    (EndKind.FUND, EndKind.FUNDER): Column.REFUNDED,
    (EndKind.FUNDER, EndKind.PAYEE): Column.DIRECT,
}
"""Direct payments touch no fund: they are shown apart, outside of every balance."""


def received(funder: int, fund: int, money: Money, fee: int) -> tuple[Movement, ...]:
    """Move what came in; `fee` of it (minor units) was kept on the way."""
    here = End(EndKind.FUND, fund)
    came = Movement(End(EndKind.FUNDER, funder), here, money)
    if not fee:
        return (came,)
    return (came, Movement(here, End(EndKind.FEE), Money(fee, money.currency)))


def paid(payee: int, fund: int, money: Money) -> tuple[Movement, ...]:
    """Move what went out to somebody who worked."""
    return (Movement(End(EndKind.FUND, fund), End(EndKind.PAYEE, payee), money),)


def paid_directly(funder: int, payee: int, money: Money) -> tuple[Movement, ...]:
    """Move what a funder paid somebody who worked, past every fund here."""
    return (Movement(End(EndKind.FUNDER, funder), End(EndKind.PAYEE, payee), money),)


def refunded(funder: int, fund: int, money: Money) -> tuple[Movement, ...]:
    """Move what went back to whoever gave it."""
    return (Movement(End(EndKind.FUND, fund), End(EndKind.FUNDER, funder), money),)
