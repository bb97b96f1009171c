"""By which hidden marks do we find our own comments again, and check the ledger against them?

They stand at the very end of a comment: what we quote of others stands before them.
"""

from __future__ import annotations

import re

from bot.domain.panel import Position

_MARK = re.compile(r"<!-- bursar (?P<repo>[0-9]+) (?P<key>[!-~]+) -->\s*\Z", re.ASCII)
"""Only at the end of a comment: what we quote of others stands before it."""


def marker(repo: int, key: str) -> str:
    """Give the hidden mark by which we find our own comment again."""
    return f"<!-- bursar {repo} {key} -->"


def marked_key(repo: int, body: str) -> str | None:
    """Read back which row a comment of ours shows."""
    mark = _MARK.search(body)
    return mark["key"] if mark and int(mark["repo"]) == repo else None


def position_mark(position: Position) -> str:
    """Give the hidden mark that fixes the ledger's position where we cannot alter it unseen."""
    return f"<!-- bursar-position {position.seq} {position.hash} -->"
