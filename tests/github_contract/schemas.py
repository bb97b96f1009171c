"""Does a JSON value fit a published schema, and does it say only what the schema names?"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.github_contract.published import published

Schema = Mapping[str, Any] | bool
ROOT = "urn:published:"
LONGEST = 300  # characters of one complaint
FORMATS = FormatChecker(formats=())
TIMESTAMP = re.compile(
    r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"(Z|[+-][01]\d:[0-5]\d)"
)
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")


class ContractBroken(AssertionError):
    """Something was said that GitHub would not say, or would not understand."""


@FORMATS.checks("date-time")
def _is_timestamp(value: object) -> bool:
    return not isinstance(value, str) or TIMESTAMP.fullmatch(value) is not None


@FORMATS.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or URI.fullmatch(value) is not None


class Schemas:
    """The named schemas of one slice, with a compiled validator for each place that uses one."""

    def __init__(self, slice_name: str) -> None:
        content = published(slice_name)
        self._named: Mapping[str, Schema] = content["schemas"]
        resource = Resource.from_contents(
            {"schemas": content["schemas"]}, default_specification=DRAFT202012
        )
        self._registry: Registry[Any] = Registry().with_resource(ROOT, resource)
        self._compiled: dict[int, Draft202012Validator] = {}

    def problem(self, schema: Schema, value: object) -> str | None:
        """What is wrong with the value, in words; None when it fits."""
        error = best_match(self._validator(schema).iter_errors(value))
        return None if error is None else _in_words(error)

    def unnamed_fields(self, schema: Schema, value: object) -> list[str]:
        """The fields, as dotted paths, that the schema names nowhere (it lets them pass)."""
        return list(self._unnamed([schema], value, ""))

    def _validator(self, schema: Schema) -> Draft202012Validator:
        if id(schema) not in self._compiled:  # the slice is never freed, so an id stays its own
            self._compiled[id(schema)] = Draft202012Validator(
                {"$id": ROOT, "allOf": [schema], "schemas": self._named},
                registry=self._registry,
                format_checker=FORMATS,
            )
        return self._compiled[id(schema)]

    def _unnamed(self, schemas: list[Schema], value: object, place: str) -> Iterator[str]:
        parts = [part for schema in schemas for part in self._parts(schema)]
        if isinstance(value, list):
            items = [part["items"] for part in parts if "items" in part]
            for n, each in enumerate(value):
                yield from self._unnamed(items, each, f"{place}[{n}]")
        elif isinstance(value, dict) and not _is_open(parts):
            for name, each in value.items():
                here = f"{place}.{name}" if place else name
                known = [p["properties"][name] for p in parts if name in p.get("properties", {})]
                if known:
                    yield from self._unnamed(known, each, here)
                else:
                    yield here

    def _parts(self, schema: Schema) -> Iterator[Mapping[str, Any]]:
        """The schema and everything that it may also be: references, alternatives, sums."""
        if isinstance(schema, bool):
            return
        if "$ref" in schema:
            yield from self._parts(self._named[schema["$ref"].removeprefix("#/schemas/")])
            return
        yield schema
        for several in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(several, ()):
                yield from self._parts(each)


def _is_open(parts: list[Mapping[str, Any]]) -> bool:
    """Whether the schema leaves the fields to the sender."""
    named = any("properties" in part for part in parts)
    return not named or any(part.get("additionalProperties") for part in parts)


def _in_words(error: ValidationError) -> str:
    """Names the place; of several alternatives that all fail, the one that came nearest."""
    while error.context and len(error.message) > LONGEST:
        error = max(error.context, key=lambda each: len(each.absolute_path))
    place = error.json_path.removeprefix("$").removeprefix(".") or "it"
    said = error.message
    short = said if len(said) <= LONGEST else f"{said[: LONGEST // 2]} … {said[-LONGEST // 2 :]}"
    return f"{place}: {short}"
