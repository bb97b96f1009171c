"""What does a YAML file from a stranger say, as plain text with lines, and nothing more?

No anchors, aliases or tags, so nothing grows and nothing is made; every scalar stays the text that
was typed, so `12:30` is no number and `off` no truth value; depth and size are bounded before
anything is built (65,536 opening brackets keep PyYAML 6.0.3 busy for 100 seconds otherwise).
"""

from __future__ import annotations

import re

import yaml

BYTES_AT_MOST = 64 * 1024
"""Our own limit; a configuration has some 30 lines."""

DEPTH_AT_MOST = 6
"""Lists and mappings inside each other; ours need four. Our own limit."""

Node = yaml.Node

_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What nobody types: controls, separators that look like a new line to some, half characters."""

_BUILDING = (yaml.YAMLError, ValueError, LookupError, ArithmeticError, RecursionError, TypeError)
"""What PyYAML raises on hostile text (measured: `chr` and `int` inside it raise ValueError)."""

_HINTS = {
    "'@'": 'Put names that start with @ in quotes, as in "@mia".',
    "'\\t'": "Use spaces instead of tabs.",
    "'`'": "Put text that starts with ` in quotes.",
    "'%'": "Put text that starts with % in quotes.",
}


class Unreadable(Exception):
    """The text is no YAML that we read; it says at which line, and what to do."""

    def __init__(self, line: int, sentence: str) -> None:
        """Keep the line (from 1) and the sentence."""
        super().__init__(f"line {line}: {sentence}")
        self.line = line
        self.sentence = sentence


def compose(raw: bytes) -> Node | None:
    """Read the nodes of a YAML document; None when it holds nothing but comments.

    Raises:
        Unreadable: it is too large, no UTF-8, no YAML, or uses what we do not allow.
    """
    text = _text(raw)
    try:
        return _Plain(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, _explain(error)) from error
    except _BUILDING as error:
        raise Unreadable(1, "This is not YAML: it cannot be read at all.") from error


def line_of(node: Node) -> int:
    """Say at which line (from 1) a node starts."""
    return int(node.start_mark.line) + 1


def _text(raw: bytes) -> str:
    if len(raw) > BYTES_AT_MOST:
        raise Unreadable(1, "The file is larger than 64 KiB; make it shorter.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unreadable(line, "This is not UTF-8; save the file in that encoding.") from error
    if odd := _ODD.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise Unreadable(line, "There is a character here that cannot be seen; take it out.")
    return text


def _explain(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    for sign, hint in _HINTS.items():
        if sign in problem:
            return hint
    if "single document" in (error.context or ""):
        return "Keep to one document: take out what follows the second ---."
    return "This is not YAML; check indentation, colons, quotes and brackets around here."


class _Plain(yaml.BaseLoader):
    """Composes nodes, and stops at whatever we do not allow before it builds anything of it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Check the next event, then let PyYAML make a node of it."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = int(event.start_mark.line) + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise Unreadable(line, "Anchors (&) and aliases (*) are not read; write it out.")
        if event.tag is not None:
            raise Unreadable(line, "Tags (!) are not read; leave it out, or use quotes.")
        if self._depth >= DEPTH_AT_MOST:
            raise Unreadable(line, "This is nested too deeply; see the documentation.")
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1
