"""What exists in the box, and under which names?"""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

from sandbox.errors import NotFound
from sandbox.nouns.things import App, Branch, Commit, Repository, Team, User

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Literal

    from sandbox.nouns.things import Installation, Issue, Role


class Registry:
    """All accounts and repositories by id and by name, and ways to set them up without a word."""

    def __init__(
        self,
        now: Callable[[], datetime],
        rng: random.Random | None = None,
        api_url: str = "https://api.github.com",
        html_url: str = "https://github.com",
    ) -> None:
        self.now = now
        self.rng = rng or random.Random(
            20260131
        )  # names of deliveries, not secrets  # dice for a game, not secrets
        self.api_url = api_url
        self.html_url = html_url
        self.version = 0
        self.users: dict[int, User] = {}
        self.repositories: dict[int, Repository] = {}
        self.apps: dict[int, App] = {}
        self.installations: dict[int, Installation] = {}
        self.on_change: list[Callable[[], None]] = []
        self._ids = itertools.count(1001)
        self._old_names: dict[str, int] = {}  # "owner/name" in lower case -> repository id

    def changed(self) -> None:
        self.version += 1
        for listener in self.on_change:
            listener()

    # -- looking things up -------------------------------------------------------------------

    def next_id(self) -> int:
        """Ids grow with time, over all kinds of things: a mixed-up id is never a valid one."""
        return next(self._ids)

    def user(self, login: str) -> User:
        """The account of that name, whatever its case."""
        wanted = login.lower()
        for each in self.users.values():
            if each.login.lower() == wanted:
                return each
        raise NotFound

    def repository(self, full_name: str) -> Repository:
        """The repository of that name, or of that name once."""
        found = self.by_name(full_name) or self.by_old_name(full_name)
        if found is None:
            raise NotFound
        return found

    def by_name(self, full_name: str) -> Repository | None:
        wanted = full_name.lower()
        for each in self.repositories.values():
            if each.full_name.lower() == wanted and not each.deleted:
                return each
        return None

    def by_old_name(self, full_name: str) -> Repository | None:
        """Old names redirect until somebody else takes them.

        https://docs.github.com/en/repositories/creating-and-managing-repositories/renaming-a-repository
        """
        found = self.repositories.get(self._old_names.get(full_name.lower(), 0))
        return None if found is None or found.deleted else found

    def issue(self, full_name: str, number: int) -> Issue:
        """The issue or pull request `acme/solver#12`."""
        try:
            return self.repository(full_name).issues[number]
        except KeyError:
            raise NotFound from None

    def installation_on(self, app: App, account: User) -> Installation | None:
        """The App's installation on this account, suspended or not."""
        for each in self.installations.values():
            if each.app is app and each.account is account and not each.removed:
                return each
        return None

    # -- populating it -----------------------------------------------------------------------

    def add_user(self, login: str, name: str = "") -> User:
        return self._add_account(login, name, "User")

    def add_organization(self, login: str, name: str = "") -> User:
        return self._add_account(login, name, "Organization")

    def _add_account(
        self, login: str, name: str, kind: Literal["User", "Organization", "Bot"]
    ) -> User:
        user = User(self.next_id(), login, name or login.title(), kind, self.now())
        self.users[user.id] = user
        self.changed()
        return user

    def add_member(
        self, organization: str, login: str, role: Literal["member", "admin"] = "member"
    ) -> None:
        self.user(organization).members[self.user(login).id] = role
        self.changed()

    def add_custom_role(self, organization: str, name: str, base: Role) -> None:
        """A role with a name of the organisation's own, on top of a built-in one."""
        self.user(organization).custom_roles[name] = base

    def add_team(self, organization: str, slug: str, members: tuple[str, ...] = ()) -> Team:
        owner = self.user(organization)
        team = Team(self.next_id(), owner, slug, slug.replace("-", " ").title())
        team.members.update({self.user(login).id: "member" for login in members})
        owner.teams[slug] = team
        self.changed()
        return team

    def add_app(  # an App's registration form has these fields  # each is one thing that the reader names
        self,
        slug: str,
        owner: User,
        keys: tuple[str, str],
        *,
        permissions: dict[str, str],
        events: list[str],
        description: str = "",
    ) -> App:
        """Register an App; `keys` are its private and public key as PEM."""
        bot = self._add_account(f"{slug}[bot]", slug, "Bot")
        app = App(
            id=self.next_id(),
            client_id=f"Iv23li{self.rng.getrandbits(56):014x}",
            slug=slug,
            name=slug.title(),
            owner=owner,
            bot=bot,
            private_key_pem=keys[0],
            public_key_pem=keys[1],
            permissions=permissions,
            events=events,
            created_at=self.now(),
            updated_at=self.now(),
            hook_id=self.next_id(),
            description=description,
        )
        self.apps[app.id] = app
        return app

    def add_repository(
        self,
        full_name: str,
        *,
        private: bool = False,
        description: str | None = None,
        files: dict[str, str] | None = None,
    ) -> Repository:
        """A repository with one first commit, nobody's act: no deliveries."""
        owner_login, name = full_name.split("/")
        now = self.now()
        repository = Repository(
            self.next_id(), self.user(owner_login), name, now, now, now, description, private
        )
        self.repositories[repository.id] = repository
        self._old_names.pop(full_name.lower(), None)
        first = self.make_commit(repository, repository.owner, "First commit", (), files or {})
        repository.branches["main"] = Branch("main", first.sha)
        self.changed()
        return repository

    def make_commit(
        self,
        repository: Repository,
        author: User,
        message: str,
        parents: tuple[str, ...],
        tree: dict[str, str],
    ) -> Commit:
        sha = f"{self.rng.getrandbits(160):040x}"
        commit = Commit(sha, message, author, self.now(), parents, dict(tree))
        repository.commits[sha] = commit
        return commit

    def remember_name(self, repository: Repository) -> None:
        """Keep today's name as one that redirects."""
        self._old_names[repository.full_name.lower()] = repository.id
