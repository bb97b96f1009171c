"""What does somebody ask for in the work order form?

GitHub turns the form into headings with a value below each; people edit that by hand afterwards.
What can be read in two ways is not read: the field keeps its default, and a problem names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile

from bot.domain.answers import Answer, Faulty, read_answer
from bot.domain.money import Money
from bot.domain.sections import Section, read_sections, without_comments
from bot.domain.terms import REQUIRED, Fault, Field, Problem

NO_RESPONSE = "_no response_"
"""What GitHub writes below the heading of a field that was left empty, in lower case."""

_MORE = len(NO_RESPONSE) + 1
"""Enough of a text to see that it says more than that."""

_HEADINGS = {field.value.lower(): field for field in Field}
_LEVELS = range(2, 5)
"""GitHub writes level 3; people change it to fit."""

_TEXTS = frozenset({Field.SCOPE, Field.EFFORT, Field.SHARE})
_NOTHING = frozenset({"", "no response", "none", "n/a", "nobody", "no one"})

_BULLET = re.compile(r"[-*+•] ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A work order form as written: people by login, not looked up yet."""

    scope: str = ""
    items: tuple[int, ...] = ()
    developers: tuple[str, ...] = ()
    """Logins without `@`, in the order of writing, none twice."""
    funder: str | None = None
    """A login without `@`."""
    funder_name: str | None = None
    """Or a name, as written."""
    interested: tuple[str, ...] = ()
    budget: tuple[Money, ...] = ()
    """One amount per currency."""
    effort: str = ""
    starts: date | None = None
    ends: date | None = None
    report_every_days: int | None = None
    share: str = ""
    problems: tuple[Problem, ...] = ()
    """In the order of the fields, at most one for each; such a field keeps its default."""


def read_form(body: str, repo: str = "") -> Form:
    """Read the body of a work order; any text gives a form, with its problems.

    Args:
        body: the issue's text, as GitHub rendered the form or as somebody edited it.
        repo: `owner/name`; when given, a roadmap item's URL must lie in it.
    """
    sections = read_sections(body)
    if sections is None:  # the scope is what has room for so many lines
        return Form(problems=(Problem(Field.SCOPE, Fault.TOO_LONG),))
    said = _said(sections)
    read: Answer = {}
    problems: list[Problem] = []
    for field in Field:
        try:
            read.update(_read(field, said.get(field, [""]), repo))
        except Faulty as found:
            problems.append(Problem(field, found.fault, found.why))
    return Form(**read, problems=tuple(problems))


def _said(sections: Iterable[Section]) -> dict[Field, list[str]]:
    """Give what stands below each known heading, each time that it stands there."""
    said: dict[Field, list[str]] = {}
    field: Field | None = None
    for section in sections:
        known = _HEADINGS.get(section.title) if section.level in _LEVELS else None
        if known:
            field = known
            said.setdefault(known, []).append(section.text)
        elif field and _belongs(section, field, said[field][-1]):
            said[field][-1] += f"\n{section.source}"
        else:
            field = None
    return said


def _belongs(section: Section, field: Field, before: str) -> bool:
    """Tell whether a heading of somebody's own is part of the field above it."""
    if field in _TEXTS:
        return before.strip()[:_MORE].lower() != NO_RESPONSE
    # `# 12` is a heading to Markdown, and an answer to whoever wrote it.
    return section.level == 1 and not before.strip()


def _read(field: Field, said: list[str], repo: str) -> Answer:
    if len(said) > 1:
        raise Faulty(Fault.TWICE)
    value = _text(said[0]) if field in _TEXTS else _short(said[0])
    if value:
        return read_answer(field, value, repo)
    if field in REQUIRED:
        raise Faulty(Fault.MISSING)
    return {}


def _text(said: str) -> str:
    """Give a text without the empty lines around it."""
    text = "\n".join(dropwhile(lambda line: not line.strip(), said.split("\n"))).rstrip()
    return "" if text.strip().lower() == NO_RESPONSE else text


def _short(said: str) -> str:
    """Give the lines of a short answer without marks, and nothing if they say so."""
    lines = (_bare(line) for line in without_comments(said).split("\n"))
    answer = "\n".join(line for line in lines if line)
    return "" if answer.strip("_.").lower() in _NOTHING else answer


def _bare(line: str) -> str:
    """Take spaces, a bullet, a rule, bold and code marks off a line."""
    words = " ".join(line.split())
    bare = _BULLET.sub("", words, count=1) if _BULLET.match(words) else words
    return bare.strip("*` ") if bare.strip("-*_= ") else ""
