"""Who may ask the page for anything, and what do answers look like that are not pages?"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.errors import Refused
from sandbox.page.people import NobodyHere
from sandbox.page.refusing import of_a_page
from sandbox.page.showing import bare, message
from sandbox.page.visiting import Visit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with "no-referrer" forms would come from origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@web.middleware
async def careful(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the same careful headers on everything, redirects and mistakes included."""
    try:
        response = await handler(request)
    except web.HTTPException as raised:
        raised.headers.update(HEADERS)
        raise
    response.headers.update(HEADERS)
    return response


@web.middleware
async def from_here_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No other site's name may point here, and no other site's form may act here."""
    if _host_of(f"//{request.host}") not in LOOPBACK:
        return bare(HTTPStatus.FORBIDDEN, "This page answers on this computer's own address only.")
    if request.method == "POST" and not _is_own(request):
        return bare(HTTPStatus.FORBIDDEN, "This form was sent from another site.")
    return await handler(request)


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _is_own(request: web.Request) -> bool:
    """A browser names the origin of every form; what names none is no browser."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    return request.headers.get("Origin") in {None, f"http://{request.host}"}


@web.middleware
async def in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What cannot be done is told in a sentence, on a page."""
    try:
        return await handler(request)
    except NobodyHere:
        return bare(HTTPStatus.OK, "This box is still empty: nobody has moved in yet.")
    except UnicodeDecodeError:
        return bare(HTTPStatus.BAD_REQUEST, "That form was not sent as UTF-8.")
    except Refused as refusal:
        visit = Visit.without_form(request)
        return message(visit, of_a_page(refusal, visit.actor.user), status=refusal.status)
    except web.HTTPNotFound:
        visit = Visit.without_form(request)
        return message(visit, "There is nothing at this address.", status=HTTPStatus.NOT_FOUND)
