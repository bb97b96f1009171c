"""Where are we installed, and what may we reach there, by GitHub's own lists?

Names, owners, visibility, installations removed or suspended: for each difference from what we know the
inbox gets what the webhook would have said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.app.recovering.holding import Holding
from bot.github.rereading.today import Today
from bot.github.rereading.told import GHOST, UNREADABLE, Json, stamp, written
from bot.lookup import CannotTell
from bot.storage import inbox, reached, sweeps
from bot.storage.inbox import Delivery
from bot.storage.reached import Installed, Reached
from bot.storage.sweeps import Mark
from bot.timing import Bell

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Reach:
    """Compares GitHub's lists of installations and repositories with the mirror."""

    today: Today
    holding: Holding
    work: Bell

    async def compare(self, last: Mark | None) -> int:
        """Tell every difference; repositories that are new since `last` are read from then on."""
        now = self.holding.time.now()
        async with self.holding.database.read() as tx:
            installed, known = await reached.everything(tx)
        try:
            differences = [each async for each in self._all(installed, known, now)]
        except UNREADABLE as error:
            raise CannotTell("GitHub's list of installations cannot be read.") from error
        if not differences:
            return 0
        async with self.holding.writing() as tx:
            await inbox.put(tx, [each.delivery for each in differences])
            for each in differences:
                if each.new is not None and last is not None:
                    await sweeps.want_reread(tx, each.new, last.until, last.n)
        log.warning("installations or repositories were not as known", count=len(differences))
        self.work.ring()
        return len(differences)

    async def _all(
        self, installed: dict[int, Installed], known: dict[int, Reached], now: datetime
    ) -> AsyncIterator[Difference]:
        listed = {each["id"]: each for each in await self.today.installations()}
        for number in installed.keys() - listed.keys():
            if not installed[number].removed:
                its = [each for each in known.values() if each.installation == number]
                yield _installation(_gone(number, installed[number]), "deleted", now, its)
        for number, found in listed.items():
            if (action := _changed(installed.get(number), found)) is not None:
                yield _installation(found, action, now, [])
            if found["suspended_at"] is None:
                repositories = await self.today.repositories(number)
                for each in _repositories(found, repositories, known, now):
                    yield each


@dataclass(frozen=True, slots=True)
class Difference:
    """What is told; `new` is a repository that we did not know to be within our reach."""

    delivery: Delivery
    new: int | None = None


def _changed(known: Installed | None, found: Json) -> str | None:
    """Name what happened to an installation, going by what we know of it."""
    suspended = found["suspended_at"] is not None
    if known is None or known.removed:
        return "created"
    if known.suspended != suspended:
        return "suspend" if suspended else "unsuspend"
    return None


def _repositories(
    installation: Json, listed: list[Json], known: dict[int, Reached], now: datetime
) -> Iterator[Difference]:
    """Tell what is new, what is called otherwise, and what is out of our reach."""
    number = installation["id"]
    for found in listed:
        before = known.get(found["id"])
        if before is None or before.removed or before.installation != number:
            yield _selected(installation, "added", [found], now, new=found["id"])
        elif (before.full_name, before.private) != (found["full_name"], found["private"]):
            action = "renamed" if before.private == found["private"] else _visible(found)
            body = {"action": action, "repository": found, "installation": {"id": number}}
            yield Difference(_delivery("repository", found["id"], action, body, now))
    here = {each["id"] for each in listed}
    gone = [
        each
        for each in known.values()
        if each.installation == number and not each.removed and each.id not in here
    ]
    if gone:
        yield _selected(installation, "removed", [_short(each) for each in gone], now)


def _visible(found: Json) -> str:
    return "privatized" if found["private"] else "publicized"


def _selected(
    installation: Json, action: str, which: list[Json], now: datetime, new: int | None = None
) -> Difference:
    name = "installation_repositories"
    body = {"action": action, "installation": installation, f"repositories_{action}": which}
    subject = which[0]["id"]
    return Difference(_delivery(name, subject, action, body, now), new)


def _installation(found: Json, action: str, now: datetime, its: list[Reached]) -> Difference:
    body = {
        "action": action,
        "installation": found,
        "repositories": [_short(each) for each in its],
    }
    return Difference(_delivery("installation", found["id"], action, body, now))


def _gone(number: int, known: Installed) -> Json:
    return {"id": number, "account": {"login": known.account}, "suspended_at": None}


def _short(known: Reached) -> Json:
    return {
        "id": known.id,
        "name": known.full_name.partition("/")[2],
        "full_name": known.full_name,
        "private": known.private,
    }


def _delivery(event: str, subject: int, action: str, body: Json, now: datetime) -> Delivery:
    name = f"drift:{event}:{subject}:{action}:{stamp(now)}"
    return Delivery(name, event, written(body | {"sender": GHOST}), now)
