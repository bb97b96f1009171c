"""What does the least server cost? It reads, checks the HMAC, answers 202, and stores nothing.

python -m bench.bare PORT: the yardstick of `bench.speed`; what its ratios are relative to.
"""

from __future__ import annotations

import hashlib
import hmac
import sys

from aiohttp import web

from bench.words import SECRET

_KEY = SECRET.encode()


async def receive(request: web.Request) -> web.Response:
    """Take one delivery."""
    body = await request.read()
    expected = "sha256=" + hmac.new(_KEY, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers["X-Hub-Signature-256"]):
        return web.Response(status=401)
    return web.Response(status=202)


async def healthy(_: web.Request) -> web.Response:
    """Answer that the process lives."""
    return web.Response(text="ok\n")


def main(port: int) -> None:
    """Serve until told to stop."""
    app = web.Application(client_max_size=25 * 1024 * 1024)
    app.add_routes([web.post("/api/github/webhooks", receive), web.get("/healthz", healthy)])
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
