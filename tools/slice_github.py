"""What does GitHub publish about the operations and webhooks that this project uses?

Cuts the published descriptions down to what the tests ask of them, and writes it beside the tests:

    python tools/slice_github.py                       # fetches the three packages with npm
    python tools/slice_github.py --openapi FILE --webhooks FILE --examples FILE --to FOLDER

The slices keep every rule (type, format, enum, required, ranges); they drop what rules nothing:
prose, examples, defaults, titles. A keyword that this file does not know stops it, so that no rule
is dropped unseen.
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

OPENAPI = "@octokit/openapi@23.0.2"
WEBHOOKS = "@octokit/openapi-webhooks@12.1.0"
EXAMPLES = "@octokit/webhooks-examples@7.6.1"
INSIDE = {  # the one file that we want of each package
    OPENAPI: "package/generated/api.github.com.json",
    WEBHOOKS: "package/generated/api.github.com.json",
    EXAMPLES: "package/api.github.com/index.json",
}
DESTINATION = Path(__file__).parent.parent / "tests" / "github_contract" / "data"

WANTED = tomllib.loads((Path(__file__).parent / "slice_github.toml").read_text())
OPERATIONS = frozenset(WANTED["operations"])
EVENTS = frozenset(WANTED["events"])

RULES = frozenset(
    {"type", "format", "required", "enum", "pattern", "minimum", "maximum", "uniqueItems"}
    | {"minLength", "maxLength", "minItems", "maxItems", "maxProperties"}
)
PROSE = frozenset(
    {"description", "title", "example", "examples", "default", "deprecated", "readOnly"}
    | {"nullable", "discriminator", "x-github-breaking-changes"}
)
MAPS = frozenset({"properties"})
ONE = frozenset({"items", "additionalProperties"})
SEVERAL = frozenset({"oneOf", "anyOf", "allOf"})


class UnknownKeyword(Exception):
    """The published description uses a keyword that this tool would lose."""


def trimmed(schema: Any) -> Any:
    """One schema as JSON Schema 2020-12, with its rules and without its prose."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace("#/components/schemas/", "#/schemas/")}
    kept = {key: _trimmed_value(key, value) for key, value in schema.items() if key not in PROSE}
    return _nullable(kept) if schema.get("nullable") else kept


def _trimmed_value(key: str, value: Any) -> Any:
    if key in RULES:
        return value
    if key in MAPS:
        return {name: trimmed(each) for name, each in value.items()}
    if key in ONE:
        return trimmed(value)
    if key in SEVERAL:
        return [trimmed(each) for each in value]
    raise UnknownKeyword(key)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI 3.0 says `nullable: true` where JSON Schema says type "null"."""
    for several in ("oneOf", "anyOf"):
        if several in schema:
            return {**schema, several: [*schema[several], {"type": "null"}]}
    if "type" not in schema:
        return schema  # without a type, null is allowed already
    either = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema and None not in schema["enum"]:
        either["enum"] = [*schema["enum"], None]
    return either


class Document:
    """A published description, and the questions that we ask it."""

    def __init__(self, text: bytes) -> None:
        self.content: dict[str, Any] = json.loads(text)

    def resolved(self, node: Any) -> Any:
        """What a `$ref` to a parameter, an answer or an example stands for."""
        while isinstance(node, dict) and "$ref" in node:
            found: Any = self.content
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def schemas_for(self, roots: Any) -> dict[str, Any]:
        """Every named schema that the roots need, and what those need in turn."""
        found: dict[str, Any] = {}
        waiting = list(_references(roots))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = trimmed(self.content["components"]["schemas"][name])
                waiting.extend(_references(found[name]))
        return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix("#/schemas/")
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def sliced_operations(document: Document) -> dict[str, Any]:
    """The operations that we use: parameters, body, answers by status."""
    operations = {
        each["operationId"]: _operation(document, method, path, item, each)
        for path, item in document.content["paths"].items()
        for method, each in item.items()
        if method != "parameters" and each["operationId"] in OPERATIONS
    }
    if missing := OPERATIONS - operations.keys():
        sys.exit(f"GitHub does not publish: {', '.join(sorted(missing))}")
    return {
        "source": OPENAPI,
        "operations": operations,
        "schemas": document.schemas_for(operations),
    }


def _operation(
    document: Document, method: str, path: str, item: dict[str, Any], published: dict[str, Any]
) -> dict[str, Any]:
    given = [*item.get("parameters", []), *published.get("parameters", [])]
    body = document.resolved(published.get("requestBody"))
    return {
        "method": method.upper(),
        "path": path,
        "parameters": [_parameter(document.resolved(each)) for each in given],
        "body": body and {"required": body.get("required", False), "schema": _schema_in(body)},
        "answers": {
            status: _schema_in(document.resolved(answer))
            for status, answer in published["responses"].items()
        },
    }


def _parameter(published: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": published["name"],
        "in": published["in"],
        "required": published.get("required", False),
        "several_segments": published.get("x-multi-segment", False),
        "schema": trimmed(published["schema"]),
    }


def _schema_in(published: dict[str, Any]) -> Any:
    """The schema of a body, as JSON if it comes in several forms; None where there is none."""
    forms = published.get("content") or {"application/json": {}}
    return trimmed((forms.get("application/json") or next(iter(forms.values()))).get("schema"))


def published_examples(document: Document) -> list[dict[str, Any]]:
    """GitHub's own examples of bodies and answers, to try the checkers on."""
    return [
        {"operation": each["operationId"], "method": method.upper(), "path": path, **example}
        for path, item in document.content["paths"].items()
        for method, each in item.items()
        if method != "parameters" and each["operationId"] in OPERATIONS
        for example in _examples_of(document, each)
    ]


def _examples_of(document: Document, published: dict[str, Any]) -> Iterator[dict[str, Any]]:
    body = document.resolved(published.get("requestBody") or {})
    for name, example in _examples_in(document, body):
        yield {"name": name, "status": None, "value": example}
    for status, answer in published["responses"].items():
        for name, example in _examples_in(document, document.resolved(answer)):
            yield {"name": name, "status": int(status), "value": example}


def _examples_in(document: Document, published: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    examples = published.get("content", {}).get("application/json", {}).get("examples", {})
    for name, example in examples.items():
        yield name, document.resolved(example)["value"]


def sliced_webhooks(document: Document) -> dict[str, Any]:
    """The schema of each delivery that we may get, by `event` or `event.action`."""
    deliveries: dict[str, Any] = {}
    for hook in document.content["webhooks"].values():
        published = hook["post"]
        event = published["x-github"]["subcategory"]
        if event in EVENTS:
            _, _, action = published["operationId"].partition("/")
            name = f"{event}.{action.replace('-', '_')}" if action else event
            deliveries[name] = _schema_in(published["requestBody"])
    return {
        "source": WEBHOOKS,
        "deliveries": deliveries,
        "schemas": document.schemas_for(deliveries),
    }


def real_payloads(text: bytes) -> dict[str, Any]:
    """Every real payload, exactly as published, by event."""
    return {event["name"]: event["examples"] for event in json.loads(text)}


class Published(NamedTuple):
    """The three files that GitHub's own people publish."""

    openapi: bytes
    webhooks: bytes
    examples: bytes


def slices(published: Published) -> dict[str, bytes]:
    """File name to JSON text: a pure function of what was published."""
    openapi = Document(published.openapi)
    contents: dict[str, Any] = {
        "openapi.json.gz": sliced_operations(openapi),
        "examples.json.gz": published_examples(openapi),
        "webhooks.json.gz": sliced_webhooks(Document(published.webhooks)),
        "payloads.json.gz": real_payloads(published.examples),
    }
    return {name: _json(content) for name, content in contents.items()}


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def fetched(package: str, folder: Path) -> bytes:
    """The one file that we want of an npm package, read from its archive without installing it."""
    npm = ["npm", "pack", "--silent", "--ignore-scripts", package]
    done = subprocess.run(npm, cwd=folder, capture_output=True, text=True, check=True)
    archive = folder / re.split(r"\s+", done.stdout.strip())[-1]
    with tarfile.open(archive) as opened:
        member = opened.extractfile(INSIDE[package])
        assert member is not None
        return member.read()


def _read(given: Path | None, package: str) -> bytes:
    if given:
        return given.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        return fetched(package, Path(folder))


def main() -> None:
    """Write the slices, and say how large they became."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("--openapi", "--webhooks", "--examples"):
        parser.add_argument(name, type=Path, help="the published file; fetched when not given")
    parser.add_argument("--to", type=Path, default=DESTINATION)
    given = parser.parse_args()
    published = Published(
        openapi=_read(given.openapi, OPENAPI),
        webhooks=_read(given.webhooks, WEBHOOKS),
        examples=_read(given.examples, EXAMPLES),
    )
    for name, text in slices(published).items():
        (given.to / name).write_bytes(gzip.compress(text, 9, mtime=0))
        size = (given.to / name).stat().st_size
        print(f"{name}: {size:,} bytes, {len(text):,} unpacked")


if __name__ == "__main__":
    main()
