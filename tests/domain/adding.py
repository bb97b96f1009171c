"""What must always hold of a ledger and its views? Everything is added up again from nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from bot.domain import entries as e
from bot.domain.movements import RecordKind
from bot.domain.stages import LIVE, UNDRAWN, UNPAID, Stage
from bot.domain.states import State
from bot.domain.views import Account, Drawn, Fund, Item, Order, Pledge, Record, Total, Unpaid
from tests.domain.knowing import every, one, place_of
from tests.domain.monthly import check_months
from tests.domain.world import World


def check(world: World) -> None:
    """Check everything that must hold after every step."""
    check_money_is_conserved(world)
    check_totals(world)
    check_unpaid(world)
    check_drawn(world)
    check_families(world)
    check_records(world)
    check_given(world)
    check_early(world)
    check_deadlines(world)
    check_ends(world)
    check_months(world)


def check_money_is_conserved(world: World) -> None:
    """What one end lost another won, in every currency; and nothing was paid that was not there."""
    sums: Counter[str] = Counter()
    direct: Counter[str] = Counter()
    for account in every(world.rows, Account):
        sums[account.currency] += account.minor
        direct[account.currency] += account.direct
    for fund in every(world.rows, Fund):
        sums[fund.currency] += fund.balance
        assert fund.balance >= 0
        assert 0 <= fund.unmatched <= fund.received
        assert min(fund.received, fund.fees, fund.paid, fund.refunded, fund.direct) >= 0
    assert not any(sums.values())
    assert not any(direct.values())


def check_totals(world: World) -> None:
    """The sums of every place are those of its pledges."""
    sums: dict[tuple[int, str], Any] = defaultdict(Counter)
    for row in world.pledges():
        columns = sums[row.issue, row.currency]
        if row.stage in LIVE - {Stage.RECEIVED}:
            promised = row.stage is Stage.STANDING and row.on_completion
            column = "completion" if promised else row.stage.value
            columns[column] += row.minor - row.received
            columns[f"{column}_count"] += 1
        if row.received:
            columns["received"] += row.received - row.refunded
            columns["received_count"] += 1
    expected = {Total(*key, **columns) for key, columns in sums.items()}
    assert set(every(world.rows, Total)) == expected


def check_unpaid(world: World) -> None:
    """What somebody has promised and not paid is what their pledges say."""
    sums: Counter[tuple[int, str]] = Counter()
    for row in world.pledges():
        if row.stage in UNPAID:
            sums[row.pledger, row.currency] += row.minor - row.received
    found = {
        (row.person, row.currency): row.minor for row in every(world.rows, Unpaid) if row.minor
    }
    assert found == {key: minor for key, minor in sums.items() if minor}


def check_drawn(world: World) -> None:
    """What a work order has drawn on is what those pledges say."""
    sums: dict[tuple[int, str], Any] = defaultdict(Counter)
    for row in world.pledges():
        if row.drawn_by is not None:
            columns = sums[row.drawn_by, row.currency]
            columns["received"] += row.received - row.refunded
            columns["outstanding" if row.stage is Stage.DUE else "gone"] += row.minor - row.received
    found = {
        (row.order, row.currency): (row.outstanding, row.received, row.gone)
        for row in every(world.rows, Drawn)
    }
    names = ("outstanding", "received", "gone")
    expected = {key: tuple(columns[name] for name in names) for key, columns in sums.items()}
    assert {key: row for key, row in found.items() if any(row)} == {
        key: row for key, row in expected.items() if any(row)
    }


def check_families(world: World) -> None:
    """A pledge and what was split from it are together what was promised, and on the same terms."""
    made: dict[int, e.PledgeMade] = {
        entry.pledge: entry for _, entry in world.ledger if isinstance(entry, e.PledgeMade)
    }
    rows = {row.pledge: row for row in world.pledges()}
    sums: Counter[int] = Counter()
    for row in rows.values():
        first = row
        while first.rest_of is not None:
            first = rows[first.rest_of]
        promise = made[first.pledge]
        terms = (promise.issue, promise.pledger, promise.funder, promise.until, promise.comment)
        assert (row.issue, row.pledger, row.funder, row.until, row.comment) == terms
        assert row.currency == promise.money.currency
        assert row.on_completion == promise.dues[0].on_completion
        sums[first.pledge] += row.outstanding + row.received
    assert sums == {pledge: entry.money.minor for pledge, entry in made.items()}
    assert sorted(rows) == list(range(1, len(rows) + 1))


def check_records(world: World) -> None:
    """A pledge was paid what the records that hold say, and no more than was promised."""
    settled: Counter[int | None] = Counter()
    went_back: Counter[int | None] = Counter()
    for record in every(world.rows, Record):
        if record.reversed_by is None and record.settles is not None:
            back = record.kind is RecordKind.REFUNDED
            (went_back if back else settled)[record.pledge] += record.settles.minor
    for row in world.pledges():
        assert (row.received, row.refunded) == (settled[row.pledge], went_back[row.pledge])
        assert 0 <= row.refunded <= row.received <= row.minor
        paid = row.received == row.minor
        assert paid == (row.stage in {Stage.RECEIVED, Stage.REFUNDED}), row
        assert (row.stage is Stage.REFUNDED) == (paid and row.refunded == row.minor), row


def check_given(world: World) -> None:
    """Nobody had back more than they gave, in any fund and currency, nor more for a pledge."""
    sums: Counter[tuple[int | str | None, ...]] = Counter()
    free: Counter[tuple[int, str]] = Counter()
    for record in every(world.rows, Record):
        if record.reversed_by is not None or record.kind in {RecordKind.PAID, RecordKind.DIRECT}:
            continue
        sign = -1 if record.kind is RecordKind.REFUNDED else 1
        whose = (record.fund, record.currency, record.funder)
        sums[whose] += sign * record.minor
        sums[*whose, "free"] += record.unmatched
        sums[*whose, record.pledge or "none"] += sign * record.minor - record.unmatched
        free[record.fund, record.currency] += record.unmatched
    assert min(sums.values(), default=0) >= 0
    for fund in every(world.rows, Fund):
        assert fund.unmatched == free[fund.issue, fund.currency]


def check_early(world: World) -> None:
    """What was there before a draw is what receipts say that did not go to the work order."""
    sums: Counter[int | None] = Counter()
    for record in every(world.rows, Record):
        if record.reversed_by is None and record.settles and record.kind is not RecordKind.REFUNDED:
            drawer = one(world.rows, Pledge, record.pledge or 0)
            if drawer is not None and drawer.drawn_by != record.fund:
                sums[record.pledge] += record.settles.minor
    for row in world.pledges():
        early = 0 if row.drawn_by in {None, row.issue} else sums[row.pledge]
        assert row.early == early, row


def check_there(before: World, drawn: list[e.PledgeDrawn]) -> None:
    """What was received and is drawn had not been spent."""
    sums: Counter[tuple[int, str]] = Counter()
    for entry in drawn:
        row = before.pledge(entry.pledge)
        if row.issue != entry.drawn_by and row.received > row.refunded:
            sums[row.issue, row.currency] += row.received - row.refunded
    for (issue, currency), minor in sums.items():
        fund = one(before.rows, Fund, issue, currency)
        assert fund is not None
        assert minor <= fund.balance + fund.fees


def check_deadlines(world: World) -> None:
    """What has ended, was received or said to be sent has no clock; offers and dues have one."""
    for row in world.pledges():
        if row.stage not in LIVE - {Stage.RECEIVED} or row.sent_at:
            assert row.deadline is None, row
        if row.stage is Stage.OFFERED or (row.stage is Stage.DUE and not row.sent_at):
            assert row.deadline is not None, row


def check_ends(world: World) -> None:
    """Nothing waits for good on what is over, and nothing stands where it has fallen due."""
    for row in world.pledges():
        place = place_of(world.rows, row.issue)
        by_itself = row.stage in UNDRAWN and row.sent_at is None
        if isinstance(place, Item) and place.completed:
            assert row.stage is not Stage.STANDING, row
        if by_itself and row.rest_of is None and _is_over(place):
            assert row.deadline is not None, row
        drawer = place_of(world.rows, row.drawn_by) if row.drawn_by is not None else None
        if isinstance(drawer, Order):
            assert row.stage is not Stage.STANDING
            if drawer.state is State.CANCELLED:
                assert row.stage not in {Stage.DUE, Stage.LAPSED}, row
                assert not (row.stage is Stage.RECEIVED and row.early == row.minor), row
            assert not row.on_completion


def _is_over(place: Item | Order | None) -> bool:
    """Tell whether a place has ended, and the fortnight after its end as well."""
    if place is None or place.ends_at is not None or place.fundable:
        return False
    return isinstance(place, Order) or place.closed_as not in {None, "completed"}


def check_draw(before: World, world: World) -> None:
    """A start draws up to the budget and not beyond, but for what had been received before."""
    news = world.ledger[len(before.ledger) :]
    if not any(isinstance(entry, e.OrderStarted) for _, entry in news):
        return
    drawn = [entry for _, entry in news if isinstance(entry, e.PledgeDrawn)]
    assert all(before.pledge(entry.pledge).drawn_by is None for entry in drawn)
    check_there(before, drawn)
    for order, currency in {(each.drawn_by or 0, each.money.currency) for each in drawn}:
        here = [each for each in drawn if each.money.currency == currency]
        received = max(world.pledge(each.pledge).received for each in here)
        sums = one(world.rows, Drawn, order, currency)
        assert sums is not None
        assert sums.live - received <= world.order(order).in_force.budget_in(currency)
