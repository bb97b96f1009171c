"""What stands around a page on its way out: which headers, and when is nothing sent again?"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ETag, web

from bot.pages.keeping import Kept

HTML_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Our own style and pictures, forms that lead to ourselves, and nothing else.
https://developer.mozilla.org/docs/Web/HTTP/CSP"""

IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture opened by itself may style itself; nothing in it runs."""

HTML = "text/html"

KINDS = {".css": "text/css", ".svg": "image/svg+xml"}
"""Content types of our own files."""

DIGITS_OF_HASH = 16
"""Digits of the hash in the address of a file of ours."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of ours; its address names its bytes, so that it may be kept for ever."""

    address: str
    body: bytes
    content_type: str


def asset(file: Path) -> Asset:
    """Read a file of ours."""
    body = file.read_bytes()
    mark = hashlib.sha256(body).hexdigest()[:DIGITS_OF_HASH]
    return Asset(f"/{file.stem}-{mark}{file.suffix}", body, KINDS[file.suffix])


def asset_answer(found: Asset) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make the handler that gives a file of ours."""
    headers = headers_for(found.content_type)
    headers["Cache-Control"] = "public, max-age=31536000, immutable"

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(
            body=found.body, content_type=found.content_type, charset="utf-8", headers=headers
        )

    return answer


def headers_for(content_type: str) -> dict[str, str]:
    """Give the headers that every answer of this type has.

    Shared caches must ask again each time: what became private may not linger.
    """
    is_page = content_type == HTML
    return {
        "Content-Security-Policy": IMAGE_POLICY if "svg" in content_type else HTML_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        # Badges, feeds and data are there to be shown elsewhere.
        "Cross-Origin-Resource-Policy": "same-origin" if is_page else "cross-origin",
        "Cache-Control": "no-cache",
    }


def plain(body: bytes, status: int) -> web.Response:
    """Answer with a page that is not kept."""
    return web.Response(
        body=body, content_type=HTML, charset="utf-8", status=status, headers=headers_for(HTML)
    )


def fresh(request: web.Request, page: Kept) -> web.Response:
    """Answer with a page, or with the word that whoever asks has it already."""
    headers = headers_for(page.content_type)
    if _has_it(request, page.tag):
        answer = web.Response(status=304, headers=headers)
    else:
        answer = web.Response(
            body=page.body, content_type=page.content_type, charset="utf-8", headers=headers
        )
    answer.etag = page.tag
    return answer


def _has_it(request: web.Request, tag: str) -> bool:
    """Compare weakly, as `If-None-Match` asks for (RFC 9110, section 13.1.2)."""
    wanted: tuple[ETag, ...] = request.if_none_match or ()
    return any(each.value in {tag, "*"} for each in wanted)
