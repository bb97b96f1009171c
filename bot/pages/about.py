"""How is all this read, and how does anybody check it without trusting us?"""

from __future__ import annotations

from bot.pages.asked import Asked, Shown
from bot.storage import overview


async def show(asked: Asked) -> Shown:
    """Show the words that these pages use, and how to check them."""
    sums = await overview.sums(asked.tx, asked.repo.id)
    digest = await overview.newest_digest(asked.tx, asked.repo.id)
    return Shown("about.html", {"rules": sums.rules, "digest": digest})
