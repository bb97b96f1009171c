"""What can somebody do in the year? An act has its moment, its person, and one deed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

_NAMED = re.compile(r"\{(\w[\w-]*)\}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Configures:
    """Push files to the default branch."""

    files: tuple[tuple[str, str], ...]
    message: str


@dataclass(frozen=True, slots=True)
class Opens:
    """Open an issue."""

    key: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class FillsIn:
    """Open a work order from its form."""

    key: str
    title: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """Put an issue onto the roadmap, or take it off."""

    place: str
    off: bool = False


@dataclass(frozen=True, slots=True)
class Closes:
    """Close an issue."""

    place: str
    completed: bool = True


@dataclass(frozen=True, slots=True)
class Says:
    """Comment on an issue, perhaps with a command. `key` names the pledge or record it makes."""

    place: str
    words: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Proposes:
    """Open a pull request, perhaps under a work order."""

    key: str
    title: str
    order: str | None = None


@dataclass(frozen=True, slots=True)
class Revises:
    """Push once more to a pull request."""

    pull: str


@dataclass(frozen=True, slots=True)
class Reviews:
    """Review a pull request; without words it is approved."""

    pull: str
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class EndsPull:
    """Merge a pull request, or close it."""

    pull: str
    merged: bool


Deed: TypeAlias = (
    Configures | Opens | FillsIn | Labels | Closes | Says | Proposes | Revises | Reviews | EndsPull
)


@dataclass(frozen=True, slots=True)
class Act:
    """At this moment, this person does this."""

    at: datetime
    who: str
    deed: Deed


def filled(words: str, number_of: Callable[[str], str]) -> str:
    """Write the number of an issue, pledge or record wherever words name it, as in `{p-017}`.

    The numbers are known only when the acts are played: digests are issues too.
    """
    return _NAMED.sub(lambda found: number_of(found[1]), words)


def named(words: str) -> frozenset[str]:
    """Say which issues, pledges and records words name."""
    return frozenset(_NAMED.findall(words))
