"""What could I fund? Each open roadmap item as a card: what it costs, what is there, and how to fund it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.comments.funding import form_path, funding_of
from bot.domain.figures import Reach
from bot.domain.money import Money
from bot.domain.rules import Rules
from bot.pages import funding
from bot.pages.asked import Asked, Shown, whole
from bot.pages.overview import busiest
from bot.storage import overview
from bot.storage.overview import ITEMS_LOOKED_AT, OpenItem

CARDS_ON_A_PAGE = 60
"""Cards on one page; the next ones are a link away. Our own limit."""

CHIPS = (
    ("Everything", None),
    ("Not funded yet", Reach.NOT_FUNDED),
    ("Partly funded", Reach.PARTLY),
    ("Funded", Reach.FUNDED),
)
"""What somebody may want to see of the roadmap."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A card, and how to fund it."""

    card: funding.Card
    summary: str
    """Why it matters, in the words of the issue."""
    example: str
    """A pledge that would stand here."""
    form: str | None
    """Path of the work order form, filled in, where the project has one."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the brochure."""

    offers: tuple[Offer, ...]
    older: int | None
    """Look below this number for more."""


async def show(asked: Asked) -> Shown:
    """Show the brochure, or the part of it that was asked for."""
    wanted = _wanted(asked.query.get("show"))
    before = whole(asked.query.get("before"))
    found = await overview.open_items(asked.tx, asked.repo.id, before)
    sums = await overview.sums(asked.tx, asked.repo.id)
    return Shown(
        "roadmap.html",
        {
            "leaf": leaf(found, wanted, sums.rules),
            "count": len(found),
            "at_most": ITEMS_LOOKED_AT,
            "overall": busiest(sums.overall),
            "finished": await overview.finished(asked.tx, asked.repo.id),
            "chips": [(words, _address(asked, reach), reach is wanted) for words, reach in CHIPS],
            "wanted": wanted,
            "before": before,
            "rules": sums.rules,
            "now": asked.now,
        },
    )


def leaf(found: tuple[OpenItem, ...], wanted: Reach | None, rules: Rules) -> Leaf:
    """Lay out one page: those nearest to their goals first."""
    pairs = [(each, funding.card(each)) for each in found]
    chosen = [(each, card) for each, card in pairs if wanted in (None, card.reach)]
    shown = chosen[:CARDS_ON_A_PAGE]
    summaries = {card.number: each.summary for each, card in shown}
    offers = (
        _offer(card, summaries[card.number], rules)
        for card in funding.nearest([card for _, card in shown])
    )
    if len(chosen) > CARDS_ON_A_PAGE:
        return Leaf(tuple(offers), shown[-1][1].number)
    more = pairs[-1][1].number if len(found) == ITEMS_LOOKED_AT else None
    return Leaf(tuple(offers), more)


def _offer(card: funding.Card, summary: str, rules: Rules) -> Offer:
    form = rules.work_order_form
    return Offer(
        card,
        summary,
        _example(rules, card.goal),
        form_path(form, card.number) if form is not None else None,
    )


def _example(rules: Rules, goal: Money | None) -> str:
    """Write a pledge that would stand, in the currency of the goal where that is accepted."""
    accepted = rules.accepted(goal)
    if goal is not None and goal.currency in accepted:
        rules = replace(rules, currencies=(goal.currency,))
    return funding_of(rules, goal).example


def _wanted(text: str | None) -> Reach | None:
    return next((reach for _, reach in CHIPS if reach is not None and reach.value == text), None)


def _address(asked: Asked, reach: Reach | None) -> str:
    query = "" if reach is None else f"?show={reach.value}"
    return f"{asked.home}/roadmap{query}"
