"""What stands under which heading of an issue?

CommonMark decides what a heading is, so a `#` in code, a quote, a list or HTML is none, and what
looks like a heading on GitHub is one here (CommonMark 0.31.2, sections 4.2 and 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

LINES_AT_MOST = 1_000
"""Our own limit: 1,000 lines of quotes in lists in quotes take 0.1 s, and nobody reads as many."""

# Underlined headings are left out: `USD 500` above a line of `---` would be one. Nesting is bounded
# because each level is read anew.
_BLOCKS = MarkdownIt("zero", {"html": True, "maxNesting": 16}).disable("inline")
_BLOCKS.enable(["code", "fence", "blockquote", "hr", "list", "html_block", "heading"])

_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What nobody types and what UTF-8 or a database does not take: controls, half characters."""

_ENDS_COMMENT = re.compile("--!?>")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading at the top level, and the lines up to the next one."""

    level: int
    title: str
    """In lower case, without emphasis and colon, to be compared."""
    text: str
    source: str
    """The text with its heading, as written."""


def read_sections(markdown: str) -> tuple[Section, ...] | None:
    """Read the sections of an issue in order; None when it has too many lines.

    What stands above the first heading belongs to none. Controls become U+FFFD.
    """
    # Only these three end a line in CommonMark; `str.splitlines` would also split at U+2028.
    lines = _ODD.sub("\ufffd", re.sub(r"\r\n|\r", "\n", markdown)).split("\n")
    if len(lines) > LINES_AT_MOST:
        return None
    tokens = [token for token in _BLOCKS.parse("\n".join(lines)) if token.level == 0]
    return tuple(_sections(tokens, _without_comment_blocks(lines, tokens)))


def without_comments(html: str) -> str:
    """Drop HTML comments; one that never ends is dropped to the end."""
    # `re.sub` with `.*?` would look for the end of each `<!--` anew.
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        # `<!-->` is a whole comment: https://html.spec.whatwg.org/multipage/parsing.html#comment-start-state
        end = _ENDS_COMMENT.search(html, start + 2)
        at = end.end() if end else len(html)
    return "".join([*kept, html[at:]])


def _without_comment_blocks(lines: list[str], tokens: list[Token]) -> list[str | None]:
    """Take out the comments that stand alone; None is a line that is gone.

    A comment within a paragraph stays: in code it is there to be read, and nobody shall have less
    approved than people saw.
    """
    kept: list[str | None] = list(lines)
    for token in tokens:
        if token.type == "html_block" and token.map and token.content.lstrip().startswith("<!--"):
            start, end = token.map
            rest = without_comments("\n".join(lines[start:end]))
            kept[start:end] = [rest if rest.strip() else None, *[None] * (end - start - 1)]
    return kept


def _sections(tokens: list[Token], lines: list[str | None]) -> Iterator[Section]:
    headings = [token for token in tokens if token.type == "heading_open"]
    starts = [token.map[0] for token in headings if token.map]
    ranges = pairwise([*starts, len(lines)])
    for opening, (start, end) in zip(headings, ranges, strict=True):
        heading, *below = [line for line in lines[start:end] if line is not None]
        yield Section(
            level=int(opening.tag[1:]),
            title=_title(heading),
            text="\n".join(below),
            source="\n".join([heading, *below]),
        )


def _title(heading: str) -> str:
    """Give the words of a heading; other letters than ASCII are left as they are."""
    words = " ".join(heading.split()).strip("#*_`: ")
    return words.lower() if words.isascii() else words
