"""What can an operator do about events that could not be decided?"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.opening import CannotDo, known_repository, open_store
from bot.app.serving import REAL_TIME
from bot.domain.moves import panel_of
from bot.settings import StoreSettings
from bot.storage import knowing, mirror, outbox, quarantine
from bot.storage.quarantine import PutAside


async def listed(store: StoreSettings, only: tuple[str, str] | None) -> list[str]:
    """Give a line for each event in quarantine, in all repositories or one."""
    async with open_store(store.database_url) as database, database.read() as tx:
        repo = (await known_repository(tx, *only)).id if only else None
        return [await _line(tx, found) for found in await quarantine.listed(tx, repo)]


async def shown(store: StoreSettings, n: int) -> list[str]:
    """Tell everything about one event: where it belongs, what went wrong, and its payload."""
    async with open_store(store.database_url) as database, database.read() as tx:
        found = await _found(tx, n)
        head = [await _line(tx, found), f"delivery {found.delivery}, {found.attempts} attempts"]
        return [*head, "", *_payload(await quarantine.body(tx, n))]


async def retry(store: StoreSettings, n: int | None) -> int:
    """Put events back into the line, one or all; gives how many.

    Raises:
        CannotDo: the bytes of some are gone; the others are back in the line.
    """
    done, left = await _settle(store, n, quarantine.again)
    if left:
        which = ", ".join(map(str, left))
        problem = (
            f"No bytes are left of {which}: nothing is there to decide again. Say once more on GitHub what "
            f"was said, and drop it with a reason: `bursar quarantine drop {left[0]} --because TEXT`."
        )
        if done:
            problem += f" Of the others, {done} wait to be decided again."
        raise CannotDo(problem)
    return done


async def drop(store: StoreSettings, n: int, reason: str) -> None:
    """Pass an event over for good."""

    async def dropped(tx: AsyncConnection, number: int) -> bool:
        await quarantine.drop(tx, number, f"dropped by the operator: {reason}")
        return True

    await _settle(store, n, dropped)


async def _settle(
    store: StoreSettings, n: int | None, act: Callable[[AsyncConnection, int], Awaitable[bool]]
) -> tuple[int, list[int]]:
    """Act on events, and have their panels say so: none is under review that was acted on.

    Gives how many those are, and which could not be acted on.
    """
    left: list[int] = []
    async with open_store(store.database_url) as database, database.write() as tx:
        found = await quarantine.listed(tx) if n is None else [await _found(tx, n)]
        for each in found:
            if await act(tx, each.n):
                await _refresh(tx, each)
            else:
                left.append(each.n)
        return len(found) - len(left), left


# --- pieces -----------------------------------------------------------------------------------


async def _found(tx: AsyncConnection, n: int) -> PutAside:
    found = await quarantine.one(tx, n)
    if found is None:
        problem = f"No event {n} is in quarantine. `bursar quarantine list` shows those that are."
        raise CannotDo(problem)
    return found


async def _refresh(tx: AsyncConnection, event: PutAside) -> None:
    if event.repo is None or event.issue is None:
        return
    place = await knowing.place_of(tx, event.repo, event.issue)
    if place is not None:
        await outbox.refresh(tx, event.repo, panel_of(place).target, REAL_TIME.now())


async def _line(tx: AsyncConnection, event: PutAside) -> str:
    """Write an event for a person to read."""
    when = (event.happened_at or event.received_at).isoformat(timespec="seconds")
    parts = (str(event.n), when, event.event, await _where(tx, event), event.error or "")
    return "  ".join(plain(part) for part in parts)


async def _where(tx: AsyncConnection, event: PutAside) -> str:
    repo = await mirror.repo_by_id(tx, event.repo or 0)
    if repo is None:
        return "-"
    numbers = await mirror.issue_numbers(tx, repo.id) if event.issue else {}
    number = numbers.get(event.issue or 0)
    return f"{repo.full_name}#{number}" if number else repo.full_name


def _payload(body: bytes) -> list[str]:
    """Lay out a payload; what is no JSON is shown as it came."""
    if not body:
        return ["No bytes are left of it."]
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return [plain(body.decode("utf-8", "backslashreplace"))]
    return json.dumps(read, indent=2).splitlines()


def plain(text: str) -> str:
    """Make a terminal show text instead of obeying it: payloads are written by anybody."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
