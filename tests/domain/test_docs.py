"""Do the pages that are drawn from the code still show it?"""

from __future__ import annotations

import re

import pytest

from bot.domain.money import read_amount, settle_amount
from bot.domain.refusals import Misunderstood, Why
from bot.domain.stages import LIFE, Event, Stage
from bot.domain.states import COURSE, Act, State
from bot.handlers import routes
from tools import docs


@pytest.mark.parametrize("name", docs.PAGES)
def test_a_page_is_as_the_code_says(name: str) -> None:
    written = (docs.ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == docs.PAGES[name](), "run python tools/docs.py"


def test_the_check_finds_nothing_out_of_date() -> None:
    assert docs.main(["--check"]) == 0


def test_the_diagram_shows_every_arrow_of_the_table() -> None:
    arrows = re.findall(r"(\w+) --> (\w+): ([\w ]+)", docs.diagram())
    assert {(was, event): now for was, now, event in arrows} == {
        (was, event): now for (was, event), now in LIFE.items() if was != now
    }


def test_the_diagram_of_work_orders_shows_every_arrow_of_their_table() -> None:
    arrows = re.findall(r"(\w+) --> (\w+): ([\w ]+)", docs.order_diagram())
    assert {(was, act): now for was, now, act in arrows} == {
        (was, act): now for (was, act), now in COURSE.items() if was != now
    }


@pytest.mark.parametrize("state", State)
def test_the_table_of_work_orders_shows_every_pair(state: State) -> None:
    cells = dict(zip(Act, docs.order_row(state), strict=True))
    assert {act: now for act, now in cells.items() if now} == {
        act: now for (was, act), now in COURSE.items() if was is state
    }


@pytest.mark.parametrize("stage", Stage)
def test_the_table_shows_every_pair(stage: Stage) -> None:
    cells = dict(zip(Event, docs.row(stage), strict=True))
    assert {event: now for event, now in cells.items() if now} == {
        event: now for (was, event), now in LIFE.items() if was is stage
    }


def test_every_stage_and_event_is_explained() -> None:
    assert set(docs.MEANINGS) == set(Stage)
    assert set(docs.CAUSES) == set(Event)
    assert set(docs.STATES) == set(State)
    assert set(docs.ACTS) == set(Act)


def test_every_command_and_reason_is_listed() -> None:
    page = docs.commands_page()
    assert all(f"`{docs.cell(command.usage)}`" in page for command in routes().commands)
    assert all(f"| `{why}` |" in page for why in Why)


@pytest.mark.parametrize("typed", docs.FORMS)
def test_an_amount_shown_as_accepted_is(typed: str) -> None:
    assert settle_amount(read_amount(typed), ()).minor > 0


@pytest.mark.parametrize("typed", [typed for typed, _ in docs.NO_FORMS])
def test_an_amount_shown_as_refused_is(typed: str) -> None:
    with pytest.raises(Misunderstood):
        settle_amount(read_amount(typed), ())
