"""People who type commands and act on issues: what the handlers propose, without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from bot.domain import asked_orders as orders
from bot.domain import pull_requests, roadmap, work_orders
from bot.domain.asked_money import Party
from bot.domain.commands import first_word
from bot.domain.decisions import About, Choice, Decide, Decision, Proposal
from bot.domain.order_guards import Holders, involved
from bot.domain.refs import Account, IssueRef, Spoken
from bot.domain.refusals import No
from bot.domain.roadmap import Closing
from bot.domain.roles import Rights
from bot.domain.work_orders import Written
from tests.domain.commanding import COMMANDS, Typed
from tests.domain.facts import ISSUE, LEO, LOGINS, MIA, WORK, WRITER, pull_facts, written
from tests.domain.world import World

BY_HAND = Closing("completed", by_steward=True, by_hand=True)


@dataclass(slots=True)
class Scene(World):
    """A repository with people in it; Mia and Leo are its stewards, Mia its only treasurer."""

    stewards: frozenset[int] = frozenset({MIA, LEO})
    treasurers: frozenset[int] = frozenset({MIA})
    names: dict[str, int] = field(default_factory=dict)
    """Parties that are known by name only."""

    def rights(self, who: int) -> Rights:
        """Say what a person may do."""
        steward = who in self.stewards
        return Rights(write=steward, steward=steward, treasurer=who in self.treasurers)

    # --- commands -------------------------------------------------------------------------

    def says(
        self, who: int, line: str, on: IssueRef = ISSUE, *, at: datetime | None = None
    ) -> Decision:
        """Type a command.

        Raises:
            No: it was not understood, or refused; that was recorded.
        """
        moment = at or self.now
        spoken = self.say(on, who, moment)
        verb, rest = first_word(line.removeprefix("/"))
        if verb == "cwo":
            word, rest = first_word(rest)
            verb = f"cwo {word}"
        proposal = COMMANDS[verb](Typed(self, who, spoken, rest))
        return self.propose(proposal, moment, who)

    def tries(
        self, who: int, line: str, on: IssueRef = ISSUE, *, at: datetime | None = None
    ) -> bool:
        """Type a command; tell whether it was recorded."""
        try:
            return bool(self.says(who, line, on, at=at).entries)
        except No:
            return False

    # --- what people do on issues ---------------------------------------------------------

    def label(self, issue: IssueRef = ISSUE, who: int = MIA) -> Decision:
        """Put an issue on the roadmap."""
        decide: Decide = partial(roadmap.decide_labelled, issue, WRITER)
        return self._happens(issue, who, decide)

    def unlabel(self, issue: IssueRef = ISSUE, who: int = MIA) -> Decision:
        """Take an issue off the roadmap."""
        decide = partial(roadmap.decide_unlabelled, replace(issue, labels=()), self.now)
        return self._happens(issue, who, decide)

    def close(
        self, issue: IssueRef = ISSUE, closing: Closing = BY_HAND, who: int = MIA
    ) -> Decision:
        """Close an issue."""
        decide = partial(roadmap.decide_closed, closing, self.now)
        return self._happens(issue, who, decide, Choice.LIVE)

    def reopen(self, issue: IssueRef = ISSUE, who: int = MIA) -> Decision:
        """Open an issue again."""
        return self._happens(issue, who, roadmap.decide_reopened)

    def draft(self, issue: IssueRef = WORK, text: Written | None = None) -> Decision:
        """Open an issue from the work order form."""
        assert issue.author is not None
        author = issue.author.id - 1000
        decide = partial(work_orders.decide_opened, issue, author, text or written())
        return self._happens(issue, author, decide)

    def edit(self, text: Written, issue: IssueRef = WORK, who: int = MIA) -> Decision:
        """Edit the text of a work order."""
        about = About(issue.id, 1000 + who, whole=True)
        decide = partial(work_orders.decide_written, text, self.now)
        return self.propose(Proposal(about, decide), self.now, who)

    def gone(self, issue: IssueRef = WORK, who: int = MIA) -> Decision:
        """Delete an issue."""
        about = About(issue.id, 1000 + who, choice=Choice.COVERED, whole=True)
        as_order = Proposal(about, partial(work_orders.decide_gone, "deleted", self.now))
        as_item = Proposal(about, partial(roadmap.decide_gone, "deleted", self.now))
        found = [self.propose(each, self.now, who) for each in (as_order, as_item)]
        return Decision(tuple(entry for each in found for entry in each.entries))

    def _happens(
        self, issue: IssueRef, who: int, decide: Decide, choice: Choice = Choice.NONE
    ) -> Decision:
        about = About(issue.id, 1000 + who, choice=choice)
        return self.propose(Proposal(about, decide), self.now, who)

    # --- pull requests --------------------------------------------------------------------

    def pull(
        self, number: int, author: int, body: str = "", *, merged_by: int | None = None
    ) -> Decision:
        """Open or edit a pull request, or merge it."""
        known = pull_facts(number, author, body, merged_by=merged_by)
        about = About(actor=1000 + author, pull=number, order_number=known.names, whole=True)
        decide = partial(pull_requests.decide_pull, known, None)
        return self.propose(Proposal(about, decide), self.now, author)

    def link(  # each is one thing that the reader names
        self,
        who: int,
        number: int,
        author: int,
        rest: str,
        body: str = "",
        *,
        merged_by: int | None = None,
    ) -> Decision:
        """Type `/cwo link` on a pull request."""
        asked = orders.LinkAsked.read(rest)
        about = About(actor=1000 + who, pull=number, order_number=asked.order, whole=True)
        rights = self.rights(who)
        pull = pull_facts(number, author, body, merged_by=merged_by)
        spoken = Spoken(
            1, IssueRef(number, number, is_pull=True), Account(1000 + who, "who"), self.now
        )
        decide = partial(pull_requests.decide_link, asked.order, pull, spoken, rights)
        return self.propose(Proposal(about, decide), self.now, who)

    # --- who is meant ---------------------------------------------------------------------

    def party(self, party: Party | None) -> int:
        """Find whoever is meant: an account, or a name that no account need stand behind."""
        assert party is not None
        if party.login is not None:
            return LOGINS[party.login.lower()]
        return self.names.setdefault(party.name or "", 100 + len(self.names))

    def holders(self, who: int, issue: int) -> Holders:
        """Look up every steward, where whoever commands is involved and may be the only one."""
        known = self.known(About(issue, 1000 + who, whole=True))
        about = involved(known.order, known) if known.order else frozenset()
        return self.stewards if who in about else None
