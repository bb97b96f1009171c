"""Which pages were made just now, and may be shown again?

A page stands as long as the ledger has not moved, and a minute at most: titles, logins and pull requests
change without an entry. Whether anybody may see it is asked before this is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cachetools import LRUCache

from bot.domain.panel import Position
from bot.domain.refs import Repo

BYTES_AT_MOST = 32 * 1024 * 1024
"""Bytes of pages that are kept; our own choice."""

GOOD_FOR = timedelta(seconds=60)
"""How long a page stands while the ledger stands still; our own choice."""

Key = tuple[Repo, str, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
"""A repository under its name of today, the kind of page, what its path says, and its query."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it was made, and of which moment it is."""

    body: bytes
    content_type: str
    position: Position
    made_at: datetime
    tag: str = field(init=False)
    """Its `ETag`: the same bytes have the same one."""

    def __post_init__(self) -> None:
        """Name the bytes."""
        object.__setattr__(self, "tag", hashlib.sha256(self.body).hexdigest()[:32])


class Keeping:
    """The pages that were asked for last, within a bound of bytes."""

    def __init__(self, now: Callable[[], datetime], at_most: int = BYTES_AT_MOST) -> None:
        self._now = now
        self._at_most = at_most
        self._pages: LRUCache[Key, Kept] = LRUCache(at_most, getsizeof=_size)

    def __len__(self) -> int:
        """Count the pages that are kept."""
        return len(self._pages)

    def get(self, key: Key, position: Position) -> Kept | None:
        """Give a page that still holds."""
        kept = self._pages.get(key)
        if kept is None or kept.position != position or self._now() - kept.made_at > GOOD_FOR:
            return None
        return kept

    def put(self, key: Key, kept: Kept) -> None:
        """Keep a page, unless it is larger than everything that may be kept."""
        if _size(kept) <= self._at_most:
            self._pages[key] = kept

    def drop(self, owner: str, name: str) -> None:
        """Forget every page of a repository, by any name that GitHub would take for this one."""
        gone = (owner.casefold(), name.casefold())
        for key in [each for each in self._pages if _name(each[0]) == gone]:
            del self._pages[key]


def _name(repo: Repo) -> tuple[str, str]:
    return repo.owner.casefold(), repo.name.casefold()


def _size(kept: Kept) -> int:
    """Count the bytes, with some for what a small page needs besides."""
    return len(kept.body) + 1024
