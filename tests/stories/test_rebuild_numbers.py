"""A number of then is translated, or nothing is done: nobody's money is guessed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.app.rebuilding.numbers import Number, Numbers, Unclear, linked

MADE = {901: [1], 903: [2], 904: [3], 906: [4]}
"""Comment 902 made `P-2` and is gone, and 905 made `P-5` and is gone."""

ANCHORS: dict[Number, int] = {("P", 1): 901, ("P", 2): 902, ("P", 4): 904, ("P", 6): 906}


def numbers(anchors: Mapping[Number, int], *, as_they_were: bool = False) -> Numbers:
    async def made(kind: str) -> dict[int, list[int]]:
        return MADE if kind == "P" else {}

    return Numbers(made, anchors, as_they_were)


async def test_where_nothing_is_gone_a_number_is_what_it_was():
    words = "/received $5 from @ada for P-7"
    assert await numbers({}, as_they_were=True).in_words(words) == words


@pytest.mark.parametrize(("then", "now"), [(1, 1), (4, 3), (6, 4)])
async def test_a_number_is_translated_by_the_comment_that_it_was_linked_to(then, now):
    said = await numbers(ANCHORS).in_words(f"Here it is.\n\n/received $5 from @ada for P-{then}")
    assert said == f"Here it is.\n\n/received $5 from @ada for P-{now}"


async def test_between_two_that_moved_alike_a_number_has_moved_alike():
    anchors: dict[Number, int] = {("P", 3): 903, ("P", 5): 906}
    made = {903: [2], 904: [3], 906: [4]}

    async def told(_: str) -> dict[int, list[int]]:
        return made

    assert await Numbers(told, anchors, False).in_words("/accept P-4") == "/accept P-3"


@pytest.mark.parametrize("number", [2, 3, 5, 7])
async def test_what_is_gone_or_could_be_another_is_unclear(number):
    with pytest.raises(Unclear, match=f"P-{number}"):
        await numbers(ANCHORS).in_words(f"/accept P-{number}")


async def test_words_beside_the_commands_are_left_alone():
    words = "Thank you for P-2!\n\n/pledge $5"
    assert await numbers(ANCHORS).in_words(words) == words


async def test_the_parts_of_a_pledge_stay_in_their_order():
    anchors: dict[Number, int] = {("P", 5): 901, ("P", 9): 901}

    async def told(_: str) -> dict[int, list[int]]:
        return {901: [4, 8]}

    split = Numbers(told, anchors, False)
    assert await split.in_words("/withdraw p-9") == "/withdraw P-8"


def test_links_of_panels_and_digests_are_read():
    text = (
        "| [P-12](https://github.com/a/b/issues/5#issuecomment-77) | ada |\n"
        "| ~~[R-3](https://github.com/a/b/issues/5#issuecomment-78)~~ | P-9 |\n"
    )
    assert linked([text]) == {("P", 12): 77, ("R", 3): 78}


def test_what_people_wrote_links_nothing():
    quoted = "- declined: `[P-1](https://github.com/a/b/issues/5#issuecomment-666)`\n"
    assert linked([quoted]) == {}
