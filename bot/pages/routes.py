"""Which page is at which address of a repository, and which parts of a query does it read?"""

from __future__ import annotations

from bot.pages import (
    about,
    badge,
    brochure,
    digests,
    feed,
    item,
    ledger,
    overview,
    review,
    work_order,
)
from bot.pages.asked import Page

ASSETS = ("style.css", "icon.svg")
"""Files of ours beside the pages."""

NOTHING: frozenset[str] = frozenset()
NUMBER = "{number:[1-9][0-9]{0,9}}"
MONTH = "{month:[0-9]{4}-[0-9]{2}}"

PAGES: dict[str, tuple[Page, frozenset[str]]] = {
    "": (overview.show, NOTHING),
    "/roadmap": (brochure.show, frozenset({"before", "show"})),
    f"/items/{NUMBER}": (item.show, frozenset({"before"})),
    f"/work-orders/{NUMBER}": (work_order.show, NOTHING),
    "/ledger": (ledger.show, frozenset({"topic", "month", "issue", "before", "after"})),
    "/review": (review.show, NOTHING),
    "/digests": (digests.show, frozenset({"before"})),
    f"/digests/{MONTH}": (digests.one, NOTHING),
    f"/digests/{MONTH}.json": (digests.figures, NOTHING),
    "/feed.atom": (feed.show, NOTHING),
    "/about": (about.show, NOTHING),
    "/badge.svg": (badge.show, frozenset({"theme"})),
    "/badge.json": (badge.endpoint, NOTHING),
}
"""What is not named here is not read, so that it cannot make a page of its own either."""
