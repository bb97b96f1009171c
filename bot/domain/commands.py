"""Which lines of a comment are commands, and what do their words mean?

The grammar knows nothing of GitHub. A command is one whole line that starts with `/`, in a
top-level paragraph; CommonMark decides what a paragraph is, so text in quotes, code, lists and
HTML never commands anything (CommonMark 0.31.2, sections 4 and 5).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, escape, newline
from markdown_it.token import Token

from bot.domain.markup import OpenHtml
from bot.domain.refusals import Misunderstood, Why

COMMANDS_IN_ONE_COMMENT = 20
"""Our own limit: more in one comment is no conversation any more."""

TEXT_AT_MOST = 500
"""Characters of a reason or a payment reference; our own limit, so that panels stay readable."""

LIKENESS = 0.82
"""How alike (`difflib`, 0 to 1) a foreign verb must be to one of ours to be taken for a slip: one
sign wrong in six is one (`pleges`), two too many in six are another bot's word (`sendit`)."""

# Inline parsing is the slow half, so it is done for the few paragraphs that may command something.
_BLOCKS = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
# Nesting is bounded because 65,536 brackets would take a second; emphasis moves no line.
_INLINES = MarkdownIt("commonmark", {"maxNesting": 8}).enable("strikethrough")
_INLINES.disable(["entity", "autolink", "emphasis"])
# https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#footnotes
_FOOTNOTE = re.compile(r" {0,3}\[\^[^\]\s]+\]:")
_LINE = re.compile(r"/([A-Za-z][A-Za-z_-]{0,38})(?:[ \t]+(.*))?", re.ASCII | re.DOTALL)
_MAYBE = re.compile(r"^/[A-Za-z]|[\r\n]/[A-Za-z]", re.ASCII)
_PLEDGE = re.compile(r"[Pp]-([1-9][0-9]{0,8})", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
# https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
_LOGIN = re.compile(
    r"@([A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]+)?)", re.ASCII
)


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


def words_of(rest: str) -> list[str]:
    """Split at spaces and tabs; `str.split` would also split at NO-BREAK SPACE and U+2028."""
    return [word for word in re.split(r"[ \t]+", rest) if word]


def first_word(rest: str) -> tuple[str, str]:
    """Split the first word from those behind it."""
    first, *others = re.split(r"[ \t]+", rest.strip(" \t"), maxsplit=1)
    return first, "".join(others)


def pledge_and_rest(rest: str) -> tuple[int | None, str]:
    """Split an optional leading `P-n` from the words behind it."""
    first, others = first_word(rest)
    if re.match(r"[Pp]-", first, re.ASCII):
        return read_pledge_number(first), others
    return None, rest.strip(" \t")


def _spoken_lines(markdown: str) -> Iterator[str]:
    """Yield the source lines of top-level paragraphs that render as text from their first sign."""
    # Only these three end a line in CommonMark; `str.splitlines` would also split at U+2028.
    source = re.split(r"\r\n|\n|\r", markdown)
    links: dict[str, Any] = {}
    tokens = _BLOCKS.parse("\n".join(source), links)
    footnotes = _footnotes(source)
    inside = OpenHtml()
    for opening in tokens:
        if opening.type == "html_block":
            inside.read(opening.content)
        if opening.type == "paragraph_open" and opening.level == 0 and opening.map:
            start, end = opening.map
            raw = [
                "" if n in footnotes else line for n, line in enumerate(source[start:end], start)
            ]
            if any(line.startswith("/") or "<" in line for line in raw):
                yield from _lines_that_render(raw, links, inside)


def _lines_that_render(raw: list[str], links: dict[str, Any], inside: OpenHtml) -> Iterator[str]:
    """Keep the lines of a paragraph that start with `/` and are not swallowed by code or HTML."""
    paragraph = "\n".join(raw)
    children = _INLINES.parseInline(paragraph, links)[0].children or []
    shown = dict(_rendered_lines(paragraph, children, inside))
    mathematics = False
    for n, line in enumerate(raw):
        text = line.rstrip(" \t")
        mathematics ^= text == "$$"
        if text.startswith("/") and not mathematics and _starts_alike(text, shown.get(n, "")):
            yield text


def _starts_alike(raw: str, shown: str) -> bool:
    """Tell whether a rendered line is this raw one: the verb must have come through as text."""
    verb = raw.split(None, 1)[0]
    return shown.split(None, 1)[:1] == [verb]


def _rendered_lines(
    paragraph: str, children: list[Token], inside: OpenHtml
) -> Iterator[tuple[int, str]]:
    """Yield, for each source line that is still one when rendered, the text that it starts with."""
    line, after, start, struck = 0, 0, "", 0
    open_ = not inside
    for token in children:
        if token.type in {"softbreak", "hardbreak"}:
            yield line, start
            line += paragraph.count("\n", after, token.meta["after"])
            after, start, open_ = token.meta["after"], "", not (inside or struck)
            continue
        if token.type == "html_inline":
            inside.read(token.content)
        struck += {"s_open": 1, "s_close": -1}.get(token.type, 0)
        if token.type == "text" and open_:
            start += token.content
        else:
            open_ = False
    yield line, start


def _noting_where(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Let a line break remember where it ends: code and HTML swallow lines without a trace."""

    def noting(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
        read = rule(state, silent)
        if read and not silent and state.tokens and state.tokens[-1].tag == "br":
            state.tokens[-1].meta.setdefault("after", state.pos)
        return read

    return noting


_INLINES.inline.ruler.at("newline", _noting_where(newline))
_INLINES.inline.ruler.at("escape", _noting_where(escape))


def _footnotes(source: list[str]) -> set[int]:
    """Give the lines that GitHub puts into footnotes, which CommonMark does not know."""
    found: set[int] = set()
    for n, line in enumerate(source):
        if _FOOTNOTE.match(line) or (n - 1 in found and line.strip(" \t")):
            found.add(n)
    return found


def _typed(line: str) -> Typed | None:
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    return Typed(verb=match[1].lower(), rest=(match[2] or "").strip(" \t"), line=line)
