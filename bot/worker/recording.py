"""How is a decision recorded, with everything that follows from it, in one transaction?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.comments import Comments
from bot.domain.decisions import Decision
from bot.domain.effects import Effect, React, Reaction, Refresh, RefreshPanels, Say, Target
from bot.domain.entries import Refused
from bot.domain.moves import panel_of
from bot.domain.refs import Repo, Spoken
from bot.domain.refusals import No
from bot.domain.replies import CommandRefused
from bot.domain.views import Place, Thread
from bot.events.happened import CommentMade, Event
from bot.events.reading import Heard
from bot.routing import Step
from bot.storage import knowing, marks, outbox, people, pulls, showing
from bot.storage.ledger import Cause, Recorder, Salt
from bot.storage.sheet import Sheet
from bot.timing import Time

ANSWERS_PER_PERSON = 20
ANSWERS_PER_ISSUE = 60
ANSWERS_WINDOW = timedelta(hours=1)
"""How much we say in an hour, to one person and on one issue (docs/architecture.md): beyond it a
reaction must do. What we record has no such bound."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Records what was decided about events."""

    comments: Comments
    time: Time
    salt: Salt

    async def record(self, sheet: Sheet, heard: Heard, repo: Repo, steps: Sequence[Step]) -> None:
        """Decide every step in order: all are recorded, or one refusal is."""
        if not await sheet.is_decided(heard.source):
            await _Occasion(self, sheet, heard, repo).decide(steps)


@dataclass(frozen=True, slots=True)
class _Occasion:
    """One event, in the transaction that records what came of it."""

    room: Recording
    sheet: Sheet
    heard: Heard
    repo: Repo

    @property
    def spoken(self) -> Spoken | None:
        """Give the comment, if the event is one."""
        return self.heard.event.spoken if isinstance(self.heard.event, CommentMade) else None

    async def decide(self, steps: Sequence[Step]) -> None:
        """Decide, record, and note what follows."""
        cause = await self._cause()
        effects: list[Effect] = []
        recorder = self._recorder(cause)
        step: Step | None = None
        try:
            async with self.sheet.attempt():
                for step in steps:
                    decision = await self._decision(step)
                    await recorder.record(decision.entries)
                    effects += decision.effects
                    for learned in decision.learned:
                        await pulls.learn(await self.sheet.plain(), self.repo.id, learned)
        except No as no:
            effects = await self._refuse(no, cause, step, others=len(steps) - 1)
        else:
            if self.spoken and steps:
                effects.append(_reaction(self.spoken, Reaction.RECORDED))
        for effect in effects:
            await self._follow(effect)

    async def _decision(self, step: Step) -> Decision:
        if isinstance(step.outcome, No):
            raise step.outcome
        known = await knowing.known(self.sheet, step.outcome.about)
        return step.outcome.decide(known)

    def _recorder(self, cause: Cause) -> Recorder:
        return Recorder(self.sheet, cause, self.room.time.now(), self.room.salt)

    # --- refusals -----------------------------------------------------------------------------

    async def _refuse(
        self, no: No, cause: Cause, step: Step | None, *, others: int
    ) -> list[Effect]:
        """Record the refusal, and answer: a reaction, and one reply where that helps a person."""
        refused = Refused(self.heard.issue or 0, no.why.value)
        await self._recorder(cause).record((refused,))
        spoken = self.spoken
        if spoken is None:
            return []
        effects: list[Effect] = [_reaction(spoken, Reaction.REFUSED)]
        if step and step.line is not None and await self._deserves_words(spoken, no):
            message = CommandRefused(step.line, no.why, step.usage, dict(no.facts), others)
            key = f"refused:{spoken.comment}"
            effects.append(Say(key, spoken.issue.number, message, answer=True))
        return effects

    async def _deserves_words(self, spoken: Spoken, no: No) -> bool:
        """Tell whether a refusal is answered in words: only where commands work at all."""
        return not (no.quiet or spoken.issue.is_pull) and await self._place(spoken) is not None

    # --- what caused it -----------------------------------------------------------------------

    async def _cause(self) -> Cause:
        spoken = self.spoken
        account = spoken.by if spoken else getattr(self.heard.event, "by", None)
        actor = await self.sheet.person(account.id) if account else None
        late = False
        if spoken:
            thread = await self.sheet.one(Thread, spoken.issue.id)
            late = bool(thread and thread.decided_at and spoken.at < thread.decided_at)
        at, where = self.heard.happened_at, place_of(self.heard.event)
        return Cause(self.heard.source, at, actor, late, where)

    async def _place(self, spoken: Spoken) -> Place | None:
        return await knowing.place_at_hand(self.sheet, spoken.issue.id)

    # --- what follows -------------------------------------------------------------------------

    async def _follow(self, effect: Effect) -> None:
        match effect:
            case Refresh():
                self._refresh(effect.target)
            case RefreshPanels():
                tx = await self.sheet.plain()
                for place in await showing.fundable_places(tx, self.repo.id):
                    self._refresh(panel_of(place).target)
            case React():
                self.sheet.at_end(outbox.react_all, effect, self.room.time.now())
            case Say():
                await self._say(effect)
            case _:
                assert_never(effect)

    def _refresh(self, target: Target) -> None:
        """Ask for a target to be brought up to date: once for all events of this transaction."""
        self.sheet.at_end(outbox.refresh_all, target, self.room.time.now())

    async def _say(self, say: Say) -> None:
        person = self.spoken.by.id if self.spoken and say.answer else None
        if person is not None and not await self._may_answer(say.number, person):
            return
        tx = await self.sheet.beside()
        words = await self._words(tx, say)
        now = self.room.time.now()
        await outbox.say(tx, self.repo.id, say.key, say.number, words, now, answers=person)

    async def _may_answer(self, number: int, person: int) -> bool:
        since = self.room.time.now() - ANSWERS_WINDOW
        tx = await self.sheet.beside()
        on_issue = await outbox.said_since(tx, self.repo.id, since, number=number)
        to_person = await outbox.said_since(tx, self.repo.id, since, person=person)
        return on_issue < ANSWERS_PER_ISSUE and to_person < ANSWERS_PER_PERSON

    async def _words(self, tx: AsyncConnection, say: Say) -> str:
        names = await people.logins(tx, say.message.people())
        text = self.room.comments.render(say.message, names)
        return f"{text}\n\n{marks.marker(self.repo.id, f'say:{say.key}')}"


def _reaction(to: Spoken, content: Reaction) -> React:
    return React(to.comment, content, to.node)


def place_of(event: Event | None) -> int | None:
    """Give the number of the issue or pull request on which something happened."""
    place = event.spoken.issue if isinstance(event, CommentMade) else None
    place = place or getattr(event, "issue", None) or getattr(event, "pull", None)
    number: int | None = getattr(place, "number", None)
    return number
