"""A store with a year of funding in it, and the pages over it, without any GitHub."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from bot.app.serving import templates
from bot.domain import entries as e
from bot.domain.figures import Figures, Promised, Reviews
from bot.domain.money import Money
from bot.domain.movements import paid, paid_directly, received
from bot.domain.refs import Account, Repo
from bot.domain.rules import Rail, Rules
from bot.domain.stages import Stage
from bot.events.mirrored import IssueSeen
from bot.pages import Pages
from bot.storage import mirror, people
from bot.storage.database import Database
from tests import engines
from tests.storage.kit import REPO, a_database, a_repository, know, made, moved, record

START = datetime(2026, 1, 1, tzinfo=UTC)
RULES = Rules(
    currencies=("USD", "EUR"),
    rails=(
        Rail("Open Collective", "https://opencollective.example/acme"),
        Rail("Invoice", "javascript:alert(1)", "work-orders"),
    ),
)
TITLES = (
    "Sparse LU that scales to a million unknowns",
    "Windows on ARM: builds, tests and wheels",
    "Rewrite the tutorial for people who have never solved a system",
    "Deterministic results across BLAS libraries",
    "A stable C interface, documented",
    "Faster <b>Cholesky</b> & fewer allocations",
    "Type hints for the public interface",
    "GPU back end for the iterative solvers",
)


def month_named(n: int) -> str:
    year, month = divmod(n, 12)
    return f"{2026 + year}-{month + 1:02d}"


def month_start(n: int) -> datetime:
    year, month = divmod(n, 12)
    return datetime(2026 + year, month + 1, 1, tzinfo=UTC)


@dataclass
class Filler:
    """Writes believable entries, one cause each."""

    database: Database
    repo: int = REPO
    now: datetime = START
    first: int = 9000
    """Where the ids of comments start."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    pledges: Iterator[int] = field(default_factory=lambda: count(1))
    records: Iterator[int] = field(default_factory=lambda: count(1))

    async def say(self, *entries: e.Entry, actor: int | None = 7) -> None:
        self.now += timedelta(minutes=5)
        source = f"comment:{self.first + next(self.numbers)}"
        await record(
            self.database, *entries, source=source, moment=self.now, actor=actor, repo=self.repo
        )

    async def rules(self, rules: Rules = RULES) -> None:
        await self.say(e.RulesChanged("c0ffee", rules))

    async def item(self, number: int, title: str, goal: Money | None = None) -> int:
        issue = 1000 + number
        async with self.database.write() as tx:
            seen = IssueSeen(issue, self.repo, number, title, self.now)
            await mirror.note(tx, seen, lambda _: 1)
        await self.say(e.ItemLabelled(issue, number))
        if goal:
            await self.say(e.GoalSet(issue, goal))
        return issue

    async def pledge(self, issue: int, minor: int, currency: str = "USD", **more: Any) -> Any:
        entry = made(
            next(self.pledges),
            minor,
            issue=issue,
            money=Money(minor, currency),
            dues=(e.Due(minor, on_completion=False),),
            **more,
        )
        await self.say(entry, actor=entry.pledger)
        return entry

    async def receipt(self, pledge: Any, minor: int, fee: int = 0) -> None:
        money = Money(minor, pledge.money.currency)
        got = e.MoneyReceived(
            issue=pledge.issue,
            record=next(self.records),
            fund=pledge.issue,
            moves=received(pledge.funder, pledge.issue, money, fee),
            pledge=pledge.pledge,
            settles=money,
            comment=9100,
        )
        settled = moved(
            e.PledgeSettled,
            pledge,
            Stage.STANDING,
            Stage.RECEIVED if minor == pledge.money.minor else Stage.STANDING,
            settled=money,
            record=got.record,
        )
        await self.say(got, settled)

    async def gift(self, issue: int, minor: int, currency: str = "USD") -> None:
        await self._money(
            e.MoneyReceived, issue, received(12, issue, Money(minor, currency), 0), unmatched=minor
        )

    async def pay(self, issue: int, minor: int, currency: str = "USD") -> None:
        await self._money(e.MoneyPaid, issue, paid(21, issue, Money(minor, currency)))

    async def pay_directly(self, issue: int, minor: int, currency: str = "USD") -> None:
        await self._money(e.MoneyPaidDirectly, issue, paid_directly(11, 21, Money(minor, currency)))

    async def _money(self, kind: Any, issue: int, moves: Any, **more: Any) -> None:
        number = next(self.records)
        await self.say(
            kind(issue=issue, record=number, fund=issue, moves=moves, comment=9200, **more)
        )

    async def opens(self, n: int) -> None:
        self.now = max(self.now, month_start(n))
        await self.say(
            e.MonthOpened(
                month=month_named(n),
                begins_at=month_start(n),
                ends_at=month_start(n + 1),
                zone="UTC",
            )
        )

    async def closes(self, n: int, *promised: Promised) -> None:
        self.now = max(self.now, month_start(n + 1))
        figures = Figures(
            month=month_named(n),
            begins_at=month_start(n),
            ends_at=month_start(n + 1),
            zone="UTC",
            previous=None,
            quiet=False,
            promised=promised,
            reviews=Reviews(since=START),
        )
        await self.say(e.MonthClosed(month=month_named(n), figures=figures))


async def names(database: Database) -> None:
    """Let some people be known."""
    numbers = {11: "ada", 12: "grace", 13: "linus", 21: "dan"}
    for number, login in numbers.items():
        async with database.write() as tx:
            account = Account(5000 + number, login)
            await people.remember(tx, account, lambda _, number=number: number)  # type: ignore[misc]


async def a_year(database: Database, filler: Filler | None = None) -> Filler:
    """Eight items, pledges in two currencies, receipts and payments, eleven months closed."""
    filler = filler or Filler(database)
    await names(database)
    await filler.rules()
    await filler.opens(0)
    issues = []
    for n, title in enumerate(TITLES):
        goal = Money((n + 2) * 2_000_00, "EUR" if n == 3 else "USD") if n != 6 else None
        issues.append(await filler.item(12 + 3 * n, title, goal))
    for n in range(11):
        issue = issues[n % 6]
        currency = "EUR" if n % 6 == 3 else "USD"
        first = await filler.pledge(issue, 900_00 + 130_00 * n, currency, pledger=11, funder=11)
        await filler.pledge(issue, 250_00, currency, pledger=13, funder=13)
        if n % 2:
            await filler.receipt(first, first.money.minor, fee=12_50)
        if n in {3, 7, 9}:
            await filler.pay(issue, 600_00, currency)
        if n == 5:
            await filler.gift(issues[0], 4_000_00)
        if n == 8:
            await filler.pay_directly(issues[0], 1_500_00)
        standing = Promised(
            currency="USD", standing_now=800_00 + n * 310_00, completion_now=n * 5000
        )
        await filler.closes(n, standing, Promised(currency="EUR", standing_now=(n // 3) * 70000))
        await filler.opens(n + 1)
    await filler.pledge(issues[1], 1_000_00, pledger=12, funder=12)
    return filler


@dataclass
class Seen:
    """The pages, who may see them, and what time it is."""

    client: TestClient[Any, Any]
    pages: Pages
    database: Database
    public: set[int]
    now: list[datetime]
    asked: list[Repo]

    async def get(self, path: str, **more: Any) -> ClientResponse:
        answer = await self.client.get(path, allow_redirects=False, **more)
        await answer.read()
        return answer

    async def text(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status == 200, path
        return await answer.text()

    def passes(self, **step: float) -> None:
        self.now[0] += timedelta(**step)


async def _fill(url: str) -> None:
    """Make a year; once in a process."""
    await engines.empty(url)
    database = Database(url)
    await know(database, a_repository(name="solver"))
    await a_year(database)
    await database.close()


@asynccontextmanager
async def seen(folder: Path, *, full: bool = True) -> AsyncIterator[Seen]:
    """Serve the pages of one repository, `acme/solver`, with a year in it or without an entry."""
    async with a_database(folder, made_by=_fill if full else engines.empty) as database:
        await know(database, a_repository(name="solver"))
        public, asked, now = {REPO}, [], [datetime(2026, 12, 5, 9, tzinfo=UTC)]

        async def is_public(repo: Repo) -> bool:
            asked.append(repo)
            return repo.id in public

        pages = Pages(
            database,
            templates("pages"),
            "https://github.com",
            is_public,
            public_url="https://bursar.example",
            now=lambda: now[0],
        )
        application = Application()
        application.add_routes(pages.routes())
        async with TestClient(TestServer(application)) as client:
            yield Seen(client, pages, database, public, now, asked)
