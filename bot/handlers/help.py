"""`/help`: what works here?"""

from __future__ import annotations

from functools import partial

from bot.domain.decisions import About, Proposal
from bot.domain.refusals import Misunderstood, Why
from bot.domain.replies import HelpLine, decide_help
from bot.lookup import Lookup
from bot.routing import Command, Router, Said

HELP = Command("help", "/help", "anyone", "Lists what works here.")


def help_router(subjects: list[Router]) -> Router:
    """Make the router of `/help`, which lists the commands of these subjects and itself."""
    router = Router()
    commands = [command for subject in subjects for command, _ in subject.commands.values()]
    lines = tuple(HelpLine(c.usage, c.who, c.does) for c in [*commands, HELP])

    @router.command(HELP)
    async def show(said: Said, _: Lookup) -> Proposal:
        if said.rest:
            raise Misunderstood(Why.TRAILING_WORDS)
        about = About(issue=said.spoken.issue.id)
        return Proposal(about, partial(decide_help, lines, said.spoken))

    return router
