"""What can anybody look up without GitHub? Everything about the funding of a public repository.

Read-only, no log-in, public repositories only. The site (`site`) decides who sees a page (`routes` says
which there are), asks it for its values (`asked`) and renders its template.
"""

from __future__ import annotations

from bot.pages.site import Pages

__all__ = ["Pages"]
