"""Who answers the questions of a handler? Views and mirror where they can, GitHub where it must."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, replace

from bot.domain.panel import ItemPanelShown
from bot.domain.refs import Account, Repo
from bot.domain.roles import Rights, rights_of
from bot.domain.rules import RoleList, Rules
from bot.github.questions import Questions
from bot.github.roles import Roles
from bot.lookup import CannotTell, Lookup
from bot.storage import people, showing
from bot.storage.database import Database
from bot.storage.people import Draw


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

    def lookup(self) -> Lookup:
        """Give the questions that handlers may ask."""
        return Lookup(
            rules=self.rules,
            is_item=self.is_item,
            rights=self.rights,
            account=self.account,
            closed_by_hand=self.questions.closed_by_hand,
            configuration=self.questions.configuration,
            default_head=self.questions.default_head,
            is_on_default_branch=self.questions.is_on_default_branch,
            pull_files=self.questions.pull_files,
            labelled_issues=self.questions.labelled_issues,
            item_panel=self.item_panel,
        )

    async def rules(self, repo: Repo) -> Rules | None:
        """Give the repository's newest rules."""
        async with self.database.read() as tx:
            return await showing.rules_of(tx, repo.id)

    async def is_item(self, repo: Repo, issue: int) -> bool:
        """Tell whether an issue is or was a roadmap item."""
        async with self.database.read() as tx:
            return await showing.item_of(tx, repo.id, issue) is not None

    async def rights(self, repo: Repo, account: Account) -> Rights:
        """Work out what a person may do, from GitHub's word and the repository's rules."""
        rules = await self.rules(repo) or Rules()
        standing = await self.roles.standing(repo, account, _teams(rules))
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

    async def item_panel(self, repo: Repo, issue: int) -> ItemPanelShown | None:
        """Gather what a panel shows."""
        async with self.database.read() as tx:
            shown = await showing.item_panel(tx, repo, issue)
        if shown is None or self.public_url is None:
            return shown
        page = f"{self.public_url}/{repo.full_name}/items/{shown.item.number}"
        return replace(shown, page=page)


def _teams(rules: Rules) -> frozenset[str]:
    """Name the teams that the rules speak of: only those are looked up."""
    lists = (rules.stewards or RoleList(), rules.treasurers or RoleList())
    return frozenset(team for listed in lists for team in listed.teams)
