"""What does GitHub prove of acts to which we do not react: labels and closings?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.app.rebuilding.evidence import Evidence, Shown, Verdict
from bot.app.rebuilding.history import Labelling
from bot.events.happened import IssueClosed, IssueLabelled

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)

_COMPLETED = re.compile(r"^> \*\*Closed as completed by a steward\.\*\*", re.MULTILINE)
_NOT_BY_STEWARD = re.compile(r"^> \*\*Closed, but nothing falls due:\*\*", re.MULTILINE)
"""What our panel says of a closing (templates/comments/item_panel_shown.md.j2); words of people never
begin a line."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Finds what we would not have shown, had an act not been allowed."""

    evidence: Evidence
    labellings: Sequence[Labelling]

    def was_put_on_roadmap(self, event: IssueLabelled) -> bool:
        """Tell whether an issue certainly got onto the roadmap by this label.

        Our first panel follows it, before the label was taken off or put on anew; or we recorded a
        command there meanwhile.
        """
        label, issue = event.label.casefold(), event.issue
        later = [
            each.at
            for each in self.labellings
            if (each.issue, each.label) == (issue.id, label) and each.at > event.at
        ]
        end = min(later, default=_END_OF_TIME)
        panels = (each.at for each in self.evidence.shown if each.key == f"panel:{issue.id}")
        recorded = (
            self.evidence.spoken[comment].at
            for comment, verdict in self.evidence.verdicts.items()
            if verdict is Verdict.RECORDED
            and comment in self.evidence.spoken
            and self.evidence.spoken[comment].number == issue.number
        )
        return any(event.at <= at < end for at in (*panels, *recorded))

    def was_completed(self, event: IssueClosed, *, is_last: bool) -> bool | None:
        """Tell whether a steward completed an item by this closing; None: nothing says.

        Our notice about what fell due bears the moment. Of the last closing the panel tells.
        """
        notice = re.compile(rf"say:due:{event.issue.id}:P-[0-9]+:{int(event.at.timestamp())}")
        if any(notice.fullmatch(each.key) for each in self.evidence.shown):
            return True
        panel = self.panel(event.issue.id)
        if panel is None or not is_last:
            return None
        if _COMPLETED.search(panel.body):
            return True
        return False if _NOT_BY_STEWARD.search(panel.body) else None

    def panel(self, issue: int) -> Shown | None:
        """Give the panel of an item that is there."""
        return next((each for each in self.evidence.shown if each.key == f"panel:{issue}"), None)
