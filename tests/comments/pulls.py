"""What are the examples of pull requests under a work order, and of the check run on them?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.order_panel import DisclosureShown, PullShown
from bot.domain.parity import Access, Figures, Group, Parity
from bot.domain.reviews import Approval, PullFacts
from bot.domain.views import Link
from tests.comments.facts import NOW
from tests.comments.panels import ORDER

DAY = timedelta(days=1)


def approval(reviewer: int, *, writes: bool | None = True, bot: bool = False) -> Approval:
    """Approve a pull request."""
    return Approval(reviewer, bot, writes, "c0ffee", NOW)


def link(number: int, *, linked: bool = True, interested_merge: bool | None = None) -> Link:
    """Let a pull request name the work order."""
    return Link(number, ORDER, linked, True, False, 5, 90, NOW, interested_merge=interested_merge)


def facts(number: int, **more: object) -> PullFacts:
    """Make an open pull request, ready for review since two days."""
    known = PullFacts(
        number=number,
        title="Make the parser streaming",
        author=5,
        by_bot=False,
        author_writes=False,
        order=ORDER,
        opened_at=NOW - 2 * DAY,
        from_opening=True,
        ready_at=NOW - 2 * DAY,
        first_review_at=None,
        rounds=0,
        approvals=(),
        merged_at=None,
        merged_by=None,
        closed_at=None,
        base="main",
        into_default=True,
        reverted_by=None,
        is_draft=False,
        head="c0ffee",
    )
    return replace(known, **more)  # type: ignore[arg-type]


MERGED = facts(
    61,
    ready_at=NOW - 9 * DAY,
    first_review_at=NOW - 9 * DAY + timedelta(hours=5),
    rounds=2,
    approvals=(approval(1), approval(6), approval(2, writes=False)),
    merged_at=NOW - DAY,
    merged_by=6,
    closed_at=NOW - DAY,
)
PULLS = (
    PullShown(link(68), facts(68, is_draft=True, ready_at=None)),
    PullShown(link(67, linked=False), facts(67, author=2)),
    PullShown(link(66), facts(66, approvals=(approval(1),), first_review_at=NOW - DAY), 1),
    PullShown(link(65), facts(65, closed_at=NOW, rounds=1, first_review_at=NOW - 2 * DAY)),
    PullShown(link(64), facts(64, from_opening=False, approvals=(approval(6),))),
    PullShown(link(63), None),
    PullShown(
        link(62, interested_merge=False),
        replace(MERGED, number=62, base="fix`es|#1", into_default=False, merged_by=1, rounds=1),
        1,
    ),
    PullShown(link(61, interested_merge=True), replace(MERGED, reverted_by=70), 1),
)


def figures(count: int, first_review: timedelta | None) -> Figures:
    """Make the figures of a group."""
    return Figures(count, count, count, count, first_review, 1.0, 0.5, None)


PARITY = Parity(
    NOW - 90 * DAY,
    NOW,
    (
        Group(Access.WRITES, figures(7, timedelta(hours=5)), figures(31, 3 * DAY)),
        Group(Access.DOES_NOT_WRITE, figures(2, None), figures(12, 6 * DAY)),
    ),
)

# --- check runs -------------------------------------------------------------------------------

LINKED = DisclosureShown(
    repository="acme/rocket",
    number=61,
    head="c0ffee",
    order=57,
    linked=True,
    ended=False,
    author=5,
    funders=(7, 8, 2),
    funders_left=3,
    approvals=(approval(1), approval(6), approval(2, writes=False), approval(3, bot=True)),
    independent=(1,),
)
DISCLOSURES: dict[str, DisclosureShown] = {
    "disclosure_shown/linked": LINKED,
    "disclosure_shown/no_approvals": replace(
        LINKED, funders=(), funders_left=0, approvals=(), independent=()
    ),
    "disclosure_shown/funder_not_confirmed": replace(LINKED, funders=(2,), funders_left=0, named=7),
    "disclosure_shown/nobody_confirmed": replace(LINKED, funders=(), funders_left=0, named=8),
    "disclosure_shown/named": replace(LINKED, linked=False),
    "disclosure_shown/ended": replace(LINKED, linked=False, ended=True),
}
