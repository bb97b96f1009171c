"""What did GitHub try to tell us in the last days, and what stood in it?

GitHub never sends a delivery a second time by itself, and keeps its list for three days.
https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.github.client import Client
from bot.github.errors import NotThere
from bot.github.rereading.told import UNREADABLE, moment, written
from bot.github.routes import GET_DELIVERY, LIST_DELIVERIES
from bot.lookup import CannotTell

KEPT = timedelta(days=3)
"""How long GitHub keeps deliveries.
https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/viewing-webhook-deliveries"""

_EVENT = re.compile(r"[a-z_]{1,64}", re.ASCII)
"""Names of GitHub's events; what we tell ourselves has a dot in it, and is passed over here."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A line of the list: one attempt to deliver. A redelivery is another one of the same `guid`."""

    id: int
    guid: str
    event: str
    at: datetime
    repo: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the list, newest first."""

    attempts: list[Attempt]
    as_of: datetime | None
    """When GitHub told it, by its own clock; None: it did not say."""


class Deliveries:
    """Reads GitHub's own list of deliveries."""

    def __init__(self, client: Client) -> None:
        """Take the client."""
        self._client = client

    async def pages(self) -> AsyncIterator[Page]:
        """Give the attempts of the last days, newest first, a page of a hundred at a time.

        Raises:
            CannotTell: GitHub did not answer.
        """
        async for listed, as_of in self._client.pages_as_app(LIST_DELIVERIES):
            try:
                attempts = [_attempt(each) for each in listed if _EVENT.fullmatch(each["event"])]
            except UNREADABLE as error:
                raise CannotTell("GitHub's list of deliveries cannot be read.") from error
            yield Page(attempts, as_of)

    async def body(self, attempt: Attempt) -> bytes | None:
        """Give what was sent, as bytes; None when GitHub does not have it (any more).

        GitHub hands the payload out as JSON inside its answer, so these are not the very bytes that
        were signed: they are written again without spaces, in UTF-8, names in the order as told.
        """
        try:
            found = await self._client.read_as_app(GET_DELIVERY, delivery_id=attempt.id)
        except NotThere:
            return None
        try:
            payload = found["request"]["payload"]
            if found["guid"] != attempt.guid:
                raise CannotTell("GitHub answered about another delivery.")
        except UNREADABLE as error:
            raise CannotTell("GitHub's answer about a delivery cannot be read.") from error
        return written(payload) if isinstance(payload, dict) and payload else None


def _attempt(line: dict[str, Any]) -> Attempt:
    guid = line["guid"]
    if not isinstance(guid, str) or not guid:
        raise ValueError("A delivery has no name.")
    at = moment(line["delivered_at"])
    return Attempt(int(line["id"]), guid, line["event"], at, line["repository_id"])
