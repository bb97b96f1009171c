"""How does a ledger become one JSON document? Streamed, one entry a line (`docs/ledger.schema.json`).

The line of an entry stands in it byte for byte, so that anybody can hash it again.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, date, datetime

from bot.exports.parts import Export, Header, Json, Told

FORMAT = "bursar-ledger"
VERSION = 1
"""Version of the document; members may be added, never renamed."""


async def json_text(export: Export) -> AsyncIterator[str]:
    """Write the document, a line at a time; the entries come last."""
    head = _head(export.header)
    yield "{" + ",\n".join(f"{_text(name)}:{_text(value)}" for name, value in head.items())
    yield ',\n"issues":{\n'
    async for part in _parted(_issues(export)):
        yield part
    yield '\n},\n"digests":[\n'
    async for part in _parted(_digests(export)):
        yield part
    yield '\n],\n"entries":[\n'
    async for part in _parted(_entries(export)):
        yield part
    yield "\n]}\n"


async def _parted(parts: AsyncIterator[str]) -> AsyncIterator[str]:
    """Put a comma and a line feed between two of them."""
    is_first = True
    async for part in parts:
        yield part if is_first else f",\n{part}"
        is_first = False


async def _issues(export: Export) -> AsyncIterator[str]:
    async for issue, named in export.issues():
        yield f'"{issue}":{_text(named)}'


async def _digests(export: Export) -> AsyncIterator[str]:
    async for digest in export.digests():
        yield _text(digest)


async def _entries(export: Export) -> AsyncIterator[str]:
    async for told in export.entries():
        yield _entry(told)


def _entry(told: Told) -> str:
    shown = told.readable | {"texts": told.texts, "people": told.people, "hash": told.hash}
    return f'{_text(shown)[:-1]},"line":{told.line.decode()}}}'


def _head(header: Header) -> dict[str, Json]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "repository": {"id": header.id, "name": header.name, "web": header.web},
        "made_at": _moment(header.made_at),
        "since": _day(header.since),
        "until": _day(header.until),
        "previous": asdict(header.previous),
        "position": asdict(header.position),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
