"""What can a person do with repositories, roles, and their own name?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import Forbidden, Problem, Unprocessable
from sandbox.nouns.roles import RANKS
from sandbox.payloads import accounts
from sandbox.world.on_merging import OnMerging

if TYPE_CHECKING:
    from sandbox.nouns.things import Repository, Role


class OnRepositories(OnMerging):
    """Renaming, hiding, showing, archiving, deleting, and giving roles."""

    def rename_repository(self, repository: Repository, name: str) -> None:
        """The old name redirects.

        https://docs.github.com/en/repositories/creating-and-managing-repositories/renaming-a-repository
        """
        self.need(repository, "admin")
        if self.world.by_name(f"{repository.owner.login}/{name}") not in {None, repository}:
            raise Unprocessable("Validation Failed", Problem("Repository", "name", "custom"))
        self.world.remember_name(repository)
        before, repository.name = repository.name, name
        self._tell(repository, "renamed", changes={"repository": {"name": {"from": before}}})

    def transfer_repository(self, repository: Repository, to: str) -> None:
        """To another account, where the actor must be at home; it keeps id and numbers."""
        self.need(repository, "admin")
        self.world.remember_name(repository)
        before, repository.owner = repository.owner, self.world.user(to)
        kind = "organization" if before.kind == "Organization" else "user"
        show = accounts.organization_simple if kind == "organization" else accounts.user
        changes = {"owner": {"from": {kind: show(self.world, before)}}}
        self._tell(repository, "transferred", changes=changes)

    def make_private(self, repository: Repository) -> None:
        self.need(repository, "admin")
        if not repository.private:
            repository.private = True
            self._tell(repository, "privatized")

    def make_public(self, repository: Repository) -> None:
        self.need(repository, "admin")
        if repository.private:
            repository.private = False
            self._tell(repository, "publicized")

    def archive(self, repository: Repository) -> None:
        """From then on it is read-only."""
        self.need(repository, "admin")
        repository.archived = True
        self._tell(repository, "archived")

    def unarchive(self, repository: Repository) -> None:
        self.see(repository)
        if not self.may(repository, "admin"):
            raise Forbidden("Must have admin rights to Repository.")
        repository.archived = False
        self._tell(repository, "unarchived")

    def delete_repository(self, repository: Repository) -> None:
        self.need(repository, "admin")
        self._tell(repository, "deleted")
        repository.deleted = True

    def set_role(self, repository: Repository, login: str, role: Role | None) -> None:
        """Give a role, built-in or one of the organisation's own; None takes it away."""
        self.need(repository, "admin")
        user = self.world.user(login)
        if role is None:
            repository.roles.pop(user.id, None)
        elif role in RANKS or role in repository.owner.custom_roles:
            repository.roles[user.id] = role
        else:
            raise Unprocessable("Validation Failed", Problem("Repository", "role", "invalid"))
        self.world.changed()

    def rename_self(self, login: str) -> None:
        """The id stays; repositories of a renamed account redirect.

        https://docs.github.com/en/account-and-profile/setting-up-and-managing-your-personal-account-on-github/managing-user-account-settings/changing-your-github-username
        """
        if any(each.login.lower() == login.lower() for each in self.world.users.values()):
            raise Unprocessable("Login is already taken")
        for each in self.world.repositories.values():
            if each.owner is self.user:
                self.world.remember_name(each)
        self.user.login = login
        self.world.changed()

    def _tell(self, repository: Repository, action: str, **more: object) -> None:
        repository.updated_at = self.now()
        self.world.tell("repository", action, repository, self.user, dict(more))
