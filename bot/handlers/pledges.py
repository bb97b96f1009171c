"""Commands about pledges, and the moments at which a pledge ends."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.domain import pledges as decide
from bot.domain.asked import PledgeAsked, PledgeNamed
from bot.domain.decisions import About, Choice, Proposal
from bot.domain.refusals import Refusal, Why
from bot.events.happened import PledgeDeadlinePassed
from bot.lookup import Lookup
from bot.routing import Command, Router, Said

router = Router()

PLEDGE = Command(
    "pledge",
    "/pledge <amount> [for @org] [on completion] [until YYYY-MM-DD]",
    "anyone",
    "Promises an amount to this item. `for @org` waits for a steward's word.",
)
WITHDRAW = Command("withdraw", "/withdraw [P-n]", "the pledger", "Takes an own pledge back.")
SENT = Command(
    "sent",
    "/sent [P-n] [ref …]",
    "the pledger",
    "Says that the money is on its way; it counts once a treasurer has seen it.",
)
ACCEPT = Command(
    "accept", "/accept [P-n]", "a steward, not the pledger", "Lets an offered pledge stand."
)
DECLINE = Command(
    "decline",
    "/decline [P-n] <reason>",
    "a steward, not the pledger",
    "Declines a pledge, with a reason that everybody can read.",
)


@router.command(PLEDGE)
async def pledge(said: Said, ask: Lookup) -> Proposal:
    """Propose a pledge; an organisation that is spoken for must exist."""
    asked = PledgeAsked.read(said.rest)
    funder = await _organisation(asked, said, ask)
    about = replace(_about(said, Choice.OWN_LIVE, funder=funder), whole=True)
    return Proposal(about, partial(decide.decide_pledge, asked, said.spoken))


@router.command(WITHDRAW)
async def withdraw(said: Said, _: Lookup) -> Proposal:
    """Propose that a pledge is taken back."""
    asked = PledgeNamed.alone(said.rest)
    about = _about(said, Choice.OWN_LIVE, pledge=asked.pledge)
    return Proposal(about, partial(decide.decide_withdraw, asked, said.spoken))


@router.command(SENT)
async def sent(said: Said, _: Lookup) -> Proposal:
    """Propose that a pledge is said to be paid."""
    asked = PledgeNamed.with_ref(said.rest)
    about = _about(said, Choice.OWN_LIVE, pledge=asked.pledge)
    return Proposal(about, partial(decide.decide_sent, asked, said.spoken))


@router.command(ACCEPT)
async def accept(said: Said, ask: Lookup) -> Proposal:
    """Propose that an offer stands."""
    asked = PledgeNamed.alone(said.rest)
    rights = await ask.rights(said.repo, said.spoken.by)
    about = _about(said, Choice.OFFERS, pledge=asked.pledge)
    return Proposal(about, partial(decide.decide_accept, asked, said.spoken, rights))


@router.command(DECLINE)
async def decline(said: Said, ask: Lookup) -> Proposal:
    """Propose that a pledge is declined."""
    asked = PledgeNamed.with_reason(said.rest)
    rights = await ask.rights(said.repo, said.spoken.by)
    about = _about(said, Choice.OFFERS, pledge=asked.pledge)
    return Proposal(about, partial(decide.decide_decline, asked, said.spoken, rights))


@router.event(PledgeDeadlinePassed)
async def deadline(event: PledgeDeadlinePassed, _: Lookup) -> list[Proposal]:
    """Propose that a pledge ends, because its moment has passed."""
    about = About(issue=event.issue, pledge=event.pledge)
    return [Proposal(about, partial(decide.decide_deadline, event.pledge, event.at))]


def _about(
    said: Said, choice: Choice, *, funder: int | None = None, pledge: int | None = None
) -> About:
    spoken = said.spoken
    return About(spoken.issue.id, spoken.by.id, funder=funder, choice=choice, pledge=pledge)


async def _organisation(asked: PledgeAsked, said: Said, ask: Lookup) -> int | None:
    """Find the organisation spoken for; `for @myself` is oneself."""
    login = asked.organisation
    if login is None or login.casefold() == said.spoken.by.login.casefold():
        return None
    account = await ask.account(said.repo, login)
    if account is None:
        raise Refusal(Why.ACCOUNT_UNKNOWN, account=login)
    if account.kind != "Organization":
        raise Refusal(Why.ACCOUNT_NOT_ORGANISATION, account=login)
    return account.id
