"""Which HTML of a stranger's is harmless?

Everything is parsed and written anew: only the elements and attributes named here can come out,
each of them closed inside of what it was opened in, so that no text can leave its own box.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from sandbox.page.linking import REL

if TYPE_CHECKING:
    from sandbox.page.linking import Linker

Attributes = list[tuple[str, str | None]]
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = HEADINGS | {"p", "div", "blockquote", "pre", "ul", "ol", "dl", "table", "hr"}
BLOCKS |= {"details", "summary", "li", "dt", "dd"}
INLINE = {"a", "b", "strong", "i", "em", "s", "del", "ins", "code", "kbd", "samp", "var", "q"}
INLINE |= {"sub", "sup", "small", "span", "abbr", "mark", "tt"}
VOID = {"br", "hr", "wbr", "input", "img"}
INSIDE = {  # parts of a table, and what they stand directly in
    "thead": {"table"},
    "tbody": {"table"},
    "tr": {"table", "thead", "tbody"},
    "th": {"tr"},
    "td": {"tr"},
}
WITHIN = {"li": {"ul", "ol"}, "dt": {"dl"}, "dd": {"dl"}}  # and what they stand somewhere in
ROWS = {"table", "thead", "tbody", "tr"}
ALLOWED = BLOCKS | INLINE | VOID | INSIDE.keys()
ENDED_BY = {  # a start tag -> what it ends, and where the search for that stops
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "a": ({"a"}, {"td", "th"}),
    **dict.fromkeys(HEADINGS, (HEADINGS, BLOCKS - HEADINGS)),
}
UNREAD = {"script", "style"}  # with all that is in them
VERBATIM = {"a", "code", "pre", "kbd", "samp", "tt"}
SCHEMES = {"http", "https", "mailto"}
DEEPEST = 60
ALIGN = re.compile(r"text-align:\s*(left|right|center)")


def safe_address(href: str) -> str | None:
    """The address, unless following it could do anything but go somewhere."""
    address = "".join(each for each in href if each.isprintable()).strip()
    scheme = re.match(r"[^/?#]*?:", address)
    if scheme and scheme[0][:-1].lower() not in SCHEMES:
        return None
    return address


class _Cleaner(HTMLParser):
    def __init__(self, linker: Linker, below: int) -> None:
        super().__init__(convert_charrefs=True)
        self.linker = linker
        self.below = below
        self.made: list[str] = []
        self.open: list[str] = []
        self.closing: list[str] = []  # what is written at the end of each open element
        self.unread = 0
        self.headings: list[int] = []

    # -- what the parser finds ---------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag in UNREAD:
            self.unread += 1
        if self.unread or tag not in ALLOWED or not self._fits(tag):
            return
        self._end_what_cannot_hold(tag)
        given = {name: value or "" for name, value in reversed(attrs)}
        if tag in VOID:
            self.made.append(_void(tag, given))
            return
        start, end = self._element(tag, given)
        self.made.append(start)
        self.open.append(tag)
        self.closing.append(end)

    def handle_endtag(self, tag: str) -> None:
        if tag in UNREAD:
            self.unread = max(0, self.unread - 1)
        elif tag in self.open and tag not in VOID:
            self._end(len(self.open) - 1 - self.open[::-1].index(tag))

    def handle_data(self, data: str) -> None:
        if self.unread:
            return
        if data.strip():
            self._leave_table()
        verbatim = not VERBATIM.isdisjoint(self.open)
        self.made.append(escape(data) if verbatim else self.linker.link(data))

    # -- what is written -----------------------------------------------------------------------

    def finished(self) -> str:
        self.close()
        self._end(0)
        return "".join(self.made)

    def _fits(self, tag: str) -> bool:
        if len(self.open) >= DEEPEST:
            return False
        if tag in INSIDE:
            return bool(self.open) and self.open[-1] in INSIDE[tag]
        return tag not in WITHIN or not WITHIN[tag].isdisjoint(self.open)

    def _end(self, level: int) -> None:
        """Close everything that was opened at this level or later."""
        self.made += reversed(self.closing[level:])
        del self.open[level:], self.closing[level:]

    def _end_what_cannot_hold(self, tag: str) -> None:
        """A browser ends a paragraph at the next block, an item at the next item: so do we."""
        if tag not in INSIDE:
            self._leave_table()
        if tag in BLOCKS:
            self._end_last({"p"}, {"td", "th"})
        if tag in ENDED_BY:
            self._end_last(*ENDED_BY[tag])

    def _leave_table(self) -> None:
        """What stands between the cells of a table would be moved in front of it: it ends here."""
        if self.open and self.open[-1] in ROWS:
            self._end_last({"table"}, set())

    def _end_last(self, ended: set[str], until: set[str]) -> None:
        for level in range(len(self.open) - 1, -1, -1):
            if self.open[level] in ended:
                self._end(level)
                return
            if self.open[level] in until:
                return

    def _element(self, tag: str, given: dict[str, str]) -> tuple[str, str]:
        """How it starts, and how it ends."""
        shown = _attributes(tag, given, self.linker)
        if tag in HEADINGS:
            return self._heading(int(tag[1]))
        if tag == "table":
            frame = '<div class="wide" tabindex="0" role="group" aria-label="Table">'
            return f"{frame}<table{shown}>", "</table></div>"
        if tag == "pre":
            return f'<pre tabindex="0"{shown}>', "</pre>"
        return f"<{tag}{shown}>", f"</{tag}>"

    def _heading(self, level: int) -> tuple[str, str]:
        """Levels that leave none out, and stand below the page's own."""
        while self.headings and self.headings[-1] >= level:
            self.headings.pop()
        self.headings.append(level)
        real = min(6, self.below + len(self.headings))
        return f'<h{real} class="size-{level}">', f"</h{real}>"


def _void(tag: str, given: dict[str, str]) -> str:
    if tag == "img":  # nothing is fetched from anywhere
        return (
            f'<span class="picture">[picture: {escape(given.get("alt", "") or "untitled")}]</span>'
        )
    if tag == "input":
        if given.get("type") != "checkbox":
            return ""
        ticked, name = (" checked", "done") if "checked" in given else ("", "to do")
        return f'<input type="checkbox" disabled{ticked} aria-label="{name}">'
    return f"<{tag}>"


def _attributes(tag: str, given: dict[str, str], linker: Linker) -> str:
    shown: dict[str, str] = {}
    if title := given.get("title"):
        shown["title"] = title
    if tag == "a" and (href := safe_address(given.get("href", ""))):
        shown |= {"href": linker.here(href), "rel": REL}
    if tag in {"td", "th"} and (align := ALIGN.search(given.get("style", ""))):
        shown["align"] = align[1]
    if tag == "details" and "open" in given:
        shown["open"] = ""
    if tag == "ol" and given.get("start", "").isdecimal():
        shown["start"] = given["start"][:9]
    return "".join(f' {name}="{escape(value)}"' for name, value in shown.items())


def clean(html: str, linker: Linker, below: int) -> str:
    """The harmless part of it; headings start `below` this level."""
    cleaner = _Cleaner(linker, below)
    cleaner.feed(html)
    return cleaner.finished()
