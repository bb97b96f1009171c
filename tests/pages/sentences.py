"""Every kind of entry, with the sentence that it reads as."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.domain import entries as e
from bot.domain import movements as m
from bot.domain.figures import Figures, Reviews
from bot.domain.money import Money
from bot.domain.reviews import NotedPull
from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.domain.states import Outcome, State
from bot.domain.terms import Terms
from bot.pages.pointing import Pointer
from bot.storage.browsing import PlaceKind, Spot
from tests.pages.shown import WEB

ADA, BOB, MIA, ACME = 1, 2, 3, 4
ITEM, WORK = 100, 200
NOON = datetime(2026, 10, 31, 12, tzinfo=UTC)
USD = Money(500_00, "USD")
HALF = Money(250_00, "USD")

POINT = Pointer(
    home="/acme/solver",
    on_github=f"{WEB}/acme/solver",
    web_url=WEB,
    names={ADA: "ada", BOB: "bob", MIA: "mia", ACME: '"Acme <Labs>"'},
    spots={ITEM: Spot(12, PlaceKind.ITEM), WORK: Spot(57, PlaceKind.ORDER)},
    pledges={3: (ITEM, 900), 4: (ITEM, 901)},
    records={7: (WORK, 902)},
)


def pledge(kind: Any, was: Stage, now: Stage, **more: Any) -> Any:
    given = {"pledge": 3, "pledger": ADA, "money": USD, "on_completion": False}
    return kind(issue=ITEM, was=was, now=now, **given | more)


def money(kind: Any, moves: tuple[m.Movement, ...], **more: Any) -> Any:
    return kind(issue=WORK, record=7, fund=WORK, moves=moves, comment=902, **more)


def order(kind: Any, was: State, now: State, **more: Any) -> Any:
    return kind(issue=WORK, was=was, now=now, **more)


PROMISE = e.PledgeMade(
    issue=ITEM, pledge=3, pledger=ADA, funder=ACME, money=USD, dues=(e.Due(500_00, on_completion=True),),
    until=date(2027, 1, 31), now=Stage.OFFERED, expires_at=NOON, comment=900,
)  # fmt: skip
NOTHING_SAID = e.FreeText("")
WRITTEN = e.OrderWritten(
    issue=WORK, terms=Terms(budget=(USD, Money(90, "JPY"))), material=True, discussion_ends_at=NOON,
    scope=NOTHING_SAID, effort=NOTHING_SAID, share=NOTHING_SAID, logins=NOTHING_SAID,
)  # fmt: skip
FIGURES = Figures(
    month="2026-10", begins_at=NOON, ends_at=NOON, zone="UTC", previous=None, quiet=False,
    reviews=Reviews(since=NOON),
)  # fmt: skip
PULL = NotedPull(
    pull=5, order=None, opened_at=NOON, author_writes=None, ready_at=None, first_review_at=None,
    rounds=0, merged_at=None, closed_at=None,
)  # fmt: skip
DUE, STANDING, RECEIVED = Stage.DUE, Stage.STANDING, Stage.RECEIVED

GOLDEN: list[tuple[e.Entry, str]] = [
    (e.ItemLabelled(ITEM, 12), "mia put #12 on the roadmap."),
    (e.ItemLabelled(ITEM, 12, by=BOB), "bob put #12 on the roadmap."),
    (
        e.ItemUnlabelled(ITEM, NOON),
        "mia took #12 off the roadmap. Pledges there that nothing has drawn on expire on 31 Oct 2026.",
    ),
    (
        e.ItemClosed(ITEM, "completed", completed=True, expires_at=None),
        "mia closed #12 as completed.",
    ),
    (
        e.ItemClosed(ITEM, "completed", completed=False, expires_at=None),
        "#12 was closed without a steward's word that it is complete, so nothing falls due.",
    ),
    (
        e.ItemClosed(ITEM, "not_planned", completed=False, expires_at=NOON),
        ("#12 was closed as not planned. "
        "Pledges there that nothing has drawn on expire on 31 Oct 2026."),
    ),
    (e.ItemReopened(ITEM), "mia opened #12 again."),
    (
        e.ItemGone(ITEM, "transferred", NOON),
        ("#12 was moved to another repository. "
        "Pledges there that nothing has drawn on expire on 31 Oct 2026."),
    ),
    (e.ItemEnded(ITEM), "The fortnight after #12 left the roadmap is over."),
    (e.GoalSet(ITEM, USD), "mia set the goal of #12 to USD 500.00."),
    (e.GoalSet(ITEM, None), "mia took away the goal of #12."),
    (
        PROMISE,
        ('ada offered USD 500.00 to #12 for "Acme <Labs>", on completion, until 31 Jan 2027 (P-3). '
        "It waits for a steward's word."),
    ),
    (
        pledge(e.PledgeAccepted, Stage.OFFERED, STANDING, expires_at=None),
        "mia accepted P-3 of ada, USD 500.00.",
    ),
    (
        pledge(e.PledgeDeclined, Stage.OFFERED, Stage.DECLINED, reason=e.FreeText("Too kind.")),
        "mia declined P-3 of ada, USD 500.00: Too kind.",
    ),
    (
        pledge(e.PledgeWithdrawn, DUE, Stage.WITHDRAWN),
        "ada withdrew P-3, USD 500.00, after it was due.",
    ),
    (
        pledge(e.PledgeReplaced, STANDING, Stage.REPLACED, by_pledge=4),
        "P-3 of ada, USD 500.00, gave way to the newer P-4.",
    ),
    (
        pledge(e.PledgeSent, DUE, DUE, ref=e.FreeText("inv 9")),
        "ada said that USD 500.00 for P-3 has been sent: inv 9.",
    ),
    (
        pledge(e.PledgeFellDue, STANDING, DUE, lapses_at=NOON),
        "P-3 of ada, USD 500.00, fell due. Without payment it lapses on 31 Oct 2026.",
    ),
    (
        pledge(e.PledgeExpired, STANDING, Stage.EXPIRED, because="not planned"),
        "P-3 of ada, USD 500.00, expired: the issue was closed.",
    ),
    (
        pledge(e.PledgeLapsed, DUE, Stage.LAPSED),
        "P-3 of ada, USD 500.00, lapsed: it was due, and nothing arrived in time. It can still be paid.",
    ),
    (
        pledge(e.PledgeSplit, STANDING, STANDING, kept=HALF, rest=HALF, as_pledge=4),
        "P-3 of ada, USD 500.00, was split: USD 250.00 is drawn, and USD 250.00 goes on as P-4.",
    ),
    (
        pledge(e.PledgeDrawn, STANDING, DUE, drawn_by=WORK, lapses_at=None),
        "CWO #57 drew on P-3 of ada, USD 500.00.",
    ),
    (
        pledge(e.PledgeReleased, DUE, STANDING, drawn_by=WORK, expires_at=None),
        "P-3 of ada, USD 500.00, was released by CWO #57: what was not received stands again.",
    ),
    (
        pledge(e.LapsePutOff, DUE, DUE, lapses_at=NOON),
        ("P-3 of ada, USD 500.00, does not lapse before 31 Oct 2026: "
        "the period of its work order goes on."),
    ),
    (
        pledge(e.PledgeSettled, DUE, RECEIVED, record=7, settled=HALF),
        "R-7 settled USD 250.00 of USD 500.00 of P-3 by ada.",
    ),
    (
        pledge(e.PledgeUnsettled, RECEIVED, STANDING, record=7, settled=USD, expires_at=None),
        "R-7 was taken back: USD 500.00 of P-3 by ada is to be paid again.",
    ),
    (
        pledge(e.PledgeRefunded, RECEIVED, Stage.REFUNDED, record=7, refunded=USD),
        "USD 500.00 received for P-3 of ada went back (R-7).",
    ),
    (
        pledge(e.PledgeUnrefunded, Stage.REFUNDED, RECEIVED, record=7, refunded=USD),
        "The refund R-7 of USD 500.00 for P-3 was taken back.",
    ),
    (e.OrderOpened(WORK, 57, BOB), "bob opened CWO #57 as a draft."),
    (
        WRITTEN,
        ("mia wrote the terms of CWO #57, with a budget of USD 500.00, JPY 90. "
        "Its discussion runs until 31 Oct 2026."),
    ),
    (
        replace(WRITTEN, material=False, discussion_ends_at=None),
        "mia edited CWO #57 without a change of its terms.",
    ),
    (
        order(e.OrderProposed, State.DRAFT, State.DISCUSSION, discussion_ends_at=NOON),
        "mia proposed CWO #57. Its public discussion runs until 31 Oct 2026.",
    ),
    (
        order(e.OrderApproved, State.DISCUSSION, State.APPROVED, text=4, alone=True),
        "mia approved CWO #57: the terms as written are in force. Nobody else holds that role here.",
    ),
    (
        order(
            e.OrderDeclined, State.DISCUSSION, State.DECLINED, reason=e.FreeText("Not now"),
            alone=False, ends_at=NOON,
        ),
        "mia declined CWO #57: Not now.",
    ),
    (
        order(
            e.OrderStarted, State.APPROVED, State.ACTIVE, unfunded=True, gaps=(HALF,), report_at=NOON
        ),
        ("mia started CWO #57; nothing covers USD 250.00 of its budget. "
        "Its first report is due by 31 Oct 2026."),
    ),
    (
        order(e.OrderReported, State.ACTIVE, State.ACTIVE, comment=903, report_at=NOON),
        "mia reported on CWO #57. The next report is due by 31 Oct 2026.",
    ),
    (
        order(e.OrderFinished, State.ACTIVE, State.REPORTING, comment=903),
        "mia gave the final report on CWO #57.",
    ),
    (
        order(
            e.OrderClosed, State.ACTIVE, State.CLOSED, outcome=Outcome.DECLINED_ON_MERITS,
            final_report=False, alone=False, ends_at=NOON,
        ),
        "mia closed CWO #57 with the outcome declined on its merits, without a final report.",
    ),
    (
        order(
            e.OrderCancelled, State.ACTIVE, State.CANCELLED, reason=e.FreeText("No time!"),
            how="command", ends_at=NOON,
        ),
        "mia cancelled CWO #57: No time!",
    ),
    (
        order(
            e.OrderCancelled, State.ACTIVE, State.CANCELLED, reason=e.FreeText(""), how="deleted",
            ends_at=NOON,
        ),
        "CWO #57 was cancelled: its issue was deleted.",
    ),
    (e.DiscussionEnded(WORK), "The public discussion of CWO #57 is over: a steward may decide."),
    (
        e.ReportMissed(WORK, NOON, None),
        "The report on CWO #57 was to be in by 31 Oct 2026, and is awaited.",
    ),
    (e.OrderEnded(WORK), "The fortnight after the end of CWO #57 is over."),
    (
        e.PullNamed(issue=WORK, pull=5, author=ADA),
        ("The description of #5 names CWO #57, of which its author, ada, is no developer: "
        "named, not linked."),
    ),
    (
        e.PullLinked(issue=WORK, pull=5, author=BOB, by_steward=True, named=False),
        "#5 by bob was linked to CWO #57 by mia, a steward.",
    ),
    (
        e.PullUnlinked(issue=WORK, pull=5, by_steward=True),
        "#5 does not belong to CWO #57 any more, by the word of mia, a steward.",
    ),
    (
        e.PullMerged(issue=WORK, pull=5, by=MIA, interested=True, into_default=False),
        ("#5 under CWO #57 was merged by mia, who declared an interest in it, "
        "into a branch that is not the default one. No money moves because of it."),
    ),
    (
        money(
            e.MoneyReceived, m.received(ADA, WORK, USD, 5_00), pledge=3, settles=USD, unmatched=1_00,
            day=date(2026, 10, 30), ref=e.FreeText("oc/12"),
        ),
        ("USD 500.00 was received from ada for CWO #57, less a fee of USD 5.00, on 30 Oct 2026 "
        "(R-7, for P-3). USD 1.00 of it matches no pledge. Reference: oc/12."),
    ),
    (
        money(e.MoneyPaid, m.paid(BOB, WORK, USD)),
        "USD 500.00 was paid to bob out of what was received for CWO #57 (R-7).",
    ),
    (
        money(e.MoneyPaidDirectly, m.paid_directly(ADA, BOB, USD), alone=True),
        ("ada paid bob USD 500.00 directly for CWO #57 (R-7). "
        "The payee recorded it: nobody else holds the treasurer's role here."),
    ),
    (
        money(e.MoneyRefunded, m.refunded(ADA, WORK, USD), unmatched=-1),
        "USD 500.00 went back to ada for CWO #57 (R-7).",
    ),
    (
        e.RecordReversed(
            issue=WORK, record=7, fund=WORK, moves=(m.paid(BOB, WORK, USD)[0].reversed(),),
            unmatched=0, reason=e.FreeText("Typed twice."),
        ),
        "mia took R-7 back, USD -500.00: Typed twice.",
    ),
    (
        e.MonthOpened(month="2026-10", begins_at=NOON, ends_at=NOON, zone="Europe/Paris"),
        "October 2026 began; it ends at 31 Oct 2026, 12:00 UTC (time zone Europe/Paris).",
    ),
    (
        e.PullsNoted(month="2026-10", pulls=(PULL,)),
        "What GitHub told by the end of October 2026 of the review of 1 pull request was noted.",
    ),
    (e.MonthClosed(month="2026-10", figures=FIGURES), "October 2026 was closed, with its digest."),
    (
        e.RulesChanged("0123456789abcdef", Rules()),
        "The project's rules changed with commit 0123456789.",
    ),
    (e.Refused(ITEM, "amount_zero"), "A command was refused: the amount was zero."),
]  # fmt: skip
