"""How were pull requests reviewed, up to the end of the month?"""

from __future__ import annotations

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
    return tuple(pull for pull in known.told if noted.get(pull.pull) != pull)


def reviews(known: MonthKnown) -> f.Reviews:
    """Compare what was noted of pull requests, with what was told since."""
    noted = {pull.pull: pull for pull in known.noted} | {pull.pull: pull for pull in known.told}
    since = review_window(known.span, known.zone)
    pulls = [pull for pull in noted.values() if since <= pull.opened_at < known.span.ends_at]
    merged = [pull for pull in pulls if _merged_in(pull, known.span)]
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


def _merged_in(pull: NotedPull, month: Span) -> bool:
    """Tell whether a linked pull request was merged in the month."""
    merged_at = pull.merged_at
    return (
        pull.order is not None
        and merged_at is not None
        and month.begins_at <= merged_at < month.ends_at
    )


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
