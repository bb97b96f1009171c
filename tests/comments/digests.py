"""What do the examples of digests show? A busy month, a quiet one, a first one, and one that goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain import figures as f
from bot.domain.calendar import span
from bot.domain.digests import DigestShown
from bot.domain.parity import Access
from bot.domain.states import Outcome, State
from tests.comments.facts import POSITION, RAILS

ZONE = "Europe/Paris"
OCTOBER = span("2026-10", ZONE)
PAGES = "https://bursar.example/acme/rocket"
SOLVER, DOCS, SPARSE, WINDOWS, ORDER, SECOND = 9001, 9002, 9003, 9004, 9057, 9058
PLACES = {SOLVER: 12, DOCS: 13, SPARSE: 15, WINDOWS: 21, ORDER: 57, SECOND: 58}
TITLES = {
    SOLVER: "Preconditioners for the iterative solvers",
    DOCS: "A tutorial on sparse formats | for newcomers",
    SPARSE: "Sparse tensors",
    WINDOWS: "Wheels for Windows on ARM",
    ORDER: "Work order: preconditioners",
    SECOND: "Work order: the tutorial",
}


def line(pledge: int, minor: int, currency: str = "USD", **changed: int) -> f.PledgeLine:
    """A pledge of Ada's on the solver, but for what is said."""
    given = {"issue": SOLVER, "pledger": 1, "funder": 1, "comment": 7000 + pledge, "seq": pledge}
    return f.PledgeLine(pledge=pledge, minor=minor, currency=currency, **given | changed)


def item(issue: int, reach: f.Reach, goal: int | None, *sums: f.ItemSum) -> f.ItemLine:
    """A roadmap item, with its goal in dollars."""
    return f.ItemLine(
        issue=issue,
        number=PLACES[issue],
        reach=reach,
        goal_minor=goal,
        goal_currency=None if goal is None else "USD",
        sums=sums,
    )


def group(count: int, seconds: int | None, merged: int) -> f.ReviewFigures:
    """Pull requests side by side."""
    few = count < 5
    return f.ReviewFigures(
        count=count,
        reviewed=count,
        ended=count,
        merged=merged,
        first_review_seconds=None if few else seconds,
        rounds_twice=None if few else 3,
        to_merge_seconds=None if few or seconds is None else 4 * seconds,
    )


def correction(seq: int, kind: str, **changed: object) -> f.Correction:
    """Something that was told late, or taken back."""
    given: dict[str, object] = {
        "month": "2026-10",
        "at": datetime(2026, 9, 29, 9, tzinfo=UTC),
        "day": None,
        "issue": SOLVER,
        "pledge": None,
        "record": None,
        "minor": None,
        "currency": None,
        "comment": 7700 + seq,
    }
    return f.Correction(seq=seq, kind=kind, **given | changed)  # type: ignore[arg-type]


PROMISED = (
    f.Promised(
        currency="EUR",
        made=1_250_50,
        made_count=2,
        offered_now=900_00,
        standing_now=2_250_50,
        by_age=(1_250_50, 0, 1_000_00, 0, 0),
    ),
    f.Promised(
        currency="USD",
        made=12_500_00,
        made_count=14,
        withdrawn=250_00,
        withdrawn_count=1,
        declined=5_000_00,
        declined_count=1,
        expired=75_00,
        expired_count=3,
        fell_due=2_000_00,
        fell_due_count=2,
        lapsed=100_00,
        lapsed_count=1,
        standing_now=8_400_00,
        completion_now=1_000_00,
        due_now=2_000_00,
        lapsed_now=100_00,
        by_age=(6_000_00, 3_400_00, 2_000_00, 0, 0),
    ),
)
REVIEWS = f.Reviews(
    since=span("2025-11", ZONE).begins_at,
    groups=(
        f.ReviewGroup(
            access=Access.WRITES,
            funded=group(9, 3 * 86_400, 8),
            not_funded=group(41, 2 * 86_400, 36),
        ),
        f.ReviewGroup(
            access=Access.DOES_NOT_WRITE, funded=group(2, None, 1), not_funded=group(63, 7_200, 40)
        ),
    ),
    merges=3,
    interested_merges=1,
    independent=5,
    interested=1,
)
BUSY_FIGURES = f.Figures(
    month=OCTOBER.month,
    begins_at=OCTOBER.begins_at,
    ends_at=OCTOBER.ends_at,
    zone=ZONE,
    previous=61,
    quiet=False,
    under_review=1,
    offers_waiting=3,
    offers=(line(31, 900_00, "EUR", pledger=2, funder=7, issue=DOCS), line(33, 10_000_00)),
    orders_waiting_count=2,
    orders_waiting=(
        f.WaitingOrder(
            issue=SECOND, number=58, changed=False, since=datetime(2026, 10, 20, 8, tzinfo=UTC)
        ),
        f.WaitingOrder(
            issue=ORDER, number=57, changed=True, since=datetime(2026, 10, 29, 8, tzinfo=UTC)
        ),
    ),
    promised=PROMISED,
    new=tuple(line(50 - n, 500_00 + 100 * n, pledger=1 + n % 3, funder=1 + n % 3) for n in range(10)),
    due_count=2,
    due=(line(9, 1_500_00, pledger=3, funder=3), line(12, 500_00, pledger=2, funder=8)),
    declined=(line(22, 5_000_00, pledger=2, funder=7, seq=70),),
    money=(
        f.Moved(currency="EUR", opening=1_000_00, received=250_00, closing=1_250_00),
        f.Moved(
            currency="USD",
            opening=4_000_00,
            received=9_500_00,
            fees=285_00,
            paid=6_000_00,
            refunded=100_00,
            closing=7_115_00,
            direct=2_500_00,
            unmatched=50_00,
        ),
    ),
    funded=1,
    partly=2,
    not_funded=1,
    items=(
        item(SOLVER, f.Reach.FUNDED, 10_000_00,
             f.ItemSum(currency="EUR", pledged=250_50, received=0),
             f.ItemSum(currency="USD", pledged=6_400_00, received=4_000_00)),
        item(DOCS, f.Reach.PARTLY, 4_000_00,
             f.ItemSum(currency="USD", pledged=1_000_00, received=200_00)),
        item(SPARSE, f.Reach.PARTLY, None,
             f.ItemSum(currency="EUR", pledged=2_000_00, received=0)),
        item(WINDOWS, f.Reach.NOT_FUNDED, None),
    ),
    orders_count=2,
    orders=(
        f.OrderLine(issue=ORDER, number=57, state=State.ACTIVE, outcome=None, reports=2,
                    report_at=datetime(2026, 10, 25, 22, tzinfo=UTC), late=True, pulls=4, merged=3,
                    alone=False),
        f.OrderLine(issue=SECOND, number=58, state=State.CLOSED,
                    outcome=Outcome.DECLINED_ON_MERITS, reports=1, report_at=None, late=False,
                    pulls=0, merged=0, alone=True),
    ),
    reviews=REVIEWS,
    dependence=(
        f.Dependence(currency="EUR", total=1_250_00, largest=1_250_00, funder=7, funders=1),
        f.Dependence(currency="USD", total=21_000_00, largest=9_000_00, funder=8, funders=6),
    ),
    surges=(f.Surge(currency="USD", income=9_400_00, median_twice=4_000_00, months=11),),
    corrections_count=4,
    corrections=(
        correction(64, "MoneyReceived", record=5, pledge=9, minor=250_00, currency="USD",
                   day=date(2026, 9, 28), at=datetime(2026, 10, 2, 9, tzinfo=UTC)),
        correction(66, "PledgeWithdrawn", pledge=11, minor=250_00, currency="USD"),
        correction(69, "RecordReversed", record=3, minor=-100_00, currency="USD"),
        correction(70, "OrderReported", issue=ORDER),
    ),
)  # fmt: skip
BUSY = DigestShown(
    repository="acme/rocket",
    figures=BUSY_FIGURES,
    position=POSITION,
    reasons={22: "It would tie the solver to one vendor's format. Thank you all the same."},
    titles=TITLES,
    places=PLACES,
    rails=RAILS,
    pages=PAGES,
)
NOTHING = f.Figures(
    month=OCTOBER.month,
    begins_at=OCTOBER.begins_at,
    ends_at=OCTOBER.ends_at,
    zone=ZONE,
    previous=61,
    quiet=True,
    reviews=f.Reviews(since=REVIEWS.since),
)
QUIET = replace(BUSY, figures=replace(
    NOTHING,
    promised=(
        f.Promised(currency="USD", standing_now=500_00, by_age=(0, 0, 500_00, 0, 0)),
    ),
    money=(f.Moved(currency="USD", opening=1_000_00, closing=1_000_00),),
    partly=1,
    items=(
        item(SOLVER, f.Reach.PARTLY, 10_000_00,
             f.ItemSum(currency="USD", pledged=500_00, received=1_000_00)),
    ),
    dependence=(
        f.Dependence(currency="USD", total=1_000_00, largest=1_000_00, funder=1, funders=1),
    ),
), reasons={})  # fmt: skip
FIRST = replace(BUSY, figures=replace(
    NOTHING,
    previous=None,
    quiet=False,
    zone="UTC",
    begins_at=span("2026-10", "UTC").begins_at,
    ends_at=span("2026-10", "UTC").ends_at,
    promised=(
        f.Promised(currency="USD", made=25_00, made_count=1, standing_now=25_00,
                   by_age=(25_00, 0, 0, 0, 0)),
    ),
    new=(line(1, 25_00),),
    partly=1,
    items=(
        item(SOLVER, f.Reach.PARTLY, None, f.ItemSum(currency="USD", pledged=25_00, received=0)),
    ),
), reasons={}, rails=())  # fmt: skip
DIGESTS = {
    "digest_shown/busy": BUSY,
    "digest_shown/quiet": QUIET,
    "digest_shown/first": FIRST,
    "digest_shown/without_pages": replace(BUSY, pages=None),
    "digest_shown/not_final": replace(FIRST, is_final=False),
    "digest_shown/empty": replace(QUIET, figures=NOTHING),
}
