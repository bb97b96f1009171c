"""Where does the configuration say that money can be sent to?"""

from __future__ import annotations

import re

import yaml

from bot.domain.rules import Rail
from bot.github.reading import NAME_AT_MOST, Notes, choice, did_you_mean, items, pairs, shown, text
from bot.github.yaml_text import Node

ADDRESS_AT_MOST = 300
"""Characters of a rail's address; our own limit."""

TAKES = ("unrestricted", "work-orders")
"""What a rail may take."""

_URL = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:[/?#][!#-;=?-Z_a-z~%]*)?")
_MAIL = re.compile(r"mailto:[A-Za-z0-9.+_-]+@[A-Za-z0-9][A-Za-z0-9.-]*")


def rails(node: Node, notes: Notes) -> tuple[Rail, ...] | None:
    """Read where money can be sent to."""
    most = 20
    found = [_rail(each, notes) for each in items(node, notes, "rails", most)]
    return tuple(rail for rail in found if rail is not None)


def is_url(address: str) -> bool:
    """Tell whether it is a plain web address that can be shown as a link."""
    return len(address) <= ADDRESS_AT_MOST and _URL.fullmatch(address) is not None


def _rail(node: Node, notes: Notes) -> Rail | None:
    parts: dict[str, Node] = {}
    known = ("name", "url", "contact", "takes")
    for key, value in pairs(node, notes, "A rail"):
        if key.value in known:
            parts[key.value] = value
        else:
            notes.wrong(key, f"A rail has no {shown(key.value)}. {did_you_mean(key.value, known)}")
    if not isinstance(node, yaml.MappingNode):
        return None
    name = _part(parts, "name", node, notes)
    if ("url" in parts) == ("contact" in parts):
        notes.wrong(node, "A rail needs either a url or a contact.")
        return None
    address = _address(parts.get("url", parts.get("contact", node)), notes)
    takes = choice(*TAKES)(parts["takes"], notes) if "takes" in parts else TAKES[0]
    return Rail(name, address, takes) if name and address and takes else None


def _part(parts: dict[str, Node], name: str, whole: Node, notes: Notes) -> str | None:
    if name in parts:
        return text(parts[name], notes, f"The {name} of a rail", NAME_AT_MOST)
    notes.wrong(whole, f"A rail needs a {name}.")
    return None


def _address(node: Node, notes: Notes) -> str | None:
    address = text(node, notes, "An address", ADDRESS_AT_MOST)
    if address is None or is_url(address) or _MAIL.fullmatch(address):
        return address
    notes.wrong(node, f"{shown(address)} must be a full address: https://…, http://… or mailto:….")
    return None
