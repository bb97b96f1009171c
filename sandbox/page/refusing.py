"""How do we tell a person, in a sentence, that GitHub would not do this?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.errors import Forbidden, Gone, NotFound, Refused, Unprocessable
from sandbox.page.people import first_name

if TYPE_CHECKING:
    from sandbox.errors import Problem
    from sandbox.world import User

NEEDED = re.compile(r"Must have (\w+) rights")
OF_FIELDS = {
    ("title", "missing_field"): "A title is missing.",
    ("data", "unprocessable"): "There is nothing in it yet: write something first.",
    ("body", "missing_field"): "Only an approval may go without words: say what you think of it.",
    ("head", "invalid"): "There is no such branch.",
    ("state", "invalid"): "What is merged cannot be opened again.",
}
OF_MESSAGES = {
    "Unable to create comment because issue is locked.": (
        "{name} cannot write here: the conversation is locked to people with write access."
    ),
    "Pull Request is not mergeable": (
        "This cannot be merged as it is: it is closed, or still a draft."
    ),
    "Repository was archived so is read-only.": "This repository is archived: nothing can change.",
    "You must be an owner of the account": "Only an owner of the account can do this.",
}


def in_a_sentence(refusal: Refused, user: User, doing: str) -> str:
    """Why `user` could not do this; `doing` completes "Ada cannot ..."."""
    name = first_name(user)
    if needed := NEEDED.search(refusal.message):
        return f"{name} cannot {doing} here: only people with {needed[1]} rights can."
    if refusal.message in OF_MESSAGES:
        return OF_MESSAGES[refusal.message].format(name=name)
    if refusal.message.startswith("Can not "):
        return f"{name} cannot {refusal.message.removeprefix('Can not ')}.".replace("your", "their")
    if isinstance(refusal, Unprocessable) and refusal.problems:
        return " ".join(_of_problem(each) for each in refusal.problems)
    return _of_kind(refusal, name, doing)


def _of_problem(problem: Problem) -> str:
    known = OF_FIELDS.get((problem.field, problem.code))
    said = problem.message or f"The {problem.field} is not right ({problem.code})."
    return known or f"{said[0].upper()}{said[1:].removesuffix('.')}."


def _of_kind(refusal: Refused, name: str, doing: str) -> str:
    if isinstance(refusal, NotFound):
        return "That is not there any more."
    if isinstance(refusal, Forbidden):
        return f"{name} cannot {doing} here. GitHub would say: {refusal.message}"
    return f"{refusal.message.removesuffix('.')}."


def of_a_page(refusal: Refused, user: User) -> str:
    """Why a whole page cannot be shown."""
    name = first_name(user)
    if isinstance(refusal, Gone):
        return "This issue was deleted."
    if isinstance(refusal, NotFound):
        return f"There is nothing at this address, or nothing that {name} may see."
    return in_a_sentence(refusal, user, "do this")
