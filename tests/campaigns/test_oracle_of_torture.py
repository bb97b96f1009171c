"""Does the oracle of the campaigns see what is lost, doubled or wrong?"""

from __future__ import annotations

import random
from copy import deepcopy
from typing import Any

import pytest

from campaigns.torture.crowd import Crowd, Said, What
from campaigns.torture.oracle import Oracle, Verdict
from campaigns.torture.store import Line

PLACE = ("acme/solver", 1)
PANEL = "**USD 30.00** pledged\n<!-- bursar 1 panel:9 -->"
ANSWER = "**Not recorded.**\n<!-- bursar 1 say:refused:102 -->"


def _said(comment: int, what: What, minor: int = 0) -> Said:
    return Said(comment, what, *PLACE, f"person-{comment}", minor)


def _comment(number: int, *reactions: str, body: str = "", ours: bool = False) -> dict[str, Any]:
    return {"id": number, "ours": ours, "body": body, "reactions": list(reactions)}


def _line(seq: int, comment: int, kind: str, minor: int = 0) -> Line:
    body = {"entry": {"money": {"minor": minor}}}
    return Line(1, seq, f"comment:{comment}", 0, kind, body)


SAID = [_said(101, What.PLEDGE, 3000), _said(102, What.MISTYPE), _said(103, What.TALK)]
LINES = [_line(1, 101, "PledgeMade", 3000), _line(2, 102, "Refused")]
INBOX = {"a": "done", "b": "ignored"}
GITHUB: dict[str, Any] = {
    "deliveries": [{"guid": "a", "codes": [202]}, {"guid": "b", "codes": [502]}],
    "repositories": {
        "acme/solver": {
            "issues": {
                "1": {
                    "id": 9,
                    "comments": [
                        _comment(101, "+1"),
                        _comment(102, "confused"),
                        _comment(103),
                        _comment(104, body=PANEL, ours=True),
                        _comment(105, body=ANSWER, ours=True),
                    ],
                }
            }
        }
    },
}


def _judged(
    lines: list[Line] | None = None,
    inbox: dict[str, str] | None = None,
    github: dict[str, Any] | None = None,
) -> Verdict:
    crowd = Crowd(random.Random(1), said=SAID, opened=[PLACE])
    return Oracle(crowd, github or GITHUB, inbox or INBOX, lines or LINES, []).judge()


def _with(*comments: dict[str, Any], without: int = 0) -> dict[str, Any]:
    """GitHub with more comments, and without one of them."""
    changed = deepcopy(GITHUB)
    issue = changed["repositories"]["acme/solver"]["issues"]["1"]
    issue["comments"] = [each for each in issue["comments"] if each["id"] != without]
    issue["comments"] += comments
    return changed


def test_what_is_as_it_must_be_is_clean() -> None:
    verdict = _judged()
    assert list(verdict.sentences()) == []
    assert (verdict.deliveries, verdict.acknowledged, verdict.pledges) == (2, 1, 1)


LOST = {
    "an acknowledged delivery": _judged(inbox={"b": "done"}),
    "a command": _judged(lines=LINES[:1]),
    "a reaction": _judged(github=_with(_comment(101), without=101)),
    "a panel": _judged(github=_with(without=104)),
    "an answer": _judged(github=_with(without=105)),
}
DOUBLED = {
    "an entry": _judged(lines=[*LINES, _line(3, 101, "PledgeMade", 3000)]),
    "a panel": _judged(github=_with(_comment(106, body=PANEL, ours=True))),
    "an answer": _judged(github=_with(_comment(106, body=ANSWER, ours=True))),
    "a reaction": _judged(github=_with(_comment(101, "+1", "confused"), without=101)),
}
WRONG = {
    "a delivery nobody decided": _judged(inbox={"a": "ready", "b": "done"}),
    "a delivery in quarantine": _judged(inbox={"a": "quarantined", "b": "done"}),
    "an amount": _judged(lines=[_line(1, 101, "PledgeMade", 300), LINES[1]]),
    "a gap in the ledger": _judged(lines=[LINES[0], _line(3, 102, "Refused")]),
    "the sum of a panel": _judged(
        github=_with(_comment(104, body=PANEL.replace("30", "60"), ours=True), without=104)
    ),
    "talk that was recorded": _judged(lines=[*LINES, _line(3, 103, "Refused")]),
    "the other reaction": _judged(github=_with(_comment(101, "confused"), without=101)),
}


@pytest.mark.parametrize("verdict", LOST.values(), ids=LOST)
def test_what_is_lost_is_seen(verdict: Verdict) -> None:
    assert verdict.lost


@pytest.mark.parametrize("verdict", DOUBLED.values(), ids=DOUBLED)
def test_what_is_doubled_is_seen(verdict: Verdict) -> None:
    assert verdict.doubled


@pytest.mark.parametrize("verdict", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_seen(verdict: Verdict) -> None:
    assert verdict.wrong
