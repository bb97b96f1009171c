"""Payloads in the shape of real ones, and what is heard in them."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

from bot.events.reading import Heard, hear
from tests.github_contract.payloads import real_payloads

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
INSTALLATION = {"id": 375706, "node_id": "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uMzc1NzA2"}


def real(event: str, action: str | None = None, /, **parts: Any) -> dict[str, Any]:
    """The newest real payload of this kind, as an installation of ours would get it."""
    body = [each.body for each in real_payloads(event) if each.action == action][-1]
    return {"installation": INSTALLATION} | copy.deepcopy(body) | parts


def raw(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def heard(event: str, body: dict[str, Any]) -> Heard:
    return hear(event, raw(body), NOW)


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy in which one part, `comment.user.id`, is another."""
    body = copy.deepcopy(body)
    *way, last = path.split(".")
    part = body
    for name in way:
        part = part[name]
    part[last] = value
    return body


def without(body: dict[str, Any], path: str) -> dict[str, Any]:
    """A copy that lacks one part."""
    body = copy.deepcopy(body)
    *way, last = path.split(".")
    part = body
    for name in way:
        part = part[name]
    del part[last]
    return body
