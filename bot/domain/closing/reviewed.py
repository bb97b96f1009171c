"""How were pull requests reviewed, up to the end of the month?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import figures as f
from bot.domain.calendar import Span, after, span
from bot.domain.closing.known import MonthKnown
from bot.domain.parity import Figures, groups
from bot.domain.reviews import NotedPull


def review_window(month: Span, zone: str) -> datetime:
    """Say since when pull requests are compared: twelve months, up to the end of this one."""
    return span(after(month.month, 1 - f.DEPENDENCE_MONTHS), zone).begins_at


def newly_told(known: MonthKnown) -> tuple[NotedPull, ...]:
    """Give the pull requests of which GitHub has told something since they were noted."""
    noted = {pull.pull: pull for pull in known.noted}
    told = (_dated(pull, noted.get(pull.pull), known.span.month) for pull in known.told)
    return tuple(pull for pull in told if noted.get(pull.pull) != pull)


def _dated(pull: NotedPull, before: NotedPull | None, month: str) -> NotedPull:
    """Say in which month a merge was first noted: a late one counts once, and not in no month."""
    if pull.merged_at is None:
        return pull
    return replace(pull, merge_noted=(before.merge_noted if before else "") or month)


def reviews(known: MonthKnown) -> f.Reviews:
    """Compare what was noted of pull requests, with what was told since."""
    noted = {pull.pull: pull for pull in (*known.noted, *newly_told(known))}
    since = review_window(known.span, known.zone)
    ends_at = known.span.ends_at
    opened = [pull for pull in noted.values() if since <= pull.opened_at < ends_at]
    pulls = [pull for pull in opened if pull.compared]
    merged = [pull for pull in noted.values() if _merged_in(pull, known.span.month)]
    return f.Reviews(
        since=since,
        groups=tuple(
            f.ReviewGroup(
                access=group.access,
                funded=_whole(group.funded),
                not_funded=_whole(group.not_funded),
            )
            for group in groups(pulls)
        ),
        merges=len(merged),
        interested_merges=sum(pull.interested_merge for pull in merged),
        independent=sum(pull.independent for pull in merged),
        interested=sum(pull.interested for pull in merged),
    )


def _merged_in(pull: NotedPull, month: str) -> bool:
    """Tell whether the merge of a linked pull request was noted in the month."""
    return pull.order is not None and pull.merge_noted == month


def _whole(compared: Figures) -> f.ReviewFigures:
    return f.ReviewFigures(
        count=compared.count,
        reviewed=compared.reviewed,
        ended=compared.ended,
        merged=compared.merged,
        first_review_seconds=_seconds(compared.first_review),
        rounds_twice=None if compared.rounds is None else int(2 * compared.rounds),
        to_merge_seconds=_seconds(compared.to_merge),
    )


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds())
