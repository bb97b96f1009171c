"""What must be shown after a work order has changed?"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.decisions import Known
from bot.domain.effects import Refresh
from bot.domain.moves import panel_of, panels
from bot.domain.rules import ENDED_ITEM_EXPIRES_AFTER_DAYS
from bot.domain.views import Item


def fortnight_after(at: datetime) -> datetime:
    """Give the moment at which what still stands on it expires."""
    return at + timedelta(days=ENDED_ITEM_EXPIRES_AFTER_DAYS)


def all_panels(known: Known) -> tuple[Refresh, ...]:
    """Name the panels of the work order, and of every item that it covers or draws on."""
    items = (place for place in known.places.values() if isinstance(place, Item))
    return tuple(dict.fromkeys((*panels(known, *known.pledges), *map(panel_of, items))))
