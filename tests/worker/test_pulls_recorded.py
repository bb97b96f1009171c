"""Pull requests, as the worker hears, decides and records them: links, and what was learned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import entries as e
from bot.domain.refs import Repo
from bot.domain.roles import NO_RIGHTS
from bot.lookup import CannotTell
from bot.storage import pulls
from tests.storage.kit import ISSUE, REPO
from tests.worker.kit import fixed
from tests.worker.lane import ADA, HEAD, MIA, ORDER, Lane, stamp

SOLVER = Repo(REPO, "Codertocat", "Hello-World", 375706)
DRAFTED = ["OrderOpened", "OrderWritten"]


# --- pull requests ----------------------------------------------------------------------------


async def test_a_developers_pull_request_is_linked_and_disclosed(active: Lane) -> None:
    await active.pulls()
    await active.decides()
    linked = await active.link()
    assert linked is not None
    assert (linked.linked, linked.by_steward) == (True, False)
    assert "disclosure:5" in active.outgoing()
    shown = await active.ask.disclosure(SOLVER, 5)
    assert shown is not None
    assert (shown.head, shown.order, shown.linked) == (HEAD, 57, True)


async def test_whether_its_author_writes_is_learned_with_the_decision(active: Lane) -> None:
    active.ask = replace(active.ask, rights=fixed(NO_RIGHTS))
    await active.pulls()
    await active.decides()
    async with active.database.read() as tx:
        facts = await pulls.pull(tx, REPO, 5)
    assert facts is not None
    assert facts.author_writes is False


async def test_while_nobody_can_say_who_writes_nothing_is_learned_or_linked(
    active: Lane,
) -> None:
    answers = iter([CannotTell("down"), CannotTell("down")])
    truth = active.ask.rights

    async def rights(*about: Any) -> Any:
        error = next(answers, None)
        if error is not None:
            raise error
        return await truth(*about)

    active.ask = replace(active.ask, rights=rights)
    await active.pulls()
    await active.decides()
    async with active.database.read() as tx:
        facts = await pulls.pull(tx, REPO, 5)
    assert facts is not None
    assert facts.author_writes is True
    assert (await active.kinds()).count("PullLinked") == 1


async def test_a_description_that_turns_up_late_does_not_link_again(active: Lane) -> None:
    before = stamp(active.clock.now())
    await active.pulls()
    await active.decides()
    await active.pulls("edited", body="No line any more.")
    await active.decides()
    assert (await active.kinds())[-2:] == ["PullLinked", "PullUnlinked"]
    await active.pulls("edited", updated_at=before)
    await active.decides()
    linked = await active.link()
    assert linked is not None
    assert not linked.linked


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("/pledge $50", "wrong_place"),
        ("/help", "wrong_place"),
        ("/cwo approve", "wrong_place"),
        ("/cwo", "which_command"),
        ("/pleges $50", "misspelt"),
        ("/cwo link #99", "no_such_order"),
        ("/cwo link", "order_unreadable"),
    ],
)
async def test_a_refusal_on_a_pull_request_is_a_reaction_and_not_a_word(
    active: Lane, words: str, code: str
) -> None:
    await active.pulls(body="")
    await active.decides()
    before = active.outgoing()
    await active.says_on_pull(words)
    await active.decides()
    assert (await active.entries())[-1] == e.Refused(ISSUE + 5, code)
    (new,) = set(active.outgoing()) - set(before)
    assert new.startswith("reaction:")


async def test_a_stewards_link_is_a_reaction_a_check_run_and_a_panel(active: Lane) -> None:
    await active.pulls(body="", user={"id": ADA.id, "login": "ada", "type": "User"})
    await active.decides()
    assert await active.link() is None
    before = active.revisions(f"order:{ORDER}")
    await active.says_on_pull("/cwo link #57", MIA)
    await active.decides()
    linked = await active.link()
    assert linked is not None
    assert (linked.linked, linked.by_steward) == (True, True)
    assert "disclosure:5" in active.outgoing()
    assert active.revisions(f"order:{ORDER}") == before + 1
    assert not [key for key in active.outgoing() if key.startswith("say:refused")]
