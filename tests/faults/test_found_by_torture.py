"""What the campaigns on real processes have found; each is a small story now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.github.client import Client
from bot.github.identity import AppKey
from bot.github.routes import CREATE_COMMENT, GET_APP
from sandbox.server import Sandbox
from sandbox.story import a_project

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [600, -600], ids=["ahead", "behind"])
async def test_a_clock_that_is_ten_minutes_wrong_keeps_nobody_out(seconds: int) -> None:
    """Every JWT was refused, and `bursar serve` said that the private key was wrong, and ended."""
    async with (
        Sandbox(now=lambda: NOW, with_page=False) as box,
        aiohttp.ClientSession() as session,
    ):
        project = a_project(box.world)
        installation = box.world.person("mia").install(box.app, "all", on="acme")
        client = Client(
            session,
            AppKey.read(box.app.id, box.app.private_key_pem),
            base_url=box.api_url,
            version="0.1.0",
            now=lambda: NOW + timedelta(seconds=seconds),
        )
        assert (await client.read_as_app(GET_APP))["id"] == box.app.id
        issue = project.issues[0]
        where = {"owner": "acme", "repo": "solver", "issue_number": issue.number}
        await client.write(installation.id, CREATE_COMMENT, {"body": "Here."}, **where)
        assert [comment.body for comment in issue.comments] == ["Here."]
        assert [asked.status for asked in box.requests] == [401, 200, 201, 201]
