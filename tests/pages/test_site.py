"""Who sees a page, what stands around it, and what hostile addresses get."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.panel import Position
from bot.pages.keeping import GOOD_FOR, Keeping, Kept
from bot.pages.routes import PAGES
from bot.pages.streaming import ENDINGS
from bot.storage import mirror
from tests.pages.filled import Filler, Seen, seen
from tests.storage.kit import OTHER_REPO, REPO, a_repository, know, tamper

HOME = "/acme/solver"
PLACES = sorted(
    place.replace("{number:[1-9][0-9]{0,9}}", "12").replace("{month:[0-9]{4}-[0-9]{2}}", "2026-03")
    for place in PAGES
)
ALL = [HOME + place for place in PLACES] + [f"{HOME}/ledger.{form}" for form in ENDINGS]
NOWHERE = Position(0, "")
WHOLE = [HOME, f"{HOME}/roadmap", f"{HOME}/about", f"{HOME}/badge.svg", f"{HOME}/badge.json"]
ADDRESSES = (
    "/acme/solver%00",
    "/acme%2Fsolver/roadmap",
    "/acme/../solver/roadmap",
    "/acme/solver/items/0",
    "/acme/solver/items/99999999999999999999",
    "/acme/solver/items/1e3",
    "/acme/solver/items/%D9%A1",
    "/acme/solver/roadmap/",
    "/acme/solver/nonsense",
    "/acme/solver/ledger.exe",
    "/acme/solver/ledger.json?since=yesterday",
    "/acme/%ED%A0%80",
    "/%F0%9F%92%A9/solver",
    "//acme/solver",
    "/acme/solver/..%2f..%2fetc%2fpasswd",
    "/style.css",
    "/style-0000000000000000.css",
    "/" + "a" * 4000,
)
QUERIES = (
    "before=-1",
    "before=0",
    "before=99999999999999999999999",
    "before=%00",
    "before=1&before=2",
    "show=%3Cscript%3E",
    "show=funded%00",
    "theme=" + "x" * 7000,
    "%FF=%FF",
    "&".join(f"a{n}=b" for n in range(1000)),
)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Seen]:
    async with seen(tmp_path, full=False) as site:
        yield site


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[Seen]:
    async with seen(tmp_path) as full:
        yield full


def stable(headers: object) -> dict[str, str]:
    return {k: v for k, v in dict(headers).items() if k != "Date"}  # type: ignore[call-overload]


# --- visibility -------------------------------------------------------------------------------


async def test_private_and_unknown_repositories_answer_the_same_at_every_address(
    full: Seen,
) -> None:
    for path in ALL:
        await full.get(path)
    full.public.clear()
    for path in ALL:
        hidden = await full.get(path)
        unknown = await full.get(path.replace("/solver", "/nothing"))
        assert hidden.status == unknown.status == 404, path
        assert await hidden.read() == await unknown.read()
        assert stable(hidden.headers) == stable(unknown.headers)
        assert b"solver" not in await hidden.read()


async def test_github_is_asked_before_every_page_even_a_kept_one(full: Seen) -> None:
    await full.text(HOME)
    before = len(full.asked)
    await full.text(HOME)
    assert len(full.asked) == before + 1


async def test_nothing_is_kept_of_a_repository_that_became_private(full: Seen) -> None:
    answer = await full.get(HOME)
    full.public.clear()
    again = await full.get(HOME, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 404
    assert len(full.pages.kept) == 0


async def test_what_the_mirror_knows_as_private_is_not_even_asked_about(site: Seen) -> None:
    await know(site.database, a_repository(OTHER_REPO, name="secret", private=True))
    site.public.add(OTHER_REPO)
    assert (await site.get("/acme/secret")).status == 404
    assert site.asked == []


async def test_pages_show_nothing_of_another_repository(full: Seen) -> None:
    await know(full.database, a_repository(OTHER_REPO, name="secret", private=True))
    hidden = Filler(full.database, repo=OTHER_REPO)
    await hidden.rules()
    issue = await hidden.item(4711, "Nobody may read of this")
    await hidden.pledge(issue, 987_654_00)
    for path in WHOLE:
        text = await full.text(path)
        assert "Nobody may read" not in text
        assert "987,654" not in text


async def test_a_repository_without_entries_has_pages_too(site: Seen) -> None:
    for path in WHOLE:
        assert (await site.get(path)).status == 200


async def test_the_root_lists_no_repository(full: Seen) -> None:
    text = await full.text("/")
    assert "solver" not in text
    assert "/owner/repository" in text


async def test_names_know_no_case_and_the_right_one_is_shown(full: Seen) -> None:
    text = await full.text("/ACME/Solver/roadmap")
    assert '<link rel="canonical" href="https://bursar.example/acme/solver/roadmap">' in text
    assert "ACME" not in text


# --- headers, and what is not sent again ------------------------------------------------------


@pytest.mark.parametrize("path", [*WHOLE, "/", "/nobody/nothing"])
async def test_every_answer_has_a_strict_policy(full: Seen, path: str) -> None:
    headers = (await full.get(path)).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src")
    assert "script" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", [HOME, f"{HOME}/roadmap", f"{HOME}/about", "/", "/x"])
async def test_pages_need_no_script_and_no_style_of_their_own(full: Seen, path: str) -> None:
    text = await (await full.get(path)).text()
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", text)


@pytest.mark.parametrize("path", WHOLE)
async def test_what_somebody_has_already_is_not_sent_again(full: Seen, path: str) -> None:
    first = await full.get(path)
    again = await full.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert await again.read() == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert not first.headers["ETag"].startswith("W/")


async def test_a_new_entry_makes_a_new_page_at_once(full: Seen) -> None:
    first = await full.get(HOME)
    await Filler(full.database, now=full.now[0], first=50_000).rules()
    again = await full.get(HOME, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 200
    assert again.headers["ETag"] != first.headers["ETag"]


async def test_what_changes_without_an_entry_is_seen_after_a_minute(full: Seen) -> None:
    before = await full.text(f"{HOME}/roadmap")
    title = "update issues set title = 'Another title' where number = 12"
    await asyncio.to_thread(tamper, full.database, title)
    assert await full.text(f"{HOME}/roadmap") == before
    full.passes(seconds=GOOD_FOR.total_seconds() + 1)
    assert "Another title" in await full.text(f"{HOME}/roadmap")


async def test_a_warm_page_is_not_made_again(full: Seen) -> None:
    await full.text(HOME)
    full.pages.templates.loader = None
    full.pages.templates.cache = {}
    assert (await full.get(HOME)).status == 200


@pytest.mark.parametrize("path", [*WHOLE, f"{HOME}/ledger.json", "/", "/nobody/nothing"])
async def test_a_head_has_the_headers_and_nothing_else(full: Seen, path: str) -> None:
    got = await full.get(path)
    head = await full.client.head(path, allow_redirects=False)
    assert head.status == got.status
    assert await head.read() == b""
    assert head.headers.get("ETag") == got.headers.get("ETag")
    assert head.headers["Content-Type"] == got.headers["Content-Type"]


async def test_the_style_sheet_may_be_kept_for_ever_at_an_address_that_names_it(full: Seen) -> None:
    found = re.search(r'href="(/style-[0-9a-f]{16}\.css)"', await full.text(HOME))
    assert found is not None
    answer = await full.get(found[1])
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "text/css"
    assert "@import" not in await answer.text()


async def test_every_page_says_what_it_is_to_whoever_links_to_it(full: Seen) -> None:
    for path in (HOME, f"{HOME}/roadmap", f"{HOME}/about"):
        text = await full.text(path)
        for name in ("og:title", "og:description", "og:url", "og:type", "og:site_name"):
            assert re.search(rf'<meta property="{name}" content="[^"]+">', text), (path, name)
        assert re.search(r'<meta name="description" content="[^"]{20,}">', text)
        assert f'<meta property="og:url" content="https://bursar.example{path}">' in text


# --- hostile addresses ------------------------------------------------------------------------


async def test_a_hostile_address_is_not_found(full: Seen) -> None:
    for path in ADDRESSES:
        assert await _status(full, path) == 404, path[:80]


async def test_a_hostile_query_is_passed_over(full: Seen) -> None:
    for path in WHOLE:
        for query in QUERIES:
            assert await _status(full, f"{path}?{query}") == 200, (path, query[:40])


async def test_a_query_that_no_page_reads_makes_no_page_of_its_own(full: Seen) -> None:
    await full.text(HOME)
    count = len(full.pages.kept)
    for n in range(5):
        await full.text(f"{HOME}?utm_source={n}")
    assert len(full.pages.kept) == count


async def _status(full: Seen, path: str) -> int:
    """Ask for exactly these bytes: a client would tidy them up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", full.client.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    answer = await reader.read()
    writer.close()
    assert b"Traceback" not in answer
    return int(answer.split(b" ", 2)[1])


async def test_a_page_that_fails_says_so_plainly(full: Seen) -> None:
    full.pages.templates.globals["plural"] = None
    full.pages.templates.filters.pop("percent")
    full.pages.templates.loader.mapping = {}  # type: ignore[union-attr]
    full.pages.templates.cache = {}
    answer = await full.get(HOME)
    assert answer.status == 500
    text = await answer.text()
    assert "Something failed here" in text
    assert "Traceback" not in text
    assert "percent" not in text


# --- what is kept -----------------------------------------------------------------------------


async def test_kept_pages_stay_within_their_bytes(site: Seen) -> None:
    async with site.database.read() as tx:
        repo = await mirror.public_repo(tx, "acme", "solver")
    assert repo is not None
    assert repo.id == REPO
    keeping = Keeping(lambda: site.now[0], at_most=10_000)
    page = Kept(b"x" * 3000, "text/html", NOWHERE, site.now[0])
    for n in range(10):
        keeping.put((repo, str(n), (), ()), page)
    assert len(keeping) == 2
    keeping.put((repo, "large", (), ()), Kept(b"x" * 20_000, "", NOWHERE, site.now[0]))
    assert keeping.get((repo, "large", (), ()), NOWHERE) is None


# --- ledgers as files -------------------------------------------------------------------------


@pytest.mark.parametrize("form", ENDINGS)
async def test_a_ledger_is_a_file_that_names_its_repository(full: Seen, form: str) -> None:
    answer = await full.get(f"{HOME}/ledger.{form}")
    assert answer.status == 200
    wanted = f'attachment; filename="acme-solver-ledger.{form}"'
    assert answer.headers["Content-Disposition"] == wanted
    assert answer.headers["Cache-Control"] == "no-cache"
    assert re.fullmatch(r"\d+ [0-9a-f]{64}", answer.headers["Bursar-Position"])
    assert len(await answer.read()) > 1000


async def test_a_ledger_may_begin_and_end_on_a_day(full: Seen) -> None:
    whole = await full.text(f"{HOME}/ledger.csv")
    part = await full.text(f"{HOME}/ledger.csv?since=2026-03-01&until=2026-04-01")
    assert 1 < part.count("\r\n") < whole.count("\r\n")
