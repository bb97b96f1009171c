"""What does a payload tell in passing: which names, numbers and comments of Apps?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec

from bot.domain.refs import Account
from bot.events import mirrored as m
from bot.events.payloads import Repository, User, Webhook
from bot.events.summary import summary_of

_OF_A_REPOSITORY = frozenset(
    {"action", "changes", "enterprise", "installation", "organization", "repository", "sender"}
)
"""What a `repository` event tells; any other part means that it is about something else there."""


def account(user: User) -> Account:
    """Give an account as the domain knows it."""
    return Account(user.id, user.login, user.type)


def facts_in(name: str, body: bytes, told: Webhook, at: datetime) -> list[m.Fact]:
    """Give what a payload tells of names, numbers and visibility."""
    facts: list[m.Fact] = []
    installation = told.installation.id if told.installation else None
    if told.sender is not None:
        facts.append(m.AccountSeen(account(told.sender)))
    if told.comment is not None and told.comment.user is not None:
        facts.append(m.AccountSeen(account(told.comment.user)))
    if name in {"installation", "installation_repositories"}:
        facts += _installed(told, at)
    if told.repository is not None and installation is not None:
        gone = name == "repository" and _repository_gone(body, told)
        seen = _repository_seen(told.repository, installation, at, removed=gone)
        facts.append(seen if name == "repository" else replace(seen, in_passing=True))
        facts += _issue_facts(name, told, told.repository, at)
    return facts


def _repository_gone(body: bytes, told: Webhook) -> bool:
    """Tell whether a repository is deleted; one that was transferred is told of where it arrived.

    https://docs.github.com/en/webhooks/webhook-events-and-payloads?actionType=transferred#repository
    """
    if told.action != "deleted":
        return False
    return msgspec.json.decode(body, type=dict[str, msgspec.Raw]).keys() <= _OF_A_REPOSITORY


def _issue_facts(name: str, told: Webhook, repository: Repository, at: datetime) -> list[m.Fact]:
    """Note an issue; its words are read when it is the subject, and not for every comment on it."""
    issue = told.issue
    if issue is None:
        return []
    summary = summary_of(issue.body or "") if name == "issues" else None
    return [m.IssueSeen(issue.id, repository.id, issue.number, issue.title, at, summary)]


def sighted_in(name: str, told: Webhook) -> m.Sighted | None:
    """Give the comment or the new issue of some App that came back to us, if this is one."""
    if name == "issues":
        return _issue_sighted(told)
    comment = told.comment
    if name != "issue_comment" or told.repository is None or comment is None:
        return None
    if comment.performed_via_github_app is None:
        return None
    return m.CommentSighted(
        repo=told.repository.id,
        comment=comment.id,
        app=comment.performed_via_github_app.id,
        action=told.action or "",
        by_author=_same_account(told.sender, comment.user),
        body=comment.body or "",
        number=told.issue.number if told.issue else 0,
    )


def _issue_sighted(told: Webhook) -> m.IssueSighted | None:
    issue = told.issue
    if told.action != "opened" or issue is None or told.repository is None:
        return None
    if issue.performed_via_github_app is None or told.comment is not None:
        return None
    app = issue.performed_via_github_app.id
    return m.IssueSighted(told.repository.id, issue.number, app, issue.body or "")


def _same_account(one: User | None, other: User | None) -> bool:
    return one is not None and other is not None and one.id == other.id


def _installed(told: Webhook, at: datetime) -> list[m.Fact]:
    """Read what became of an installation; only these events describe it in full."""
    installation = told.installation
    if installation is None or installation.account is None or told.repository is not None:
        return []
    login = installation.account.login or installation.account.slug or ""
    removed = told.action == "deleted"
    suspended = installation.suspended_at is not None and told.action != "unsuspend"
    facts: list[m.Fact] = [m.InstallationSeen(installation.id, login, at, suspended, removed)]
    here = [*told.repositories, *told.repositories_added]
    facts += [_repository_seen(r, installation.id, at, removed=removed) for r in here]
    gone = told.repositories_removed
    facts += [_repository_seen(r, installation.id, at, removed=True) for r in gone]
    return facts


def _repository_seen(
    repository: Repository, installation: int, at: datetime, *, removed: bool
) -> m.RepositorySeen:
    owner, _, name = repository.full_name.partition("/")
    return m.RepositorySeen(
        repository.id, installation, owner, name, repository.private, at, removed
    )
