"""Which pushes to the default branch touched the files that hold a repository's configuration?

GitHub's list of commits tells when a commit was made, and not when it was pushed: a merge may bring in
one that was made long before. So each commit is told at its own time, and what all of them together are
is told once, under a name that changes with any of them: whoever hears of it reads the newest files.
"""

from __future__ import annotations

import hashlib
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
    """Give these pushes since then, oldest first, after what brings older commits along, if there are any.

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
        if not touched:
            return []
        teller = await Teller.of(client, repo)
        told = [_told(teller, commit, paths) for commit, paths in wanted]
        if since is not None and len(wanted) < len(touched):
            told.append(_together(teller, touched, since))
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
    by = commit.get("committer") or commit.get("author")
    return _push(teller, commit["sha"], committed(commit), commit["commit"]["message"], paths, by)


def _together(teller: Teller, touched: dict[str, tuple[Json, list[str]]], since: datetime) -> Told:
    """Tell what the branch holds by now: `after` names no commit, but all of these."""
    named = hashlib.sha256("".join(sorted(touched)).encode()).hexdigest()[:40]
    paths = sorted({path for _, paths in touched.values() for path in paths})
    return _push(teller, named, since, "", paths, None)


def _push(
    teller: Teller, after: str, at: datetime, message: str, paths: list[str], by: Json | None
) -> Told:
    shown = {"id": after, "timestamp": stamp(at), "message": message}
    return teller.told(
        f"push:{teller.repository['id']}:{after}",
        "push",
        None,
        at,
        by,
        ref=f"refs/heads/{teller.branch}",
        after=after,
        forced=False,
        commits=[shown | {"added": [], "removed": [], "modified": paths}],
        head_commit=shown,
    )
