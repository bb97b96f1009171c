"""What happened in a repository that no delivery told, and is not in the inbox by any name?

A comment is known by its id. Anything else is the same act when it is of the same kind, about the same
thing, at the same time: so what was told once is not put there a second time under another name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.recovering.holding import Holding
from bot.domain.refs import Repo
from bot.events import happened as h
from bot.events.reading import Unreadable, hear
from bot.github.errors import NotThere
from bot.github.rereading import Rereading, Told
from bot.lookup import CannotTell
from bot.storage import mirror, sweeps
from bot.storage.inbox import Delivery
from bot.storage.sweeps import KNOWN, REREAD, Arrived, Mark
from bot.timing import Bell

TOLERANCE = timedelta(seconds=2)
"""By how much the times of one act may differ between its webhook and the API. Our own limit."""

AT_ONCE = 100
"""Deliveries put into the inbox together."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Again:
    """Reads repositories again."""

    rereading: Rereading
    holding: Holding
    work: Bell

    async def read_what_is_wanted(self) -> None:
        """Read every repository of which that is wanted; those that fail wait for the next time.

        Raises:
            CannotTell: of one of them GitHub did not tell everything.
        """
        async with self.holding.database.read() as tx:
            wanted = await sweeps.marks(tx, REREAD)
        silent: CannotTell | None = None
        for repo_id, mark in wanted.items():
            async with self.holding.database.read() as tx:
                repo = await mirror.repo_by_id(tx, repo_id)
            try:
                if repo is not None:
                    await self._read_if_there(repo, mark)
            except CannotTell as error:
                silent = error
                continue
            async with self.holding.writing() as tx:
                await sweeps.let_go(tx, repo_id)  # of one that is gone nobody else will
                await sweeps.take_back(tx, sweeps.of(REREAD, repo_id))
        if silent is not None:
            raise silent

    async def _read_if_there(self, repo: Repo, mark: Mark) -> None:
        """Read a repository; only where GitHub does not know itself any more, nothing is left to read."""
        try:
            await self.read(repo, mark.until, mark.n, deep=True)
        except NotThere as gone:
            if await self.rereading.is_there(repo):
                raise
            log.warning("a repository is not there any more", repo=repo.id, why=str(gone))

    async def read(self, repo: Repo, since: datetime, after: int, *, deep: bool = False) -> int:
        """Put what the inbox lacks there, oldest first, and note up to when all is known.

        `after` is the row of the inbox behind which everything lies that arrived since then. `deep`
        brings in also what is no event for us: names, and what we said ourselves.

        Raises:
            CannotTell: GitHub did not tell everything, or not all that was missed is here yet.
        """
        began = self.holding.time.now()
        async with self.holding.database.read() as tx:
            n = await sweeps.here(tx)
            await _check_nothing_is_held(tx)
        found = [told async for told in self._everything(repo, since)]
        if deep:
            found += [told async for told in self.rereading.texts(repo, since)]
        fresh = await self._fresh(repo, found, after, deep=deep)
        for start in range(0, len(fresh), AT_ONCE):
            some = [_delivery(told) for told in fresh[start : start + AT_ONCE]]
            async with self.holding.writing() as tx:
                await sweeps.hold(tx, some, repo.id)
        async with self.holding.writing() as tx:
            let_go = await sweeps.let_go(tx, repo.id)
            await sweeps.put(tx, sweeps.of(KNOWN, repo.id), began, n)
        if let_go:
            self.work.ring()
            log.warning("read again what was not told", repo=repo.full_name, count=len(fresh))
        return len(fresh)

    async def _fresh(self, repo: Repo, found: list[Told], after: int, *, deep: bool) -> list[Told]:
        """Give what is in the inbox by no name, oldest first."""
        known = Known(repo.id)
        async with self.holding.database.read() as tx:
            await _check_nothing_is_held(tx)
            async for each in sweeps.arrived(tx, repo.id, after):
                known.note(each)
            names = [told.delivery for told in found]
            lacking: set[str] = set()
            for start in range(0, len(names), AT_ONCE):
                lacking |= await sweeps.lacking(tx, names[start : start + AT_ONCE])
        fresh = [
            each for each in found if known.lacks(each, deep=deep) and each.delivery in lacking
        ]
        return sorted(fresh, key=lambda told: told.at)

    async def _everything(self, repo: Repo, since: datetime) -> AsyncIterator[Told]:
        again = self.rereading
        for reading in (again.configurations, again.timelines, again.pulls, again.comments):
            async for told in reading(repo, since):
                yield told


class Known:
    """What the inbox has of a repository, by what it is about."""

    def __init__(self, repo: int) -> None:
        """Begin with nothing."""
        self._repo = repo
        self._acts: dict[Hashable, list[datetime]] = {}
        self._bare: Counter[tuple[int | None, datetime]] = Counter()
        self._comments: set[int] = set()

    def note(self, each: Arrived) -> None:
        """Take a delivery; one whose body is gone is known by its issue and time."""
        if each.tiebreak:
            self._comments.add(each.tiebreak)
        elif each.body is not None:
            self._note_body(each.event, each.body, each.received_at)
        elif each.happened_at is not None:
            self._bare[each.issue, each.happened_at] += 1

    def lacks(self, told: Told, *, deep: bool) -> bool:
        """Tell whether this is something new for us; each act that is there answers for one."""
        try:
            heard = hear(told.event, told.body, told.at)
        except Unreadable:
            return True
        if isinstance(heard.event, h.CommentMade):
            return heard.tiebreak not in self._comments
        if heard.event is None:
            return deep
        at = getattr(heard.event, "at", told.at)
        return not (
            self._has(about(heard.event), at) or self._has_bare(heard.issue, heard.happened_at)
        )

    def _note_body(self, name: str, body: bytes, received_at: datetime) -> None:
        """Look into a body: of what nobody has placed yet, it alone tells where it belongs."""
        try:
            heard = hear(name, body, received_at)
        except Unreadable:
            return
        if heard.event is None or heard.repo != self._repo:
            return
        if isinstance(heard.event, h.CommentMade):
            self._comments.add(heard.tiebreak)
        else:
            at = getattr(heard.event, "at", received_at)
            self._acts.setdefault(about(heard.event), []).append(at)

    def _has(self, what: Hashable, at: datetime) -> bool:
        moments = self._acts.get(what, [])
        same = [each for each in moments if timeless(what) or abs(each - at) <= TOLERANCE]
        if not same:
            return False
        if not timeless(what):
            moments.remove(min(same, key=lambda each: abs(each - at)))
        return True

    def _has_bare(self, issue: int | None, at: datetime) -> bool:
        near = [(i, t) for i, t in self._bare if i == issue and abs(t - at) <= TOLERANCE]
        for key in near:
            if issue is not None and self._bare[key] > 0:
                self._bare[key] -= 1
                return True
        return False


def about(event: h.Event) -> tuple[object, ...]:
    """Name an act: of which kind, and about what."""
    match event:
        case h.IssueLabelled() | h.IssueUnlabelled():
            return (type(event).__name__, event.issue.id, event.label.casefold())
        case h.PullChanged():
            # What a pull request is today is told in one word, whatever its head did meanwhile.
            if event.action in {"synchronize", "edited"}:
                # Its text may be long, and there are many; what it says does not matter.
                return ("head", event.pull.number, event.pull.head, hash(event.pull.body))
            return ("pull", event.pull.number, event.action)
        case h.ReviewChanged():
            return ("review", event.review, event.action)
        case h.Pushed():
            return ("push", event.commit)
        case _:
            issue = getattr(event, "issue", None)
            return (type(event).__name__, getattr(issue, "id", issue))


def timeless(what: Hashable) -> bool:
    """Tell whether an act can happen only once, whatever its time."""
    return isinstance(what, tuple) and what[0] in {"push", "head"}


async def _check_nothing_is_held(tx: AsyncConnection) -> None:
    """See to it that what was missed is decided first: it may be older, and is not told again."""
    if await sweeps.is_held(tx):
        raise CannotTell("Not all that was missed is here yet.")


def _delivery(told: Told) -> Delivery:
    """Put it into the inbox as arrived when it happened: that is what it tells of."""
    return Delivery(told.delivery, told.event, told.body, told.at)
