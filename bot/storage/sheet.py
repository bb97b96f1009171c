"""What does one transaction of a lane have at hand, and what will it write?

Many events are decided in one transaction. Their rows are loaded once, changed here, and written
together at the end, one statement for each table; so are the lines of the ledger. What one event
did can be taken back (`attempt`) without touching what came before it.

Whoever needs the database itself asks for it (`plain`): then everything is written first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self, TypeVar, cast

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from bot.domain.panel import Position
from bot.domain.views import Key, Row, Rows
from bot.storage import appending, rows
from bot.storage.rows import Where
from bot.storage.tables import VIEWS, lanes, ledger, people

R = TypeVar("R", bound=Row)

Act = Callable[[AsyncConnection, int, Sequence[tuple[Any, datetime]]], Awaitable[None]]
"""Writes things at the end: what, and since when it is wanted. All of one repository at once."""


@dataclass(slots=True)
class _Written:
    """What stands on the sheet; a copy of it is what an attempt goes back to."""

    rows: dict[Key, Row | None] = field(default_factory=dict)
    """Rows as they are now; None: there is none."""
    changed: dict[Key, None] = field(default_factory=dict)
    """Rows that wait to be written."""
    touched: dict[Key, None] = field(default_factory=dict)
    """Rows that were ever changed here, written or not."""
    groups: dict[type[Any], dict[Where, frozenset[Key]]] = field(default_factory=dict)
    """Which rows of a kind have certain values; complete."""
    lines: tuple[dict[str, Any], ...] = ()
    texts: tuple[dict[str, Any], ...] = ()
    head: Position | None = None
    acts: dict[tuple[Act, Hashable], datetime] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()

    def copy(self) -> Self:
        """Copy what may change."""
        return replace(
            self,
            rows=dict(self.rows),
            changed=dict(self.changed),
            touched=dict(self.touched),
            groups={kind: dict(groups) for kind, groups in self.groups.items()},
            acts=dict(self.acts),
        )

    def learned(self, other: Self) -> None:
        """Take over what was only looked up there, and not changed."""
        for key, row in other.rows.items():
            if key not in other.touched:
                self.rows.setdefault(key, row)
        unknown = {key[0] for key in other.touched if key not in self.rows}
        for kind, groups in other.groups.items():
            ours = self.groups.setdefault(kind, {})
            for where in groups.keys() - ours.keys() if kind not in unknown else ():
                ours[where] = self.members(kind, where)

    def members(self, kind: type[Any], where: Where) -> frozenset[Key]:
        """Name the rows at hand that have these values."""
        return frozenset(
            key
            for key, row in self.rows.items()
            if key[0] is kind and row is not None and rows.has(row, where)
        )

    def note_as_written(self) -> None:
        """Let nothing wait any more."""
        self.changed, self.lines, self.texts, self.acts = {}, (), (), {}


@dataclass(slots=True, eq=False)
class _Attempt:
    """What to go back to: the sheet as it was, and a point in the transaction if it was written to."""

    before: _Written
    point: AsyncTransaction | None = None


class Sheet:
    """What one transaction of a repository works on."""

    def __init__(self, tx: AsyncConnection, repo: int) -> None:
        """Take the transaction; the caller ends it, after `finish`."""
        self.repo = repo
        self.people: dict[int, int | None] = {}
        """Numbers of accounts that were looked up."""
        self.decided: dict[str, bool] = {}
        """Sources that were looked up: whether they have caused entries."""
        self._tx = tx
        self._now = _Written()
        self._attempts: list[_Attempt] = []

    # --- rows ---------------------------------------------------------------------------------

    async def load(self, keys: Iterable[Key]) -> Rows:
        """Give the rows with these keys as they are now; those that do not exist are left out."""
        wanted = tuple(keys)
        missing = [key for key in wanted if key not in self._now.rows and not self._is_absent(key)]
        if missing:
            found = await rows.load(self._tx, self.repo, missing)
            for key in missing:
                self._know(key, found.get(key))
        known = ((key, self._now.rows.get(key)) for key in wanted)
        return {key: row for key, row in known if row is not None}

    async def one(self, kind: type[R], *key: int | str) -> R | None:
        """Give one row, if it exists."""
        full = cast("Key", (kind, *key))
        return cast("R | None", (await self.load((full,))).get(full))

    async def find(self, kind: type[R], /, **where: Any) -> tuple[R, ...]:
        """Give the rows that have these values now, in order of their keys.

        A value may be a frozen set: one of these. What was found once stays at hand.
        """
        wanted = tuple(sorted(where.items()))
        groups = self._now.groups.setdefault(kind, {})
        if wanted not in groups:
            await self._look(kind, wanted)
        keys = groups[wanted]
        ordered = sorted(keys, key=lambda key: key[1:])
        return tuple(cast("R", self._now.rows[key]) for key in ordered)

    async def expect(self, kind: type[Any], wanted: Iterable[dict[str, Any]]) -> None:
        """Look for many groups of one kind and shape in one query."""
        groups = self._now.groups.setdefault(kind, {})
        new = {tuple(sorted(each.items())) for each in wanted} - groups.keys()
        if not new:
            return
        names = [name for name, _ in next(iter(new))]
        merged = tuple((name, _merged(dict(each)[name] for each in new)) for name in names)
        found = await rows.find(self._tx, self.repo, kind, merged)
        for row in found:
            self._know(rows.key_of(row), row)
        for where in new:
            groups[where] = self._now.members(kind, where)

    def put(self, changed: Rows) -> None:
        """Change rows; they are written at the end."""
        now = self._now
        for key, row in changed.items():
            now.rows[key] = row
            now.changed[key] = now.touched[key] = None
            groups = now.groups.get(key[0], {})
            for where, keys in groups.items():
                if (key in keys) is not rows.has(row, where):
                    groups[where] = keys ^ {key}

    # --- the ledger ---------------------------------------------------------------------------

    async def head(self) -> Position:
        """Say how far the repository's ledger reaches."""
        if self._now.head is None:
            found = (await self._tx.execute(_HEAD, {"in_repo": self.repo})).first()
            self._now.head = Position(found.seq, found.hash) if found else Position(0, "")
        return self._now.head

    def append(self, line: dict[str, Any], kept: Iterable[dict[str, Any]]) -> None:
        """Add a line to the ledger, with the free text beside it."""
        now = self._now
        now.head = Position(line["seq"], line["hash"])
        now.lines = (*now.lines, line)
        now.texts = (*now.texts, *kept)
        now.sources |= {line["source"]}

    async def is_decided(self, source: str) -> bool:
        """Tell whether this comment or event has caused entries already."""
        if source in self._now.sources:
            return True
        if source not in self.decided:
            await self.expect_sources((source,))
        return self.decided[source]

    async def expect_sources(self, sources: Iterable[str]) -> None:
        """Look up many sources in one query."""
        wanted = set(sources) - self.decided.keys()
        if not wanted:
            return
        given = {"in_repo": self.repo, "sources": sorted(wanted)}
        found = set((await self._tx.execute(_SOURCES, given)).scalars())
        self.decided |= {source: source in found for source in wanted}

    # --- people -------------------------------------------------------------------------------

    async def person(self, account: int) -> int | None:
        """Give the number of an account by GitHub's id, if we ever heard of it."""
        if account not in self.people:
            await self.expect_people((account,))
        return self.people[account]

    async def expect_people(self, accounts: Iterable[int]) -> None:
        """Look up many accounts in one query."""
        wanted = set(accounts) - self.people.keys()
        if not wanted:
            return
        looked = await self._tx.execute(_PEOPLE, {"accounts": sorted(wanted)})
        found = {row[0]: row[1] for row in looked}
        self.people |= {account: found.get(account) for account in wanted}

    # --- the end ------------------------------------------------------------------------------

    def at_end(self, act: Act, what: Hashable, now: datetime) -> None:
        """Let something be written at the end; twice the same is once."""
        self._now.acts.setdefault((act, what), now)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Take back everything that is done inside, if it ends with an error."""
        attempt = _Attempt(self._now.copy())
        self._attempts.append(attempt)
        try:
            yield
        except BaseException:
            if attempt.point is not None:
                await attempt.point.rollback()
            attempt.before.learned(self._now)
            self._now = attempt.before
            raise
        else:
            if attempt.point is not None:
                await attempt.point.commit()
        finally:
            self._attempts.remove(attempt)

    async def plain(self) -> AsyncConnection:
        """Give the transaction itself, with everything written; it may be written to."""
        tx = await self.beside()
        await self._write(self._now)
        self._now.note_as_written()
        return tx

    async def beside(self) -> AsyncConnection:
        """Give the transaction itself, for tables that are not on the sheet; it may be written to."""
        for attempt in self._attempts:
            if attempt.point is None:
                attempt.point = await self._tx.begin_nested()
        return self._tx

    async def finish(self) -> None:
        """Write everything."""
        await self.plain()

    # --- pieces -------------------------------------------------------------------------------

    async def _look(self, kind: type[Any], where: Where) -> None:
        for row in await rows.find(self._tx, self.repo, kind, where):
            self._know(rows.key_of(row), row)
        self._now.groups[kind][where] = self._now.members(kind, where)

    def _is_absent(self, key: Key) -> bool:
        """Tell whether a complete group that the row would be in does not have it."""
        kind, names = key[0], VIEWS[key[0]][1]
        groups = self._now.groups.get(kind, {})
        return any((part,) in groups for part in zip(names, key[1:], strict=True))

    def _know(self, key: Key, row: Row | None) -> None:
        """Take over what the database says, unless it was changed here already."""
        if key not in self._now.rows:
            self._now.rows[key] = row

    async def _write(self, written: _Written) -> None:
        """Write what waits."""
        changed = [row for key in written.changed if (row := written.rows[key]) is not None]
        await rows.save(self._tx, self.repo, changed)
        if written.lines:
            assert written.head is not None
            await appending.append(self._tx, self.repo, written.lines, written.texts, written.head)
        acts: dict[Act, list[tuple[Any, datetime]]] = {}
        for (act, what), now in written.acts.items():
            acts.setdefault(act, []).append((what, now))
        for act, wanted in acts.items():
            await act(self._tx, self.repo, wanted)


# Built once: it takes longer to build a statement than to execute it.
_HEAD = select(lanes.c.seq, lanes.c.hash).where(lanes.c.repo == bindparam("in_repo"))
_SOURCES = (
    select(ledger.c.source)
    .where(
        ledger.c.repo == bindparam("in_repo"),
        ledger.c.source.in_(bindparam("sources", expanding=True)),
    )
    .distinct()
)
_PEOPLE = select(people.c.account, people.c.person).where(
    people.c.account.in_(bindparam("accounts", expanding=True))
)


def _merged(values: Iterable[Any]) -> frozenset[Any]:
    """Join values, and sets of values, into one set."""
    return frozenset(
        each for value in values for each in (value if isinstance(value, frozenset) else (value,))
    )
