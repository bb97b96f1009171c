"""The roadmap: labels, goals, closing and reopening, adoption, and the panel of an item."""

from __future__ import annotations

from functools import partial

from bot.domain import roadmap as decide
from bot.domain.decisions import About, Choice, Proposal
from bot.domain.effects import ItemPanel, Message
from bot.domain.refs import Repo
from bot.domain.roadmap import Closing, GoalAsked
from bot.domain.roles import NO_RIGHTS, Rights
from bot.domain.rules import Rules
from bot.events import happened as h
from bot.lookup import LabelledIssue, Lookup, Spot
from bot.routing import Command, Router, Said

router = Router()

GOAL = Command(
    "goal",
    "/goal <amount>, or /goal none",
    "a steward",
    "Says how much this item needs.",
    frozenset({Spot.ITEM}),
)


@router.command(GOAL)
async def goal(said: Said, ask: Lookup) -> Proposal:
    """Propose a goal."""
    asked = GoalAsked.read(said.rest)
    rights = await ask.rights(said.repo, said.spoken.by)
    about = About(said.spoken.issue.id, said.spoken.by.id)
    return Proposal(about, partial(decide.decide_goal, asked, said.spoken, rights))


@router.event(h.IssueLabelled)
async def labelled(event: h.IssueLabelled, ask: Lookup) -> list[Proposal]:
    """Propose a roadmap item, when it is the roadmap label; other labels ask nothing of GitHub."""
    rules = await _rules(event.repo, ask)
    if not rules.has_roadmap_label((event.label,)):
        return []
    rights = await _rights_of_person(event, ask)
    about = About(event.issue.id, event.by.id)
    labelled = partial(decide.decide_labelled, event.issue, rights)
    return [Proposal(about, partial(decide.unless_labels_are_newer, event.at, labelled))]


@router.event(h.IssueUnlabelled)
async def unlabelled(event: h.IssueUnlabelled, ask: Lookup) -> list[Proposal]:
    """Propose that an item leaves the roadmap."""
    rules = await _rules(event.repo, ask)
    if not rules.has_roadmap_label((event.label,)):
        return []
    about = About(event.issue.id, event.by.id)
    unlabelled = partial(decide.decide_unlabelled, event.issue, event.at)
    return [Proposal(about, partial(decide.unless_labels_are_newer, event.at, unlabelled))]


@router.event(h.IssueClosed)
async def closed(event: h.IssueClosed, ask: Lookup) -> list[Proposal]:
    """Propose that an item is closed; who did it, and how, decides whether pledges fall due."""
    if await ask.spot(event.repo, event.issue.id) is not Spot.ITEM:
        return []
    steward = by_hand = False
    if event.reason == "completed" and event.by.kind == "User":
        steward = (await ask.rights(event.repo, event.by)).steward
        by_hand = steward and await ask.closed_by_hand(event.repo, event.issue.number, event.at)
    closing = Closing(event.reason, by_steward=steward, by_hand=by_hand)
    about = About(event.issue.id, event.by.id, choice=Choice.LIVE)
    closed = partial(decide.decide_closed, closing, event.at)
    return [Proposal(about, partial(decide.unless_state_is_newer, event.at, closed))]


@router.event(h.IssueReopened)
async def reopened(event: h.IssueReopened, _: Lookup) -> list[Proposal]:
    """Propose that an item is open again."""
    about = About(event.issue.id, event.by.id)
    reopened = partial(decide.unless_state_is_newer, event.at, decide.decide_reopened)
    return [Proposal(about, reopened)]


@router.event(h.IssueGone)
async def gone(event: h.IssueGone, _: Lookup) -> list[Proposal]:
    """Propose that an item has gone."""
    about = About(event.issue.id, event.by.id)
    return [Proposal(about, partial(decide.decide_gone, event.how, event.at))]


@router.event(h.ItemEndPassed)
async def end(event: h.ItemEndPassed, _: Lookup) -> list[Proposal]:
    """Propose that the pledges of an item that left come to their end."""
    about = About(event.issue, choice=Choice.LIVE)
    return [Proposal(about, partial(decide.decide_item_end, event.at))]


@router.event(h.AdoptionWanted)
async def adoption(event: h.AdoptionWanted, ask: Lookup) -> list[Proposal]:
    """Propose the issues that somebody with write access labelled before Bursar came."""
    rules = await _rules(event.repo, ask)
    found = await ask.labelled_issues(event.repo, rules.labels)
    return [await _adopted(event.repo, labelled_issue, ask) for labelled_issue in found]


@router.refresh(ItemPanel)
async def panel(target: ItemPanel, repo: Repo, ask: Lookup) -> Message | None:
    """Show an item as it is now."""
    return await ask.item_panel(repo, target.issue)


async def _adopted(repo: Repo, found: LabelledIssue, ask: Lookup) -> Proposal:
    rights = await ask.rights(repo, found.by) if found.by else NO_RIGHTS
    about = About(found.issue.id, found.by.id if found.by else None)
    return Proposal(about, partial(decide.decide_adopted, found.issue, found.is_open, rights))


async def _rules(repo: Repo, ask: Lookup) -> Rules:
    return await ask.rules(repo) or Rules()


async def _rights_of_person(event: h.IssueLabelled, ask: Lookup) -> Rights:
    """Look up rights; Apps and Actions label too, but only people put things on a roadmap."""
    return await ask.rights(event.repo, event.by) if event.by.kind == "User" else NO_RIGHTS
