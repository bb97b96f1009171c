"""How a pull request was reviewed, and whether funded ones were reviewed like the others."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.parity import FEWEST, Access, Figures, Parity, compare
from bot.domain.reviews import (
    Approval,
    PullFacts,
    Reviewed,
    approving,
    first_review_at,
    independent,
    rounds,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR = (NOON - 365 * DAY, NOON + DAY)
ADA, BOB, MIA, ROBOT = 11, 12, 13, 14
ORDER = 9001


def review(state: str = "approved", hours: float = 1, by: int = BOB, **changed: Any) -> Reviewed:
    """A review of Ada's pull request, so long after it was opened."""
    given_: dict[str, Any] = {
        "id": int(hours * 10),
        "reviewer": by,
        "bot": by == ROBOT,
        "writes": True,
        "state": state,
        "asked_changes": state == "changes_requested",
        "commit": "c0ffee",
        "at": NOON + hours * HOUR,
    }
    return Reviewed(**given_ | changed)


def pull(**changed: Any) -> PullFacts:
    given_: dict[str, Any] = {
        "number": 1,
        "title": "Faster",
        "author": ADA,
        "by_bot": False,
        "author_writes": True,
        "order": None,
        "opened_at": NOON,
        "from_opening": True,
        "ready_at": NOON,
        "first_review_at": None,
        "rounds": 0,
        "approvals": (),
        "merged_at": None,
        "merged_by": None,
        "closed_at": None,
        "base": "main",
        "into_default": True,
        "reverted_by": None,
        "is_draft": False,
        "head": "c0ffee",
    }
    return PullFacts(**given_ | changed)


def merged(hours: float, **changed: Any) -> PullFacts:
    at = NOON + hours * HOUR
    return pull(merged_at=at, closed_at=at, **changed)


# --- one pull request -------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["approved", "changes_requested", "commented", "dismissed"])
def test_a_review_of_whatever_kind_is_a_first_review(state: str) -> None:
    assert first_review_at([review(hours=5), review(state, 2)], ADA, NOON) == NOON + 2 * HOUR


@pytest.mark.parametrize("by", [ADA, ROBOT])
def test_neither_the_author_nor_a_bot_is_the_first_to_review(by: int) -> None:
    assert first_review_at([review(by=by)], ADA, NOON) is None
    assert first_review_at([review(by=by), review(hours=2)], ADA, NOON) == NOON + 2 * HOUR


def test_what_is_said_of_a_draft_is_no_review_yet() -> None:
    given_ = [review(hours=1), review(hours=3), review(hours=4)]
    assert first_review_at(given_, ADA, NOON + 3 * HOUR) == NOON + 3 * HOUR
    assert first_review_at(given_, ADA, None) is None


def test_rounds_are_heads_on_which_others_requested_changes() -> None:
    asked = "changes_requested"
    given_ = [
        review(asked, 1, commit="a"),
        review(asked, 2, by=MIA, commit="a"),
        review(asked, 3, commit="b"),
        review("dismissed", 4, commit="c", asked_changes=True),
        review(asked, 5, by=ROBOT, commit="d"),
        review(asked, 6, by=ADA, commit="e"),
        review("approved", 7, commit="f"),
    ]
    assert rounds(given_, ADA) == 3
    assert rounds([], ADA) == 0


@pytest.mark.parametrize(
    ("states", "stands"),
    [
        (["approved"], True),
        (["approved", "commented"], True),
        (["approved", "changes_requested"], False),
        (["approved", "dismissed"], False),
        (["changes_requested", "approved"], True),
        (["dismissed", "approved"], True),
        (["dismissed", "commented"], False),
        (["commented"], False),
        (["approved", "changes_requested", "approved"], True),
        (["approved", "changes_requested", "commented"], False),
        ([], False),
    ],
)
def test_a_persons_newest_word_decides_whether_they_approve(
    states: list[str], stands: bool
) -> None:
    given_ = [review(state, hour) for hour, state in enumerate(states, 1)]
    for order in itertools.permutations(given_):
        assert bool(approving(order, ADA)) is stands


def test_approvals_come_in_the_order_in_which_they_were_given() -> None:
    given_ = [review(hours=3, by=MIA), review(hours=1), review(hours=2, by=ROBOT)]
    assert [each.reviewer for each in approving(given_, ADA)] == [BOB, ROBOT, MIA]
    again = [*given_, review(hours=9)]
    assert [each.reviewer for each in approving(again, ADA)] == [ROBOT, MIA, BOB]


def test_of_two_words_in_one_second_the_one_with_the_greater_number_is_newer() -> None:
    given_ = [review("approved", id=1), review("changes_requested", id=2)]
    assert approving(given_, ADA) == approving(given_[::-1], ADA) == ()


def test_authors_do_not_approve_of_their_own_work() -> None:
    assert approving([review(by=ADA)], ADA) == ()
    assert len(approving([review(by=ADA)], None)) == 1


@pytest.mark.parametrize(
    ("changed", "interested", "counts"),
    [
        ({}, {MIA}, True),
        ({}, {BOB}, False),
        ({"writes": False}, set(), False),
        ({"writes": None}, set(), False),
        ({"bot": True}, set(), False),
    ],
)
def test_an_independent_approval_is_of_a_person_who_writes_and_has_no_declared_interest(
    changed: dict[str, Any], interested: set[int], counts: bool
) -> None:
    approval = replace(Approval(BOB, bot=False, writes=True, commit="c0ffee", at=NOON), **changed)
    expected = (approval,) if counts else ()
    assert independent([approval], frozenset(interested)) == expected


def test_times_are_counted_from_being_ready() -> None:
    ready = {"ready_at": NOON + 5 * HOUR}
    assert merged(12, **ready).to_merge == 7 * HOUR
    assert pull(first_review_at=NOON + 6 * HOUR, **ready).to_first_review == HOUR
    assert (pull(**ready).to_merge, pull(**ready).to_first_review) == (None, None)
    assert merged(4, **ready).to_merge == timedelta(0), "made ready by the merge itself"
    assert (merged(4, ready_at=None).to_merge, pull().is_open, merged(4).is_open) == (
        None,
        True,
        False,
    )


# --- parity -----------------------------------------------------------------------------------


def test_funded_and_not_funded_ones_stand_side_by_side() -> None:
    others = [
        merged(hours, first_review_at=NOON + HOUR, rounds=hours % 2) for hours in (2, 4, 6, 8, 30)
    ]
    closed = [pull(closed_at=NOON + DAY, order=ORDER, rounds=2)] * 3
    funded = [
        merged(hours, first_review_at=NOON + 3 * HOUR, order=ORDER) for hours in (1, 1, 5, 9, 9)
    ]
    (writing, stranger) = compared(*others, *closed, *funded, pull(author_writes=False)).groups
    assert (writing.access, stranger.access) == (Access.WRITES, Access.DOES_NOT_WRITE)
    assert writing.not_funded == Figures(5, 5, 5, 5, HOUR, 0.0, 1.0, 6 * HOUR)
    assert writing.funded == Figures(8, 5, 8, 5, 3 * HOUR, 0.0, 0.625, 5 * HOUR)
    assert stranger.not_funded == Figures(1, 0, 0, 0, None, None, None, None)
    assert stranger.funded == Figures(0, 0, 0, 0, None, None, None, None)


def test_a_median_between_two_is_their_middle() -> None:
    found = figures(*(merged(hours, rounds=hours) for hours in (1, 1, 1, 2, 2, 2)))
    assert (found.rounds, found.to_merge) == (1.5, 1.5 * HOUR)


@pytest.mark.parametrize("count", range(FEWEST + 2))
def test_fewer_than_five_show_their_count_and_nothing_else(count: int) -> None:
    found = figures(*[merged(1, first_review_at=NOON)] * count)
    shown = (found.first_review, found.rounds, found.share_merged, found.to_merge)
    assert found.count == count
    assert found.too_few is (count < FEWEST)
    assert all((figure is None) is found.too_few for figure in shown)


def test_a_figure_that_few_of_many_make_is_not_shown() -> None:
    found = figures(*[pull()] * 6, *[merged(1, first_review_at=NOON)] * 4)
    assert found == Figures(10, 4, 4, 4, None, 0.0, None, None)


def test_a_reverted_one_was_merged() -> None:
    assert figures(*[merged(1, reverted_by=7)] * 5).share_merged == 1.0


def test_the_period_is_half_open_and_about_the_opening() -> None:
    since, until = YEAR
    moments = (since - timedelta(seconds=1), since, until - timedelta(seconds=1), until)
    pulls = [pull(opened_at=moment, ready_at=moment) for moment in moments]
    assert figures(*pulls).count == 2


@pytest.mark.parametrize("changed", [{"by_bot": True}, {"from_opening": False}])
def test_bots_and_those_whose_opening_we_did_not_hear_are_left_out(changed: dict[str, Any]) -> None:
    assert figures(pull(**changed), pull()).count == 1


def test_authors_of_whom_nothing_is_known_make_a_group_only_where_there_are_any() -> None:
    assert [group.access for group in compared(pull()).groups] == [
        Access.WRITES,
        Access.DOES_NOT_WRITE,
    ]
    groups = compared(pull(author_writes=None, order=ORDER, author=None)).groups
    assert groups[-1].access is Access.NOT_KNOWN
    assert (groups[-1].funded.count, groups[-1].not_funded.count) == (1, 0)


@st.composite
def pulls(draw: st.DrawFn) -> PullFacts:
    hours = st.one_of(st.none(), st.integers(0, 500).map(lambda n: NOON + n * HOUR))
    closed_at = draw(hours)
    return pull(
        order=draw(st.sampled_from([None, ORDER])),
        author_writes=draw(st.sampled_from([None, True, False])),
        by_bot=draw(st.booleans()),
        first_review_at=draw(hours),
        rounds=draw(st.integers(0, 9)),
        closed_at=closed_at,
        merged_at=draw(st.sampled_from([None, closed_at])),
    )


@given(st.lists(pulls(), max_size=40), st.randoms())
def test_every_one_is_counted_once_and_their_order_does_not_matter(
    given_: list[PullFacts], random: Any
) -> None:
    found = compared(*given_)
    shuffled = list(given_)
    random.shuffle(shuffled)
    assert compared(*shuffled) == found
    every = [each for group in found.groups for each in (group.funded, group.not_funded)]
    assert sum(each.count for each in every) == sum(not each.by_bot for each in given_)
    assert all(each.count >= each.ended >= each.merged for each in every)
    assert all(0 <= each.share_merged <= 1 for each in every if each.share_merged is not None)


def compared(*given_: PullFacts) -> Parity:
    found = compare(given_, *YEAR)
    assert (found.since, found.until) == YEAR
    return found


def figures(*given_: PullFacts) -> Figures:
    """What these show, all of which are not funded and by people who write."""
    return compared(*given_).groups[0].not_funded
