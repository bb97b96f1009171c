"""Who is on GitHub: people, organisations with their teams, Apps and where they are installed?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Owned(Protocol):
    """What an installation can cover: a repository."""

    id: int
    owner: User
    deleted: bool


Role = str  # "read" | "triage" | "write" | "maintain" | "admin" | a custom role's name


@dataclass(slots=True, eq=False)
class User:
    """An account: a person, an organisation, or the bot of an App (`bursar[bot]`)."""

    id: int
    login: str
    name: str
    kind: Literal["User", "Organization", "Bot"]
    created_at: datetime
    members: dict[int, Literal["member", "admin"]] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)  # by slug
    custom_roles: dict[str, Role] = field(default_factory=dict)  # name -> base role


@dataclass(slots=True, eq=False)
class Team:
    """A team of an organisation, with its roles in repositories."""

    id: int
    organization: User
    slug: str
    name: str
    members: dict[int, Literal["member", "maintainer"]] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)  # repository id -> role


@dataclass(slots=True, eq=False)
class App:
    """A GitHub App. Set `webhook_url` and `webhook_secret` to have deliveries sent."""

    id: int
    client_id: str
    slug: str
    name: str
    owner: User
    bot: User
    private_key_pem: str
    public_key_pem: str
    permissions: dict[str, str]  # "issues" -> "write"
    events: list[str]
    created_at: datetime
    updated_at: datetime
    hook_id: int
    description: str = ""
    webhook_url: str = ""
    webhook_secret: str = ""


@dataclass(slots=True, eq=False)
class Installation:
    """An App on an account; `repositories` is None when it covers all of them."""

    id: int
    app: App
    account: User
    repositories: set[int] | None
    permissions: dict[str, str]
    events: list[str]
    created_at: datetime
    updated_at: datetime
    suspended_at: datetime | None = None
    suspended_by: User | None = None
    removed: bool = False

    @property
    def active(self) -> bool:
        return not self.removed and self.suspended_at is None

    def covers(self, repository: Owned) -> bool:
        """Whether the App may see this repository at all."""
        if self.removed or repository.owner is not self.account or repository.deleted:
            return False
        return self.repositories is None or repository.id in self.repositories
