"""What does the check run "Bursar configuration" tell GitHub, besides its sentences?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.comments.text import plain
from bot.domain.configuration import CONFIGURATION, Configuration

ANNOTATIONS_AT_MOST = 50
"""Annotations that one request takes ("output" in the body of)
https://docs.github.com/en/rest/checks/runs#create-a-check-run"""

SUMMARY_AT_MOST = 65_535
"""Characters of a check run's summary (same page). Ours stay far below: the mistakes are in the
annotations, and every list in the summary is cut to a few entries."""

MESSAGE_AT_MOST = 1_000
"""Characters of an annotation; GitHub takes 64 KB, which nobody reads. Our own limit."""

Conclusion = Literal["success", "failure", "neutral"]


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mistake at its line (from 1), in plain text."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class CheckText:
    """The text of a check run, in the terms of GitHub's API."""

    title: str
    summary: str
    conclusion: Conclusion
    annotations: tuple[Annotation, ...]


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
