"""What strikes besides requests and deliveries: crashes, and changes that nobody asked us about."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from campaigns.simulate.lives import Life
from campaigns.simulate.troubles import CHANGING, CRASH, CRASHES, Trouble

if TYPE_CHECKING:
    from campaigns.simulate.playing import Run


@dataclass(frozen=True)
class Striking:
    """Strikes in one run."""

    run: Run

    def strike(self, dice: random.Random) -> None:
        """Let something happen that is no delivery and no request."""
        if self.run.life is not None and dice.random() < CRASH:
            how = dice.choice(CRASHES)
            self.run.life.arm(how, dice.randint(1, 400 if how is Trouble.CRASH_AWAIT else 10))
        strikes = {
            Trouble.RENAME: self._rename,
            Trouble.TRANSFER: self._transfer,
            Trouble.SUSPEND: self._suspend,
            Trouble.HIDDEN: self._hide,
            Trouble.SPOILT: self._spoil,
            Trouble.SKEW: self._set_clock,
            Trouble.ROLE: self._promote,
        }
        for trouble, strike in strikes.items():
            if dice.random() < CHANGING[trouble]:
                strike(dice)

    def _struck(self, trouble: Trouble, **facts: object) -> None:
        self.run.troubles.struck[trouble] += 1
        self.run.watching.note("strikes", what=trouble.value, **facts)

    def _rename(self, _: random.Random) -> None:
        self.run.village.renamed += 1
        name = f"solver-{self.run.village.renamed}"
        self.run.world.person("mia").rename_repository(self.run.project.solver, name)
        self._struck(Trouble.RENAME, to=name)

    def _transfer(self, _: random.Random) -> None:
        repository = self.run.project.solver
        if self.run.troubles.struck[Trouble.HIDDEN] or self.run.truth.clock_was_wrong:
            return  # see "What it does not play" in docs/campaigns.md
        to = "apex" if repository.owner.login == "acme" else "acme"
        self.run.world.person("mia").transfer_repository(repository, to)
        self._struck(Trouble.TRANSFER, to=to)

    def _suspend(self, dice: random.Random) -> None:
        installation = self.run.village.installation
        if not installation.active or self.run.truth.clock_was_wrong:
            return
        self.run.world.person("mia").suspend(installation)
        self._struck(Trouble.SUSPEND)
        self.run.loop.call_later(dice.choice((5, 30, 120)), self.unsuspend)

    def unsuspend(self) -> None:
        """Let us act again."""
        installation = self.run.village.installation
        if not installation.active:
            self.run.world.person("mia").unsuspend(installation)
            self.run.watching.note("unsuspends")

    def _hide(self, dice: random.Random) -> None:
        if self.run.project.solver.private or self.run.troubles.struck[Trouble.TRANSFER]:
            return
        if self.run.truth.clock_was_wrong:
            return
        self.run.world.person("mia").make_private(self.run.project.solver)
        self._struck(Trouble.HIDDEN)
        self.run.loop.call_later(dice.choice((5, 30, 120)), self._show)

    def _show(self) -> None:
        self.run.world.person("mia").make_public(self.run.project.solver)

    def _spoil(self, dice: random.Random) -> None:
        panels = [
            comment
            for issue in self.run.village.issues()
            for comment in issue.comments
            if comment.via_app is self.run.box.app
        ]
        if panels:
            comment = dice.choice(panels)
            self.run.world.person("mia").edit_comment(comment, comment.body.replace("USD", "XXX"))
            self._struck(Trouble.SPOILT, comment=comment.id)

    def _set_clock(self, dice: random.Random) -> None:
        if self.run.life is None or self.run.life.skew:
            return
        struck = self.run.troubles.struck
        if struck[Trouble.SUSPEND] or struck[Trouble.TRANSFER] or struck[Trouble.HIDDEN]:
            return
        self.run.truth.clock_was_wrong = True
        self.run.life.skew = timedelta(seconds=dice.choice((-600, -90, -30, 30, 90, 600)))
        self._struck(Trouble.SKEW, by=self.run.life.skew)
        self.run.loop.call_later(dice.choice((20, 90, 240)), self._set_clock_right, self.run.life)

    def _set_clock_right(self, life: Life) -> None:
        life.skew = timedelta(0)
        self.run.watching.note("clock right")

    def _promote(self, dice: random.Random) -> None:
        role = dice.choice(("maintain", "write"))
        self.run.world.person("mia").set_role(self.run.project.solver, "gus", role)
        self.run.steward("gus", is_one=role == "maintain")
        self._struck(Trouble.ROLE, gus=role)
