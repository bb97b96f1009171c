"""What did we leave on GitHub ourselves: reactions, panels, answers, digests?

Ours is what our App made and what ends with our hidden mark; a mark in somebody else's words counts for
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.app.rebuilding.asking import Asking
from bot.domain.commands import read_comment
from bot.domain.refs import Repo
from bot.github.routes import (
    DIGEST_LABEL,
    GET_APP,
    GET_INSTALLATION,
    LIST_ISSUES,
    LIST_REACTIONS,
    LIST_REPOSITORY_COMMENTS,
)
from bot.storage import marks

BEFORE_A_SIGN = timedelta(minutes=10)
"""How long an act may lie before the first thing that we showed because of it; our own choice: sending
waits two seconds, and at GitHub's pace some minutes."""

LATE = timedelta(hours=1)
"""After which a reaction came late; our own choice. One that merely waited for its turn does no harm."""


class Verdict(StrEnum):
    """What our reaction says of a comment's commands, in GitHub's names."""

    RECORDED = "+1"
    REFUSED = "confused"


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment or digest of ours; `id` is a comment's id, or a digest's number."""

    id: int
    number: int
    key: str
    """Its row in the outbox, as its mark names it: `panel:7`, `say:refused:12`, `digest:2026-10`."""
    body: str
    at: datetime
    node: str
    """GitHub's name of it in GraphQL."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A comment of a person as it stands today."""

    id: int
    number: int
    login: str
    at: datetime
    is_edited: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything of ours in a repository, and what frames it."""

    installed_at: datetime
    """When the present installation began."""
    verdicts: Mapping[int, Verdict]
    """By comment id."""
    reacted: Mapping[int, datetime]
    """When we reacted, by comment id."""
    shown: tuple[Shown, ...]
    spoken: Mapping[int, Spoken]
    numbers: frozenset[int]
    """Of every issue and pull request that is there."""

    @property
    def first_sign(self) -> datetime:
        """Say when we showed the first thing that is still there, or were installed anew before."""
        signs = [shown.at for shown in self.shown]
        signs += [self.spoken[each].at for each in self.verdicts if each in self.spoken]
        return min([self.installed_at, *signs])

    @property
    def begins_at(self) -> datetime:
        """Say since when we were there, at the latest: before that nobody told us anything."""
        return self.first_sign - BEFORE_A_SIGN if self.was_away else self.installed_at

    @property
    def was_late(self) -> bool:
        """Tell whether a comment was decided long after it was made: then not in GitHub's order."""
        said = {each: self.spoken[each].at for each in self.reacted if each in self.spoken}
        return any(self.reacted[each] - at > LATE for each, at in said.items())

    @property
    def was_away(self) -> bool:
        """Tell whether there was an installation before the present one."""
        return self.first_sign < self.installed_at


async def gather(ask: Asking, repo: Repo, app_id: int) -> Evidence:
    """Read everything that we need: a page of a hundred at a time, and one request per command."""
    app = await ask.as_app(GET_APP)
    installation = await ask.as_app(GET_INSTALLATION, owner=repo.owner, repo=repo.name)
    issues = await ask.long(repo, LIST_ISSUES, state="all", sort="created", direction="asc")
    comments = await ask.long(repo, LIST_REPOSITORY_COMMENTS)
    ours = [each for each in comments if _by(each, app_id)]
    theirs = [each for each in comments if not _by(each, app_id)]
    digests = [each for each in issues if _by(each, app_id) and _is_digest(each)]
    shown = [_comment(repo, each) for each in ours] + [_digest(repo, each) for each in digests]
    given = await _verdicts(ask, repo, theirs, f"{app['slug']}[bot]")
    return Evidence(
        _moment(installation["created_at"]),
        {comment: verdict for comment, (verdict, _) in given.items()},
        {comment: at for comment, (_, at) in given.items()},
        tuple(each for each in shown if each is not None),
        {each["id"]: _spoken(each) for each in theirs if each["user"] is not None},
        frozenset(each["number"] for each in issues),
    )


async def _verdicts(
    ask: Asking, repo: Repo, comments: list[Any], bot: str
) -> dict[int, tuple[Verdict, datetime]]:
    """Read who reacted, where there can be a command and somebody reacted at all."""
    found: dict[int, tuple[Verdict, datetime]] = {}
    for each in comments:
        counts = each.get("reactions") or {}
        if not any(counts.get(verdict.value) for verdict in Verdict):
            continue
        if not (_is_edited(each) or read_comment(each["body"] or "")):
            continue
        for one in await ask.all(repo, LIST_REACTIONS, comment_id=each["id"]):
            ours = one["user"] is not None and one["user"]["login"] == bot
            if ours and one["content"] in set(Verdict):
                found[each["id"]] = Verdict(one["content"]), _moment(one["created_at"])
    return found


def _by(made: Any, app_id: int) -> bool:
    app = made.get("performed_via_github_app") or {}
    return bool(app.get("id") == app_id)


def _is_digest(issue: Any) -> bool:
    names = {label if isinstance(label, str) else label["name"] for label in issue["labels"]}
    return DIGEST_LABEL in names


def _comment(repo: Repo, found: Any) -> Shown | None:
    return _shown(repo, found, found["id"], _number(found))


def _digest(repo: Repo, found: Any) -> Shown | None:
    return _shown(repo, found, found["number"], found["number"])


def _shown(repo: Repo, found: Any, name: int, number: int) -> Shown | None:
    body = found["body"] or ""
    key = marks.marked_key(repo.id, body)
    at = _moment(found["created_at"])
    return Shown(name, number, key, body, at, found["node_id"]) if key else None


def _spoken(found: Any) -> Spoken:
    at, login = _moment(found["created_at"]), found["user"]["login"]
    return Spoken(found["id"], _number(found), login, at, _is_edited(found))


def _is_edited(found: Any) -> bool:
    return bool(found["updated_at"] > found["created_at"])


def _number(comment: Any) -> int:
    return int(comment["issue_url"].rpartition("/")[2])


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)
