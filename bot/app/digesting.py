"""What does `bursar digest` do? It prints the digest of a month, or posts it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.opening import CannotDo, known_repository, open_store
from bot.app.rooms import Bot
from bot.app.serving import REAL_TIME, templates
from bot.app.working import a_bot, at_work, outcome
from bot.comments import Comments
from bot.domain.closing import figures
from bot.domain.digests import decide_opening, title
from bot.domain.refs import Repo
from bot.domain.rules import Rules
from bot.domain.views import Book
from bot.events.reading import MONTH_END, deadline_body
from bot.settings import Settings, StoreSettings
from bot.storage import closing, digests, inbox, knowing, ledger, mirror, outbox, people, publishing
from bot.storage.inbox import Delivery


async def printed(store: StoreSettings, owner: str, name: str, month: str) -> str:
    """Give the digest of a month as it was worded, or how the open month stands now.

    Raises:
        CannotDo: there is none of that month.
    """
    async with open_store(store.database_url) as database, database.read() as tx:
        repo = await known_repository(tx, owner, name)
        known = await digests.of_month(tx, repo.id, month)
        if known is not None:
            return f"# {known.title}\n\n{known.words}"
        book = await knowing.book_of(tx, repo.id)
        if month != book.month:
            raise _no_such_month(month, book)
        return f"# {title(month)}\n\n{await _so_far(tx, store, repo, book)}"


async def post(chosen: Settings, owner: str, name: str, month: str) -> str:
    """Post the digest of a month that is over, if it was not; says where it is.

    A running server posts it, or this command. Also one that was kept off GitHub (a quiet month,
    or `digest: {to: off}`): it was asked for by name.

    Raises:
        CannotDo: the month is not over, or GitHub refused.
    """
    async with a_bot(chosen) as bot:
        async with bot.database.read() as tx:
            repo = await known_repository(tx, owner, name)
        await _check_over(bot, repo, month)
        async with at_work(bot):
            await outcome(lambda: _worded(bot, repo, month))
            number = await outcome(lambda: _posted(bot, repo, month))
    return f"{title(month)}: {chosen.web_url()}/{repo.full_name}/issues/{number}"


# --- pieces -----------------------------------------------------------------------------------


def _no_such_month(month: str, book: Book) -> CannotDo:
    if not book.month:
        return CannotDo("Nothing is recorded there yet, so there is no digest.")
    problem = f"There is no digest of {month}: "
    if month < book.first_month:
        return CannotDo(f"{problem}the ledger begins in {book.first_month}.")
    return CannotDo(f"{problem}{book.month} is still open.")


async def _so_far(tx: AsyncConnection, store: StoreSettings, repo: Repo, book: Book) -> str:
    rules = book.rules or Rules()
    found = figures(await closing.month_known(tx, repo.id, book, rules.timezone))
    position = await ledger.position(tx, repo.id)
    public = await mirror.public_repo(tx, repo.owner, repo.name)
    pages = f"{store.public_url}/{repo.full_name}" if store.public_url and public else None
    message = await digests.worded(tx, repo, found, position, rules, pages, is_final=False)
    names = await people.logins(tx, message.people())
    return Comments(templates("comments"), web_url=store.web_url()).render(message, names)


async def _check_over(bot: Bot, repo: Repo, month: str) -> None:
    """Ask for a month that is over to be closed, where the clock has not done so yet."""
    now = REAL_TIME.now()
    async with bot.database.read() as tx:
        known = await digests.of_month(tx, repo.id, month)
        book = await knowing.book_of(tx, repo.id)
    if known is not None:
        return
    if month != book.month or book.month_ends_at is None:
        raise _no_such_month(month, book)
    opening = decide_opening(book, book.rules or Rules(), now)
    ends_at = opening.ends_at if opening else book.month_ends_at
    if now < ends_at:
        raise CannotDo(
            f"{month} is not over: its digest is posted at {ends_at:%Y-%m-%d %H:%M} UTC."
        )
    body = deadline_body(repo.id, ends_at)
    async with bot.database.write() as tx:
        name = f"{MONTH_END}:{repo.id}:0:{now.isoformat()}"
        await inbox.put(tx, [Delivery(name, MONTH_END, body, now)])


async def _worded(bot: Bot, repo: Repo, month: str) -> bool | None:
    """Make sure that the digest is to be posted, once it has its words."""
    async with bot.database.write() as tx:
        known = await digests.of_month(tx, repo.id, month)
        if known is None:
            return None
        key = publishing.key_of(month)
        await outbox.publish(tx, repo.id, key, known.title, known.words, REAL_TIME.now())
        await publishing.retry(tx, repo.id, key)
    return True


async def _posted(bot: Bot, repo: Repo, month: str) -> int | None:
    async with bot.database.read() as tx:
        known = await digests.of_month(tx, repo.id, month)
        state = await publishing.state_of(tx, repo.id, month)
    if state == "failed":
        raise CannotDo("GitHub refused the issue: are issues switched off in this repository?")
    return known.issue if known and state == "done" else None
