"""Is the year's script what it says: deterministic, complete, believable?"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from demo.year import acts as a
from demo.year import roadmap
from demo.year.dates import AUGUST, Year, year_before
from demo.year.people import FIRMS, GIVERS
from demo.year.plans import PLEDGES
from demo.year.script import SEED, acts

FIRST = date(2025, 11, 1)
STARTS = [date(2025, month, 1) for month in range(1, 13)]


@pytest.fixture(scope="module")
def script() -> list[a.Act]:
    return acts(SEED, FIRST)


def said(script: list[a.Act], words: str) -> list[str]:
    """What people say that has these words in it."""
    comments = [act.deed.words for act in script if isinstance(act.deed, a.Says)]
    return [comment for comment in comments if words in comment]


def pledged(script: list[a.Act]) -> list[tuple[a.Act, a.Says]]:
    """Every pledge: the act, and what was said where."""
    spoken = [(act, act.deed) for act in script if isinstance(act.deed, a.Says)]
    return [(act, deed) for act, deed in spoken if deed.key.startswith("p-")]


def test_the_same_seed_gives_the_same_acts(script):
    assert acts(SEED, FIRST) == script


def test_another_seed_gives_others(script):
    assert acts(SEED + 1, FIRST) != script


@pytest.mark.parametrize("first", STARTS, ids=str)
def test_whatever_month_it_begins_with_the_year_has_the_same_counts(first):
    script = acts(SEED, first)
    kinds = Counter(type(act.deed) for act in script)
    assert (kinds[a.Opens], kinds[a.FillsIn]) == (40, 8)
    assert len(pledged(script)) == PLEDGES == 300


def test_every_act_lies_in_the_year_and_in_order(script):
    year = Year(FIRST)
    moments = [act.at for act in script]
    assert moments == sorted(moments)
    assert year.begins < moments[0]
    assert moments[-1] < year.ends


def test_nobody_acts_around_midnight_when_a_month_ends(script):
    hour = timedelta(hours=1)
    for moment in Year(FIRST).starts_of_months():
        assert not [act for act in script if moment - hour < act.at < moment + hour]


def test_what_words_name_was_made_before(script):
    made: set[str] = set()
    for act in script:
        deed = act.deed
        words = ""
        if isinstance(deed, a.Says):
            words = deed.words
        elif isinstance(deed, a.FillsIn):
            words = dict(deed.answers).get("items", "")
        assert a.named(words) <= made, act
        made.add(getattr(deed, "key", ""))


def test_people_act_only_where_something_is(script):
    there: set[str] = set()
    for act in script:
        deed: a.Deed = act.deed
        match deed:
            case a.Opens(key) | a.FillsIn(key) | a.Proposes(key):
                there.add(key)
            case a.Says(place) | a.Labels(place) | a.Closes(place):
                assert place in there, act
            case a.Revises(pull) | a.Reviews(pull) | a.EndsPull(pull):
                assert pull in there, act
            case a.Configures():
                pass


def test_money_comes_in_four_currencies(script):
    receipts = said(script, "/received ")
    signs = {words.split(" ")[1][0] for words in receipts}
    assert signs == set("$€£¥")
    assert len(receipts) > 100


@pytest.mark.parametrize(
    ("command", "least"),
    [
        ("accept", 40),
        ("decline", 8),
        ("withdraw", 8),
        ("sent", 5),
        ("paid", 40),
        ("refunded", 2),
        ("reverse", 3),
        ("received", 100),
    ],
)
def test_every_turn_is_there(script, command, least):
    assert len(said(script, f"/{command} ")) >= least


@pytest.mark.parametrize(
    "words",
    [
        " for @",
        " on completion",
        " until ",
        ' from "',
        " fee ",
        " direct from ",
        " settles ",
        " on 20",
        "/cwo start unfunded",
        "/cwo close declined on merits",
    ],
)
def test_every_form_of_command_is_there(script, words):
    assert said(script, words)


def test_one_month_surges_and_august_is_quiet(script):
    months = Counter(act.at.month for act, _ in pledged(script))
    assert months[AUGUST] == min(months.values())
    large = [act.who for act, deed in pledged(script) if deed.place == "order-scheduler"]
    assert large == [GIVERS["aurora-instruments"].speaker]


def test_one_of_the_orders_is_declined_on_its_merits():
    outcomes = Counter(order.outcome for order in roadmap.orders(Year(FIRST)))
    assert outcomes == {
        "landed": 3, "partly landed": 1, "declined on merits": 1, "abandoned": 1, "": 2,
    }  # fmt: skip


def test_each_item_says_why_in_words_of_its_own(script):
    bodies = [act.deed.body for act in script if isinstance(act.deed, a.Opens)]
    firsts = [body.split("\n\n")[0] for body in bodies]
    assert len(set(firsts)) == 40
    assert all(len(first) > 100 for first in firsts)


def test_about_sixty_parties_give(script):
    assert 50 <= len(GIVERS) <= 65
    firms = {firm.speaker for firm in FIRMS}
    assert len({act.who for act, _ in pledged(script)} & firms) >= 15


def test_the_year_before_today_has_twelve_whole_months():
    year = year_before(date(2026, 11, 22))
    assert (year.first, year.month(12)) == (date(2025, 11, 1), date(2026, 11, 1))
