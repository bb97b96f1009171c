"""What do currencies and amounts in the configuration mean?"""

from __future__ import annotations

import re

import yaml

from bot.domain.money import DECIMALS, read_amount, settle_amount
from bot.domain.refusals import Misunderstood, Why
from bot.github.reading import Notes, items, once, pairs, shown, text
from bot.github.yaml_text import Node

_WORD_AT_MOST = 80
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ZERO = re.compile(r"0(?:\.0+)?")
_AMOUNT_WRONG = {
    Why.AMOUNT_AMBIGUOUS: "{} can be read in two ways; write it without a separator of thousands.",
    Why.TOO_MANY_DECIMALS: "{} has more decimals than the currency.",
    Why.AMOUNT_TOO_LARGE: "{} is more than one entry may hold.",
}


def currencies(node: Node, notes: Notes) -> tuple[str, ...] | None:
    """Read a list of ISO 4217 codes."""
    nodes = items(node, notes, "currencies", len(DECIMALS))
    return once([(each, currency(each, notes)) for each in nodes], notes)


def currency(node: Node, notes: Notes) -> str | None:
    """Read an ISO 4217 code in capitals."""
    code = text(node, notes, "A currency", _WORD_AT_MOST)
    if code is None or code in DECIMALS:
        return code
    hint = f"Did you mean {code.upper()}?" if code.upper() in DECIMALS else "An example is EUR."
    notes.wrong(node, f"{shown(code)} is no currency code of ISO 4217. {hint}")
    return None


def amounts(node: Node, notes: Notes) -> dict[str, int] | None:
    """Read amounts in major units per currency, as `{USD: 25}`, into minor units."""
    found = {}
    for key, value in pairs(node, notes, "Amounts"):
        code = currency(key, notes)
        amount = None if code is None else _amount(value, notes, code)
        if code is not None and amount is not None:
            found[code] = amount
    return found


def _amount(node: Node, notes: Notes, code: str) -> int | None:
    typed = node.value if isinstance(node, yaml.ScalarNode) else ""
    if _NUMBER.fullmatch(typed) is None:
        notes.wrong(node, "An amount must be digits in whole units, such as 25 or 25.50.")
        return None
    if _ZERO.fullmatch(typed):
        return 0
    try:
        return settle_amount(read_amount(typed), (code,)).minor
    except Misunderstood as wrong:
        sentence = _AMOUNT_WRONG.get(wrong.why, "{} cannot be read; write it like 25 or 25.50.")
        notes.wrong(node, sentence.format(shown(typed)))
        return None
