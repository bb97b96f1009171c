"""A repository whose events are told and decided, as the worker hears them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from bot.clock import Clock as Ticking
from bot.domain import entries as e
from bot.domain.refs import Account, Repo
from bot.domain.rules import Rules
from bot.domain.views import Link, Order
from bot.events.reading import ADOPTION, MONTH_END, deadline_body
from bot.handlers import routes
from bot.lookup import Lookup
from bot.storage import ledger
from bot.storage import rows as kept
from bot.storage.database import Database
from bot.timing import Bell
from tests.domain.form_bodies import rendered
from tests.events.kit import changed, real
from tests.storage.kit import ISSUE, REPO, UNTOLD, rows
from tests.worker.kit import Clock, a_decider, decide_all, deliver, lookup

ADA = Account(11, "ada")
MIA = Account(12, "mia")
DAN = Account(13, "dan")
ORDER = ISSUE + 57
HEAD = "c" * 40
RULES = Rules(labels=("bug",))


class Lane:
    """A repository whose events are told and decided."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.ask: Lookup = lookup(database, RULES, account=self._account)
        self.subjects = routes()
        self.told = 0
        self.form = ""
        """The text of the work order, as every comment on it carries it."""

    async def _account(self, _: Repo, login: str) -> Account | None:
        """Whoever is known here; a pledge may be for the organisation as well."""
        people = (ADA, MIA, DAN, Account(500, "acme", "Organization"))
        return next((each for each in people if each.login == login.casefold()), None)

    async def hears(self, event: str, body: dict[str, Any]) -> None:
        self.told += 1
        data = json.dumps(body).encode()
        await deliver(self.database, self.clock, f"delivery-{self.told}", event, data)

    async def labels(self, issue: int = ISSUE) -> None:
        body = changed(real("issues", "labeled"), "issue.id", issue)
        await self.hears("issues", changed(body, "issue.updated_at", stamp(self.clock.now())))

    async def says(
        self, words: str, by: Account = ADA, *, when: datetime | None = None, issue: int = ISSUE
    ) -> None:
        body = real("issue_comment", "created")
        for path, value in {
            "comment.id": 5000 + self.told,
            "comment.body": words,
            "comment.user": user(by),
            "sender": user(by),
            "comment.created_at": stamp(when or self.clock.now()),
            "issue.id": issue,
            "issue.number": 1 if issue == ISSUE else 2,
            "issue.body": self.form if issue == ORDER else "",
        }.items():
            body = changed(body, path, value)
        await self.hears("issue_comment", body)

    async def drafts(self, by: Account = DAN, action: str = "labeled", **said: str) -> None:
        """Somebody opens a work order from the form, or edits it."""
        body = real("issues", "labeled" if action == "labeled" else "edited")
        answers = {"DEVELOPERS": "@dan", "FUNDER": "", "INTERESTED": ""} | said
        self.form = rendered(**answers)
        for path, value in {
            "sender": user(by),
            "issue.id": ORDER,
            "issue.number": 57,
            "issue.user": user(DAN),
            "issue.body": self.form,
            "issue.labels": [{"name": "work-order"}],
            "issue.updated_at": stamp(self.clock.now()),
        }.items():
            body = changed(body, path, value)
        label: dict[str, Any] = {"label": {"name": "work-order"}}
        body |= label if action == "labeled" else {"changes": {"body": {}}}
        await self.hears("issues", body)

    async def pulls(self, action: str = "opened", by: Account = DAN, **parts: Any) -> None:
        """Something happens to pull request #5, which names the work order."""
        body = real("pull_request", "opened", action=action, sender=user(by))
        now = stamp(self.clock.now())
        given = {"number": 5, "user": user(by), "body": "CWO: #57", "updated_at": now}
        given |= {"created_at": now} if action == "opened" else {}
        pull = body["pull_request"] | given | parts
        pull["head"] = pull["head"] | {"sha": parts.get("head", HEAD)}
        await self.hears("pull_request", body | {"pull_request": pull})

    async def says_on_pull(self, words: str, by: Account = ADA) -> None:
        """Somebody comments on pull request #5."""
        body = real("issue_comment", "created", sender=user(by))
        for path, value in {
            "comment.id": 5000 + self.told,
            "comment.body": words,
            "comment.user": user(by),
            "comment.created_at": stamp(self.clock.now()),
            "issue.id": ISSUE + 5,
            "issue.number": 5,
            "issue.user": user(DAN),
            "issue.pull_request": {"url": "https://api.github.com/x"},
            "issue.body": "",
            "issue.labels": [],
        }.items():
            body = changed(body, path, value)
        await self.hears("issue_comment", body)

    async def adopts(self) -> None:
        self.told += 1
        body = deadline_body(REPO, self.clock.now())
        name = f"delivery-{self.told}"
        await deliver(self.database, self.clock, name, ADOPTION, body)

    async def on_order(self, words: str, by: Account = DAN) -> None:
        """Somebody comments on the work order, and it is decided."""
        await self.says(words, by, issue=ORDER)
        await self.decides()

    async def passes(self) -> int:
        """Let the clock look, and what it says be decided; gives how much that was besides months."""
        ticking = Ticking(self.database, self.clock.time, Bell(self.clock.time))
        before = self._told()
        await ticking.tick()
        found = self._told() - before
        await ticking.tick()
        await self.decides()
        return found

    def _told(self) -> int:
        query = "SELECT count(*) FROM inbox WHERE event != ?"
        ((count,),) = rows(self.database, query, MONTH_END)
        return int(count)

    async def decides(self) -> None:
        await decide_all(a_decider(self.database, self.clock, self.ask, self.subjects), self.clock)
        self.clock.move(seconds=10)

    async def lines(self) -> list[ledger.Line]:
        """Give every line of the ledger."""
        async with self.database.read() as tx:
            return [line async for line in ledger.lines(tx, REPO)]

    async def entries(self) -> list[e.Entry]:
        """Give what happened, without rules and months."""
        return [line.entry() for line in await self.lines() if line.kind not in UNTOLD]

    async def kinds(self) -> list[str]:
        return [type(entry).__name__ for entry in await self.entries()]

    async def order(self) -> Order:
        async with self.database.read() as tx:
            found = await kept.one(tx, REPO, Order, ORDER)
        assert found is not None
        return found

    async def link(self) -> Link | None:
        async with self.database.read() as tx:
            return await kept.one(tx, REPO, Link, 5)

    def revisions(self, key: str) -> int:
        """How often it was asked to bring this up to date."""
        query = "SELECT want_rev FROM outbox WHERE key = ?"
        return sum(revision for (revision,) in rows(self.database, query, key))

    def saying(self) -> list[str]:
        return [key for key in self.outgoing() if key.startswith("say:")]

    def outgoing(self) -> list[str]:
        found = rows(self.database, "SELECT key FROM outbox ORDER BY key")
        return [key for (key,) in found]

    def states(self) -> list[str]:
        return [state for (state,) in rows(self.database, "SELECT state FROM inbox")]


def user(account: Account) -> dict[str, Any]:
    return {"id": account.id, "login": account.login, "type": account.kind}


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
