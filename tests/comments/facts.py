"""Which pledges, items and rules do the examples and the property tests start from?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.comments import Comments
from bot.domain.folding import sums
from bot.domain.movements import RecordKind
from bot.domain.panel import ItemPanelShown, OrderLine, Position, Treasury
from bot.domain.rules import Rail, Rules
from bot.domain.stages import Stage
from bot.domain.views import Item, Pledge, Record, Rows, Total

TEMPLATES = Path(__file__).parents[2] / "templates" / "comments"
COMMENTS = Comments(TEMPLATES)
NAMES = {1: "ada", 2: "bo", 3: "cy_corp", 4: "mia", 5: "tom", 6: "zoe", 7: "acme", 8: '"Acme Labs"'}
"""Logins of people, and the name of a party that has no account."""
NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
ISSUE = 9001
PAGE = "https://bursar.example/acme/rocket/items/12"
POSITION = Position(77, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
RAILS = (
    Rail("Open Collective", "https://opencollective.com/acme"),
    Rail("Invoice by Acme Labs", "mailto:labs@acme.example", "work-orders"),
)


def pledge(
    number: int,
    minor: int,
    currency: str = "USD",
    stage: Stage = Stage.STANDING,
    *,
    pledger: int = 1,
    funder: int | None = None,
    on_completion: bool = False,
    until: date | None = None,
    deadline: datetime | None = None,
    sent_at: datetime | None = None,
    was: Stage | None = None,
    replaced_by: int | None = None,
    because: str | None = None,
    **more: int | None,
) -> Pledge:
    """Make a pledge of the usual kind, but for what is said."""
    made = Pledge(
        pledge=number,
        issue=ISSUE,
        pledger=pledger,
        funder=pledger if funder is None else funder,
        minor=minor,
        currency=currency,
        on_completion=on_completion,
        until=until,
        stage=stage,
        comment=1_000_000 + number,
        made_at=NOW - timedelta(days=60),
        changed_at=NOW,
        seq=number,
        deadline=deadline,
        sent_at=sent_at,
        due_at=NOW - timedelta(days=70) if stage in {Stage.DUE, Stage.LAPSED} else None,
        was=was,
        replaced_by=replaced_by,
        because=because,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def item(
    *,
    goal: int | None = None,
    on_roadmap: bool = True,
    is_open: bool = True,
    completed: bool = False,
    closed_as: str | None = None,
    ends_at: datetime | None = None,
) -> Item:
    """Make an item, with a goal in US dollars if any."""
    return Item(
        ISSUE,
        12,
        goal_minor=goal,
        goal_currency=None if goal is None else "USD",
        on_roadmap=on_roadmap,
        is_open=is_open,
        completed=completed,
        closed_as=closed_as,
        ends_at=ends_at,
    )


def panel(
    *pledges: Pledge,
    shown: Item | None = None,
    totals: tuple[Total, ...] = (),
    rules: Rules | None = None,
    ended: tuple[Pledge, ...] = (),
    ended_count: int | None = None,
    reasons: dict[int, str] | None = None,
    page: str | None = PAGE,
    under_review: bool = False,
    treasury: Treasury | None = None,
    orders: tuple[OrderLine, ...] = (),
) -> ItemPanelShown:
    """Make a panel of `acme/rocket`, issue 12."""
    return ItemPanelShown(
        repository="acme/rocket",
        item=shown or item(),
        rules=rules or Rules(rails=RAILS),
        position=POSITION,
        totals=totals or totals_of(pledges),
        pledges=pledges,
        ended=ended,
        ended_count=len(ended) if ended_count is None else ended_count,
        reasons=reasons or {},
        page=page,
        under_review=under_review,
        treasury=treasury or Treasury(),
        orders=orders,
    )


def totals_of(pledges: tuple[Pledge, ...]) -> tuple[Total, ...]:
    """Add the pledges up, as the views would."""
    rows: Rows = {}
    for each in pledges:
        rows |= sums.moved(None, each, rows)
    found = [row for row in rows.values() if isinstance(row, Total)]
    return tuple(sorted(found, key=lambda total: total.currency))


def record(
    number: int,
    kind: RecordKind,
    minor: int,
    currency: str = "USD",
    *,
    funder: int | None = None,
    payee: int | None = None,
    pledge: int | None = None,
    settles: int | None = None,
    fee: int = 0,
    unmatched: int = 0,
    issue: int = ISSUE,
    fund: int | None = None,
    day: date | None = None,
    alone: bool = False,
    reversed_by: int | None = None,
) -> Record:
    """Make a record of money, for the fund of the place where it was recorded."""
    return Record(
        record=number,
        kind=kind,
        issue=issue,
        fund=issue if fund is None else fund,
        minor=minor,
        currency=currency,
        fee=fee,
        funder=funder,
        payee=payee,
        pledge=pledge,
        settles_minor=settles,
        settles_currency=None if settles is None else currency,
        unmatched=unmatched,
        day=day,
        comment=2_000_000 + number,
        at=NOW,
        seq=100 + number,
        alone=alone,
        reversed_by=reversed_by,
    )
