"""Which issues carry a label, and who put it there?"""

from __future__ import annotations

from typing import Any

from bot.domain.refs import Account, IssueRef, Repo
from bot.github.client import Client
from bot.github.errors import NotThere
from bot.github.present import check_is_there
from bot.github.routes import LIST_ISSUE_EVENTS, LIST_ISSUES
from bot.lookup import CannotTell, LabelledIssue

_ISSUES_ARE_OFF = 410
"""https://docs.github.com/en/rest/issues/issues#list-repository-issues."""

_UNREADABLE = "GitHub's list of issues cannot be read."


async def labelled_issues(
    client: Client, repo: Repo, labels: tuple[str, ...]
) -> tuple[LabelledIssue, ...]:
    """List the issues that carry one of these labels, by number; pull requests are none."""
    found: dict[int, Any] = {}
    for label in labels:  # several labels in one question would mean "all of them"
        for issue in await _issues(client, repo, label):
            found[issue["id"]] = issue
    wanted = frozenset(label.casefold() for label in labels)
    in_order = sorted(found.values(), key=lambda issue: int(issue["number"]))
    return tuple([await _labelled(client, repo, issue, wanted) for issue in in_order])


def account(found: Any) -> Account:
    """Read an account as GitHub gives it."""
    try:
        return Account(found["id"], found["login"], found["type"])
    except (KeyError, TypeError) as error:
        raise CannotTell("GitHub's answer about an account cannot be read.") from error


async def _issues(client: Client, repo: Repo, label: str) -> list[Any]:
    asked: dict[str, Any] = {
        "owner": repo.owner,
        "repo": repo.name,
        "labels": label,
        "state": "all",
    }
    try:
        found = await client.read_all(repo.installation, LIST_ISSUES, **asked)
    except NotThere as gone:
        if gone.status == _ISSUES_ARE_OFF:
            return []
        raise
    if not all({"id", "number"} <= each.keys() for each in found):
        raise CannotTell(_UNREADABLE)
    return [each for each in found if "pull_request" not in each]


async def _labelled(
    client: Client, repo: Repo, issue: Any, wanted: frozenset[str]
) -> LabelledIssue:
    try:
        names = tuple(_name(label) for label in issue["labels"])
        still_on = wanted & {name.casefold() for name in names}
        author = account(issue["user"]) if issue["user"] is not None else None
        body = issue.get("body") or ""
        shown = IssueRef(issue["id"], issue["number"], names, body=body, author=author)
        return LabelledIssue(
            shown, await _labeller(client, repo, shown.number, still_on), issue["state"] == "open"
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CannotTell(_UNREADABLE) from error


def _name(label: Any) -> str:
    """Read a label, which GitHub may give as an object or as its bare name."""
    return str(label if isinstance(label, str) else label["name"])


async def _labeller(
    client: Client, repo: Repo, number: int, still_on: frozenset[str]
) -> Account | None:
    """Name who last put on one of the labels that are still there.

    https://docs.github.com/en/rest/using-the-rest-api/issue-event-types#labeled
    """
    where: dict[str, Any] = {"owner": repo.owner, "repo": repo.name, "issue_number": number}
    try:
        events = await client.read_all(repo.installation, LIST_ISSUE_EVENTS, **where)
    except NotThere:
        await check_is_there(client, repo)
        return None
    by = [each["actor"] for each in events if _put_on(each, still_on)]  # oldest first
    return account(by[-1]) if by and by[-1] is not None else None


def _put_on(event: Any, still_on: frozenset[str]) -> bool:
    return event["event"] == "labeled" and _name(event["label"]).casefold() in still_on
