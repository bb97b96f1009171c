"""How does a person open the box alone, to point an App of their own at it?

python -m sandbox --webhook-url http://127.0.0.1:3000/api/github/webhooks --secret s3cret
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from pathlib import Path

from sandbox.server import Sandbox
from sandbox.story import a_project


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="GitHub in a box.")
    parser.add_argument("--webhook-url", default="", help="where deliveries are sent")
    parser.add_argument("--secret", default="", help="signs the deliveries")
    parser.add_argument("--port", type=int, default=0, help="of the API; 0: any free port")
    parser.add_argument("--page-port", type=int, default=0, help="of the page; 0: any free port")
    parser.add_argument("--key", type=Path, help="write the App's private key to this file")
    return parser.parse_args()


def _introduce(box: Sandbox, installation: int) -> None:
    lines = {
        "API": box.api_url,
        "Page": box.page_url or "not built",
        "App": f"{box.app.slug}, id {box.app.id}, client id {box.app.client_id}",
        "Installation": f"{installation} on acme",
        "Webhook": box.app.webhook_url or "none",
        "People": "ghp_mia, ghp_ada, ghp_bob, ghp_dev, ghp_gus, ghp_eve are their tokens",
    }
    for name, line in lines.items():
        print(f"{name:>12}: {line}", flush=True)  # this is a command  # noqa: T201  # this is a command


async def _run(arguments: argparse.Namespace) -> None:
    async with Sandbox(port=arguments.port, page_port=arguments.page_port) as box:
        box.app.webhook_url, box.app.webhook_secret = arguments.webhook_url, arguments.secret
        a_project(box.world)
        installation = box.world.person("mia").install(box.app, "all", on="acme")
        if arguments.key:
            arguments.key.write_text(box.app.private_key_pem)
        _introduce(box, installation.id)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(_arguments()))
