"""How do we know that something on GitHub is our own, and where it is?"""

from __future__ import annotations

from typing import Any

from bot.domain.refs import Repo


def is_ours(made: dict[str, Any], app_id: int, marker: str) -> bool:
    """Tell whether our App made this comment or issue, and ended it with this mark."""
    app = made.get("performed_via_github_app") or {}
    body: str = made.get("body") or ""
    # Only at the end: what we quote of others stands before it.
    return app.get("id") == app_id and body.rstrip().endswith(marker)


def place(repo: Repo) -> dict[str, Any]:
    """Name a repository as the routes do."""
    return {"owner": repo.owner, "repo": repo.name}
