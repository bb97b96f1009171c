"""What does a payload tell in passing: which names, numbers and comments of Apps?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec

from bot.domain.refs import Account
from bot.events import mirrored as m
from bot.events.payloads import Repository, User, Webhook

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
        facts += _issue_facts(told, told.repository, at)
    return facts


def _repository_gone(body: bytes, told: Webhook) -> bool:
    if told.action not in {"deleted", "transferred"}:
        return False
    return msgspec.json.decode(body, type=dict[str, msgspec.Raw]).keys() <= _OF_A_REPOSITORY


def _issue_facts(told: Webhook, repository: Repository, at: datetime) -> list[m.Fact]:
    issue = told.issue
    if issue is None:
        return []
    return [m.IssueSeen(issue.id, repository.id, issue.number, issue.title, at)]


def sighted_in(name: str, told: Webhook) -> m.CommentSighted | None:
    """Give the comment of some App that came back to us, if this is one."""
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
    )


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
