"""The document that anybody may have: after its schema, complete, and checked by hand."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from jsonschema import Draft202012Validator

from bot.domain.entries import Entry
from bot.events.mirrored import IssueSeen
from bot.storage import mirror, people, readable
from bot.storage.codec import KINDS
from bot.storage.database import Database
from tests.exports.kit import MADE, document_of, text_of
from tests.storage.kit import (
    OTHER_REPO,
    REPO,
    a_repository,
    at,
    file_of,
    know,
    made,
    record,
    tamper,
)

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "ledger.schema.json").read_text(encoding="utf-8"))


def valid(document: Any) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    found = [
        f"{e.json_path}: {e.message}" for e in Draft202012Validator(SCHEMA).iter_errors(document)
    ]
    assert found == []


def objects(schema: Any) -> list[dict[str, Any]]:
    inner = schema.values() if isinstance(schema, dict) else schema
    parts = [each for each in inner if isinstance(each, dict | list)]
    found = [schema] if isinstance(schema, dict) and "properties" in schema else []
    return found + [each for part in parts for each in objects(part)]


# --- the schema -------------------------------------------------------------------------------


def test_whatever_happened_is_written_after_the_schema(busy: Mapping[str, str]) -> None:
    valid(json.loads(busy["json"]))


async def test_a_part_and_an_empty_ledger_are_written_after_the_schema(played: Database) -> None:
    valid(await document_of(played, since=date(2026, 2, 1)))
    tamper(file_of(played), "DELETE FROM ledger")
    tamper(file_of(played), "DELETE FROM lanes")
    empty = await document_of(played)
    valid(empty)
    assert (empty["entries"], empty["issues"]) == ([], {})


def test_the_schema_describes_every_member_and_allows_no_other() -> None:
    for each in objects(SCHEMA):
        assert each["additionalProperties"] is False
        assert set(each["required"]) == set(each["properties"])
        for name, member in each["properties"].items():
            assert "description" in member or "$ref" in member, name


def test_the_schema_knows_every_kind_of_entry() -> None:
    assert SCHEMA["$defs"]["entry"]["properties"]["kind"]["enum"] == sorted(KINDS)


# --- by hand ----------------------------------------------------------------------------------


def by_hand() -> str:
    (snippet,) = re.findall(r"```python\n(.*?)```", (DOCS / "data.md").read_text(), re.DOTALL)
    assert isinstance(snippet, str)
    return snippet


def run(snippet: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(snippet, "data.md", "exec"), {})
    return said.getvalue()


def test_the_chain_can_be_checked_by_hand_in_twenty_lines(
    busy: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snippet = by_hand()
    assert len(snippet.split("import rfc8785\n")[1].strip().splitlines()) <= 20
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ledger.json").write_text(busy["json"], encoding="utf-8")
    document = json.loads(busy["json"])
    last = document["entries"][-1]
    assert run(snippet) == f"{last['seq']} entries in order, hash {last['hash']}\n"
    document["entries"][5]["line"]["at"] = "2030-01-15T12:00:01Z"
    (tmp_path / "ledger.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(AssertionError, match="entry 6 was altered"):
        run(snippet)


# --- what stands in it ------------------------------------------------------------------------


def test_each_entry_stands_on_a_line_of_its_own(busy: Mapping[str, str]) -> None:
    lines = busy["json"].split('"entries":[\n')[1].splitlines()
    assert lines[-1] == "]}"
    seqs = [json.loads(line.removesuffix(","))["seq"] for line in lines[:-1]]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) > 300


def in_figures(figures: dict[str, Any]) -> set[int]:
    """Give everybody whom the figures of a month name."""
    lists = (figures.get(name, ()) for name in ("offers", "new", "due", "declined", "dependence"))
    lines = [line for listed in lists for line in listed]
    return {line[name] for line in lines for name in ("pledger", "funder") if name in line}


def test_every_person_in_a_line_is_named_beside_it(busy: Mapping[str, str]) -> None:
    for entry in json.loads(busy["json"])["entries"]:
        numbers = {n for n in (entry["line"]["actor"],) if n is not None}
        inner = entry["line"]["entry"]
        numbers |= {
            inner[name] for name in ("pledger", "funder", "author", "by") if inner.get(name)
        }
        for move in inner.get("moves", ()):
            ends = (move["source"], move["target"])
            numbers |= {end["number"] for end in ends if end["kind"] in {"funder", "payee"}}
        terms = inner.get("terms") or {"developers": [], "interested": [], "funder": None}
        numbers |= {*terms["developers"], *terms["interested"]}
        numbers |= {terms["funder"]} - {None}
        numbers |= in_figures(inner.get("figures", {}))
        assert entry["people"].keys() == {str(number) for number in numbers}


PERSONS = {"by", "pledger", "funder", "author"}
OTHER_NUMBERS = {
    "agreed",
    "as_pledge",
    "by_pledge",
    "comment",
    "drawn_by",
    "fund",
    "issue",
    "number",
    "pledge",
    "pull",
    "record",
    "text",
    "unmatched",
    "wording",
}


def test_every_whole_number_of_an_entry_is_known_to_be_a_person_or_not() -> None:
    """A new member that holds a person must be resolved, too."""
    numbers = {
        field.name
        for kind in get_args(Entry)
        for field in fields(kind)
        if get_type_hints(kind)[field.name] in (int, int | None)
    }
    assert numbers - PERSONS <= OTHER_NUMBERS
    assert set(readable._PERSONS) == PERSONS


async def test_words_stand_beside_the_line_with_their_salts(played: Database) -> None:
    entry = (await document_of(played))["entries"][5]
    assert entry["texts"] == {"reason": {"salt": bytes(range(16)).hex(), "words": "Too kind."}}
    assert "Too kind" not in json.dumps(entry["line"])


async def test_whoever_was_erased_is_missing_with_their_words(played: Database) -> None:
    tamper(file_of(played), "DELETE FROM people WHERE person = 7")
    tamper(file_of(played), "DELETE FROM texts")
    document = await document_of(played)
    valid(document)
    declined = document["entries"][5]
    assert (declined["actor"], declined["texts"]) == (None, {})
    assert "7" not in declined["people"]
    assert "Too kind" not in json.dumps(document)


async def test_nothing_of_another_repository_stands_in_it(played: Database) -> None:
    await know(played, a_repository(OTHER_REPO, private=True, name="secret"))
    async with played.write() as tx:
        await mirror.note(tx, IssueSeen(99, OTHER_REPO, 7, "Hidden", MADE), lambda _: 0)
        await people.remember_name(tx, "Hidden Person", lambda _: 4711)
    await record(played, made(1, issue=99, funder=4711), repo=OTHER_REPO, source="x")
    for form in ("json", "csv", "beancount", "hledger"):
        text = await text_of(played, form)
        assert not [word for word in ("Hidden", "hidden", "secret", "4711") if word in text]


async def test_digests_stand_in_it_with_their_words(played: Database) -> None:
    words = "# Funding\n\nNothing happened."
    tamper(
        file_of(played),
        "INSERT INTO digests (repo, month, seq, hash, title, words, closed_at, issue)"
        " VALUES (?, '2026-01', 8, ?, 'January', ?, 0, 3)",
        REPO,
        "ab" * 32,
        words,
    )
    document = await document_of(played)
    valid(document)
    (digest,) = document["digests"]
    assert (digest["month"], digest["words"], digest["issue"]) == ("2026-01", words, 3)
    assert (await document_of(played, until=date(2026, 1, 1)))["digests"] == []


async def test_an_entry_leads_to_the_comment_that_caused_it(played: Database) -> None:
    merged = at(60)
    await record(played, made(9, 5_00), source="comment:77", moment=merged)
    entries = (await document_of(played))["entries"]
    home = "https://github.example/acme/solver/issues/1"
    assert entries[-1]["url"] == f"{home}#issuecomment-77"
    assert entries[0]["url"] == home, "an event has no address of its own"
