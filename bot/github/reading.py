"""What does a piece of the configuration mean, and what is wrong with it?

Each reader takes a node and gives its meaning, or notes a mistake at its line and gives None: so
all mistakes of a file are found at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import TypeVar
from zoneinfo import available_timezones

import yaml

from bot.domain.commands import read_login
from bot.domain.configuration import Mistake
from bot.domain.refusals import Misunderstood
from bot.github.yaml_text import Node, line_of

MISTAKES_AT_MOST = 100
"""Mistakes that are listed; whoever mends these will see the others. Our own limit."""

LABEL_AT_MOST = 50
"""Characters of a label's name (GitHub answers 422 above)."""

NAME_AT_MOST = 80
"""Characters of a rail's name; our own limit, so that panels stay readable."""

SHOWN_AT_MOST = 40
"""Characters of somebody's text that a sentence about it repeats; our own limit."""

T = TypeVar("T")
Read = Callable[[Node, "Notes"], T | None]

_TEAM = re.compile(r"(@[A-Za-z0-9-]+)/([A-Za-z0-9][A-Za-z0-9_-]{0,99})", re.ASCII)
_DAYS = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True)
class Named:
    """Who is to hold a role: logins, each with its line, and teams as `org/slug`."""

    logins: tuple[tuple[str, int], ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(slots=True)
class Notes:
    """The mistakes found so far."""

    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, where: Node | int, sentence: str) -> None:
        """Note a mistake, at a node or at a line."""
        line = where if isinstance(where, int) else line_of(where)
        if len(self.mistakes) < MISTAKES_AT_MOST:
            self.mistakes.append(Mistake(line, sentence))


def shown(text: str) -> str:
    """Repeat somebody's text in a sentence: in quotes, short, on one line, harmless."""
    safe = "".join(c if c.isprintable() and c not in '"`' else "?" for c in text)
    return f'"{safe[:SHOWN_AT_MOST]}…"' if len(safe) > SHOWN_AT_MOST else f'"{safe}"'


def did_you_mean(text: str, known: Collection[str]) -> str:
    """Name what was likely meant, or what there is."""
    close = get_close_matches(text[:NAME_AT_MOST].lower(), known, n=1)
    few = 10
    if close:
        return f"Did you mean {close[0]}?"
    return f"There is {', '.join(known)}." if len(known) <= few else "See the documentation."


def is_blank(node: Node) -> bool:
    """Tell whether nothing stands behind the colon."""
    return isinstance(node, yaml.ScalarNode) and node.value == "" and node.style is None


def pairs(node: Node, notes: Notes, what: str) -> Iterator[tuple[yaml.ScalarNode, Node]]:
    """Go through a mapping; notes keys that occur twice, and gives each key once."""
    if not isinstance(node, yaml.MappingNode):
        notes.wrong(node, f"{what} must be a list of keys and values, each as `key: value`.")
        return
    seen: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            notes.wrong(key, "A key must be a single word.")
        elif key.value in seen:
            line = seen[key.value]
            notes.wrong(key, f"{shown(key.value)} is here twice: take out this, or line {line}.")
        else:
            seen[key.value] = line_of(key)
            yield key, value


def items(node: Node, notes: Notes, what: str, at_most: int) -> Iterator[Node]:
    """Go through a list; a blank is no list, since it could mean "nobody" or "default"."""
    if not isinstance(node, yaml.SequenceNode):
        notes.wrong(node, f"{what} must be a list in brackets; [] is an empty one.")
    elif len(node.value) > at_most:
        notes.wrong(node, f"{what} may hold {at_most} entries at most.")
    else:
        yield from node.value


def text(node: Node, notes: Notes, what: str, at_most: int) -> str | None:
    """Read a single line of visible text."""
    if not isinstance(node, yaml.ScalarNode) or node.value.strip() == "":
        notes.wrong(node, f"{what} must be a text.")
    elif len(node.value) > at_most:
        notes.wrong(node, f"{what} may have {at_most} characters at most.")
    elif not node.value.isprintable():
        notes.wrong(node, f"{what} must be one line, without characters that cannot be seen.")
    else:
        return str(node.value).strip()
    return None


def once(found: list[tuple[Node, str | None]], notes: Notes) -> tuple[str, ...]:
    """Keep each name once, whatever its capitals; a second time is a mistake."""
    kept: dict[str, str] = {}
    for node, name in found:
        if name is not None and kept.setdefault(name.casefold(), name) is not name:
            notes.wrong(node, f"{shown(name)} is here twice; take one out.")
    return tuple(kept.values())


def label(node: Node, notes: Notes) -> str | None:
    """Read the name of a label; GitHub separates names by commas in a search."""
    name = text(node, notes, "A label", LABEL_AT_MOST)
    if name is not None and "," in name:
        notes.wrong(node, f"{shown(name)} has a comma, so GitHub cannot search for it; rename it.")
        return None
    return name


def labels(node: Node, notes: Notes) -> tuple[str, ...] | None:
    """Read one or more labels."""
    most = 10
    nodes = list(items(node, notes, "labels", most))
    if isinstance(node, yaml.SequenceNode) and not node.value:
        notes.wrong(node, "labels must name one label at least, as in [roadmap].")
    found = [(each, label(each, notes)) for each in nodes]
    names = once(found, notes)
    return names or None


def days(least: int, most: int) -> Read[int]:
    """Make a reader for a whole number of days in a range."""

    def read(node: Node, notes: Notes) -> int | None:
        typed = node.value if isinstance(node, yaml.ScalarNode) else ""
        if _DAYS.fullmatch(typed) and least <= int(typed) <= most:
            return int(typed)
        notes.wrong(node, f"This must be a whole number of days from {least} to {most}.")
        return None

    return read


def choice(*known: str) -> Read[str]:
    """Make a reader for one of a few words."""

    def read(node: Node, notes: Notes) -> str | None:
        if isinstance(node, yaml.ScalarNode) and node.value in known:
            return str(node.value)
        notes.wrong(node, f"This must be {' or '.join(known)}.")
        return None

    return read


def timezone(node: Node, notes: Notes) -> str | None:
    """Read the name of an IANA time zone."""
    name = text(node, notes, "A time zone", NAME_AT_MOST)
    if name is None or name in _timezones():
        return name
    by_lower = {zone.lower(): zone for zone in _timezones()}
    close = get_close_matches(name.lower(), by_lower, n=1)
    hint = f"Did you mean {by_lower[close[0]]}?" if close else "An example is Europe/Paris."
    notes.wrong(node, f"{shown(name)} is no time zone. {hint}")
    return None


def role(node: Node, notes: Notes) -> Named | None:
    """Read who holds a role: `"@mia"`, `"@acme/core"`; an empty list means nobody."""
    most = 50
    logins: dict[str, tuple[str, int]] = {}
    teams: dict[str, str] = {}
    for each in items(node, notes, "This", most):
        typed = text(each, notes, "A name", NAME_AT_MOST * 2)
        if typed is None:
            continue
        if team := _TEAM.fullmatch(typed):
            name = f"{team[1][1:]}/{team[2].lower()}"
            teams.setdefault(name.lower(), name)
        elif login := _login(typed):
            logins.setdefault(login.lower(), (login, line_of(each)))
        else:
            notes.wrong(each, f'{shown(typed)} must be "@login" or "@organisation/team".')
    return Named(tuple(logins.values()), tuple(teams.values()))


def _login(typed: str) -> str | None:
    try:
        return read_login(typed)
    except Misunderstood:
        return None


@cache
def _timezones() -> frozenset[str]:
    """https://docs.python.org/3/library/zoneinfo.html#zoneinfo.available_timezones."""
    return frozenset(available_timezones())
