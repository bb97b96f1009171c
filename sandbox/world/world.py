"""Who acts in the box, who hears of an act, and in which words?"""

from __future__ import annotations

import itertools
import uuid
from typing import TYPE_CHECKING

from sandbox.nouns.outgoing import Delivery, Payload, wants
from sandbox.nouns.things import Installation
from sandbox.payloads import accounts
from sandbox.payloads import repositories as repository_payloads
from sandbox.world.registry import Registry

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.nouns.things import App, Repository, User
    from sandbox.world.actor import Actor


class World(Registry):
    """All accounts and repositories. Look things up here; change them through `person(...)`."""

    def __init__(
        self,
        now: Callable[[], datetime],
        rng: random.Random | None = None,
        api_url: str = "https://api.github.com",
        html_url: str = "https://github.com",
    ) -> None:
        super().__init__(now, rng, api_url, html_url)
        self.deliveries: list[Delivery] = []
        self.on_delivery: list[Callable[[Delivery], None]] = []
        self._delivery_ids = itertools.count(700_000_000_001)

    # -- hands -------------------------------------------------------------------------------

    def person(self, login: str) -> Actor:
        """The hands of an existing account."""
        from sandbox.world.actor import Actor  # an actor acts on the world  # noqa: PLC0415  # an actor acts on the world

        return Actor(self, self.user(login))

    def app_in(self, installation: Installation) -> Actor:
        """The hands of an App where it is installed; its permissions are the API's business."""
        from sandbox.world.actor import Actor  # noqa: PLC0415  # an actor acts on the world

        return Actor(self, installation.app.bot, installation)

    def add_bot(self, slug: str, on: str) -> Actor:
        """The hands of an App of somebody else's that proposes changes on this account.

        It was installed without a word to anybody, and hears of nothing.
        """
        account, now = self.user(on), self.now()
        permissions = {"metadata": "read", "contents": "write", "pull_requests": "write"}
        app = self.add_app(slug, account, ("", ""), permissions=permissions, events=[])
        installation = Installation(
            self.next_id(), app, account, None, dict(permissions), [], now, now
        )
        self.installations[installation.id] = installation
        self.changed()
        return self.app_in(installation)

    # -- telling -----------------------------------------------------------------------------

    def tell(
        self, event: str, action: str | None, repository: Repository, sender: User, body: Payload
    ) -> None:
        """Owe this event to every active installation that covers the repository."""
        self.changed()
        for each in list(self.installations.values()):
            if each.active and each.covers(repository) and wants(each, event):
                self._owe(
                    event,
                    action,
                    each,
                    repository,
                    self._around(action, body, repository, sender, each),
                )

    def tell_installation(
        self, event: str, action: str, installation: Installation, sender: User, body: Payload
    ) -> None:
        """Owe an event about the installation itself, suspended or not."""
        self.changed()
        full: Payload = {
            "action": action,
            "installation": accounts.installation(self, installation),
            **body,
            "sender": accounts.user(self, sender),
        }
        self._owe(event, action, installation, None, full)

    def ping(self, app: App) -> Delivery:
        """What GitHub sends when a webhook is set up."""
        body: Payload = {
            "zen": "Practicality beats purity.",
            "hook_id": app.hook_id,
            "hook": accounts.hook(self, app),
        }
        delivery = self._record("ping", None, app, None, None, body)
        self._announce(delivery)
        return delivery

    def owe_again(self, earlier: Delivery) -> Delivery:
        """A redelivery: same guid, same payload, a new line in the list."""
        again = self._record(
            earlier.event,
            earlier.action,
            earlier.app,
            earlier.installation,
            earlier.repository,
            earlier.payload,
        )
        again.guid, again.redelivery = earlier.guid, True
        self._announce(again)
        return again

    def _around(
        self,
        action: str | None,
        body: Payload,
        repository: Repository,
        sender: User,
        installation: Installation,
    ) -> Payload:
        full: Payload = {"action": action} if action else {}
        full |= body
        full.setdefault("repository", repository_payloads.repository(self, repository))
        if repository.owner.kind == "Organization":
            full["organization"] = accounts.organization_simple(self, repository.owner)
        full["installation"] = accounts.simple_installation(installation)
        full["sender"] = accounts.user(self, sender)
        return full

    def _owe(
        self,
        event: str,
        action: str | None,
        installation: Installation,
        repository: Repository | None,
        payload: Payload,
    ) -> None:
        app = installation.app
        self._announce(self._record(event, action, app, installation, repository, payload))

    def _record(  # what a line of GitHub's list of deliveries says  # each is one thing that the reader names
        self,
        event: str,
        action: str | None,
        app: App,
        installation: Installation | None,
        repository: Repository | None,
        payload: Payload,
    ) -> Delivery:
        guid = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        delivery = Delivery(
            next(self._delivery_ids),
            guid,
            event,
            action,
            app,
            installation,
            repository,
            payload,
            self.now(),
        )
        self.deliveries.append(delivery)
        return delivery

    def _announce(self, delivery: Delivery) -> None:
        for listener in self.on_delivery:
            listener(delivery)
