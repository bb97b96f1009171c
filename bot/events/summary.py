"""What does an issue say first? The opening paragraph of its description, as plain text."""

from __future__ import annotations

from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

SUMMARY_AT_MOST = 500
"""Characters that are kept; our own limit."""

LOOKED_AT = 10_000
"""Characters of a description that are looked at; our own limit."""

NO_ANSWER = "No response"
"""What GitHub writes where a field of an issue form was left empty.
https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms"""

_MARKDOWN = MarkdownIt("commonmark", {"maxNesting": 16})
_SPOKEN = {"text", "code_inline"}
_BREAKS = {"softbreak", "hardbreak"}


def summary_of(body: str) -> str:
    """Give the first paragraph with words in it; empty when there is none.

    Headings, lists, quotes, code and HTML are passed over, and so are pictures and the marks of Markdown.
    """
    tokens = _MARKDOWN.parse(body[:LOOKED_AT])
    for before, token in pairwise(tokens):
        if before.type != "paragraph_open" or before.level:
            continue
        words = " ".join(_spoken(token).split())
        if words and words != NO_ANSWER:
            return _cut(words)
    return ""


def _spoken(paragraph: Token) -> str:
    return "".join(_word(each) for each in paragraph.children or ())


def _word(token: Token) -> str:
    if token.type in _BREAKS:
        return " "
    return token.content if token.type in _SPOKEN else ""


def _cut(words: str) -> str:
    """Cut between words, where there is a place to cut."""
    if len(words) <= SUMMARY_AT_MOST:
        return words
    kept = words[: SUMMARY_AT_MOST - 1]
    whole, _, _ = kept.rpartition(" ")
    return f"{whole or kept}…"
