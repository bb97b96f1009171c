"""What is certainly gone, and what tells that it was there?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.app.rebuilding.evidence import Evidence, Verdict
from bot.app.rebuilding.findings import Finding, comment, moment
from bot.app.rebuilding.history import History
from bot.app.rebuilding.of_then import Untold
from bot.app.rebuilding.revisions import Rewritten
from bot.domain import entries as e
from bot.domain.refs import Repo
from bot.storage import ledger, tables

_BODY = "its words of then are not readable: it was edited, and GitHub does not give the first ones"


async def findings(
    tx: AsyncConnection, repo: Repo, evidence: Evidence, told: History, rewritten: Rewritten
) -> list[Finding]:
    """Name everything whose trace is there, and which is not."""
    return [
        *await _failed(tx),
        *await _not_decided_again(tx, repo, evidence),
        *_unread(evidence, told),
        *_deleted(evidence, rewritten),
        *_texts(rewritten, evidence),
        *_gaps(evidence),
    ]


async def _failed(tx: AsyncConnection) -> list[Finding]:
    """Name what could not be decided at all: it is in quarantine, as it would be in a server's."""
    told = tables.inbox
    query = select(told.c.delivery, told.c.error).where(told.c.state == "quarantined")
    sentence = "it failed, and is in quarantine: {}"
    return [
        Finding(delivery, sentence.format(error)) for delivery, error in await tx.execute(query)
    ]


async def _not_decided_again(tx: AsyncConnection, repo: Repo, evidence: Evidence) -> list[Finding]:
    """Name what was recorded then, and what the rules now say no to: something before it is missing."""
    found = []
    async for line in ledger.lines(tx, repo.id):
        entry = line.entry()
        kind, _, which = line.source.partition(":")
        if kind != "comment" or not isinstance(entry, e.Refused):
            continue
        if entry.code == Untold.NOT_TOLD:
            continue  # named where it was not decided
        if evidence.verdicts.get(int(which)) is Verdict.RECORDED:
            spoken = evidence.spoken[int(which)]
            sentence = (
                f"of @{spoken.login}, {moment(spoken.at)}: it was recorded then, and cannot be "
                f"decided again ({entry.code}): what it rested on is missing, or decided otherwise"
            )
            found.append(Finding(comment(spoken.number, spoken.id), sentence))
    return found


def _unread(evidence: Evidence, told: History) -> Iterator[Finding]:
    for each in sorted(told.unread):
        spoken = evidence.spoken.get(each)
        verdict = evidence.verdicts.get(each)
        if spoken is None or verdict is None:
            continue
        where = comment(spoken.number, spoken.id)
        who = f"of @{spoken.login}, {moment(spoken.at)}"
        if verdict is Verdict.RECORDED:
            yield Finding(where, f"{who}: it was recorded, but {_BODY}")
        else:
            yield Finding(where, f"{who}: it was refused, and {_BODY}", is_loss=False)


def _deleted(evidence: Evidence, rewritten: Rewritten) -> Iterator[Finding]:
    """Name deleted comments of people, where we were: what they said, nobody can tell."""
    for each in rewritten.deletions:
        if each.at < evidence.begins_at or (each.author or "").endswith("[bot]"):
            continue
        author = f"@{each.author}" if each.author else "somebody"
        sentence = f"a comment of {author} was deleted on {moment(each.at)}; what it said is gone"
        yield Finding(f"#{each.number}", sentence)


def _texts(rewritten: Rewritten, evidence: Evidence) -> Iterator[Finding]:
    orders = {each.number for each in evidence.shown if each.key.startswith("order:")}
    for number in sorted(rewritten.unread & orders):
        sentence = "the text of this work order was edited, and GitHub does not give what it said before: today's stands for all of them"
        yield Finding(f"#{number}", sentence)


def is_anything_gone(evidence: Evidence, told: History, rewritten: Rewritten) -> bool:
    """Tell whether something that had a number may be missing."""
    recorded = any(evidence.verdicts.get(each) is Verdict.RECORDED for each in told.unread)
    return recorded or any(_deleted(evidence, rewritten)) or any(_gaps(evidence))


def _gaps(evidence: Evidence) -> Iterator[Finding]:
    """Name numbers that no issue bears: deleted, or moved to another repository.

    Only what our own words name was certainly ours; of the others nobody can tell.
    """
    named = {
        int(number)
        for shown in evidence.shown
        for number in re.findall(r"(?:#|/issues/)([0-9]{1,9})\b", shown.body)
    }
    numbers = evidence.numbers
    for number in sorted(set(range(1, max(numbers, default=0))) - numbers):
        told = "our own words name it" if number in named else "none of our words names it"
        sentence = f"there is no such issue any more: deleted, or moved away; {told}"
        yield Finding(f"#{number}", sentence, is_loss=number in named)
