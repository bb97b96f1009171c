"""How does `bursar rebuild` go, from an empty ledger to a full one?

Everything is decided anew in a store of its own, which is thrown away: so a rebuilding that breaks off
leaves nothing behind, and a check writes nothing at all.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import aiohttp

from bot.app.alone import Alone
from bot.app.opening import CannotDo, open_store
from bot.app.rebuilding import adoptions, carrying, history, missing, revisions, same
from bot.app.rebuilding.asking import Asking, patience
from bot.app.rebuilding.evidence import Evidence, gather
from bot.app.rebuilding.findings import Finding
from bot.app.rebuilding.heads import Heads
from bot.app.rebuilding.numbers import Numbers, linked, made_in
from bot.app.rebuilding.of_then import WITHIN, OfThen
from bot.app.rebuilding.proofs import Proofs
from bot.app.rebuilding.published import Published
from bot.app.rebuilding.replaying import Replay, ThenTime
from bot.app.rebuilding.taking_over import TakingOver
from bot.app.rooms import Bot
from bot.app.serving import REAL_TIME, wire
from bot.app.working import installed_repository
from bot.domain.refs import Repo
from bot.events.happened import IssueClosed
from bot.events.mirrored import RepositorySeen
from bot.events.reading import hear
from bot.github.routes import GET_APP
from bot.lookup import LabelledIssue, Lookup
from bot.routing import Routes
from bot.settings import Settings
from bot.storage import ledger, mirror
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.timing import Time


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it."""

    name: str
    entries: int
    findings: tuple[Finding, ...]
    checked: bool = False
    """Whether it was compared with the ledger that is there, and nothing was written."""

    @property
    def is_whole(self) -> bool:
        """Tell whether all is equal to what was, as far as GitHub tells."""
        return not any(finding.is_loss for finding in self.findings)


async def rebuild(
    chosen: Settings, owner: str, name: str, *, check: bool = False, time: Time = REAL_TIME
) -> Rebuilt:
    """Rebuild a repository's ledger from GitHub, or compare the one that is there.

    Raises:
        CannotDo: the ledger is not empty (or, for a check, it is); GitHub does not answer.
        AlreadyRunning: a server works on this SQLite file (on PostgreSQL, stop them by hand).
    """
    async with AsyncExitStack() as stack:
        real = await stack.enter_async_context(open_store(chosen.database_url))
        if not (check or real.is_shared):
            stack.enter_context(Alone(real.url.database))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        scratch = await stack.enter_async_context(_passing_store())
        today = wire(chosen, scratch, session, time, pauses=real)
        repo = await installed_repository(today, owner, name)
        await _check_ledger(real, repo, empty=not check)
        await carrying.lend_people(real, scratch)
        today.client.patience = patience(time)
        began = time.now()
        rebuilding = _Rebuilding(chosen, today, scratch, session, repo, time)
        findings = await rebuilding.everything()
        if check:
            return await _compared(real, scratch, repo, findings)
        entries = await carrying.carry(scratch, real, repo.id, time.now(), began)
        return Rebuilt(repo.full_name, entries, tuple(findings))


@dataclass(slots=True)
class _Rebuilding:
    """One repository, from reading to comparing."""

    chosen: Settings
    today: Bot
    """Asks GitHub, by the clock of today."""
    scratch: Database
    session: aiohttp.ClientSession
    repo: Repo
    time: Time

    async def everything(self) -> list[Finding]:
        """Read, decide anew, take over, and say what does not fit."""
        ask = Asking(self.today.client, self.time)
        evidence = await gather(ask, self.repo, self.chosen.app_id)
        rewritten = await revisions.read(ask, self.repo)
        told = await history.read(ask, self.repo, rewritten.texts, evidence)
        adopted = adoptions.adoptions(told, evidence)
        brought_in = [*told.told, *adoptions.told(self.repo, adopted)]
        told = replace(told, told=tuple(sorted(brought_in, key=lambda each: each.at)))
        await self._introduce()
        clock = ThenTime()
        then = wire(self.chosen, self.scratch, self.session, clock.time())
        gone = missing.is_anything_gone(evidence, told, rewritten)
        numbers = await self._numbers(ask, evidence, known=not (gone or evidence.was_late))
        of_then = self._of_then(then, ask, evidence, told, adopted, numbers)
        then.decider.routes = cast("Routes", of_then)
        then.decider.ask = self.today.answers.lookup()
        then.decider.within = lambda _: WITHIN
        replay = Replay(self.scratch, then.decider, clock, self.time, self.repo.id)
        await replay.play(told.told, self.time.now())
        app = await ask.as_app(GET_APP)
        taking_over = TakingOver(self.repo.id, evidence, rewritten.deletions, app["slug"])
        async with self.scratch.write() as tx:
            unfitting = await taking_over.take_over(tx)
        async with self.scratch.read() as tx:
            lost = await missing.findings(tx, self.repo, evidence, told, rewritten)
        shown = await self._published(then, of_then.routes).differences(evidence)
        return [
            *of_then.findings,
            *adoptions.findings(adopted),
            *unfitting,
            *lost,
            *shown,
        ]

    async def _introduce(self) -> None:
        """Make the repository known: what the clock or the operator says does not describe it."""
        public = await self.today.answers.is_public(self.repo)
        repo, long_ago = self.repo, datetime(1970, 1, 1, tzinfo=UTC)
        seen = RepositorySeen(
            repo.id, repo.installation, repo.owner, repo.name, private=not public, told_at=long_ago
        )
        async with self.scratch.write() as tx:
            await mirror.note_repository(tx, seen)

    def _of_then(
        self,
        then: Bot,
        ask: Asking,
        evidence: Evidence,
        told: history.History,
        adopted: tuple[adoptions.Adopted, ...],
        numbers: Numbers,
    ) -> OfThen:
        async def brought_in(at: datetime, labels: tuple[str, ...]) -> tuple[LabelledIssue, ...]:
            wanted = {label.casefold() for label in labels}
            return tuple(
                each.found
                for each in adopted
                if each.at == at and wanted & {name.casefold() for name in each.found.issue.labels}
            )

        return OfThen(
            then.decider.routes,
            evidence,
            Proofs(evidence, told.labellings),
            dict(_closings(told)),
            Heads(ask).at,
            numbers,
            brought_in,
        )

    async def _numbers(self, ask: Asking, evidence: Evidence, *, known: bool) -> Numbers:
        """Read what numbers stood for, where they may not be what they were."""
        texts: list[str] = []
        if not known:
            texts = [each.body for each in evidence.shown]
            comments = [each for each in evidence.shown if not each.key.startswith("digest:")]
            texts += await revisions.versions(ask, self.repo, [each.node for each in comments])
        return Numbers(made_in(self.scratch, self.repo.id), linked(texts), known)

    def _published(self, then: Bot, routes: Routes) -> Published:
        comments = then.decider.recording.comments
        ask: Lookup = then.answers.lookup()
        return Published(self.scratch, self.repo, routes, ask, comments)


# --- pieces -----------------------------------------------------------------------------------


@asynccontextmanager
async def _passing_store() -> AsyncIterator[Database]:
    """Open a store that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bursar-rebuild-") as folder:
        database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'scratch.db'}")
        try:
            await migrate(database)
            yield database
        finally:
            await database.close()


async def _check_ledger(real: Database, repo: Repo, *, empty: bool) -> None:
    async with real.read() as tx:
        position = await ledger.position(tx, repo.id)
    if empty and position.seq:
        problem = (
            f"The ledger of {repo.full_name} is not empty: it has {position.seq} entries. "
            "A ledger is rebuilt only where there is none; `--check` compares this one."
        )
        raise CannotDo(problem)
    if not empty and not position.seq:
        problem = f"{repo.full_name} has no ledger to compare with."
        raise CannotDo(problem)


async def _compared(
    real: Database, scratch: Database, repo: Repo, findings: list[Finding]
) -> Rebuilt:
    async with real.read() as ours, scratch.read() as rebuilt:
        kept, made = await same.counted(ours, repo.id), await same.counted(rebuilt, repo.id)
        entries = (await ledger.position(rebuilt, repo.id)).seq
    only_here, only_there = same.differences(kept, made)
    unequal = [Finding("only in the ledger", each.sentence()) for each in only_here]
    unequal += [Finding("only rebuilt", each.sentence()) for each in only_there]
    return Rebuilt(repo.full_name, entries, (*findings, *unequal), checked=True)


def _closings(told: history.History) -> Iterator[tuple[int, datetime]]:
    for each in told.told:
        if each.event != "issues":
            continue
        event = hear(each.event, each.body, each.at).event
        if isinstance(event, IssueClosed):
            yield event.issue.id, event.at
