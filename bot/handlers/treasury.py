"""Commands of the treasury: what came in, what went out, what went back, and what was wrong."""

from __future__ import annotations

from functools import partial

from bot.domain import treasury as decide
from bot.domain.asked_money import MoneyAsked, Party, RecordNamed
from bot.domain.decisions import About, Choice, Decide, Proposal
from bot.domain.order_guards import Holders
from bot.domain.refusals import Refusal, Why
from bot.domain.roles import Role
from bot.lookup import Lookup
from bot.routing import Command, Router, Said

router = Router()

PARTY = '<@login or "name">'
RECEIVED = Command(
    "received",
    f"/received <amount> from {PARTY} [for P-n] [settles <amount>] [fee <amount>]"
    " [on YYYY-MM-DD] [ref …]",
    "a treasurer",
    "Records money that came in, and settles a pledge with it.",
)
PAID = Command(
    "paid",
    f"/paid <amount> to {PARTY} [direct from {PARTY} [for P-n] [settles <amount>]]"
    " [on YYYY-MM-DD] [ref …]",
    "a treasurer, not the payee",
    "Records a payment out of what was received here, or one that a funder made directly.",
)
REFUNDED = Command(
    "refunded",
    f"/refunded <amount> to {PARTY} [for P-n] [settles <amount>] [on YYYY-MM-DD] [ref …]",
    "a treasurer",
    "Records that money went back.",
)
REVERSE = Command(
    "reverse", "/reverse R-n <reason>", "a treasurer", "Takes a wrong record back by a new one."
)


@router.command(RECEIVED)
async def received(said: Said, ask: Lookup) -> Proposal:
    """Propose a receipt."""
    asked = MoneyAsked.received(said.rest)
    giver = await _party(asked.giver, said, ask)
    rights = await ask.rights(said.repo, said.spoken.by)
    decision = partial(decide.decide_received, asked, giver, said.spoken, rights)
    return _proposal(said, asked, giver, decision)


@router.command(PAID)
async def paid(said: Said, ask: Lookup) -> Proposal:
    """Propose a payment, out of a fund here or past it."""
    asked = MoneyAsked.paid(said.rest)
    payee = await _party(asked.payee, said, ask)
    rights = await ask.rights(said.repo, said.spoken.by)
    treasurers = await _treasurers(payee, said, ask)
    if not asked.direct:
        decision = partial(decide.decide_paid, asked, payee, said.spoken, rights, treasurers)
        return _proposal(said, asked, None, decision)
    giver = await _party(asked.giver, said, ask)
    directly = partial(
        decide.decide_paid_directly, asked, giver, payee, said.spoken, rights, treasurers
    )
    return _proposal(said, asked, giver, directly)


@router.command(REFUNDED)
async def refunded(said: Said, ask: Lookup) -> Proposal:
    """Propose a refund."""
    asked = MoneyAsked.refunded(said.rest)
    giver = await _party(asked.giver, said, ask)
    rights = await ask.rights(said.repo, said.spoken.by)
    decision = partial(decide.decide_refunded, asked, giver, said.spoken, rights)
    return _proposal(said, asked, giver, decision)


@router.command(REVERSE)
async def reverse(said: Said, ask: Lookup) -> Proposal:
    """Propose that a record is taken back."""
    asked = RecordNamed.read(said.rest)
    rights = await ask.rights(said.repo, said.spoken.by)
    spoken = said.spoken
    about = About(spoken.issue.id, spoken.by.id, record=asked.record)
    return Proposal(about, partial(decide.decide_reverse, asked, spoken, rights))


def _proposal(said: Said, asked: MoneyAsked, party: int | None, decision: Decide) -> Proposal:
    spoken = said.spoken
    choice = Choice.NONE if party is None else Choice.OF_PARTY
    about = About(
        spoken.issue.id,
        spoken.by.id,
        choice=choice,
        pledge=asked.pledge,
        party=party,
        whole=True,
    )
    return Proposal(about, decision)


async def _party(party: Party | None, said: Said, ask: Lookup) -> int:
    """Find whoever is meant: an account, or a name that no account need stand behind."""
    assert party is not None
    if party.login is None:
        await ask.person(said.spoken.by)  # so that nobody is unknown by their own login
        return await ask.party(party.name or "")
    account = await ask.account(said.repo, party.login)
    if account is None:
        raise Refusal(Why.ACCOUNT_UNKNOWN, account=party.login)
    return await ask.person(account)


async def _treasurers(payee: int, said: Said, ask: Lookup) -> Holders:
    """Look up every treasurer, where the payee records the payment and may be the only one."""
    if payee != await ask.person(said.spoken.by):
        return None
    return await ask.holders(said.repo, Role.TREASURER)
