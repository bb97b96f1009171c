"""How do the fixed words of a digest become a part of a page?

They are our own Markdown, in which text of people stands in code spans. Of HTML only what our own templates
write comes through; links lead to the web and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

HEADINGS_UP = 2
"""In an issue its headings are of level four; on a page they stand below its title."""

_TOP = 2

_OURS = re.compile(
    r'</?(?:sub|details|summary|code)>|<code title="[0-9a-f]{1,128}">|<br>', re.ASCII
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def as_html(words: str) -> Markup:
    """Write the words of a digest as HTML."""
    return Markup(_MARKDOWN.render(words))  # noqa: S704 - rendered with everything escaped but ours


def _only_ours(html: str) -> str:
    """Let our own tags through, drop hidden marks, and show anything else as it is written."""
    text = _COMMENT.sub("", html)
    parts, at = [], 0
    for tag in _OURS.finditer(text):
        parts += [str(escape(text[at : tag.start()])), tag.group()]
        at = tag.end()
    return "".join([*parts, str(escape(text[at:]))])


class _Renderer(RendererHTML):
    """Headings of the page's levels, tables that scroll by themselves, and only our own HTML."""

    def html_inline(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """Write HTML inside a paragraph."""
        return _only_ours(tokens[n].content)

    def html_block(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:
        """Write HTML that stands by itself."""
        return self.html_inline(tokens, n, options, env)

    def code_inline(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """Show a command as code; the other spans only kept people's words from doing anything."""
        words = escape(tokens[n].content)
        if tokens[n].content.startswith("/"):
            return f"<code>{words}</code>"
        return f'<span class="said">{words}</span>'

    def heading_open(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """Begin a heading."""
        return f"<h{_level(tokens[n])}>"

    def heading_close(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """End a heading."""
        return f"</h{_level(tokens[n])}>\n"

    def table_open(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """Begin a table; each has a name of its own for whoever hears the page."""
        env["tables"] = env.get("tables", 0) + 1
        label = f"Table {env['tables']}"
        return f'<div class="wide" role="region" aria-label="{label}" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """End a table."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """Begin a cell of a heading; an empty one heads nothing."""
        if not tokens[n + 1].content.strip():
            return "<td>"
        return f'<th scope="col"{_side(tokens[n])}>'

    def th_close(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """End a cell of a heading."""
        return "</th>\n" if tokens[n - 1].content.strip() else "</td>\n"

    def td_open(self, tokens: Sequence[Token], n: int, options: Any, env: Any) -> str:  # noqa: ARG002
        """Begin a cell; our policy lets no style stand in it."""
        return f"<td{_side(tokens[n])}>"


def _level(token: Token) -> int:
    return max(_TOP, int(token.tag[1:]) - HEADINGS_UP)


def _side(token: Token) -> str:
    return ' class="number"' if "right" in str(token.attrGet("style") or "") else ""


def _is_web(url: str) -> bool:
    try:
        return urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return False


def _markdown() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer)
    found.enable(["table", "strikethrough"])
    found.disable(["image", "reference"])
    found.validateLink = _is_web  # type: ignore[method-assign]  # documented way to bound links
    return found


_MARKDOWN = _markdown()
