"""What does a repository say of its funding in one line, beside its other badges?"""

from __future__ import annotations

from bot.domain.views import Overall
from bot.pages.asked import Asked, Shown, as_json
from bot.pages.overview import busiest
from bot.pages.writing import amount, short
from bot.storage import overview

LABEL = "funding"

CURRENCIES_SAID = 2
"""Currencies that a badge names, the busiest ones; they are never added together."""

COLOR = "2f6f4f"
"""The colour of the message, as shields.io takes it."""

THEMES = frozenset({"light", "dark"})

# Widths of letters in Verdana and its likes at 11 px, in tenths of a pixel; others are as wide as `_OTHER`.
_WIDTHS = {
    sign: tenths
    for signs, tenths in (
        ("ijl'|", 30),
        (" .,:·!", 40),
        ("rtfI", 45),
        ("csxzJ", 58),
        ("0123456789", 70),
        ("ABCDEFGHKLNOPQRSTUVXYZ", 77),
        ("mwMW%@", 104),
    )
    for sign in signs
}
_OTHER = 66
_PADDING = 12


async def show(asked: Asked) -> Shown:
    """Show the badge; it follows light and dark, unless the address says which."""
    sums = await overview.sums(asked.tx, asked.repo.id)
    said = message(busiest(sums.overall))
    theme = asked.query.get("theme", "")
    values = {
        "label": LABEL,
        "said": said,
        "spoken": spoken(busiest(sums.overall)),
        "label_width": width(LABEL),
        "said_width": width(said),
        "theme": theme if theme in THEMES else "auto",
    }
    return Shown("badge.svg", values, "image/svg+xml")


async def endpoint(asked: Asked) -> Shown:
    """Answer as https://shields.io/badges/endpoint-badge wants it."""
    sums = await overview.sums(asked.tx, asked.repo.id)
    said = message(busiest(sums.overall))
    return as_json({"schemaVersion": 1, "label": LABEL, "message": said, "color": COLOR})


def message(overall: list[Overall]) -> str:
    """Say what was received and what is pledged, in few signs."""
    said = (_in_short(row) for row in overall[:CURRENCIES_SAID])
    return ", ".join(words for words in said if words) or "open to pledges"


def spoken(overall: list[Overall]) -> str:
    """Say the same in full, for whoever does not see the picture."""
    said = [
        f"{amount(row.income, row.currency)} received, {amount(row.pledged, row.currency)} pledged"
        for row in overall[:CURRENCIES_SAID]
    ]
    return "; ".join(said) or "open to pledges"


def width(text: str) -> int:
    """Estimate how wide a text is, in pixels, with room at both ends."""
    return -(-sum(_WIDTHS.get(sign, _OTHER) for sign in text) // 10) + _PADDING


def _in_short(row: Overall) -> str:
    received, pledged = row.income, row.pledged
    said = [f"{short(received, row.currency)} received"] if received > 0 else []
    said += [f"{short(pledged, row.currency)} pledged"] if pledged > 0 else []
    return " · ".join(said)
