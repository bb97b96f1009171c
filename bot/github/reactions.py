"""How do up to twenty reactions go to GitHub in one request?

REST takes one at a time. GraphQL takes several fields in one mutation, and answers each of them:
https://docs.github.com/en/graphql/reference/mutations#addreaction. Which documents there are, and
what they may be about, is fixed here: the commands of people, and nothing else on GitHub.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

AT_ONCE = 20
"""Reactions in one request; our own choice (each counts as a write of its own for our pace)."""

CONTENTS = {"+1": "THUMBS_UP", "confused": "CONFUSED"}
"""What REST calls it, and what GraphQL does.
https://docs.github.com/en/graphql/reference/enums#reactioncontent"""

_NODE = re.compile(r"IC_[A-Za-z0-9_-]{4,100}", re.ASCII)
_OLDER_NODE = re.compile(rb"012:IssueComment[0-9]{1,19}")
"""Names of comments on issues in GraphQL, and no others; both forms are in use.
https://docs.github.com/en/graphql/guides/migrating-graphql-global-node-ids"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reaction to a comment, by the comment's name in GraphQL."""

    node: str
    content: str


def _document(count: int) -> str:
    numbers = range(count)
    given = ", ".join(f"$s{n}: ID!, $c{n}: ReactionContent!" for n in numbers)
    fields = "".join(
        f"  r{n}: addReaction(input: {{subjectId: $s{n}, content: $c{n}}})"
        " { reaction { content } }\n"
        for n in numbers
    )
    return f"mutation AddReactions({given}) {{\n{fields}}}\n"


DOCUMENTS = {count: _document(count) for count in range(1, AT_ONCE + 1)}
"""The one mutation that the bot may send, for each number of reactions."""

_COUNTS = {document: count for count, document in DOCUMENTS.items()}


def is_comment(node: str) -> bool:
    """Tell whether a name in GraphQL is that of a comment on an issue or pull request."""
    if _NODE.fullmatch(node):
        return True
    try:
        return bool(_OLDER_NODE.fullmatch(base64.b64decode(node, validate=True)))
    except (binascii.Error, ValueError):
        return False


def variables(wanted: Sequence[Wanted]) -> dict[str, str]:
    """Give the variables of the document for so many reactions."""
    found: dict[str, str] = {}
    for n, each in enumerate(wanted):
        found |= {f"s{n}": each.node, f"c{n}": CONTENTS[each.content]}
    return found


def may_be_sent(asked: dict[str, Any]) -> bool:
    """Tell whether this is our mutation, about comments only, with reactions of ours only."""
    count = _COUNTS.get(str(asked.get("query")))
    given = asked.get("variables")
    if count is None or asked.keys() != {"query", "variables"} or not isinstance(given, dict):
        return False
    names = {f"{letter}{n}" for letter in "sc" for n in range(count)}
    return given.keys() == names and all(
        isinstance(given[f"s{n}"], str)
        and is_comment(given[f"s{n}"])
        and given[f"c{n}"] in CONTENTS.values()
        for n in range(count)
    )


def are_there(answer: Any, count: int) -> tuple[bool, ...]:
    """Tell of each reaction whether GitHub says that it is there now."""
    told = answer.get("data") if isinstance(answer, dict) else None
    data = told if isinstance(told, dict) else {}
    return tuple(_is_there(data.get(f"r{n}")) for n in range(count))


def _is_there(field: Any) -> bool:
    return isinstance(field, dict) and isinstance(field.get("reaction"), dict)
