"""What are the examples of a work order's panel?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.money import Money
from bot.domain.movements import RecordKind
from bot.domain.order_panel import Covered, OrderPanelShown
from bot.domain.panel import Treasury
from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.domain.states import Outcome, State
from bot.domain.terms import Fault, Field, Problem, Terms
from bot.domain.views import Drawn, Fund, Order, Total
from tests.comments.facts import ISSUE, NOW, PAGE, POSITION, RAILS, item, pledge, record
from tests.comments.panels import LATER, ORDER
from tests.comments.pulls import DAY, PARITY, PULLS

TERMS = Terms(
    items=(12, 15),
    developers=(4, 5),
    funder=7,
    interested=(6,),
    budget=(Money(5_000_00, "USD"), Money(1_000_00, "EUR")),
    starts=date(2026, 11, 1),
    ends=date(2027, 4, 30),
    report_every_days=30,
)
WORDS = {
    "scope": "Make the parser streaming, see #12.\n\nNot: a new grammar. " + "And so on. " * 30,
    "effort": "EUR 80 an hour, at the end of each month, also when @acme/core declines the result.",
    "share": "20 percent for review, to the project.",
}
DRAFT = Order(ORDER, 57, 4, NOW - 30 * DAY, terms=TERMS, text=40)
AGREED = replace(
    DRAFT,
    state=State.APPROVED,
    agreed=TERMS,
    agreed_text=40,
    approved_at=NOW - 20 * DAY,
    approved_by=1,
)
ACTIVE = replace(
    AGREED,
    state=State.ACTIVE,
    started_at=NOW - 19 * DAY,
    report_at=NOW + 11 * DAY,
    reports=1,
    last_report=3_000_001,
    last_report_at=NOW - 3 * DAY,
)
CLOSED = replace(
    ACTIVE,
    state=State.CLOSED,
    report_at=None,
    reports=4,
    finished_at=NOW - 2 * DAY,
    closed_at=NOW,
    closed_by=1,
    outcome=Outcome.DECLINED_ON_MERITS,
)
ITEMS = (Covered(12, item()), Covered(15, None))
HERE = pledge(31, 800_00, pledger=1, issue=ORDER)
DRAWN_ON = (
    pledge(9, 2_000_00, pledger=4, funder=7, stage=Stage.DUE, deadline=LATER, drawn_by=ORDER),
    pledge(
        12, 1_000_00, pledger=2, stage=Stage.RECEIVED, received=1_000_00, refunded=100_00,
        drawn_by=ORDER,
    ),
    pledge(
        14, 500_00, pledger=1, stage=Stage.DUE, sent_at=NOW, received=200_00, drawn_by=ORDER,
        issue=ORDER,
    ),
    pledge(15, 300_00, "EUR", pledger=3, stage=Stage.LAPSED, drawn_by=ORDER),
    replace(HERE, rest_of=14),
    pledge(32, 50_00, pledger=3, issue=ORDER, on_completion=True),
    pledge(33, 900_00, pledger=3, issue=ORDER, stage=Stage.OFFERED, deadline=LATER),
)  # fmt: skip


def order_panel(
    order: Order,
    *,
    words: dict[int, dict[str, str]] | None = None,
    page: str | None = None,
    **more: object,
) -> OrderPanelShown:
    """Make the panel of `acme/rocket`, CWO #57, which covers two items."""
    shown = OrderPanelShown(
        repository="acme/rocket",
        order=order,
        rules=Rules(rails=RAILS),
        position=POSITION,
        words={40: WORDS} if words is None else words,
        covered=ITEMS,
        page=page,
        today=NOW.date(),
    )
    return replace(shown, **more)  # type: ignore[arg-type]


INCOMPLETE = Terms(
    developers=(4,),
    problems=(
        Problem(Field.SCOPE, Fault.MISSING),
        Problem(Field.ITEMS, Fault.UNREADABLE),
        Problem(Field.DEVELOPERS, Fault.UNKNOWN_ACCOUNT),
        Problem(Field.FUNDER, Fault.UNREADABLE),
        Problem(Field.INTERESTED, Fault.NOT_A_PERSON),
        Problem(Field.BUDGET, Fault.UNREADABLE, "amount_ambiguous"),
        Problem(Field.EFFORT, Fault.TWICE),
        Problem(Field.PERIOD, Fault.BACKWARDS),
        Problem(Field.REPORTS, Fault.UNREADABLE),
        Problem(Field.SHARE, Fault.TOO_LONG),
    ),
)
TREASURY = Treasury(
    funds=(
        Fund(ORDER, "USD", received=1_020_00, fees=20_00, paid=700_00, refunded=100_00,
             direct=200_00, unmatched=20_00),
    ),
    records=(
        record(9, RecordKind.PAID, 700_00, payee=5, issue=ORDER),
        record(8, RecordKind.DIRECT, 200_00, funder=1, payee=8, pledge=14, settles=200_00,
               issue=ORDER),
        record(7, RecordKind.RECEIVED, 1_020_00, funder=2, pledge=12, settles=1_000_00, fee=20_00,
               unmatched=20_00, issue=ISSUE, fund=ORDER),
    ),
    count=5,
)  # fmt: skip
DRAWN = (
    Drawn(ORDER, "EUR", gone=300_00),
    Drawn(ORDER, "USD", outstanding=2_300_00, received=1_100_00),
)
ENDED = (
    pledge(11, 40_00, pledger=2, stage=Stage.WITHDRAWN, was=Stage.DUE, drawn_by=ORDER),
    pledge(8, 900_00, pledger=3, stage=Stage.DECLINED, was=Stage.OFFERED, issue=ORDER),
    pledge(7, 70_00, pledger=3, stage=Stage.EXPIRED, because="work order", issue=ORDER),
)
EVERYTHING = order_panel(
    ACTIVE,
    page=PAGE,
    drawn=DRAWN,
    totals=(Total(ORDER, "USD", standing=800_00, standing_count=1, due=300_00, due_count=1),),
    pledges=DRAWN_ON,
    pledge_count=20,
    ended=ENDED,
    ended_count=3,
    reasons={8: "We have `enough` of it, @bo"},
    treasury=TREASURY,
    pulls=PULLS,
    pull_count=11,
    parity=PARITY,
    confirmed=True,
    under_review=True,
)
COVERED = (Total(ISSUE, "USD", standing=1_500_00, standing_count=3, received=1_000_00),)
EDITED = replace(ACTIVE, text=50, terms=replace(TERMS, budget=(Money(9_000_00, "USD"),)))
SETTLED = order_panel(
    CLOSED,
    drawn=DRAWN,
    pledges=DRAWN_ON[:3],
    pledge_count=3,
    treasury=TREASURY,
    pulls=(PULLS[1],),
    pull_count=1,
)
ENDED_EARLY = replace(DRAFT, closed_at=NOW, ended_text=60, ends_at=NOW + 14 * DAY)

ORDER_PANELS: dict[str, OrderPanelShown] = {
    "order_panel_shown/draft_incomplete": order_panel(
        replace(DRAFT, terms=INCOMPLETE), words={}, covered=()
    ),
    "order_panel_shown/draft": order_panel(replace(DRAFT, terms=replace(TERMS, funder=8))),
    "order_panel_shown/discussion": order_panel(
        replace(
            DRAFT, state=State.DISCUSSION, discussion_ends_at=NOW + 7 * DAY, tells_at=NOW + 7 * DAY
        ),
        available=COVERED,
        totals=(Total(ORDER, "USD", offered=800_00, offered_count=1),),
        pledges=(replace(HERE, stage=Stage.OFFERED, deadline=LATER),),
        pledge_count=1,
    ),
    "order_panel_shown/discussion_over": order_panel(
        replace(DRAFT, state=State.DISCUSSION, discussion_ends_at=NOW, alone=True)
    ),
    "order_panel_shown/discussion_incomplete": order_panel(
        replace(
            DRAFT,
            state=State.DISCUSSION,
            tells_at=NOW + DAY,
            discussion_ends_at=NOW + DAY,
            terms=replace(
                TERMS, budget=(), problems=(Problem(Field.BUDGET, Fault.SAID_TWICE),)
            ),
        )
    ),
    "order_panel_shown/approved_with_gap": order_panel(
        AGREED, available=COVERED, totals=(Total(ORDER, "USD", standing=800_00, standing_count=1),),
        pledges=(HERE,), pledge_count=1,
    ),
    "order_panel_shown/approved_covered": order_panel(
        replace(AGREED, agreed=replace(TERMS, budget=(Money(2_500_00, "USD"),), funder=None)),
        available=COVERED,
    ),
    "order_panel_shown/everything": EVERYTHING,
    "order_panel_shown/drawn_beside_the_budget": order_panel(
        replace(ACTIVE, agreed=replace(TERMS, budget=(Money(1_000_00, "EUR"),))),
        drawn=(*DRAWN, Drawn(ORDER, "JPY")),
    ),
    "order_panel_shown/report_missing": order_panel(
        replace(ACTIVE, report_at=None, report_missed=True, last_report_at=NOW - 33 * DAY),
        drawn=DRAWN,
    ),
    "order_panel_shown/edited_after_approval": order_panel(
        replace(EDITED, discussion_ends_at=NOW + 7 * DAY, tells_at=NOW + 7 * DAY), drawn=DRAWN
    ),
    "order_panel_shown/edited_and_discussed": order_panel(
        replace(EDITED, discussion_ends_at=NOW), drawn=DRAWN
    ),
    "order_panel_shown/edited_and_incomplete": order_panel(
        replace(EDITED, terms=INCOMPLETE, discussion_ends_at=NOW), drawn=DRAWN
    ),
    "order_panel_shown/reporting": order_panel(
        replace(ACTIVE, state=State.REPORTING, report_at=None, finished_at=NOW, reports=2),
        drawn=DRAWN,
    ),
    "order_panel_shown/closed": SETTLED,
    "order_panel_shown/closed_without_final_report": order_panel(
        replace(CLOSED, finished_at=None, outcome=Outcome.ABANDONED, alone=True)
    ),
    "order_panel_shown/declined": order_panel(
        replace(ENDED_EARLY, state=State.DECLINED),
        words={40: WORDS, 60: {"reason": "The `parser` is being replaced, see #12 and @acme/core"}},
    ),
    "order_panel_shown/cancelled": order_panel(
        replace(ENDED_EARLY, state=State.CANCELLED), words={40: WORDS, 60: {"reason": ""}}
    ),
    "order_panel_shown/cancelled_after_the_start": order_panel(
        replace(
            ACTIVE, state=State.CANCELLED, report_at=None, ended_text=60, ends_at=NOW + 14 * DAY
        ),
        words={40: WORDS, 60: {"reason": "Tom has a new job"}},
        totals=(Total(ORDER, "USD", standing=800_00, standing_count=1),),
        pledges=(HERE,),
        pledge_count=1,
    ),
}  # fmt: skip
