"""Who acts in the tests of the domain, on which item, and when?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain import entries as e
from bot.domain.decisions import Decision, Known
from bot.domain.folding import fold, touched
from bot.domain.money import Money
from bot.domain.refs import Account, IssueRef, Spoken
from bot.domain.refusals import No, Why
from bot.domain.roles import Rights
from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.domain.views import Item, Key, Pledge, Rows

NOW = datetime(2030, 1, 15, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ISSUE = IssueRef(9001, 12, labels=("roadmap",))
ADA, BOB, ORG, MIA = 1, 2, 7, 9
"""Person numbers: two funders, an organisation, and a maintainer."""
STEWARD = Rights(write=True, steward=True, treasurer=True)
WRITER = Rights(write=True)
STRANGER = Rights()
HUNDRED = Money(100_00, "USD")
ITEM = Item(ISSUE.id, ISSUE.number, labelled_by=MIA)


def said(at: datetime = NOW, *, comment: int = 100, issue: IssueRef = ISSUE) -> Spoken:
    """Say something; who it was stands in `Known`."""
    return Spoken(comment, issue, Account(1000, "ada"), at)


def pledge(
    number: int = 1,
    stage: Stage = Stage.STANDING,
    *,
    money: Money = HUNDRED,
    pledger: int = ADA,
    funder: int | None = None,
    on_completion: bool = False,
    until: date | None = None,
    deadline: datetime | None = None,
    sent_at: datetime | None = None,
) -> Pledge:
    """Make a pledge of Ada's, but for what is said."""
    return Pledge(
        pledge=number,
        issue=ISSUE.id,
        pledger=pledger,
        funder=pledger if funder is None else funder,
        minor=money.minor,
        currency=money.currency,
        on_completion=on_completion,
        until=until,
        stage=stage,
        comment=number,
        made_at=NOW - 10 * DAY,
        changed_at=NOW - 10 * DAY,
        seq=number,
        deadline=deadline,
        sent_at=sent_at,
    )


def known(
    *pledges: Pledge,
    item: Item | None = ITEM,
    actor: int | None = ADA,
    funder: int | None = None,
    rules: Rules | None = None,
    unpaid: Mapping[str, int] | None = None,
    actor_decided_at: datetime | None = None,
) -> Known:
    """Know an item, these pledges on it, and who acts."""
    return Known(
        newest_rules=rules,
        item=item,
        pledges=pledges,
        actor=actor,
        funder=funder,
        unpaid=unpaid or {},
        newest_pledge=max((each.pledge for each in pledges), default=0),
        actor_decided_at=actor_decided_at,
    )


def rows_of(item: Item, *pledges: Pledge) -> Rows:
    """Give the rows of an item and its pledges, without their sums."""
    rows: Rows = {(Item, item.issue): item}
    rows |= {(Pledge, each.pledge): each for each in pledges}
    return rows


def folded(rows: Rows, *entries: e.Entry, at: datetime = NOW, actor: int | None = ADA) -> Rows:
    """Fold entries into rows, as the worker does."""
    result = dict(rows)
    for seq, entry in enumerate(entries, start=1000):
        wanted: tuple[Key, ...] = touched(entry)
        found = {key: result[key] for key in wanted if key in result}
        result |= fold(e.Stamp(seq, at, actor), entry, found)
    return result


def after(decision: Decision, *pledges: Pledge, item: Item = ITEM) -> dict[int, Stage]:
    """Give the stage of every pledge once a decision is recorded."""
    rows = folded(rows_of(item, *pledges), *decision.entries)
    return {row.pledge: row.stage for row in rows.values() if isinstance(row, Pledge)}


def refusal(no: No) -> tuple[Why, dict[str, str], bool]:
    """Give all that an answer to a refusal needs."""
    return no.why, no.facts, no.quiet


def on(item: Item, **changes: object) -> Item:
    """Change an item."""
    return replace(item, **changes)  # type: ignore[arg-type]
