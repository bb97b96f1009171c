"""Who answers a handler's questions while a transaction is open?

The sheet of the transaction, the mirror, and what was asked a moment ago; never GitHub.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.app.answers import teams_of
from bot.domain.refs import Account, Repo
from bot.domain.reviews import PullFacts
from bot.domain.roles import Rights, rights_of
from bot.domain.rules import Rules
from bot.domain.views import Book, Order
from bot.github.roles import Roles
from bot.lookup import Lookup, NeedsGitHub, Spot
from bot.storage import knowing, order_showing, pulls
from bot.storage.sheet import Sheet


def lookups(roles: Roles) -> Callable[[Sheet], Lookup]:
    """Give what makes the questions that may be asked inside a transaction."""
    return lambda sheet: Within(sheet, roles).lookup()


@dataclass(frozen=True, slots=True)
class Within:
    """Answers from what is at hand."""

    sheet: Sheet
    roles: Roles

    def lookup(self) -> Lookup:
        """Give the questions; the others must wait until no transaction is open."""
        return Lookup(
            rules=self.rules,
            spot=self.spot,
            rights=self.rights,
            account=_asked_later,
            person=self.person,
            party=_asked_later,
            holders=_asked_later,
            involved=self.involved,
            meant=self.meant,
            pull=self.pull,
            closed_by_hand=_asked_later,
            configuration=_asked_later,
            default_head=_asked_later,
            is_on_default_branch=_asked_later,
            pull_files=_asked_later,
            labelled_issues=_asked_later,
            item_panel=_asked_later,
            order_panel=_asked_later,
            disclosure=_asked_later,
        )

    async def rules(self, _: Repo) -> Rules | None:
        """Give the repository's newest rules."""
        return (await self.sheet.one(Book) or Book()).rules

    async def spot(self, _: Repo, issue: int) -> Spot | None:
        """Tell whether an issue is or was a roadmap item, or a work order."""
        place = await knowing.place_at_hand(self.sheet, issue)
        if place is None:
            return None
        return Spot.ORDER if isinstance(place, Order) else Spot.ITEM

    async def rights(self, repo: Repo, account: Account) -> Rights:
        """Work out what a person may do, if GitHub's word is fresh."""
        rules = await self.rules(repo) or Rules()
        standing = self.roles.remembered(repo, account, teams_of(rules))
        if standing is None:
            raise NeedsGitHub
        return rights_of(await self.person(account), standing, rules)

    async def person(self, account: Account) -> int:
        """Give an account's number."""
        number = await self.sheet.person(account.id)
        if number is None:
            raise NeedsGitHub
        return number

    async def involved(self, repo: Repo, issue: int) -> frozenset[int]:
        """Name everybody involved in a work order."""
        return await order_showing.involved(await self.sheet.plain(), repo.id, issue)

    async def meant(self, repo: Repo, issue: int) -> dict[str, int]:
        """Give whom the logins in a work order's texts meant when they were first read."""
        return await order_showing.meant(await self.sheet.plain(), repo.id, issue)

    async def pull(self, repo: Repo, number: int) -> PullFacts | None:
        """Give what is known of a pull request."""
        known = await pulls.pull(await self.sheet.plain(), repo.id, number)
        if known is None:
            raise NeedsGitHub
        return known


async def _asked_later(*_: Any) -> Any:
    raise NeedsGitHub
