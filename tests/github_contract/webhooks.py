"""Would GitHub deliver such a payload?"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.github_contract.published import published
from tests.github_contract.schemas import ContractBroken, Schemas

# What GitHub sends and names for some deliveries, but forgets for others: delivery, then field.
SENT_BUT_UNNAMED = re.compile(
    r"\S+ (\S+\.)?performed_via_github_app\.client_id"  # named in issue_comment.created
    r"|pull_request_review\.edited pull_request\.(head|base)\.repo"  # named in .submitted
    r"\.(has_discussions|web_commit_signoff_required)"
)


def check_delivery(event: str, payload: dict[str, Any]) -> None:
    """Raise `ContractBroken` unless GitHub documents such a payload for this event and action."""
    kind = delivery_of(event, payload)
    schema = _deliveries()[kind]
    if problem := _schemas().problem(schema, payload):
        raise ContractBroken(f"A delivery {kind} does not look like that: {problem}.")
    found = _schemas().unnamed_fields(schema, payload)
    if unnamed := [name for name in found if not SENT_BUT_UNNAMED.fullmatch(f"{kind} {name}")]:
        said = ", ".join(unnamed)
        raise ContractBroken(f"A delivery {kind} has fields that GitHub does not name: {said}.")


def delivery_of(event: str, payload: Mapping[str, Any]) -> str:
    """Which delivery this is, such as `issues.opened` or `push`."""
    kind = f"{event}.{payload['action']}" if "action" in payload else event
    if kind not in _deliveries():
        raise ContractBroken(
            f"GitHub has no delivery {kind}, or we never listened to it: then name its event in"
            " tools/slice_github.toml and run tools/slice_github.py."
        )
    return kind


@cache
def all_deliveries() -> frozenset[str]:
    """The names of all deliveries that the slice holds."""
    return frozenset(_deliveries())


def _deliveries() -> Mapping[str, Any]:
    found: Mapping[str, Any] = published("webhooks")["deliveries"]
    return found


@cache
def _schemas() -> Schemas:
    return Schemas("webhooks")
