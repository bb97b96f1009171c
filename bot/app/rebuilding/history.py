"""What happened in a repository, all of it, in GitHub's order of time and in the words of then?"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.app.rebuilding.asking import Asking
from bot.app.rebuilding.evidence import Evidence, Verdict
from bot.app.rebuilding.revisions import Revision
from bot.domain.commands import read_comment
from bot.domain.refs import Repo
from bot.github.rereading import Rereading, Told

WHILE_MAKING = timedelta(seconds=10)
"""How long after its making a repository's first commits may be; our own choice."""

Json = dict[str, Any]
Revisions = Mapping[int, Sequence[Revision]]


@dataclass(frozen=True, slots=True)
class Labelling:
    """A label was put on an issue, or taken off."""

    at: datetime
    issue: int
    number: int
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class History:
    """Everything that GitHub still tells, oldest first."""

    told: tuple[Told, ...]
    before: tuple[Told, ...]
    """What happened before we were there: nobody told us, and nothing of it is decided."""
    labellings: tuple[Labelling, ...]
    unread: frozenset[int]
    """Comments that were edited, and whose first words GitHub does not give."""


async def read(ask: Asking, repo: Repo, revisions: Revisions, evidence: Evidence) -> History:
    """Read the repository from its beginning.

    After a time away nobody knows when we first came: of what was before our first sign, only the labels
    that led to a panel of ours were certainly told to us.
    """
    again = Rereading(ask.client)
    told: list[Told] = []
    for series in (again.configurations, again.timelines, again.pulls, again.comments):
        told += await ask.gather(lambda series=series: series(repo, None))  # type: ignore[misc]
    told.sort(key=lambda each: each.at)  # stable: within one second, in the order above
    unread = frozenset(filter(None, map(_unread, told)))
    labellings = tuple(filter(None, map(_labelling, told)))
    in_words_of_then = [_as_of_then(each, revisions) for each in told]
    everything = [
        *(each for each in in_words_of_then if not _is_chatter(each)),
        *_edits(in_words_of_then, revisions),
        *_unreadable_refusals(told, evidence),
    ]
    everything.sort(key=lambda each: each.at)
    since = evidence.begins_at
    ours = tuple(each for each in everything if each.at >= since and not _made_with(each))
    if evidence.was_away:
        ours = tuple(each for each in ours if _certainly_heard(each, evidence))
    before = tuple(each for each in everything if each.at < since)
    return History(ours, before, labellings, unread)


def _is_chatter(told: Told) -> bool:
    """Tell whether a comment commands nothing: most do not, and each costs some milliseconds."""
    if told.event != "issue_comment":
        return False
    return not read_comment(json.loads(told.body)["comment"]["body"] or "")


def _made_with(told: Told) -> bool:
    """Tell whether a push is what the repository was made with: of that nobody is told."""
    if told.event != "push":
        return False
    made_at = datetime.fromisoformat(json.loads(told.body)["repository"]["created_at"])
    return told.at <= made_at + WHILE_MAKING


def _certainly_heard(told: Told, evidence: Evidence) -> bool:
    if told.at >= evidence.first_sign:
        return True
    labelling = _labelling(told)
    keys = set() if labelling is None else {f"panel:{labelling.issue}", f"order:{labelling.issue}"}
    return any(shown.key in keys for shown in evidence.shown)


# --- words of then ----------------------------------------------------------------------------


def _as_of_then(told: Told, revisions: Revisions) -> Told:
    """Put the text of then into an issue or pull request that was edited since."""
    body = json.loads(told.body)
    changed = False
    for name in ("issue", "pull_request"):
        part = body.get(name)
        if part is not None and (known := revisions.get(part["number"])):
            part["body"] = _text(known, told.at)
            changed = True
    return replace(told, body=_written(body)) if changed else told


def _text(known: Sequence[Revision], at: datetime) -> str:
    """Give what stood there at a moment: the newest text up to then."""
    newest = bisect_right([each.at for each in known], at)
    return known[max(newest, 1) - 1].text


def _edits(told: Sequence[Told], revisions: Revisions) -> Iterator[Told]:
    """Tell of each edit of a text, which no list of GitHub's tells."""
    about: dict[int, list[Told]] = {number: [] for number in revisions}
    for each in told:
        if each.event in {"issues", "pull_request"} and (number := _number(each)) in about:
            about[number].append(each)
    for number, known in revisions.items():
        for before, after in pairwise(known):
            earlier = [each for each in about[number] if each.at <= after.at]
            if earlier and after.editor is not None:
                yield _edit(earlier[-1], number, before, after)


def _edit(last: Told, number: int, before: Revision, after: Revision) -> Told:
    """Show the issue as the act before left it, with another text."""
    body: Json = json.loads(last.body)
    body.pop("label", None)
    name = "issue" if last.event == "issues" else "pull_request"
    shown = {"body": after.text, "updated_at": after.at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    body |= {
        "action": "edited",
        "changes": {"body": {"from": before.text}},
        "sender": after.editor,
        name: body[name] | shown,
    }
    delivery = f"reread:edit:{number}:{after.at.isoformat()}"
    return Told(delivery, last.event, _written(body), after.at)


# --- comments that cannot be read -------------------------------------------------------------


def _unreadable_refusals(told: Sequence[Told], evidence: Evidence) -> Iterator[Told]:
    """Tell of comments that were refused, though nobody can read any more what they said.

    Which words were refused does not matter: they changed nothing.
    """
    for each in told:
        comment = _unread(each)
        if comment is None or evidence.verdicts.get(comment) is not Verdict.REFUSED:
            continue
        body: Json = json.loads(each.body)
        said = body["comment"] | {"body": ""}
        body.pop("changes", None)
        body |= {"action": "created", "comment": said, "sender": said["user"]}
        at = datetime.fromisoformat(said["created_at"])
        yield Told(f"reread:comment:{comment}:created", "issue_comment", _written(body), at)


def _unread(told: Told) -> int | None:
    if told.event != "issue_comment":
        return None
    body = json.loads(told.body)
    return int(body["comment"]["id"]) if body["action"] == "edited" else None


# --- pieces -----------------------------------------------------------------------------------


def _labelling(told: Told) -> Labelling | None:
    if told.event != "issues":
        return None
    body = json.loads(told.body)
    if body["action"] not in {"labeled", "unlabeled"}:
        return None
    issue, label = body["issue"], body["label"]["name"]
    is_on = body["action"] == "labeled"
    return Labelling(told.at, issue["id"], issue["number"], label.casefold(), is_on)


def _number(told: Told) -> int:
    body = json.loads(told.body)
    return int((body.get("issue") or body["pull_request"])["number"])


def _written(body: Json) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
