"""Do the books add up, whatever people do and in whichever order?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import entries as e
from bot.domain.asked import PledgeAsked, PledgeNamed
from bot.domain.decisions import About, Choice, Decision, Known
from bot.domain.folding.items import ItemEntry
from bot.domain.money import DECIMALS, read_amount
from bot.domain.pledges import (
    decide_accept,
    decide_decline,
    decide_pledge,
    decide_sent,
    decide_withdraw,
)
from bot.domain.refs import IssueRef
from bot.domain.roadmap import (
    Closing,
    GoalAsked,
    decide_closed,
    decide_goal,
    decide_gone,
    decide_labelled,
    decide_reopened,
    decide_unlabelled,
)
from bot.domain.roles import Rights
from bot.domain.rules import Rules
from bot.domain.stages import LIFE, LIVE, UNPAID, Stage
from bot.domain.views import BOOK, Book, Pledge, Rows, Total, Unpaid
from tests.domain.facts import STEWARD, STRANGER, WRITER
from tests.domain.monthly import check_months
from tests.domain.world import World, fold_into

ISSUES = tuple(IssueRef(9000 + n, n, labels=("roadmap",)) for n in (1, 2, 3))
PEOPLE = (1, 2, 3, 9)
ORGS = (7, 8)
CURRENCIES = ("USD", "EUR", "JPY", "KWD", "SEK")
RULES = (
    Rules(),
    Rules(currencies=("USD", "EUR"), minimum={"USD": 5_00}, lapse_after_days=1),
    Rules(accept_up_to={}, lapse_after_days=365),
    Rules(accept_up_to=dict.fromkeys(DECIMALS, 10_000_00)),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody tries, and the time that passes before."""

    what: str
    who: int
    issue: IssueRef
    pledge: int | None
    currency: str
    figure: int
    org: int | None
    on_completion: bool
    until_days: int | None
    rights: Rights
    hours: int
    late_hours: int
    n: int


TRIED = {
    "pledge": 30,
    "accept": 12,
    "sent": 8,
    "withdraw": 8,
    "decline": 6,
    "close": 4,
    "reopen": 14,
    "unlabel": 1,
    "label": 12,
    "gone": 1,
    "goal": 1,
    "rules": 2,
}
"""What people try, and how often: enough of it sensible for pledges to live long lives."""


def acts(dice: Random, count: int) -> Iterator[Act]:
    """Throw the dice for what people try."""
    for _ in range(count):
        what = dice.choices(list(TRIED), list(TRIED.values()))[0]
        yield Act(
            what=what,
            who=9 if what in STEWARDS_DO and dice.random() < 0.8 else dice.choice(PEOPLE),
            issue=dice.choices(ISSUES, (10, 10, 1))[0],
            pledge=dice.choice((None, dice.randint(0, 60), dice.randint(0, 60))),
            currency=dice.choice(CURRENCIES),
            figure=dice.choice((0, 1, 50, 50, 300, 300, 501, 10_000, 10**9)),
            org=dice.choice((None, None, *ORGS)),
            on_completion=dice.random() < 0.3,
            until_days=dice.choice((None, None, -1, 1, 20, 40, 5000)),
            rights=dice.choices((STEWARD, WRITER, STRANGER), (8, 1, 1))[0],
            hours=dice.choices((0, 1, 30, 24 * 15, 24 * 61), (60, 60, 8, 2, 1))[0],
            late_hours=dice.choices((0, 2, 24 * 40), (18, 1, 1))[0],
            n=dice.randint(0, 3),
        )


STEWARDS_DO = {"accept", "decline", "close", "goal", "label"}


def play(world: World, act: Act) -> None:
    """Let somebody try something."""
    world.pass_time(act.hours)
    at = world.now - timedelta(hours=act.late_hours)
    spoken = world.say(act.issue, act.who, at)
    number = named_by(act, world)
    here = About(act.issue.id, 1000 + act.who)
    own = replace(here, choice=Choice.OWN_LIVE, pledge=number)
    offers = replace(here, choice=Choice.OFFERS, pledge=number)
    live = replace(here, choice=Choice.LIVE)
    decide: Callable[[Known], Decision]
    money = read_amount(f"{act.currency} {act.figure}")
    named = PledgeNamed(number, "words")
    match act.what:
        case "pledge":
            until = at.date() + timedelta(days=act.until_days) if act.until_days else None
            asked = PledgeAsked(money, "org" if act.org else None, act.on_completion, until)
            now = replace(here, choice=Choice.OWN_LIVE, funder=1000 + act.org if act.org else None)
            decide = partial(decide_pledge, asked, spoken)
        case "withdraw":
            decide, now = partial(decide_withdraw, named, spoken), own
        case "sent":
            decide, now = partial(decide_sent, named, spoken), own
        case "accept":
            decide, now = partial(decide_accept, named, spoken, act.rights), offers
        case "decline":
            decide, now = partial(decide_decline, named, spoken, act.rights), offers
        case "goal":
            goal = GoalAsked(money if act.n else None)
            decide, now = partial(decide_goal, goal, spoken, act.rights), here
        case "label":
            decide, now = partial(decide_labelled, act.issue, act.rights), here
        case "unlabel":
            decide, now = partial(decide_unlabelled, replace(act.issue, labels=()), at), here
        case "close":
            reason = ("completed", "completed", "not_planned", "duplicate")[act.n]
            closing = Closing(reason, by_steward=act.rights.steward, by_hand=act.n == 0)
            decide, now = partial(decide_closed, closing, at), live
        case "reopen":
            decide, now = decide_reopened, here
        case "gone":
            decide, now = partial(decide_gone, "deleted", at), here
        case _:
            world.record(e.RulesChanged(str(act.n), RULES[act.n]), at, act.who)
            return
    world.decide(decide, now, at, act.who)


def named_by(act: Act, world: World) -> int | None:
    """Name a pledge: mostly one of this item, sometimes any, ended or not there at all."""
    if act.pledge is None:
        return None
    here = [row.pledge for row in world.pledges(act.issue.id) if row.stage in LIVE]
    return here[act.pledge % len(here)] if here and act.pledge % 5 else act.pledge


# --- what must always hold --------------------------------------------------------------------


def check_books(world: World) -> None:
    assert {row for row in world.rows.values() if isinstance(row, Total)} == totals(world)
    assert {
        (row.person, row.currency): row.minor
        for row in world.rows.values()
        if isinstance(row, Unpaid) and row.minor
    } == unpaid(world)
    check_one_promise_each(world)
    check_deadlines(world)
    check_numbers(world)
    check_months(world)


def totals(world: World) -> set[Total]:
    """Add the pledges up from nothing."""
    sums: dict[tuple[int, str], Any] = defaultdict(Counter)
    for row in world.pledges():
        columns = sums[row.issue, row.currency]
        if row.stage in LIVE:
            promised = row.stage is Stage.STANDING and row.on_completion
            column = "completion" if promised else row.stage.value
            columns[column] += row.minor
            columns[f"{column}_count"] += 1
    return {replace(Total(*key), **columns) for key, columns in sums.items()}


def unpaid(world: World) -> dict[tuple[int, str], int]:
    sums: Counter[tuple[int, str]] = Counter()
    for row in world.pledges():
        if row.stage in UNPAID:
            sums[row.pledger, row.currency] += row.minor
    return dict(sums)


def check_one_promise_each(world: World) -> None:
    standing = Counter(
        (row.issue, row.funder)
        for row in world.pledges()
        if row.stage is Stage.STANDING and row.sent_at is None
    )
    assert not [key for key, count in standing.items() if count > 1]


def check_deadlines(world: World) -> None:
    for row in world.pledges():
        if row.stage not in LIVE or row.sent_at:
            assert row.deadline is None
        if row.stage is Stage.OFFERED or (row.stage is Stage.DUE and not row.sent_at):
            assert row.deadline is not None


def check_numbers(world: World) -> None:
    made = [entry.pledge for _, entry in world.ledger if isinstance(entry, e.PledgeMade)]
    assert made == list(range(1, len(made) + 1))
    book = world.rows.get(BOOK, Book())
    assert isinstance(book, Book)
    assert book.pledges == len(made) == len(world.pledges())


def check_step(before: World, world: World) -> None:
    """Check what one act changed, against the table of a pledge's life."""
    new = world.ledger[len(before.ledger) :]
    if all(isinstance(entry, e.Refused) for _, entry in new):
        assert world.rows == before.rows
    stages = {row.pledge: row.stage for row in before.pledges()}
    for _, entry in new:
        if isinstance(entry, e.PledgeMade):
            assert entry.now in {Stage.OFFERED, Stage.STANDING}
            stages[entry.pledge] = entry.now
        elif isinstance(entry, e.PledgeEntry):
            assert stages[entry.pledge] is entry.was
            nexts = {now for (was, _), now in LIFE.items() if was is entry.was}
            assert entry.now in nexts
            stages[entry.pledge] = entry.now
    assert stages == {row.pledge: row.stage for row in world.pledges()}
    for key, row in before.rows.items():
        if isinstance(row, Pledge):
            now = world.rows[key]
            assert isinstance(now, Pledge)
            assert row.stage in LIVE or now == row
            assert (now.money, now.pledger, now.funder) == (row.money, row.pledger, row.funder)


def started() -> World:
    """Begin with two items on the roadmap."""
    world = World()
    world.open_month()
    for issue in ISSUES[:2]:
        about = About(issue.id, 1000 + 9)
        world.decide(partial(decide_labelled, issue, STEWARD), about, world.now, 9)
    return world


def copy(world: World) -> World:
    return World(world.now, dict(world.rows), list(world.ledger))


def refolded(world: World) -> Rows:
    rows: Rows = {}
    for stamp, entry in world.ledger:
        fold_into(rows, stamp, entry)
    return rows


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(50, 200))
def test_the_books_add_up_after_every_step(seed: int, count: int) -> None:
    world = started()
    for act in acts(Random(seed), count):
        before = copy(world)
        play(world, act)
        check_step(before, world)
        check_books(world)
    assert refolded(world) == world.rows
    world.pass_time(24 * 4000)
    check_books(world)
    assert refolded(world) == world.rows


ON_THE_ROADMAP = {
    *get_args(ItemEntry),
    e.PledgeMade,
    e.PledgeAccepted,
    e.PledgeDeclined,
    e.PledgeWithdrawn,
    e.PledgeReplaced,
    e.PledgeSent,
    e.PledgeFellDue,
    e.PledgeExpired,
    e.PledgeLapsed,
    e.RulesChanged,
    e.Refused,
    e.MonthOpened,
    e.MonthClosed,
}


def test_the_dice_let_everything_happen() -> None:
    recorded: set[type] = set()
    refused: set[str] = set()
    for seed in range(12):
        world = started()
        for act in acts(Random(seed), 200):
            play(world, act)
        recorded |= {type(entry) for _, entry in world.ledger}
        refused |= {entry.code for _, entry in world.ledger if isinstance(entry, e.Refused)}
    assert recorded == ON_THE_ROADMAP  # of all else: `test_conservation`
    assert {"out_of_order", "wrong_state", "which_pledge", "own_pledge", "not_pledger"} <= refused


def test_what_is_left_long_after_is_due_lapsed_sent_or_stands_without_a_day() -> None:
    world, issue = started(), ISSUES[0]
    for who, rest in enumerate(("$5", "$6 until 2030-02-01", "$700", "5 SEK"), start=1):
        spoken = world.say(issue, who, world.now)
        about = About(issue.id, 1000 + who, choice=Choice.OWN_LIVE)
        world.decide(partial(decide_pledge, PledgeAsked.read(rest), spoken), about, world.now, who)
    world.pass_time(24 * 4000)
    stages = [row.stage for row in world.pledges()]
    assert stages == [Stage.STANDING, Stage.EXPIRED, Stage.EXPIRED, Stage.EXPIRED]
