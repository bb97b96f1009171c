"""What are the examples of an item's panel?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.movements import RecordKind
from bot.domain.panel import ItemPanelShown, OrderLine, Treasury
from bot.domain.rules import Rail, Rules
from bot.domain.stages import Stage
from bot.domain.states import Outcome, State
from bot.domain.views import Fund, Total
from tests.comments.facts import ISSUE, NOW, RAILS, item, panel, pledge, record

LATER = NOW + timedelta(days=60)
ORDER = 9057
"""GitHub's id of the issue of CWO #57."""

CURRENCIES = panel(
    pledge(12, 500_00, pledger=2, until=date(2027, 1, 31)),
    pledge(9, 250_00),
    pledge(15, 300_00, "EUR", pledger=3),
    pledge(18, 20_000, "JPY", pledger=4, on_completion=True),
    shown=item(goal=2_500_00),
    totals=(
        Total(ISSUE, "CHF", standing=100_00, standing_count=2),
        Total(ISSUE, "EUR", standing=300_00, standing_count=1),
        Total(ISSUE, "GBP", due=75_00, due_count=1),
        Total(ISSUE, "JPY", completion=20_000, completion_count=1),
        Total(ISSUE, "NOK", offered=400_00, offered_count=1),
        Total(ISSUE, "SEK", standing=1, standing_count=1, lapsed=500_00, lapsed_count=1),
        Total(ISSUE, "USD", standing=1_200_00, standing_count=14),
    ),
    rules=Rules(currencies=("USD", "EUR", "JPY"), minimum={"USD": 25_00}, rails=RAILS),
)

EVERYTHING = panel(
    pledge(12, 500_00, pledger=2, until=date(2027, 1, 31)),
    pledge(9, 250_00, stage=Stage.DUE, deadline=LATER),
    pledge(14, 200_00, pledger=4, stage=Stage.DUE, sent_at=NOW),
    pledge(21, 300_00, pledger=3, on_completion=True),
    pledge(22, 2_000_00, pledger=4, funder=7, stage=Stage.OFFERED, deadline=LATER),
    pledge(3, 50_00, pledger=99, stage=Stage.LAPSED),
    pledge(4, 20_00, pledger=2, stage=Stage.LAPSED, sent_at=NOW),
    shown=item(goal=2_500_00),
    rules=Rules(
        minimum={"USD": 25_00},
        rails=(*RAILS, Rail("Tips`](x) @acme", "javascript:alert(1)", "coffee")),
    ),
    ended=(
        pledge(30, 40_00, pledger=2, stage=Stage.WITHDRAWN, was=Stage.STANDING),
        pledge(29, 60_00, stage=Stage.WITHDRAWN, was=Stage.DUE),
        pledge(28, 900_00, pledger=3, stage=Stage.DECLINED, was=Stage.OFFERED),
        pledge(27, 10_00, pledger=2, stage=Stage.REPLACED, replaced_by=12),
        pledge(26, 10_00, stage=Stage.EXPIRED, because="until", until=date(2026, 11, 21)),
        pledge(25, 70_00, pledger=3, stage=Stage.EXPIRED, because="offer"),
        pledge(24, 80_00, stage=Stage.EXPIRED, because="unlabelled"),
        pledge(23, 90_00, stage=Stage.EXPIRED, because="not planned"),
    ),
    ended_count=11,
    reasons={28: "Thank you, but @acme `and` others wait for #12 first"},
    under_review=True,
)

RECORDS = (
    record(9, RecordKind.REFUNDED, 50_00, funder=2, pledge=13, settles=50_00),
    record(8, RecordKind.PAID, 200_00, payee=4, alone=True),
    record(7, RecordKind.RECEIVED, 20_00, funder=8, unmatched=20_00, day=date(2026, 11, 1)),
    record(
        6, RecordKind.DIRECT, 500_00, funder=7, payee=5, pledge=16, settles=500_00, fund=ORDER
    ),
    record(5, RecordKind.RECEIVED, 20_00, funder=8, reversed_by=160, unmatched=20_00),
    record(
        4, RecordKind.RECEIVED, 320_00, funder=2, pledge=13, settles=300_00, unmatched=20_00,
        fee=9_00, day=date(2026, 10, 30),
    ),
    record(3, RecordKind.RECEIVED, 200_00, funder=1, pledge=9, settles=200_00),
)  # fmt: skip
LIVE_WITH_MONEY = (
    pledge(12, 500_00, pledger=2, rest_of=9),
    pledge(9, 500_00, stage=Stage.DUE, deadline=LATER, received=200_00, drawn_by=ORDER),
    pledge(13, 300_00, pledger=2, stage=Stage.RECEIVED, received=300_00, refunded=50_00),
    pledge(16, 500_00, pledger=4, funder=7, stage=Stage.RECEIVED, received=500_00, drawn_by=ORDER),
)
MONEY = panel(
    *LIVE_WITH_MONEY,
    shown=item(goal=2_500_00),
    rules=Rules(rails=RAILS, work_order_form="work-order.yml"),
    ended=(
        pledge(2, 60_00, stage=Stage.REFUNDED, received=60_00, refunded=60_00),
        pledge(1, 90_00, stage=Stage.WITHDRAWN, was=Stage.DUE, received=40_00),
    ),
    totals=(
        Total(
            ISSUE, "USD", standing=500_00, standing_count=1, due=300_00, due_count=1,
            received=990_00, received_count=5,
        ),
    ),
    treasury=Treasury(
        funds=(
            Fund(ISSUE, "EUR", received=100_00, unmatched=100_00),
            Fund(
                ISSUE, "USD", received=640_00, fees=9_00, paid=200_00, refunded=110_00,
                direct=500_00, unmatched=40_00,
            ),
        ),
        records=RECORDS,
        count=12,
    ),
    orders=(
        OrderLine(ORDER, 57, State.ACTIVE, None),
        OrderLine(9040, 40, State.CLOSED, Outcome.DECLINED_ON_MERITS),
    ),
)  # fmt: skip

ONE = pledge(12, 500_00, pledger=2)
PANELS: dict[str, ItemPanelShown] = {
    "item_panel_shown/empty": panel(rules=Rules(), page=None),
    "item_panel_shown/empty_with_goal": panel(shown=item(goal=2_500_00)),
    "item_panel_shown/one_pledge": panel(ONE, shown=item(goal=2_500_00), page=None),
    "item_panel_shown/goal_exceeded": panel(ONE, shown=item(goal=400_00)),
    "item_panel_shown/many_currencies": CURRENCIES,
    "item_panel_shown/everything": EVERYTHING,
    "item_panel_shown/money": MONEY,
    "item_panel_shown/paid_directly": panel(
        pledge(12, 500_00, pledger=2, stage=Stage.RECEIVED, received=500_00),
        treasury=Treasury(
            funds=(Fund(ISSUE, "USD", direct=500_00),),
            records=(
                record(1, RecordKind.DIRECT, 500_00, funder=2, payee=8, pledge=12, settles=500_00),
            ),
            count=1,
        ),
        page=None,
    ),
    "item_panel_shown/completed": panel(
        pledge(12, 500_00, pledger=2, stage=Stage.DUE, deadline=LATER),
        shown=item(goal=2_500_00, is_open=False, completed=True, closed_as="completed"),
    ),
    "item_panel_shown/closed_by_a_merge": panel(
        ONE, shown=item(is_open=False, closed_as="completed")
    ),
    "item_panel_shown/not_planned": panel(
        ONE, shown=item(is_open=False, closed_as="not_planned", ends_at=NOW + timedelta(days=14))
    ),
    "item_panel_shown/unlabelled": panel(
        ONE, shown=item(on_roadmap=False, ends_at=NOW + timedelta(days=14))
    ),
    "item_panel_shown/ended": panel(
        shown=item(on_roadmap=False),
        ended=(
            pledge(12, 500_00, stage=Stage.EXPIRED, because="unlabelled"),
            replace(pledge(13, 10_00, stage=Stage.EXPIRED, because="something new"), until=None),
        ),
    ),
}
