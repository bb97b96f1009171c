"""The whole life of ten work orders and one more, each on a path of its own, with pull requests.

Nothing is asserted here but that every command went as it was meant to: what the bot did about it is
looked at in `test_firewall_of_review.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.entries import Entry
from sandbox.world import Comment, Issue, PullRequest, Review
from tests.stories.kit import Stage

WEEK = timedelta(days=7, minutes=1)
HOUR = timedelta(hours=1)
"""A pause, after which the bot may write as much again as it likes."""
AMOUNTS = ("731", "1,462", "97.50", "290.50", "633.50")
"""Every amount that is ever typed in this story, and the smaller one that remains."""

RULES = "pledges:\n  currencies: [USD, EUR]\n  accept_up_to: {USD: 100000}\n"
CLOSED = {
    "landed": "landed",
    "partly": "partly landed",
    "declined on merits": "declined on merits",
    "superseded": "superseded",
    "abandoned": "abandoned",
    "unfunded": "landed",
    "edited": "landed",
    "one person": "landed",
}
ORDERS = (*CLOSED, "declined", "cancelled before", "cancelled after")


@dataclass
class Ten:
    """The stage, the work orders by path, and the pull requests by name."""

    stage: Stage
    orders: dict[str, Issue] = field(default_factory=dict)
    pulls: dict[str, PullRequest] = field(default_factory=dict)
    said: list[tuple[Comment, str]] = field(default_factory=list)
    """Each command, and the reaction that it is to get."""
    entries: list[tuple[str, Entry]] = field(default_factory=list)
    """What the ledger holds in the end: cause and entry."""

    def says(self, login: str, where: str, words: str, reaction: str = "+1") -> None:
        """Somebody comments on a work order, or on a pull request."""
        place = self.orders.get(where) or self.pulls[where].issue
        comment = self.stage.person(login).comment(place, words)
        self.said.append((comment, reaction))

    async def settled(self) -> None:
        """Let the bot catch up; every command must have gone as meant."""
        await self.stage.settled()
        for comment, reaction in self.said:
            assert self.stage.reactions(comment) == [reaction], (
                comment.body,
                self.stage.replies(comment.issue)[-1:],
            )

    def pull(self, name: str, order: str, by: str = "dev", **more: bool | str) -> None:
        """Somebody opens a pull request whose description names a work order."""
        self.pulls[name] = self.stage.pull(by, "Part of it.", self.orders[order], **more)

    def reviewed(self, login: str, name: str, state: str) -> Review:
        """Somebody reviews a pull request."""
        words = "" if state == "APPROVED" else "Please keep the old default."
        return self.stage.person(login).review(self.pulls[name], state, words)  # type: ignore[arg-type]


async def play(stage: Stage) -> Ten:
    """Play every path to its end."""
    ten = Ten(stage)
    for chapter in (_proposed, _decided, _started, _in_review, _merged, _reported, _ended):
        await chapter(ten)
        await ten.settled()
        await stage.passes(HOUR)
    return ten


async def _proposed(ten: Ten) -> None:
    stage = ten.stage
    stage.box.world.add_user("ivy")
    item = await stage.roadmap_item()
    await stage.records("bob", item, "/pledge 731 USD")
    for path in ORDERS:
        by = "mia" if path == "one person" else "dev"
        more = {
            "landed": {"items": f"#{item.number}"},
            "partly": {"interested": "@gus"},
            "edited": {"funder": "@ivy"},
        }.get(path, {})
        ten.orders[path] = stage.fill_in(
            by, developers=f"@{by}", budget="USD 731", reports="At the end", **more
        )
    await ten.settled()
    ten.pull("before it was agreed", "declined")
    ten.pull("before it was cancelled", "cancelled before")
    for path in ORDERS:
        ten.says("mia" if path == "one person" else "dev", path, "/cwo propose")
    ten.says("mia", "landed", "/cwo approve", "confused")
    await ten.settled()
    await stage.passes(WEEK)


async def _decided(ten: Ten) -> None:
    for path in ORDERS:
        words = "/cwo decline Not a direction for us." if path == "declined" else "/cwo approve"
        ten.says("mia", path, words)
    await ten.settled()
    for path in set(ORDERS) - {"landed", "declined", "unfunded"}:
        ten.says("ivy" if path == "edited" else "ada", path, "/pledge 731 USD")
    await ten.settled()
    ten.says("mia", "cancelled before", "/cwo cancel The need is gone.")


async def _started(ten: Ten) -> None:
    for path in set(ORDERS) - {"declined", "cancelled before", "unfunded", "one person"}:
        ten.says("dev", path, "/cwo start")
    ten.says("mia", "one person", "/cwo start")
    ten.says("dev", "unfunded", "/cwo start", "confused")
    await ten.settled()
    ten.says("dev", "unfunded", "/cwo start unfunded")
    order = ten.orders["edited"]
    new = order.body.replace("USD 731", "USD 1,462")
    ten.stage.person("dev").edit_issue(order, body=new)
    await ten.settled()


async def _in_review(ten: Ten) -> None:
    stage = ten.stage
    mia = stage.person("mia")
    mia.push(stage.solver, {"NEXT": "soon\n"}, "Begin the next version", "next")
    for name in ("landed", "partly", "superseded", "edited"):
        ten.pull(name, name)
    ten.pull("partly, closed", "partly")
    ten.pull("approval dismissed", "declined on merits")
    ten.pull("draft", "abandoned", draft=True)
    ten.pull("reverted", "cancelled after")
    ten.pull("steward-linked", "unfunded", by="eve", base="next")
    ten.pull("named, not linked", "landed", by="eve")
    ten.pull("by herself", "one person", by="mia")
    ten.pulls["not funded"] = stage.pull("gus", "A small thing.")
    ten.pulls["by a bot"] = _of_a_bot(stage, ten.orders["landed"])
    await ten.settled()
    ten.says("eve", "steward-linked", f"/cwo link #{ten.orders['unfunded'].number}", "confused")
    await ten.settled()
    ten.says("mia", "steward-linked", f"/cwo link #{ten.orders['unfunded'].number}")
    ten.says("ada", "landed", "Nice! Thank you.", "eyes")
    ten.said.pop()
    ten.says("ada", "by herself", "/pledge 290.50 USD", "confused")
    ten.reviewed("gus", "landed", "CHANGES_REQUESTED")
    await ten.settled()
    stage.person("dev").push_to_pull(ten.pulls["landed"], {"solver/a.py": "A = 1\n"})
    for name in ("landed", "partly", "approval dismissed", "reverted", "edited", "not funded"):
        if name != "not funded":
            ten.reviewed("gus", name, "APPROVED")
        ten.reviewed("bob", name, "APPROVED")
    ten.reviewed("ivy", "edited", "APPROVED")
    ten.reviewed("mia", "steward-linked", "COMMENTED")


def _of_a_bot(stage: Stage, order: Issue) -> PullRequest:
    bot = stage.box.world.add_bot("renovate", on="acme")
    files = {"requirements.txt": "numpy\n"}
    return bot.open_pull(stage.solver, "Update", f"CWO: #{order.number}", files, "renovate/numpy")


async def _merged(ten: Ten) -> None:
    stage, pulls = ten.stage, ten.pulls
    mia, dev = stage.person("mia"), stage.person("dev")
    approved = next(
        each for each in pulls["approval dismissed"].reviews if each.author.login == "gus"
    )
    mia.dismiss_review(approved, "This guesses too much.")
    await ten.settled()
    for name in ("landed", "reverted", "steward-linked", "edited", "by herself", "not funded"):
        mia.merge(pulls[name], "squash" if name == "landed" else "merge")
    stage.person("gus").merge(pulls["partly"])
    for name in ("partly, closed", "approval dismissed", "named, not linked"):
        mia.close_pull(pulls[name])
    mia.reopen_pull(pulls["partly, closed"])
    dev.ready_for_review(pulls["draft"])
    await ten.settled()
    mia.close_pull(pulls["partly, closed"])
    dev.convert_to_draft(pulls["draft"])
    dev.edit_pull(pulls["superseded"], body="Not under a work order after all.")
    pulls["takes it back"] = mia.revert(pulls["reverted"])
    await ten.settled()
    mia.merge(pulls["takes it back"])


async def _reported(ten: Ten) -> None:
    ten.says("dev", "landed", "/cwo report Half of it is there.")
    ten.says("mia", "landed", "/received 731 USD from @bob fee 97.50 USD ref OC-1")
    ten.says("mia", "edited", "/paid 731 USD to @dev direct from @ivy")
    ten.says("ada", "partly", "/withdraw")
    await ten.settled()
    ten.says("mia", "landed", "/paid 633.50 USD to @dev")
    ten.says("dev", "cancelled after", "/cwo cancel I have no time any more.")
    await ten.settled()
    await ten.stage.passes(WEEK)
    ten.says("mia", "edited", "/cwo approve")


async def _ended(ten: Ten) -> None:
    for path in set(CLOSED) - {"abandoned", "one person"}:
        ten.says("dev", path, "/cwo finish This is what became of it.")
    ten.says("mia", "one person", "/cwo finish Done.")
    await ten.settled()
    for path, outcome in CLOSED.items():
        ten.says("mia", path, f"/cwo close {outcome}")
    await ten.settled()
    ten.stage.person("dev").edit_pull(ten.pulls["landed"], body="Edited long after.")
