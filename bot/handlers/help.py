"""`/help`: what works here?"""

from __future__ import annotations

from functools import partial

from bot.domain.decisions import About, Proposal
from bot.domain.refusals import Misunderstood, Why
from bot.domain.replies import HelpLine, decide_help
from bot.lookup import Lookup, Spot
from bot.routing import Command, Router, Said

HELP = Command("help", "/help", "anyone", "Lists what works here.")


def help_router(subjects: list[Router]) -> Router:
    """Make the router of `/help`, which lists the commands of these subjects and itself."""
    router = Router()
    commands = [command for subject in subjects for command, _ in subject.commands.values()]

    @router.command(HELP)
    async def show(said: Said, ask: Lookup) -> Proposal:
        if said.rest:
            raise Misunderstood(Why.TRAILING_WORDS)
        spot = await ask.spot(said.repo, said.spoken.issue.id)
        about = About(issue=said.spoken.issue.id)
        return Proposal(about, partial(decide_help, lines([*commands, HELP], spot), said.spoken))

    return router


def lines(commands: list[Command], spot: Spot | None) -> tuple[HelpLine, ...]:
    """Give the lines about the commands that work on such a place."""
    return tuple(HelpLine(c.usage, c.who, c.does) for c in commands if spot in c.spots)
