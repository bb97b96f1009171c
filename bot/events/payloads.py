"""What does a webhook's payload say?

Event names are not signed, bodies are: so a payload must have the shape of what its name says, and
what it does not have is not read into it. Anything else is `None`: a payload we have no use for.
Shapes: https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

import msgspec

Whole = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A number as GitHub gives it: what a 64-bit column holds."""

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its time zone; without one nobody could say when it was."""


class Payload(msgspec.Struct):
    """Base of every part of a payload; unknown fields are passed over."""


class User(Payload):
    """An account."""

    id: Whole
    login: str
    type: str = "User"


class Label(Payload):
    """A label."""

    name: str


class AppRef(Payload):
    """The App that did something."""

    id: Whole


class Issue(Payload):
    """An issue, or a pull request seen as one."""

    id: Whole
    number: Whole
    title: str
    updated_at: Moment
    body: str | None = None
    user: User | None = None
    state: str = "open"
    state_reason: str | None = None
    closed_at: Moment | None = None
    labels: list[Label] = []
    pull_request: dict[str, Any] | None = None
    performed_via_github_app: AppRef | None = None


class Comment(Payload):
    """A comment on an issue or pull request."""

    id: Whole
    created_at: Moment
    user: User | None
    node_id: str = ""
    body: str | None = None
    performed_via_github_app: AppRef | None = None


class Repository(Payload):
    """A repository."""

    id: Whole
    name: str
    full_name: str
    private: bool
    owner: User | None = None
    default_branch: str = ""


class Account(Payload):
    """Whoever installed an App: a person or an organisation, in some payloads an enterprise."""

    login: str | None = None
    slug: str | None = None


class Installation(Payload):
    """An installation of the App."""

    id: Whole
    account: Account | None = None
    suspended_at: Moment | None = None


class Commit(Payload):
    """A commit of a push, with the files it touches."""

    added: list[str] = []
    removed: list[str] = []
    modified: list[str] = []


class Head(Payload):
    """The newest commit of a pull request."""

    sha: str


class Base(Payload):
    """The branch that a pull request wants to change."""

    ref: str


class PullRequest(Payload):
    """A pull request; events about reviews leave out `merged` and `merged_by`."""

    number: Whole
    title: str
    head: Head
    base: Base
    created_at: Moment
    updated_at: Moment
    user: User | None
    body: str | None = None
    state: str = "open"
    draft: bool = False
    merged: bool = False
    merged_at: Moment | None = None
    merged_by: User | None = None
    closed_at: Moment | None = None


class Review(Payload):
    """A review; one that was not handed in yet has no moment."""

    id: Whole
    state: str
    user: User | None
    commit_id: str | None = None
    submitted_at: Moment | None = None
    updated_at: Moment | None = None


class Webhook(Payload):
    """The parts of any payload that we read; which are there tells what it is."""

    action: str | None = None
    sender: User | None = None
    repository: Repository | None = None
    installation: Installation | None = None
    issue: Issue | None = None
    comment: Comment | None = None
    label: Label | None = None
    changes: dict[str, Any] | None = None
    pull_request: PullRequest | None = None
    review: Review | None = None
    repositories: list[Repository] = []
    repositories_added: list[Repository] = []
    repositories_removed: list[Repository] = []
    ref: str | None = None
    after: str | None = None
    forced: bool = False
    commits: list[Commit] | None = None
    head_commit: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(Webhook)
_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""An escaped NUL, but not the letters "u0000" after a backslash that is escaped itself."""


def decode(body: bytes) -> Webhook:
    """Read a body; NUL, which no table of PostgreSQL keeps, becomes U+FFFD.

    Raises:
        msgspec.DecodeError, msgspec.ValidationError: no JSON, or not shaped like GitHub's.
    """
    if b"\\u0000" in body:
        body = _NUL.sub(rb"\1\\ufffd", body)
    return _DECODER.decode(body)
