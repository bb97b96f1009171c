"""Are the deliveries of the bench what they say they are?"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from bench.mix import DECIDED, SHARES, Mix, Told
from bench.words import APP, SECRET
from bot.events.happened import CommentMade, IssueLabelled
from bot.events.reading import Heard, hear
from bot.intake.signing import is_signed

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return Mix(NOW, repos=(1, 2, 3)).of(500)


def _heard(one: Told) -> Heard:
    return hear(one.event, one.body, NOW)


def test_no_two_are_alike(told: list[Told]):
    assert len({one.delivery for one in told}) == len({one.body for one in told}) == 500


def test_the_same_arguments_make_the_same_deliveries(told: list[Told]):
    assert Mix(NOW, repos=(1, 2, 3)).of(500) == told


def test_shares_are_exact(told: list[Told]):
    assert Counter(one.kind for one in told) == {kind: 5 * n for kind, n in SHARES.items()}


def test_each_is_signed(told: list[Told]):
    assert all(is_signed(one.body, one.signature, (SECRET,)) for one in told[:20])


def test_a_quarter_asks_for_a_decision(told: list[Told]):
    assert sum(one.kind in DECIDED for one in told) == 125
    for one in told:
        if one.kind in DECIDED:
            assert isinstance(_heard(one).event, CommentMade | IssueLabelled), one.kind


def test_what_asks_for_nothing_is_heard_as_that(told: list[Told]):
    for one in told:
        if one.kind in {"own", "push", "other"}:
            assert _heard(one).event is None, one.kind


def test_the_bots_own_comments_are_its_own(told: list[Told]):
    own = [_heard(one).sighted for one in told if one.kind == "own"]
    assert {each and each.app for each in own} == {APP}
