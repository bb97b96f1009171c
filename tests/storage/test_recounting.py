"""What the store knows when a month is closed, its entries alone say, too: so anybody can check it."""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import entries as e
from bot.domain.closing import figures
from bot.domain.closing.recounting import recounted
from bot.domain.digests import decide_closing
from bot.domain.figures import Figures
from bot.domain.folding import fold
from bot.domain.folding.months import SILENT
from bot.domain.refs import Account
from bot.domain.reviews import Learned
from bot.domain.rules import Rules
from bot.domain.views import Link, Rows
from bot.events.mirrored import PullSeen, ReviewSeen
from bot.storage import closing, knowing, ledger, mirror, people, pulls
from bot.storage.ledger import Cause, Recorder
from bot.storage.sheet import Sheet
from tests.domain.dice import Dice
from tests.domain.facts import BOB, DAN, IDA, LOGINS, MIA, OTHER
from tests.domain.scene import Scene
from tests.domain.trying import throw
from tests.storage.kit import REPO, a_database, problems, salt

TRIES = 130
EXAMPLES = 20 if os.environ.get("CI") else 2
"""An example takes seconds: it writes months of a repository into a database."""
ROBOT = Account(4, "robot[bot]", "Bot")
ALWAYS = {"month", "begins_at", "ends_at", "zone", "reviews"}
ONLY_OF_THE_STORE = {"under_review"}


def account(person: int) -> Account:
    """The account of a person of the domain's tests."""
    login = next(login for login, number in LOGINS.items() if number == person)
    return Account(1000 + person, login)


def played(seed: int) -> list[tuple[e.Stamp, e.Entry]]:
    """Let people try things for some months, in memory."""
    dice = Dice(Scene(), Random(seed))
    dice.scene.says(MIA, "/goal $100", OTHER)
    for _ in range(TRIES):
        throw(dice)
    dice.scene.pass_time(days=40)
    return dice.scene.ledger


@dataclass(slots=True)
class Replay:
    """Records again in a database what was played, and closes the months there."""

    tx: AsyncConnection
    random: Random
    rows: Rows = field(default_factory=dict)
    """What the lines of the database add up to."""
    walked: int = 0
    texts: dict[int, int] = field(default_factory=dict)
    """The text of a work order: the entry when it was played, and here."""
    closed: list[Figures] = field(default_factory=list)
    skips: bool = False
    pulls: dict[int, PullSeen] = field(default_factory=dict)
    """Pull requests as they were when they were opened."""

    async def takes(self, stamp: e.Stamp, entry: e.Entry) -> None:
        """Record an entry, or close the month where the play did."""
        if isinstance(entry, e.MonthClosed):
            await self.tells(stamp)
            await self.closes(stamp)
            self.skips = True
        elif self.skips and isinstance(entry, e.MonthOpened):
            self.skips = False
        elif not isinstance(entry, e.PullsNoted):
            if isinstance(entry, e.OrderApproved):
                entry = replace(entry, text=self.texts[entry.text])
            cause = Cause(f"event:{stamp.seq}", stamp.at, stamp.actor)
            await ledger.record(self.tx, REPO, (entry,), cause, stamp.at, salt)
            self.texts[stamp.seq] = (await ledger.position(self.tx, REPO)).seq

    async def closes(self, stamp: e.Stamp) -> None:
        """Close the month by what the store knows; the entries alone must say the same."""
        book = await knowing.book_of(self.tx, REPO)
        zone = (book.rules or Rules()).timezone
        known = await closing.month_known(self.tx, REPO, book, zone)
        *noted, closed, opened = decide_closing(known)
        assert isinstance(closed, e.MonthClosed)
        cause = Cause(f"month:{closed.month}", stamp.at, None)
        sheet = Sheet(self.tx, REPO)
        recorder = Recorder(sheet, cause, stamp.at, salt)
        await recorder.record(tuple(noted))
        await sheet.plain()
        kinds = await self.walks()
        stirred = bool(kinds - SILENT)
        assert figures(recounted(self.rows, closed.figures, stirred=stirred)) == closed.figures
        await recorder.record((closed, opened))
        await sheet.finish()
        await self.walks()
        self.closed.append(closed.figures)

    async def walks(self) -> set[str]:
        """Fold what was written since; gives its kinds."""
        kinds = set()
        async for line in ledger.lines(self.tx, REPO, after=self.walked):
            self.rows |= fold(line.stamp(), line.entry(), self.rows)
            self.walked = line.seq
            kinds.add(line.kind)
        return kinds

    # --- what GitHub tells ----------------------------------------------------------------

    async def tells(self, stamp: e.Stamp) -> None:
        """Let GitHub tell something of pull requests before the month is closed."""
        numbers = iter(range(10**6, 2 * 10**6))
        for number in (1, 2, 3, 4, *self.random.sample(range(5, 30), 8)):
            ago = timedelta(days=self.random.choice((-1, 3, 3, 20, 380)))
            opened = self.pulls.setdefault(number, self.pull(number, stamp.at - ago))
            review = self.review(number, stamp)
            for told in (opened, self.goes_on(opened, stamp.at), review):
                await mirror.note(self.tx, told, lambda _: next(numbers))
            for about in (None, review.id):
                writes = Learned(number, about, self.random.random() < 0.7)
                await pulls.learn(self.tx, REPO, writes)

    def pull(self, number: int, opened_at: datetime) -> PullSeen:
        """Tell of a pull request that was opened."""
        author = (account(DAN), account(DAN), account(BOB), ROBOT)[number * 3 % 4]
        return PullSeen(
            repo=REPO,
            number=number,
            title="Faster",
            author=author,
            opened_at=opened_at,
            is_draft=self.random.random() < 0.1,
            is_open=True,
            merged_at=None,
            merged_by=None,
            closed_at=None,
            head="c0ffee",
            base="main",
            into_default=True,
            reverts=None,
            names=None,
            action="opened",
            told_at=opened_at,
        )

    def goes_on(self, opened: PullSeen, now: datetime) -> PullSeen:
        """Tell what became of it: merged two days ago, or nothing yet."""
        link = self.rows.get((Link, opened.number))
        linked = isinstance(link, Link) and link.linked
        if self.random.random() > (0.9 if linked else 0.15):
            return replace(opened, action="synchronize", told_at=now)
        then = now - timedelta(days=2)
        merger = account(self.random.choice((MIA, DAN)))
        ended = replace(opened, action="closed", is_open=False, told_at=now)
        return replace(ended, merged_at=then, closed_at=then, merged_by=merger)

    def review(self, number: int, stamp: e.Stamp) -> ReviewSeen:
        """Tell of a review."""
        return ReviewSeen(
            repo=REPO,
            pull=number,
            id=self.random.randint(1, 200),
            reviewer=account(self.random.choice((MIA, IDA, BOB))),
            state=self.random.choice(("approved", "changes_requested", "commented")),
            submitted_at=stamp.at - timedelta(days=self.random.choice((1, 3))),
            commit=self.random.choice(("c0ffee", "beef")),
            action="submitted",
            told_at=stamp.at,
        )


async def replayed(seed: int, folder: Path) -> list[Figures]:
    """Play into a database; gives the figures of its months."""
    async with a_database(folder) as database:
        async with database.write() as tx:
            for number in LOGINS.values():
                await people.remember(tx, account(number), lambda _, n=number: n)  # type: ignore[misc]
            replay = Replay(tx, Random(seed))
            for stamp, entry in played(seed):
                await replay.takes(stamp, entry)
        assert await problems(database) == []
    return replay.closed


def months_of(seed: int) -> list[Figures]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(replayed(seed, Path(folder)))


@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_entries_alone_say_what_the_store_knew(seed: int) -> None:
    closed = months_of(seed)
    assert len(closed) > 1
    for before, now in pairwise(closed):
        assert now.begins_at == before.ends_at


def test_the_dice_let_every_figure_happen() -> None:
    """Else the months above would prove nothing."""
    found: set[str] = set()
    merges = interested = 0
    for seed in range(4):
        for each in months_of(seed):
            found |= {part.name for part in fields(each) if getattr(each, part.name)}
            merges += each.reviews.merges
            interested += each.reviews.interested
    assert found == {part.name for part in fields(Figures)} - ONLY_OF_THE_STORE
    assert found >= ALWAYS
    assert min(merges, interested) > 0
