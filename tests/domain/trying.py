"""What do people try? Sensible enough that pledges and work orders live long lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from bot.domain import entries as e
from bot.domain.money import DECIMALS, Money
from bot.domain.movements import RecordKind
from bot.domain.refs import IssueRef
from bot.domain.refusals import No
from bot.domain.reviews import NotedPull
from bot.domain.roadmap import Closing
from bot.domain.stages import UNPAID
from bot.domain.states import State
from bot.domain.views import Link, Record
from bot.domain.work_orders import Written
from tests.domain.dice import NAMES, RULES, Dice
from tests.domain.facts import AMY, BOB, DAN, ISSUE, MIA, OTHER, written
from tests.domain.knowing import every, one

HOUR = timedelta(hours=1)


def throw(dice: Dice) -> None:
    """Let somebody try something, and some time pass."""
    hours = dice.random.choices((0, 1, 30, 24 * 8, 24 * 15, 24 * 61), (40, 80, 10, 9, 2, 2))[0]
    dice.scene.pass_time(hours)
    dice.open_orders()
    tries, weights = zip(*TRIES.items(), strict=True)
    try:
        dice.random.choices(tries, weights)[0](dice)
    except No:
        return


# --- pledges ----------------------------------------------------------------------------------


def pledge(dice: Dice) -> None:
    rest = [str(dice.money())]
    rest += ["for @acme"] if dice.chance(0.1) else []
    rest += ["on completion"] if dice.chance(0.2) else []
    days = timedelta(days=dice.random.choice((1, 10, 60)))
    rest += [f"until {dice.scene.now.date() + days}"] if dice.chance(0.2) else []
    dice.scene.says(dice.who(), f"/pledge {' '.join(rest)}", dice.place())


def on_pledge(verb: str, rest: str = "") -> Callable[[Dice], None]:
    """Name a pledge, mostly where it lies, mostly the own one."""

    def act(dice: Dice) -> None:
        found = dice.scene.pledges()
        if not found:
            return
        row = dice.random.choice(found[-25:])
        named = f"P-{row.pledge}" if dice.chance(0.8) else ""
        whose = dice.steward() if verb in {"accept", "decline"} else row.pledger
        who = whose if dice.chance(0.9) else dice.who()
        place = _where(dice, row.issue if dice.chance(0.7) else row.drawn_by)
        dice.scene.says(who, f"/{verb} {named} {rest}", place)

    return act


def _where(dice: Dice, issue: int | None) -> IssueRef:
    here = [ref for ref in (ISSUE, OTHER, *dice.orders) if ref.id == issue]
    return here[0] if here and dice.chance(0.95) else dice.place()


# --- money ------------------------------------------------------------------------------------


def received(dice: Dice) -> None:
    line, place = _receipt(dice, "from")
    dice.scene.says(dice.steward(), f"/received {line}", place)


def directly(dice: Dice) -> None:
    line, place = _receipt(dice, "to @dan direct from")
    dice.scene.says(dice.steward(), f"/paid {line}", place)


def _receipt(dice: Dice, giver: str) -> tuple[str, IssueRef]:
    """Mostly for a pledge: exactly, partly, too much, or in another currency."""
    unpaid = [row for row in dice.scene.pledges() if row.stage in UNPAID]
    fee = f" fee {dice.random.choice((1, 2))}" if giver == "from" and dice.chance(0.2) else ""
    if not unpaid or dice.chance(0.15):
        return f"{dice.money()} {giver} @{NAMES[dice.who()]}{fee} ref x", dice.place()
    row = dice.random.choice(unpaid)
    place = _where(dice, row.issue if dice.chance(0.5) else row.drawn_by or row.issue)
    share = dice.random.choice((1, 1, 0.5, 0.25, 2))
    unit = 10 ** DECIMALS[row.currency]
    money = Money(max(unit, int(row.outstanding * share) // unit * unit), row.currency)
    named = f" for P-{row.pledge}" if dice.chance(0.6) else ""
    line = f"{money} {giver} @{NAMES[row.funder]}{named}"
    if dice.chance(0.2):
        line = f"{dice.money()} {giver} @{NAMES[row.funder]}{named} settles {money}"
    return line + fee, place


def paid(dice: Dice) -> None:
    payee = dice.random.choice(("@dan", '"Dan Ltd"', "@mia"))
    dice.scene.says(dice.steward(), f"/paid {dice.money()} to {payee}", dice.place())


def refunded(dice: Dice) -> None:
    """Mostly what a receipt brought in, where it is: all of it or a part, in any currency."""
    found = [row for row in every(dice.scene.rows, Record) if row.kind is RecordKind.RECEIVED]
    if not found or dice.chance(0.2):
        dice.scene.says(dice.steward(), f"/refunded {dice.money()} to @ada", dice.place())
        return
    row = dice.random.choice(found[-12:])
    part = row.minor if dice.chance(0.6) else max(1, row.minor // 2)
    named = f" for P-{row.pledge}" if row.pledge and dice.chance(0.5) else ""
    if row.settles and dice.chance(0.3):
        named += f" settles {Money(max(1, row.settles.minor // 2), row.settles.currency)}"
    line = f"/refunded {Money(part, row.currency)} to @{NAMES[row.funder or 0]}{named}"
    dice.scene.says(dice.steward(), line, _where(dice, row.fund))


def reverse(dice: Dice) -> None:
    records = every(dice.scene.rows, Record)
    if not records:
        return
    record = dice.random.choice(records[-12:])
    place = _where(dice, record.fund)
    dice.scene.says(dice.steward(), f"/reverse R-{record.record} a slip", place)


# --- work orders ------------------------------------------------------------------------------


def cwo(line: str, by: int) -> Callable[[Dice], None]:
    def act(dice: Dice) -> None:
        who = by if dice.chance(0.95) else dice.who()
        dice.scene.says(who, f"/cwo {line}", dice.order())

    return act


ONWARDS = {
    State.DRAFT: ((AMY, "propose"),),
    State.DISCUSSION: ((MIA, "approve"),),
    State.APPROVED: ((DAN, "start"), (DAN, "start unfunded")),
    State.ACTIVE: (
        (DAN, "start"),
        (DAN, "start"),
        (DAN, "report so far"),
        (MIA, "approve"),
        (DAN, "finish done"),
        (AMY, "cancel no time"),
    ),
    State.REPORTING: ((MIA, "approve"), (MIA, "close landed"), (AMY, "cancel no time")),
}


def onwards(dice: Dice) -> None:
    """Take the next step of a work order, whichever it is."""
    ref = dice.order()
    order = dice.scene.order(ref.id)
    if order.state is State.DISCUSSION and order.discussion_ends_at and dice.chance(0.7):
        dice.scene.pass_time(max(0, (order.discussion_ends_at - dice.scene.now) / HOUR))
    if order.state in ONWARDS:
        who, line = dice.random.choice(ONWARDS[order.state])
        dice.scene.says(who, f"/cwo {line}", ref)


def edit(dice: Dice) -> None:
    text = replace(dice.text(), share="10 %") if dice.chance(0.8) else written()
    dice.scene.edit(text, dice.order(), AMY)


def extend(dice: Dice) -> None:
    """Let a work order that has drawn go on for longer, and have that approved."""
    drawn = [row.drawn_by for row in dice.scene.pledges() if row.deadline and row.drawn_by]
    active = [ref for ref in dice.orders if ref.id in drawn]
    if not active:
        return
    ref = dice.random.choice(active)
    terms = dice.scene.order(ref.id).in_force
    ends = dice.scene.now.date() + timedelta(days=300)
    dice.scene.edit(Written(replace(terms, ends=ends)), ref, AMY)
    dice.scene.pass_time(days=7)
    dice.scene.says(MIA, "/cwo approve", ref)


def pull(dice: Dice) -> None:
    number, body = dice.random.randint(1, 4), ""
    if dice.chance(0.7):
        body = f"CWO: #{dice.order().number}"
    merged_by = dice.who() if dice.chance(0.2) else None
    dice.scene.pull(number, dice.random.choice((DAN, DAN, BOB)), body, merged_by=merged_by)
    dice.scene.told_of[number] = _told_of(dice, number, merged=merged_by is not None)


def _told_of(dice: Dice, number: int, *, merged: bool) -> NotedPull:
    """Say what GitHub has told of a pull request by now."""
    link, now = one(dice.scene.rows, Link, number), dice.scene.now
    linked = link.order if link is not None and link.linked else None
    opened_at = dice.scene.told_of[number].opened_at if number in dice.scene.told_of else now
    return NotedPull(
        pull=number,
        order=linked,
        opened_at=opened_at,
        author_writes=dice.random.choice((True, False, None)),
        ready_at=opened_at,
        first_review_at=now if dice.chance(0.7) else None,
        rounds=dice.random.randint(0, 3),
        merged_at=now if merged else None,
        closed_at=now if merged else None,
        interested=dice.random.randint(0, 2) if linked else 0,
    )


def link(dice: Dice) -> None:
    rest = "none" if dice.chance(0.3) else f"#{dice.order().number}"
    dice.scene.link(dice.steward(), dice.random.randint(1, 4), DAN, rest)


# --- items ------------------------------------------------------------------------------------


def close(dice: Dice) -> None:
    reason = dice.random.choice(("completed", "completed", "not_planned"))
    closing = Closing(reason, by_steward=True, by_hand=dice.chance(0.8))
    dice.scene.close(dice.random.choice((ISSUE, OTHER)), closing)


def reopen(dice: Dice) -> None:
    dice.scene.reopen(dice.random.choice((ISSUE, OTHER)))


def label(dice: Dice) -> None:
    dice.scene.label(dice.random.choice((ISSUE, OTHER)))


def unlabel(dice: Dice) -> None:
    dice.scene.unlabel(dice.random.choice((ISSUE, OTHER)))


def goal(dice: Dice) -> None:
    dice.scene.says(dice.steward(), "/goal none" if dice.chance(0.9) else "/goal $5", ISSUE)


def gone(dice: Dice) -> None:
    ref = dice.order() if dice.chance(0.7) else dice.random.choice((ISSUE, OTHER))
    dice.scene.gone(ref)


def rules(dice: Dice) -> None:
    newest = RULES[0] if dice.chance(0.6) else dice.random.choice(RULES)
    dice.scene.record(e.RulesChanged("c0ffee", newest), dice.scene.now, MIA)
    dice.scene.open_month()
    dice.scene.pass_time()


def late(dice: Dice) -> None:
    """Say something that reaches us days late."""
    at = dice.scene.now - timedelta(days=dice.random.choice((1, 40)))
    dice.scene.says(dice.who(), f"/pledge {dice.money()} until {date(2040, 1, 1)}", ISSUE, at=at)


TRIES: dict[Callable[[Dice], None], int] = {
    pledge: 34,
    on_pledge("accept"): 10,
    on_pledge("decline", "no, thank you"): 3,
    on_pledge("withdraw"): 6,
    on_pledge("sent"): 5,
    received: 26,
    directly: 5,
    paid: 8,
    refunded: 10,
    reverse: 9,
    onwards: 28,
    cwo("propose", AMY): 2,
    cwo("approve", MIA): 3,
    cwo("decline not now", MIA): 1,
    cwo("start", DAN): 2,
    cwo("start unfunded", DAN): 4,
    cwo("report all is well", DAN): 2,
    cwo("finish all is done", DAN): 1,
    cwo("close landed", MIA): 2,
    cwo("close declined on merits", MIA): 1,
    cwo("cancel no time", AMY): 1,
    edit: 9,
    extend: 3,
    pull: 6,
    link: 3,
    close: 5,
    reopen: 9,
    label: 6,
    unlabel: 2,
    goal: 2,
    gone: 1,
    rules: 2,
    late: 3,
}
"""What people try, and how often."""
