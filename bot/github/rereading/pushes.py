"""Which pushes to the default branch touched the files that hold a repository's configuration?

GitHub's list of commits tells when a commit was made, and not when it was pushed: a commit that a
merge brought in later is told at its own time.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.configuration import CONFIGURATION, FUNDING, WORK_ORDER_FORMS
from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.errors import Unread
from bot.github.rereading.paging import everything
from bot.github.rereading.told import UNREADABLE, Json, Teller, Told, moment, stamp
from bot.github.routes import LIST_COMMITS
from bot.lookup import CannotTell

PATHS = (CONFIGURATION, FUNDING, *WORK_ORDER_FORMS)

_EMPTY = 409
"""GitHub's answer about commits where there are none.
https://docs.github.com/en/rest/commits/commits#list-commits"""


async def read(client: Client, repo: Repo, since: datetime | None) -> list[Told]:
    """Give these pushes since then, oldest first.

    `since` is not handed to GitHub: it would leave out older commits that were merged since.
    """
    try:
        touched: dict[str, tuple[Json, list[str]]] = {}
        for path in PATHS:
            for commit in await _commits(client, repo, path):
                touched.setdefault(commit["sha"], (commit, []))[1].append(path)
        wanted = [
            (commit, paths)
            for commit, paths in touched.values()
            if since is None or committed(commit) >= since
        ]
        if not wanted:
            return []
        teller = await Teller.of(client, repo)
        told = [_told(teller, commit, paths) for commit, paths in wanted]
    except UNREADABLE as error:
        raise CannotTell("GitHub's list of commits cannot be read.") from error
    return sorted(told, key=lambda each: each.at)


def committed(commit: Json) -> datetime:
    """Say when a commit was made."""
    return moment(commit["commit"]["committer"]["date"])


async def _commits(client: Client, repo: Repo, path: str) -> list[Json]:
    try:
        return await everything(client, repo, LIST_COMMITS, path=path)
    except Unread as unread:
        if unread.status == _EMPTY:
            return []
        raise


def _told(teller: Teller, commit: Json, paths: list[str]) -> Told:
    at, sha = committed(commit), commit["sha"]
    shown = {"id": sha, "timestamp": stamp(at), "message": commit["commit"]["message"]}
    return teller.told(
        f"push:{teller.repository['id']}:{sha}",
        "push",
        None,
        at,
        commit.get("committer") or commit.get("author"),
        ref=f"refs/heads/{teller.branch}",
        after=sha,
        forced=False,
        commits=[shown | {"added": [], "removed": [], "modified": paths}],
        head_commit=shown,
    )
