"""What do people do in a story: items, comments, work orders from the form, pull requests?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.domain.configuration import CONFIGURATION
from demo import stage
from sandbox.world import Actor, CheckRun, Comment, Issue, PullRequest, Repository

FORM = Path(__file__).resolve().parents[2] / "docs" / "work-order.yml"
FORM_IN_PROJECT = ".github/ISSUE_TEMPLATE/work-order.yml"
DISCUSSED = timedelta(days=7, minutes=1)
ANSWERS = {
    "scope": "A preconditioner that the caller may hand over.",
    "developers": "@dev",
    "effort": "By the hour, at the end of each month, whatever becomes of the result.",
    "budget": "USD 500",
}


@dataclass
class Acts(stage.Stage):
    """A stage on which people act as they would on GitHub."""

    _branches: list[str] = field(default_factory=list)

    @property
    def solver(self) -> Repository:
        return self.project.solver

    def newcomer(self, login: str) -> Actor:
        """Somebody whom nobody here knows yet."""
        self.box.world.add_user(login)
        return self.person(login)

    def keeper(self, login: str) -> Actor:
        """One more person who keeps the project: a steward and treasurer."""
        self.box.world.add_user(login)
        self.person("mia").set_role(self.solver, login, "maintain")
        return self.person(login)

    def day(self, ahead: int = 0) -> str:
        """A day from today, as commands take it."""
        return (self.time.now() + timedelta(days=ahead)).date().isoformat()

    # --- on issues ----------------------------------------------------------------------------

    async def roadmap_item(self, title: str = "Faster sparse LU", by: str = "mia") -> Issue:
        """An issue of the solver that Mia has put on the roadmap, with its panel."""
        issue = self.person(by).open_issue(self.solver, title)
        self.person("mia").label(issue, "roadmap")
        await self.settled()
        return issue

    async def configure(self, text: str | None) -> None:
        """Mia pushes a configuration, or takes it away."""
        self.person("mia").push(self.solver, {CONFIGURATION: text}, "Configure Bursar")
        await self.settled()

    async def says(self, login: str, issue: Issue, words: str) -> Comment:
        """Somebody comments, and the bot has answered."""
        comment = self.person(login).comment(issue, words)
        await self.settled()
        return comment

    async def records(self, login: str, issue: Issue, words: str) -> Comment:
        """Somebody commands, and it is recorded: a thumb up, and not a word."""
        said = len(self.replies(issue))
        comment = await self.says(login, issue, words)
        assert self.reactions(comment) == ["+1"], self.replies(issue)[said:]
        assert self.replies(issue)[said:] == []
        return comment

    async def notifies(self, login: str, issue: Issue, words: str, on: Issue | None = None) -> str:
        """Somebody commands, it is recorded, and somebody must do something now: gives the notice."""
        place = on or issue
        said = len(self.replies(place))
        comment = await self.says(login, issue, words)
        assert self.reactions(comment) == ["+1"], self.replies(issue)
        (notice,) = self.replies(place)[said:]
        return notice

    async def refuses(self, login: str, issue: Issue, words: str) -> str:
        """Somebody commands in vain, and is told why, once; gives the answer."""
        said = len(self.replies(issue))
        comment = await self.says(login, issue, words)
        assert self.reactions(comment) == ["confused"], words
        (answer,) = self.replies(issue)[said:]
        return answer

    # --- on work orders -----------------------------------------------------------------------

    def fill_in(self, by: str = "dev", **answers: str) -> Issue:
        """Somebody fills in the form of a work order and sends it off."""
        if FORM_IN_PROJECT not in self.solver.files():
            text = FORM.read_text("utf-8")
            self.person("mia").push(self.solver, {FORM_IN_PROJECT: text}, "Add the form")
        period = f"{self.day()} to {self.day(90)}"
        filled = ANSWERS | {"period": period} | answers
        return self.person(by).open_issue_from_form(self.solver, "work-order.yml", filled, "Work")

    async def work_order(self, by: str = "dev", **answers: str) -> Issue:
        """A work order as a draft, with its panel."""
        order = self.fill_in(by, **answers)
        await self.settled()
        return order

    async def discussed(self, *orders: Issue) -> None:
        """Their authors propose them, and a week passes."""
        for order in orders:
            self.person(order.author.login).comment(order, "/cwo propose")
        await self.passes(DISCUSSED)

    async def approved(self, by: str = "dev", steward: str = "mia", **answers: str) -> Issue:
        """A work order that was discussed, and that a steward has approved."""
        order = await self.work_order(by, **answers)
        await self.discussed(order)
        await self.records(steward, order, "/cwo approve")
        return order

    async def started(self, unfunded: bool = False, **answers: str) -> Issue:
        """A work order on which Dev works."""
        order = await self.approved(**answers)
        comment = await self.says("dev", order, "/cwo start" + " unfunded" * unfunded)
        assert self.reactions(comment) == ["+1"], self.replies(order)
        return order

    # --- on pull requests ---------------------------------------------------------------------

    def pull(
        self,
        by: str = "dev",
        body: str = "A change.",
        order: Issue | None = None,
        **more: bool | str,
    ) -> PullRequest:
        """Somebody proposes a change, perhaps under a work order."""
        name = f"change-{len(self._branches) + 1}"
        self._branches.append(name)
        actor = self.person(by)
        if order is not None:
            body = f"{body}\n\nCWO: #{order.number}\n"
        fork = not actor.may(self.solver, "write")
        more = {"from_fork": fork, **more}
        files = {f"solver/{name}.py": "def apply(x):\n    return x\n"}
        return actor.open_pull(self.solver, f"Add {name}", body, files, name, **more)  # type: ignore[arg-type]

    def disclosures(self, pull: PullRequest, head: str | None = None) -> list[CheckRun]:
        """The check runs of ours on the newest, or on this, commit of a pull request."""
        wanted = head or pull.head_sha
        runs = self.solver.check_runs
        return [each for each in runs if each.head_sha == wanted and each.app is self.box.app]

    def disclosed(self, pull: PullRequest) -> str:
        """What the one check run on a pull request says."""
        (run,) = self.disclosures(pull)
        assert (run.name, run.status, run.conclusion) == (
            "Funding disclosure", "completed", "neutral",
        )  # fmt: skip
        return f"{run.title}\n\n{run.summary}"
