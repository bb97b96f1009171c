"""Work orders, money and pull requests, as entries: what a test of the store plays."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain import entries as e
from bot.domain import movements
from bot.domain.money import Money
from bot.domain.refs import Account
from bot.domain.stages import Stage
from bot.domain.states import State
from bot.domain.terms import Terms
from bot.storage import people
from bot.storage.database import Database
from tests.storage.kit import ISSUE, OTHER_ISSUE, at, made, moved, record

ORDER, OTHER_ORDER = 444500057, 444500058
"""CWO #57 and CWO #58, by GitHub's issue id."""

AMY, DAN, FAY, IDA, MIA = 21, 22, 23, 24, 7
"""Author, developer, funder named, interested person of the work order, and a steward."""

PLEDGERS = (11, 12, 13, 14, 15, 16)

TERMS = Terms(
    items=(1, 2),
    developers=(DAN,),
    funder=FAY,
    interested=(IDA,),
    budget=(Money(500_00, "USD"),),
    starts=date(2026, 2, 1),
    ends=date(2026, 6, 30),
    report_every_days=30,
)
LOGINS = "dan fay ida"


def opened(issue: int = ORDER, number: int = 57, author: int = AMY) -> e.OrderOpened:
    return e.OrderOpened(issue, number, author)


def written(issue: int = ORDER, terms: Terms = TERMS, **changed: Any) -> e.OrderWritten:
    given: dict[str, Any] = {
        "issue": issue,
        "terms": terms,
        "material": True,
        "discussion_ends_at": None,
        "scope": e.FreeText("Faster start."),
        "effort": e.FreeText("Per hour."),
        "share": e.FreeText("20 percent."),
        "logins": e.FreeText(LOGINS),
    }
    return e.OrderWritten(**given | changed)


def proposed(issue: int = ORDER, days: float = 7) -> e.OrderProposed:
    ends_at = at(days=days)
    return e.OrderProposed(
        issue=issue, was=State.DRAFT, now=State.DISCUSSION, discussion_ends_at=ends_at
    )


def approved(text: int, issue: int = ORDER) -> e.OrderApproved:
    return e.OrderApproved(
        issue=issue, was=State.DISCUSSION, now=State.APPROVED, text=text, alone=False
    )


def started(issue: int = ORDER, days: float | None = 30) -> e.OrderStarted:
    return e.OrderStarted(
        issue=issue,
        was=State.APPROVED,
        now=State.ACTIVE,
        unfunded=False,
        gaps=(),
        report_at=None if days is None else at(days=days),
    )


def cancelled(issue: int = ORDER, was: State = State.ACTIVE, days: float = 14) -> e.OrderCancelled:
    return e.OrderCancelled(
        issue=issue,
        was=was,
        now=State.CANCELLED,
        reason=e.FreeText("No time."),
        how="command",
        ends_at=at(days=days),
    )


def received(
    number: int,
    minor: int,
    giver: int,
    *,
    issue: int = ORDER,
    fee: int = 0,
    pledge: int | None = None,
    currency: str = "USD",
) -> e.MoneyReceived:
    money = Money(minor, currency)
    return e.MoneyReceived(
        issue=issue,
        record=number,
        fund=issue,
        moves=movements.received(giver, issue, money, fee),
        unmatched=0 if pledge else minor,
        pledge=pledge,
        settles=money if pledge else None,
        comment=9100 + number,
    )


def paid(number: int, minor: int, payee: int, *, issue: int = ORDER) -> e.MoneyPaid:
    moves = movements.paid(payee, issue, Money(minor, "USD"))
    return e.MoneyPaid(issue=issue, record=number, fund=issue, moves=moves, comment=9100 + number)


def paid_directly(
    number: int, minor: int, giver: int, payee: int, *, issue: int = ORDER
) -> e.MoneyPaidDirectly:
    moves = movements.paid_directly(giver, payee, Money(minor, "USD"))
    return e.MoneyPaidDirectly(issue=issue, record=number, fund=issue, moves=moves)


def refunded(number: int, minor: int, giver: int, *, issue: int = ORDER) -> e.MoneyRefunded:
    moves = movements.refunded(giver, issue, Money(minor, "USD"))
    return e.MoneyRefunded(issue=issue, record=number, fund=issue, moves=moves)


def reversed_(recorded: Any) -> e.RecordReversed:
    return e.RecordReversed(
        issue=recorded.issue,
        record=recorded.record,
        fund=recorded.fund,
        moves=tuple(move.reversed() for move in recorded.moves),
        unmatched=-recorded.unmatched,
        reason=e.FreeText("Typed twice."),
    )


def linked(pull: int, issue: int = ORDER, **changed: Any) -> e.PullLinked:
    given: dict[str, Any] = {"author": DAN, "by_steward": False, "named": True}
    return e.PullLinked(**{"issue": issue, "pull": pull} | given | changed)


def drawn(pledge: e.PledgeMade, order: int = ORDER, was: Stage = Stage.STANDING) -> e.PledgeDrawn:
    found: e.PledgeDrawn = moved(
        e.PledgeDrawn, pledge, was, Stage.DUE, drawn_by=order, lapses_at=at(days=60)
    )
    return found


def settled(pledge: e.PledgeMade, number: int, order: int | None = ORDER) -> e.PledgeSettled:
    found: e.PledgeSettled = moved(
        e.PledgeSettled,
        pledge,
        Stage.DUE,
        Stage.RECEIVED,
        drawn_by=order,
        record=number,
        settled=pledge.money,
    )
    return found


ON_ITEM = made(1, pledger=11, funder=11)
PROMISED = made(
    2,
    pledger=12,
    funder=12,
    now=Stage.STANDING,
    dues=(e.Due(500_00, on_completion=True),),
)
OFFERED = made(3, pledger=13, funder=90, now=Stage.OFFERED, issue=OTHER_ISSUE)
ON_ORDER = made(4, 50_00, pledger=14, funder=14, issue=ORDER)
STANDING = made(5, 70_00, pledger=15, funder=15, issue=OTHER_ISSUE)
ELSEWHERE = made(6, pledger=16, funder=16, issue=OTHER_ORDER)
WITHDRAWN = made(7, 10_00, pledger=11, funder=11, issue=ORDER)


async def people_of(database: Database) -> None:
    """Give each person an account, whose id is a thousand more than the number."""
    async with database.write() as tx:
        for person in (*PLEDGERS, 90, AMY, DAN, FAY, IDA, MIA):
            account = Account(1000 + person, f"person-{person}")
            await people.remember(tx, account, lambda _, person=person: person)  # type: ignore[misc]


async def a_worked_ledger(database: Database) -> None:
    """CWO #57 covers items #1 and #2, is active, has drawn on P-1 of #1, which was received there.

    Besides: P-2 is promised on completion of #1, P-3 is offered on #2, P-4 lies on the work order,
    P-5 stands on #2, P-6 on CWO #58, and P-7 on the work order was withdrawn.
    """
    await people_of(database)
    await record(database, e.ItemLabelled(ISSUE, 1), e.ItemLabelled(OTHER_ISSUE, 2), source="a")
    await record(database, opened(), written(), source="b", actor=AMY)
    await record(database, opened(OTHER_ORDER, 58), written(OTHER_ORDER), source="c", actor=AMY)
    await record(database, proposed(), source="d", actor=AMY)
    pledges = (ON_ITEM, PROMISED, OFFERED, ON_ORDER, STANDING, ELSEWHERE, WITHDRAWN)
    for pledge in pledges:
        source = f"p{pledge.pledge}"
        await record(database, pledge, source=source, actor=pledge.pledger)
    gone = moved(e.PledgeWithdrawn, WITHDRAWN, Stage.STANDING, Stage.WITHDRAWN)
    await record(database, gone, source="e", actor=11)
    await record(database, approved(4), source="f", actor=MIA, moment=at(days=8))
    await record(database, drawn(ON_ITEM), started(), source="g", actor=DAN, moment=at(days=9))
    receipt = received(1, 500_00, 11, fee=5_00, pledge=1)
    await record(database, receipt, settled(ON_ITEM, 1), source="h", actor=MIA, moment=at(days=10))
    await record(database, paid(2, 200_00, DAN), source="i", actor=MIA, moment=at(days=11))
    await record(database, linked(5), source="j", actor=DAN, moment=at(days=12))
    named = e.PullNamed(issue=ORDER, pull=6, author=AMY)
    await record(database, named, source="k", actor=AMY, moment=at(days=12))
    elsewhere = linked(8, OTHER_ORDER)
    await record(database, elsewhere, source="l", actor=MIA, moment=at(days=12))
