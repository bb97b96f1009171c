"""Which project do people play with, and test with?

`acme/solver`, a library of numeric solvers, with the people of every story:

    mia   owner of acme, maintains the project     gus   writes code, may merge (write)
    dev   writes code from a fork (triage)         ada   would like to fund something (no role)
    bob   another funder (no role)                 eve   a troublemaker (no role)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.world import Issue, Repository, User, World

PEOPLE = {
    "mia": "Mia Marchetti",
    "ada": "Ada Okafor",
    "bob": "Bob Lindqvist",
    "dev": "Dev Banerjee",
    "gus": "Gus Almeida",
    "eve": "Eve Novak",
}
LABELS = {
    "roadmap": ("0e8a16", "Planned by the maintainers, and open to funding"),
    "work-order": ("1d76db", "A community work order"),
    "funding-digest": ("c5def5", "The monthly funding report"),
    "bug": ("d73a4a", "Something isn't working"),
    "enhancement": ("a2eeef", "New feature or request"),
    "good first issue": ("7057ff", "Good for newcomers"),
}
ROADMAP_FORM = """\
name: Roadmap item
description: Something that the project would like to see done
labels: [roadmap]
body:
  - type: textarea
    id: what
    attributes:
      label: What, and why?
    validations:
      required: true
"""
FILES = {
    "README.md": (
        "# solver\n\nSparse and dense linear solvers with one interface.\n\n"
        "```python\nfrom solver import solve\nx = solve(A, b)\n```\n"
    ),
    "solver/__init__.py": "from solver.direct import solve\n\n__all__ = ['solve']\n",
    "solver/direct.py": "def solve(a, b):\n    return a.factorize().apply(b)\n",
    "LICENSE": "BSD-3-Clause\n",
    "CONTRIBUTING.md": "Every change is reviewed by somebody who did not write it.\n",
    ".github/FUNDING.yml": "open_collective: acme-solver\ngithub: [acme]\n",
    ".github/ISSUE_TEMPLATE/roadmap.yml": ROADMAP_FORM,
}
ISSUES = [
    (
        "mia",
        "Sparse LU factorization with partial pivoting",
        (
            "Today `solve` densifies every sparse matrix. A left-looking LU (Gilbert and Peierls)"
            " with partial pivoting would cover most of what people ask for.\n\n"
            "- [ ] symbolic analysis\n- [ ] numeric phase\n"
            "- [ ] triangular solves for many right-hand sides"
        ),
        ["enhancement"],
    ),
    (
        "dev",
        "Wrong answer for singular 1x1 systems",
        (
            "`solve([[0.0]], [1.0])` returns `inf` without a warning. It should raise"
            " `SingularMatrix`, as for larger systems."
        ),
        [],
    ),
    (
        "gus",
        "Wheels for Windows on ARM",
        "We have runners for it now. Needs somebody with such a machine to try the result.",
        ["enhancement"],
    ),
    (
        "bob",
        "GMRES: let the caller choose the preconditioner",
        (
            "We solve the same operator thousands of times a night, and would like to reuse an"
            " incomplete factorization of our own."
        ),
        [],
    ),
]


@dataclass(frozen=True, slots=True)
class Project:
    """What `a_project` made; the App is not installed yet."""

    organization: User
    solver: Repository
    docs: Repository
    secret: Repository
    issues: tuple[Issue, ...]


def a_project(world: World, files: Mapping[str, str] | None = None) -> Project:
    """Fill the world with the organisation `acme`, its people and its repositories.

    `files` are in the first commit of `acme/solver` besides those of the story.
    """
    for login, name in PEOPLE.items():
        world.add_user(login, name)
    acme = world.add_organization("acme", "Acme Numerics")
    world.add_member("acme", "mia", "admin")
    world.add_team("acme", "core", ("mia", "gus"))
    description = "Sparse and dense linear solvers"
    everything = {**FILES, **(files or {})}
    solver = world.add_repository("acme/solver", description=description, files=everything)
    docs = world.add_repository("acme/docs", files={"index.md": "# The solver's handbook\n"})
    secret = world.add_repository("acme/secret", private=True, files={"plan.md": "Not yet.\n"})
    _roles(world, solver)
    return Project(acme, solver, docs, secret, _issues(world, solver))


def _roles(world: World, solver: Repository) -> None:
    mia = world.person("mia")
    mia.set_role(solver, "gus", "write")
    mia.set_role(solver, "dev", "triage")
    for name, (color, description) in LABELS.items():
        mia.create_label(solver, name, color, description)


def _issues(world: World, solver: Repository) -> tuple[Issue, ...]:
    opened = []
    for author, title, body, labels in ISSUES:
        issue = world.person(author).open_issue(solver, title, body)
        for name in labels:
            world.person("mia").label(issue, name)
        opened.append(issue)
    bug = opened[1]
    world.person("gus").comment(bug, "Confirmed: the pivot check starts at the second column.")
    world.person("mia").label(bug, "bug")
    return tuple(opened)
