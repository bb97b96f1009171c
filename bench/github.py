"""What answers in GitHub's place while speed is measured? Just enough, and always yes.

python -m bench.github PORT: everybody may write, nothing is configured, and whatever is posted is
there. It knows no limits: what Bursar asks is not measured here, but against the sandbox.
"""

from __future__ import annotations

import itertools
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bench.words import APP, FIRST_ACCOUNT, OWNER

_numbers = itertools.count(1)
routes = web.RouteTableDef()


@routes.get("/healthz")
async def healthy(_: web.Request) -> web.Response:
    """Answer that the process lives."""
    return web.Response(text="ok\n")


@routes.get("/app")
async def app(_: web.Request) -> web.Response:
    """Tell who the App is."""
    return _json({"id": APP, "slug": "bursar", "name": "Bursar"})


@routes.post("/app/installations/{id}/access_tokens")
async def token(_: web.Request) -> web.Response:
    """Give a token for an hour."""
    until = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _json({"token": f"ghs_{next(_numbers)}", "expires_at": until}, status=201)


@routes.get("/repos/{owner}/{repo}")
async def repository(request: web.Request) -> web.Response:
    """Know the repositories of the mix by their names (`bench.mix.repo_name`)."""
    name = request.match_info["repo"]
    number = int(name.partition("-")[2] or 1)
    full_name = f"{request.match_info['owner']}/{name}"
    owner = {"id": 1, "login": request.match_info["owner"], "type": "Organization"}
    shown = {"id": number, "name": name, "full_name": full_name, "owner": owner, "private": False}
    return _json(shown)


@routes.get("/repos/{owner}/{repo}/collaborators/{login}/permission")
async def permission(request: web.Request) -> web.Response:
    """Say that everybody keeps every repository."""
    login = request.match_info["login"]
    person = {
        "id": FIRST_ACCOUNT + int(login.partition("-")[2] or 0),
        "login": login,
        "type": "User",
    }
    return _json({"permission": "admin", "role_name": "admin", "user": person})


@routes.get("/repos/{owner}/{repo}/commits")
async def commits(_: web.Request) -> web.Response:
    """Show the newest commit."""
    return _json([{"sha": "d" * 40}])


@routes.get("/users/{login}")
async def account(request: web.Request) -> web.Response:
    """Know everybody."""
    return _json({"id": 1, "login": request.match_info["login"], "type": "User"})


@routes.post("/graphql")
async def graphql(_: web.Request) -> web.Response:
    """Know nothing about anything."""
    return _json({"data": {}})


@routes.get("/{path:.*}")
async def nothing(request: web.Request) -> web.Response:
    """Every list is empty; every single thing is missing."""
    last = request.path.rpartition("/")[2]
    lists = {"comments", "events", "deliveries", "issues", "pulls", "collaborators", "timeline"}
    if last in lists or last in {"reviews", "files", "members", "reactions", "installations"}:
        return _json([])
    return _json({"message": "Not Found"}, status=404)


@routes.route("*", "/{path:.*}")
async def made(_: web.Request) -> web.Response:
    """Take whatever is written."""
    number = next(_numbers)
    thing = {"id": number, "number": number, "state": "open", "user": {"login": f"{OWNER}[bot]"}}
    return _json(thing, status=201)


def _json(what: Any, status: int = 200) -> web.Response:
    headers = {"X-RateLimit-Remaining": "4999", "X-RateLimit-Limit": "5000"}
    return web.json_response(what, status=status, headers=headers)


def main(port: int) -> None:
    """Serve until told to stop."""
    application = web.Application()
    application.add_routes(routes)
    web.run_app(application, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
