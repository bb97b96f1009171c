"""Do we read GitHub's list of deliveries as it is?"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.github.client import Client
from bot.github.deliveries import Attempt, Deliveries, Page
from bot.lookup import CannotTell
from tests.github.fake import START, Answer, Asked, FakeGitHub

LIST = "GET /app/hook/deliveries"
ONE = "GET /app/hook/deliveries/7"
ATTEMPT = Attempt(7, "guid-7", "issues", START, 1)


def line(number: int, **other: Any) -> dict[str, Any]:
    return {
        "id": number,
        "guid": f"guid-{number}",
        "delivered_at": "2030-01-31T12:00:00Z",
        "event": "issues",
        "repository_id": 1,
    } | other


def full(payload: Any) -> Answer:
    return Answer(line(7) | {"request": {"headers": {}, "payload": payload}})


async def pages(client: Client) -> list[list[Attempt]]:
    return [page.attempts async for page in Deliveries(client).pages()]


async def test_a_list_is_read_page_by_page_along_githubs_links(
    github: FakeGitHub, client: Client
) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.query.get("cursor") == "v1_5":
            return Answer([line(5)])
        following = f"{github.url}/app/hook/deliveries?per_page=100&cursor=v1_5"
        return Answer([line(7), line(6)], headers={"Link": f'<{following}>; rel="next"'})

    github.on(LIST, answer)
    assert [[each.id for each in page] for page in await pages(client)] == [[7, 6], [5]]
    assert github.times(LIST) == 2


async def test_pages_that_nobody_wants_are_not_asked_for(
    github: FakeGitHub, client: Client
) -> None:
    following = f"{github.url}/app/hook/deliveries?per_page=100&cursor=v1_5"
    github.on(LIST, Answer([line(7)], headers={"Link": f'<{following}>; rel="next"'}))
    async for page in Deliveries(client).pages():
        assert page.attempts == [ATTEMPT]
        break
    assert github.times(LIST) == 1


@pytest.mark.parametrize(
    ("date", "as_of"),
    [
        ("Thu, 31 Jan 2030 12:00:00 GMT", START),
        ("Thu, 31 Jan 2030 12:00:00", None),
        ("yesterday", None),
        (f"Thu, 31 Jan {'9' * 30} 12:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -0100", None),
    ],
    ids=["as GitHub writes it", "in no zone", "in words", "in no year", "after all years"],
)
async def test_a_list_tells_by_githubs_clock_when_it_was_written(
    github: FakeGitHub, client: Client, date: str, as_of: datetime | None
) -> None:
    github.on(LIST, Answer([line(7)], headers={"Date": date}))
    assert [page.as_of async for page in Deliveries(client).pages()] == [as_of]


async def test_a_list_that_is_confirmed_is_as_of_its_confirmation(
    github: FakeGitHub, client: Client
) -> None:
    later = START + timedelta(minutes=5)
    github.on(
        LIST,
        Answer([line(7)], headers={"ETag": '"one"', "Date": format_datetime(START, usegmt=True)}),
        Answer(None, 304, headers={"Date": format_datetime(later, usegmt=True)}),
    )
    for as_of in (START, later):
        assert [each async for each in Deliveries(client).pages()] == [Page([ATTEMPT], as_of)]


async def test_a_link_to_elsewhere_is_not_followed(github: FakeGitHub, client: Client) -> None:
    away = "https://evil.example/app/hook/deliveries"
    github.on(LIST, Answer([line(7)], headers={"Link": f'<{away}>; rel="next"'}))
    with pytest.raises(CannotTell):
        await pages(client)
    assert github.times(LIST) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        [line(7, event=None)],
        [line(7, guid="")],
        [line(7, guid=None)],
        [line(7, delivered_at="yesterday")],
        [line(7, id="x")],
        [{}],
        {},
        "nothing",
    ],
    ids=repr,
)
async def test_a_list_that_cannot_be_read_tells_nothing(
    github: FakeGitHub, client: Client, wrong: Any
) -> None:
    github.on(LIST, Answer(wrong))
    with pytest.raises(CannotTell):
        await pages(client)


async def test_names_that_no_event_of_githubs_has_are_passed_over(
    github: FakeGitHub, client: Client
) -> None:
    github.on(LIST, Answer([line(8, event="bursar.month_end"), line(7), line(6, event="A b")]))
    assert await pages(client) == [[ATTEMPT]]


async def test_a_payload_is_written_again_without_spaces_in_its_own_order(
    github: FakeGitHub, client: Client
) -> None:
    github.on(ONE, full({"z": 1, "a": {"ö": [True, None]}}))
    body = await Deliveries(client).body(ATTEMPT)
    assert body == '{"z":1,"a":{"ö":[true,null]}}'.encode()


async def test_half_characters_stay_escaped(github: FakeGitHub, client: Client) -> None:
    github.on(ONE, full({"a": "\ud800"}))
    assert await Deliveries(client).body(ATTEMPT) == b'{"a":"\\ud800"}'


@pytest.mark.parametrize("payload", [None, {}, [], "text"])
async def test_a_delivery_without_a_payload_is_none(
    github: FakeGitHub, client: Client, payload: Any
) -> None:
    github.on(ONE, full(payload))
    assert await Deliveries(client).body(ATTEMPT) is None


async def test_a_delivery_that_is_gone_is_none(github: FakeGitHub, client: Client) -> None:
    assert await Deliveries(client).body(ATTEMPT) is None
    assert github.times(ONE) == 1


async def test_an_answer_about_another_delivery_tells_nothing(
    github: FakeGitHub, client: Client
) -> None:
    github.on(ONE, Answer(line(8) | {"request": {"payload": {"a": 1}}}))
    with pytest.raises(CannotTell):
        await Deliveries(client).body(ATTEMPT)
