"""What does a comment do once it is rendered? Links, code, HTML and plain words, each apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Read:
    """A comment, taken apart."""

    links: tuple[str, ...]
    codes: tuple[str, ...]
    html: tuple[str, ...]
    words: str
    """Text outside of code: where GitHub looks for mentions, references and addresses."""
    unlinked: str
    """Those words that are in no link either: there GitHub would make a reference a link."""
    shape: tuple[str, ...]
    """The kinds of all tokens, in order: hostile text must not change it."""


def read(markdown: str) -> Read:
    """Render a comment and take it apart."""
    tokens = list(_flat(_MARKDOWN.parse(markdown)))
    return Read(
        links=tuple(str(t.attrs["href"]) for t in tokens if t.type == "link_open"),
        codes=tuple(t.content for t in tokens if t.type in {"code_inline", "fence", "code_block"}),
        html=tuple(t.content.strip() for t in tokens if t.type in {"html_block", "html_inline"}),
        words="\n".join(t.content for t in tokens if t.type == "text"),
        unlinked="\n".join(_outside_of_links(tokens)),
        shape=tuple(t.type for t in tokens),
    )


def _outside_of_links(tokens: list[Token]) -> Iterator[str]:
    inside = 0
    for token in tokens:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not inside:
            yield token.content


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "inline":
            yield from token.children or []
        else:
            yield token
