"""How is a decision recorded, with everything that follows from it, in one transaction?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.comments import Comments
from bot.domain.decisions import Decision
from bot.domain.effects import Effect, React, Reaction, Refresh, Say
from bot.domain.entries import Refused
from bot.domain.refs import Repo, Spoken
from bot.domain.refusals import No
from bot.domain.replies import CommandRefused
from bot.domain.views import Item
from bot.events.reading import Heard
from bot.events.happened import CommentMade
from bot.routing import Step
from bot.storage import ledger, outbox, people, rows
from bot.storage.ledger import Cause, Recorder, Salt
from bot.timing import Time

ANSWERS_PER_PERSON = 20
ANSWERS_PER_ISSUE = 60
ANSWERS_WINDOW = timedelta(hours=1)
"""How much we say in an hour, to one person and on one issue (docs/architecture.md): beyond it a
reaction must do. What we record has no such bound."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Records what was decided about one event."""

    comments: Comments
    time: Time
    salt: Salt

    async def record(self, tx: AsyncConnection, heard: Heard, repo: Repo, steps: Sequence[Step]) -> None:
        """Decide every step in order: all are recorded, or one refusal is."""
        if await ledger.is_decided(tx, repo.id, heard.source):
            return
        cause = await self._cause(tx, heard, repo)
        effects = await self._decide(tx, heard, repo, steps, cause)
        for effect in effects:
            await self._follow(tx, repo, heard, effect)

    async def _decide(
        self,
        tx: AsyncConnection,
        heard: Heard,
        repo: Repo,
        steps: Sequence[Step],
        cause: Cause,
    ) -> list[Effect]:
        effects: list[Effect] = []
        recorder = Recorder(tx, repo.id, cause, self.time.now(), self.salt)
        tried = 0
        try:
            async with tx.begin_nested():
                for tried, step in enumerate(steps):
                    decision = await self._decision(tx, repo, step)
                    await recorder.record(decision.entries)
                    effects += decision.effects
        except No as no:
            return await self._refuse(tx, heard, repo, no, cause, steps, tried)
        spoken = _spoken(heard)
        if spoken and steps:
            effects.append(React(spoken.comment, Reaction.RECORDED))
        return effects

    async def _decision(self, tx: AsyncConnection, repo: Repo, step: Step) -> Decision:
        if isinstance(step.outcome, No):
            raise step.outcome
        known = await rows.known(tx, repo.id, step.outcome.about)
        return step.outcome.decide(known)

    async def _refuse(
        self,
        tx: AsyncConnection,
        heard: Heard,
        repo: Repo,
        no: No,
        cause: Cause,
        steps: Sequence[Step],
        tried: int,
    ) -> list[Effect]:
        """Record the refusal, and answer: a reaction, and one reply where that helps a person."""
        recorder = Recorder(tx, repo.id, cause, self.time.now(), self.salt)
        await recorder.record((Refused(heard.issue or 0, no.why.value),))
        spoken = _spoken(heard)
        if spoken is None:
            return []
        effects: list[Effect] = [React(spoken.comment, Reaction.REFUSED)]
        step = steps[tried]
        if step.line is not None and await self._deserves_words(tx, repo, spoken, no):
            message = CommandRefused(step.line, no.why, step.usage, dict(no.facts), len(steps) - 1)
            key = f"refused:{spoken.comment}"
            effects.append(Say(key, spoken.issue.number, message, answer=True))
        return effects

    async def _deserves_words(self, tx: AsyncConnection, repo: Repo, spoken: Spoken, no: No) -> bool:
        """Tell whether a refusal is answered in words: only where commands work at all."""
        return not (no.quiet or spoken.issue.is_pull) and await _item(tx, repo, spoken) is not None

    async def _cause(self, tx: AsyncConnection, heard: Heard, repo: Repo) -> Cause:
        by = getattr(heard.event, "by", None)
        spoken = _spoken(heard)
        account = spoken.by if spoken else by
        actor = await people.person_number(tx, account.id) if account else None
        late = False
        if spoken:
            item = await _item(tx, repo, spoken)
            late = bool(item and item.decided_at and spoken.at < item.decided_at)
        return Cause(heard.source, heard.happened_at, actor, late)

    async def _follow(self, tx: AsyncConnection, repo: Repo, heard: Heard, effect: Effect) -> None:
        now = self.time.now()
        match effect:
            case Refresh():
                await outbox.refresh(tx, repo.id, effect.target, now)
            case React():
                await outbox.react(tx, repo.id, effect, now)
            case Say():
                await self._say(tx, repo, _spoken(heard), effect)
            case _:
                assert_never(effect)

    async def _say(self, tx: AsyncConnection, repo: Repo, to: Spoken | None, say: Say) -> None:
        person = to.by.id if to and say.answer else None
        if person is not None and not await self._may_answer(tx, repo, say.number, person):
            return
        words = await self._words(tx, repo, say)
        now = self.time.now()
        await outbox.say(tx, repo.id, say.key, say.number, words, now, answers=person)

    async def _may_answer(self, tx: AsyncConnection, repo: Repo, number: int, person: int) -> bool:
        since = self.time.now() - ANSWERS_WINDOW
        on_issue = await outbox.said_since(tx, repo.id, since, number=number)
        to_person = await outbox.said_since(tx, repo.id, since, person=person)
        return on_issue < ANSWERS_PER_ISSUE and to_person < ANSWERS_PER_PERSON

    async def _words(self, tx: AsyncConnection, repo: Repo, say: Say) -> str:
        text = self.comments.render(say.message, await people.logins(tx, say.message.people()))
        return f"{text}\n\n{outbox.marker(repo.id, f'say:{say.key}')}"


def _spoken(heard: Heard) -> Spoken | None:
    return heard.event.spoken if isinstance(heard.event, CommentMade) else None


async def _item(tx: AsyncConnection, repo: Repo, spoken: Spoken) -> Item | None:
    key = (Item, spoken.issue.id)
    row = (await rows.load(tx, repo.id, (key,))).get(key)
    return row if isinstance(row, Item) else None

