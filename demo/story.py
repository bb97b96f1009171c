"""The story: one roadmap item from its label to its end, with everybody who might turn up.

Each step acts on GitHub in a box, waits for the bot, shows what it said, and checks it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.storage import verify
from demo.stage import Stage
from demo.telling import Teller
from sandbox.world import Comment, Issue

COMMENTS = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments"


@dataclass
class Story:
    """The stage, the teller, and the issue that it is all about."""

    stage: Stage
    tell: Teller
    issue: Issue

    async def says(self, login: str, words: str) -> Comment:
        """Somebody comments; the bot answers."""
        self.tell.step(login.capitalize(), f"comments: {words}")
        comment = self.stage.person(login).comment(self.issue, words)
        await self.stage.settled()
        return comment

    async def refused(self, login: str, words: str, hint: str) -> None:
        """Somebody comments something that cannot be recorded, and is told what works instead."""
        before = len(self.stage.replies(self.issue))
        panel = self.stage.panel(self.issue)
        comment = await self.says(login, words)
        replies = self.stage.replies(self.issue)[before:]
        self.tell.shows(replies[-1] if replies else "(nothing)", "bursar answers")
        self.tell.expects(len(replies) == 1, "one helpful answer")
        self.tell.expects(hint in "".join(replies), f"it shows what works instead: {hint}")
        self.tell.expects(self.stage.reactions(comment) == ["confused"], "and a 😕")
        self.tell.expects(self.stage.panel(self.issue) == panel, "no money moved")

    async def recorded(self, login: str, words: str, *shown: str) -> None:
        """Somebody comments a command that is recorded and shown on the panel."""
        comment = await self.says(login, words)
        self.tell.expects(self.stage.reactions(comment) == ["+1"], "read and recorded: 👍")
        self.adds_up(*shown)

    def adds_up(self, *shown: str, whole: bool = False) -> None:
        """The panel shows these figures in its first lines."""
        panel = self.stage.panel(self.issue)
        self.tell.shows(panel, "the panel", whole=whole)
        head = panel.split("####", 1)[0]
        for figure in shown:
            self.tell.expects(figure in head, f"the panel's first lines say: {figure}")


async def the_label(story: Story) -> None:
    """A stranger's label does not count; a maintainer's does."""
    story.tell.step("Eve", "opens an issue through the form that labels it `roadmap`")
    eve = story.stage.person("eve")
    foreign = eve.open_issue(
        story.stage.project.solver, "Add my coin", labels=["roadmap"], from_form=True
    )
    await story.stage.settled()
    story.tell.expects(
        story.stage.bots(foreign) == [], "a stranger's own label does not count: no panel"
    )
    story.tell.step("Mia", f"labels #{story.issue.number} `roadmap`")
    story.stage.person("mia").label(story.issue, "roadmap")
    await story.stage.settled()
    story.adds_up("Nothing pledged yet", whole=True)
    await story.recorded("mia", "/goal $2,000", "USD 2,000.00")


async def the_pledges(story: Story) -> None:
    """Pledges, in the forms that people type, and those that can be read in two ways."""
    until = (story.stage.time.now() + timedelta(days=60)).date().isoformat()
    await story.recorded("ada", "/pledge $500", "USD 500.00")
    await story.recorded("bob", f"/pledge €450.50 until {until}", "USD 500.00", "EUR 450.50")
    await story.refused("dev", "/pledge 1.000", "1,000")
    await story.refused("gus", "/pledge $100 if merged", "on completion")


async def the_offers(story: Story) -> None:
    """What waits for a steward's word: an organisation spoken for, and too much at once."""
    await story.recorded("gus", "/pledge $750 for @acme", "USD 500.00")
    story.tell.shows(story.stage.replies(story.issue)[-1], "bursar tells whoever labelled it, once")
    await story.recorded("mia", "/accept", "USD 1,250.00")
    await story.recorded("eve", "/pledge $9,000,000", "USD 1,250.00")
    await story.recorded(
        "mia", "/decline P-4 We cannot plan with an amount like this", "USD 1,250.00"
    )


async def the_changes(story: Story) -> None:
    """People change their minds, and nothing is erased."""
    await story.recorded("ada", "/pledge $400 on completion", "USD 750.00")
    await story.recorded("ada", "/pledge $500", "USD 1,250.00")
    await story.recorded("bob", "/withdraw", "USD 1,250.00")
    story.tell.expects(
        "EUR" not in story.stage.panel(story.issue).split("####", 1)[0], "Bob's euros are out"
    )


async def the_fault(story: Story) -> None:
    """GitHub answers 502 although the comment exists; still exactly one stands."""
    story.stage.box.faults.fail_after(COMMENTS, times=1)
    await story.refused("dev", "/pledge 1,00 EUR", "/pledge <amount>")
    answers = [r for r in story.stage.box.requests if r.route == COMMENTS]
    story.tell.expects(answers[-1].status == 502, "GitHub had answered 502 after posting")  # noqa: PLR2004


async def the_end(story: Story) -> None:
    """Closed as completed: what stands falls due, and each pledger is told once how to pay."""
    before = len(story.stage.replies(story.issue))
    story.tell.step("Mia", "closes the issue as completed")
    story.stage.person("mia").close(story.issue, "completed")
    await story.stage.settled()
    notices = story.stage.replies(story.issue)[before:]
    for notice in notices:
        story.tell.shows(notice, "bursar tells the pledgers")
    said = "".join(notices)
    story.tell.expects(len(notices) == 1, "one notice for everybody")
    story.tell.expects(
        said.count("@ada") == 1 and said.count("@gus") == 1, "each pledger is told once"
    )
    story.tell.expects("@bob" not in said and "@eve" not in said, "nobody else is")
    story.tell.expects("opencollective.com/acme-solver" in said, "it says how to pay")
    story.adds_up("USD 1,250.00", whole=True)


async def the_books(story: Story) -> None:
    """Everything can be recomputed from the ledger."""
    story.tell.step("Everybody", "can check the books: `bursar verify`")
    async with story.stage.bot.database.read() as tx:
        problems = [each async for each in verify.differences(tx, story.stage.project.solver.id)]
    for problem in problems:
        story.tell.says(problem)
    story.tell.expects(not problems, "hash chain and every view agree with the entries")


CHAPTERS: tuple[Callable[[Story], Awaitable[None]], ...] = (
    the_label,
    the_pledges,
    the_offers,
    the_changes,
    the_fault,
    the_end,
    the_books,
)


async def play(stage: Stage, tell: Teller) -> None:
    """Play every chapter in order."""
    story = Story(stage, tell, stage.project.issues[0])
    for chapter in CHAPTERS:
        await chapter(story)
