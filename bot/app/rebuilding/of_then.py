"""What was answered then, when a handler asked?

A comment's commands were allowed or refused as our reaction says. Rules come from the commit of then,
and what proves who was allowed to label or to close is looked for among our own words. Only where
nothing tells, the roles of today decide, and that is said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import cast

from bot.app.rebuilding.evidence import LATE, Evidence, Verdict
from bot.app.rebuilding.findings import Finding, comment, moment
from bot.app.rebuilding.numbers import Numbers, Unclear
from bot.app.rebuilding.proofs import Proofs
from bot.app.rebuilding.reasons import reason_in
from bot.domain.refs import Account, Repo
from bot.domain.refusals import Refusal, Why
from bot.domain.roles import Rights, Role
from bot.events import happened as h
from bot.lookup import LabelledIssue, Lookup, NeedsGitHub
from bot.routing import Routes, Step

EVERYTHING = Rights(write=True, steward=True, treasurer=True)
"""What somebody was allowed whose command we recorded: which of it they needed, the command says."""

Head = Callable[[Repo, datetime], Awaitable[str]]


class Untold(StrEnum):
    """Stands for a reason that nothing tells any more."""

    NOT_TOLD = "not_told"


WITHIN = cast("Lookup", object())
"""Stands for the answers inside a transaction: those of then need GitHub, or the store, or both."""

NOT_TOLD = Refusal(cast("Why", Untold.NOT_TOLD), quiet=True)


@dataclass(slots=True)
class OfThen:
    """Turns events into steps as `Routes` does, with the answers of then."""

    routes: Routes
    evidence: Evidence
    proofs: Proofs
    last_closings: dict[int, datetime]
    """By issue: when it was closed for the last time."""
    head: Head
    """The newest commit of the default branch at a moment."""
    numbers: Numbers
    adopted: Callable[[datetime, tuple[str, ...]], Awaitable[tuple[LabelledIssue, ...]]]
    """What an adoption at a moment brought in, of the issues with one of these labels."""
    findings: list[Finding] = field(default_factory=list)

    async def steps(self, event: h.Event, ask: Lookup) -> list[Step]:
        """Turn an event into what must be decided; never while a transaction is open."""
        if ask is WITHIN:
            raise NeedsGitHub
        ask = self._asked(
            event.at if not isinstance(event, h.CommentMade) else event.spoken.at, ask
        )
        match event:
            case h.CommentMade():
                return await self._spoken(event, ask)
            case h.IssueLabelled() if self.proofs.was_put_on_roadmap(event):
                self._note_late_panel(event)
                ask = _with(ask, EVERYTHING)
            case h.AdoptionWanted():
                ask = _with(ask, EVERYTHING)
            case h.IssueClosed():
                ask = self._closing(event, ask)
            case _:
                pass
        return await self.routes.steps(event, ask)

    def _asked(self, at: datetime, ask: Lookup) -> Lookup:
        async def head(repo: Repo) -> str:
            return await self.head(repo, at)

        async def adopted(_: Repo, labels: tuple[str, ...]) -> tuple[LabelledIssue, ...]:
            return await self.adopted(at, labels)

        return replace(ask, default_head=head, pull_files=_no_files, labelled_issues=adopted)

    def _note_late_panel(self, event: h.IssueLabelled) -> None:
        """Name a label whose panel came much later: an adoption looks the same, and has another time."""
        panel = self.proofs.panel(event.issue.id)
        if panel is None or panel.at - event.at <= LATE:
            return
        sentence = (
            f"it was labelled on {moment(event.at)}, and its panel is of {moment(panel.at)}: "
            "whether it came in late by this label, or by `bursar adopt`, GitHub does not tell; "
            "it stands as of the label"
        )
        self.findings.append(Finding(f"#{event.issue.number}", sentence))

    def _closing(self, event: h.IssueClosed, ask: Lookup) -> Lookup:
        is_last = self.last_closings.get(event.issue.id) == event.at
        completed = self.proofs.was_completed(event, is_last=is_last)
        if completed is None:
            return ask
        return _with(ask, EVERYTHING if completed else Rights())

    # --- comments -----------------------------------------------------------------------------

    async def _spoken(self, event: h.CommentMade, ask: Lookup) -> list[Step]:
        match self.evidence.verdicts.get(event.spoken.comment):
            case Verdict.RECORDED:
                return await self._recorded(event, ask)
            case Verdict.REFUSED:
                return await self._refused(event, ask)
            case _:
                return await self._unanswered(event, ask)

    async def _recorded(self, event: h.CommentMade, ask: Lookup) -> list[Step]:
        """Record what was recorded; a number whose meaning is lost is not guessed."""
        try:
            event = replace(event, body=await self.numbers.in_words(event.body))
        except Unclear as unclear:
            sentence = f"{_told(event)}: it was recorded, but {unclear}"
            self.findings.append(Finding(_where(event), sentence))
            return [Step(NOT_TOLD)]
        return await self.routes.steps(event, _with(ask, EVERYTHING))

    async def _refused(self, event: h.CommentMade, ask: Lookup) -> list[Step]:
        """Refuse what was refused, for the reason that our answer gives.

        Without an answer, whatever the rules say no to; and if they say no to nothing, all the same.
        """
        key = f"say:refused:{event.spoken.comment}"
        answer = next((each.body for each in self.evidence.shown if each.key == key), "")
        if (why := reason_in(answer)) is not None:
            return [Step(Refusal(why, quiet=True))]
        steps = [replace(each, line=None) for each in await self.routes.steps(event, ask)]
        return [*steps, Step(NOT_TOLD)]

    async def _unanswered(self, event: h.CommentMade, ask: Lookup) -> list[Step]:
        """Decide what we did not react to by the roles of today, if we were certainly there."""
        steps = await self.routes.steps(event, ask)
        if not steps:
            return []
        installed_at = self.evidence.installed_at
        if self.evidence.was_away and event.spoken.at < installed_at:
            sentence = (
                f"{_told(event)}: it has no reaction of ours, and the App was away for a time "
                f"before {moment(installed_at)}; it was not decided"
            )
            self.findings.append(Finding(_where(event), sentence))
            return []
        sentence = (
            f"{_told(event)}: it has no reaction of ours; it was decided by the roles of today"
        )
        self.findings.append(Finding(_where(event), sentence, is_loss=False))
        return steps


def _where(event: h.CommentMade) -> str:
    return comment(event.spoken.issue.number, event.spoken.comment)


def _told(event: h.CommentMade) -> str:
    return f"of @{event.spoken.by.login}, {moment(event.spoken.at)}"


def _with(ask: Lookup, rights: Rights) -> Lookup:
    """Answer every question about roles: these rights, and nobody else who holds the role."""

    async def these(_: Repo, __: Account) -> Rights:
        return rights

    async def nobody_else(_: Repo, __: Role) -> frozenset[int] | None:
        return frozenset()

    return replace(ask, rights=these, holders=nobody_else)


async def _no_files(_: Repo, __: int) -> frozenset[str]:
    """Name no file: nothing is shown now, so no check run is to be made."""
    return frozenset()
