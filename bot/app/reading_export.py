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


def _by_lines(file: TextIOWrapper) -> Document | None:
    """Read our own form; None when it has another one, such as after pretty-printing."""
    above: list[str] = []
    for line in file:
        if not above and not line.startswith(_BEGIN):
            return None
        above.append(line)
        if line.rstrip("\n") == _ENTRIES:
            return Document(_known(json.loads(f"{''.join(above)}]}}")), _entries(file))
    return None


def _entries(file: TextIOWrapper) -> Iterator[dict[str, Json]]:
    for line in file:
        text = line.strip()
        if text == _END:
            break
        if text:
            yield _object(json.loads(text.removesuffix(",")))
    else:
        raise CannotDo("The export is cut off: its end is missing.")
    if any(line.strip() for line in file):
        raise CannotDo("Something follows after the end of the export.")


def _whole(path: Path) -> Document:
    document = _known(json.loads(path.read_text(encoding="utf-8")))
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
