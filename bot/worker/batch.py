"""Which events of a lane are decided in one transaction, and which are left out?

Left out is what only GitHub can answer, what failed before, what finds a month that is over, and what
fails now. It holds back what comes after it in the same place; other places go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.refs import Repo
from bot.domain.views import Book
from bot.events.happened import CommentMade
from bot.events.reading import Heard
from bot.lookup import Lookup, NeedsGitHub
from bot.routing import Routes
from bot.storage import inbox, knowing, mirror, out_of_reach
from bot.storage.sheet import Sheet
from bot.worker.closing import Months
from bot.worker.recording import Recording, place_of


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the inbox, understood."""

    row: inbox.Waiting
    heard: Heard


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An event that a batch left out: it failed, or it must be decided alone."""

    event: Told
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Decides events of one lane in a transaction that is open, and holds its lease."""

    routes: Routes
    within: Callable[[Sheet], Lookup]
    recording: Recording
    months: Months

    async def decide(self, tx: AsyncConnection, events: Sequence[Told]) -> list[LeftOut]:
        """Decide one event after the other; gives those that were left out."""
        repo = await mirror.repo_by_id(tx, events[0].row.repo or 0)
        if repo is None:
            numbers = [each.row.n for each in events]
            await out_of_reach.pass_over(tx, events[0].row.repo or 0, numbers)
            return []
        sheet = Sheet(tx, repo.id)
        await _expect(sheet, events)
        done: list[int] = []
        left = await self._in_order(sheet, repo, events, done)
        await inbox.finish_all(await sheet.plain(), done, "done")
        return left

    async def _in_order(
        self, sheet: Sheet, repo: Repo, events: Sequence[Told], done: list[int]
    ) -> list[LeftOut]:
        """Decide what can be; what is left out holds back what comes after it in the same place."""
        ask, left, held = self.within(sheet), list[LeftOut](), set[tuple[str, int]]()
        for event in events:
            places = _places(event)
            if places & held:
                continue
            if held and not places:
                break  # about everything: it passes by nothing that waits
            outcome = await self._outcome(sheet, repo, event, ask)
            if outcome is None:
                done.append(event.row.n)
                continue
            left.append(outcome)
            if not places:
                break  # about everything: nothing may pass it by
            held |= places
        return left

    async def _outcome(self, sheet: Sheet, repo: Repo, event: Told, ask: Lookup) -> LeftOut | None:
        book = await sheet.one(Book) or Book()
        if event.row.attempts or not self.months.are_kept(book, event.heard.happened_at):
            return LeftOut(event)
        try:
            async with sheet.attempt():
                await self._decide(sheet, event.heard, repo, ask)
        except DBAPIError:
            raise
        except NeedsGitHub:
            return LeftOut(event)
        except Exception as error:  # noqa: BLE001 - noted, once what came before is committed
            return LeftOut(event, error)
        return None

    async def _decide(self, sheet: Sheet, heard: Heard, repo: Repo, ask: Lookup) -> None:
        if await sheet.is_decided(heard.source):
            return
        assert heard.event is not None
        event = replace(heard.event, repo=repo)
        steps = await self.routes.steps(event, ask)
        await self.recording.record(sheet, replace(heard, event=event), repo, steps)


async def _expect(sheet: Sheet, events: Sequence[Told]) -> None:
    """Load what these events will probably ask for, in a few queries for all of them."""
    await sheet.expect_sources(event.heard.source for event in events)
    spoken = [
        each.heard.event.spoken for each in events if isinstance(each.heard.event, CommentMade)
    ]
    await sheet.expect_people(each.by.id for each in spoken)
    spots = {(each.issue.id, sheet.people[each.by.id]) for each in spoken}
    await knowing.expect(sheet, spots)


def _places(event: Told) -> set[tuple[str, int]]:
    """Name where an event happened: the clock knows an issue by its id, a pull request has its number."""
    number = place_of(event.heard.event)
    found = {("id", event.row.issue), ("number", number)}
    return {(kind, value) for kind, value in found if value is not None}
