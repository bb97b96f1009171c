"""Who acts in the tests of the domain, on which item or work order, and when?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain import entries as e
from bot.domain.decisions import Decision, Known
from bot.domain.folding import fold, touched
from bot.domain.money import Money
from bot.domain.pull_requests import order_named
from bot.domain.refs import Account, IssueRef, Spoken
from bot.domain.refusals import No, Why
from bot.domain.reviews import PullFacts
from bot.domain.roles import Rights
from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.domain.states import AGREED, OVER, STARTED, State
from bot.domain.terms import Terms
from bot.domain.views import Item, Key, Order, Place, Pledge, Rows, Thread
from bot.domain.work_orders import Written

NOW = datetime(2030, 1, 15, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ISSUE = IssueRef(9001, 12, labels=("roadmap",))
OTHER = IssueRef(9002, 13, labels=("roadmap",))
ADA, BOB, ORG, MIA = 1, 2, 7, 9
"""Person numbers: two funders, an organisation, and a maintainer."""
AMY, DAN, IDA, FAY, LEO, ZOE = 11, 12, 13, 14, 15, 16
"""Author, developer, interested person and named funder of the work order; a second steward; nobody."""
LOGINS = {
    "ada": ADA,
    "bob": BOB,
    "acme": ORG,
    "mia": MIA,
    "amy": AMY,
    "dan": DAN,
    "ida": IDA,
    "fay": FAY,
    "leo": LEO,
    "zoe": ZOE,
}
WORK = IssueRef(9057, 57, labels=("work-order",), author=Account(1000 + AMY, "amy"))
STEWARD = Rights(write=True, steward=True, treasurer=True)
WRITER = Rights(write=True)
STRANGER = Rights()
HUNDRED = Money(100_00, "USD")
ITEM = Item(ISSUE.id, ISSUE.number, labelled_by=MIA)
TERMS = Terms(
    items=(ISSUE.number,),
    developers=(DAN,),
    funder=FAY,
    interested=(IDA,),
    budget=(Money(1_000_00, "USD"),),
    starts=date(2030, 2, 1),
    ends=date(2030, 6, 30),
    report_every_days=30,
)


def order(state: State = State.DRAFT, **changes: object) -> Order:
    """Make the work order in a state, with all that this state brings; its terms are `TERMS`."""
    made = Order(
        issue=WORK.id, number=WORK.number, author=AMY, opened_at=NOW - 30 * DAY, terms=TERMS, text=2
    )
    if state is not State.DRAFT:
        made = replace(made, discussion_ends_at=NOW - DAY)
    if state in AGREED:
        made = replace(made, agreed=TERMS, agreed_text=2, approved_at=NOW - DAY, approved_by=MIA)
    if state in STARTED:
        made = replace(made, started_at=NOW - DAY)
    if state in OVER:
        made = replace(made, closed_at=NOW - DAY, closed_by=MIA, ends_at=NOW + 13 * DAY)
    return replace(made, state=state, **changes)  # type: ignore[arg-type]


def said(at: datetime = NOW, *, comment: int = 100, issue: IssueRef = ISSUE) -> Spoken:
    """Say something; who it was stands in `Known`."""
    return Spoken(comment, issue, Account(1000, "ada"), at)


def written(**changes: object) -> Written:
    """Write the text of the work order, but for what is said."""
    words = {name: changes.pop(name, "") for name in ("scope", "effort", "share", "logins")}
    return Written(replace(TERMS, **changes), **words)  # type: ignore[arg-type]


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
    order: Order | None = None,
    thread: Thread | None = None,
    actor: int | None = ADA,
    funder: int | None = None,
    rules: Rules | None = None,
    unpaid: Mapping[str, int] | None = None,
    actor_decided_at: datetime | None = None,
) -> Known:
    """Know an item (or, if it is None, a work order), these pledges on it, and who acts."""
    place: Place | None = item or order
    return Known(
        newest_rules=rules,
        item=item,
        order=order,
        thread=thread,
        pledges=pledges,
        places={place.issue: place} if place else {},
        actor=actor,
        funder=funder,
        unpaid=unpaid or {},
        newest_pledge=max((each.pledge for each in pledges), default=0),
        actor_decided_at=actor_decided_at,
    )


def rows_of(place: Place, *pledges: Pledge) -> Rows:
    """Give the rows of an item or work order and its pledges, without their sums."""
    rows: Rows = {(type(place), place.issue): place}
    rows |= {(Pledge, each.pledge): each for each in pledges}
    return rows


def folded(rows: Rows, *entries: e.Entry, at: datetime = NOW, actor: int | None = ADA) -> Rows:
    """Fold entries into rows, as the worker does."""
    result = dict(rows)
    for seq, entry in enumerate(entries, start=1000):
        stamp = e.Stamp(seq, at, actor)
        wanted: tuple[Key, ...] = touched(stamp, entry)
        found = {key: result[key] for key in wanted if key in result}
        result |= fold(stamp, entry, found)
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


def pull_facts(
    number: int, author: int | None, body: str = "", *, merged_by: int | None = None
) -> PullFacts:
    """A pull request as the mirror knows it."""
    merged_at = None if merged_by is None else NOW
    return PullFacts(
        number=number,
        title="Faster",
        author=author,
        by_bot=False,
        author_writes=None,
        order=None,
        opened_at=NOW,
        from_opening=True,
        ready_at=NOW,
        first_review_at=None,
        rounds=0,
        approvals=(),
        merged_at=merged_at,
        merged_by=merged_by,
        closed_at=merged_at,
        base="main",
        into_default=True,
        reverted_by=None,
        is_draft=False,
        head="c0ffee",
        names=order_named(body),
    )
