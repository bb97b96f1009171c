"""`app.yml`, `.env.example` and the code say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.events.reading import SUBSCRIBED
from bot.github.routes import DOCUMENTS, ROUTES
from bot.settings import Settings, StoreSettings, WronglySet, settings

ROOT = Path(__file__).parents[2]
LEVELS = ("read", "write")
NEVER = {"administration", "contents: write", "pull_requests: write", "members: write"}


def app() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "app.yml").read_text())
    return found


def example() -> dict[str, str]:
    """The settings in `.env.example`, commented or not, with their defaults."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = [re.fullmatch(r"(?:# ?)?([A-Z][A-Z_]+)=(.*)", line) for line in lines]
    return {match[1]: match[2] for match in found if match}


def needed() -> dict[str, str]:
    """The highest level of each permission that a route names."""
    asked = [route.permission.split(": ") for route in ROUTES if route.permission != "none"]
    asked += [["issues", "read"] for _ in DOCUMENTS]
    levels: dict[str, str] = {}
    for name, level in asked:
        levels[name] = max(level, levels.get(name, level), key=LEVELS.index)
    return levels


def test_we_ask_github_for_exactly_the_permissions_that_our_requests_need() -> None:
    assert app()["default_permissions"] == needed()


def test_what_would_let_money_into_review_is_never_asked_for() -> None:
    asked = {f"{name}: {level}" for name, level in app()["default_permissions"].items()}
    assert not asked & NEVER
    assert "administration" not in app()["default_permissions"]


def test_work_orders_and_money_need_no_permission_that_pledges_did_not() -> None:
    """Whoever installed it before is asked for nothing new: reading pull requests must do."""
    assert app()["default_permissions"] == {
        "metadata": "read",
        "contents": "read",
        "issues": "write",
        "pull_requests": "read",
        "checks": "write",
        "members": "read",
    }


def test_we_subscribe_to_exactly_the_events_that_we_read() -> None:
    assert sorted(app()["default_events"]) == sorted(SUBSCRIBED)


def test_every_setting_is_in_the_example_and_nothing_else_is() -> None:
    assert sorted(example()) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_example_shows_the_default(name: str) -> None:
    default = Settings.model_fields[name].default
    has_one = default is not None and not Settings.model_fields[name].is_required()
    assert example()[name.upper()] == (str(default) if has_one else "")


def test_a_command_that_only_looks_into_the_store_has_the_same_default() -> None:
    ours, theirs = Settings.model_fields, StoreSettings.model_fields
    assert theirs.keys() <= ours.keys()
    assert theirs["database_url"].default == ours["database_url"].default


def test_the_example_as_it_is_says_what_to_fill_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    with pytest.raises(WronglySet, match="APP_ID is not set"):
        settings(_env_file=ROOT / ".env.example")


def test_the_procfile_migrates_and_serves() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    processes = dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    assert processes.keys() == {"release", "web"}
    assert processes["release"].endswith("migrate")
    assert processes["web"].endswith("serve")
