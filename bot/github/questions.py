"""How does GitHub answer the questions of a handler? The GitHub half of `bot.lookup.Lookup`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from bot.domain.configuration import CONFIGURATION, FUNDING, Configuration, Mistake
from bot.domain.refs import Account, Repo
from bot.events.mirrored import PullSeen
from bot.events.payloads import PullRequest, Repository
from bot.events.pulls import pull_seen
from bot.github import labelled
from bot.github.client import Client
from bot.github.errors import NotThere, Unread
from bot.github.files import NO_COMMIT, NotAFile, read_file
from bot.github.forms import work_order_form
from bot.github.present import read_if_there
from bot.github.routes import (
    GET_APP,
    GET_COMMENT,
    GET_INSTALLATION,
    GET_ISSUE,
    GET_PULL,
    GET_REPOSITORY,
    GET_USER,
    LAST_CLOSING,
    LIST_COMMITS,
    LIST_PULL_FILES,
    Route,
)
from bot.github.rules import read_rules
from bot.lookup import CannotTell, LabelledIssue

FILE_PAGES_AT_MOST = 31
"""GitHub lists 3,000 files of a pull request, 30 pages; one more, to be on the safe side.
https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files"""

_NOT_US = frozenset({401, 403, 404})
"""GitHub's answers to a token of no App, or of another one.
https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app"""

_CONFLICT = 409
"""GitHub's answer to questions about the commits of an empty repository.
https://docs.github.com/en/rest/commits/commits#list-commits"""


class Questions:
    """Questions that only GitHub can answer; each may raise `CannotTell`."""

    def __init__(self, client: Client, *, person_of: Callable[[Account], Awaitable[int]]) -> None:
        """Take the client, and who gives an account its person number."""
        self._client = client
        self._person_of = person_of

    async def account(self, repo: Repo, login: str) -> Account | None:
        """Find the account that has this login now."""
        try:
            found = await self._client.read(repo.installation, GET_USER, username=login)
        except NotThere:
            return None
        return labelled.account(found)

    async def closed_by_hand(self, repo: Repo, number: int, at: datetime) -> bool:
        """Tell whether the closing at that moment was a person's act: no commit, no pull request.

        The issue may have been opened and closed again since, so the moment must match; where two
        closings share a second, both must have been by hand.
        """
        answer = await self._client.query(
            repo.installation, LAST_CLOSING, owner=repo.owner, name=repo.name, number=number
        )
        try:
            nodes = answer["repository"]["issue"]["timelineItems"]["nodes"]
            then = [n["closer"] for n in nodes if datetime.fromisoformat(n["createdAt"]) == at]
            if not then:
                raise CannotTell("GitHub does not tell yet how the issue was closed.")
            return all(closer is None for closer in then)
        except (KeyError, TypeError, ValueError) as error:
            raise CannotTell("GitHub does not tell yet how the issue was closed.") from error

    async def configuration(self, repo: Repo, commit: str) -> Configuration:
        """Read and validate the configuration at a commit."""
        try:
            text = await read_file(self._client, repo, commit, CONFIGURATION)
        except NotAFile as wrong:
            return Configuration(None, (Mistake(1, str(wrong)),))

        async def account_of(login: str) -> Account | None:
            return await self.account(repo, login)

        read = await read_rules(
            text,
            await self._funding(repo, commit),
            account_of=account_of,
            person_of=self._person_of,
        )
        if read.rules is None:
            return read
        form = await work_order_form(self._client, repo, commit)
        return replace(read, rules=replace(read.rules, work_order_form=form))

    async def default_head(self, repo: Repo) -> str:
        """Name the newest commit of the default branch; `NO_COMMIT` in an empty repository."""
        try:
            newest = await self._client.read(
                repo.installation, LIST_COMMITS, **_in(repo), per_page=1
            )
            return str(newest[0]["sha"])
        except Unread as unread:
            if unread.status == _CONFLICT:
                return NO_COMMIT
            raise
        except (LookupError, TypeError) as error:
            raise CannotTell("GitHub does not tell the newest commit.") from error

    async def is_on_default_branch(self, repo: Repo, commit: str) -> bool:
        """Tell whether a commit is the newest one of the default branch."""
        return await self.default_head(repo) == commit

    async def pull(self, repo: Repo, number: int) -> PullSeen | None:
        """Read a pull request that no delivery has told of yet; None when there is none."""
        answer = await read_if_there(self._client, repo, GET_PULL, pull_number=number)
        if answer is None:
            return None
        try:
            pull = msgspec.convert(answer, PullRequest, strict=True)
            base = msgspec.convert(answer["base"]["repo"], Repository, strict=True)
        except (msgspec.ValidationError, KeyError, TypeError) as error:
            raise CannotTell("GitHub's answer about a pull request cannot be read.") from error
        return pull_seen(pull, base, "")

    async def pull_files(self, repo: Repo, number: int) -> frozenset[str]:
        """List the paths that a pull request touches, old names of renamed files included."""
        files = await self._client.read_all(
            repo.installation,
            LIST_PULL_FILES,
            pages=FILE_PAGES_AT_MOST,
            **_in(repo),
            pull_number=number,
        )
        try:
            now = {each["filename"] for each in files}
            return frozenset(now | {each.get("previous_filename", "") for each in files} - {""})
        except (KeyError, TypeError) as error:
            raise CannotTell("GitHub's list of files cannot be read.") from error

    async def labelled_issues(
        self, repo: Repo, labels: tuple[str, ...]
    ) -> tuple[LabelledIssue, ...]:
        """List the issues, open and closed, that carry one of these labels, by number."""
        return await labelled.labelled_issues(self._client, repo, labels)

    async def comment_body(self, repo: Repo, comment_id: int) -> str | None:
        """Read what a comment says now; None when it is gone."""
        return await self._body(repo, GET_COMMENT, comment_id=comment_id)

    async def issue_body(self, repo: Repo, number: int) -> str | None:
        """Read what an issue says now; None when it is gone."""
        return await self._body(repo, GET_ISSUE, issue_number=number)

    async def _body(self, repo: Repo, route: Route, **which: int) -> str | None:
        found = await read_if_there(self._client, repo, route, **which)
        if found is None:
            return None
        try:
            return str(found["body"] or "")
        except (KeyError, TypeError) as error:
            raise CannotTell("GitHub's answer about what is written cannot be read.") from error

    async def repository(self, installation: int, owner: str, name: str) -> Repo | None:
        """Find a repository by its name of today or of before."""
        try:
            found = await self._client.read(installation, GET_REPOSITORY, owner=owner, repo=name)
        except NotThere:
            return None
        try:
            return Repo(found["id"], found["owner"]["login"], found["name"], installation)
        except (KeyError, TypeError) as error:
            raise CannotTell("GitHub's answer about a repository cannot be read.") from error

    async def knows_us(self) -> bool:
        """Tell whether GitHub takes us for the App that we say we are."""
        try:
            await self._client.read_as_app(GET_APP)
        except Unread as unread:
            if unread.status in _NOT_US:
                return False
            raise
        return True

    async def is_public(self, repo: Repo) -> bool:
        """Tell whether everybody may see a repository, by GitHub's word of now."""
        try:
            found = await self._client.read(repo.installation, GET_REPOSITORY, **_in(repo))
        except NotThere:
            return False
        return (
            isinstance(found, dict) and found.get("id") == repo.id and found.get("private") is False
        )

    async def repository_of(self, owner: str, name: str) -> Repo | None:
        """Find a repository in which the App is installed; None when it is not."""
        try:
            found = await self._client.read_as_app(GET_INSTALLATION, owner=owner, repo=name)
            installation = int(found["id"])
        except NotThere:
            return None
        except (KeyError, TypeError, ValueError) as error:
            raise CannotTell("GitHub's answer about an installation cannot be read.") from error
        return await self.repository(installation, owner, name)

    async def _funding(self, repo: Repo, commit: str) -> bytes | None:
        """Mistakes in the file that is not ours are GitHub's to show."""
        try:
            return await read_file(self._client, repo, commit, FUNDING)
        except NotAFile:
            return None


def _in(repo: Repo) -> dict[str, Any]:
    return {"owner": repo.owner, "repo": repo.name}
