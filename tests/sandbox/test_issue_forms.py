"""Does a form become the issue that GitHub makes of it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.errors import NotFound, Unprocessable
from sandbox.nouns.forms import BrokenForm, read_form
from sandbox.story import a_project
from sandbox.world import World
from tests.sandbox.kit import Clock

if TYPE_CHECKING:
    from sandbox.server import Sandbox
    from sandbox.story import Project
    from sandbox.world import Installation

FOLDER = ".github/ISSUE_TEMPLATE"
DOCUMENTED = Path(__file__).parents[2] / "docs" / "work-order.yml"
FORM = """\
name: Bug report
description: Something is wrong
title: "[Bug]: "
labels: [bug, not-there]
body:
  - type: markdown
    attributes:
      value: Thanks for taking the time!
  - type: input
    id: contact
    attributes:
      label: Contact Details
      placeholder: ex. email@example.com
  - type: textarea
    id: what-happened
    attributes:
      label: What happened?
      value: A bug happened!
    validations:
      required: true
  - type: textarea
    attributes:
      label: Relevant log output
      render: shell
  - type: dropdown
    id: version
    attributes:
      label: Version
      options: ["1.0.2", "1.0.3"]
  - type: dropdown
    id: browsers
    attributes:
      label: What browsers?
      multiple: true
      options: [Firefox, Chrome, Safari]
  - type: checkboxes
    id: terms
    attributes:
      label: Code of Conduct
      options:
        - label: I agree
          required: true
        - label: I would like a stamp
"""
FULL = """\
### Contact Details

ada@example.org

### What happened?

It broke.

Twice.

### Relevant log output

```shell
$ solve
Segmentation fault
```

### Version

1.0.3

### What browsers?

Firefox, Safari

### Code of Conduct

- [x] I agree
- [ ] I would like a stamp"""
EMPTY = """\
### Contact Details

_No response_

### What happened?

x

### Relevant log output

_No response_

### Version

None

### What browsers?

_No response_

### Code of Conduct

- [x] I agree
- [ ] I would like a stamp"""
ANSWERS = {
    "contact": "ada@example.org",
    "what-happened": "It broke.\n\nTwice.",
    "relevant-log-output": "$ solve\nSegmentation fault",
    "version": "1.0.3",
    "browsers": ["Safari", "Firefox"],
    "terms": ["I agree"],
}
LEAST = {"what-happened": "x", "terms": ["I agree"]}


@pytest.fixture
def world() -> World:
    return World(Clock())


@pytest.fixture
def filed(box: Sandbox, project: Project) -> Project:
    box.world.person("mia").push(project.solver, {f"{FOLDER}/bug.yml": FORM}, "Add a form")
    return project


def test_answers_become_headings_and_texts(box: Sandbox, filed: Project) -> None:
    ada = box.world.person("ada")
    issue = ada.open_issue_from_form(filed.solver, "bug.yml", ANSWERS, "It breaks")
    assert (issue.title, issue.body) == ("It breaks", FULL)


def test_what_is_left_out_says_so(box: Sandbox, filed: Project) -> None:
    issue = box.world.person("ada").open_issue_from_form(filed.solver, "bug.yml", LEAST)
    assert (issue.title, issue.body) == ("[Bug]: ", EMPTY)


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({"terms": ["I agree"]}, ["What happened?"]),
        ({"what-happened": " \n", "terms": ["I agree"]}, ["What happened?"]),
        ({"what-happened": "x", "terms": ["I would like a stamp"]}, ["I agree"]),
        ({}, ["What happened?", "I agree"]),
    ],
)
def test_in_public_what_is_required_must_be_there(
    box: Sandbox, filed: Project, answers: dict[str, str], missing: list[str]
) -> None:
    before = len(filed.solver.issues)
    with pytest.raises(Unprocessable) as refused:
        box.world.person("ada").open_issue_from_form(filed.solver, "bug.yml", answers)
    said = [each.message for each in refused.value.problems]
    assert said == [f"“{label}” must be filled in" for label in missing]
    assert len(filed.solver.issues) == before
    mia = box.world.person("mia")
    mia.push(filed.secret, {f"{FOLDER}/bug.yml": FORM})
    assert mia.open_issue_from_form(filed.secret, "bug.yml", answers).number == 1


def test_a_field_that_is_not_there_cannot_be_answered(box: Sandbox, filed: Project) -> None:
    with pytest.raises(Unprocessable):
        box.world.person("ada").open_issue_from_form(
            filed.solver, "bug.yml", {**LEAST, "colour": "red"}
        )


async def test_its_labels_are_put_on_in_the_author_s_name(
    box: Sandbox, filed: Project, installation: Installation
) -> None:
    issue = box.world.person("eve").open_issue_from_form(filed.solver, "bug.yml", LEAST)
    assert [each.name for each in issue.labels] == ["bug"]
    assert "not-there" not in filed.solver.labels
    told = [(each.name, each.payload["sender"]["login"]) for each in box.deliveries]
    assert told == [("issues.opened", "eve"), ("issues.labeled", "eve")]
    assert box.deliveries[0].payload["issue"]["labels"][0]["name"] == "bug"


def test_an_answer_may_look_like_a_field_of_the_form(box: Sandbox, filed: Project) -> None:
    """GitHub escapes nothing: whoever reads the text must know that."""
    forged = "x\n\n### Version\n\n9.9"
    answers = {**LEAST, "what-happened": forged}
    body = box.world.person("eve").open_issue_from_form(filed.solver, "bug.yml", answers).body
    assert body.count("### Version") == 2


def test_a_field_of_one_line_takes_one_line(box: Sandbox, filed: Project) -> None:
    answers = {**LEAST, "contact": "a\n### Version\nb"}
    body = box.world.person("eve").open_issue_from_form(filed.solver, "bug.yml", answers).body
    assert body.startswith("### Contact Details\n\na### Versionb\n\n")


def test_forms_count_on_the_default_branch_and_in_their_folder(
    box: Sandbox, project: Project
) -> None:
    mia, ada = box.world.person("mia"), box.world.person("ada")
    mia.push(project.solver, {f"{FOLDER}/bug.yml": FORM}, branch="not-yet")
    mia.push(
        project.solver,
        {
            f"{FOLDER}/config.yml": "blank_issues_enabled: true\n",
            f"{FOLDER}/old.md": "---\nname: Old\n---\n",
            f"{FOLDER}/deep/bug.yml": FORM,
            f"{FOLDER}/broken.yml": "name: Broken\n",
            "bug.yml": FORM,
        },
    )
    assert [each.file for each in ada.issue_forms(project.solver)] == ["roadmap.yml"]
    with pytest.raises(NotFound):
        ada.open_issue_from_form(project.solver, "bug.yml", LEAST)
    with pytest.raises(NotFound):
        ada.issue_forms(project.secret)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Bug report", "title2: x"),
        ("name: Bug report", "name: true"),
        ("description: Something is wrong", "description: '  '"),
        ("id: contact", "id: first name"),
        ("id: contact", "id: version"),
        ("type: input", "type: password"),
        ("label: Contact Details", "label: 5"),
        ("[Firefox, Chrome, Safari]", "[Firefox, Firefox]"),
        ("[Firefox, Chrome, Safari]", "[Yes, No]"),
        ("[Firefox, Chrome, Safari]", "[Firefox, none]"),
        ("[Firefox, Chrome, Safari]", "[]"),
        ("labels: [bug, not-there]", "labels: {a: b}"),
        ("body:", "body2:"),
        ("title:", "title: ["),
    ],
)
def test_what_github_calls_broken_is_no_form(old: str, new: str) -> None:
    assert old in FORM
    with pytest.raises(BrokenForm):
        read_form("bug.yml", FORM.replace(old, new))


def test_a_form_must_ask_something() -> None:
    shown = "name: x\ndescription: x\nbody: [{type: markdown, attributes: {value: x}}]\n"
    with pytest.raises(BrokenForm):
        read_form("bug.yml", shown)


def test_labels_may_stand_between_commas_and_a_choice_may_be_made_already() -> None:
    form = read_form("bug.yml", FORM.replace("[bug, not-there]", '"bug, late"'))
    assert form.labels == ("bug", "late")
    text = FORM.replace(
        'options: ["1.0.2", "1.0.3"]', 'options: ["1.0.2", "1.0.3"]\n      default: 1'
    )
    assert read_form("bug.yml", text).asked[3].value == "1.0.3"


def test_a_project_may_have_a_form_from_its_first_commit(world: World) -> None:
    project = a_project(world, {f"{FOLDER}/work-order.yml": DOCUMENTED.read_text()})
    ada = world.person("ada")
    answers = {
        "scope": "Sparse LU",
        "developers": "@dev",
        "budget": "USD 5,000",
        "effort": "Per hour.",
        "period": "2027-01-01 to 2027-06-30",
    }
    order = ada.open_issue_from_form(project.solver, "work-order.yml", answers, "Work order: LU")
    assert order.has("work-order")
    assert order.body.startswith("### Scope\n\nSparse LU\n\n### Roadmap items\n\n_No response_")
    assert "\n\n### Reports\n\nNone\n\n" in order.body


def test_the_form_that_the_documentation_gives_is_one_that_github_offers() -> None:
    form = read_form("work-order.yml", DOCUMENTED.read_text())
    assert form.labels == ("work-order",)
    assert {"scope", "developers", "budget"} <= {each.key for each in form.asked}
