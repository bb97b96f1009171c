"""What does `bursar adopt` do? It brings in the issues that were labelled before Bursar was installed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.opening import CannotDo
from bot.app.rooms import Bot
from bot.app.serving import REAL_TIME
from bot.app.working import a_bot, at_work, installed_repository, outcome
from bot.domain.entries import Entry, ItemLabelled, OrderOpened, Refused
from bot.domain.refs import Repo
from bot.events.mirrored import RepositorySeen
from bot.events.reading import ADOPTION, deadline_body
from bot.settings import Settings
from bot.storage import inbox, ledger, mirror, outbox
from bot.storage.inbox import Delivery


@dataclass(frozen=True, slots=True)
class Adopted:
    """What `bursar adopt` brought in: numbers of roadmap items and of work orders, and a sentence."""

    issues: tuple[int, ...]
    orders: tuple[int, ...]
    sentence: str


async def adopt(chosen: Settings, owner: str, name: str) -> Adopted:
    """Bring in issues that were labelled before; a running server does it, or this command."""
    async with a_bot(chosen) as bot:
        repo = await _find(bot, owner, name)
        delivery = await _ask_for_adoption(bot, repo)
        async with at_work(bot) as by_us:
            return await _adopted(bot, repo, delivery, sent=by_us)


# --- pieces -----------------------------------------------------------------------------------


async def _find(bot: Bot, owner: str, name: str) -> Repo:
    """Find the repository, asking GitHub if no event came from it yet."""
    async with bot.database.read() as tx:
        known = await mirror.repo_by_name(tx, owner, name)
    if known is not None:
        return known
    found = await installed_repository(bot, owner, name)
    public = await bot.answers.is_public(found)
    async with bot.database.write() as tx:
        await mirror.note_repository(tx, _seen(found, public=public))
    return found


def _seen(repo: Repo, *, public: bool) -> RepositorySeen:
    now = REAL_TIME.now()
    return RepositorySeen(
        repo.id, repo.installation, repo.owner, repo.name, private=not public, told_at=now
    )


async def _ask_for_adoption(bot: Bot, repo: Repo) -> str:
    now = REAL_TIME.now()
    name = f"{ADOPTION}:{repo.id}:{now.isoformat()}"
    async with bot.database.write() as tx:
        body = deadline_body(repo.id, now)
        await inbox.put(tx, [Delivery(name, ADOPTION, body, now)])
    return name


async def _adopted(bot: Bot, repo: Repo, delivery: str, *, sent: bool) -> Adopted:
    """Wait for the outcome, and for the panels when it is us who sends them."""

    async def look() -> Adopted | None:
        async with bot.database.read() as tx:
            state, error = await inbox.state_of(tx, delivery) or ("", None)
            waiting = await outbox.open_count(tx, repo.id) if sent else 0
            found = await _outcome(tx, repo, delivery)
        over = state in {"done", "ignored", "quarantined"} and not waiting
        return _report(state, error, found) if over else None

    return await outcome(look)


async def _outcome(tx: AsyncConnection, repo: Repo, delivery: str) -> list[Entry]:
    """Give what the adoption recorded."""
    _, _, at = delivery.rpartition(f":{repo.id}:")
    lines = await ledger.lines_of(tx, repo.id, f"{ADOPTION}:0:0:{at}")
    return [line.entry() for line in lines]


def _report(state: str, error: str | None, found: list[Entry]) -> Adopted:
    if state != "done":
        problem = f"It did not work: {error or state}."
        raise CannotDo(problem)
    items = tuple(entry.number for entry in found if isinstance(entry, ItemLabelled))
    orders = tuple(entry.number for entry in found if isinstance(entry, OrderOpened))
    left_out = sum(isinstance(entry, Refused) for entry in found)
    count = len(items) + len(orders)
    told = "issue was" if count == 1 else "issues were"
    sentence = f"{count} {told} brought in."
    if left_out:
        sentence += f" {left_out} left out: the label was not set by somebody with write access."
    return Adopted(items, orders, sentence)
