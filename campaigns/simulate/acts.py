"""What do people do, and what do they mean by it?

Every act goes into the box and into the truth at once. Who acts, where, and how the amount is
written, the dice decide.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from campaigns.simulate.auditing import Truth
from campaigns.simulate.sayings import Asked, Deed, Saying
from sandbox.world import App, Comment, Installation, Issue, Repository, World

ROADMAP = "roadmap"
FUNDERS = ("ada", "bob", "eve", "dev", "gus", "mia")
INSIDE = ("mia", "gus", "dev")
"""Who sees the project while it is private."""

SYMBOLS = {"USD": "$", "EUR": "€"}

MISREAD = (
    ("1.000", "amount_ambiguous"),
    ("$5 please", "trailing_words"),
    ("$5 if merged", "if_merged"),
    ("-5 USD", "amount_signed"),
    ("5 kr", "currency_unknown"),
    ("", "amount_missing"),
    ("$5 until tomorrow", "date_unreadable"),
)
"""What stands behind `/pledge`, and why nobody can read it."""

CHATTER = (
    "I like this.",
    "> /pledge $500",
    "```\n/pledge $500\n```",
    "/lgtm",
    "What would `/pledge $5` do?",
)
"""Words that command nothing."""


@dataclass
class Village:
    """The project, its people, and what they have said and done so far."""

    world: World
    app: App
    repository: Repository
    dice: random.Random
    truth: Truth
    now: Callable[[], datetime]
    say: Callable[..., None]
    """Tells the trace."""
    installation: Installation
    comments: list[Comment] = field(default_factory=list)
    renamed: int = 0

    # --- acting at random -------------------------------------------------------------------------

    def act(self) -> None:
        """Let somebody do something."""
        acts = self._acts()
        if not self.heard():  # what is done then is told by nobody
            acts = tuple(each for each in acts if each[0] in {self.pledge, self.chatter})
        act = self.dice.choices([each for each, _ in acts], [weight for _, weight in acts])[0]
        act()

    def _acts(self) -> tuple[tuple[Callable[[], None], int], ...]:
        return (
            (self.pledge, 34),
            (self.misread, 4),
            (self.own, 10),
            (self.decide, 10),
            (self.goal, 5),
            (self.several, 4),
            (self.chatter, 5),
            (self.help, 2),
            (self.nowhere, 3),
            (self.edit, 4),
            (self.label, 5),
            (self.close, 7),
            (self.open, 2),
        )

    # --- words ------------------------------------------------------------------------------------

    def pledge(self) -> None:
        """Somebody pledges."""
        words, asked = self._a_pledge()
        self.comment(self._somebody(), self._place(), words, (asked,))

    def _a_pledge(self) -> tuple[str, Asked]:
        currency = self.dice.choices(("USD", "EUR", "CHF"), (60, 30, 3))[0]
        whole = self.dice.choice((5, 10, 25, 40, 120, 200, 350, 501, 800))
        words = f"/pledge {self._amount(whole, currency)}"
        asked = {"minor": whole * 100, "currency": currency}
        more: dict[str, object] = {}
        if self._in(12):
            words, more["organisation"] = f"{words} for @acme", self.world.user("acme").id
        if self._in(10):
            words, more["on_completion"] = f"{words} on completion", True
        if self._in(7):
            day = (self.now() + timedelta(days=self.dice.choice((-1, 0, 1, 3, 20, 90)))).date()
            words, more["until"] = f"{words} until {day.isoformat()}", day
        return words, Asked("pledge", **asked, **more)  # type: ignore[arg-type]

    def _amount(self, whole: int, currency: str) -> str:
        written = [f"{currency} {whole}", f"{whole} {currency}", f"{whole}.00 {currency}"]
        if currency in SYMBOLS:
            written += [f"{SYMBOLS[currency]}{whole}"] * 3
        return self.dice.choice(written)

    def misread(self) -> None:
        """Somebody writes what nobody can read."""
        words, code = self.dice.choice(MISREAD)
        asked = Asked("pledge", misread=code)
        self.comment(self._somebody(), self._place(), f"/pledge {words}".strip(), (asked,))

    def own(self) -> None:
        """Somebody takes a pledge back, or says that it is paid."""
        verb = self.dice.choice(("withdraw", "withdraw", "sent"))
        number = self._number()
        words = f"/{verb}" + (f" P-{number}" if number else "")
        self.comment(self._somebody(), self._place(), words, (Asked(verb, pledge=number),))

    def decide(self) -> None:
        """Somebody, mostly a steward, decides on an offer."""
        who = self.dice.choices(("mia", "gus", "ada"), (75, 15, 10))[0]
        verb = self.dice.choice(("accept", "accept", "decline"))
        number = self._number()
        words = f"/{verb}" + (f" P-{number}" if number else "")
        words += " Thank you, but no." if verb == "decline" else ""
        self.comment(who, self._place(), words, (Asked(verb, pledge=number),))

    def goal(self) -> None:
        """Somebody, mostly a steward, says how much is needed."""
        who = self.dice.choices(("mia", "gus", "bob"), (75, 15, 10))[0]
        whole = self.dice.choice((0, 1000, 2500))
        words = f"/goal {whole} USD" if whole else "/goal none"
        self.comment(who, self._place(), words, (Asked("goal", whole * 100, "USD" * bool(whole)),))

    def several(self) -> None:
        """Somebody says two things in one comment."""
        first, asked = self._a_pledge()
        if self._in(2):
            second, then = self._a_pledge()
        else:
            second, then = "/withdraw", Asked("withdraw")
        self.comment(self._somebody(), self._place(), f"{first}\n\n{second}", (asked, then))

    def chatter(self) -> None:
        """Somebody says something."""
        self.comment(self._somebody(), self._place(), self.dice.choice(CHATTER), ())

    def help(self) -> None:
        """Somebody asks what works here."""
        self.comment(self._somebody(), self._place(), "/help", (Asked("help"),))

    def nowhere(self) -> None:
        """Somebody pledges where nothing can be pledged."""
        words, asked = self._a_pledge()
        places = [each for each in self.issues() if not each.has(ROADMAP)]
        if places:
            self.comment(self._somebody(), self.dice.choice(places), words, (asked,))

    def edit(self) -> None:
        """Somebody edits or deletes what they said: it was decided as it was first told."""
        if not self.comments or self.repository.private:
            return
        comment = self.dice.choice(self.comments)
        if comment.deleted:
            return
        actor = self.world.person(comment.author.login)
        if not self._in(5):
            actor.edit_comment(comment, "/pledge $499")
            self.say("edits", comment=comment.id)
        else:
            actor.delete_comment(comment)
            self.say("deletes", comment=comment.id)

    def comment(self, login: str, issue: Issue, words: str, asked: tuple[Asked, ...]) -> Comment:
        """Say something, and remember what was meant."""
        if self.repository.private and login not in INSIDE:
            login = "gus"
        comment = self.world.person(login).comment(issue, words)
        at = comment.created_at.replace(microsecond=0)
        self.truth.sayings[comment.id] = Saying(
            comment.id,
            issue.id,
            comment.author.id,
            at,
            asked,
            labelled=issue.has(ROADMAP),
            is_open=issue.state == "open",
            told=self.heard(),
        )
        self.comments.append(comment)
        self.say("says", who=login, on=issue.number, comment=comment.id, words=repr(words))
        return comment

    # --- deeds ------------------------------------------------------------------------------------

    def label(self) -> None:
        """Mia puts an issue on the roadmap, or takes it off."""
        issue = self.dice.choice(self.issues())
        mia = self.world.person("mia")
        if issue.has(ROADMAP):
            if self._in(2):
                mia.unlabel(issue, ROADMAP)
                self.did("unlabeled", issue, "mia")
        else:
            mia.label(issue, ROADMAP)
            self.did("labeled", issue, "mia")

    def close(self) -> None:
        """Somebody closes or reopens an issue."""
        issue = self.dice.choice(self.issues())
        who = self.dice.choices(("mia", "gus"), (70, 30))[0]
        if issue.state == "open":
            reason = self.dice.choice(("completed", "completed", "not_planned"))
            self.world.person(who).close(issue, reason)  # type: ignore[arg-type]
            self.did("closed", issue, who, reason)
        else:
            self.world.person(who).reopen(issue)
            self.did("reopened", issue, who)

    def open(self) -> None:
        """Somebody opens an issue, and Mia puts it on the roadmap."""
        number = len(self.repository.issues) + 1
        who = "gus" if self.repository.private else "bob"
        issue = self.world.person(who).open_issue(self.repository, f"Wish {number}")
        self.say("opens", issue=issue.number)
        self.world.person("mia").label(issue, ROADMAP)
        self.did("labeled", issue, "mia")

    def did(self, what: str, issue: Issue, who: str, reason: str = "") -> None:
        """Remember what somebody did."""
        at = self.now().replace(microsecond=0)
        is_open = issue.state == "open"
        deed = Deed(what, issue.id, self.world.user(who).id, at, reason, is_open)
        self.truth.deeds.append(deed)
        self.say("does", who=who, what=what, on=issue.number, reason=reason)

    # --- where and who ----------------------------------------------------------------------------

    def heard(self) -> bool:
        """Tell whether GitHub tells the App of what happens now."""
        installations = self.world.installations.values()
        return any(each.active and each.covers(self.repository) for each in installations)

    def issues(self) -> list[Issue]:
        """Give the issues that people opened."""
        found = self.repository.issues.values()
        return [each for each in found if each.via_app is None and each.pull is None]

    def _place(self) -> Issue:
        labelled = [each for each in self.issues() if each.has(ROADMAP)]
        return self.dice.choice(labelled or self.issues())

    def _somebody(self) -> str:
        return self.dice.choices(FUNDERS, (30, 30, 10, 10, 10, 10))[0]

    def _in(self, times: int) -> bool:
        """Once in so many times, say yes."""
        return self.dice.randrange(times) == 0

    def _number(self) -> int | None:
        return self.dice.choice((None, None, None, 1, 2, 3, 5, 8))
