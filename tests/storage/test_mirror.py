"""What GitHub last told us of names and visibility: the newest word wins."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.domain.refs import Account, Repo
from bot.events.mirrored import AccountSeen, Fact, InstallationSeen, IssueSeen, RepositorySeen
from bot.storage import mirror, people
from bot.storage.database import Database
from bot.storage.tables import repositories
from tests.storage.kit import INSTALLATION, REPO, a_repository, at, know, rows

SOLVER = Repo(REPO, "acme", "solver", INSTALLATION)


def seen(**changed: Any) -> Any:
    return a_repository(**{"name": "solver"} | changed)


async def note(database: Database, *facts: Fact) -> None:
    async with database.write() as tx:
        for fact in facts:
            await mirror.note(tx, fact, lambda _: 77)


async def by_name(database: Database, owner: str, name: str) -> Repo | None:
    async with database.read() as tx:
        return await mirror.repo_by_name(tx, owner, name)


async def by_id(database: Database) -> Repo | None:
    async with database.read() as tx:
        return await mirror.repo_by_id(tx, REPO)


async def test_a_repository_is_found_by_id_and_by_name_in_any_case(database: Database) -> None:
    await note(database, seen())
    assert await by_id(database) == SOLVER
    assert await by_name(database, "ACME", "Solver") == SOLVER
    assert await by_name(database, "acme", "solve") is None


@pytest.mark.parametrize("newest_first", [True, False])
async def test_the_newest_word_wins_in_whatever_order_it_comes(
    database: Database, newest_first: bool
) -> None:
    facts = [seen(name="newest", private=True, told_at=at(9)), seen(name="older", told_at=at(5))]
    await note(database, *(facts if newest_first else reversed(facts)))
    assert rows(database, "SELECT name, private FROM repositories") == [("newest", 1)]


async def test_a_renamed_repository_is_found_by_its_new_name(database: Database) -> None:
    await note(database, seen())
    async with database.write() as tx:
        await mirror.rename(tx, Repo(REPO, "acme", "fast-solver", INSTALLATION))
    assert await by_name(database, "acme", "solver") is None
    assert (await by_name(database, "acme", "fast-solver")) is not None


async def test_what_is_told_after_a_rename_was_found_still_counts(database: Database) -> None:
    """We found the new name ourselves; the transfer behind it is told later, and earlier than now."""
    await note(database, seen())
    async with database.write() as tx:
        await mirror.rename(tx, Repo(REPO, "orbit", "solver", INSTALLATION))
    await note(database, seen(owner="orbit", installation=77, told_at=at(3)))
    found = await by_name(database, "orbit", "solver")
    assert found is not None
    assert found.installation == 77


async def test_a_name_that_was_given_away_means_its_owner_of_today(database: Database) -> None:
    await note(database, seen(removed=True, told_at=at(9)), seen(id=5, told_at=at(1)))
    found = await by_name(database, "acme", "solver")
    assert found is not None
    assert found.id == 5


async def test_a_removed_repository_is_none_that_we_may_act_in(database: Database) -> None:
    await note(database, seen(), seen(removed=True, told_at=at(5)))
    assert await by_id(database) is None
    await note(database, seen(told_at=at(9), installation=8))
    assert await by_id(database) == Repo(REPO, "acme", "solver", 8)


WORDS = (
    seen(installation=7, told_at=at(1)),
    seen(installation=7, removed=True, told_at=at(2)),
    seen(installation=8, told_at=at(3)),
    seen(installation=8, told_at=at(4), in_passing=True),
    seen(installation=8, private=True, told_at=at(5)),
    seen(installation=8, private=True, told_at=at(6), in_passing=True),
    seen(installation=8, told_at=at(7)),
    seen(installation=8, told_at=at(8), in_passing=True),
)
"""The App was uninstalled and installed again, and the repository hidden for a while."""


@given(words=st.permutations(WORDS), cuts=st.sets(st.integers(1, len(WORDS) - 1)))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_words_about_a_repository_come_in_any_order_and_in_any_company(
    database: Database, words: list[RepositorySeen], cuts: set[int]
) -> None:
    edges = [0, *sorted(cuts), len(words)]
    async with database.write() as tx:
        await tx.execute(delete(repositories))
    for start, end in pairwise(edges):
        async with database.write() as tx:
            await mirror.note_all(tx, words[start:end], lambda _: 77)
    assert await by_id(database) == Repo(REPO, "acme", "solver", 8)
    assert rows(database, "SELECT private, removed FROM repositories") == [(0, 0)]


async def test_an_issue_told_with_the_installation_that_brings_it_does_not_keep_it_out(
    database: Database,
) -> None:
    await note(database, seen(), seen(removed=True, told_at=at(5)))
    async with database.write() as tx:
        facts = [seen(told_at=at(6)), seen(told_at=at(7), in_passing=True)]
        await mirror.note_all(tx, facts, lambda _: 77)
    assert await by_id(database) == SOLVER


async def test_an_event_about_something_else_hides_a_repository_and_never_shows_it(
    database: Database,
) -> None:
    private = "SELECT private FROM repositories"
    await note(database, seen(), seen(private=True, in_passing=True, told_at=at(5)))
    assert rows(database, private) == [(1,)]
    await note(database, seen(in_passing=True, told_at=at(6)), seen(told_at=at(4)))
    assert rows(database, private) == [(1,)]
    await note(database, seen(told_at=at(7)), seen(private=True, in_passing=True, told_at=at(6)))
    assert rows(database, private) == [(0,)]


async def test_a_removal_without_a_name_keeps_the_name(database: Database) -> None:
    await note(database, seen(), seen(owner="", name="", removed=True, told_at=at(5)))
    assert await by_id(database) is None
    assert rows(database, "SELECT name FROM repositories") == [("solver",)]


async def test_installations_are_active_unless_suspended_or_removed(database: Database) -> None:
    async def active() -> bool:
        async with database.read() as tx:
            return await mirror.active(tx, INSTALLATION)

    assert await active()
    for seconds, suspended, removed in ((1, True, False), (2, False, True)):
        fact = InstallationSeen(INSTALLATION, "acme", at(seconds), suspended, removed)
        await note(database, fact)
        assert not await active()
    await note(database, InstallationSeen(INSTALLATION, "acme", at(3)))
    assert await active()
    await note(database, InstallationSeen(INSTALLATION, "acme", at(2), suspended=True))
    assert await active()


async def test_issues_have_the_newest_title(database: Database) -> None:
    await note(database, IssueSeen(5, REPO, 12, "New", at(9)), IssueSeen(5, REPO, 12, "Old", at(1)))
    async with database.read() as tx:
        assert await mirror.issue_title(tx, 5) == "New"
        assert await mirror.issue_title(tx, 6) is None
        assert await mirror.issue_numbers(tx, REPO) == {5: 12}


async def test_accounts_are_remembered_as_people(database: Database) -> None:
    await note(database, AccountSeen(Account(1, "ada")))
    async with database.read() as tx:
        assert await people.person_number(tx, 1) == 77


async def test_a_repository_without_an_installation_is_known_and_not_acted_in(
    database: Database,
) -> None:
    await know(database, seen(installation=None))
    assert await by_id(database) is None
