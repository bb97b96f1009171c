"""How are times, node ids and addresses written?"""

from __future__ import annotations

import base64
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

Json = dict[str, Any]


def stamp(at: datetime) -> str:
    """UTC at the resolution of a second, as GitHub shows every time: 2026-01-31T12:00:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp_or_none(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def node_id(kind: str, number: int) -> str:
    """The identifier of GraphQL, in its older readable form.

    https://docs.github.com/en/graphql/guides/using-global-node-ids
    """
    return base64.b64encode(f"0{len(kind)}:{kind}{number}".encode()).decode()


def from_node_id(text: str) -> tuple[str, int]:
    """Kind and number behind a node id; raises ValueError for anything else."""
    plain = base64.b64decode(text, validate=True).decode()
    length, _, rest = plain.partition(":")
    return rest[: int(length)], int(rest[int(length) :])
