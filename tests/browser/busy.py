"""Which project has something of everything that the page can show?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.story import a_project
from sandbox.world import CheckRun

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from sandbox.world import Actor, Issue, PullRequest, Repository

PANEL = """\
**USD 950.00** pledged · goal USD 2,000.00
`▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░ 48 %`

#### Pledges

| Pledge | From | Amount | Terms |
|:--|:--|--:|:--|
| [P-1](/acme/solver/issues/1) | [ada](/ada) | USD 500.00 | until 2027-01-31 |
| [P-3](/acme/solver/issues/1) | [bob](/bob) | USD 450.00 | **due**, to be paid by 2027-01-21 |

#### Offered: USD 2,000.00

Waiting for a steward's word, and outside every total until then.

<details>
<summary>Ended pledges (1)</summary>

- P-2, eve, USD 40.00 · declined by the project: `too early for us`

</details>

#### How to fund this

Write a comment with the line `/pledge 50 USD`; accepted here: USD or EUR.

*A pledge is a promise; it buys best effort, not a merge. Payment details are never posted in comments.*

<sub>Ledger entry 12, <code title="9f86d081">9f86d081884c</code> · dates are in UTC</sub>
"""
REFUSAL = """\
**Not recorded.** That amount can be read in two ways: for one write `1.00`, for a thousand `1000`.

You wrote: `/pledge 1.000 EUR`
Accepted form: `/pledge <amount> [on completion]`

Post a new comment: edits are not read.
"""
WORDS = """\
Thanks @ada! Some notes, see #2 and https://example.org/lu?a=b(c).

- [x] symbolic analysis
- [ ] ~~dense~~ numeric phase

> quoted, `/pledge $1`

```python
x = solve(A, b, method="lu", pivot="partial", symmetric=False, overwrite_a=False, check=True)
```

<!-- not to be seen -->
"""
DISCLOSURE = """\
This pull request is part of work under **CWO #57**. Best effort; please review it like any other.

- approvals from people with no declared interest: 1
"""

FORM = """\
name: Study
description: Ask for a study of a solver
title: "Study: "
labels: [enhancement]
body:
  - type: markdown
    attributes:
      value: "## Before you start\\n\\nSee [the issues](/acme/solver)."
  - type: input
    id: matrix
    attributes:
      label: Which matrix?
      description: A *name* is enough.
      placeholder: bcsstk17
  - type: textarea
    id: why
    attributes:
      label: Why?
    validations:
      required: true
  - type: textarea
    id: log
    attributes:
      label: Log
      render: shell
  - type: dropdown
    id: when
    attributes:
      label: When?
      options: [Soon, Later]
  - type: dropdown
    id: how
    attributes:
      label: How?
      description: More than one, if you like.
      multiple: true
      options: [LU, QR, GMRES]
  - type: checkboxes
    id: terms
    attributes:
      label: Terms
      options:
        - label: I have read [the rules](/acme/solver)
          required: true
        - label: I can help
"""


@dataclass(frozen=True, slots=True)
class Busy:
    """What there is to look at."""

    solver: Repository
    item: Issue
    pull: PullRequest
    merged: PullRequest
    bot: Actor


def a_busy_project(box: Sandbox) -> Busy:
    """The story's project after some lively days, with a bot that has answered."""
    world = box.world
    project = a_project(world)
    mia, ada, dev, gus = (world.person(name) for name in ("mia", "ada", "dev", "gus"))
    bot = world.app_in(mia.install(box.app, "all", on="acme"))
    item = project.issues[0]
    _talk(item, mia, ada, bot)
    pull = _pull(project.solver, item, dev, gus)
    merged = gus.open_pull(project.solver, "Say what the package is", "", {"NOTICE": "acme\n"})
    mia.review(merged, "APPROVED")
    mia.merge(merged)
    _checks(box, project.solver, pull)
    mia.push(project.solver, {".github/ISSUE_TEMPLATE/study.yml": FORM}, "Ask for studies")
    world.add_bot("renovate", "acme")
    return Busy(project.solver, item, pull, merged, bot)


def _talk(item: Issue, mia: Actor, ada: Actor, bot: Actor) -> None:
    mia.label(item, "roadmap")
    panel = bot.comment(item, "**Nothing pledged yet**")
    said = ada.comment(item, "/pledge $500")
    bot.react(said, "+1")
    bot.edit_comment(panel, PANEL)
    refused = ada.comment(item, "/pledge 1.000 EUR")
    bot.react(refused, "confused")
    bot.comment(item, REFUSAL)
    mia.edit_comment(mia.comment(item, "Thanks!"), WORDS)
    for number in range(6):
        ada.comment(item, f"Thought number {number}: would a supernodal variant help here?")


def _pull(solver: Repository, item: Issue, dev: Actor, gus: Actor) -> PullRequest:
    files: dict[str, str | None] = {
        "solver/sparse.py": "def lu(a):\n    return a\n",
        "README.md": "# solver\n\nSparse, and now with LU.\n",
    }
    body = f"CWO: #57\n\nFixes #{item.number}"
    pull = dev.open_pull(solver, "Left-looking sparse LU", body, files, "lu", from_fork=True)
    gus.review(pull, "CHANGES_REQUESTED", "The pivot is never checked.")
    dev.push_to_pull(pull, {"solver/sparse.py": "def lu(a):\n    check(a)\n    return a\n"})
    gus.review(pull, "APPROVED", "Good now.")
    return pull


def _checks(box: Sandbox, solver: Repository, pull: PullRequest) -> None:
    add_check(box, solver, pull.head_sha, "Funding disclosure", "neutral", DISCLOSURE)
    commit = box.world.person("mia").push(
        solver, {".github/bursar.yml": "roles:\n  stewardz: []\n"}, "Configure Bursar"
    )
    run = add_check(box, solver, commit.sha, "Bursar configuration", "failure", "One mistake.")
    run.title = "1 mistake in the configuration"
    run.annotations.append(
        {
            "path": ".github/bursar.yml",
            "start_line": 2,
            "end_line": 2,
            "annotation_level": "failure",
            "message": "`stewardz` is no key here; did you mean `stewards`?",
        }
    )


def add_check(
    box: Sandbox, solver: Repository, sha: str, name: str, conclusion: str, summary: str
) -> CheckRun:
    """A check run of the bot's that is done."""
    world = box.world
    run = CheckRun(world.next_id(), solver, box.app, name, sha, world.now(), "completed")
    run.conclusion, run.summary, run.completed_at = conclusion, summary, world.now()
    solver.check_runs.append(run)
    world.changed()
    return run
