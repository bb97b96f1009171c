"""When is a month over, and what becomes of it?

Months are kept in the lane itself: before an event is recorded whose time lies behind the end of the
open month, that month is closed. So no entry of a closed month ever follows its closing entry, but
for what was found late; and the clock's own event is only there so that a month ends even if nobody
says a word.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.comments import Comments
from bot.domain import entries as e
from bot.domain.digests import decide_closing, decide_opening, is_posted, title
from bot.domain.figures import Figures
from bot.domain.panel import Position
from bot.domain.refs import Repo
from bot.domain.rules import Rules
from bot.domain.views import Book
from bot.storage import closing, digests, knowing, leases, ledger, marks, outbox, people, publishing
from bot.storage.database import Database
from bot.storage.leases import Lease
from bot.storage.ledger import Cause, Salt
from bot.timing import CLOCKS_DIFFER, Time


@dataclass(frozen=True, slots=True)
class Months:
    """Opens and closes the months of repositories."""

    database: Database
    comments: Comments
    time: Time
    salt: Salt
    pages_of: Callable[[Repo], Awaitable[str | None]]
    """Gives the address of a repository's public pages, if there are any."""

    async def keep(self, repo: Repo, at: datetime, lease: Lease) -> None:
        """Close every month that is over at a moment (GitHub's time), and begin the next.

        Raises:
            Fenced: the lease of the repository's lane has changed hands.
        """
        at = min(at, self.time.now() + CLOCKS_DIFFER)
        while await self._step(repo, at, lease):
            pass

    def are_kept(self, book: Book, at: datetime) -> bool:
        """Tell whether surely nothing is to be done at a moment."""
        if book.rules is None or book.month_ends_at is None:
            return False
        at = min(at, self.time.now() + CLOCKS_DIFFER)
        return at < book.month_ends_at and decide_opening(book, book.rules, self.time.now()) is None

    async def _step(self, repo: Repo, at: datetime, lease: Lease) -> bool:
        """Do one thing that is due; says whether there was one."""
        async with self.database.read() as tx:
            book = await knowing.book_of(tx, repo.id)
            opened = await self._opened(tx, repo, book)
        if book.rules is None:
            return False
        if opened is not None:
            await self._open(repo, lease)
            return True
        if book.month_ends_at is None or at < book.month_ends_at:
            return False
        await self._close(repo, await self.pages_of(repo), lease)
        return True

    async def _open(self, repo: Repo, lease: Lease) -> None:
        async with self.database.write() as tx:
            await leases.hold(tx, lease)
            opened = await self._opened(tx, repo, await knowing.book_of(tx, repo.id))
            if opened is not None:
                position = await ledger.position(tx, repo.id)
                source = f"month:bounds:{position.seq + 1}"
                await self._record(tx, repo, Cause(source, self.time.now(), None), (opened,))

    async def _opened(self, tx: AsyncConnection, repo: Repo, book: Book) -> e.MonthOpened | None:
        """Decide whether a month begins, or ends at another moment than was said."""
        now, rules = self.time.now(), book.rules or Rules()
        if decide_opening(book, rules, now) is None:
            return None
        newest = await ledger.newest_at(tx, repo.id) if book.month else None
        return decide_opening(book, rules, now, newest)

    async def _close(self, repo: Repo, pages: str | None, lease: Lease) -> None:
        """Close the open month, and fix the words of its digest, in one transaction."""
        async with self.database.write() as tx:
            await leases.hold(tx, lease)
            book, rules = await self._book(tx, repo)
            known = await closing.month_known(tx, repo.id, book, rules.timezone)
            entries = decide_closing(known)
            cause = Cause(f"month:{known.span.month}", known.span.ends_at, None)
            await self._record(tx, repo, cause, entries)
            closed = await closing.newest_closing(tx, repo.id)
            assert closed is not None
            await self._publish(tx, repo, rules, closed.figures, closed.seq, pages)

    async def _publish(
        self,
        tx: AsyncConnection,
        repo: Repo,
        rules: Rules,
        figures: Figures,
        seq: int,
        pages: str | None,
    ) -> None:
        position = Position(seq, await ledger.hash_at(tx, repo.id, seq) or "")
        message = await digests.worded(tx, repo, figures, position, rules, pages)
        names = await people.logins(tx, message.people())
        words = f"{self.comments.render(message, names)}\n{marks.position_mark(position)}"
        month, now = figures.month, self.time.now()
        digest = digests.Digest(month, seq, position.hash, title(month), words, now, None)
        await digests.keep(tx, repo.id, digest)
        if is_posted(figures, rules):
            key = publishing.key_of(month)
            await outbox.publish(tx, repo.id, key, title(month), words, now)

    async def _record(
        self, tx: AsyncConnection, repo: Repo, cause: Cause, entries: tuple[e.Entry, ...]
    ) -> None:
        await ledger.record(tx, repo.id, entries, cause, self.time.now(), self.salt)

    async def _book(self, tx: AsyncConnection, repo: Repo) -> tuple[Book, Rules]:
        book = await knowing.book_of(tx, repo.id)
        return book, book.rules or Rules()
