"""How does a step of the story look on a terminal?"""

from __future__ import annotations

import re

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

WIDTH = 100
"""Columns at most: wider lines are hard to read."""

STANDING_TEXT = "#### How to fund this"
"""Where the part of a panel begins that stays the same all through the story."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
_TAG = re.compile(r"</?(?:details|summary|sub|br)>|</?code(?: [^>]*)?>")


class Teller:
    """Tells the story line by line, and remembers what did not show what it should."""

    def __init__(self) -> None:
        """Write to the terminal, or plainly to a file."""
        console = Console()
        self._console = Console(width=min(console.width, WIDTH), highlight=False)
        self.failures: list[str] = []
        self._step = 0

    def step(self, who: str, does: str) -> None:
        """Begin a step."""
        self._step += 1
        self._console.print()
        line = Text.assemble(
            (f"{self._step:>2}. ", "dim"), (f"{who} ", "bold cyan"), (does, "bold")
        )
        self._console.print(line)

    def shows(self, body: str, title: str, *, whole: bool = True) -> None:
        """Show a comment of the bot as a reader sees it; or only what changes from step to step."""
        if not whole:
            body = body.partition(STANDING_TEXT)[0] + "…"
        framed = Panel(
            Markdown(_readable(body)), title=title, title_align="left", border_style="dim"
        )
        self._console.print(Padding(framed, (0, 0, 0, 4)))

    def says(self, words: str) -> None:
        """Say something in between."""
        self._console.print(Padding(Text(words), (0, 0, 0, 4)))

    def expects(self, holds: bool, sentence: str) -> None:  # noqa: FBT001 - reads like a sentence
        """Check what the step should show."""
        mark, style = ("✓", "green") if holds else ("✗", "bold red")
        self._console.print(Padding(Text.assemble((f"{mark} ", style), sentence), (0, 0, 0, 4)))
        if not holds:
            self.failures.append(f"step {self._step}: {sentence}")


def _readable(body: str) -> str:
    """Leave out what a browser would not show as text."""
    text = _COMMENT.sub("", body)
    text = _SUMMARY.sub(r"\n**\1**\n", text)
    return _TAG.sub("", text).strip()
