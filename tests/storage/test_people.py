"""People are random numbers in the ledger, and always the same one."""

from __future__ import annotations

import secrets

from bot.domain.refs import Account
from bot.storage import people
from bot.storage.database import Database
from tests.storage.kit import file_of, rows, tamper

ADA, BOB = Account(1, "ada"), Account(2, "bob", "Organization")


async def test_a_person_keeps_the_number_drawn_first(database: Database) -> None:
    drawn = iter([500, 600, 700])
    async with database.write() as tx:
        first = await people.remember(tx, ADA, lambda _: next(drawn))
        again = await people.remember(tx, Account(1, "ada-lovelace"), lambda _: next(drawn))
        assert (first, again) == (500, 500)
        assert await people.person_number(tx, 1) == 500
        assert await people.logins(tx, [500, 999]) == {500: "ada-lovelace"}


async def test_numbers_tell_nothing_of_accounts_or_their_order(database: Database) -> None:
    async with database.write() as tx:
        accounts = [Account(n, f"person-{n}") for n in range(1, 51)]
        numbers = [await people.remember(tx, each, secrets.randbits) for each in accounts]
    assert len(set(numbers)) == 50
    assert numbers != sorted(numbers)
    assert all(0 <= number < 2**people.BITS for number in numbers)
    assert not set(numbers) & set(range(1, 51))


async def test_nobody_has_no_number(database: Database) -> None:
    async with database.read() as tx:
        assert await people.person_number(tx, None) is None
        assert await people.person_number(tx, 7) is None


async def test_an_erased_person_is_a_number_and_nothing_else(database: Database) -> None:
    async with database.write() as tx:
        ada = await people.remember(tx, ADA, secrets.randbits)
        bob = await people.remember(tx, BOB, secrets.randbits)
    tamper(file_of(database), "DELETE FROM people WHERE person = ?", ada)
    async with database.read() as tx:
        assert await people.accounts(tx, [ada, bob]) == {bob: BOB}
    assert len(rows(file_of(database), "SELECT * FROM people")) == 1
