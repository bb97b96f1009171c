"""Whose approval counts as that of somebody with no declared interest, and whose never does?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain import entries as e
from bot.domain.decisions import About
from bot.domain.pull_requests import interested_in
from bot.domain.reviews import (
    APPROVED,
    CHANGES_REQUESTED,
    DISMISSED,
    Reviewed,
    approving,
    independent,
)
from tests.domain.facts import ADA, AMY, BOB, DAN, FAY, IDA, LEO, MIA, NOW, ORG, WORK, ZOE, written
from tests.domain.kit import approved, scene
from tests.domain.scene import Scene

EVA, IVO, JOE, KIM = 31, 32, 33, 34
"""Somebody named newly, somebody named no more, and two whose pledges were not drawn on."""
PULL = 7
COMMENTED = "commented"


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody reviews: in which states, one after the other, and as what."""

    who: int
    states: tuple[str, ...] = (APPROVED,)
    writes: bool | None = True
    bot: bool = False


def funded() -> Scene:
    """Have a work order with everybody in it who can have an interest.

    Ada and Bob gave to the item, Bob for an organisation; Kim gave to the work order itself; Joe's
    pledge came later than the money was needed. Leo just paid.
    """
    world = scene()
    world.says(BOB, "/pledge $400 for @acme")
    world.says(MIA, "/accept P-1")
    world.says(ADA, "/pledge $300")
    approved(world, written(interested=(IDA, IVO)))
    world.says(KIM, "/pledge $300", WORK)
    world.says(DAN, "/cwo start", WORK)
    world.says(JOE, "/pledge $300")
    world.says(MIA, "/received $5 from @leo", WORK)
    world.edit(written(interested=(IDA, EVA), scope="More", developers=(DAN,)))
    return world


def counted(case: Case, author: int = DAN) -> list[int]:
    """Give whose approval counts, as a check run shows it."""
    world = funded()
    known = world.known(About(order_number=WORK.number, whole=True))
    assert known.order is not None
    reviews = [
        Reviewed(
            id=n,
            reviewer=case.who,
            bot=case.bot,
            writes=case.writes,
            state=state,
            asked_changes=state == CHANGES_REQUESTED,
            commit="c0ffee",
            at=NOW + timedelta(hours=n),
        )
        for n, state in enumerate(case.states)
    ]
    interested = interested_in(known.order, known, author)
    return [each.reviewer for each in independent(approving(reviews, author), interested)]


INTERESTED = {
    "the funder named": Case(FAY),
    "a pledger drawn on": Case(ADA),
    "a pledger who spoke for an organisation": Case(BOB),
    "the organisation": Case(ORG),
    "a pledger to the work order itself": Case(KIM),
    "somebody who paid and had pledged nothing": Case(LEO),
    "a developer": Case(DAN),
    "the author of the pull request": Case(ZOE),
    "named in the approved text and the new one": Case(IDA),
    "named in the approved text only": Case(IVO),
    "named in the new text only": Case(EVA),
}
NOT_APPROVING = {
    "without write access": Case(MIA, writes=False),
    "with access that nobody knows of": Case(MIA, writes=None),
    "a bot": Case(MIA, bot=True),
    "who only commented": Case(MIA, (COMMENTED,)),
    "who requested changes": Case(MIA, (CHANGES_REQUESTED,)),
    "whose approval was dismissed": Case(MIA, (APPROVED, DISMISSED)),
    "who then requested changes": Case(MIA, (APPROVED, CHANGES_REQUESTED)),
    "who then requested changes and commented": Case(MIA, (APPROVED, CHANGES_REQUESTED, COMMENTED)),
    "whose newest approval was dismissed": Case(MIA, (APPROVED, APPROVED, DISMISSED)),
    "nobody": Case(MIA, ()),
}
NOT_INTERESTED = {
    "a steward": Case(MIA),
    "the author of the work order": Case(AMY),
    "a pledger whom nothing was drawn from": Case(JOE),
    "who approved and then commented": Case(MIA, (APPROVED, COMMENTED)),
    "who first requested changes": Case(MIA, (CHANGES_REQUESTED, APPROVED)),
    "who approved again after a dismissal": Case(MIA, (APPROVED, DISMISSED, APPROVED)),
    "who approved twice": Case(MIA, (APPROVED, APPROVED)),
}


@pytest.mark.parametrize("who", INTERESTED)
def test_whoever_has_an_interest_never_counts_whatever_access_they_have(who: str) -> None:
    author = ZOE if "author" in who else DAN
    assert counted(INTERESTED[who], author) == []
    again = replace(INTERESTED[who], states=(CHANGES_REQUESTED, APPROVED, COMMENTED, APPROVED))
    assert counted(again, author) == []


@pytest.mark.parametrize("who", NOT_APPROVING)
def test_whose_approval_does_not_stand_or_weigh_never_counts(who: str) -> None:
    assert counted(NOT_APPROVING[who]) == []


@pytest.mark.parametrize("who", NOT_INTERESTED)
def test_everybody_else_who_approves_and_may_write_counts_once(who: str) -> None:
    assert counted(NOT_INTERESTED[who]) == [NOT_INTERESTED[who].who]


@pytest.mark.parametrize("who", INTERESTED)
def test_a_renamed_login_changes_nothing_since_people_are_numbers(who: str) -> None:
    world = funded()
    world.edit(written(interested=(IDA, EVA), scope="More", logins="dan-the-new fay-2 ida eva"))
    known = world.known(About(order_number=WORK.number, whole=True))
    assert known.order is not None
    before = funded().known(About(order_number=WORK.number, whole=True))
    assert before.order is not None
    assert INTERESTED[who].who in interested_in(known.order, known, ZOE)
    assert interested_in(known.order, known, ZOE) >= interested_in(before.order, before, ZOE) - {
        IVO
    }


def test_who_has_withdrawn_what_was_drawn_on_is_still_interested() -> None:
    world = funded()
    world.says(ADA, "/withdraw P-2")
    known = world.known(About(order_number=WORK.number, whole=True))
    assert known.order is not None
    assert ADA in interested_in(known.order, known, None)


def test_whose_payment_was_a_slip_of_the_pen_has_no_interest() -> None:
    world = funded()
    world.says(MIA, "/reverse R-1 it was Lea", WORK)
    known = world.known(About(order_number=WORK.number, whole=True))
    assert known.order is not None
    assert LEO not in interested_in(known.order, known, None)


def test_once_it_is_cancelled_those_who_gave_nothing_are_not() -> None:
    world = funded()
    world.says(MIA, "/received $400 from @acme", WORK)
    world.says(AMY, "/cwo cancel Other plans.", WORK)
    known = world.known(About(order_number=WORK.number, whole=True))
    assert known.order is not None
    interested = interested_in(known.order, known, None)
    assert {BOB, ORG} <= interested
    assert ADA not in interested


# --- merging ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [case.who for case in INTERESTED.values() if case.who != ZOE])
def test_a_merge_by_somebody_with_an_interest_says_so(who: int) -> None:
    assert merged_by(who) == [(who, True)]


@pytest.mark.parametrize("who", [MIA, AMY, JOE, ZOE])
def test_a_merge_by_anybody_else_says_that(who: int) -> None:
    assert merged_by(who) == [(who, False)]


def test_the_author_of_a_pull_request_who_merges_it_has_an_interest() -> None:
    world = funded()
    world.link(MIA, PULL, ZOE, "#57")
    world.pull(PULL, ZOE, merged_by=ZOE)
    assert merges(world) == [(ZOE, True)]


def merged_by(who: int) -> list[tuple[int | None, bool]]:
    world = funded()
    world.pull(PULL, DAN, "CWO: #57")
    world.pull(PULL, DAN, "CWO: #57", merged_by=who)
    world.pull(PULL, DAN, "CWO: #57", merged_by=who)
    return merges(world)


def merges(world: Scene) -> list[tuple[int | None, bool]]:
    found = [entry for entry in world.recorded(e.PullMerged) if isinstance(entry, e.PullMerged)]
    return [(entry.by, entry.interested) for entry in found]


def test_no_money_moves_because_of_a_merge() -> None:
    world = funded()
    world.pull(PULL, DAN, "CWO: #57")
    before = world.pledges()
    decision = world.pull(PULL, DAN, "CWO: #57", merged_by=MIA)
    assert [type(entry) for entry in decision.entries] == [e.PullMerged]
    assert world.pledges() == before
