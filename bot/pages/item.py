"""How far is a roadmap item, who pledged and paid, what happened, and how can it be funded?"""

from __future__ import annotations

from bot.comments.funding import form_path, funding_of
from bot.comments.recorded import Recorded, recorded
from bot.domain import entries as e
from bot.domain.panel import RECORDS_SHOWN
from bot.domain.views import Total
from bot.pages import funding
from bot.pages.asked import Asked, Missing, Shown, whole
from bot.pages.pointing import Pointer, pointer
from bot.pages.telling import tell
from bot.storage import browsing, people, showing
from bot.storage.browsing import Sought
from bot.storage.overview import OpenItem
from bot.storage.showing import ItemPage

PLEDGES_ON_A_PAGE = 100
"""Pledges listed at once; the next ones are a link away. Our own limit."""

ENTRIES_SHOWN = 50
"""Entries of the timeline, the newest (product rule); the ledger has the others."""

CURRENCIES_SHOWN = 50
"""Currencies with money recorded; our own limit, which no item reaches."""

BESIDE = ("offered", "completion", "lapsed")
"""Sums that stand beside "how far is it?" and are no part of it."""


async def show(asked: Asked) -> Shown:
    """Show a roadmap item."""
    number, before = whole(asked.path.get("number")), whole(asked.query.get("before"))
    tx, repo = asked.tx, asked.repo.id
    found = await showing.item_page(tx, repo, number or 0, before, PLEDGES_ON_A_PAGE)
    if found is None:
        raise Missing
    sought = Sought(issue=found.item.issue)
    lines = await browsing.before(tx, repo, sought, None, ENTRIES_SHOWN)
    told = await tell(asked, lines.lines)
    goal = found.item.goal
    form = found.rules.work_order_form
    values = {
        "canonical": f"{asked.public_url}{asked.home}/items/{found.item.number}",
        "m": found,
        "card": funding.card(OpenItem(found.item, found.title, found.totals, found.treasury)),
        "beside": tuple(total for total in found.totals if _has_more(total)),
        "money": _money(found),
        "point": await _pointer(asked, found),
        "told": told,
        "more_told": lines.older is not None,
        "goal_told": next((t for t in told if isinstance(t.entry, e.GoalSet)), None),
        "funding": funding_of(found.rules, goal),
        "form": form_path(form, found.item.number) if form is not None else None,
        "first_page": before is None,
    }
    return Shown("item.html", values)


def _has_more(total: Total) -> bool:
    """Tell whether there is something beside what is pledged and received."""
    return any(getattr(total, f"{name}_count") for name in BESIDE)


def _money(found: ItemPage) -> Recorded | None:
    issue, treasury = found.item.issue, found.treasury
    return recorded(issue, treasury, currencies=CURRENCIES_SHOWN, records=RECORDS_SHOWN)


async def _pointer(asked: Asked, found: ItemPage) -> Pointer:
    """Look up whom and what the tables name."""
    tx, repo = asked.tx, asked.repo.id
    records = found.treasury.records
    numbers = {p for each in found.pledges for p in (each.pledge, each.replaced_by, each.rest_of)}
    numbers |= {each.pledge for each in records}
    pledges = await browsing.pledge_comments(tx, repo, numbers - {None})
    issues = {found.item.issue, *(issue for issue, _ in pledges.values())}
    issues |= {each.drawn_by for each in found.pledges if each.drawn_by is not None}
    issues |= {issue for each in records for issue in (each.issue, each.fund)}
    return pointer(
        asked,
        names=await people.logins(tx, found.people()),
        spots=await browsing.spots(tx, repo, issues),
        pledges=pledges,
        records={each.record: (each.issue, each.comment) for each in records},
    )
