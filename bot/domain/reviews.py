"""How was a pull request reviewed: by whom, how soon, and who approves of it now?

Facts that GitHub told. They are shown and compared (`parity`); they move no money, ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

APPROVED = "approved"
CHANGES_REQUESTED = "changes_requested"
DISMISSED = "dismissed"
"""States of a review, in the words of GitHub's webhooks; there is also `commented`."""

_DECIDING = frozenset({APPROVED, CHANGES_REQUESTED, DISMISSED})
"""What takes the place of an earlier approval by the same person; a comment does not."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Whether somebody has write access, as GitHub answered when it was asked.

    `review` names whose access it is: that of the reviewer, or (None) of the pull request's author.
    """

    pull: int
    review: int | None
    writes: bool


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One review as it stands now; people are numbers."""

    id: int
    reviewer: int
    bot: bool
    writes: bool | None
    """Whether the reviewer had write access; None: not asked yet."""
    state: str
    asked_changes: bool
    """Whether it ever requested changes, also if it was dismissed since."""
    commit: str
    """The head that was reviewed."""
    at: datetime
    """When it was submitted."""


@dataclass(frozen=True, slots=True)
class Approval:
    """The approval of one person that stands now."""

    reviewer: int
    bot: bool
    writes: bool | None
    commit: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PullFacts:
    """What is known of one pull request; people are numbers."""

    number: int
    title: str
    author: int | None
    """None: the account was deleted before we heard of it."""
    by_bot: bool
    author_writes: bool | None
    """Whether the author has write access; None: not known."""
    order: int | None
    """The work order that it is linked to, by GitHub's issue id; None: not funded."""
    opened_at: datetime
    from_opening: bool
    """Whether its opening was told to us: else reviews may have been made that we never heard of."""
    ready_at: datetime | None
    """When it was first known to be ready for review; None: it has been a draft all along."""
    first_review_at: datetime | None
    """See `first_review_at`."""
    rounds: int
    """See `rounds`."""
    approvals: tuple[Approval, ...]
    """See `approving`: also bots, and people without write access."""
    merged_at: datetime | None
    merged_by: int | None
    closed_at: datetime | None
    """When it was closed or merged; None while it is open."""
    base: str
    into_default: bool
    """Whether `base` was the default branch."""
    reverted_by: int | None
    """The first merged pull request that says it reverts this one, by number."""
    is_draft: bool
    head: str
    names: int | None = None
    """The work order that its newest description names, by number."""

    @property
    def is_open(self) -> bool:
        """Tell whether it is neither merged nor closed."""
        return self.closed_at is None

    @property
    def to_first_review(self) -> timedelta | None:
        """Give the time from being ready to the first review by somebody else."""
        return waited_for_review(self.ready_at, self.first_review_at)

    @property
    def to_merge(self) -> timedelta | None:
        """Give the time from being ready to the merge; being a draft is no waiting."""
        return waited_for_merge(self.ready_at, self.merged_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedPull:
    """What GitHub had told of a pull request's review by the end of a month: facts, never money."""

    pull: int
    order: int | None
    """The work order that it is linked to (GitHub's issue id); None: not funded."""
    opened_at: datetime
    author_writes: bool | None
    ready_at: datetime | None
    first_review_at: datetime | None
    rounds: int
    merged_at: datetime | None
    closed_at: datetime | None
    compared: bool = True
    """Whether it counts in the comparison; see `parity.is_compared`."""
    merge_noted: str = ""
    """The month in which its merge was noted; empty unless it was merged."""
    independent: int = 0
    """Approvals that stand, by people with write access and no declared interest; of linked ones."""
    interested: int = 0
    """Other approvals that stand, by people; of linked ones."""
    interested_merge: bool = False
    """Whether whoever merged it had a declared interest in its work order."""

    @property
    def is_open(self) -> bool:
        """Tell whether it is neither merged nor closed."""
        return self.closed_at is None

    @property
    def to_first_review(self) -> timedelta | None:
        """Give the time from being ready to the first review by somebody else."""
        return waited_for_review(self.ready_at, self.first_review_at)

    @property
    def to_merge(self) -> timedelta | None:
        """Give the time from being ready to the merge; being a draft is no waiting."""
        return waited_for_merge(self.ready_at, self.merged_at)


def waited_for_review(ready_at: datetime | None, reviewed_at: datetime | None) -> timedelta | None:
    """Give the time from being ready to the first review by somebody else."""
    return None if ready_at is None or reviewed_at is None else reviewed_at - ready_at


def waited_for_merge(ready_at: datetime | None, merged_at: datetime | None) -> timedelta | None:
    """Give the time from being ready to the merge."""
    if ready_at is None or merged_at is None:
        return None
    return max(timedelta(0), merged_at - ready_at)


# --- one pull request -------------------------------------------------------------------------


def first_review_at(
    reviews: Iterable[Reviewed], author: int | None, ready_at: datetime | None
) -> datetime | None:
    """Say when somebody else first reviewed it, in whatever way.

    The author and bots do not count, nor does what was said while it was still a draft.
    """
    if ready_at is None:
        return None
    return min((r.at for r in _of_others(reviews, author) if r.at >= ready_at), default=None)


def rounds(reviews: Iterable[Reviewed], author: int | None) -> int:
    """Count the heads on which somebody else requested changes, also if that was dismissed later.

    Two people who request changes on the same head make one round.
    """
    return len({review.commit for review in _of_others(reviews, author) if review.asked_changes})


def approving(reviews: Iterable[Reviewed], author: int | None) -> tuple[Approval, ...]:
    """Give the approvals that stand, oldest first: one for each person but the author.

    A person's newest approval, request for changes or dismissed review counts. A later comment does
    not take an approval back; a request for changes and a dismissal do.
    """
    newest: dict[int, Reviewed] = {}
    for review in sorted(reviews, key=lambda r: (r.at, r.id)):
        if review.state in _DECIDING and review.reviewer != author:
            newest.pop(review.reviewer, None)
            newest[review.reviewer] = review
    return tuple(
        Approval(r.reviewer, r.bot, r.writes, r.commit, r.at)
        for r in newest.values()
        if r.state == APPROVED
    )


def independent(approvals: Iterable[Approval], interested: frozenset[int]) -> tuple[Approval, ...]:
    """Give the approvals from people with no declared interest.

    Those are people with write access who are no bot and not among the interested; the author is in
    no approval. Whoever's access is not known is left out.
    """
    return tuple(
        each
        for each in approvals
        if each.writes is True and not each.bot and each.reviewer not in interested
    )


def _of_others(reviews: Iterable[Reviewed], author: int | None) -> Iterator[Reviewed]:
    return (review for review in reviews if not review.bot and review.reviewer != author)
