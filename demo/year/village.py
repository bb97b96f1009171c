"""Which repository is the year played in, and who is there?"""

from __future__ import annotations

from demo.year.people import (
    DEVELOPERS,
    FIRMS,
    MAINTAINERS,
    NEWCOMERS,
    OWNER,
    PERSONS,
    STEWARDS,
    TREASURERS,
)
from demo.year.script import NAME
from sandbox.story import LABELS
from sandbox.world import Repository, World

README = """\
# telescope

Plan, point and reduce: a Python library for observatories of any size, from a balcony to a dome.

```python
from telescope import Site, plan
tonight = plan(Site.named("La Palma"), targets=["M 13", "NGC 6946"])
```

What we would like to do next is on our roadmap: issues labelled `roadmap` can be funded.
"""
FILES = {
    "README.md": README,
    "telescope/__init__.py": "from telescope.planning import plan\n\n__all__ = ['plan']\n",
    "telescope/planning.py": "def plan(site, targets):\n    return sorted(targets)\n",
    "LICENSE": "BSD-3-Clause\n",
    "CONTRIBUTING.md": "Every change is reviewed by somebody who did not write it.\n",
    ".github/FUNDING.yml": "open_collective: acme-telescope\ngithub: [acme]\n",
}


def a_telescope(world: World) -> Repository:
    """Add the repository to a world in which `acme` is, with everybody of the year."""
    people = STEWARDS | TREASURERS | MAINTAINERS | DEVELOPERS | NEWCOMERS
    people |= {each.login: each.name for each in PERSONS}
    people |= {each.speaker: f"{each.speaker.title()} Brandt" for each in FIRMS if each.speaker}
    known = {user.login for user in world.users.values()}
    for login, name in people.items():
        if login not in known:
            world.add_user(login, name)
    for firm in FIRMS:
        world.add_organization(firm.login, firm.name)
    description = "Plan, point and reduce: a Python library for observatories"
    repository = world.add_repository(NAME, description=description, files=dict(FILES))
    _roles(world, repository)
    return repository


def _roles(world: World, repository: Repository) -> None:
    owner = world.person(OWNER)
    roles = (("maintain", STEWARDS), ("triage", TREASURERS), ("write", MAINTAINERS))
    for role, people in roles:
        for login in people.keys() - {OWNER}:
            owner.set_role(repository, login, role)
    for name, (color, description) in LABELS.items():
        owner.create_label(repository, name, color, description)
