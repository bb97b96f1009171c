"""Where does an operator register the App, with everything filled in?

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-using-url-parameters
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import yaml

from bot.intake import PATH

_BESIDE = Path(__file__).resolve().parents[1]


def manifest() -> dict[str, Any]:
    """Read `app.yml`: inside an installed package, or beside it in a checkout."""
    inside = _BESIDE / "_app.yml"
    file = inside if inside.is_file() else _BESIDE.parent / "app.yml"
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def registration_url(web_url: str, public_url: str, organization: str | None) -> str:
    """Give the link to GitHub's form.

    Args:
        web_url: GitHub's pages, `https://github.com`.
        public_url: where the world reaches this Bursar.
        organization: whose App it is to be; None: the person's who follows the link.
    """
    app = manifest()
    fields: list[tuple[str, str]] = [
        ("name", f"{app['name']} {organization or ''}".strip()),
        ("description", app["description"]),
        ("url", public_url),
        ("webhook_url", f"{public_url.rstrip('/')}{PATH}"),
        ("webhook_active", "true"),
        ("public", "false"),
        *app["default_permissions"].items(),
        *(("events[]", event) for event in app["default_events"]),
    ]
    owner = f"organizations/{quote(organization, safe='')}/" if organization else ""
    return f"{web_url}/{owner}settings/apps/new?{urlencode(fields)}"
