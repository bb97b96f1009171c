"""A year of the telescope, thinned out to a few places, with everything that spoils a record.

Played by `demo.year`; besides, comments and texts are edited, comments and an issue are deleted, a
steward loses the role, the configuration changes, and deliveries are lost for some days.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.domain.configuration import CONFIGURATION
from demo.at_once import sqlite_at_once
from demo.stage import Stage, a_stage
from demo.year import acts as a
from demo.year.dates import Year
from demo.year.playing import Player
from demo.year.script import RULES, SEED, acts
from demo.year.village import a_telescope
from sandbox.world import Actor, Comment, Issue

YEAR = Year(date(2025, 11, 1))
PLACES = frozenset({
    "refraction", "wind", "arm", "moon", "governance", "order-refraction",
})  # fmt: skip
AN_HOUR = timedelta(hours=1)
"""Acts that are closer together than this are decided as one."""

PULLS_WITHOUT_ORDER = 2
"""How many pull requests under no work order are left in."""

OTHER_RULES = RULES.replace('"@tomas", ', "").replace("USD: 5,", "USD: 10,")
"""Tomáš is a steward no more, and the least pledge is another one."""


def thinned() -> list[a.Act]:
    """Leave out what is about other places, and what rests on it."""
    found = [act for act in acts(SEED, YEAR.first) if _is_here(act.deed)]
    there: set[str] = set()
    pulls = iter(range(PULLS_WITHOUT_ORDER))
    kept = []
    for act in found:
        deed = act.deed
        if isinstance(deed, a.Proposes) and deed.order is None and next(pulls, None) is None:
            continue
        if isinstance(deed, a.Says) and not a.named(deed.words) <= there:
            continue
        if isinstance(deed, a.Revises | a.Reviews | a.EndsPull) and deed.pull not in there:
            continue
        there.add(getattr(deed, "key", ""))
        kept.append(act)
    return kept


def _is_here(deed: a.Deed) -> bool:
    if isinstance(deed, a.Opens | a.FillsIn):
        return deed.key in PLACES
    if isinstance(deed, a.Labels | a.Closes | a.Says):
        return deed.place in PLACES
    return not isinstance(deed, a.Proposes) or deed.order is None or deed.order in PLACES


@dataclass(slots=True)
class Spoilt(Player):
    """Plays a year, and spoils its record at moments of its own."""

    edited: Comment | None = None
    unreadable: Comment | None = None
    deleted: Comment | None = None
    gone: Issue | None = None
    _outage_began: int = 0
    _spoilt: int = 0

    async def _act(self, act: a.Act) -> None:
        for at, deed in self._deeds()[self._spoilt :]:
            if at > act.at:
                break
            self._spoilt += 1
            await self._come_to(at)
            deed()
        await self._come_to(act.at)
        await super(Spoilt, self)._act(act)

    async def _come_to(self, moment: datetime) -> None:
        """Let what went before be over, and what comes due on the way be told, as every day does."""
        if moment - self.stage.time.now() > AN_HOUR:
            await self._settled()
            self.stage.time.jump_to(moment - AN_HOUR)
            if await self.stage.bot.clock.tick():
                await self._settled()

    def _deeds(self) -> tuple[tuple[datetime, Callable[[], None]], ...]:
        return (
            (datetime(2025, 12, 15, 9, tzinfo=UTC), self._edit),
            (datetime(2026, 1, 10, 9, tzinfo=UTC), self._hide),
            (datetime(2026, 3, 5, 9, tzinfo=UTC), self._delete),
            (datetime(2026, 5, 20, 9, tzinfo=UTC), self._configure),
            (datetime(2026, 8, 20, 9, tzinfo=UTC), self._stop_hearing),
            (datetime(2026, 8, 30, 9, tzinfo=UTC), self._hear_again),
            (datetime(2026, 9, 15, 9, tzinfo=UTC), self._delete_issue),
            (datetime(2026, 10, 25, 9, tzinfo=UTC), self._lose_the_role),
        )

    def _edit(self) -> None:
        """Somebody changes a pledge, and the author the words of the work order."""
        self.edited = self.comments["p-012"]
        self._by(self.edited).edit_comment(self.edited, "/pledge $1,000,000")
        order = self.issues["order-refraction"]
        self.stage.person("ravi").edit_issue(order, body=order.body + "\n\nThank you.\n")

    def _hide(self) -> None:
        """Somebody changes a pledge, and takes its first words out of the history."""
        self.unreadable = self.comments["p-047"]
        self._by(self.unreadable).edit_comment(self.unreadable, "(changed my mind)")
        self.unreadable.edits.clear()

    def _delete(self) -> None:
        self.deleted = self.comments["p-106"]
        self._by(self.deleted).delete_comment(self.deleted)

    def _configure(self) -> None:
        files = {CONFIGURATION: OTHER_RULES}
        self.stage.person("mia").push(self.repository, files, "Change the stewards")

    def _stop_hearing(self) -> None:
        self._outage_began = len(self.stage.box.world.deliveries)
        self.stage.box.faults.lose("*")

    def _hear_again(self) -> None:
        """GitHub redelivers what was missed, as it does when it is asked."""
        world = self.stage.box.world
        self.stage.box.faults.clear()
        for delivery in world.deliveries[self._outage_began :]:
            world.owe_again(delivery)

    def _delete_issue(self) -> None:
        self.gone = self.issues["arm"]
        self.stage.person("mia").delete_issue(self.gone)

    def _lose_the_role(self) -> None:
        for login in ("tomas", "yuki"):
            self.stage.person("mia").set_role(self.repository, login, None)

    def _by(self, comment: Comment) -> Actor:
        return self.stage.person(comment.author.login)


@asynccontextmanager
async def a_small_year(folder: Path) -> AsyncIterator[tuple[Stage, Spoilt]]:
    """Play it; the clock stands still after its last month."""
    with sqlite_at_once():
        async with a_stage(folder, Stage, speed=1.0, rules=None, start=YEAR.begins) as stage:
            stage.look_every = 0.01
            stage.time.stand_still()
            player = Spoilt(stage, a_telescope(stage.box.world))
            await player.play(thinned(), YEAR, lambda _months: None)
            yield stage, player
