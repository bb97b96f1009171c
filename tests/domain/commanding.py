"""What do the handlers propose for a command? The same, without asking anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from bot.domain import asked_orders as orders
from bot.domain import pledges, roadmap, treasury, work_orders
from bot.domain.asked import PledgeAsked, PledgeNamed
from bot.domain.asked_money import MoneyAsked, Party, RecordNamed
from bot.domain.decisions import About, Choice, Decide, Decision, Proposal
from bot.domain.order_guards import Holders
from bot.domain.refs import Spoken
from bot.domain.roadmap import GoalAsked
from bot.domain.roles import Rights
from tests.domain.facts import LOGINS


class Asked(Protocol):
    """Who can be asked what a handler asks."""

    treasurers: frozenset[int]

    def rights(self, who: int) -> Rights:
        """Say what a person may do."""

    def party(self, party: Party | None) -> int:
        """Find whoever is meant."""

    def holders(self, who: int, issue: int) -> Holders:
        """Look up every steward, where whoever commands is involved."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as typed, by whom, and where."""

    scene: Asked
    who: int
    spoken: Spoken
    rest: str

    @property
    def rights(self) -> Rights:
        return self.scene.rights(self.who)

    @property
    def holders(self) -> Holders:
        return self.scene.holders(self.who, self.spoken.issue.id)

    def about(self, choice: Choice = Choice.NONE, **more: int | None) -> About:
        return About(self.spoken.issue.id, 1000 + self.who, choice=choice, **more)  # type: ignore[arg-type]

    def on_order(self, decide: Decide, choice: Choice = Choice.NONE) -> Proposal:
        return Proposal(replace(self.about(choice), whole=True), decide)


def _pledge(typed: Typed) -> Proposal:
    asked = PledgeAsked.read(typed.rest)
    funder = 1000 + LOGINS[asked.organisation] if asked.organisation else None
    about = typed.about(Choice.OWN_LIVE, funder=funder)
    return Proposal(about, partial(pledges.decide_pledge, asked, typed.spoken))


def _own(read: Callable[[str], PledgeNamed], decide: Callable[..., Decision]) -> Handles:
    def handle(typed: Typed) -> Proposal:
        asked = read(typed.rest)
        about = typed.about(Choice.OWN_LIVE, pledge=asked.pledge)
        return Proposal(about, partial(decide, asked, typed.spoken))

    return handle


def _offer(read: Callable[[str], PledgeNamed], decide: Callable[..., Decision]) -> Handles:
    def handle(typed: Typed) -> Proposal:
        asked = read(typed.rest)
        about = typed.about(Choice.OFFERS, pledge=asked.pledge)
        return Proposal(about, partial(decide, asked, typed.spoken, typed.rights))

    return handle


def _goal(typed: Typed) -> Proposal:
    asked = GoalAsked.read(typed.rest)
    decide = partial(roadmap.decide_goal, asked, typed.spoken, typed.rights)
    return Proposal(typed.about(), decide)


def _money(typed: Typed, asked: MoneyAsked, party: int | None, decide: Decide) -> Proposal:
    choice = Choice.NONE if party is None else Choice.OF_PARTY
    return Proposal(typed.about(choice, pledge=asked.pledge, party=party), decide)


def _received(typed: Typed) -> Proposal:
    asked = MoneyAsked.received(typed.rest)
    giver = typed.scene.party(asked.giver)
    decide = partial(treasury.decide_received, asked, giver, typed.spoken, typed.rights)
    return _money(typed, asked, giver, decide)


def _paid(typed: Typed) -> Proposal:
    asked = MoneyAsked.paid(typed.rest)
    payee = typed.scene.party(asked.payee)
    treasurers = typed.scene.treasurers if payee == typed.who else None
    more = (payee, typed.spoken, typed.rights, treasurers)
    if not asked.direct:
        return _money(typed, asked, None, partial(treasury.decide_paid, asked, *more))
    giver = typed.scene.party(asked.giver)
    decide = partial(treasury.decide_paid_directly, asked, giver, *more)
    return _money(typed, asked, giver, decide)


def _refunded(typed: Typed) -> Proposal:
    asked = MoneyAsked.refunded(typed.rest)
    giver = typed.scene.party(asked.giver)
    decide = partial(treasury.decide_refunded, asked, giver, typed.spoken, typed.rights)
    return _money(typed, asked, giver, decide)


def _reverse(typed: Typed) -> Proposal:
    asked = RecordNamed.read(typed.rest)
    decide = partial(treasury.decide_reverse, asked, typed.spoken, typed.rights)
    return Proposal(typed.about(record=asked.record), decide)


def _propose(typed: Typed) -> Proposal:
    orders.read_nothing(typed.rest)
    return typed.on_order(partial(work_orders.decide_propose, typed.spoken, None))


def _approve(typed: Typed) -> Proposal:
    orders.read_nothing(typed.rest)
    decide = partial(work_orders.decide_approve, typed.spoken, None, typed.rights, typed.holders)
    return typed.on_order(decide)


def _decline(typed: Typed) -> Proposal:
    reason = orders.read_reason(typed.rest)
    decide = partial(work_orders.decide_decline, reason, typed.spoken, typed.rights, typed.holders)
    return typed.on_order(decide)


def _start(typed: Typed) -> Proposal:
    unfunded = orders.read_unfunded(typed.rest)
    return typed.on_order(
        partial(work_orders.decide_start, unfunded, typed.spoken), Choice.DRAWABLE
    )


def _close(typed: Typed) -> Proposal:
    outcome = orders.read_outcome(typed.rest)
    decide = partial(work_orders.decide_close, outcome, typed.spoken, typed.rights, typed.holders)
    return typed.on_order(decide, Choice.COVERED)


def _cancel(typed: Typed) -> Proposal:
    reason = orders.read_reason(typed.rest)
    decide = partial(work_orders.decide_cancel, reason, typed.spoken, typed.rights)
    return typed.on_order(decide, Choice.COVERED)


def _text(decide: Callable[..., Decision]) -> Handles:
    return lambda typed: typed.on_order(partial(decide, typed.rest, typed.spoken))


Handles = Callable[[Typed], Proposal]

COMMANDS: dict[str, Handles] = {
    "pledge": _pledge,
    "withdraw": _own(PledgeNamed.alone, pledges.decide_withdraw),
    "sent": _own(PledgeNamed.with_ref, pledges.decide_sent),
    "accept": _offer(PledgeNamed.alone, pledges.decide_accept),
    "decline": _offer(PledgeNamed.with_reason, pledges.decide_decline),
    "goal": _goal,
    "received": _received,
    "paid": _paid,
    "refunded": _refunded,
    "reverse": _reverse,
    "cwo propose": _propose,
    "cwo approve": _approve,
    "cwo decline": _decline,
    "cwo start": _start,
    "cwo report": _text(work_orders.decide_report),
    "cwo finish": _text(work_orders.decide_finish),
    "cwo close": _close,
    "cwo cancel": _cancel,
}
