"""How does a visitor have another bot at work here, as most projects do?"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.errors import NotFound
from sandbox.page.addresses import of_issue
from sandbox.page.visiting import Visit

if TYPE_CHECKING:
    from sandbox.world import Actor, PullRequest, Repository, World

FILE = "requirements.txt"
ITS_WORDS = "This keeps a dependency up to date. It was opened by a bot, without being asked."


def bots_on(world: World, repository: Repository) -> list[Actor]:
    """Apps that may write code here."""
    return [
        world.app_in(each)
        for each in world.installations.values()
        if each.active and each.covers(repository) and each.permissions.get("contents") == "write"
    ]


async def propose(request: web.Request) -> web.Response:
    """An update of a dependency, as a pull request from a branch of the bot's."""
    visit = await Visit.with_form(request)
    repository = visit.repository()
    for bot in bots_on(visit.world, repository):
        if bot.user.login == visit.text("bot"):
            raise web.HTTPSeeOther(of_issue(_update(bot, repository).issue))
    raise NotFound


def _update(bot: Actor, repository: Repository) -> PullRequest:
    slug = bot.user.login.removesuffix("[bot]")
    branches = ((number, f"{slug}/lapack-3.{number}") for number in count(10))
    number, branch = next(each for each in branches if each[1] not in repository.branches)
    title = f"Update dependency lapack to v3.{number}"
    files: dict[str, str | None] = {FILE: f"lapack==3.{number}\n"}
    return bot.open_pull(repository, title, ITS_WORDS, files, branch)
