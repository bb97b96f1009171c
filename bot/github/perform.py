"""How is what we have to say put on GitHub, and found again when nobody knows whether it is there?

Each write raises what `Client.write` raises. A search that fails raises `CannotTell`, and never
looks like an empty one: posting twice is worse than posting late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.errors import Final, NotThere, Unsure
from bot.github.own import is_ours
from bot.github.own import place as _in
from bot.github.present import check_is_there
from bot.github.publishing import Publishing
from bot.github.reactions import Wanted
from bot.github.routes import (
    CREATE_CHECK,
    CREATE_COMMENT,
    CREATE_REACTION,
    DELETE_COMMENT,
    EDIT_CHECK,
    EDIT_COMMENT,
    LIST_CHECKS,
    LIST_COMMENTS,
)
from bot.lookup import CannotTell

ANNOTATIONS_AT_MOST = 50
"""In one request; https://docs.github.com/en/rest/checks/runs#create-a-check-run."""

_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark at a line (from 1) of a file."""

    path: str
    line: int
    message: str
    level: str = "failure"


@dataclass(frozen=True, slots=True)
class CheckRun:
    """A check run that is complete; `external_id` is how we find it again."""

    name: str
    head_sha: str
    external_id: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()


class Perform:
    """The hands of the sending worker."""

    def __init__(self, client: Client, *, app_id: int) -> None:
        """Take the client, and our App's id, by which we know our own comments."""
        self._client = client
        self._app_id = app_id
        self.digests = Publishing(client, app_id=app_id)

    async def create_comment(self, repo: Repo, number: int, body: str) -> int:
        """Comment on an issue or pull request; gives the comment's id."""
        said = {"body": body}
        return _id(
            await self._client.write(
                repo.installation, CREATE_COMMENT, said, **_in(repo), issue_number=number
            )
        )

    async def edit_comment(self, repo: Repo, comment_id: int, body: str) -> None:
        """Say something else in a comment of ours."""
        said = {"body": body}
        await self._client.write(
            repo.installation, EDIT_COMMENT, said, **_in(repo), comment_id=comment_id
        )

    async def delete_comment(self, repo: Repo, comment_id: int) -> None:
        """Take a comment of ours away; one that is gone already is fine."""
        try:
            await self._client.write(
                repo.installation, DELETE_COMMENT, None, **_in(repo), comment_id=comment_id
            )
        except Final as refused:
            if refused.status not in _GONE:
                raise

    async def find_own_comments(
        self, repo: Repo, number: int, marker: str, since: datetime
    ) -> list[int]:
        """Find our comments that hold the marker and changed since then, oldest first.

        Where the issue is gone there are none; where its repository is gone nobody can tell.
        """
        try:
            found = await self._client.read_all(
                repo.installation,
                LIST_COMMENTS,
                **_in(repo),
                issue_number=number,
                since=since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            )
        except NotThere:
            await check_is_there(self._client, repo)
            return []
        try:
            return sorted(each["id"] for each in found if is_ours(each, self._app_id, marker))
        except (KeyError, TypeError) as error:
            raise CannotTell("GitHub's list of comments cannot be read.") from error

    async def react(self, repo: Repo, comment_id: int, content: str) -> None:
        """React to a comment; doing it again changes nothing."""
        await self._client.write(
            repo.installation,
            CREATE_REACTION,
            {"content": content},
            **_in(repo),
            comment_id=comment_id,
        )

    async def react_to_all(self, installation: int, wanted: Sequence[Wanted]) -> tuple[bool, ...]:
        """React to comments in one request; tells of each whether the reaction is there now."""
        return await self._client.react(installation, wanted)

    async def create_check(self, repo: Repo, run: CheckRun) -> int:
        """Make a check run; gives its id."""
        body = {"head_sha": run.head_sha, **_check(run), "output": _output(run, first=True)}
        return _id(await self._client.write(repo.installation, CREATE_CHECK, body, **_in(repo)))

    async def edit_check(self, repo: Repo, check_run_id: int, run: CheckRun) -> None:
        """Bring a check run of ours up to date, but for its annotations.

        GitHub would add them to those that are there, so the same edit twice would show them twice;
        https://docs.github.com/en/rest/checks/runs#update-a-check-run.
        """
        body = {**_check(run), "output": _output(run, first=False)}
        await self._client.write(
            repo.installation, EDIT_CHECK, body, **_in(repo), check_run_id=check_run_id
        )

    async def find_check(self, repo: Repo, sha: str, external_id: str) -> int | None:
        """Find our oldest check run with this external id on a commit."""
        found = await self._client.read_all(
            repo.installation,
            LIST_CHECKS,
            **_in(repo),
            ref=sha,
            app_id=self._app_id,
            filter="all",
        )
        try:
            own = [each for each in found if each["app"]["id"] == self._app_id]
            return min((e["id"] for e in own if e["external_id"] == external_id), default=None)
        except (KeyError, TypeError) as error:
            raise CannotTell("GitHub's list of check runs cannot be read.") from error


def _id(answer: Any) -> int:
    """Read the id of what was made; an answer without one tells nothing: it must be searched."""
    made = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(made, int):
        raise Unsure("GitHub's answer holds no id.")
    return made


def _check(run: CheckRun) -> dict[str, Any]:
    return {
        "name": run.name,
        "external_id": run.external_id,
        "status": "completed",
        "conclusion": run.conclusion,
    }


def _output(run: CheckRun, *, first: bool) -> dict[str, Any]:
    output: dict[str, Any] = {"title": run.title, "summary": run.summary}
    if first and run.annotations:
        shown = run.annotations[:ANNOTATIONS_AT_MOST]
        output["annotations"] = [_annotation(each) for each in shown]
    return output


def _annotation(remark: Annotation) -> dict[str, Any]:
    return {
        "path": remark.path,
        "start_line": remark.line,
        "end_line": remark.line,
        "annotation_level": remark.level,
        "message": remark.message,
    }
