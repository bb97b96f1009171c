"""What does an entry of the ledger say to the public, and what caused it?

The sentences stand in `templates/pages/_entries.html`, one macro for each kind of entry; here is what
they need, looked up for all entries of a page at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain import entries as e
from bot.domain.money import Money
from bot.domain.movements import End, EndKind, Movement
from bot.pages.asked import Asked
from bot.pages.pointing import Pointer, pointer
from bot.storage import browsing, people
from bot.storage.browsing import PlaceKind
from bot.storage.ledger import Line

_PARTIES = frozenset({EndKind.FUNDER, EndKind.PAYEE})
_PEOPLE = ("pledger", "funder", "author", "by")
"""Fields of entries that hold a person's number."""

_OF_MONTHS = e.MonthOpened | e.PullsNoted | e.MonthClosed


@dataclass(frozen=True, slots=True)
class Cause:
    """What made Bursar record an entry, and where it can be read."""

    words: str
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry, ready to be told."""

    seq: int
    kind: str
    entry: e.Entry
    at: datetime
    """GitHub's time of what happened."""
    recorded_at: datetime
    actor: int | None
    issue: int | None
    cause: Cause
    point: Pointer
    hash: str
    late: bool
    month: str
    earlier: bool
    """Whether it happened before the month in which it is recorded."""

    @property
    def money(self) -> Money | None:
        """Give the amount that it is about: what moved or was settled, or else what was promised."""
        move = self.move
        if move is not None:
            return move.money
        named = (
            getattr(self.entry, name, None) for name in ("settled", "refunded", "money", "goal")
        )
        return next((money for money in named if money is not None), None)

    @property
    def move(self) -> Movement | None:
        """Give the movement that a record is about: the first; the others are fees."""
        moves: tuple[Movement, ...] = getattr(self.entry, "moves", ())
        return moves[0] if moves else None

    @property
    def fee(self) -> Money | None:
        """Give what a rail or a bank kept of it."""
        moves: tuple[Movement, ...] = getattr(self.entry, "moves", ())
        return next((each.money for each in moves if each.target.kind is EndKind.FEE), None)

    @property
    def change(self) -> tuple[str, str] | None:
        """Give the stage or state before and after, where they differ."""
        was, now = getattr(self.entry, "was", None), getattr(self.entry, "now", None)
        return None if was is None or now is None or was == now else (was.value, now.value)


async def tell(asked: Asked, lines: Iterable[Line]) -> tuple[Told, ...]:
    """Look up whom and what these lines name, and give them ready to be told."""
    lines = tuple(lines)
    read = [(line, line.entry()) for line in lines]
    tx, repo = asked.tx, asked.repo.id
    issues = {issue for _, entry in read for issue in _issues_in(entry)}
    numbers = _numbers(read, "pledge", "as_pledge", "by_pledge")
    pledges = await browsing.pledge_comments(tx, repo, numbers)
    records = await browsing.record_comments(tx, repo, _numbers(read, "record"))
    issues |= {issue for issue, _ in (*pledges.values(), *records.values())}
    persons = {person for line, entry in read for person in _people_in(line, entry)}
    point = pointer(
        asked,
        names=await people.logins(tx, persons),
        spots=await browsing.spots(tx, repo, issues),
        pledges=pledges,
        records=records,
    )
    return tuple(_told(line, entry, point) for line, entry in read)


def _told(line: Line, entry: e.Entry, point: Pointer) -> Told:
    stamp = line.stamp()
    return Told(
        seq=line.seq,
        kind=line.kind,
        entry=entry,
        at=stamp.at,
        recorded_at=line.recorded_at,
        actor=stamp.actor,
        issue=line.issue,
        cause=_cause(line, stamp, entry, point),
        point=point,
        hash=line.hash,
        late=stamp.late,
        month=stamp.month,
        earlier=stamp.earlier,
    )


# --- what caused it ---------------------------------------------------------------------------


def _cause(line: Line, stamp: e.Stamp, entry: e.Entry, point: Pointer) -> Cause:
    """Say where the comment or event stands that caused an entry."""
    kind, _, rest = line.source.partition(":")
    if isinstance(entry, _OF_MONTHS):
        closed = isinstance(entry, e.MonthClosed)
        return Cause("by the clock", f"{point.home}/digests/{entry.month}" if closed else None)
    if isinstance(entry, e.RulesChanged):
        return Cause("commit", f"{point.on_github}/commit/{entry.commit}" if entry.commit else None)
    if kind == "comment" and rest.isdigit() and stamp.where is not None:
        here = f"{point.on_github}/{'pull' if isinstance(entry, e.PullEntry) else 'issues'}"
        return Cause("comment", f"{here}/{stamp.where}#issuecomment-{rest}")
    spot = point.spots.get(line.issue or 0)
    address = None
    if spot is not None and spot.kind is not PlaceKind.GONE:
        address = point.issue_address(spot.number)
    if isinstance(entry, e.PullEntry):
        address = f"{point.on_github}/pull/{entry.pull}"
    if kind == "comment":
        return Cause("comment", address)
    if kind.startswith("bursar."):
        return Cause("by the operator" if kind == "bursar.adoption" else "by the clock", address)
    return Cause("pull request" if isinstance(entry, e.PullEntry) else "issue", address)


# --- whom and what an entry names -------------------------------------------------------------


def _people_in(line: Line, entry: e.Entry) -> Iterator[int]:
    actor = line.stamp().actor
    named = (getattr(entry, name, None) for name in _PEOPLE)
    yield from (person for person in (actor, *named) if person is not None)
    yield from (end.number for end in _ends(entry) if end.kind in _PARTIES)


def _issues_in(entry: e.Entry) -> Iterator[int]:
    named = (getattr(entry, name, None) for name in ("issue", "drawn_by", "fund"))
    yield from (issue for issue in named if issue)


def _ends(entry: e.Entry) -> Iterator[End]:
    moves: tuple[Movement, ...] = getattr(entry, "moves", ())
    for move in moves:
        yield from (move.source, move.target)


def _numbers(read: list[tuple[Line, e.Entry]], *names: str) -> set[int]:
    found = (getattr(entry, name, None) for _, entry in read for name in names)
    return {number for number in found if number is not None}
