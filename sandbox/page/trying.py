"""What could one try here: first of all, in a comment, in the configuration?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.nouns.roles import standing
from sandbox.page.addresses import of_issue

if TYPE_CHECKING:
    from sandbox.world import Actor, Issue, Repository

CONFIGURATION = ".github/bursar.yml"
ROADMAP = "roadmap"
COMMANDS = {
    "ada": ["/pledge $500", "/pledge €250 on completion", "/withdraw"],
    "bob": ["/pledge $200", "/pledge $1,000 for @acme", "/withdraw"],
    "dev": ["/pledge 50 USD"],
    "eve": ["/pledge 1.000 EUR", "/pledge $50 if merged", "/accept"],
    "gus": ["/pledge $20", "/goal $100"],
    "mia": ["/goal $2,000", "/accept", "/decline P-2 too early for us"],
}
WORK_ORDER = "work-order"
ON_WORK_ORDERS = {
    "mia": ["/cwo approve", "/cwo close landed", "/cwo decline not now"],
    "gus": ["/cwo approve", "/cwo close declined on merits"],
    "dev": [
        "/cwo propose",
        "/cwo start",
        "/cwo report\nThe symbolic phase is done.",
        "/cwo finish",
    ],
    "ada": ["/pledge $500", "/cwo propose", "/cwo cancel we changed our plans"],
    "eve": ["/cwo approve", "/cwo start"],
}
BY_STEWARDS = COMMANDS["mia"]
BY_ANYBODY = ["/pledge $500", "/withdraw"]
SAMPLES = {
    "a sound one": (
        'roles:\n  stewards: ["@mia"]\npledges:\n  currencies: [USD, EUR]\n'
        "  minimum: {USD: 25}\n  accept_up_to: {USD: 500}\n"
    ),
    "a misspelt key": 'roles:\n  stewardz: ["@mia"]\npledges:\n  currencies: [USD, EUR]\n',
    "a wrong amount": "pledges:\n  currencies: [USD, EUR]\n  minimum: twenty-five\n",
    "broken YAML": "pledges:\n  currencies: [USD, EUR\n  minimum: {USD: 25}\n",
}


class Step(NamedTuple):
    """One thing to try: who does what, and where."""

    login: str
    text: str
    button: str
    address: str


def things_to_try(repository: Repository) -> list[Step]:
    """Three steps that show what Bursar is about, on an issue of this repository."""
    issue = _example(repository)
    if issue is None:
        return []
    there = of_issue(issue)
    first = f"As Mia, put the label “roadmap” on issue #{issue.number}: now it can be funded."
    if issue.has(ROADMAP):
        first = f"As Mia, see issue #{issue.number}: it is labelled “roadmap”, so it can be funded."
    return [
        Step(
            "mia",
            first,
            "Be Mia, and go there",
            f"{there}#labels",
        ),
        Step(
            "ada",
            "As Ada, write “/pledge €250” in a comment there, and watch the bot answer.",
            "Be Ada, and write it",
            f"{there}?say=%2Fpledge+%E2%82%AC250#write",
        ),
        Step(
            "mia",
            "As Mia again, set a goal with “/goal $2,000”, or close the issue as completed.",
            "Be Mia, and set it",
            f"{there}?say=%2Fgoal+%242%2C000#write",
        ),
    ]


def _example(repository: Repository) -> Issue | None:
    """What a maintainer put on the roadmap, else the first open issue that nobody labelled so."""
    is_open = [
        each
        for each in repository.issues.values()
        if each.state == "open" and not each.pull and not each.deleted and not each.moved_to
    ]
    on_roadmap = [each for each in is_open if each.has(ROADMAP)]
    counted = [each for each in on_roadmap if _by_somebody_who_may(each)]
    unlabelled = [each for each in is_open if each not in on_roadmap]
    return next(iter(counted or unlabelled), None)


def _by_somebody_who_may(issue: Issue) -> bool:
    """Tell whether the label was put there by somebody with write access: only then it counts."""
    labelled = [
        e for e in issue.events if e.kind == "labeled" and e.label and e.label.name == ROADMAP
    ]
    return bool(labelled) and standing(labelled[-1].actor, issue.repository).reaches("write")


def commands_for(actor: Actor, issue: Issue) -> list[str]:
    """Commands that this person might write here."""
    login, is_keeper = actor.user.login, actor.may(issue.repository, "maintain")
    if issue.pull:
        orders = [each.number for each in issue.repository.issues.values() if each.has(WORK_ORDER)]
        return [f"/cwo link #{number}" for number in orders[-1:]]
    if issue.has(WORK_ORDER):
        usual = ON_WORK_ORDERS["mia" if is_keeper else "ada"]
        return [*ON_WORK_ORDERS.get(login, usual), "/help"]
    usual = BY_STEWARDS if is_keeper else BY_ANYBODY
    return [*COMMANDS.get(login, usual), "/help"]
