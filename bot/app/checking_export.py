"""Is an exported ledger what was once written? Checked from the document alone: no database, no network.

Numbering, hash chain, salted texts, what is readable beside each line, and how the entries fold. With
the text of a published digest, also that the ledger still is the one that the digest was made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import rfc8785

from bot.app.checking_digests import (
    Digest,
    Known,
    Marked,
    closing_problems,
    digest_problems,
    missing_digests,
    month_problems,
    number_problems,
    own_digests,
)
from bot.app.checking_words import not_compared, word_problems
from bot.app.opening import CannotDo
from bot.app.reading_export import Document, open_document, string, whole
from bot.app.verifying import Checked
from bot.domain import entries as e
from bot.domain.folding import fold
from bot.domain.folding.months import SILENT
from bot.domain.panel import Position
from bot.domain.refs import Account
from bot.domain.views import Rows
from bot.storage import codec, people
from bot.storage.ledger import Line, chained
from bot.storage.readable import Names, NotReadable, PublicLine, party, read_line, readable

Json = Any

_BESIDE = frozenset({"texts", "people", "hash", "line"})
"""Members of an entry that are compared by themselves."""

_AT_MOST = 500
"""Characters of a sentence; our own limit."""

_NOT_UNDERSTOOD = (
    LookupError,
    ArithmeticError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    AttributeError,
    msgspec.MsgspecError,
    NotReadable,
)
"""What a line that says nonsense ends in."""


@dataclass(slots=True)
class Walk:
    """How far a walk over a document has come, and what was found on the way."""

    repository: int
    web: str
    numbers: Mapping[int, int]
    seq: int
    hash: str
    first: int
    """The entry before the document; 0 when it begins at the beginning: then it can be folded."""
    digests: tuple[Digest, ...]
    """What the document says of digests, and the published ones."""
    hashes: dict[int, str]
    """Of the entries that digests name."""
    known: Known = field(default_factory=Known)
    rows: Rows = field(default_factory=dict)
    stirred: bool = False
    """Whether the open month has an entry that anybody would want to read of."""
    erased: int = 0
    notes: list[str] = field(default_factory=list)
    """What is no problem, and must be said."""
    closings: dict[int, str] = field(default_factory=dict)
    """Which entries close which months."""

    @property
    def is_whole(self) -> bool:
        """Tell whether the document begins at the beginning."""
        return self.first == 0


def check_export(path: Path, digests: tuple[Digest, ...]) -> Iterator[Checked]:
    """Give a sentence for each thing that is not as it must be, and one when all is well.

    Raises:
        CannotDo: the file is no export.
    """
    with open_document(path) as document:
        walk = _begin(document.head, digests)
        found = 0
        for problem in _problems(document, walk):
            found += 1
            yield Checked(_printable(problem), is_problem=True)
        for note in walk.notes:
            yield Checked(_printable(note))
        if not found:
            yield Checked(_printable(_all_well(walk)))


def _printable(sentence: str) -> str:
    """Keep what others wrote from commanding a terminal, and from filling it."""
    kept = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in sentence)
    return kept if len(kept) <= _AT_MOST else f"{kept[:_AT_MOST]}…"


def _begin(head: dict[str, Json], digests: tuple[Digest, ...]) -> Walk:
    try:
        first, hashed = whole(head["previous"]["seq"]), string(head["previous"]["hash"])
        return Walk(
            repository=whole(head["repository"]["id"]),
            web=string(head["repository"]["web"]),
            numbers={int(issue): whole(named["number"]) for issue, named in head["issues"].items()},
            seq=first,
            hash=hashed,
            first=first,
            digests=(*own_digests(head), *digests),
            hashes={first: hashed},
        )
    except _NOT_UNDERSTOOD as error:
        problem = f"What stands above the entries cannot be understood: {error!r}."
        raise CannotDo(problem) from error


def _problems(document: Document, walk: Walk) -> Iterator[str]:
    named = frozenset(digest.seq for digest in walk.digests if isinstance(digest, Marked))
    if walk.is_whole and walk.hash:
        yield "a ledger begins with an empty hash, but this one names another"
    for entry in document.entries:
        try:
            yield from _entry_problems(entry, walk, named)
        except _NOT_UNDERSTOOD as error:
            yield f"entry {entry.get('seq')} cannot be understood: {error!r}"
        except AssertionError as error:
            yield f"entry {entry.get('seq')} does not follow from those before it: {error}"
    yield from _end_problems(document.head, walk)
    yield from digest_problems(walk.digests, walk.first, walk.seq, walk.hashes, walk.closings)
    yield from number_problems(walk.known, walk.numbers, walk.rows)
    yield from missing_digests(document.head, walk.closings)


# --- one entry --------------------------------------------------------------------------------


def _entry_problems(entry: dict[str, Json], walk: Walk, named: frozenset[int]) -> Iterator[str]:
    body, seq, hashed = entry["line"], whole(entry["seq"]), string(entry["hash"])
    canonical = rfc8785.dumps(body)
    yield from _chain_problems(entry, canonical, walk)
    walk.seq, walk.hash = seq, hashed
    if (body["v"], body["repository"], body["seq"]) != (codec.VERSION, walk.repository, seq):
        yield f"entry {seq} was altered: its line is of another entry, repository or version"
    yield from _text_problems(entry, walk)
    found = _read(entry, canonical)
    yield from _readable_problems(entry, found, walk)
    if seq in named:
        walk.hashes[seq] = walk.hash
    if isinstance(found.entry, e.MonthClosed):
        walk.closings[seq] = found.entry.month
    if walk.is_whole:
        yield from (f"entry {seq}: {problem}" for problem in _folded(found, walk))


def _folded(found: PublicLine, walk: Walk) -> Iterator[str]:
    """Hold an entry against the rows before it, and fold it into them."""
    yield from month_problems(found.stamp, found.entry, walk.rows)
    if isinstance(found.entry, e.MonthClosed):
        yield from closing_problems(found.entry, walk.rows, stirred=walk.stirred)
        yield from _word_problems(found.entry, walk)
    is_silent = type(found.entry).__name__ in SILENT
    walk.stirred = not isinstance(found.entry, e.MonthClosed) and (walk.stirred or not is_silent)
    walk.rows |= fold(found.stamp, found.entry, walk.rows)


def _word_problems(closed: e.MonthClosed, walk: Walk) -> Iterator[str]:
    """Compare the words of every digest of this month, in the export and as published."""
    for digest in walk.digests:
        if isinstance(digest, Marked) and digest.seq == walk.seq:
            position = Position(walk.seq, walk.hash)
            if digest.is_text and (note := not_compared(digest, closed)):
                walk.notes.append(note)
            names = walk.known.names
            yield from word_problems(
                digest, closed, walk.rows, position, names, stirred=walk.stirred
            )


def _chain_problems(entry: dict[str, Json], canonical: bytes, walk: Walk) -> Iterator[str]:
    seq = entry["seq"]
    if seq != walk.seq + 1:
        yield f"entry {walk.seq + 1} is missing: entry {seq} follows {walk.seq}"
    if chained(walk.hash, canonical) != entry["hash"]:
        yield f"entry {seq} was altered: its hash does not match"


def _text_problems(entry: dict[str, Json], walk: Walk) -> Iterator[str]:
    """Compare words with their salted hashes; missing ones were erased, which is allowed."""
    hashed = {
        name: value["sha256"]
        for name, value in entry["line"]["entry"].items()
        if isinstance(value, dict) and value.keys() == {"sha256"}
    }
    given = entry["texts"]
    walk.erased += len(hashed.keys() - given.keys())
    for name, text in given.items():
        salt = bytes.fromhex(text["salt"])
        if codec.salted_hash(salt, text["words"]) != hashed.get(name):
            yield f"entry {entry['seq']}: the words of its {name} were altered"


def _read(entry: dict[str, Json], canonical: bytes) -> PublicLine:
    body = entry["line"]
    line = Line(
        seq=entry["seq"],
        source=body["source"],
        n=body["n"],
        kind=body["kind"],
        issue=body["entry"].get("issue"),
        line=canonical,
        hash=entry["hash"],
        recorded_at=msgspec.convert(entry["recorded_at"], datetime),
        words={},
    )
    beside = {
        name: (bytes.fromhex(text["salt"]), text["words"]) for name, text in entry["texts"].items()
    }
    return read_line(line, beside)


def _readable_problems(entry: dict[str, Json], found: PublicLine, walk: Walk) -> Iterator[str]:
    accounts = {int(person): _account(named) for person, named in entry["people"].items()}
    names = Names(accounts, walk.numbers)
    expected = readable(found.line, found.stamp, found.entry, names, walk.web)
    shown = {name: value for name, value in entry.items() if name not in _BESIDE}
    wrong = sorted(
        name
        for name in expected.keys() | shown.keys()
        if (name in expected) != (name in shown)
        or type(expected[name]) is not type(shown[name])
        or expected[name] != shown[name]
    )
    if wrong:
        yield f"entry {entry['seq']} reads otherwise than its line says: {', '.join(wrong)}"
    issue = getattr(found.entry, "issue", None)
    if issue:
        walk.known.issues.add(issue)
    for problem in walk.known.people_problems(accounts):
        yield f"entry {entry['seq']}: {problem}"
    if not accounts.keys() <= found.persons:
        yield f"entry {entry['seq']} names people who do not stand in its line"


def _account(named: dict[str, Json]) -> Account:
    if "name" in named:
        account = Account(0, named["name"], people.NAME)
    else:
        account = Account(named["id"], named["login"])
    if party(account) != named:
        raise ValueError(named)
    return account


# --- the end ----------------------------------------------------------------------------------


def _end_problems(head: dict[str, Json], walk: Walk) -> Iterator[str]:
    said = head.get("position")
    if said != {"seq": walk.seq, "hash": walk.hash}:
        told = said.get("seq") if isinstance(said, dict) else said
        yield f"the entries end with entry {walk.seq}, but the position above them says {told}"


def _all_well(walk: Walk) -> str:
    sentence = f"{walk.seq} entries in order, hash {walk.hash[:12]}."
    if not walk.is_whole:
        sentence = f"Entries in order up to entry {walk.seq}, hash {walk.hash[:12]}; the export does not begin at the beginning, so nothing was added up."
    if walk.closings and walk.is_whole:
        sentence += f" Figures of months recomputed: {len(walk.closings)}."
    if walk.erased:
        sentence += f" Words of people that were erased: {walk.erased}."
    return sentence
