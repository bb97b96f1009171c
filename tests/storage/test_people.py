"""People are random numbers in the ledger, and always the same one."""

from __future__ import annotations

import secrets

import pytest

from bot.domain.refs import Account
from bot.storage import people
from bot.storage.database import Database
from tests.storage.kit import rows, tamper

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
    tamper(database, "DELETE FROM people WHERE person = ?", ada)
    async with database.read() as tx:
        assert await people.accounts(tx, [ada, bob]) == {bob: BOB}
    assert len(rows(database, "SELECT * FROM people")) == 1


# --- names ------------------------------------------------------------------------------------


async def number_of(database: Database, name: str) -> int:
    async with database.write() as tx:
        return await people.remember_name(tx, name, secrets.randbits)


@pytest.mark.parametrize(
    "again",
    [
        "The Straße Fund",
        "the straße fund",
        "THE STRASSE FUND",
        "The Strasse Fund",
        "\N{FULLWIDTH LATIN CAPITAL LETTER T}he Stra\N{LATIN SMALL LETTER SHARP S}e Fund",
    ],
)
async def test_a_name_is_one_party_however_it_is_written(database: Database, again: str) -> None:
    first = await number_of(database, "The Straße Fund")
    assert await number_of(database, again) == first
    assert await number_of(database, "The Street Fund") != first


async def test_composed_and_decomposed_letters_are_the_same_name(database: Database) -> None:
    composed = await number_of(database, "Caf\N{LATIN SMALL LETTER E WITH ACUTE} Fund")
    assert await number_of(database, "Cafe\N{COMBINING ACUTE ACCENT} Fund") == composed
    small = await number_of(database, "\N{GREEK SMALL LETTER IOTA WITH DIALYTIKA AND TONOS}")
    capital = "\N{GREEK CAPITAL LETTER IOTA WITH DIALYTIKA}\N{COMBINING ACUTE ACCENT}"
    assert await number_of(database, capital) == small


async def test_a_name_is_shown_in_quotes_as_it_was_first_written(database: Database) -> None:
    number = await number_of(database, "The Foundation")
    await number_of(database, "THE FOUNDATION")
    async with database.read() as tx:
        assert await people.logins(tx, [number]) == {number: '"The Foundation"'}
        assert await people.accounts(tx, [number]) == {
            number: Account(0, '"The Foundation"', "Name")
        }


@pytest.mark.parametrize(
    "name",
    [
        "ada",
        "Ada",
        "@ADA",
        "\N{FULLWIDTH LATIN SMALL LETTER A}da",
        "a\N{ZERO WIDTH SPACE}da",
        "@ ada",
    ],
)
async def test_a_login_that_we_know_is_its_accounts_also_without_the_at(
    database: Database, name: str
) -> None:
    """Else whoever has it could be paid by name, and be nobody's payee."""
    called = await number_of(database, name)
    async with database.write() as tx:
        ada = await people.remember(tx, ADA, secrets.randbits)
        await people.remember(tx, BOB, secrets.randbits)
    assert await number_of(database, name) == ada != called
    assert await number_of(database, "a da") not in {ada, called}


async def test_of_accounts_that_had_a_login_the_youngest_has_it(database: Database) -> None:
    async with database.write() as tx:
        await people.remember(tx, Account(5, "ada"), secrets.randbits)
        newest = await people.remember(tx, Account(9, "Ada"), secrets.randbits)
        await people.remember(tx, ADA, secrets.randbits)
    assert await number_of(database, "ada") == newest


async def test_a_name_in_quotes_is_no_login(database: Database) -> None:
    named = await number_of(database, "The Foundation")
    assert await number_of(database, '"The Foundation"') != named


async def test_an_account_that_was_erased_is_not_found_by_a_name(database: Database) -> None:
    number = await number_of(database, "The Foundation")
    tamper(database, "DELETE FROM people WHERE person = ?", number)
    assert await number_of(database, "The Foundation") != number
