"""Every entry becomes the same bytes each time, and comes back as it was."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import entries as e
from bot.domain.money import DECIMALS, LARGEST, Money
from bot.domain.rules import Rules
from bot.domain.stages import Stage
from bot.storage import codec

WHOLE = st.integers(0, 2**53 - 1)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
"""What tables keep as it is; NUL and half characters are replaced before (test_pulls.py)."""
ZONES = [UTC, *(timezone(timedelta(hours=hours)) for hours in (-11, 5, 14))]
MOMENTS = st.datetimes(
    datetime(1971, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from(ZONES),
)
MONEY = st.builds(Money, st.integers(-LARGEST, LARGEST), st.sampled_from(sorted(DECIMALS)))


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a field with this type."""
    simple: dict[Any, st.SearchStrategy[Any]] = {
        int: WHOLE,
        str: WORDS,
        bool: st.booleans(),
        datetime: MOMENTS,
        date: st.dates(),
        Money: MONEY,
        type(None): st.none(),
    }
    if hint in simple:
        return simple[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    if isinstance(hint, UnionType):
        return st.one_of([values(part) for part in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is dict:
        return st.dictionaries(
            st.sampled_from(sorted(DECIMALS)), st.integers(0, LARGEST), max_size=3
        )
    return built(hint)


def built(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of one of the domain's classes."""
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    return st.builds(kind, **{name: values(hints[name]) for name in names})


def written(entry: e.Entry) -> tuple[bytes, dict[str, str]]:
    body = codec.plain(entry)
    kept = codec.take_texts(entry, body, b"salt")
    return codec.canonical(body), {text.field: text.words for text in kept}


def read(line: bytes, words: dict[str, str], kind: type[e.Entry]) -> e.Entry:
    return codec.read(codec.give_texts(msgspec.json.decode(line), words), kind)


@pytest.mark.parametrize("kind", codec.KINDS.values(), ids=codec.KINDS)
@given(data=st.data())
def test_every_entry_comes_back_as_it_was(kind: type[e.Entry], data: st.DataObject) -> None:
    entry = data.draw(built(kind))
    line, words = written(entry)
    assert read(line, words, kind) == entry
    assert written(read(line, words, kind)) == (line, words)


@given(built(Rules))
def test_rules_come_back_as_they_were(rules: Rules) -> None:
    assert codec.read(msgspec.json.decode(codec.canonical(codec.plain(rules))), Rules) == rules


@given(built(e.PledgeDeclined))
def test_words_stand_beside_the_entry_and_never_in_it(entry: e.PledgeDeclined) -> None:
    body = codec.plain(entry)
    codec.take_texts(entry, body, b"salt")
    assert body["reason"] == {"sha256": codec.salted_hash(b"salt", entry.reason.words)}


def test_erased_words_read_as_none_at_all() -> None:
    entry = e.PledgeSent(
        issue=1,
        pledge=1,
        pledger=1,
        money=Money(1, "USD"),
        on_completion=False,
        was=Stage.DUE,
        now=Stage.DUE,
        ref=e.FreeText("wire 77"),
    )
    line, _ = written(entry)
    assert b"wire" not in line
    assert read(line, {}, e.PledgeSent) == dataclasses.replace(entry, ref=e.FreeText(""))


def test_the_same_moment_is_the_same_bytes_in_every_time_zone() -> None:
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    elsewhere = noon.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert codec.rfc3339(noon) == codec.rfc3339(elsewhere) == "2026-01-31T12:00:00Z"


def test_bytes_are_canonical() -> None:
    line = codec.canonical({"b": 1, "a": "é€\u2028", "c": [True, None]})
    assert line == '{"a":"é€\u2028","b":1,"c":[true,null]}'.encode()
    assert rfc8785.dumps(json.loads(line)) == line


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"issue": "1", "number": 1}, e.ItemLabelled),
        ({"issue": 1.5, "number": 1}, e.ItemLabelled),
        ({"issue": 1}, e.ItemLabelled),
        ({"issue": 1, "goal": {"minor": 5}}, e.GoalSet),
    ],
)
def test_what_does_not_fit_is_not_read(body: dict[str, Any], kind: type[e.Entry]) -> None:
    with pytest.raises(msgspec.ValidationError):
        codec.read(body, kind)


def test_a_field_of_a_later_version_is_passed_over() -> None:
    found = codec.read({"issue": 1, "number": 2, "added_later": "x"}, e.ItemLabelled)
    assert found == e.ItemLabelled(1, 2)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.from_regex("[a-zA-Z_]{1,6}", fullmatch=True), inner, max_size=4)
    ),
)


@given(_JSON)
def test_canonical_bytes_are_those_of_the_reference_and_what_it_refuses_is_refused(
    value: Any,
) -> None:
    try:
        expected = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
            codec.canonical(value)
    else:
        assert codec.canonical(value) == expected
