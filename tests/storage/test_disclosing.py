"""What the check run on a pull request says, who is involved, and who was meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.comments.check import approvers_of
from bot.domain import entries as e
from bot.domain.order_panel import (
    NAMES_DISCLOSED,
    DisclosureShown,
    OrderPanelShown,
)
from bot.domain.refs import Account
from bot.domain.reviews import Learned
from bot.domain.states import State
from bot.domain.terms import Terms
from bot.storage import order_showing, people, pulls
from bot.storage.database import Database
from tests.storage.kit import NOON, REPO, made, record
from tests.storage.orders import (
    AMY,
    DAN,
    FAY,
    IDA,
    MIA,
    ORDER,
    OTHER_ORDER,
    TERMS,
    a_worked_ledger,
    approved,
    drawn,
    opened,
    written,
)
from tests.storage.shown import (
    HEAD,
    approval,
    disclosed,
    panel,
    pull,
    told,
)


@pytest.fixture
async def worked(database: Database) -> Database:
    await a_worked_ledger(database)
    return database


# --- the check run ----------------------------------------------------------------------------


async def test_the_disclosure_names_funders_and_never_an_amount(worked: Database) -> None:
    await told(worked, pull())
    found = await disclosed(worked)
    assert found == DisclosureShown(
        repository="acme/solver",
        number=5,
        head=HEAD,
        order=57,
        linked=True,
        ended=False,
        author=DAN,
        funders=(11,),
        named=FAY,
    )


async def test_one_that_only_names_it_says_so(worked: Database) -> None:
    await told(worked, pull(6, AMY))
    found = await disclosed(worked, 6)
    assert found is not None
    assert (found.linked, found.ended, found.author) == (False, False, AMY)


async def test_one_that_names_it_no_more_is_over(worked: Database) -> None:
    await told(worked, pull())
    await record(worked, e.PullUnlinked(issue=ORDER, pull=5), source="q")
    found = await disclosed(worked)
    assert found is not None
    assert (found.linked, found.ended) == (False, True)


async def test_nothing_is_disclosed_where_nothing_was_linked_or_heard(worked: Database) -> None:
    assert await disclosed(worked) is None, "we never heard of its head"
    await told(worked, pull(77))
    assert await disclosed(worked, 77) is None


async def test_many_funders_are_counted_and_some_are_named(worked: Database) -> None:
    many = [made(n, 1_00, pledger=n, funder=n) for n in range(200, 230)]
    await record(worked, *many, *(drawn(each) for each in many), source="q")
    await told(worked, pull())
    found = await disclosed(worked)
    assert found is not None
    assert found.funders == (11, *range(200, 200 + NAMES_DISCLOSED - 1))
    assert found.funders_left == 11


async def test_every_approval_is_told_so_that_none_hides_an_independent_one(
    worked: Database,
) -> None:
    async with worked.write() as tx:
        for n in range(100, 131):
            account = Account(1000 + n, f"person-{n}")
            await people.remember(tx, account, lambda _, n=n: n)  # type: ignore[misc]
    await told(worked, pull(), *(approval(n, n) for n in range(100, 131)))
    async with worked.write() as tx:
        await pulls.learn(tx, REPO, Learned(5, 130, writes=True))
    found = await disclosed(worked)
    assert found is not None
    assert [each.reviewer for each in found.approvals] == [*range(100, 131)]
    assert found.independent == (130,)
    shown = approvers_of(found)
    assert (shown.independent, shown.independent_left) == ((130,), 0)
    assert (shown.others, shown.others_left) == (tuple(range(100, 120)), 10)


async def test_the_head_is_the_newest_one_told(worked: Database) -> None:
    later = NOON + timedelta(days=1)
    moved_on = replace(pull(head="d" * 40, told_at=later), action="synchronize")
    await told(worked, pull(), moved_on)
    found = await disclosed(worked)
    assert found is not None
    assert found.head == "d" * 40


# --- who is involved, and who was meant -------------------------------------------------------


async def involved(database: Database) -> frozenset[int]:
    async with database.read() as tx:
        return await order_showing.involved(tx, REPO, ORDER)


async def meant(database: Database) -> dict[str, int]:
    async with database.read() as tx:
        return await order_showing.meant(tx, REPO, ORDER)


async def test_everybody_with_an_interest_is_involved_and_the_author_is_not(
    worked: Database,
) -> None:
    assert await involved(worked) == {DAN, FAY, IDA, 11, 14}


async def test_whoever_stands_in_the_old_or_the_new_text_is_involved(worked: Database) -> None:
    edit = written(terms=replace(TERMS, developers=(80,), interested=()))
    await record(worked, edit, source="q", actor=AMY)
    assert await involved(worked) == {DAN, 80, FAY, IDA, 11, 14}
    await record(worked, _approved_again(await panel(worked)), source="r", actor=MIA)
    assert await involved(worked) == {80, FAY, 11, 14}


def _approved_again(shown: OrderPanelShown) -> e.OrderApproved:
    return replace(approved(shown.order.text), was=State.ACTIVE, now=State.ACTIVE)


@pytest.mark.parametrize(
    ("terms", "logins", "expected"),
    [
        (TERMS, "Dan fay IDA", {"dan": DAN, "fay": FAY, "ida": IDA}),
        (replace(TERMS, funder=7000), "dan ida", {"dan": DAN, "ida": IDA}),
        (replace(TERMS, funder=None), "dan ida", {"dan": DAN, "ida": IDA}),
        (replace(TERMS, developers=(), interested=()), "fay", {"fay": FAY}),
        (replace(TERMS, interested=()), "dan fay", {"dan": DAN, "fay": FAY}),
        (Terms(developers=(DAN, IDA)), "dan ida", {"dan": DAN, "ida": IDA}),
        (TERMS, "", {}),
    ],
    ids=["all", "a name", "no funder", "only a funder", "nobody interested", "two", "erased"],
)
async def test_logins_mean_who_they_meant_when_they_were_read(
    database: Database, terms: Terms, logins: str, expected: dict[str, int]
) -> None:
    text = written(terms=terms, logins=e.FreeText(logins))
    await record(database, opened(), text, source="a", actor=AMY)
    assert await meant(database) == expected


async def test_a_login_that_was_taken_out_and_put_back_means_who_it_meant_first(
    database: Database,
) -> None:
    await record(database, opened(), written(), source="a", actor=AMY)
    without = written(terms=replace(TERMS, developers=()), logins=e.FreeText("fay ida"))
    await record(database, without, source="b", actor=AMY)
    assert await meant(database) == {"dan": DAN, "fay": FAY, "ida": IDA}
    taken_over = written(terms=replace(TERMS, developers=(80,)), logins=e.FreeText("DAN fay ida"))
    await record(database, taken_over, source="c", actor=AMY)
    await record(database, opened(OTHER_ORDER, 58), source="d", actor=AMY)
    elsewhere = written(OTHER_ORDER, TERMS, logins=e.FreeText("zoe fay ida"))
    await record(database, elsewhere, source="e", actor=AMY)
    assert await meant(database) == {"dan": DAN, "fay": FAY, "ida": IDA}
