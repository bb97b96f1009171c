"""The repository's configuration: when it changes, and where its mistakes are shown."""

from __future__ import annotations

from functools import partial

from bot.domain.configuration import (
    CONFIGURATION,
    FUNDING,
    WORK_ORDER_FORMS,
    ConfigurationReported,
    decide_beside,
    decide_first_rules,
    decide_rules,
)
from bot.domain.decisions import About, Decision, Known, Proposal
from bot.domain.effects import ConfigurationCheck, Message, Refresh
from bot.domain.refs import Repo
from bot.events.happened import PullChanged, Pushed, RulesWanted
from bot.lookup import Lookup
from bot.routing import Router

router = Router()


@router.event(Pushed)
async def pushed(event: Pushed, ask: Lookup) -> list[Proposal]:
    """Propose new rules, when a push to the default branch touches the files that hold them.

    Pushes may be told in any order, so what is read is always the newest commit.
    """
    if not (event.forced or event.paths & {CONFIGURATION, FUNDING, *WORK_ORDER_FORMS}):
        return []
    head = await ask.default_head(event.repo)
    read = await ask.configuration(event.repo, head)
    if not (event.forced or CONFIGURATION in event.paths):
        return [Proposal(About(), partial(decide_beside, head, read))]
    return [Proposal(About(), partial(decide_rules, head, read))]


@router.event(PullChanged)
async def pull_changed(event: PullChanged, ask: Lookup) -> list[Proposal]:
    """Propose a check run on a pull request that touches the configuration."""
    if not event.head_moved:
        return []
    if CONFIGURATION not in await ask.pull_files(event.repo, event.pull.number):
        return []
    return [Proposal(About(), partial(_show, event.pull.head))]


@router.event(RulesWanted)
async def rules_wanted(event: RulesWanted, ask: Lookup) -> list[Proposal]:
    """Propose a repository's first rules."""
    commit = await ask.default_head(event.repo)
    read = await ask.configuration(event.repo, commit)
    return [Proposal(About(), partial(decide_first_rules, commit, read))]


@router.refresh(ConfigurationCheck)
async def check(target: ConfigurationCheck, repo: Repo, ask: Lookup) -> Message | None:
    """Report on the configuration at a commit, as it is read now."""
    read = await ask.configuration(repo, target.commit)
    in_force = await ask.is_on_default_branch(repo, target.commit)
    return ConfigurationReported(read, on_default_branch=in_force)


def _show(head: str, _: Known) -> Decision:
    return Decision(effects=(Refresh(ConfigurationCheck(head)),))
