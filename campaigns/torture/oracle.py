"""What is lost, doubled or wrong? Told from what people did, what GitHub shows, and what is stored.

Written apart from the bot: it uses none of its code. It knows the product's words only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from campaigns.torture.crowd import Crowd, Said, What
from campaigns.torture.store import INBOX, OUTBOX, Line, Store, ledger

ACKNOWLEDGED = 202
ANSWERS_ON_AN_ISSUE = 60
"""In an hour; above that a reaction must do (docs/architecture.md)."""
DECIDED = frozenset({"done", "ignored"})
RECORDED, REFUSED = "+1", "confused"

_PLEDGED = re.compile(r"^\*\*USD ([0-9,]+)\.([0-9]{2})\*\* pledged", re.MULTILINE | re.ASCII)
_MARK = re.compile(r"<!-- bursar [0-9]+ ([!-~]+) -->\s*\Z", re.ASCII)

Json = Any


@dataclass
class Verdict:
    """What came of a campaign."""

    deliveries: int = 0
    acknowledged: int = 0
    pledges: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is lost, doubled or wrong."""
        return not (self.lost or self.doubled or self.wrong)

    def sentences(self) -> Iterable[str]:
        """Say everything that is not as it must be."""
        for name in ("lost", "doubled", "wrong"):
            yield from (f"{name}: {sentence}" for sentence in getattr(self, name))


@dataclass
class Oracle:
    """Looks at everything once, after all has settled."""

    crowd: Crowd
    github: Json
    inbox: dict[str, str]
    lines: list[Line]
    open_rows: list[str]
    verdict: Verdict = field(default_factory=Verdict)

    def judge(self) -> Verdict:
        """Hold everything against what people did."""
        self._deliveries()
        self._chain()
        outcomes = {said.comment: self._decided(said) for said in self.crowd.said}
        self._changes_of_mind(outcomes)
        self._reactions(outcomes)
        self._answers(outcomes)
        self._panels(outcomes)
        self._order()
        self.verdict.wrong += [f"{row} still waits to be shown" for row in self.open_rows]
        return self.verdict

    # --- deliveries ---------------------------------------------------------------------------

    def _deliveries(self) -> None:
        """Everything acknowledged is there, and everything that is there has been decided."""
        verdict, told = self.verdict, self.github["deliveries"]
        verdict.deliveries = len(told)
        for delivery in told:
            guid, acknowledged = delivery["guid"], ACKNOWLEDGED in delivery["codes"]
            verdict.acknowledged += acknowledged
            state = self.inbox.get(guid)
            if state is None and acknowledged:
                verdict.lost.append(f"delivery {guid} was acknowledged, and is not stored")
            elif state is None:
                verdict.lost.append(f"delivery {guid} was never taken")
            elif state not in DECIDED:
                verdict.wrong.append(f"delivery {guid} is {state}")

    # --- the ledger ---------------------------------------------------------------------------

    def _chain(self) -> None:
        """Numbers run from one on, and no event was recorded twice."""
        by_repo: dict[int, list[int]] = defaultdict(list)
        for line in self.lines:
            by_repo[line.repo].append(line.seq)
        for repo, seqs in by_repo.items():
            if seqs != list(range(1, len(seqs) + 1)):
                self.verdict.wrong.append(f"the ledger of {repo} has gaps")
        for key, count in Counter((each.repo, each.source, each.n) for each in self.lines).items():
            if count > 1:
                self.verdict.doubled.append(f"{key} was recorded {count} times")

    def _decided(self, said: Said) -> str:
        """Give what became of a comment, by the name of the entry; it was decided once."""
        found = self._entries(said)
        kinds = [line.kind for line in found if line.kind in OUTCOMES]
        if said.what is What.TALK:
            self._say_if(bool(found), "wrong", f"{said} was no command, and was recorded")
            return ""
        if not kinds:
            self.verdict.lost.append(f"{said} was never decided")
            return ""
        self._say_if(len(kinds) > 1, "doubled", f"{said} was decided as {kinds}")
        (line, *_) = (line for line in found if line.kind in OUTCOMES)
        if line.kind == "PledgeMade":
            self.verdict.pledges += 1
            minor = line.body["entry"]["money"]["minor"]
            self._say_if(minor != said.minor, "wrong", f"{said} was recorded as {minor}")
        allowed = {OUTCOME_OF[said.what], "Refused"}
        self._say_if(line.kind not in allowed, "wrong", f"{said} became {line.kind}")
        return line.kind

    def _entries(self, said: Said) -> list[Line]:
        if not hasattr(self, "_by_source"):
            self._by_source: dict[str, list[Line]] = defaultdict(list)
            for line in self.lines:
                self._by_source[line.source].append(line)
        return self._by_source[f"comment:{said.comment}"]

    def _changes_of_mind(self, outcomes: dict[int, str]) -> None:
        """Hold pledges against withdrawals: one that was heard before its pledge changes nothing."""
        withdrawals = {said.who: said for said in self.crowd.said if said.what is What.WITHDRAW}
        for said in self.crowd.said:
            if said.what is not What.PLEDGE or not outcomes[said.comment]:
                continue
            made = outcomes[said.comment] == "PledgeMade"
            later = withdrawals.get(said.who)
            if later is None:
                self._say_if(not made, "lost", f"{said} was refused")
            elif outcomes[later.comment]:
                taken = outcomes[later.comment] == "PledgeWithdrawn"
                too_soon = self._entries(later)[0].seq < self._entries(said)[0].seq
                wrong = made != taken and not (made and too_soon)
                self._say_if(wrong, "wrong", f"{said}: made {made}, withdrawn {taken}")

    def _order(self) -> None:
        """Nobody's later word stands before an earlier one, unless the earlier one was refused."""
        seqs = {line.source: line.seq for line in self.lines if line.kind != "Refused"}
        newest: dict[str, tuple[int, Said]] = {}
        for said in sorted(self.crowd.said, key=lambda each: each.comment):
            seq = seqs.get(f"comment:{said.comment}")
            if seq is None:
                continue
            before, earlier = newest.get(said.who, (0, said))
            self._say_if(before > seq, "wrong", f"{said} stands before {earlier}")
            newest[said.who] = (seq, said)

    # --- what GitHub shows --------------------------------------------------------------------

    def _reactions(self, outcomes: dict[int, str]) -> None:
        seen = {
            comment["id"]: comment["reactions"]
            for issue in self._issues().values()
            for comment in issue["comments"]
        }
        for said in self.crowd.said:
            outcome = outcomes[said.comment]
            expected = [REFUSED if outcome == "Refused" else RECORDED] if outcome else []
            found = seen[said.comment]
            self._say_if(not found and bool(expected), "lost", f"no reaction to {said}")
            self._say_if(len(found) > 1, "doubled", f"reactions to {said}: {found}")
            other = bool(found) and found != expected
            self._say_if(other, "wrong", f"the reaction to {said} is {found}")

    def _answers(self, outcomes: dict[int, str]) -> None:
        """Whoever mistyped is told once, up to sixty an hour on an issue; nobody is told anything twice."""
        said_on = Counter(place for place, key in self._marks() if key.startswith("say:"))
        for (place, key), count in self._marks().items():
            self._say_if(count > 1, "doubled", f"{key} stands {count} times on {place}")
        answered = {key for _, key in self._marks()}
        for said in self.crowd.said:
            wanted = said.what is What.MISTYPE and outcomes[said.comment] == "Refused"
            missing = wanted and f"say:refused:{said.comment}" not in answered
            is_full = said_on[said.repo, said.issue] >= ANSWERS_ON_AN_ISSUE
            self._say_if(missing and not is_full, "lost", f"no answer to {said}")

    def _panels(self, outcomes: dict[int, str]) -> None:
        """One panel on each issue, with the sum of what stands there."""
        sums: dict[tuple[str, int], int] = defaultdict(int)
        amounts = {said.who: said.minor for said in self.crowd.said if said.what is What.PLEDGE}
        for said in self.crowd.said:
            sign = SIGNS.get(outcomes[said.comment], 0)
            sums[said.repo, said.issue] += sign * amounts.get(said.who, 0)
        for place in self.crowd.opened:
            issue = self._issues()[place]
            panels = [
                comment["body"]
                for comment in issue["comments"]
                if comment["ours"] and key_of(comment["body"]) == f"panel:{issue['id']}"
            ]
            self._say_if(not panels, "lost", f"{place} has no panel")
            for panel in panels[:1]:
                shown, expected = pledged_on(panel), sums[place]
                wrong = f"the panel of {place} shows {shown}, and {expected} is pledged"
                self._say_if(shown != expected, "wrong", wrong)

    # --- pieces -------------------------------------------------------------------------------

    def _issues(self) -> dict[tuple[str, int], Json]:
        return {
            (name, int(number)): issue
            for name, repository in self.github["repositories"].items()
            for number, issue in repository["issues"].items()
        }

    def _marks(self) -> Counter[tuple[tuple[str, int], str]]:
        """Count our comments by the issue and by what each of them shows."""
        return Counter(
            (place, key_of(comment["body"]))
            for place, issue in self._issues().items()
            for comment in issue["comments"]
            if comment["ours"]
        )

    def _say_if(self, wrong: bool, which: str, sentence: str) -> None:  # noqa: FBT001 - reads as a sentence
        if wrong:
            getattr(self.verdict, which).append(sentence)


OUTCOMES = frozenset({"PledgeMade", "PledgeWithdrawn", "Refused"})
OUTCOME_OF = {
    What.PLEDGE: "PledgeMade",
    What.WITHDRAW: "PledgeWithdrawn",
    What.MISTYPE: "Refused",
}
SIGNS = {"PledgeMade": 1, "PledgeWithdrawn": -1}


async def judge(crowd: Crowd, github: Json, store: Store) -> Verdict:
    """Look at everything."""
    inbox = {delivery: state for delivery, state, *_ in await store.rows(INBOX)}
    rows = await store.rows(OUTBOX)
    open_rows = [
        f"{key} ({state})"
        for _, key, _, state, want, sent in rows
        if want > sent or state == "failed"
    ]
    return Oracle(crowd, github, inbox, await ledger(store), open_rows).judge()


def key_of(body: str) -> str:
    """Say what a comment of the bot's shows, by its hidden mark."""
    found = _MARK.search(body)
    return found[1] if found else "a comment without a mark"


def pledged_on(panel: str) -> int:
    """Read the sum of the pledges (cents) that a panel begins with."""
    found = _PLEDGED.search(panel)
    return int(found[1].replace(",", "") + found[2]) if found else 0
