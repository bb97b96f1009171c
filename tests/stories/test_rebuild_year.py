"""A year is played, spoilt in every way, and lost: what of it comes back, and is the rest named?"""

from __future__ import annotations

import pytest

from demo.at_once import a_passing_folder
from tests.stories.rebuilt import Lost, lost_and_rebuilt
from tests.stories.small_year import Spoilt, a_small_year

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


async def test_a_year_comes_back_and_what_does_not_is_named() -> None:
    with a_passing_folder() as folder:
        async with (
            a_small_year(folder) as (stage, player),
            lost_and_rebuilt(stage, folder, player.repository) as lost,
        ):
            everything_else_is_equal(lost, player)
            everything_gone_is_named(lost, player)


def everything_else_is_equal(lost: Lost, player: Spoilt) -> None:
    """Only what rests on the three things that are gone is missing, and nothing is invented."""
    assert lost.invented == []
    assert len(lost.after) > len(lost.missing) * 10
    gone = gone_comments(player)
    beside = [each for each in lost.missing if each.source not in gone]
    assert all(str(issue_gone(player)) in each.source or each.source == "event" for each in beside)
    assert {each.kind for each in beside} == {
        "ItemLabelled", "ItemGone", "ItemEnded", "PledgeExpired",
    }  # fmt: skip
    assert all(f"comment:{each.id}" in lost_sources(lost) for each in spoilt(player))


def everything_gone_is_named(lost: Lost, player: Spoilt) -> None:
    assert player.unreadable
    assert player.deleted
    assert player.gone
    names = (
        f"#{player.unreadable.issue.number}, comment {player.unreadable.id}: of @jana",
        f"#{player.deleted.issue.number}: a comment of @dora was deleted",
        f"#{player.gone.number}: there is no such issue any more",
        f"the panel #{player.unreadable.issue.number}: it says",
    )
    for name in names:
        assert any(loss.startswith(name) for loss in lost.losses), name
    others = [loss for loss in lost.losses if not loss.startswith((*names, "the digest #"))]
    assert others == [], "everything else is equal"
    assert not lost.rebuilt.is_whole


# --- pieces -----------------------------------------------------------------------------------


def spoilt(player: Spoilt):
    return [each for each in (player.unreadable, player.deleted) if each is not None]


def gone_comments(player: Spoilt) -> set[str]:
    assert player.gone is not None
    return {f"comment:{each.id}" for each in (*spoilt(player), *player.gone.comments)}


def issue_gone(player: Spoilt) -> int:
    assert player.gone is not None
    return player.gone.id


def lost_sources(lost: Lost) -> set[str]:
    return {each.source for each in lost.missing}
