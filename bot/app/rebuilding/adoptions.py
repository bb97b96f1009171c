"""Which issues did `bursar adopt` bring in?

Nobody's act on GitHub tells of it. But a panel of ours stands on an issue that was labelled before we
were there, and no command brought it in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app.rebuilding.evidence import Evidence, Shown, Verdict
from bot.app.rebuilding.findings import Finding, moment
from bot.app.rebuilding.history import History
from bot.domain.refs import Repo
from bot.events.happened import IssueClosed, IssueLabelled, IssueReopened
from bot.events.reading import ADOPTION, deadline_body, hear
from bot.github.rereading import Told
from bot.lookup import LabelledIssue

BEFORE_ITS_PANEL = timedelta(seconds=5)
"""How long before its panel an adoption is taken to have been; our own choice: we wait for two
seconds, and write one thing a second."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """An issue that was brought in, and when."""

    at: datetime
    found: LabelledIssue


def adoptions(history: History, evidence: Evidence) -> tuple[Adopted, ...]:
    """Find the issues with a panel that no act of our time explains."""
    return tuple(
        Adopted(panel.at - BEFORE_ITS_PANEL, found)
        for panel in evidence.shown
        if (found := _adopted(panel, history, evidence)) is not None
    )


def told(repo: Repo, adopted: Sequence[Adopted]) -> Iterator[Told]:
    """Tell ourselves what the operator told us."""
    for at in dict.fromkeys(each.at for each in adopted):
        name = f"{ADOPTION}:{repo.id}:{at.isoformat()}"
        yield Told(name, ADOPTION, deadline_body(repo.id, at), at)


def findings(adopted: Sequence[Adopted]) -> Iterator[Finding]:
    """Say that the moment is not known."""
    for each in adopted:
        sentence = (
            "it was brought in by `bursar adopt`; when, GitHub does not tell: "
            f"{moment(each.at)} stands for it, shortly before its panel"
        )
        yield Finding(f"#{each.found.issue.number}", sentence)


def _adopted(panel: Shown, history: History, evidence: Evidence) -> LabelledIssue | None:
    kind, _, subject = panel.key.partition(":")
    if kind not in {"panel", "order"}:
        return None
    issue = int(subject)
    since, until = evidence.begins_at, panel.at
    in_our_time = any(
        each.issue == issue and each.is_on and since <= each.at <= until
        for each in history.labellings
    )
    by_command = any(
        evidence.spoken[comment].number == panel.number
        and since <= evidence.spoken[comment].at <= until
        for comment, verdict in evidence.verdicts.items()
        if verdict is Verdict.RECORDED and comment in evidence.spoken
    )
    return None if in_our_time or by_command else _labelled(issue, until, history)


def _labelled(issue: int, until: datetime, history: History) -> LabelledIssue | None:
    """Say who labelled it last, and whether it was open then."""
    found: LabelledIssue | None = None
    for each in (*history.before, *history.told):
        if each.at > until or each.event != "issues":
            continue
        match hear(each.event, each.body, each.at).event:
            case IssueLabelled() as event if event.issue.id == issue:
                found = LabelledIssue(event.issue, event.by, event.issue.is_open)
            case IssueClosed() as event if event.issue.id == issue and found is not None:
                found = LabelledIssue(found.issue, found.by, is_open=False)
            case IssueReopened() as event if event.issue.id == issue and found is not None:
                found = LabelledIssue(found.issue, found.by, is_open=True)
            case _:
                pass
    return found
