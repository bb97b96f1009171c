"""How is a year played: by people's acts in the box, each at its moment, and the bot beside it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import assert_never

from sqlalchemy import select

from bot.storage import tables
from bot.worker.deciding import SETTLE
from demo.stage import Stage
from demo.year import acts as a
from demo.year.dates import Year
from demo.year.script import SEED, acts
from demo.year.village import a_telescope
from sandbox.world import Actor, Comment, Issue, PullRequest, Repository

SLOW, FAST = 20.0, 1000.0
"""How fast the clock runs while the bot decides, and while it writes at GitHub's pace."""

A_MOMENT = 0.01
"""Wall-clock seconds between two looks whether everything is done."""

AFTER_MIDNIGHT = timedelta(minutes=1)
"""How long after the end of a month the clock looks for it."""

BEFORE_EVERYTHING = datetime.min.replace(tzinfo=UTC)

AT_A_TIME = timedelta(days=6)
"""How long people act before bot and box are waited for: their acts keep their own moments."""

Told = Callable[[int], None]
"""Hears how many months are over."""


@dataclass(slots=True)
class Player:
    """Everybody's hands in one repository."""

    stage: Stage
    repository: Repository
    rests_at: datetime = BEFORE_EVERYTHING
    """Up to this moment people act without a rest."""
    issues: dict[str, Issue] = field(default_factory=dict)
    pulls: dict[str, PullRequest] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    async def play(self, script: list[a.Act], year: Year, told: Told) -> None:
        """Play a year, some days at a time; each month is over before the next one begins."""
        await self.look_at(year.begins)
        left = iter(script)
        act = next(left, None)
        for month, ends_at in enumerate(year.starts_of_months(), 1):
            while act is not None and act.at < ends_at:
                await self._act(act)
                act = next(left, None)
            await self._settled()
            await self.look_at(ends_at)
            told(month)

    async def look_at(self, moment: datetime) -> None:
        """Let a month end, and whatever falls due with it."""
        self.stage.time.jump_to(moment + AFTER_MIDNIGHT)
        await self.stage.bot.clock.tick()
        await self._settled()

    async def _act(self, act: a.Act) -> None:
        if act.at > self.rests_at:
            await self._settled()
            self.rests_at = act.at + AT_A_TIME
        self.stage.time.jump_to(act.at)
        if isinstance(act.deed, a.Says):
            await self._learn(a.named(act.deed.words))
        self._do(self.stage.person(act.who), act.deed)

    def _do(self, actor: Actor, deed: a.Deed) -> None:
        match deed:
            case a.Configures():
                actor.push(self.repository, dict(deed.files), deed.message)
            case a.Opens():
                self.issues[deed.key] = actor.open_issue(self.repository, deed.title, deed.body)
            case a.FillsIn():
                answers = {name: self._filled(answer) for name, answer in deed.answers}
                form = "work-order.yml"
                order = actor.open_issue_from_form(self.repository, form, answers, deed.title)
                self.issues[deed.key] = order
            case a.Labels():
                change = actor.unlabel if deed.off else actor.label
                change(self.issues[deed.place], "roadmap")
            case a.Closes():
                reason = "completed" if deed.completed else "not_planned"
                actor.close(self.issues[deed.place], reason)  # type: ignore[arg-type]
            case a.Says():
                comment = actor.comment(self.issues[deed.place], self._filled(deed.words))
                self.comments[deed.key] = comment
            case _:
                self._on_pull(actor, deed)

    def _on_pull(self, actor: Actor, deed: a.Proposes | a.Revises | a.Reviews | a.EndsPull) -> None:
        match deed:
            case a.Proposes():
                self.pulls[deed.key] = self._proposed(actor, deed)
            case a.Revises():
                pull = self.pulls[deed.pull]
                actor.push_to_pull(pull, {f"telescope/{pull.head_branch}.py": "DONE = True\n"})
            case a.Reviews():
                state = "CHANGES_REQUESTED" if deed.wanted else "APPROVED"
                actor.review(self.pulls[deed.pull], state, deed.wanted)  # type: ignore[arg-type]
            case a.EndsPull():
                end = actor.merge if deed.merged else actor.close_pull
                end(self.pulls[deed.pull])
            case _:
                assert_never(deed)

    def _proposed(self, actor: Actor, deed: a.Proposes) -> PullRequest:
        body = "Please see the title; tests are included."
        if deed.order is not None:
            body += f"\n\nCWO: #{self.issues[deed.order].number}\n"
        files = {f"telescope/{deed.key}.py": "DONE = False\n"}
        outside = not actor.may(self.repository, "write")
        return actor.open_pull(
            self.repository, deed.title, body, files, deed.key, from_fork=outside
        )

    async def _settled(self) -> None:
        """Let everything be decided while the clock hardly moves; then let it run, and be shown.

        So each panel is written once, however many comments it stands for.
        """
        time = self.stage.time
        await self.stage.box.settled()
        time.advance(SETTLE)
        time.set_speed(SLOW)
        await self.stage.decided()
        time.set_speed(FAST)
        await self.stage.settled()
        time.stand_still()

    # --- numbers ------------------------------------------------------------------------------

    def _filled(self, words: str) -> str:
        return a.filled(words, lambda key: self.numbers.get(key) or str(self.issues[key].number))

    async def _learn(self, keys: frozenset[str]) -> None:
        """Find out the numbers of pledges and records that somebody is going to name."""
        unknown = keys - self.numbers.keys() - self.issues.keys()
        if not unknown:
            return
        await self._settled()
        for key in unknown:
            self.numbers[key] = await self._number(key)

    async def _number(self, key: str) -> str:
        table = tables.pledges if key.startswith("p-") else tables.records
        number = table.c.pledge if key.startswith("p-") else table.c.record
        made_by = table.c.comment == self.comments[key].id
        async with self.stage.bot.database.read() as tx:
            found = (await tx.execute(select(number).where(made_by).order_by(number))).scalar()
        return f"{key[0].upper()}-{found or 0}"


async def play(stage: Stage, year: Year, *, seed: int = SEED, told: Told | None = None) -> Player:
    """Play the year in a repository of its own; the clock stands still after its last month."""
    stage.look_every = A_MOMENT
    stage.time.stand_still()
    stage.time.jump_to(year.begins)
    player = Player(stage, a_telescope(stage.box.world))
    await player.play(acts(seed, year.first), year, told or (lambda _months: None))
    return player
