"""What does a check run tell GitHub, besides its sentences?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.comments.text import plain
from bot.domain.configuration import CONFIGURATION, Configuration, ConfigurationReported
from bot.domain.order_panel import NAMES_DISCLOSED, DisclosureShown

ANNOTATIONS_AT_MOST = 50
"""Annotations that one request takes ("output" in the body of)
https://docs.github.com/en/rest/checks/runs#create-a-check-run"""

SUMMARY_AT_MOST = 65_535
"""Characters of a check run's summary (same page). Ours stay far below: the mistakes are in the
annotations, and every list in the summary is cut to a few entries."""

MESSAGE_AT_MOST = 1_000
"""Characters of an annotation; GitHub takes 64 KB, which nobody reads. Our own limit."""

CONFIGURATION_CHECK = "Bursar configuration"
DISCLOSURE_CHECK = "Funding disclosure"
"""Names of the two check runs."""

Conclusion = Literal["success", "failure", "neutral"]
Checked = ConfigurationReported | DisclosureShown
"""Messages that are shown as a check run."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mistake at its line (from 1), in plain text."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class CheckText:
    """The text of a check run, in the terms of GitHub's API."""

    name: str
    title: str
    summary: str
    conclusion: Conclusion
    annotations: tuple[Annotation, ...] = ()
    head: str | None = None
    """The commit that it stands on, where the message tells."""


@dataclass(frozen=True, slots=True)
class Approvers:
    """Whose approvals stand on a pull request, parted by whether they declared an interest."""

    independent: tuple[int, ...]
    independent_left: int
    others: tuple[int, ...]
    others_left: int


def check_text(message: Checked, title: str, summary: str) -> CheckText:
    """Give a check run its name and conclusion."""
    match message:
        case ConfigurationReported():
            found = message.configuration
            conclusion, mistakes = conclusion_of(found), annotations_of(found)
            return CheckText(CONFIGURATION_CHECK, title, summary, conclusion, mistakes)
        case DisclosureShown():
            # Whatever a pull request is funded with, its check run is no vote.
            return CheckText(DISCLOSURE_CHECK, title, summary, "neutral", head=message.head)


def conclusion_of(found: Configuration) -> Conclusion:
    """Conclude `failure` for mistakes: it is the file that failed, and the sign has to be seen.

    A check run blocks a merge only where a project made it a required one, which Bursar can not
    and does not; this one exists only where the file itself was touched. Without a file there is
    nothing to judge: `neutral`.
    """
    if found.mistakes:
        return "failure"
    return "success" if found.exists else "neutral"


def annotations_of(found: Configuration) -> tuple[Annotation, ...]:
    """Give one annotation per mistake, in the order of lines, as many as one request takes."""
    ordered = sorted(found.mistakes, key=lambda mistake: mistake.line)
    return tuple(
        Annotation(CONFIGURATION, max(1, mistake.line), plain(mistake.sentence, MESSAGE_AT_MOST))
        for mistake in ordered[:ANNOTATIONS_AT_MOST]
    )


def approvers_of(message: DisclosureShown) -> Approvers:
    """Part the approvals; of many, the first are named and the others counted."""
    free = set(message.independent)
    every = [approval.reviewer for approval in message.approvals]
    ours = [reviewer for reviewer in every if reviewer in free]
    others = [reviewer for reviewer in every if reviewer not in free]
    return Approvers(
        independent=tuple(ours[:NAMES_DISCLOSED]),
        independent_left=len(ours[NAMES_DISCLOSED:]),
        others=tuple(others[:NAMES_DISCLOSED]),
        others_left=len(others[NAMES_DISCLOSED:]),
    )
