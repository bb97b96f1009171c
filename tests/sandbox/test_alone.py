"""Can a person open the box alone, and have it hold a project?"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import aiohttp

from sandbox.story import PEOPLE
from tests.github_contract.webhooks import check_delivery

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.server import Sandbox
    from sandbox.story import Project


async def test_it_runs_as_a_command_and_prints_its_addresses(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--secret", "s", "--key", str(key),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    told = {}
    async with asyncio.timeout(20):
        while "People" not in told:
            name, _, line = (await process.stdout.readline()).decode().partition(": ")
            told[name.strip()] = line.strip()
        async with aiohttp.request("GET", f"{told['API']}/repos/acme/solver/issues") as answer:
            assert len(await answer.json()) == 4
    process.terminate()
    await process.wait()
    assert key.read_text().startswith("-----BEGIN RSA PRIVATE KEY-----")


async def test_the_project_is_a_believable_one(box: Sandbox, project: Project) -> None:
    assert all(box.world.user(login) for login in PEOPLE)
    assert not project.solver.private
    assert not project.docs.private
    assert project.secret.private
    assert ".github/ISSUE_TEMPLATE/roadmap.yml" in project.solver.files()
    assert [each.number for each in project.issues] == [1, 2, 3, 4]
    assert box.deliveries == []  # nobody has installed the App yet


async def test_it_may_all_happen_before_somebody_listens(box: Sandbox, project: Project) -> None:
    box.app.webhook_url = ""
    box.world.person("mia").install(box.app, "all", on="acme")
    await box.settled()
    (created,) = box.deliveries
    check_delivery("installation", created.payload)
    assert not created.listed
    assert len(created.payload["repositories"]) == 3
    assert project.organization.kind == "Organization"
