"""Pull requests: which work order do they belong to, and what does their check run say?"""

from __future__ import annotations

from functools import partial

from bot.domain import pull_requests as decide
from bot.domain.asked_orders import LinkAsked
from bot.domain.decisions import About, Proposal
from bot.domain.effects import Disclosure, Message
from bot.domain.refs import Account, Repo
from bot.domain.refusals import Refusal, Why
from bot.domain.reviews import Learned
from bot.events.happened import PullChanged, ReviewChanged
from bot.lookup import Lookup, Spot
from bot.routing import Command, Router, Said

router = Router()

LINK = Command(
    "cwo link",
    "/cwo link #n, or /cwo link none",
    "a steward",
    "Links this pull request to a work order.",
    frozenset({Spot.PULL}),
)


@router.command(LINK)
async def link(said: Said, ask: Lookup) -> Proposal:
    """Propose a link, or its end."""
    asked = LinkAsked.read(said.rest)
    rights = await ask.rights(said.repo, said.spoken.by)
    number = said.spoken.issue.number
    pull = await ask.pull(said.repo, number)
    if pull is None:
        raise Refusal(Why.NOT_HERE, quiet=True)
    about = About(actor=said.spoken.by.id, pull=number, order_number=asked.order, whole=True)
    return Proposal(about, partial(decide.decide_link, asked.order, pull, said.spoken, rights))


@router.event(PullChanged)
async def changed(event: PullChanged, ask: Lookup) -> list[Proposal]:
    """Propose what a pull request's description, head or merge changes."""
    learned = None
    if event.action == "opened" and event.pull.author.kind == "User":
        writes = await _writes(event.repo, event.pull.author, ask)
        learned = Learned(event.pull.number, None, writes)
    proposals = await _as_known(event.repo, event.pull.number, learned, ask)
    if event.pull.merged and event.pull.reverts is not None:
        back = About(pull=event.pull.reverts, whole=True)
        proposals.append(Proposal(back, partial(decide.decide_shown, event.pull.reverts)))
    return proposals


@router.event(ReviewChanged)
async def reviewed(event: ReviewChanged, ask: Lookup) -> list[Proposal]:
    """Propose what a review changes in the disclosure."""
    learned = None
    if event.action == "submitted" and event.reviewer.kind == "User":
        writes = await _writes(event.repo, event.reviewer, ask)
        learned = Learned(event.pull.number, event.review, writes)
    return await _as_known(event.repo, event.pull.number, learned, ask)


async def _as_known(
    repo: Repo, number: int, learned: Learned | None, ask: Lookup
) -> list[Proposal]:
    """Decide by what was told newest, whichever event it is that turns up now."""
    pull = await ask.pull(repo, number)
    if pull is None:
        return []
    about = About(pull=number, order_number=pull.names, whole=True)
    return [Proposal(about, partial(decide.decide_pull, pull, learned))]


@router.refresh(Disclosure)
async def disclosure(target: Disclosure, repo: Repo, ask: Lookup) -> Message | None:
    """Say who funds a pull request, and ask for the same review as for any other."""
    return await ask.disclosure(repo, target.pull)


async def _writes(repo: Repo, account: Account, ask: Lookup) -> bool:
    return (await ask.rights(repo, account)).write
