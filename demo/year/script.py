"""What happens in the year, act by act? Pure: the same seed and month give the same acts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from demo.year import fates, plans, pledging, pulls, roadmap, working
from demo.year.acts import Act, Configures, Says
from demo.year.dates import Year
from demo.year.people import DEVELOPERS, OWNER
from demo.year.treasury import Treasury, completed_items

SEED = 2
NAME = "acme/telescope"

RULES = """\
roadmap:
  labels: [roadmap]
roles:
  stewards: ["@mia", "@ines", "@tomas", "@yuki"]
  treasurers: ["@leila", "@piotr"]
pledges:
  currencies: [USD, EUR, GBP, JPY]
  minimum: {USD: 5, EUR: 5, GBP: 5, JPY: 500}
  accept_up_to: {USD: 1500, EUR: 1500, GBP: 1200, JPY: 225000}
  lapse_after_days: 60
work_orders:
  label: work-order
  discussion_days: 7
digest:
  to: issue
  timezone: Europe/Paris
rails:
  - {name: Open Collective, url: "https://opencollective.com/acme-telescope", takes: unrestricted}
  - {name: Invoice by Acme Labs, contact: "mailto:labs@acme.example", takes: work-orders}
"""
FORM = Path(__file__).resolve().parents[2] / "docs" / "work-order.yml"
FILES = (
    (".github/bursar.yml", RULES),
    (".github/ISSUE_TEMPLATE/work-order.yml", FORM.read_text("utf-8")),
)
_MISREAD = (
    ("walt", "/pledge 1.000"),
    ("elin", "/pledge €1.250"),
    ("rhys", "/pledge 50 quid"),
    ("june", "/pledge $200 if merged"),
    ("pelle", "/goal $10"),
    ("nico", "/pleges €40"),
    ("mei", "/pledge ¥1000.50"),
)


def acts(seed: int, first: date) -> list[Act]:
    """Give a whole year from the first of a month on, in order of time."""
    rng, year = Random(seed), Year(first)  # noqa: S311 - dice for a story
    items, orders = roadmap.items(rng, year), roadmap.orders(year)
    drawn = plans.draw(rng, year, items, orders)
    pledges = fates.decide(rng, year, drawn, items, orders)
    treasury = Treasury(rng, year, items, {order.key: order for order in orders})
    set_up = Act(year.at(0, 1, 8), OWNER, Configures(FILES, "Take directed funding in the open"))
    found = [set_up]
    for item in items.values():
        found += roadmap.life(rng, item)
    for order in orders:
        found += working.said(rng, year, order)
    found += pledging.said(rng, pledges)
    found += pledging.sent(rng, pledges)
    found += _misread(rng, year)
    found += treasury.receipts(pledges)
    found += treasury.without_pledge()
    for order in orders:
        found += working.paid(year, order, pledges, treasury)
    found += completed_items(treasury, items.values(), list(DEVELOPERS))
    found += pulls.said(rng, year, orders)
    in_time = [act for act in found if act.at < year.ends - timedelta(hours=1)]
    return sorted(in_time, key=lambda act: act.at)


def _misread(rng: Random, year: Year) -> Iterator[Act]:
    """Some people type what cannot be read, or may not be done."""
    for month, (who, words) in enumerate(_MISREAD, 1):
        yield Act(year.some_time(rng, month), who, Says("scheduler", words))
