"""Would GitHub's API understand this request, and would it answer like that?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from urllib.parse import unquote

from tests.github_contract.published import published
from tests.github_contract.schemas import ContractBroken, Schemas

UNDOCUMENTED = frozenset({301, 304, 307, 401, 403, 404, 410, 422, 429})
FIRST_ERROR, FIRST_FAILURE = 400, 500
WITHOUT_BODY = frozenset({204, 304})

# The published list wants of each account that it is a user and an enterprise at once; GitHub's own
# example is neither. What is published for one installation is right.
CORRECTED: Mapping[str, Mapping[str, Any]] = {
    "apps/list-installations": {
        "200": {"type": "array", "items": {"$ref": "#/schemas/installation"}}
    },
}
# GitHub names this field in the timeline (`state-change-issue-event`), and sends it here too.
SENT_BUT_UNNAMED = {
    name: re.compile(r"\[\d+\]\.state_reason")
    for name in ("issues/list-events", "issues/list-events-for-repo")
}
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Operation:
    """One published operation, and which paths are its own."""

    name: str
    method: str
    path: re.Pattern[str]
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    answers: Mapping[str, Any]


def check_request(method: str, path: str, query: Mapping[str, object], body: object | None) -> None:
    """Raise `ContractBroken` unless GitHub documents every part of the request.

    `path` is as sent, without host and query; `body` is the decoded JSON, None for no body.
    """
    operation = _operation(method, path)
    _check_parameters(operation, "path", _path_parameters(operation, path))
    _check_parameters(operation, "query", query)
    _check_body(operation, body)


def check_answer(method: str, path: str, status: int, body: object | None) -> None:
    """Raise `ContractBroken` unless GitHub documents such an answer to this operation.

    GitHub documents few of its errors: where it is silent, an error needs a `message`.
    """
    operation = _operation(method, path)
    schema = operation.answers.get(str(status))
    if (status >= FIRST_ERROR and schema is None) or str(status) not in operation.answers:
        _check_undocumented(operation, status, body)
    elif schema is None or status in WITHOUT_BODY:
        if body not in (None, ""):
            raise ContractBroken(f"{operation.name} answers {status} without a body, not {body!r}.")
    else:
        what = f"The answer {status} of {operation.name}"
        _check_value(what, schema, body)
        if status < FIRST_ERROR:
            _check_names(what, schema, body, SENT_BUT_UNNAMED.get(operation.name, NEVER))


def operation_of(method: str, path: str) -> str:
    """The name that GitHub gives the operation, such as `issues/create-comment`."""
    return _operation(method, path).name


@cache
def all_operations() -> frozenset[str]:
    """The names of all operations that the slice holds."""
    return frozenset(each.name for each in _operations())


@cache
def _schemas() -> Schemas:
    return Schemas("openapi")


@cache
def _operations() -> tuple[Operation, ...]:
    """Longest literal path first, so that `issues/comments` is no issue called "comments"."""
    found = sorted(
        published("openapi")["operations"].items(), key=lambda each: _specificity(each[1]["path"])
    )
    return tuple(
        Operation(
            name,
            each["method"],
            _path_pattern(each),
            tuple(each["parameters"]),
            each["body"],
            {**each["answers"], **CORRECTED.get(name, {})},
        )
        for name, each in found
    )


def _by_name(path: str) -> str:
    """GitHub redirects old names to addresses by id, which it does not list one by one."""
    return re.sub(r"^/repositories/([0-9]+)(?=/|$)", r"/repos/by-id/\1", path)


def _specificity(path: str) -> int:
    return -sum(not step.startswith("{") for step in path.split("/"))


def _path_pattern(published_operation: Mapping[str, Any]) -> re.Pattern[str]:
    """`several_segments` is GitHub's word for a name that may hold slashes, such as a file's."""
    greedy = {
        each["name"] for each in published_operation["parameters"] if each["several_segments"]
    }
    pattern = ""
    for literal, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", published_operation["path"]):
        pattern += re.escape(literal)
        pattern += f"(?P<{name}>{'.+' if name in greedy else '[^/]+'})" if name else ""
    root = r"/(?P<path>.+)"  # the root folder's path is empty, with or without its slash
    return re.compile(pattern.replace(root, r"(?:/(?P<path>.*))?"))


@lru_cache(maxsize=10_000)
def _operation(method: str, path: str) -> Operation:
    for operation in _operations():
        if operation.method == method.upper() and operation.path.fullmatch(_by_name(path)):
            return operation
    raise ContractBroken(
        f"{method} {path} is no operation that we know of. If GitHub has it, name it in"
        " tools/slice_github.toml and run tools/slice_github.py."
    )


def _path_parameters(operation: Operation, path: str) -> dict[str, str]:
    found = operation.path.fullmatch(_by_name(path))
    assert found is not None
    return {name: unquote(value) for name, value in found.groupdict(default="").items()}


def _check_parameters(operation: Operation, place: str, given: Mapping[str, object]) -> None:
    known = {each["name"]: each for each in operation.parameters if each["in"] == place}
    for name in given.keys() - known.keys():
        raise ContractBroken(f"{operation.name} has no {place} parameter {name!r}.")
    for name, each in known.items():
        if name in given:
            value = _as_typed(given[name], each["schema"])
            _check_value(
                f"The {place} parameter {name!r} of {operation.name}", each["schema"], value
            )
        elif each["required"]:
            raise ContractBroken(f"{operation.name} needs the {place} parameter {name!r}.")


def _as_typed(value: object, schema: Mapping[str, Any]) -> object:
    """What the text of a URL means where the schema wants a number, a yes or no, or a list."""
    wanted = schema.get("type")
    if not isinstance(value, str):
        return value
    if wanted == "integer" and re.fullmatch(r"-?[0-9]{1,19}", value):
        return int(value)
    if wanted == "boolean" and value in ("true", "false"):
        return value == "true"
    if wanted == "array":
        return [_as_typed(each, schema.get("items", {})) for each in value.split(",")]
    return value


def _check_body(operation: Operation, body: object | None) -> None:
    if operation.body is None:
        if body not in (None, {}):
            raise ContractBroken(f"{operation.name} takes no body, and was sent {body!r}.")
    elif body is not None:
        what = f"The body for {operation.name}"
        _check_value(what, operation.body["schema"], body)
        _check_names(what, operation.body["schema"], body)
    elif operation.body["required"]:
        raise ContractBroken(f"{operation.name} needs a body.")


def _check_undocumented(operation: Operation, status: int, body: object | None) -> None:
    is_usual = status in UNDOCUMENTED or status >= FIRST_FAILURE or str(status) in operation.answers
    if not is_usual:
        raise ContractBroken(f"{operation.name} never answers {status}.")
    if status in WITHOUT_BODY or status >= FIRST_FAILURE:
        return  # what a proxy in front of GitHub says has no form
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        raise ContractBroken(f"{operation.name} answers {status} with a message, not {body!r}.")


def _check_value(what: str, schema: Mapping[str, Any], value: object) -> None:
    if problem := _schemas().problem(schema, value):
        raise ContractBroken(f"{what} does not fit: {problem}.")


def _check_names(
    what: str, schema: Mapping[str, Any], value: object, tolerated: re.Pattern[str] = NEVER
) -> None:
    found = _schemas().unnamed_fields(schema, value)
    if unnamed := [name for name in found if not tolerated.fullmatch(name)]:
        raise ContractBroken(f"{what} has fields that GitHub does not name: {', '.join(unnamed)}.")
