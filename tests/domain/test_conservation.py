"""Is money conserved, and does everything add up, whatever people try and in whichever order?"""

from __future__ import annotations

import os
from random import Random
from typing import get_args

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain import entries as e
from bot.domain.views import Rows
from bot.storage import codec
from tests.domain.adding import check, check_draw
from tests.domain.dice import Dice
from tests.domain.scene import Scene
from tests.domain.trying import throw
from tests.domain.world import World, fold_into

TRIES = 200
EXAMPLES = 200 if os.environ.get("CI") else 30
"""An example takes 60 to 150 ms: up to half a minute where there is time, a few seconds at one's desk."""

REFUSED = {
    "already_spent",
    "below_minimum",
    "currency_not_accepted",
    "discussion_runs",
    "fee_too_large",
    "item_closed",
    "no_gap",
    "no_such_pledge",
    "no_such_record",
    "not_covered",
    "not_developer",
    "not_enough",
    "not_given",
    "not_linked",
    "not_on_roadmap",
    "not_pledger",
    "not_steward",
    "not_treasurer",
    "nothing_changed",
    "nothing_to_decide",
    "order_over",
    "order_state",
    "out_of_order",
    "own_pledge",
    "record_reversed",
    "settles_above",
    "settles_too_much",
    "which_pledge",
    "wrong_state",
}


def played(seed: int, tries: int = TRIES) -> Scene:
    """Let people try things, and check everything after each of them."""
    dice = Dice(Scene(), Random(seed))
    scene = dice.scene
    for _ in range(tries):
        before = World(scene.now, dict(scene.rows), list(scene.ledger))
        throw(dice)
        check(scene)
        check_draw(before, scene)
        new = scene.ledger[len(before.ledger) :]
        if all(isinstance(entry, e.Refused) for _, entry in new):
            assert scene.rows == before.rows
    return scene


def replayed(ledger: list[tuple[e.Stamp, e.Entry]]) -> Rows:
    """Write every entry down, read it again, and fold what was read."""
    rows: Rows = {}
    for stamp, entry in ledger:
        line = codec.canonical(codec.plain(entry))
        kind = codec.KINDS[type(entry).__name__]
        read: e.Entry = codec.read(msgspec.json.decode(line), kind)
        assert read == entry
        fold_into(rows, stamp, read)
    return rows


def in_bytes(rows: Rows) -> bytes:
    """Write rows down so that equal rows are equal bytes."""
    found = {repr(key): codec.plain(row) for key, row in rows.items()}
    return codec.canonical(found)


@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(0, 2**32))
@example(seed=345)  # a part split from what was due is taken back, and due again
def test_money_is_conserved_whatever_people_try(seed: int) -> None:
    scene = played(seed)
    assert in_bytes(replayed(scene.ledger)) == in_bytes(scene.rows)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_in_the_end_every_moment_has_come(seed: int) -> None:
    scene = played(seed, 60)
    scene.pass_time(days=4000)
    check(scene)
    assert {moment.kind for moment in scene.moments()} == {"month"}, "only months never end"
    assert in_bytes(replayed(scene.ledger)) == in_bytes(scene.rows)


def test_the_dice_let_everything_happen() -> None:
    recorded: set[type] = set()
    refused: set[str] = set()
    for seed in range(35):
        dice = Dice(Scene(), Random(seed))
        for _ in range(TRIES):
            throw(dice)
        entries = [entry for _, entry in dice.scene.ledger]
        recorded |= {type(entry) for entry in entries}
        refused |= {entry.code for entry in entries if isinstance(entry, e.Refused)}
    assert recorded == set(get_args(e.Entry))
    assert refused >= REFUSED
