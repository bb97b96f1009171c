"""What do tests of whole stories share?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.refs import IssueRef
from bot.domain.refusals import No, Why
from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.domain.work_orders import Written
from tests.domain.facts import AMY, DAN, MIA, NOW, OTHER, WORK
from tests.domain.scene import Scene

EVERYTHING_STANDS = {"USD": 10**9, "EUR": 10**9, "JPY": 10**9}


def no_of(does: Callable[[], object]) -> No:
    """Give the "no" that this raises."""
    with pytest.raises(No) as caught:
        does()
    return caught.value


def why_not(does: Callable[[], object]) -> Why:
    """Give the reason for the "no" that this raises."""
    return no_of(does).why


def scene(**rules: object) -> Scene:
    """Begin with two items on the roadmap, where pledges of any size stand at once."""
    found = Scene()
    newest = Rules(accept_up_to=EVERYTHING_STANDS, **rules)  # type: ignore[arg-type]
    found.record(e.RulesChanged("c0ffee", newest), NOW, MIA)
    found.label()
    found.label(OTHER)
    return found


def approved(world: Scene, text: Written | None = None, issue: IssueRef = WORK) -> Scene:
    """Draft, propose and approve a work order."""
    world.draft(issue, text)
    world.says(AMY, "/cwo propose", issue)
    world.pass_time(days=7)
    world.says(MIA, "/cwo approve", issue)
    return world


def started(world: Scene, text: Written | None = None, how: str = "") -> Scene:
    """Start a work order as well."""
    approved(world, text).says(DAN, f"/cwo start {how}", WORK)
    return world


def stages(world: Scene) -> dict[int, Stage]:
    """Give the stage of every pledge."""
    return {row.pledge: row.stage for row in world.pledges()}


def drawn(world: Scene, order: int = WORK.id) -> dict[int, Money]:
    """Give what a work order has drawn on, by pledge."""
    return {row.pledge: row.money for row in world.pledges() if row.drawn_by == order}
