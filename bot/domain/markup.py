"""Which HTML is open at a place in a comment?

CommonMark hands HTML through line by line, so what stands between `<blockquote>` and its end is a
paragraph like any other to it; to a reader it is a quote. What is open here commands nothing.
"""

from __future__ import annotations

import re

NEUTRAL = frozenset(
    {"a", "b", "center", "details", "div", "em", "i", "p", "picture", "span", "strong", "summary"}
)
"""Elements in which text is still said by whoever wrote the comment."""

VOID = frozenset(
    {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
"""Elements without content; https://html.spec.whatwg.org/multipage/syntax.html#void-elements"""

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)[^<>]*?(?P<alone>/?)>", re.ASCII)


class OpenHtml:
    """Keeps count of the elements that were opened and not closed yet."""

    def __init__(self) -> None:
        """Start with nothing open."""
        self._open: list[str] = []

    def __bool__(self) -> bool:
        """Tell whether anything is open in which nobody commands."""
        return bool(self._open)

    def read(self, html: str) -> None:
        """Take note of the tags in a piece of HTML."""
        for tag in _TAG.finditer(html):
            name = tag["name"].lower()
            if name in NEUTRAL or name in VOID:
                continue
            if tag["end"]:
                self._close(name)
            elif not tag["alone"]:
                self._open.append(name)

    def _close(self, name: str) -> None:
        """Close the innermost element of this name, and what was left open in it."""
        if name in self._open:
            while self._open.pop() != name:
                pass
