"""What must the ledger hold, given what was said and in which order it was decided?

One method for each thing that can be said or done, from the product's rules alone, with none of the
bot's code. Each gives the entries that must follow, and brings the model up to date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.simulate.promises import (
    CAP,
    CURRENCIES,
    LAPSES_AFTER,
    LEFT_ITEM_LASTS,
    LIVE,
    OFFER_LASTS,
    UNDRAWN,
    UNPAID,
    Item,
    Line,
    Pledge,
    Promises,
    Refused,
    end_of,
    only,
)
from campaigns.simulate.sayings import Asked, Deed, Saying


@dataclass
class Model(Promises):
    """What is promised in one repository, and how that changes."""

    # --- what is said -----------------------------------------------------------------------------

    def say(self, said: Saying, *, steward: bool) -> list[Line]:
        """Decide a comment: all of its commands, or one refusal; changes the model."""
        tried = self.copy()
        found: list[Line] = []
        if said.asked and said.issue not in self.items and not said.labelled:
            return [("Refused", "not_here")]
        try:
            for asked in said.asked:
                found += tried.command(asked, said, steward=steward)
        except Refused as no:
            return [("Refused", str(no))]
        self.__dict__.update(tried.__dict__)
        return found

    def command(self, asked: Asked, said: Saying, *, steward: bool) -> list[Line]:
        """Decide one command."""
        if asked.misread is not None:
            raise Refused(asked.misread)
        if asked.verb == "help":
            self.here(said.issue)
            return []
        if asked.verb == "goal":
            return self._goal(asked, said, steward=steward)
        item = self.here(said.issue)
        if asked.verb in {"accept", "decline"}:
            return self._decide_offer(asked, said, item, steward=steward)
        if asked.verb == "pledge":
            return self._pledge(asked, said, item)
        return self._own(asked, said)

    def _pledge(self, asked: Asked, said: Saying, item: Item) -> list[Line]:
        self.fundable(item)
        if asked.currency not in CURRENCIES:
            raise Refused("currency_not_accepted")
        if asked.until is not None and end_of(asked.until) <= said.at:
            raise Refused("date_past")
        self.in_order(said)
        funder = asked.organisation or said.by
        stage = self._first_stage(asked, said, funder)
        deadlines = [end_of(asked.until)] if asked.until else []
        deadlines += [said.at + OFFER_LASTS] if stage == "offered" else []
        made = Pledge(
            len(self.pledges) + 1,
            said.issue,
            said.by,
            funder,
            asked.minor,
            asked.currency,
            asked.on_completion,
            asked.until,
            stage,
            min(deadlines, default=None),
        )
        away = [
            each
            for each in self.giving_way(said.issue, funder)
            if stage == "standing" or (each.stage == "offered" and each.pledger == said.by)
        ]
        self.pledges[made.number] = made
        self.heard(said)
        line = (made.number, said.by, funder, asked.minor, asked.currency, asked.on_completion)
        return [
            ("PledgeMade", *line, stage, made.deadline, said.comment),
            *(self.move(each, "PledgeReplaced", "replaced") for each in away),
        ]

    def _first_stage(self, asked: Asked, said: Saying, funder: int) -> str:
        if funder != said.by:
            return "offered"
        unpaid = sum(
            each.minor
            for each in self.pledges.values()
            if each.pledger == said.by
            and each.currency == asked.currency
            and each.stage in UNPAID
            and not (each.stage == "standing" and each in self.giving_way(said.issue, funder))
        )
        given_up_of_others = sum(
            each.minor
            for each in self.giving_way(said.issue, funder)
            if each.pledger != said.by
            and each.stage == "standing"
            and each.currency == asked.currency
        )
        return "standing" if unpaid - given_up_of_others + asked.minor <= CAP else "offered"

    def _decide_offer(self, asked: Asked, said: Saying, item: Item, *, steward: bool) -> list[Line]:
        if asked.verb == "accept":
            self.fundable(item)
        if not steward:
            raise Refused("not_steward")
        if asked.pledge is not None:
            pledge = self.named(asked.pledge, said.issue)
        else:
            offers = [
                each
                for each in self.pledges.values()
                if each.issue == said.issue and each.stage == "offered"
            ]
            if not offers:
                raise Refused("nothing_to_decide")
            pledge = only(offers)
        if said.by in {pledge.pledger, pledge.funder}:
            raise Refused("own_pledge")
        self.in_order(said)
        if asked.verb == "accept":
            if pledge.stage != "offered":
                raise Refused("wrong_state")
            deadline = end_of(pledge.until) if pledge.until else None
            lines = [self.move(pledge, "PledgeAccepted", "standing", deadline=deadline)]
            away = self.giving_way(said.issue, pledge.funder, pledge.number)
            lines += [self.move(each, "PledgeReplaced", "replaced") for each in away]
        else:
            if pledge.stage not in UNDRAWN:
                raise Refused("wrong_state")
            lines = [self.move(pledge, "PledgeDeclined", "declined")]
        self.heard(said, steward=True)
        return lines

    def _own(self, asked: Asked, said: Saying) -> list[Line]:
        able = {
            "withdraw": ("offered", "standing", "due", "lapsed"),
            "sent": ("standing", "due", "lapsed"),
        }[asked.verb]
        if asked.pledge is not None:
            pledge = self.named(asked.pledge, said.issue)
            if pledge.pledger != said.by:
                raise Refused("not_pledger")
        else:
            own = [
                each
                for each in self.pledges.values()
                if each.issue == said.issue and each.pledger == said.by and each.stage in LIVE
            ]
            can = [each for each in own if each.stage in able]
            if not can:
                raise Refused("wrong_state" if own else "no_such_pledge")
            pledge = only(can)
        self.in_order(said)
        if pledge.stage not in able:
            raise Refused("wrong_state")
        if asked.verb == "withdraw":
            line = self.move(pledge, "PledgeWithdrawn", "withdrawn")
        else:
            line = self.move(pledge, "PledgeSent", pledge.stage, sent=True)
        self.heard(said)
        return [line]

    def _goal(self, asked: Asked, said: Saying, *, steward: bool) -> list[Line]:
        item = self.items.get(said.issue)
        told = item.label_told_at if item else None
        newer = told is not None and said.at <= told
        adopts = said.labelled and not newer and not (item and item.on_roadmap)
        if item is None and not adopts:
            raise Refused("not_here")
        if not steward:
            raise Refused("not_steward")
        if item is not None and not (item.on_roadmap or adopts):
            raise Refused("not_on_roadmap")
        self.in_order(said)
        lines: list[Line] = []
        if adopts:
            lines += self._bring_in(said.issue, said.at, is_open=said.is_open)
        self.heard(said, steward=True)
        return [*lines, ("GoalSet", said.issue, asked.minor or None)]

    # --- what is done -----------------------------------------------------------------------------

    def do(self, deed: Deed, told: datetime, *, steward: bool) -> list[Line]:
        """Decide what somebody did to an issue; `told` is the moment that the ledger gives it."""
        item = self.items.get(deed.issue)
        labels = deed.what in {"labeled", "unlabeled"}
        known = item or Item(deed.issue)
        if _after(known.label_told_at if labels else known.state_told_at, deed.at):
            return []
        if deed.what == "labeled":
            on_it = item is not None and item.on_roadmap
            return [] if on_it else self._bring_in(deed.issue, told, is_open=deed.is_open)
        if item is None:
            return []
        if deed.what == "unlabeled":
            if not item.on_roadmap:
                return []
            ends = item.ends_at or deed.at + LEFT_ITEM_LASTS
            self._label(item, told, on_roadmap=False, ends_at=ends)
            return [("ItemUnlabelled", deed.issue)]
        if deed.what == "closed":
            return self._close(item, deed, told, steward=steward) if item.is_open else []
        if item.is_open:
            return []
        ends_at = None if item.on_roadmap else item.ends_at
        self._tell(item, told, is_open=True, closed_as="", ends_at=ends_at)
        return [("ItemReopened", deed.issue)]

    def _bring_in(self, issue: int, at: datetime, *, is_open: bool) -> list[Line]:
        """Put an issue on the roadmap; one that was closed before we knew it comes in as closed."""
        known = self.items.get(issue)
        item = known or Item(issue)
        ends_at = None if item.is_open or item.closed_as == "completed" else item.ends_at
        self._label(item, at, on_roadmap=True, ends_at=ends_at)
        if known is not None or is_open:
            return [("ItemLabelled", issue)]
        self._tell(self.items[issue], at, is_open=False, closed_as="before adoption")
        return [("ItemLabelled", issue), ("ItemClosed", issue, "before adoption", False)]

    def _label(self, item: Item, at: datetime, **changed: object) -> None:
        told_at = max(item.label_told_at or at, at)
        self.items[item.issue] = replace(item, label_told_at=told_at, **changed)  # type: ignore[arg-type]

    def _tell(self, item: Item, at: datetime, **changed: object) -> None:
        told_at = max(item.state_told_at or at, at)
        self.items[item.issue] = replace(item, state_told_at=told_at, **changed)  # type: ignore[arg-type]

    def _close(self, item: Item, deed: Deed, told: datetime, *, steward: bool) -> list[Line]:
        completes = deed.reason == "completed" and steward and item.on_roadmap
        ends = None if deed.reason == "completed" else deed.at + LEFT_ITEM_LASTS
        ends = item.ends_at or ends
        self._tell(item, told, is_open=False, closed_as=deed.reason, ends_at=ends)
        lines: list[Line] = [("ItemClosed", deed.issue, deed.reason, completes)]
        if completes:
            for each in list(self.pledges.values()):
                if each.issue == deed.issue and each.stage == "standing":
                    deadline = None if each.sent else deed.at + LAPSES_AFTER
                    lines.append(self.move(each, "PledgeFellDue", "due", deadline=deadline))
        return lines

    # --- what time brings -------------------------------------------------------------------------

    def moment_of_pledge(self, number: int, at: datetime) -> list[Line]:
        """Decide a deadline of a pledge."""
        pledge = self.pledges.get(number)
        if pledge is None or pledge.deadline != at:
            return []
        if pledge.stage == "due":
            return [self.move(pledge, "PledgeLapsed", "lapsed")]
        return [self.move(pledge, "PledgeExpired", "expired")]

    def moment_of_item(self, issue: int, at: datetime) -> list[Line]:
        """Decide the end of an item that left."""
        item = self.items.get(issue)
        if item is None or item.ends_at != at:
            return []
        self.items[issue] = replace(item, ends_at=None)
        gone = [
            each
            for each in self.pledges.values()
            if each.issue == issue and each.stage in UNDRAWN and not each.sent
        ]
        return [("ItemEnded", issue), *(self.move(e, "PledgeExpired", "expired") for e in gone)]


def _after(newest: datetime | None, at: datetime) -> bool:
    """Tell whether something newer than `at` has been told."""
    return newest is not None and at < newest
