"""What can an owner do with GitHub Apps?

https://docs.github.com/en/apps/using-github-apps
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from sandbox.errors import Forbidden, NotFound, Problem, Unprocessable
from sandbox.nouns.things import Installation
from sandbox.payloads import accounts
from sandbox.world.on_repositories import OnRepositories

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sandbox.nouns.things import App, Repository, User

    Selection: TypeAlias = Literal["all"] | Sequence[Repository]


class OnApps(OnRepositories):
    """Installing, limiting, suspending and removing Apps."""

    def install(
        self, app: App, repositories: Selection = "all", *, on: str | None = None
    ) -> Installation:
        """On the account `on` (default: the owner of the repositories, else one's own)."""
        account = self._account(repositories, on)
        self._own(account)
        if self.world.installation_on(app, account):
            raise Unprocessable("The App is already installed on this account")
        chosen = None if isinstance(repositories, str) else {each.id for each in repositories}
        now = self.now()
        installation = Installation(
            self.world.next_id(),
            app,
            account,
            chosen,
            dict(app.permissions),
            list(app.events),
            now,
            now,
        )
        self.world.installations[installation.id] = installation
        self._tell_installation(installation, "created", listed=True)
        return installation

    def _account(self, repositories: Selection, on: str | None) -> User:
        if on is not None:
            return self.world.user(on)
        if isinstance(repositories, str) or not repositories:
            return self.user
        return repositories[0].owner

    def _own(self, account: User) -> None:
        if account is not self.user and account.members.get(self.user.id) != "admin":
            raise Forbidden("You must be an owner of the account")

    def uninstall(self, installation: Installation) -> None:
        self._change(installation)
        self._tell_installation(installation, "deleted", listed=True)
        installation.removed = True

    def suspend(self, installation: Installation) -> None:
        """Tokens stop working, and events stop coming.

        https://docs.github.com/en/apps/maintaining-github-apps/suspending-a-github-app-installation
        """
        self._change(installation)
        installation.suspended_at, installation.suspended_by = self.now(), self.user
        self._tell_installation(installation, "suspend", listed=True)

    def unsuspend(self, installation: Installation) -> None:
        self._change(installation)
        installation.suspended_at = installation.suspended_by = None
        self._tell_installation(installation, "unsuspend", listed=True)

    def accept_permissions(self, installation: Installation) -> None:
        """Grant what the App asks for today.

        https://docs.github.com/en/apps/using-github-apps/approving-updated-permissions-for-a-github-app
        """
        self._change(installation)
        installation.permissions = dict(installation.app.permissions)
        installation.events = list(installation.app.events)
        self._tell_installation(installation, "new_permissions_accepted")

    def add_repositories(
        self, installation: Installation, repositories: Iterable[Repository]
    ) -> None:
        self._select(installation, added=list(repositories), removed=[])

    def remove_repositories(
        self, installation: Installation, repositories: Iterable[Repository]
    ) -> None:
        self._select(installation, added=[], removed=list(repositories))

    def _select(
        self, installation: Installation, added: list[Repository], removed: list[Repository]
    ) -> None:
        self._change(installation)
        if installation.repositories is None:
            raise Unprocessable(
                "Validation Failed", Problem("Installation", "repository_selection", "invalid")
            )
        installation.repositories |= {each.id for each in added}
        installation.repositories -= {each.id for each in removed}
        action = "added" if added else "removed"
        self.world.tell_installation(
            "installation_repositories",
            action,
            installation,
            self.user,
            {
                "repository_selection": "selected",
                "repositories_added": [accounts.listed_repository(each) for each in added],
                "repositories_removed": [accounts.listed_repository(each) for each in removed],
                "requester": None,
            },
        )

    def _change(self, installation: Installation) -> None:
        if installation.removed:
            raise NotFound
        self._own(installation.account)
        installation.updated_at = self.now()

    def _tell_installation(
        self, installation: Installation, action: str, *, listed: bool = False
    ) -> None:
        covered = [each for each in self.world.repositories.values() if installation.covers(each)]
        body: dict[str, object] = {"requester": None} if action == "created" else {}
        if listed:
            body["repositories"] = [accounts.listed_repository(each) for each in covered]
        self.world.tell_installation("installation", action, installation, self.user, body)
