"""The treasury: between whom did money move, and who else could record it?"""

from __future__ import annotations

import pytest

from bot.domain import entries as e
from bot.domain.decisions import About, Choice, Known, Proposal
from bot.domain.movements import End, EndKind
from bot.domain.refs import Account
from bot.domain.refusals import No, Refusal, Why
from bot.domain.roles import Rights, Role
from bot.handlers import routes
from bot.lookup import CannotTell
from tests.domain.facts import known
from tests.handlers.fakes import ADA, DAN, ISSUE, MIA, NOW, ORG, Answers, commented

TREASURER = Rights(treasurer=True)


def treasury(**more: object) -> Answers:
    answers = Answers(rights={MIA.id: TREASURER})
    for name, value in more.items():
        setattr(answers, name, value)
    return answers


async def commanded(body: str, answers: Answers, by: Account = MIA) -> Proposal:
    (step,) = await routes().steps(commented(body, by), answers.lookup())
    assert isinstance(step.outcome, Proposal)
    return step.outcome


async def refused(body: str, answers: Answers) -> No:
    (step,) = await routes().steps(commented(body, MIA), answers.lookup())
    assert isinstance(step.outcome, No)
    return step.outcome


def entry_of(proposal: Proposal, here: Known | None = None) -> e.Entry:
    return proposal.decide(here or known(actor=MIA.id)).entries[0]


async def test_a_receipt_names_the_giver_by_login() -> None:
    answers = treasury()
    proposal = await commanded("/received $500 from @ACME for P-3", answers)
    assert proposal.about == About(
        ISSUE.id, MIA.id, choice=Choice.OF_PARTY, pledge=3, party=ORG.id, whole=True
    )
    assert answers.asked == ["spot", "account", "person", "rights"]


async def test_a_receipt_names_the_giver_by_name() -> None:
    answers = treasury()
    proposal = await commanded('/received $500 from "The Foundation"', answers)
    assert proposal.about.party == 7000
    received = entry_of(proposal)
    assert isinstance(received, e.MoneyReceived)
    assert received.moves[0].source == End(EndKind.FUNDER, 7000)
    assert answers.asked == ["spot", "person", "party", "rights"]
    again = await commanded('/received $500 from "The Foundation"', answers)
    assert again.about.party == 7000


@pytest.mark.parametrize("body", ["/received $5 from @nobody", "/paid $5 to @nobody"])
async def test_a_login_that_nobody_has_is_said(body: str) -> None:
    found = await refused(body, treasury())
    assert (found.why, found.facts) == (Why.ACCOUNT_UNKNOWN, {"account": "nobody"})


@pytest.mark.parametrize("body", ["/received $5 from ada", "/refunded $5 to the bank"])
async def test_a_word_is_neither_a_login_nor_a_name(body: str) -> None:
    answers = treasury()
    assert (await refused(body, answers)).why is Why.PARTY_UNREADABLE
    assert answers.asked == ["spot"]


async def test_a_payment_wants_no_pledges_and_a_direct_one_those_of_the_giver() -> None:
    answers = treasury()
    paid = await commanded("/paid $5 to @dan", answers)
    assert paid.about == About(ISSUE.id, MIA.id, whole=True)
    directly = await commanded("/paid $5 to @dan direct from @ada for P-2", answers)
    assert directly.about == About(
        ISSUE.id, MIA.id, choice=Choice.OF_PARTY, pledge=2, party=ADA.id, whole=True
    )
    entry = entry_of(await commanded("/paid $5 to @dan direct from @ada", treasury()))
    assert isinstance(entry, e.MoneyPaidDirectly)
    (move,) = entry.moves
    assert (move.source, move.target) == (
        End(EndKind.FUNDER, ADA.id),
        End(EndKind.PAYEE, DAN.id),
    )


async def test_the_other_treasurers_are_asked_for_only_where_the_payee_records() -> None:
    others = treasury()
    await commanded("/paid $5 to @dan", others)
    assert others.asked == ["spot", "account", "person", "rights", "person"]
    own = treasury()
    await commanded("/paid $5 to @mia", own)
    assert own.asked == [*others.asked, "holders"]


@pytest.mark.parametrize("treasurers", [{MIA.id}, {MIA.id, ADA.id}])
async def test_the_only_treasurer_may_record_their_own_payment(treasurers: set[int]) -> None:
    answers = treasury(holders={Role.TREASURER: frozenset(treasurers)})
    proposal = await commanded("/paid $5 to @mia direct from @ada", answers)
    if len(treasurers) == 1:
        entry = entry_of(proposal)
        assert isinstance(entry, e.MoneyPaidDirectly)
        assert entry.alone
        return
    with pytest.raises(Refusal) as caught:
        entry_of(proposal)
    assert caught.value.why is Why.OWN_PAYMENT


async def test_treasurers_who_cannot_all_be_seen_are_not_none_besides_the_payee() -> None:
    answers = treasury(holders={Role.TREASURER: None})
    proposal = await commanded("/paid $5 to @mia direct from @ada", answers)
    with pytest.raises(Refusal) as caught:
        entry_of(proposal)
    assert caught.value.why is Why.OWN_PAYMENT


async def test_a_refund_goes_to_whoever_gave() -> None:
    proposal = await commanded("/refunded $5 to @ada for P-2", treasury())
    assert proposal.about == About(
        ISSUE.id, MIA.id, choice=Choice.OF_PARTY, pledge=2, party=ADA.id, whole=True
    )


async def test_a_record_is_taken_back_by_its_number() -> None:
    answers = treasury()
    proposal = await commanded("/reverse r-7 typed twice", answers)
    assert proposal.about == About(ISSUE.id, MIA.id, record=7)
    assert answers.asked == ["spot", "rights"]
    with pytest.raises(Refusal) as caught:
        entry_of(proposal)
    assert (caught.value.why, caught.value.facts) == (Why.NO_SUCH_RECORD, {"record": "R-7"})


@pytest.mark.parametrize(
    "body",
    [
        "/received $5 from @ada",
        "/paid $5 to @dan",
        "/paid $5 to @dan direct from @ada",
        "/refunded $5 to @ada",
        "/reverse R-1 wrong",
    ],
)
async def test_only_a_treasurer_records_money(body: str) -> None:
    proposal = await commanded(body, Answers())
    with pytest.raises(Refusal) as caught:
        entry_of(proposal)
    assert caught.value.why is Why.NOT_TREASURER
    with pytest.raises(CannotTell):
        await commanded(body, treasury(unanswered="rights"))


async def test_a_day_ahead_is_refused_by_the_decision_and_not_here() -> None:
    proposal = await commanded(f"/received $5 from @ada on {NOW.year + 1}-01-01", treasury())
    with pytest.raises(Refusal) as caught:
        entry_of(proposal)
    assert caught.value.why is Why.DATE_AHEAD
