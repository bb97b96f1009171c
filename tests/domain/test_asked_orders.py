"""What can be read of what people ask of a work order?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.asked_orders import (
    LinkAsked,
    read_nothing,
    read_outcome,
    read_reason,
    read_unfunded,
)
from bot.domain.commands import TEXT_AT_MOST
from bot.domain.refusals import Misunderstood, Why
from bot.domain.states import Outcome


def why(read: Callable[[str], object], rest: str) -> Why:
    with pytest.raises(Misunderstood) as caught:
        read(rest)
    return caught.value.why


OUTCOMES = {
    "landed": Outcome.LANDED,
    "LANDED": Outcome.LANDED,
    "partly landed": Outcome.PARTLY_LANDED,
    "partly-landed": Outcome.PARTLY_LANDED,
    "Partly \t Landed": Outcome.PARTLY_LANDED,
    "declined on merits": Outcome.DECLINED_ON_MERITS,
    "declined on its merits": Outcome.DECLINED_ON_MERITS,
    "Declined-on-merits": Outcome.DECLINED_ON_MERITS,
    "superseded": Outcome.SUPERSEDED,
    "abandoned": Outcome.ABANDONED,
}
NO_OUTCOMES = (
    "",
    "done",
    "merged",
    "land",
    "landed!",
    "landed partly",
    "declined",
    "declined on merit",
    "partly_landed",
    "partly\u00a0landed",
    "ｌanded",
    "landed because it is good",
)
LINKS = {"#57": 57, "CWO #57": 57, "CWO#57": 57, "  #57 ": 57, "none": None, "NONE": None}
NO_LINKS = (
    "",
    "57",
    "#0",
    "#057",
    "#٥٧",
    "# 57",
    "#57 #58",
    "#57.",
    "CWO\u00a0#57",
    "CWO: #57",
    "acme/repo#57",
    "https://github.com/acme/repo/issues/57",
    "none #57",
    "#1234567890",
)


@pytest.mark.parametrize("rest", OUTCOMES)
def test_an_outcome_is_read(rest: str) -> None:
    assert read_outcome(rest) is OUTCOMES[rest]


@pytest.mark.parametrize("rest", NO_OUTCOMES)
def test_what_is_no_outcome_is_answered_with_all_of_them(rest: str) -> None:
    with pytest.raises(Misunderstood) as caught:
        read_outcome(rest)
    assert caught.value.why is Why.OUTCOME_UNREADABLE
    assert caught.value.facts == {"outcomes": ", ".join(Outcome)}


@pytest.mark.parametrize("rest", LINKS)
def test_a_link_is_read(rest: str) -> None:
    assert LinkAsked.read(rest) == LinkAsked(LINKS[rest])


@pytest.mark.parametrize("rest", NO_LINKS)
def test_what_names_no_work_order_is_refused(rest: str) -> None:
    assert why(LinkAsked.read, rest) is Why.ORDER_UNREADABLE


def test_words_that_a_command_does_not_take_are_refused() -> None:
    read_nothing("")
    assert why(read_nothing, "please") is Why.TRAILING_WORDS
    assert [read_unfunded(rest) for rest in ("", "unfunded", " UNFUNDED\t")] == [False, True, True]
    for rest in ("funded", "unfunded please", "un funded", "unfunded unfunded"):
        assert why(read_unfunded, rest) is Why.TRAILING_WORDS


def test_a_reason_is_needed_and_may_be_any_words() -> None:
    assert read_reason(" Not now, *sorry* ") == "Not now, *sorry*"
    assert why(read_reason, " \u00a0") is Why.REASON_MISSING
    assert why(read_reason, "x" * (TEXT_AT_MOST + 1)) is Why.TEXT_TOO_LONG
