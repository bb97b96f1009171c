"""The second story: a work order from its form to its outcome, with pull requests and money.

Two pull requests are reviewed like any other: one is merged after changes were requested, one is
declined on its merits. Neither moves any money.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.storage import tables
from demo.stage import Stage
from demo.telling import Teller
from sandbox.world import CheckRun, Comment, Issue, PullRequest

FORM = Path(__file__).resolve().parents[1] / "docs" / "work-order.yml"
FORM_IN_PROJECT = ".github/ISSUE_TEMPLATE/work-order.yml"
MONTH = timedelta(days=31)


@dataclass
class WorkOrderStory:
    """The stage, the teller, the roadmap item, and what grows out of it."""

    stage: Stage
    tell: Teller
    item: Issue
    orders: list[Issue] = field(default_factory=list)
    pulls: list[PullRequest] = field(default_factory=list)

    @property
    def order(self) -> Issue:
        """The work order."""
        return self.orders[0]

    async def records(self, login: str, issue: Issue, words: str) -> Comment:
        """Somebody commands, and it is recorded."""
        self.tell.step(login.capitalize(), f"comments on #{issue.number}: {words}")
        comment = self.stage.person(login).comment(issue, words)
        await self.stage.settled()
        self.tell.expects(self.stage.reactions(comment) == ["+1"], "read and recorded: 👍")
        return comment

    async def refuses(self, login: str, issue: Issue, words: str, hint: str) -> None:
        """Somebody commands too early or without right, and is told why."""
        self.tell.step(login.capitalize(), f"comments on #{issue.number}: {words}")
        before = len(self.stage.replies(issue))
        comment = self.stage.person(login).comment(issue, words)
        await self.stage.settled()
        answers = self.stage.replies(issue)[before:]
        self.tell.shows("".join(answers), "bursar answers")
        self.tell.expects(self.stage.reactions(comment) == ["confused"], "not recorded: 😕")
        self.tell.expects(hint in "".join(answers), f"it says why: {hint}")

    def shows(self, issue: Issue, *words: str, whole: bool = False) -> None:
        """The panel says this."""
        panel = self.stage.panel(issue)
        self.tell.shows(panel, f"the panel of #{issue.number}", whole=whole)
        for each in words:
            self.tell.expects(each in panel, f"it says: {each}")

    def disclosed(self, pull: PullRequest, *words: str) -> None:
        """The check run on the head of a pull request says this, and weighs on nothing."""
        runs = self.checks(pull)
        self.tell.expects(len(runs) == 1, "one check run on the head")
        self.tell.expects(all(run.conclusion == "neutral" for run in runs), "it is neutral")
        said = "".join(f"{run.title}\n\n{run.summary}" for run in runs)
        self.tell.shows(said, f"the check run on #{pull.issue.number}")
        for each in words:
            self.tell.expects(each in said, f"it says: {each}")
        self.tell.expects("USD" not in said and "$" not in said, "and no amount")

    def checks(self, pull: PullRequest) -> list[CheckRun]:
        """The disclosures on the newest commit."""
        head = pull.head_sha
        runs = self.stage.project.solver.check_runs
        return [run for run in runs if run.head_sha == head and run.name == "Funding disclosure"]


async def the_item(story: WorkOrderStory) -> None:
    """A roadmap item collects pledges; the form comes to the default branch."""
    mia, solver = story.stage.person("mia"), story.stage.project.solver
    story.tell.step(
        "Mia", f"puts #{story.item.number} on the roadmap, and the work order form in place"
    )
    for login, name in (("ivy", "Ivy Chen"), ("kim", "Kim Sato")):
        story.stage.box.world.add_user(login, name)
    mia.label(story.item, "roadmap")
    await story.stage.settled()
    mia.push(solver, {FORM_IN_PROJECT: FORM.read_text("utf-8")}, "Add the work order form")
    await story.stage.settled()
    story.shows(story.item, "template=work-order.yml")
    await story.records("mia", story.item, "/goal $1,000")
    await story.records("ivy", story.item, "/pledge $400")
    await story.records("bob", story.item, "/pledge $500")
    await story.records("kim", story.item, "/pledge $100 on completion")
    story.shows(story.item, "USD 900.00", "USD 100.00")


async def the_form(story: WorkOrderStory) -> None:
    """Dev fills in the form, and finds out what is missing."""
    now = story.stage.time.now()
    answers = {
        "scope": "A preconditioner that the caller may hand over, with tests and a page of the handbook.",
        "items": f"#{story.item.number}",
        "developers": "@dev",
        "funder": "@ivy",
        "interested": "@bob",
        "budget": "USD 800",
        "effort": "Half at the end of each month, whatever becomes of the result.",
        "period": f"{now.date()} to {(now + 3 * MONTH).date()}",
        "reports": "Every month",
        "share": "A tenth of the time goes into reviewing others.",
    }
    story.tell.step("Dev", "fills in the work order form")
    dev, solver = story.stage.person("dev"), story.stage.project.solver
    order = dev.open_issue_from_form(
        solver, "work-order.yml", answers | {"budget": "about 800"}, "Work order: preconditioners"
    )
    story.orders.append(order)
    await story.stage.settled()
    story.shows(order, "Budget", whole=True)
    story.tell.step("Dev", "writes the budget so that it can be read")
    dev.edit_issue(order, body=order.body.replace("about 800", "USD 800"))
    await story.stage.settled()
    story.shows(order, "Draft")


async def the_discussion(story: WorkOrderStory) -> None:
    """Proposed, discussed for a week, approved by a steward who is not involved."""
    await story.records("dev", story.order, "/cwo propose")
    await story.refuses("mia", story.order, "/cwo approve", "discussion")
    story.tell.step("Everybody", "has a week to speak")
    await story.stage.passes(timedelta(days=7, minutes=1))
    story.tell.shows(story.stage.replies(story.order)[-1], "bursar tells the author, once")
    await story.refuses("dev", story.order, "/cwo approve", "steward")
    await story.records("mia", story.order, "/cwo approve")
    await story.records("dev", story.order, "/cwo start")
    story.shows(story.order, "Active", "USD 800.00", whole=True)
    story.shows(story.item, f"#{story.order.number}")
    story.tell.shows(story.stage.replies(story.item)[-1], "bursar tells the pledgers, once")


async def the_pull_requests(story: WorkOrderStory) -> None:
    """Two pull requests in normal review: one merged after changes, one declined on its merits."""
    dev, gus, mia = (story.stage.person(login) for login in ("dev", "gus", "mia"))
    story.tell.step("Dev", "opens two pull requests under the work order")
    for name in ("preconditioner", "autotune"):
        pull = dev.open_pull(
            story.stage.project.solver,
            f"Add {name}",
            f"Part of the work.\n\nCWO: #{story.order.number}\n",
            {f"solver/{name}.py": "def apply(x):\n    return x\n"},
            name,
            from_fork=True,
        )
        story.pulls.append(pull)
    await story.stage.settled()
    first, second = story.pulls
    story.disclosed(first, f"CWO #{story.order.number}", "best effort", "ivy")
    story.tell.step("Gus", "requests changes; Dev pushes; Bob and Gus approve; Mia merges")
    gus.review(first, "CHANGES_REQUESTED", "Please keep the old default.")
    await story.stage.settled()
    dev.push_to_pull(
        first, {"solver/preconditioner.py": "def apply(x):\n    return 1 * x\n"}, "Keep it"
    )
    await story.stage.settled()
    story.stage.person("bob").review(first, "APPROVED")
    gus.review(first, "APPROVED")
    await story.stage.settled()
    story.disclosed(first, "gus")
    mia.merge(first)
    story.tell.step(
        "Mia", f"closes #{second.issue.number} unmerged: not a direction for this project"
    )
    gus.review(second, "COMMENTED", "This guesses too much for my taste.")
    mia.close_pull(second)
    await story.stage.settled()
    story.shows(story.order, "merged", "closed")


async def the_money(story: WorkOrderStory) -> None:
    """Receipts, a mistake that is taken back, a direct payment: figures that can be traced."""
    story.tell.step("Mia", "records what arrived; she mistypes once, and takes it back")
    await story.records("mia", story.order, "/received $40 from @ivy fee $12 ref OC-1")
    await story.records("mia", story.order, "/reverse R-1 It was 400, not 40")
    await story.records("mia", story.order, "/received $400 from @ivy fee $12 ref OC-1")
    await story.refuses("mia", story.order, "/paid $500 to @dev", "USD 388.00")
    await story.records("mia", story.order, "/paid $388 to @dev ref transfer 17")
    await story.records("mia", story.order, "/paid $400 to @dev direct from @bob")
    story.shows(story.order, "R-1", "USD 388.00", "paid directly")


async def the_reports(story: WorkOrderStory) -> None:
    """A report is late and is asked for once; then reports, and the outcome."""
    story.tell.step("Dev", "forgets the first report")
    await story.stage.passes(MONTH)
    story.tell.shows(story.stage.replies(story.order)[-1], "bursar reminds once, and only here")
    await story.records(
        "dev", story.order, "/cwo report The interface is merged; tuning was declined."
    )
    await story.records(
        "dev", story.order, "/cwo finish One of two parts landed. Thank you for the reviews!"
    )
    await story.records("mia", story.order, "/cwo close partly landed")
    story.shows(story.order, "partly landed", whole=True)
    story.shows(story.item, "USD 100.00")
    await story.records("mia", story.item, "/received $100 from @kim")
    await story.records("mia", story.item, "/paid $100 to @dev")


async def the_balances(story: WorkOrderStory) -> None:
    """Every fund is empty, every movement has both ends, and review was the same for all."""
    story.tell.step("Everybody", "can add it up")
    funds, accounts = tables.funds, tables.accounts
    async with story.stage.bot.database.read() as tx:
        balance = funds.c.received - funds.c.fees - funds.c.paid - funds.c.refunded
        left = (await tx.execute(select(balance))).scalars().all()
        ends = (await tx.execute(select(accounts.c.minor, accounts.c.direct))).all()
    story.tell.expects(not any(left), "every fund here is back at zero")
    story.tell.expects(sum(end.minor for end in ends) == 0, "what funders gave, others got")
    story.tell.expects(sum(end.direct for end in ends) == 0, "directly paid money too")
    writes = {r.route for r in story.stage.box.requests if r.method != "GET"}
    weighs = [route for route in writes if "/pulls/" in route or "labels" in route]
    story.tell.expects(not weighs, "no merge, no review, no label was ever asked for")


CHAPTERS: tuple[Callable[[WorkOrderStory], Awaitable[None]], ...] = (
    the_item,
    the_form,
    the_discussion,
    the_pull_requests,
    the_money,
    the_reports,
    the_balances,
)


async def play(stage: Stage, tell: Teller) -> None:
    """Play every chapter in order, on the last of the project's issues."""
    story = WorkOrderStory(stage, tell, stage.project.issues[-1])
    for chapter in CHAPTERS:
        await chapter(story)
