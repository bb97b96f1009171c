"""Which lines of a comment are commands, and what do their words mean?

The grammar knows nothing of GitHub. A command is one whole line that starts with `/`, in a
top-level paragraph; CommonMark decides what a paragraph is, so text in quotes, code, lists and
HTML never commands anything (CommonMark 0.31.2, sections 4 and 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.domain.refusals import Misunderstood, Why

COMMANDS_IN_ONE_COMMENT = 20
"""Our own limit: more in one comment is no conversation any more."""

TEXT_AT_MOST = 500
"""Characters of a reason or a payment reference; our own limit, so that panels stay readable."""

LIKENESS = 0.8
"""How alike (`difflib`, 0 to 1) a foreign verb must be to one of ours to be taken for a slip."""

_MARKDOWN = MarkdownIt("commonmark").enable("table").disable(["entity", "autolink"])
_LINE = re.compile(r"/([A-Za-z][A-Za-z_-]{0,38})(?:[ \t]+(.*))?", re.ASCII | re.DOTALL)
_MAYBE = re.compile(r"^/[A-Za-z]|[\r\n]/[A-Za-z]", re.ASCII)
_PLEDGE = re.compile(r"[Pp]-([1-9][0-9]{0,8})", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
_LOGIN = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]+)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """One command line: its verb in lower case, the words behind it, and the line as typed."""

    verb: str
    rest: str
    line: str


def read_comment(markdown: str) -> tuple[Typed, ...]:
    """Find the command lines of a comment, in order; foreign verbs included."""
    if _MAYBE.search(markdown) is None:  # most comments; parsing Markdown is not free
        return ()
    found = (_typed(line) for line in _spoken_lines(markdown))
    return tuple(typed for typed in found if typed is not None)


def nearest_verb(verb: str, verbs: tuple[str, ...]) -> str | None:
    """Name the verb of ours that a slip of the pen most likely meant, if any."""
    close = get_close_matches(verb, verbs, n=1, cutoff=LIKENESS)
    return close[0] if close else None


def read_pledge_number(word: str) -> int:
    """Read `P-12`."""
    if match := _PLEDGE.fullmatch(word):
        return int(match[1])
    raise Misunderstood(Why.PLEDGE_UNREADABLE)


def read_login(word: str) -> str:
    """Read `@acme`."""
    if match := _LOGIN.fullmatch(word):
        return match[1]
    raise Misunderstood(Why.ACCOUNT_UNREADABLE)


def read_date(word: str) -> date:
    """Read `2030-01-31` (ISO 8601 calendar date, extended format, nothing else)."""
    if _DATE.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            pass
    raise Misunderstood(Why.DATE_UNREADABLE)


def read_text(words: str) -> str:
    """Read a reason or a reference: any words, but not endless ones."""
    text = words.strip()
    if len(text) > TEXT_AT_MOST:
        raise Misunderstood(Why.TEXT_TOO_LONG, most=str(TEXT_AT_MOST))
    return text


def pledge_and_rest(rest: str) -> tuple[int | None, str]:
    """Split an optional leading `P-n` from the words behind it."""
    first, _, others = rest.strip().partition(" ")
    if re.match(r"[Pp]-", first, re.ASCII):
        return read_pledge_number(first), others.strip()
    return None, rest.strip()


def _spoken_lines(markdown: str) -> Iterator[str]:
    """Yield the source lines of top-level paragraphs that render as text from their first sign."""
    # Only these three end a line in CommonMark; `str.splitlines` would also split at U+2028.
    source = re.split(r"\r\n|\n|\r", markdown)
    tokens = _MARKDOWN.parse("\n".join(source))
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type == "paragraph_open" and opening.level == 0 and inline.map:
            raw = source[inline.map[0] : inline.map[1]]
            yield from _lines_that_render(raw, list(_rendered_lines(inline.children or [])))


def _lines_that_render(raw: list[str], rendered: list[str]) -> Iterator[str]:
    """Keep the raw lines that start with `/` and that no code span, HTML or link swallowed."""
    waiting = iter(rendered)
    for line in raw:
        text = line.rstrip(" \t")
        if text.startswith("/") and any(_starts_alike(text, shown) for shown in waiting):
            yield text


def _starts_alike(raw: str, shown: str) -> bool:
    """Tell whether a rendered line is this raw one: the verb must have come through as text."""
    verb = raw.split(None, 1)[0]
    return shown.split(None, 1)[:1] == [verb]


def _rendered_lines(children: list[Token]) -> Iterator[str]:
    """Yield, for each rendered line, the plain text that it starts with."""
    start, open_ = "", True
    for token in children:
        if token.type in {"softbreak", "hardbreak"}:
            yield start
            start, open_ = "", True
        elif token.type == "text" and open_:
            start += token.content
        else:
            open_ = False
    yield start


def _typed(line: str) -> Typed | None:
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    return Typed(verb=match[1].lower(), rest=(match[2] or "").strip(" \t"), line=line)
