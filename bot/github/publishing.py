"""How does a digest become an issue of ours, how is that closed, and how is it found again?

Each write raises what `Client.write` raises; a search that fails raises `CannotTell`, and never
looks like an empty one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import PAGES_AT_MOST, Client
from bot.github.errors import Final, NotThere, Unsure
from bot.github.own import is_ours, place
from bot.github.routes import (
    CLOSE_ISSUE,
    CREATE_ISSUE,
    DIGEST_LABEL,
    GET_ISSUE,
    LIST_ISSUES,
    PER_PAGE,
)
from bot.lookup import CannotTell

_CLOSED = {"state": "closed", "state_reason": "completed"}
_GONE = 410
"""The issue is deleted, or the repository has no issues any more.
https://docs.github.com/en/rest/issues/issues#get-an-issue"""

_UNREADABLE = "GitHub's answer about issues cannot be read."


class Publishing:
    """Opens issues that are digests, finds them, and closes no others."""

    def __init__(self, client: Client, *, app_id: int) -> None:
        """Take the client, and our App's id, by which we know our own issues."""
        self._client = client
        self._app_id = app_id

    async def open_issue(self, repo: Repo, title: str, body: str) -> int:
        """Open an issue that is labelled as a digest; gives its number."""
        said = {"title": title, "body": body, "labels": [DIGEST_LABEL]}
        made = await self._client.write(repo.installation, CREATE_ISSUE, said, **place(repo))
        try:
            return _number(made)
        except (KeyError, TypeError) as error:
            raise Unsure("GitHub's answer holds no number.") from error

    async def close_issue(
        self, repo: Repo, number: int, marker: str, *, just_opened: bool = False
    ) -> bool:
        """Close an issue if it is open, and ours; says whether GitHub was written to.

        One that we have `just_opened` needs no look.
        """
        try:
            if not just_opened and not await self._is_ours_and_open(repo, number, marker):
                return False
            await self._client.write(
                repo.installation, CLOSE_ISSUE, _CLOSED, **place(repo), issue_number=number
            )
        except (NotThere, Final) as gone:
            # A 404 to a question may only mean that GitHub's copy is behind: then it is asked again.
            if gone.status == _GONE or (isinstance(gone, Final) and gone.status == 404):  # noqa: PLR2004
                return False
            raise
        return True

    async def find_own_issues(self, repo: Repo, marker: str, since: datetime) -> list[int]:
        """Find our issues that hold the marker and were opened since then, oldest first.

        Not by the label: people may take it off, and GitHub has dropped labels that it did not know
        (https://github.com/octokit/rest.js/issues/479).

        Raises:
            Final: the repository has no issues any more.
            CannotTell: GitHub did not answer.
        """
        found: set[int] = set()
        for page in range(1, PAGES_AT_MOST + 1):
            listed = await self._newest(repo, page)
            try:
                ours = [each for each in listed if is_ours(each, self._app_id, marker)]
                found.update(_number(each) for each in ours if _opened(each) >= since)
                if len(listed) < PER_PAGE or _opened(listed[-1]) < since:
                    return sorted(found)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise CannotTell(_UNREADABLE) from error
        raise CannotTell(f"More than {PAGES_AT_MOST} pages of issues were opened since then.")

    async def _newest(self, repo: Repo, page: int) -> list[Any]:
        """Read one page of all issues, those opened last first."""
        try:
            found = await self._client.read(
                repo.installation,
                LIST_ISSUES,
                **place(repo),
                state="all",
                sort="created",
                direction="desc",
                per_page=PER_PAGE,
                page=page,
            )
        except NotThere as gone:
            if gone.status == _GONE:
                raise Final(_GONE, "issues are disabled") from gone
            raise
        if not isinstance(found, list):
            raise CannotTell(_UNREADABLE)
        return found

    async def _is_ours_and_open(self, repo: Repo, number: int, marker: str) -> bool:
        """Look right before it is closed: by now this number may be somebody else's issue."""
        found = await self._client.read(
            repo.installation, GET_ISSUE, **place(repo), issue_number=number
        )
        try:
            return is_ours(found, self._app_id, marker) and found["state"] == "open"
        except (AttributeError, KeyError, TypeError) as error:
            raise CannotTell(_UNREADABLE) from error


def _number(issue: Any) -> int:
    number = issue["number"]
    if not isinstance(number, int):
        raise TypeError(_UNREADABLE)
    return number


def _opened(issue: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(issue["created_at"])
