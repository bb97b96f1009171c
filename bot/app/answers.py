"""Who answers the questions of a handler? Views and mirror where they can, GitHub where it must."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, replace

from bot.domain.order_panel import DisclosureShown, OrderPanelShown
from bot.domain.panel import ItemPanelShown
from bot.domain.refs import Account, Repo
from bot.domain.reviews import PullFacts
from bot.domain.roles import Rights, Role, listed_for, rights_of
from bot.domain.rules import RoleList, Rules
from bot.domain.views import Order
from bot.github.questions import Questions
from bot.github.roles import Roles
from bot.lookup import CannotTell, Lookup, Spot
from bot.storage import knowing, mirror, order_showing, people, pulls, showing
from bot.storage.database import Database
from bot.storage.people import Draw
from bot.timing import Time


@dataclass(frozen=True, slots=True)
class Answers:
    """Joins what we know with what GitHub tells."""

    database: Database
    questions: Questions
    roles: Roles
    draw: Draw
    public_url: str | None
    seen_public: MutableMapping[int, bool]
    """Answers about visibility that are still good."""
    time: Time

    def lookup(self) -> Lookup:
        """Give the questions that handlers may ask."""
        return Lookup(
            rules=self.rules,
            spot=self.spot,
            rights=self.rights,
            account=self.account,
            person=self.person,
            party=self.party,
            holders=self.holders,
            involved=self.involved,
            meant=self.meant,
            pull=self.pull,
            closed_by_hand=self.questions.closed_by_hand,
            configuration=self.questions.configuration,
            default_head=self.questions.default_head,
            is_on_default_branch=self.questions.is_on_default_branch,
            pull_files=self.questions.pull_files,
            labelled_issues=self.questions.labelled_issues,
            item_panel=self.item_panel,
            order_panel=self.order_panel,
            disclosure=self.disclosure,
        )

    async def rules(self, repo: Repo) -> Rules | None:
        """Give the repository's newest rules."""
        async with self.database.read() as tx:
            return await showing.rules_of(tx, repo.id)

    async def spot(self, repo: Repo, issue: int) -> Spot | None:
        """Tell whether an issue is or was a roadmap item, or a work order."""
        async with self.database.read() as tx:
            place = await knowing.place_of(tx, repo.id, issue)
        if place is None:
            return None
        return Spot.ORDER if isinstance(place, Order) else Spot.ITEM

    async def rights(self, repo: Repo, account: Account) -> Rights:
        """Work out what a person may do, from GitHub's word and the repository's rules."""
        rules = await self.rules(repo) or Rules()
        standing = await self.roles.standing(repo, account, teams_of(rules))
        return rights_of(await self.person(account), standing, rules)

    async def account(self, repo: Repo, login: str) -> Account | None:
        """Find an account by its login, and remember it."""
        found = await self.questions.account(repo, login)
        if found is not None:
            await self.person(found)
        return found

    async def person(self, account: Account) -> int:
        """Give an account's number; a new account gets one."""
        async with self.database.read() as tx:
            known = await people.person_number(tx, account.id)
        if known is not None:
            return known
        async with self.database.write() as tx:
            return await people.remember(tx, account, self.draw)

    async def party(self, name: str) -> int:
        """Give the number of whoever has this name; a new name gets one."""
        async with self.database.write() as tx:
            return await people.remember_name(tx, name, self.draw)

    async def holders(self, repo: Repo, role: Role) -> frozenset[int] | None:
        """Name everybody who holds a role, by GitHub and the rules; None when not all can be seen."""
        listed = listed_for(role, await self.rules(repo) or Rules())
        found = await self.roles.holders(repo, listed)
        if found is None:
            return None
        numbers = [await self.person(account) for account in found]
        return frozenset(numbers) | frozenset(listed.people if listed else ())

    async def involved(self, repo: Repo, issue: int) -> frozenset[int]:
        """Name everybody involved in a work order."""
        async with self.database.read() as tx:
            return await order_showing.involved(tx, repo.id, issue)

    async def meant(self, repo: Repo, issue: int) -> dict[str, int]:
        """Give whom the logins in a work order's texts meant when they were first read."""
        async with self.database.read() as tx:
            return await order_showing.meant(tx, repo.id, issue)

    async def pull(self, repo: Repo, number: int) -> PullFacts | None:
        """Give what is known of a pull request; one that was never told of is read from GitHub."""
        async with self.database.read() as tx:
            known = await pulls.pull(tx, repo.id, number)
        if known is not None:
            return known
        told = await self.questions.pull(repo, number)
        if told is None:
            return None
        async with self.database.write() as tx:
            await pulls.note_pull(tx, told, self.draw)
        async with self.database.read() as tx:
            return await pulls.pull(tx, repo.id, number)

    async def is_public(self, repo: Repo) -> bool:
        """Tell whether anybody may see a repository; what cannot be told is hidden."""
        known = self.seen_public.get(repo.id)
        if known is None:
            try:
                known = await self.questions.is_public(repo)
            except CannotTell:
                return False
            self.seen_public[repo.id] = known
        return known

    async def pages_of(self, repo: Repo) -> str | None:
        """Give the address of a repository's public pages; a private one has none."""
        async with self.database.read() as tx:
            public = await mirror.public_repo(tx, repo.owner, repo.name)
        return f"{self.public_url}/{repo.full_name}" if self.public_url and public else None

    async def item_panel(self, repo: Repo, issue: int) -> ItemPanelShown | None:
        """Gather what a panel shows."""
        async with self.database.read() as tx:
            shown = await showing.item_panel(tx, repo, issue)
        pages = await self.pages_of(repo) if shown else None
        if shown is None or pages is None:
            return shown
        return replace(shown, page=f"{pages}/items/{shown.item.number}")

    async def order_panel(self, repo: Repo, issue: int) -> OrderPanelShown | None:
        """Gather what the panel of a work order shows."""
        async with self.database.read() as tx:
            shown = await order_showing.order_panel(tx, repo, issue, self.time.now())
        pages = await self.pages_of(repo) if shown else None
        if shown is None or pages is None:
            return shown
        return replace(shown, page=f"{pages}/work-orders/{shown.order.number}")

    async def disclosure(self, repo: Repo, number: int) -> DisclosureShown | None:
        """Gather what the check run on a pull request says."""
        async with self.database.read() as tx:
            return await order_showing.disclosure(tx, repo, number)


def teams_of(rules: Rules) -> frozenset[str]:
    """Name the teams that the rules speak of: only those are looked up."""
    lists = (rules.stewards or RoleList(), rules.treasurers or RoleList())
    return frozenset(team for listed in lists for team in listed.teams)
