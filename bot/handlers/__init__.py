"""The table of contents: which subjects does Bursar know, and in which order does `/help` list them?

To add a subject, write its module and name its router here.
"""

from __future__ import annotations

from bot.handlers import (
    configuration,
    pledges,
    pull_requests,
    roadmap,
    treasury,
    work_orders,
)
from bot.handlers.help import help_router
from bot.routing import Routes


def routes() -> Routes:
    """Join every subject's table, and `/help`, which lists the commands of all of them."""
    subjects = [
        pledges.router,
        roadmap.router,
        work_orders.router,
        treasury.router,
        pull_requests.router,
        configuration.router,
    ]
    return Routes([*subjects, help_router(subjects)])
