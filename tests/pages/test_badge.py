"""The badge: short, true, never added over currencies, and readable in light and dark."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.domain.views import Overall
from bot.pages.badge import message, width
from bot.pages.writing import short
from tests.pages.filled import Seen, seen

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[Seen]:
    async with seen(tmp_path) as full:
        yield full


async def test_it_says_what_was_received_and_pledged(full: Seen) -> None:
    answer = await full.get("/acme/solver/badge.svg")
    assert answer.content_type == "image/svg+xml"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    root = ET.fromstring(await answer.text())
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text is not None
    assert title.text.startswith(
        "funding: USD 8.3k received · USD 12.5k pledged, EUR 3.3k received"
    )
    assert root.get("role") == "img"


async def test_it_follows_light_and_dark_unless_it_is_told_which(full: Seen) -> None:
    texts = {
        each: await full.text(f"/acme/solver/badge.svg?theme={each}")
        for each in ("light", "dark", "odd")
    }
    assert "prefers-color-scheme" not in texts["light"] + texts["dark"]
    assert texts["light"] != texts["dark"]
    assert texts["odd"] == await full.text("/acme/solver/badge.svg")
    assert "prefers-color-scheme" in texts["odd"]


async def test_shields_can_draw_it(full: Seen) -> None:
    answer = await full.get("/acme/solver/badge.json")
    assert answer.content_type == "application/json"
    said = json.loads(await answer.text())
    assert said["schemaVersion"] == 1
    assert said["label"] == "funding"
    assert said["message"].startswith("USD 8.3k received")
    assert set(said) == {"schemaVersion", "label", "message", "color"}


def test_a_badge_names_two_currencies_and_adds_none() -> None:
    rows = [Overall(code, standing=1_000_00, standing_count=1) for code in ("USD", "EUR", "GBP")]
    assert message(rows) == "USD 1k pledged, EUR 1k pledged"
    assert message([]) == "open to pledges"
    assert message([Overall("USD", offered=5, offered_count=1)]) == "open to pledges"


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (12_400_00, "USD", "USD 12.4k"),
        (12_499_99, "USD", "USD 12.4k"),
        (1_000_00, "USD", "USD 1k"),
        (999_99, "USD", "USD 999.99"),
        (50_00, "EUR", "EUR 50"),
        (50_000, "JPY", "JPY 50k"),
        (1_234_567, "KWD", "KWD 1.2k"),
        (250_000_00, "USD", "USD 250k"),
        (3_250_000_00, "USD", "USD 3.2M"),
        (-1_500_00, "USD", "USD -1.5k"),
        (0, "USD", "USD 0"),
    ],
)
def test_short_amounts_are_cut_and_never_rounded_up(minor: int, currency: str, words: str) -> None:
    assert short(minor, currency) == words


def test_a_longer_text_is_wider() -> None:
    assert width("funding") < width("funding of all") < width("WWWWWWWWWWWWWWWW")
