"""What follows from a decision, outside of the ledger?

Two kinds. A *refresh* names a thing on GitHub that must be brought up to date; it is rendered when
it is sent, so a hundred of them are one. A *say once* is fixed when it is recorded, and its key
makes sure that nothing is said twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Message:
    """Something that the bot can say. Each class has one template and one golden example."""

    __slots__ = ()

    def people(self) -> frozenset[int]:
        """Give the numbers of the people whose logins the words need."""
        return frozenset()


class Reaction(StrEnum):
    """Reactions to a command, in GitHub's names."""

    RECORDED = "+1"
    REFUSED = "confused"


@dataclass(frozen=True, slots=True)
class ItemPanel:
    """The one panel of a roadmap item."""

    issue: int
    number: int


@dataclass(frozen=True, slots=True)
class OrderPanel:
    """The one panel of a work order."""

    issue: int
    number: int


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The check run "Funding disclosure" on the head of a pull request."""

    pull: int


@dataclass(frozen=True, slots=True)
class ConfigurationCheck:
    """The check run about `.github/bursar.yml` on a commit."""

    commit: str


Target = ItemPanel | OrderPanel | Disclosure | ConfigurationCheck


@dataclass(frozen=True, slots=True)
class Refresh:
    """Bring a target up to date with the views."""

    target: Target


@dataclass(frozen=True, slots=True)
class RefreshPanels:
    """Bring the panels of whatever can be funded up to date: rules changed what they show."""


@dataclass(frozen=True, slots=True)
class React:
    """React to a comment; `node` is its name in GraphQL, where many go in one request."""

    comment: int
    content: Reaction
    node: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """Say something once, in a comment on an issue.

    `key` tells what caused it, so that nothing is said twice. `number` is the issue's. An `answer`
    to whoever commanded is bounded per person and issue: beyond the bound a reaction must do.
    """

    key: str
    number: int
    message: Message
    answer: bool = False


Effect = Refresh | RefreshPanels | React | Say
