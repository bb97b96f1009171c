"""How is a golden example compared, and how is it written anew?

`UPDATE_GOLDEN=1 pytest tests/comments` writes them; read the difference before you keep it.
"""

from __future__ import annotations

import os
from pathlib import Path

from bot.comments import Checked, CheckText
from bot.domain.effects import Message
from tests.comments.facts import COMMENTS, NAMES

GOLDEN = Path(__file__).parent / "golden"


def said(message: Message) -> str:
    """Write what the bot says: a comment, or a check run as one text."""
    if isinstance(message, Checked):
        return _as_text(COMMENTS.check(message, NAMES))
    return COMMENTS.render(message, NAMES)


def expected(name: str, now: str) -> str:
    """Read a golden example; with `UPDATE_GOLDEN=1`, write it first."""
    file = GOLDEN / f"{name}.md"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(now, encoding="utf-8", newline="\n")
    return file.read_text(encoding="utf-8")


def _as_text(check: CheckText) -> str:
    lines = [
        f"Check run: {check.name}",
        f"Conclusion: {check.conclusion}",
        f"Title: {check.title}",
        "",
        check.summary,
    ]
    lines += [f"\n{each.path}, line {each.line}: {each.message}" for each in check.annotations]
    return "\n".join(lines) + "\n"
