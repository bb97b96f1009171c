"""How is an exported ledger read again? Line by line where it has our form, so that it may be long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bot.app.opening import CannotDo
from bot.exports.as_json import FORMAT, VERSION

_BEGIN, _ENTRIES, _END = f'{{"format":"{FORMAT}"', '"entries":[', "]}"
"""How our form begins, where its entries begin, and how it ends."""

Json = Any


@dataclass(frozen=True, slots=True)
class Document:
    """What stands before the entries, and the entries, to be walked once."""

    head: dict[str, Json]
    entries: Iterator[dict[str, Json]]


@contextmanager
def open_document(path: Path) -> Iterator[Document]:
    """Open an export.

    Raises:
        CannotDo: it is no export that we know.
    """
    try:
        with path.open(encoding="utf-8") as file:
            yield _by_lines(file) or _whole(path)
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}."
        raise CannotDo(problem) from error
    except (ValueError, RecursionError) as error:
        problem = f"{path} is no JSON: {error}."
        raise CannotDo(problem) from error


def read_json(text: str) -> Json:
    """Read JSON as every reader would: without members that stand twice, and without `Infinity`.

    Raises:
        ValueError: it is no such JSON.
    """
    return json.loads(text, object_pairs_hook=_members, parse_constant=_no_number)


def whole(value: Json) -> int:
    """Give a whole number.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        problem = f"{value!r:.80} is no whole number"
        raise TypeError(problem)
    return value


def string(value: Json) -> str:
    """Give a text.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        problem = f"{value!r:.80} is no text"
        raise TypeError(problem)
    return value


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        problem = f"the member {twice!r:.80} stands there twice"
        raise ValueError(problem)
    return found


def _no_number(name: str) -> Json:
    problem = f"{name} is no number"
    raise ValueError(problem)


def _by_lines(file: TextIOWrapper) -> Document | None:
    """Read our own form; None when it has another one, such as after pretty-printing."""
    above: list[str] = []
    for line in file:
        if not above and not line.startswith(_BEGIN):
            return None
        above.append(line)
        if line.rstrip("\n") == _ENTRIES:
            return Document(_known(read_json(f"{''.join(above)}]}}")), _entries(file))
    return None


def _entries(file: TextIOWrapper) -> Iterator[dict[str, Json]]:
    is_next = True
    for line in file:
        text = line.strip()
        if text == _END:
            break
        if text:
            if not is_next:
                raise CannotDo("A comma is missing between two entries.")
            is_next = text.endswith(",")
            yield _object(read_json(text.removesuffix(",")))
    else:
        raise CannotDo("The export is cut off: its end is missing.")
    if any(line.strip() for line in file):
        raise CannotDo("Something follows after the end of the export.")


def _whole(path: Path) -> Document:
    document = _known(read_json(path.read_text(encoding="utf-8")))
    entries = document.get("entries")
    if not isinstance(entries, list):
        raise CannotDo("It has no list of entries.")
    return Document(document, map(_object, entries))


def _known(document: Json) -> dict[str, Json]:
    head = _object(document)
    if head.get("format") != FORMAT:
        raise CannotDo(f"It is no export of a ledger: its format is not {FORMAT}.")
    if head.get("version") != VERSION:
        raise CannotDo(
            f"Its version is {head.get('version')!r}; this Bursar reads version {VERSION}."
        )
    return head


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise CannotDo("It is no export of a ledger: an object is missing.")
    return value
