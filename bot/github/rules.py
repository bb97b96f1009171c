"""Which rules does a repository's file give it, or which mistakes keep it from them?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from bot.domain.configuration import Configuration
from bot.domain.refs import Account
from bot.domain.rules import RoleList, Rules
from bot.github.funding import rails_of
from bot.github.reading import Named, Notes, did_you_mean, is_blank, pairs, shown
from bot.github.routes import DIGEST_LABEL
from bot.github.schema import SCHEMA, Key, Section
from bot.github.yaml_text import Node, Unreadable, compose

AccountOf = Callable[[str], Awaitable[Account | None]]
PersonOf = Callable[[Account], Awaitable[int]]
Places = dict[str, tuple[Any, Node]]
"""What each field of `Rules` is to hold, and where the file says so."""


async def read_rules(
    text: str | bytes | None,
    funding_text: str | bytes | None,
    *,
    account_of: AccountOf,
    person_of: PersonOf,
) -> Configuration:
    """Read a configuration.

    Args:
        text: `.github/bursar.yml`, or None when there is none.
        funding_text: `.github/FUNDING.yml`, from which rails come if the configuration names none.
        account_of: who finds the account of a login; what it raises comes through.
        person_of: who knows an account's person number.
    """
    notes = Notes()
    try:
        root = compose(_bytes(text))
    except Unreadable as unreadable:
        notes.wrong(unreadable.line, unreadable.sentence)
        return Configuration(None, tuple(notes.mistakes))
    places = _places(root, notes)
    _check_together(places, notes)
    accounts = await _accounts(places, notes, account_of)
    if notes.mistakes:
        in_order = sorted(notes.mistakes, key=lambda mistake: mistake.line)
        return Configuration(None, tuple(in_order))
    found = {field: value for field, (value, _) in places.items()}
    for field, (named, holders) in accounts.items():
        people = [await person_of(account) for account in holders]
        found[field] = RoleList(tuple(dict.fromkeys(people)), named.teams)
    found.setdefault("rails", rails_of(_bytes(funding_text)))
    return Configuration(Rules(**found), exists=text is not None)


def _bytes(text: str | bytes | None) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text or b""


def _places(root: Node | None, notes: Notes) -> Places:
    """Read every key of the file: the field that it fills, its value, and where it stands."""
    found = {}
    for key, node in _keys(root, SCHEMA, "The configuration", notes):
        value = key.read(node, notes)
        if value is not None:
            found[key.field] = (value, node)
    return found


def _keys(
    root: Node | None, known: tuple[Section | Key, ...], what: str, notes: Notes
) -> Iterator[tuple[Key, Node]]:
    """Walk through the keys that are there; a blank section means its defaults."""
    if root is None or is_blank(root):
        return
    by_name = {each.name: each for each in known}
    for name, node in pairs(root, notes, what):
        entry = by_name.get(name.value)
        if entry is None:
            notes.wrong(name, f"{what} has no key {shown(name.value)}. {_hint(name.value, known)}")
        elif isinstance(entry, Section):
            yield from _keys(node, entry.keys, entry.name, notes)
        else:
            yield entry, node


def _hint(typed: str, known: tuple[Section | Key, ...]) -> str:
    """Say where a key belongs that stands in the wrong section, or what was meant."""
    for section in SCHEMA:
        if isinstance(section, Section) and typed in {key.name for key in section.keys}:
            return f"It belongs under {section.name}."
    if typed in {each.name for each in SCHEMA}:
        return "It belongs at the start of a line."
    return did_you_mean(typed, [each.name for each in known])


def _check_together(places: Places, notes: Notes) -> None:
    """Find values that are sound alone, and not beside the others."""
    accepted = places["currencies"][0] if "currencies" in places else ()
    for field in ("minimum", "accept_up_to"):
        amounts, node = places.get(field, ({}, None))
        if node is None or not accepted:
            continue
        for key, _ in node.value:
            if key.value in amounts and key.value not in accepted:
                code = key.value
                notes.wrong(key, f"{code} is not among currencies; add it there, or leave it out.")
    _check_labels(places, notes)


def _check_labels(places: Places, notes: Notes) -> None:
    """Refuse one label for two things; a digest that became a work order would be absurd."""
    for field in ("work_order_label", "labels"):
        if field in places and DIGEST_LABEL in _folded(places[field][0]):
            sentence = f"The label {DIGEST_LABEL} is for digests; choose another one."
            notes.wrong(places[field][1], sentence)
            return
    for field in ("work_order_label", "labels"):
        if field in places:
            label = places.get("work_order_label", (Rules().work_order_label,))[0]
            roadmap = places.get("labels", (Rules().labels,))[0]
            if label.casefold() in _folded(roadmap):
                sentence = "Work orders and roadmap items need different labels; change one."
                notes.wrong(places[field][1], sentence)
            return


def _folded(labels: str | tuple[str, ...]) -> frozenset[str]:
    """Give names of labels as GitHub compares them."""
    names = (labels,) if isinstance(labels, str) else labels
    return frozenset(name.casefold() for name in names)


async def _accounts(
    places: Places, notes: Notes, account_of: AccountOf
) -> dict[str, tuple[Named, list[Account]]]:
    """Look up the logins of each role."""
    return {
        field: (
            value,
            [a for login in value.logins if (a := await _holder(login, notes, account_of))],
        )
        for field, (value, _) in places.items()
        if isinstance(value, Named)
    }


async def _holder(login: tuple[str, int], notes: Notes, account_of: AccountOf) -> Account | None:
    name, line = login
    account = await account_of(name)
    if account is None:
        notes.wrong(line, f'There is no account "@{name}" on GitHub; correct it, or take it out.')
    elif account.kind != "User":
        notes.wrong(line, f'"@{name}" is no person; name people, or a team as "@{name}/team".')
        return None
    return account
