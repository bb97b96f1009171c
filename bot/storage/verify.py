"""Is the ledger what it was when it was written, and are the views what it adds up to?

Recomputes everything from the lines alone: numbering, hash chain, salted texts, the month of each
entry, and every row of every view. Each difference is a sentence that names the entry.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, fields

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.folding import fold
from bot.domain.views import Key, Pledge, Row, Rows, book_of
from bot.storage import codec, ledger, rows
from bot.storage.ledger import Line


@dataclass(slots=True)
class Walked:
    """How far a walk over the ledger has come."""

    seq: int = 0
    hash: str = ""


async def differences(tx: AsyncConnection, repo: int) -> AsyncIterator[str]:
    """Give a sentence for each thing that is not as it must be."""
    walked = Walked()
    folded: Rows = {}
    async for line in ledger.lines(tx, repo):
        for problem in _chain_problems(line, walked):
            yield problem
        walked.seq, walked.hash = line.seq, line.hash
        try:
            for problem in _column_problems(line, repo) + await _text_problems(tx, repo, line):
                yield problem
            for problem in _month_problems(line, folded):
                yield problem
            folded |= fold(line.stamp(), line.entry(), folded)
        except (
            msgspec.DecodeError,
            LookupError,
            TypeError,
            AttributeError,
            AssertionError,
        ) as error:
            yield f"entry {line.seq} cannot be understood: {error!r}"
    head = await ledger.position(tx, repo)
    if (head.seq, head.hash) != (walked.seq, walked.hash):
        yield f"the ledger ends at entry {walked.seq}, but the repository's position says {head.seq}"
    for problem in _view_problems(folded, await rows.all_rows(tx, repo)):
        yield problem


def _chain_problems(line: Line, walked: Walked) -> list[str]:
    problems = []
    if line.seq != walked.seq + 1:
        problems.append(f"entry {walked.seq + 1} is missing: entry {line.seq} follows {walked.seq}")
    if ledger.chained(walked.hash, line.line) != line.hash:
        problems.append(f"entry {line.seq} was altered: its hash does not match")
    return problems


def _column_problems(line: Line, repo: int) -> list[str]:
    body = line.body()
    said = (body["repository"], body["seq"], body["source"], body["n"], body["kind"])
    issue = body["entry"].get("issue")
    if (*said, issue) == (repo, line.seq, line.source, line.n, line.kind, line.issue):
        return []
    return [f"entry {line.seq} was altered: its columns do not match its line"]


def _month_problems(line: Line, folded: Rows) -> list[str]:
    """Hold the month of an entry against the one that was open, and whether its time lies before."""
    stamp, book = line.stamp(), book_of(folded)
    begins_at = book.month_begins_at
    problems = []
    if stamp.month != book.month:
        said, was = (month or "none" for month in (stamp.month, book.month))
        problems.append(f"entry {stamp.seq} is in the wrong month: it says {said}, {was} was open")
    if stamp.earlier != (begins_at is not None and stamp.at < begins_at):
        problems.append(f"entry {stamp.seq} does not say rightly whether its time is of its month")
    return problems


async def _text_problems(tx: AsyncConnection, repo: int, line: Line) -> list[str]:
    hashed = {
        name: value["sha256"]
        for name, value in line.body()["entry"].items()
        if isinstance(value, dict) and value.keys() == {"sha256"}
    }
    kept = await ledger.texts_of(tx, repo, line.seq) if hashed else {}
    return [
        f"entry {line.seq}: the words of its {name} were altered"
        for name, expected in hashed.items()
        if name in kept and codec.salted_hash(*kept[name]) != expected
    ]


def _view_problems(folded: Rows, kept: Rows) -> list[str]:
    problems = []
    for key in sorted(folded.keys() | kept.keys(), key=repr):
        expected, found = folded.get(key), kept.get(key)
        if expected != found:
            problems.append(_sentence(key, expected, found))
    return problems


def _sentence(key: Key, expected: Row | None, found: Row | None) -> str:
    name = " ".join([key[0].__name__.lower(), *(str(part) for part in key[1:])])
    if expected is None or found is None:
        return (
            f"view {name}: {'no entry made this row' if expected is None else 'the row is missing'}"
        )
    wrong = [
        f"{field.name} is {getattr(found, field.name)!r}, entries say {getattr(expected, field.name)!r}"
        for field in fields(expected)
        if getattr(expected, field.name) != getattr(found, field.name)
    ]
    last = f" (last changed by entry {expected.seq})" if isinstance(expected, Pledge) else ""
    return f"view {name}{last}: {'; '.join(wrong)}"
