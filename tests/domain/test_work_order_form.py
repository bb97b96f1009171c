"""Does GitHub offer the form that maintainers copy, and do we read what it asks?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.terms import REQUIRED, Field
from tests.domain.form_bodies import alone

FORM = Path(__file__).parents[2] / "docs" / "work-order.yml"
# https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
ATTRIBUTES = {
    "markdown": ({"value"}, set[str]()),
    "textarea": ({"label"}, {"description", "placeholder", "value", "render"}),
    "input": ({"label"}, {"description", "placeholder", "value"}),
    "dropdown": ({"label", "options"}, {"description", "multiple", "default"}),
}
IDS: tuple[str, ...] = (
    "scope",
    "items",
    "developers",
    "funder",
    "interested",
    "budget",
    "effort",
    "period",
)
IDS += ("reports", "share")
YAML_TRUTH = {"y", "yes", "n", "no", "true", "false", "on", "off"}
OF_LINKS = {"title", "body", "labels", "assignees", "projects", "milestone", "template", "type"}
CLAUSE = (
    "in the project itself; the developers choose the approach within the scope; best effort; "
    "the same review as any change"
)


def written() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(FORM.read_text(encoding="utf-8"))
    return found


def asked() -> list[dict[str, Any]]:
    return [element for element in written()["body"] if element["type"] != "markdown"]


def test_the_form_has_the_keys_that_github_documents() -> None:
    form = written()
    assert {"name", "description", "body"} <= form.keys()
    assert form.keys() <= {
        "name",
        "description",
        "body",
        "title",
        "labels",
        "assignees",
        "projects",
    }
    assert form["title"] == "Work order: "
    assert form["labels"] == ["work-order"]
    assert 3 <= len(form["name"]) <= len(form["description"]) <= 200


@pytest.mark.parametrize("element", written()["body"], ids=lambda each: each.get("id", "markdown"))
def test_an_element_has_the_keys_that_github_documents(element: dict[str, Any]) -> None:
    needed, allowed = ATTRIBUTES[element["type"]]
    attributes = element["attributes"]
    assert needed <= attributes.keys() <= needed | allowed
    texts = [
        value for key, value in attributes.items() if key not in {"options", "multiple", "default"}
    ]
    assert all(isinstance(text, str) and text.strip() for text in texts)
    if element["type"] == "markdown":
        assert element.keys() == {"type", "attributes"}
    else:
        assert element.keys() <= {"type", "id", "attributes", "validations"}
        assert re.fullmatch(r"[A-Za-z0-9_-]+", element["id"])
        assert element.get("validations", {}) in ({}, {"required": True})


def test_ids_and_labels_are_those_that_links_and_issues_use() -> None:
    assert [element["id"] for element in asked()] == [*IDS]
    assert [element["attributes"]["label"] for element in asked()] == [*Field]
    assert not {*IDS} & (YAML_TRUTH | OF_LINKS)


def test_the_form_requires_what_we_require() -> None:
    required = [each for each in asked() if each.get("validations", {}).get("required")]
    assert tuple(each["attributes"]["label"] for each in required) == REQUIRED


def test_every_choice_of_the_form_is_read() -> None:
    (choices,) = [
        each["attributes"]["options"] for each in asked() if "options" in each["attributes"]
    ]
    assert len({*choices}) == len(choices)
    assert all(isinstance(choice, str) and choice.lower() != "none" for choice in choices)
    assert [alone(Field.REPORTS, choice).report_every_days for choice in choices] == [
        30,
        14,
        7,
        91,
        None,
    ]


@pytest.mark.parametrize("element", asked(), ids=lambda each: each["id"])
def test_every_example_of_the_form_is_read(element: dict[str, Any]) -> None:
    example = element["attributes"].get("placeholder")
    assert example is None or alone(Field(element["attributes"]["label"]), example).problems == ()


def test_the_form_explains_first_and_ends_with_what_nobody_can_edit() -> None:
    first, *_, last = written()["body"]
    assert first["type"] == last["type"] == "markdown"
    assert len(re.findall(r"\.(?:\s|$)", first["attributes"]["value"])) == 3
    assert CLAUSE in " ".join(last["attributes"]["value"].split())


def test_the_form_speaks_of_work_and_not_of_prizes() -> None:
    assert not re.search(
        r"reward|claim|winner|hunter|bounty|prize", FORM.read_text(), re.IGNORECASE
    )
