"""What happened lately that is worth reading? An Atom feed (RFC 4287) of the newest of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot.domain import entries as e
from bot.domain.stages import Stage
from bot.pages.asked import Asked, Shown
from bot.pages.telling import Told, tell
from bot.storage import browsing
from bot.storage.browsing import Sought

SIZE = 50
"""Entries in the feed (product rule)."""

_LOOKED_AT = 2 * SIZE
"""Entries read: some of them, such as offers, are not shown."""

SINCE = 2026
"""The year since which the ids of entries are made as they are; it may never change (RFC 4151)."""

WORTH_READING = (
    e.PledgeMade,
    e.PledgeAccepted,
    e.MoneyReceived,
    e.MoneyPaid,
    e.MoneyPaidDirectly,
    e.MoneyRefunded,
    e.RecordReversed,
    e.OrderProposed,
    e.OrderApproved,
    e.OrderDeclined,
    e.OrderStarted,
    e.OrderReported,
    e.OrderFinished,
    e.OrderClosed,
    e.OrderCancelled,
    e.MonthClosed,
)
"""Neither refusals nor rules, and no pledge before it stands."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry of the feed."""

    id: str
    told: Told
    address: str
    author: str | None


async def show(asked: Asked) -> Shown:
    """Give the feed of a repository."""
    sought = Sought(frozenset(kind.__name__ for kind in WORTH_READING))
    found = await browsing.before(asked.tx, asked.repo.id, sought, None, _LOOKED_AT)
    told = [each for each in await tell(asked, found.lines) if _is_worth_reading(each.entry)]
    happenings = [_happening(asked, each) for each in told[:SIZE]]
    midnight = asked.now.replace(hour=0, minute=0, second=0, microsecond=0)
    values = {
        "id": _tag(asked, "feed"),
        "page": f"{asked.public_url}{asked.home}",
        "happenings": happenings,
        "updated": max((each.recorded_at for each in told), default=midnight),
    }
    return Shown("feed.atom", values, "application/atom+xml")


def _is_worth_reading(entry: e.Entry) -> bool:
    if isinstance(entry, e.PledgeMade):
        return entry.now is not Stage.OFFERED
    return not (isinstance(entry, e.MonthClosed) and entry.figures.quiet)


def _happening(asked: Asked, told: Told) -> Happening:
    """Make an entry of the feed, whose addresses are whole: it is read elsewhere."""
    home = f"{asked.public_url}{asked.home}"
    address = told.cause.address or f"{home}/ledger?before={told.seq + 1}"
    if address.startswith("/"):
        address = f"{asked.public_url}{address}"
    point = replace(told.point, home=home)
    author = point.names.get(told.actor) if told.actor is not None else None
    return Happening(
        id=_tag(asked, f"entry:{told.seq}"),
        told=replace(told, point=point),
        address=address,
        author=point.words(author) if author else None,
    )


def _tag(asked: Asked, what: str) -> str:
    """Make an id that stays, also when the repository is renamed (RFC 4151)."""
    host = urlsplit(asked.public_url).hostname or "localhost"
    return f"tag:{host},{SINCE}:repository:{asked.repo.id}:{what}"
