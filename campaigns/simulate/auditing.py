"""Is every line of the ledger one that must be there, and there once?

Reads new lines as soon as they are committed, with a connection of its own, and holds each decision
against the model. What it finds is sorted into *lost*, *doubled* and *wrong*.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from campaigns.simulate.model import Model
from campaigns.simulate.promises import Line
from campaigns.simulate.sayings import Deed, Saying

CLOCKS_DIFFER = timedelta(minutes=11)
"""How far the bot's clock may be wrong in a run."""

ROLES_AGE = timedelta(seconds=150)
"""How old what the bot knows of a role may be when it decides: a minute, and a slow answer."""

OWN = {"bursar.pledge_deadline", "bursar.item_end"}
DEEDS = {"ItemUnlabelled": "unlabeled", "ItemClosed": "closed", "ItemReopened": "reopened"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that must not be: `lost`, `doubled` or `wrong`."""

    kind: str
    sentence: str


@dataclass
class Truth:
    """What really happened, as the simulator played it."""

    sayings: dict[int, Saying] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    steward_since: dict[int, list[tuple[datetime, bool]]] = field(default_factory=dict)
    """Who was a steward from when on."""
    clock_was_wrong: bool = False

    def steward(self, account: int, at: datetime) -> set[bool]:
        """Say what the bot may have believed of somebody at a moment."""
        history = self.steward_since.get(account, [])
        before = [value for since, value in history if since <= at - ROLES_AGE]
        recent = {value for since, value in history if at - ROLES_AGE < since <= at}
        return recent | {before[-1] if before else False}


@dataclass
class Auditor:
    """Follows the ledger of one repository."""

    path: str
    repo: int
    truth: Truth
    now: Callable[[], datetime]
    model: Model = field(default_factory=Model)
    problems: list[Problem] = field(default_factory=list)
    outcomes: dict[int, str] = field(default_factory=dict)
    """Comment to `recorded` or the code of its refusal."""
    placed: dict[int, bool] = field(default_factory=dict)
    """Comment to whether its issue was known when it was decided."""
    months: list[str] = field(default_factory=list)
    told_in: dict[str, int] = field(default_factory=dict)
    """How many entries each month has, but for those about months."""
    seq: int = 0
    hash: str = ""
    lines: list[str] = field(default_factory=list)
    _connection: sqlite3.Connection | None = None
    _seen: set[str] = field(default_factory=set)
    _people: dict[int, int] = field(default_factory=dict)
    _done: set[Deed] = field(default_factory=set)
    _month: str = ""

    # --- reading ----------------------------------------------------------------------------------

    def open(self) -> sqlite3.Connection:
        """Give the auditor's own connection."""
        if self._connection is None:
            self._connection = sqlite3.Connection(self.path, isolation_level=None)
        return self._connection

    def close(self) -> None:
        """Be done."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def look(self) -> None:
        """Read what was committed since the last look."""
        query = "SELECT seq, source, line, hash FROM ledger WHERE repo = ? AND seq > ? ORDER BY seq"
        found = self.open().execute(query, (self.repo, self.seq)).fetchall()
        groups: dict[str, list[dict[str, Any]]] = {}
        for seq, source, line, hashed in found:
            self._chain(seq, line, hashed)
            groups.setdefault(source, []).append(json.loads(line))
            self.lines.append(line.decode())
        for source, bodies in groups.items():
            self._decision(source, bodies)

    def _chain(self, seq: int, line: bytes, hashed: str) -> None:
        if seq != self.seq + 1:
            self.wrong(f"entry {seq} follows {self.seq}")
        if hashlib.sha256(self.hash.encode() + b"\n" + line).hexdigest() != hashed:
            self.wrong(f"entry {seq} is not chained to the one before")
        self.seq, self.hash = seq, hashed

    def unchanged(self) -> None:
        """Make sure that nothing of what was read has changed or gone since."""
        query = "SELECT line FROM ledger WHERE repo = ? ORDER BY seq"
        kept = [line.decode() for (line,) in self.open().execute(query, (self.repo,))]
        if kept[: len(self.lines)] != self.lines:
            self.lost("entries that were committed are no longer there")

    def recorded(self, deed: Deed) -> bool:
        """Tell whether what somebody did is in the ledger."""
        return deed in self._done

    # --- saying what is amiss ---------------------------------------------------------------------

    def wrong(self, sentence: str) -> None:
        """Note what should be otherwise."""
        self.problems.append(Problem("wrong", sentence))

    def lost(self, sentence: str) -> None:
        """Note what should be there."""
        self.problems.append(Problem("lost", sentence))

    def doubled(self, sentence: str) -> None:
        """Note what should be there once."""
        self.problems.append(Problem("doubled", sentence))

    # --- holding decisions against the model ------------------------------------------------------

    def _decision(self, source: str, bodies: list[dict[str, Any]]) -> None:
        name, _, rest = source.partition(":")
        self._months_of(bodies)
        if source in self._seen:
            self.doubled(f"{source} was decided again, as {[each['kind'] for each in bodies]}")
            return
        self._seen.add(source)
        if name == "comment":
            self._comment(int(rest), bodies)
        elif name == "event":
            self._deed(source, bodies)
        elif name in OWN:
            self._moment(name, rest, bodies)
        elif name not in {"rules", "month"}:
            self.wrong(f"nobody knows what {source} is")

    def _months_of(self, bodies: list[dict[str, Any]]) -> None:
        for body in bodies:
            if body["kind"] == "MonthOpened":
                self._month = body["entry"]["month"]
            elif body["kind"] == "MonthClosed":
                if body["entry"]["month"] in self.months:
                    self.doubled(f"{body['entry']['month']} was closed twice")
                self.months.append(body["entry"]["month"])
            else:
                self.told_in[self._month] = self.told_in.get(self._month, 0) + 1

    def _comment(self, comment: int, bodies: list[dict[str, Any]]) -> None:
        said = self.truth.sayings.get(comment)
        if said is None or not said.asked:
            self.wrong(f"comment {comment} commands nothing, and was decided")
            return
        found = [self._short(body) for body in bodies]
        self.placed[comment] = said.issue in self.model.items
        self._in_line(said)
        late = self.model.decided.get(said.issue)
        must_be_late = late is not None and said.at < late
        if any(body["late"] != must_be_late for body in bodies):
            self.wrong(f"comment {comment} is marked late, or is not, against the truth")
        if any(_moment(body["at"]) != said.at for body in bodies):
            self.wrong(f"comment {comment} was not made at {bodies[0]['at']}")
        beliefs = sorted(self.truth.steward(said.by, self.now()))
        expected: list[list[Line]] = []
        for steward in beliefs:
            tried = self.model.copy()
            expected.append(tried.say(said, steward=steward))
            if _same(expected[-1], found):
                self.model = tried
                self.outcomes[comment] = _outcome(found)
                return
        self.wrong(f"comment {comment} {said}: expected {expected}, the ledger says {found}")
        self.outcomes[comment] = _outcome(found)

    def _in_line(self, said: Saying) -> None:
        """Nothing may be decided while an older comment on the same issue waits in front of it."""
        if self.truth.clock_was_wrong:
            return  # what has settled is told by the clock
        query = """
            SELECT older.tiebreak FROM inbox AS older JOIN inbox AS this ON older.n < this.n
            WHERE this.repo = ? AND this.tiebreak = ? AND older.repo = this.repo
              AND older.issue = this.issue AND older.state = 'ready' AND older.tiebreak > 0
              AND (older.happened_at, older.tiebreak) < (this.happened_at, this.tiebreak)
        """
        waiting = self.open().execute(query, (self.repo, said.comment)).fetchall()
        if waiting:
            self.wrong(f"comment {said.comment} was decided before {waiting}, which were there")

    def _deed(self, source: str, bodies: list[dict[str, Any]]) -> None:
        first = bodies[0]
        if first["kind"] in {"RulesChanged", "MonthOpened", "MonthClosed", "PullsNoted"}:
            return
        what = DEEDS.get(first["kind"], "labeled")
        at, issue = _moment(first["at"]), first["entry"]["issue"]
        actor = self._account(first["actor"])
        deed = self._deed_of(what, issue, at, actor) or self._repaired(what, issue, at)
        if deed is None:
            self.doubled(f"{source}: nobody did {what} on {issue} at {at}, or it is done already")
            return
        self._done.add(deed)
        found = [self._short(body) for body in bodies]
        expected: list[Line] = []
        for steward in sorted(self.truth.steward(deed.by, self.now())):
            tried = self.model.copy()
            expected = tried.do(deed, at, steward=steward)
            if _same(expected, found):
                self.model = tried
                return
        self.wrong(f"{deed}: expected {expected}, the ledger says {found}")

    def _deed_of(self, what: str, issue: int, at: datetime, actor: int | None) -> Deed | None:
        """Find what somebody did; a clock of ours that is behind makes it seem earlier."""
        able = [
            deed
            for deed in self.truth.deeds
            if (deed.what, deed.issue, deed.by) == (what, issue, actor)
            and deed not in self._done
            and timedelta(0) <= deed.at - at <= CLOCKS_DIFFER
        ]
        return min(able, key=lambda deed: deed.at, default=None)

    def _repaired(self, what: str, issue: int, at: datetime) -> Deed | None:
        """Find an older deed that was passed over when it was told, and found again by a look at night."""
        older = [
            deed
            for deed in self.truth.deeds
            if (deed.what, deed.issue) == (what, issue) and deed not in self._done and deed.at < at
        ]
        return max(older, key=lambda deed: deed.at, default=None)

    def _moment(self, name: str, rest: str, bodies: list[dict[str, Any]]) -> None:
        issue, pledge, at_text = rest.split(":", 2)
        at = _moment(at_text)
        if at > self.now() + CLOCKS_DIFFER:
            self.wrong(f"{name} {rest} came before its time")
        if name == "bursar.item_end":
            expected = self.model.moment_of_item(int(issue), at)
        else:
            expected = self.model.moment_of_pledge(int(pledge), at)
        found = [self._short(body) for body in bodies]
        if not _same(expected, found):
            self.wrong(f"{name} {rest}: expected {expected}, the ledger says {found}")

    # --- entries in short -------------------------------------------------------------------------

    def _account(self, person: int | None) -> int | None:
        if person is None:
            return None
        if person not in self._people:
            rows = self.open().execute("SELECT person, account FROM people")
            self._people = {number: account for number, account in rows if account is not None}
        return self._people.get(person, -1)

    def _short(self, body: dict[str, Any]) -> Line:
        """Give an entry as the model would say it."""
        kind, entry = body["kind"], body["entry"]
        money = entry.get("money") or {}
        amount = (money.get("minor"), money.get("currency"))
        match kind:
            case "Refused":
                return (kind, entry["code"])
            case "PledgeMade":
                parties = (self._account(entry["pledger"]), self._account(entry["funder"]))
                completion = all(due["on_completion"] for due in entry["dues"])
                deadline = _moment(entry["expires_at"]) if entry["expires_at"] else None
                made = (entry["pledge"], *parties, *amount, completion)
                return (kind, *made, entry["now"], deadline, entry["comment"])
            case "GoalSet":
                goal = entry["goal"]
                return (kind, entry["issue"], goal["minor"] if goal else None)
            case "ItemClosed":
                return (kind, entry["issue"], entry["reason"], entry["completed"])
            case _ if kind.startswith("Pledge"):
                who = self._account(entry["pledger"])
                return (kind, entry["pledge"], who, *amount, entry["was"], entry["now"])
            case _:
                return (kind, entry.get("issue"))


def _same(expected: Sequence[Line], found: Sequence[Line]) -> bool:
    return list(expected) == list(found)


def _outcome(found: Sequence[Line]) -> str:
    return str(found[0][1]) if found and found[0][0] == "Refused" else "recorded"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
