"""Can what a stranger writes or sends do any harm?"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox.page.markdown import as_html
from sandbox.server import Sandbox
from sandbox.story import a_project

if TYPE_CHECKING:
    from tests.browser.busy import Busy
    from tests.browser.conftest import Travelling, Window

pytestmark = pytest.mark.browser
HOSTILE = """\
<script>window.harmed = 1</script><img src=x onerror="window.harmed = 2">
<a href="javascript:window.harmed=3" onclick="window.harmed=4">one</a>
<a href="java&#10;script:window.harmed=5">two</a> <a href=" data:text/html,x">three</a>
[four](javascript:window.harmed=6) <svg onload="window.harmed=7"><style>*{display:none}</style>
<iframe src="/"></iframe><form action="/-/act-as"><button name=login value=mia>five</button></form>
<details open ontoggle="window.harmed=8"><summary>six</summary>in</details>
<div id="main" style="position:fixed" class="notice"></article></li></ol></main>after</div>
<math><mtext></mtext><script>window.harmed = 9</script></math><base href="https://example.org/">

</div></div></article></ol></main></body> still in
"""
PARTS = ["<li>", "</li>", "<ul>", "</ul>", "<div>", "</div>", "<p>", "</p>", "<table>", "</table>"]
PARTS += ["<tr>", "<td>", "</td>", "</tr>", "<a href=x>", "</a>", "<b>", "</b>", "<h1>", "</h2>"]
PARTS += ["<dd>", "<dl>", "</dl>", "<details>", "</details>", "<summary>", "<pre>", "</pre>"]
PARTS += ["<code>", "</code>", "x", "&lt;", "<!--", "-->", "<script>", "</script>", "<", "\n\n"]
SPILT = """(texts) => texts.filter((html) => {
  document.body.innerHTML = `<main><ol><li id="in"><div>${html}</div></li><li id="next"></li></ol>`;
  const [inside, next] = [document.getElementById("in"), document.getElementById("next")];
  return inside.nextElementSibling !== next || inside.children.length !== 1;
})"""


async def test_hostile_text_is_inert_wherever_it_is_shown(
    window: Window, box: Travelling, busy: Busy
):
    eve = box.world.person("eve")
    comment = eve.comment(busy.item, HOSTILE)
    issue = eve.open_issue(busy.solver, "<script>window.harmed=1</script>{{ 7*7 }}", HOSTILE)
    for path in ("/acme/solver/issues/1", f"/acme/solver/issues/{issue.number}", "/acme/solver"):
        await window.open(path)
        for link in await window.page.locator(".prose a:text-is('one')").all():
            assert await link.get_attribute("href") is None
        assert await window.page.evaluate("window.harmed") is None
        assert "49" not in await window.page.title()
        assert await window.page.locator(".prose :is(form, button, [onclick])").count() == 0
    await window.open("/acme/solver/issues/1")
    html = await window.page.locator(f"#issuecomment-{comment.id} .prose").inner_html()
    for never in ("<script", "<img", "<svg", "<style", "<iframe", "<form", "<base", 'href="j'):
        assert never not in html
    assert "still in" in html
    assert await window.page.locator("main #write").count() == 1


async def test_nothing_leaves_its_own_box(window: Window, busy: Busy, box: Travelling):
    dice = random.Random(7)
    soup = ["".join(dice.choices(PARTS, k=dice.randint(1, 25))) for _ in range(1500)]
    texts = [as_html(each, box.world, busy.solver) for each in soup]
    await window.page.goto("about:blank")
    assert await window.page.evaluate(SPILT, texts) == []


async def test_everything_comes_with_a_strict_policy_and_from_here_only(window: Window, busy: Busy):
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    for path in ("/acme/solver/issues/1", "/-/static/page.js", "/nobody/nothing", "/ada"):
        answer = await window.open(path)
        assert answer
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert {url for url in asked if not url.startswith(window.address)} == set()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
async def test_forms_of_other_sites_do_nothing(
    box: Travelling, busy: Busy, headers: dict[str, str]
):
    before = len(busy.item.comments)
    url = f"{box.page_url}/acme/solver/issues/1/comment"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data={"body": "/pledge $1"}, headers=headers) as answer,
    ):
        assert answer.status == 403
    assert len(busy.item.comments) == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/acme/solver/issues/99999999999999999999999", 404),
        ("/acme/solver/issues/0", 404),
        ("/acme/solver/blob/main/..%2f..%2fetc/passwd", 404),
        ("/acme/solver/commit/zzz", 404),
        ("/%00", 404),
        ("/acme/solver?state=%22%3E%3Cscript%3E&label=%3Cb%3E", 200),
        ("/acme/solver/edit?path=%22%3E%3Cscript%3E", 200),
    ],
)
async def test_odd_addresses_get_an_answer(box: Travelling, busy: Busy, path: str, status: int):
    async with aiohttp.ClientSession() as session, session.get(f"{box.page_url}{path}") as answer:
        assert answer.status == status
        assert "<script>" not in await answer.text()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_one_is_never_sent_to_another_site(box: Travelling, busy: Busy, back: str):
    sent = {"login": "ada", "back": back}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{box.page_url}/-/act-as", data=sent, allow_redirects=False) as answer,
    ):
        assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_bytes_that_are_no_text_are_refused(box: Travelling, busy: Busy):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{box.page_url}/-/act-as", data=b"login=\xff", headers=headers) as answer,
    ):
        assert answer.status in {400, 404}


async def test_an_empty_box_says_so():
    async with Sandbox() as box, aiohttp.ClientSession() as session:
        async with session.get(f"{box.page_url}/") as answer:
            assert "still empty" in await answer.text()
        a_project(box.world)
        async with session.get(f"{box.page_url}/") as answer:
            assert "Bursar is not installed anywhere" in await answer.text()
