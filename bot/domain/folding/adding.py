"""How is something added to a row, be it there or not?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from bot.domain.views import Key, Row, Rows


def added(key: Key, more: Mapping[str, int], *rows: Rows) -> Row:
    """Add to columns of the row with this key: the first one found, or else an empty one."""
    found = next((here[key] for here in rows if key in here), None) or _empty(key)
    return replace(found, **{name: getattr(found, name) + minor for name, minor in more.items()})


def _empty(key: Key) -> Row:
    kind = cast("Any", key[0])
    return cast("Row", kind(*key[1:]))
