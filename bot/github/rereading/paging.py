"""How is a long list read, page by page, and only as far as it is needed?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.errors import NotThere
from bot.github.own import place
from bot.github.rereading.told import UNREADABLE, Json, moment
from bot.github.routes import PER_PAGE, Route
from bot.lookup import CannotTell

PAGES_AT_MOST = 2_000
"""Pages of one list: 200,000 items. Our own limit; longer ones are an error, never cut short."""

_ISSUES_ARE_OFF = 410
"""https://docs.github.com/en/rest/issues/issues#list-repository-issues."""


async def everything(
    client: Client,
    repo: Repo,
    route: Route,
    *,
    enough: Callable[[Json], bool] = lambda _: False,
    **variables: Any,
) -> list[Json]:
    """Read the items of a list up to the first one that is `enough` (it is not given).

    A list that GitHub answers with 410 (issues are switched off) is empty.
    """
    found: list[Json] = []
    for page in range(1, PAGES_AT_MOST + 1):
        listed = await _page(client, repo, route, page, variables)
        for each in listed:
            if enough(each):
                return found
            found.append(each)
        if len(listed) < PER_PAGE:
            return found
    raise CannotTell(f"{route.path} has more than {PAGES_AT_MOST} pages.")


def older_than(since: datetime | None, name: str) -> Callable[[Json], bool]:
    """Tell items before a moment apart, in a list that goes from the newest to the oldest."""
    if since is None:
        return lambda _: False

    def older(item: Json) -> bool:
        try:
            return moment(item[name]) < since
        except UNREADABLE as error:
            raise CannotTell(f"GitHub's list has an item without {name}.") from error

    return older


async def _page(
    client: Client, repo: Repo, route: Route, page: int, variables: dict[str, Any]
) -> list[Json]:
    try:
        listed = await client.read(
            repo.installation, route, **place(repo), **variables, per_page=PER_PAGE, page=page
        )
    except NotThere as gone:
        if gone.status == _ISSUES_ARE_OFF:
            return []
        raise
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise CannotTell(f"{route.path} answered without a list.")
    return listed
