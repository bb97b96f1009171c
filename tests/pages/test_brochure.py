"""The brochure: what could I fund, what is there, and how do I do it?"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from bot.domain.figures import Reach
from bot.domain.money import Money
from bot.domain.panel import Treasury
from bot.domain.rules import Rules
from bot.domain.views import Item, Total
from bot.pages.brochure import CARDS_ON_A_PAGE, leaf
from bot.storage.overview import ITEMS_LOOKED_AT, OpenItem
from tests.pages.filled import Filler, Seen, seen

ROADMAP = "/acme/solver/roadmap"


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[Seen]:
    async with seen(tmp_path) as full:
        yield full


def found(number: int, standing: int = 0, goal: int | None = 100_00) -> OpenItem:
    item = Item(1000 + number, number, goal_minor=goal, goal_currency="USD" if goal else None)
    totals = (Total(item.issue, "USD", standing=standing, standing_count=1),) if standing else ()
    return OpenItem(item, f"Item {number}", totals, Treasury(), summary="It matters.")


async def test_every_open_item_has_a_card_with_what_it_needs(full: Seen) -> None:
    html = await full.text(ROADMAP)
    assert html.count('<article class="card"') == 8
    assert "USD 1,660.00</span> more would fund it" in html
    assert "The goal is reached" in html
    assert "Nothing pledged yet, and no goal is set" in html


async def test_a_card_says_exactly_what_to_comment_and_where(full: Seen) -> None:
    html = await full.text(ROADMAP)
    assert (
        '<code>/pledge 50 USD</code> on <a class="address" href="https://github.com/acme/solver/issues/12">'
        in html
    )
    assert (
        '<code>/pledge 50 EUR</code> on <a class="address" href="https://github.com/acme/solver/issues/21">'
        in html
    )


@pytest.mark.parametrize(("show", "cards"), [("not", 2), ("partly", 5), ("funded", 1), ("all", 8)])
async def test_chips_choose_a_part(full: Seen, show: str, cards: int) -> None:
    html = await full.text(f"{ROADMAP}?show={show}")
    assert html.count('<article class="card"') == cards
    assert html.count('aria-current="true"') == 1


def test_a_page_has_sixty_cards_and_says_where_the_next_one_starts() -> None:
    items = tuple(found(number) for number in range(100, 0, -1))
    first = leaf(items, None, Rules())
    assert len(first.offers) == CARDS_ON_A_PAGE
    assert first.older == 41
    rest = leaf(tuple(each for each in items if each.item.number < 41), None, Rules())
    assert len(rest.offers) == 40
    assert rest.older is None


def test_a_part_goes_on_where_the_search_stopped() -> None:
    items = tuple(found(number) for number in range(ITEMS_LOOKED_AT, 0, -1))
    page = leaf(items, Reach.FUNDED, Rules())
    assert page.offers == ()
    assert page.older == 1


def test_those_nearest_to_their_goals_come_first_and_the_funded_last() -> None:
    items = (found(3, 20_00), found(2, 100_00), found(1, 90_00), found(4))
    offers = leaf(items, None, Rules()).offers
    assert [offer.card.number for offer in offers] == [1, 3, 4, 2]
    assert [offer.card.reach for offer in offers] == [
        Reach.PARTLY,
        Reach.PARTLY,
        Reach.NOT_FUNDED,
        Reach.FUNDED,
    ]
    assert offers[0].card.missing == Money(10_00, "USD")
    assert offers[0].summary == "It matters."


def test_another_currency_brings_no_goal_nearer() -> None:
    item = found(1)
    euros = Total(item.item.issue, "EUR", standing=500_00, standing_count=1)
    mixed = OpenItem(item.item, "Mixed", (euros,), Treasury())
    card = leaf((mixed,), None, Rules()).offers[0].card
    assert card.share == 0
    assert card.reach is Reach.PARTLY
    assert [(row.currency, row.pledged, row.goal) for row in card.rows] == [
        ("USD", 0, 100_00),
        ("EUR", 500_00, None),
    ]


async def test_print_hides_navigation_and_cuts_no_card(full: Seen) -> None:
    style = re.search(r'href="(/style-[^"]+)"', await full.text(ROADMAP))
    assert style is not None
    css = await full.text(style[1])
    printed = css[css.index("@media print") :]
    assert re.search(r"\.card[^{]*\{ break-inside: avoid", printed)
    assert re.search(r"\.top nav[^{]*\{ display: none", printed)
    assert "@page" in printed


async def test_the_cover_names_every_currency(full: Seen) -> None:
    filler = Filler(full.database, first=50_000)
    filler.pledges = count(500)
    issue = await filler.item(90, "In many currencies")
    for currency in ("GBP", "CHF", "JPY"):
        await filler.pledge(issue, 5_000, currency)
    html = await full.text(ROADMAP)
    cover = html[html.index('class="cover"') : html.index("chips")]
    assert cover.count('<p class="big">') == 4
    assert "And more in JPY." in cover
