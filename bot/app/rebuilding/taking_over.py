"""What of that is on GitHub already, so that it is never posted twice?

Rows of the outbox take over the comments and digests that bear their mark. Panels stay wanted: the next
server edits each once, since the ledger's hashes are new. What was said once is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.rebuilding.evidence import Evidence, Shown
from bot.app.rebuilding.findings import Finding, comment, moment
from bot.app.rebuilding.revisions import Deletion
from bot.storage import tables
from bot.storage.outbox import DELETIONS_UNTIL_WE_STAY_AWAY
from bot.storage.outgoing import Priority

_PLEDGE = re.compile(r"P-[0-9]+")
_ANSWERS = ("say:refused:", "say:help:")
_DIGEST = "digest:"


@dataclass(frozen=True, slots=True)
class TakingOver:
    """Joins the outbox of a rebuilt ledger with what stands on GitHub."""

    repo: int
    evidence: Evidence
    deletions: tuple[Deletion, ...]
    bot: str
    """Our App's slug: what GraphQL calls our bot."""

    async def take_over(self, tx: AsyncConnection) -> list[Finding]:
        """Note for each row what is there; gives what does not fit."""
        outbox = tables.outbox
        query = select(outbox).where(outbox.c.repo == self.repo)
        rows = (await tx.execute(query)).mappings().all()
        there = _by_key(self.evidence.shown)
        found: list[Finding] = []
        for row in rows:
            values, finding = self._one(row, there)
            found += [finding] if finding else []
            same = (outbox.c.repo == self.repo, outbox.c.key == row["key"])
            if values:
                await tx.execute(update(outbox).where(*same).values(values))
            if row["kind"] == "digest" and values.get("github_id"):
                await self._note_digest(tx, row["key"], values["github_id"])
        return [*found, *self._without_cause({_plain(row["key"]) for row in rows})]

    def _one(
        self, row: Mapping[Any, Any], there: Mapping[str, Shown]
    ) -> tuple[dict[str, Any], Finding | None]:
        shown = there.get(_plain(row["key"]))
        sent = {"sent_rev": row["want_rev"], "state": "idle"}
        match row["kind"]:
            case "panel":
                return self._panel(row, shown), None
            case "reaction":
                known = int(row["key"].rpartition(":")[2]) in self.evidence.verdicts
                return (sent if known else {}), None
            case "say":
                finding = _unsaid(row) if shown is None else None
                return sent | {"github_id": shown.id if shown else None}, finding
            case "digest" if shown is not None:
                return sent | {"github_id": shown.id}, None
            case "digest":
                return sent | {"state": "failed"}, _unposted(row)
            case _:  # a check run is searched for before it is made anew
                return sent | {"state": "unknown"}, None

    def _panel(self, row: Mapping[Any, Any], shown: Shown | None) -> dict[str, Any]:
        """Take a panel over; one that people deleted for good stays away."""
        deleted = self._deleted()[row["number"]]
        if shown is not None:
            return {
                "github_id": shown.id,
                "state": "idle",
                "priority": Priority.PANEL,
                "deletions": min(deleted, DELETIONS_UNTIL_WE_STAY_AWAY - 1),
            }
        away = deleted >= DELETIONS_UNTIL_WE_STAY_AWAY
        return {"deletions": deleted, "state": "left" if away else "idle"}

    def _deleted(self) -> Counter[int]:
        ours = {self.bot, f"{self.bot}[bot]"}
        return Counter(each.number for each in self.deletions if each.author in ours)

    async def _note_digest(self, tx: AsyncConnection, key: str, number: int) -> None:
        said = tables.digests
        here = (said.c.repo == self.repo, said.c.month == key.removeprefix(_DIGEST))
        await tx.execute(update(said).where(*here).values(issue=number))

    def _without_cause(self, wanted: set[str]) -> Iterator[Finding]:
        """Name what we said, and have no cause for in what was rebuilt."""
        for shown in self.evidence.shown:
            key = _plain(shown.key)
            if key in wanted:
                continue
            if key.startswith(_ANSWERS):
                cause = int(key.rpartition(":")[2])
                if cause not in self.evidence.spoken:
                    yield _gone(shown, cause)
            elif key.startswith(_DIGEST):
                month = key.removeprefix(_DIGEST)
                sentence = f"the digest of {month} was published, and nothing was rebuilt for it"
                yield Finding(f"#{shown.number}", sentence)
            else:
                sentence = f"we said this on {moment(shown.at)} ({shown.key}), and nothing that was rebuilt is the cause of it"
                yield Finding(comment(shown.number, shown.id), sentence)


def _by_key(shown: tuple[Shown, ...]) -> dict[str, Shown]:
    """Give the oldest of ours for each row; numbers of pledges are new, so they do not count."""
    return {_plain(each.key): each for each in sorted(shown, key=lambda each: -each.id)}


def _plain(key: str) -> str:
    return _PLEDGE.sub("P-n", key)


def _unsaid(row: Mapping[Any, Any]) -> Finding | None:
    """Name a notice that should be there; answers have a limit, so one may never have been given."""
    if row["key"].startswith(_ANSWERS):
        return None
    sentence = f"by what was rebuilt we said something here ({row['key']}) that is not there"
    return Finding(f"#{row['number']}", sentence)


def _unposted(row: Mapping[Any, Any]) -> Finding:
    month = row["key"].removeprefix(_DIGEST)
    sentence = f"it is not on GitHub; `bursar digest --month {month} --post` posts it"
    return Finding(f"the digest of {month}", sentence, is_loss=False)


def _gone(shown: Shown, cause: int) -> Finding:
    where = comment(shown.number, cause)
    if shown.key.startswith("say:help:"):
        return Finding(
            where, "it is deleted; it asked for help, which is not recorded", is_loss=False
        )
    sentence = f"it is deleted; it was refused before {moment(shown.at)}, as our answer tells"
    return Finding(where, sentence)
