"""What can the ledger say of the repository as a whole?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class RulesChanged:
    """The repository's configuration, as of a commit on its default branch."""

    commit: str
    rules: Rules


@dataclass(frozen=True, slots=True)
class Refused:
    """A command or an act that changed nothing, so that it is never decided again."""

    issue: int
    code: str
