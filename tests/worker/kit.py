"""The worker's rooms, wired to fakes: a clock that stands still, and a GitHub that misbehaves."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any, NoReturn

from bot.app.answers import Answers
from bot.app.serving import templates
from bot.comments import Comments
from bot.domain.configuration import CONFIGURATION, Configuration
from bot.domain.refs import Account, Repo
from bot.domain.roles import Rights
from bot.domain.rules import Rules
from bot.github.errors import Final, Limited, Moved, Unsure
from bot.github.perform import CheckRun
from bot.github.reactions import Wanted
from bot.handlers import routes
from bot.lookup import CannotTell, Lookup, NeedsGitHub
from bot.routing import Routes
from bot.storage import inbox, outbox
from bot.storage.database import Database
from bot.storage.inbox import Delivery
from bot.storage.sheet import Sheet
from bot.timing import Bell, Time
from bot.worker.closing import Months
from bot.worker.deciding import Decider
from bot.worker.performing import Performing
from bot.worker.recording import Recording
from bot.worker.sending import Sender
from bot.worker.sorting import Sorter
from tests.storage.kit import NOON, rows, salt

APP = 42
EVERYTHING = Rights(write=True, steward=True, treasurer=True)


@dataclass(slots=True)
class Clock:
    """Stands still until somebody sleeps: that moves it."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.at += timedelta(seconds=max(seconds, 0.001))

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)

    @property
    def time(self) -> Time:
        return Time(self.now, self.sleep)


@cache
def the_comments() -> Comments:
    return Comments(templates("comments"))


def fixed(value: Any) -> Callable[..., Any]:
    """An answer that is always the same; an exception is raised."""

    async def answer(*_: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        return value

    return answer


def lookup(database: Database, rules: Rules | None = None, **changed: Any) -> Lookup:
    """Answers that are fixed where GitHub is asked, and true where the views are."""
    github: Any = SimpleNamespace(
        account=fixed(Account(500, "acme", "Organization")),
        closed_by_hand=fixed(True),
        configuration=fixed(Configuration(rules or Rules())),
        default_head=fixed("d" * 40),
        is_on_default_branch=fixed(True),
        pull_files=fixed(frozenset({CONFIGURATION})),
        labelled_issues=fixed(()),
    )
    roles: Any = SimpleNamespace(holders=fixed(()))
    time = Clock().time
    answers = Answers(database, github, roles, draw, None, {}, time).lookup()
    return replace(answers, **({"rights": fixed(EVERYTHING)} | changed))


_DRAWN = itertools.count(1001)


def draw(_: int) -> int:
    """Person numbers in order, none twice."""
    return next(_DRAWN)


class Silence:
    """No deliveries come in meanwhile."""

    async def quiet(self) -> None:
        """Wait for nobody."""

    def come_now(self) -> bool:
        return False


def a_decider(
    database: Database, clock: Clock, ask: Lookup, subjects: Routes | None = None
) -> Decider:
    return Decider(
        database,
        subjects or routes(),
        ask,
        _only_alone,
        Recording(the_comments(), clock.time, salt),
        Months(database, the_comments(), clock.time, salt, fixed(None)),
        Sorter(database, clock.time, app_id=APP, draw=draw),
        clock.time,
        Bell(clock.time),
        Bell(clock.time),
        Silence(),
    )


def _only_alone(_: Sheet) -> Lookup:
    """Every question needs GitHub: each event is decided alone."""

    async def later(*_: Any) -> Any:
        raise NeedsGitHub

    return Lookup(**{each.name: later for each in fields(Lookup)})


async def decide_all(decider: Decider, clock: Clock) -> None:
    """Sort and decide until nothing wants work any more, however long it must wait."""
    async with asyncio.timeout(60):
        while True:
            await decider.drain()
            async with decider.database.read() as tx:
                if not await inbox.open_count(tx):
                    return
            clock.move(seconds=1)


async def deliver(database: Database, clock: Clock, name: str, event: str, body: bytes) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [Delivery(name, event, body, clock.now())])


# --- GitHub -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Made:
    """A comment or check run that is there."""

    id: int
    body: str
    at: datetime
    run: CheckRun | None = None


@dataclass
class GitHub:
    """Stands in for `Perform`: answers each write as told, and looks over our shoulder."""

    clock: Clock
    database: Database
    answers: Iterator[str] = field(default_factory=lambda: iter(()))
    appears_after: timedelta = timedelta(0)
    """How long a list stays stale."""
    made: list[Made] = field(default_factory=list)
    reactions: set[tuple[int, str]] = field(default_factory=set)
    asked: list[tuple[datetime, str]] = field(default_factory=list)
    killed: asyncio.Event = field(default_factory=asyncio.Event)
    uncommitted: list[str] = field(default_factory=list)
    """Things that we were asked to make although no intent was committed before."""

    async def create_comment(self, repo: Repo, number: int, body: str) -> int:
        key = body.rpartition(f"<!-- bursar {repo.id} ")[2].removesuffix(" -->")
        self._look(key)
        return await self._make(f"create {number}", body)

    async def create_check(self, repo: Repo, run: CheckRun) -> int:
        self._look(run.external_id)
        return await self._make(f"check {repo.id}", run.external_id, run)

    async def edit_comment(self, _: Repo, comment_id: int, body: str) -> None:
        await self._change(f"edit {comment_id}", comment_id, body)

    async def edit_check(self, _: Repo, check_run_id: int, run: CheckRun) -> None:
        await self._change(f"edit check {check_run_id}", check_run_id, run.external_id, run)

    async def delete_comment(self, _: Repo, comment_id: int) -> None:
        self._noted(f"delete {comment_id}")
        self.made = [each for each in self.made if each.id != comment_id]

    async def react(self, _: Repo, comment_id: int, content: str) -> None:
        async with self._answered(f"react {comment_id}") as does:
            if does:
                self.reactions.add((comment_id, content))

    async def react_to_all(self, _: int, wanted: Sequence[Wanted]) -> tuple[bool, ...]:
        async with self._answered(f"react to {len(wanted)}") as does:
            if does:
                self.reactions |= {(_comment_of(each.node), each.content) for each in wanted}
        return (True,) * len(wanted)

    async def find_own_comments(self, _: Repo, __: int, marker: str, since: datetime) -> list[int]:
        self._noted("find")
        self._search()
        return sorted(
            each.id for each in self._listed() if marker in each.body and each.at >= since
        )

    async def find_check(self, _: Repo, commit: str, external_id: str) -> int | None:
        """Look on one commit only, as GitHub does."""
        self._noted(f"find check on {commit}")
        self._search()
        on_it = [each for each in self._listed() if each.run and each.run.head_sha == commit]
        return min((each.id for each in on_it if each.body == external_id), default=None)

    def writes(self) -> list[datetime]:
        return [moment for moment, what in self.asked if not what.startswith("find")]

    def count(self, mark: str) -> int:
        return sum(mark in each.body for each in self.made)

    # --- pieces -------------------------------------------------------------------------------

    def _noted(self, what: str) -> None:
        self.asked.append((self.clock.now(), what))

    def _look(self, key: str) -> None:
        states = rows(self.database, "SELECT state FROM outbox WHERE key = ?", key)
        if states != [("sending",)]:
            self.uncommitted.append(key)

    def _search(self) -> None:
        if next(self.answers, "ok") in {"limited", "cannot tell", "5xx, lost"}:
            raise CannotTell("on purpose")

    def _listed(self) -> list[Made]:
        return [each for each in self.made if each.at + self.appears_after <= self.clock.now()]

    async def _make(self, what: str, body: str, run: CheckRun | None = None) -> int:
        made = Made(9000 + len(self.asked) + 1, body, self.clock.now(), run)
        async with self._answered(what) as does:
            if does:
                self.made.append(made)
        return made.id

    async def _change(
        self, what: str, made_id: int, body: str, run: CheckRun | None = None
    ) -> None:
        if not any(each.id == made_id for each in self.made):
            self._noted(what)
            raise Final(404, "Not Found")
        async with self._answered(what, gone=made_id) as does:
            for each in self.made:
                if does and each.id == made_id:
                    each.body, each.run = body, run

    def _answered(self, what: str, gone: int | None = None) -> _Answer:
        self._noted(what)
        return _Answer(self, next(self.answers, "ok"), gone)


@dataclass
class _Answer:
    """Does what was asked, or not, and then answers as told."""

    github: GitHub
    told: str
    gone: int | None

    async def __aenter__(self) -> bool:
        return self.told in {"ok", "5xx, done", "killed, done", "bug, done"}

    async def __aexit__(self, *_: object) -> None:
        if self.told.startswith("killed"):
            self.github.killed.set()
            await asyncio.Event().wait()
        if self.told != "ok":
            self._refuse()

    def _refuse(self) -> NoReturn:
        match self.told:
            case "404":
                self.github.made = [m for m in self.github.made if m.id != self.gone]
                raise Final(404, "Not Found")
            case "422":
                raise Final(422, "Validation Failed")
            case "limited":
                raise Limited(self.github.clock.now() + timedelta(seconds=90))
            case "moved":
                raise Moved("301")
            case "cannot tell":
                raise CannotTell("no token now")
            case "bug, done":
                raise RuntimeError("on purpose")
            case _:
                raise Unsure(self.told)


def _comment_of(node: str) -> int:
    return int(node.removeprefix("IC_"))


HARMLESS = ("ok", "5xx, done", "5xx, lost", "limited", "moved", "cannot tell", "bug, done")
KILLS = ("killed, done", "killed, lost")
FINAL = ("404", "422")


@dataclass
class Play:
    """Sends an outbox through a GitHub that misbehaves, and starts again when it was killed."""

    database: Database
    clock: Clock
    github: GitHub
    ask: Lookup
    moved: list[Repo] = field(default_factory=list)
    starts: int = 0
    holder: str = "tests"

    def sender(self) -> Sender:
        self.starts += 1
        github: Any = self.github
        performing = Performing(
            self.database, routes(), self.ask, the_comments(), github, self.clock.time
        )

        async def rest(seconds: float) -> None:
            """Let time pass where the sender idles, but not while it is at work."""
            while any(not task.done() for task in sender._busy.values()):
                await asyncio.sleep(0)
            await self.clock.sleep(seconds)

        bell = Bell(Time(self.clock.now, rest))
        sender = Sender(self.database, performing, self.clock.time, bell, self._found, self.holder)
        return sender

    async def _found(self, repo: Repo) -> None:
        self.moved.append(repo)

    async def to_the_end(self) -> None:
        """Send until nothing is open."""
        async with asyncio.timeout(60):
            while await self._open():
                await self._until_killed_or_done()

    async def _until_killed_or_done(self) -> None:
        self.github.killed.clear()
        running = asyncio.create_task(self.sender().run())
        try:
            while await self._open() and not self.github.killed.is_set():
                await asyncio.sleep(0)
                if running.done():
                    running.result()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _open(self) -> int:
        async with self.database.read() as tx:
            return await outbox.open_count(tx)
