"""Which issue form does a YAML file describe, and what becomes of the answers to its questions?

https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

NO_RESPONSE = "_No response_"
NONE = "None"  # offered, and chosen, where a dropdown may be left as it is
TEXTS = frozenset({"input", "textarea"})  # what a link can fill in
KINDS = TEXTS | {"dropdown", "checkboxes", "markdown"}
ID = re.compile(r"[A-Za-z0-9_-]+")

Answers: TypeAlias = Mapping[str, str | Sequence[str]]
"""By a field's id: its text, or the options that were chosen."""


class BrokenForm(Exception):
    """GitHub would not offer this form; the text says why."""


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One element of a form. `value` is what stands in it at first, or what `markdown` shows."""

    kind: str
    key: str
    label: str = ""
    description: str = ""
    placeholder: str = ""
    value: str = ""
    render: str = ""
    options: tuple[Option, ...] = ()
    multiple: bool = False
    required: bool = False

    @property
    def is_asked(self) -> bool:
        return self.kind != "markdown"

    def missing(self, answer: str | Sequence[str]) -> list[str]:
        """What must be answered here, and was not."""
        if self.kind == "checkboxes":
            chosen = _chosen(answer)
            return [
                each.label for each in self.options if each.required and each.label not in chosen
            ]
        return [self.label] if self.required and not self._said(answer) else []

    def section(self, answer: str | Sequence[str]) -> str:
        """A heading and the answer, as GitHub writes them into the issue."""
        return f"### {self.label}\n\n{self._said(answer) or self._unsaid()}"

    def _unsaid(self) -> str:
        return NONE if self.kind == "dropdown" and not self.multiple else NO_RESPONSE

    def _said(self, answer: str | Sequence[str]) -> str:
        if self.kind == "checkboxes":
            chosen = _chosen(answer)
            boxes = [(each.label, "x" if each.label in chosen else " ") for each in self.options]
            return "\n".join(f"- [{tick}] {label}" for label, tick in boxes)
        if self.kind == "dropdown":
            chosen = _chosen(answer)
            return ", ".join(each.label for each in self.options if each.label in chosen)
        return self._text(answer if isinstance(answer, str) else "\n".join(answer))

    def _text(self, text: str) -> str:
        if not text.strip():
            return ""
        if self.kind == "input":
            return "".join(text.splitlines())  # a field of one line takes no other
        return f"```{self.render}\n{text}\n```" if self.render else text


def _chosen(answer: str | Sequence[str]) -> set[str]:
    return {answer} if isinstance(answer, str) else set(answer)


@dataclass(frozen=True, slots=True)
class IssueForm:
    """A form, under the name of its file."""

    file: str
    name: str
    description: str
    title: str
    labels: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def asked(self) -> list[Field]:
        """The fields that somebody can fill in."""
        return [each for each in self.fields if each.is_asked]

    def missing(self, answers: Answers) -> list[str]:
        return [label for each in self.asked for label in each.missing(answers.get(each.key, ""))]

    def body(self, answers: Answers) -> str:
        """The text of the issue, field by field."""
        return "\n\n".join(each.section(answers.get(each.key, "")) for each in self.asked)


# -- reading the file ------------------------------------------------------------------------


def read_form(file: str, text: str) -> IssueForm:
    """Read a form; raises `BrokenForm`.

    https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/common-validation-errors-when-creating-issue-forms
    """
    try:
        top = _map(yaml.safe_load(text), "the form")
    except yaml.YAMLError as error:
        raise BrokenForm(str(error)) from error
    fields = tuple(_field(_map(each, "body")) for each in _list(top, "body"))
    form = IssueForm(
        file,
        _text(top, "name", must=True),
        _text(top, "description", must=True),
        _text(top, "title"),
        _labels(top.get("labels")),
        fields,
    )
    if not form.asked:
        raise BrokenForm("Body must contain at least one non-markdown field")
    _all_different([each.key for each in form.asked], "Body must have unique ids")
    return form


def _field(element: dict[str, Any]) -> Field:
    kind, attributes = element.get("type"), _map(element.get("attributes"), "attributes")
    if kind not in KINDS:
        raise BrokenForm(f"{kind} is not a valid input type")
    if kind == "markdown":
        return Field(kind, "", value=_text(attributes, "value", must=True))
    label = _text(attributes, "label", must=True)
    return Field(
        kind,
        _key(element.get("id"), label),
        label,
        _text(attributes, "description"),
        _text(attributes, "placeholder"),
        _first_value(kind, attributes),
        _text(attributes, "render"),
        _options(kind, attributes) if kind not in TEXTS else (),
        attributes.get("multiple") is True,
        _map(element.get("validations") or {}, "validations").get("required") is True,
    )


def _first_value(kind: str, attributes: dict[str, Any]) -> str:
    """A text, or the option that `default` counts to."""
    if kind in TEXTS:
        return _text(attributes, "value")
    options, default = _list(attributes, "options"), attributes.get("default")
    if kind == "dropdown" and isinstance(default, int) and 0 <= default < len(options):
        return str(options[default])
    return ""


def _key(given: object, label: str) -> str:
    """The id, or what Rails makes of the label: "What's up?" is `what-s-up`."""
    if given is None:
        return re.sub(r"[^a-z0-9_]+", "-", label.lower()).strip("-")
    if not isinstance(given, str) or ID.fullmatch(given) is None:
        raise BrokenForm("id can only contain numbers, letters, -, _")
    return given


def _options(kind: str, attributes: dict[str, Any]) -> tuple[Option, ...]:
    listed = _list(attributes, "options")
    if kind == "checkboxes":
        boxes = [_map(each, "options") for each in listed]
        found = [
            Option(_text(each, "label", must=True), each.get("required") is True) for each in boxes
        ]
    elif all(isinstance(each, str) for each in listed):
        found = [Option(each) for each in listed]
    else:
        raise BrokenForm("options must not include booleans")
    if kind == "dropdown" and any(each.label.lower() == "none" for each in found):
        raise BrokenForm("options must not include the reserved word, none")
    _all_different([each.label for each in found], "options must be unique")
    return tuple(found)


def _labels(given: object) -> tuple[str, ...]:
    """A list, or words between commas."""
    names = given.split(",") if isinstance(given, str) else given or []
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise BrokenForm("labels must be a list of strings")
    return tuple(each.strip() for each in names if each.strip())


def _map(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BrokenForm(f"{what} must be a map")
    return value


def _list(within: dict[str, Any], key: str) -> list[Any]:
    found = within.get(key)
    if not isinstance(found, list) or not found:
        raise BrokenForm(f"{key} cannot be empty")
    return found


def _text(within: dict[str, Any], key: str, *, must: bool = False) -> str:
    found = within.get(key)
    if found is None and not must:
        return ""
    if not isinstance(found, str) or (must and not found.strip()):
        raise BrokenForm(f"{key} must be a string")
    return found


def _all_different(words: list[str], otherwise: str) -> None:
    if any(times > 1 for times in Counter(words).values()):
        raise BrokenForm(otherwise)
