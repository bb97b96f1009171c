"""How does the money of a ledger become a journal of beancount or hledger?

https://beancount.github.io/docs/beancount_language_syntax.html, https://hledger.org/hledger.html
"""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from datetime import date

from bot.domain.money import DECIMALS, Money
from bot.exports.parts import Export, Header
from bot.exports.postings import OPENING, Booking, Posting, accounts, booked, opened, plain

EVER = "0001-01-01"
"""When accounts open: a treasurer may name any day."""

_SEPARATES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Control signs, invisible and bidirectional formatting, halves of signs, ends of lines (Unicode)."""

_TAKES_BACK = "taken-back"


# --- beancount --------------------------------------------------------------------------------


async def beancount_text(export: Export) -> AsyncIterator[str]:
    """Write a journal that `bean-check` accepts."""
    header = export.header
    yield "".join(f"; {line}\n" for line in _remarks(header))
    yield f'option "title" "{_quoted(f"{header.name}: money recorded by Bursar")}"\n'
    async for currency in export.currencies():
        yield f'option "operating_currency" "{currency}"\n{EVER} commodity {currency}\n'
    yield f"{EVER} open {OPENING}\n"
    async for place in export.places():
        yield "".join(f"{EVER} open {account}\n" for account in accounts(place))
    async for there in export.opening():
        day = header.since or header.made_at.date()
        yield f'\n{day} * "Opening balance"\n{_beancount_postings(opened(there))}'
    async for told in export.entries():
        booking = booked(told)
        if booking is not None:
            yield _beancount(booking)


def _beancount(booking: Booking) -> str:
    tag = f" #{_TAKES_BACK}" if booking.taken_back else ""
    url = f'  url: "{_quoted(booking.url)}"\n' if booking.url else ""
    note = f'  note: "{_quoted(booking.note)}"\n' if booking.note else ""
    return (
        f'\n{_day(booking.day)} * "{_quoted(booking.payee)}" "{_quoted(booking.words)}"'
        f" ^R-{booking.record}{tag}\n"
        f'  record: "R-{booking.record}"\n'
        f"  entry: {booking.seq}\n"
        f"{url}{note}{_beancount_postings(booking.postings)}"
    )


def _beancount_postings(postings: tuple[Posting, ...]) -> str:
    return "".join(f"  {each.account}  {plain(each.money)}\n" for each in postings)


def _quoted(words: str) -> str:
    """Write words of people inside of a string."""
    return _one_line(words).replace("\\", "\\\\").replace('"', '\\"')


# --- hledger ----------------------------------------------------------------------------------


async def hledger_text(export: Export) -> AsyncIterator[str]:
    """Write a journal that `hledger check --strict` accepts."""
    header = export.header
    yield "".join(f"; {line}\n" for line in _remarks(header))
    yield "decimal-mark .\n"
    async for currency in export.currencies():
        yield f"commodity {_sample(currency)}\n"
    yield f"account {OPENING}\n"
    async for place in export.places():
        yield "".join(f"account {account}\n" for account in accounts(place))
    async for there in export.opening():
        day = header.since or header.made_at.date()
        yield f"\n{day} * Opening balance\n{_hledger_postings(opened(there))}"
    async for told in export.entries():
        booking = booked(told)
        if booking is not None:
            yield _hledger(booking)


def _hledger(booking: Booking) -> str:
    tag = f"    ; {_TAKES_BACK}:\n" if booking.taken_back else ""
    url = f", url:{_tagged(booking.url)}" if booking.url else ""
    note = f"    ; note:{_tagged(booking.note)}\n" if booking.note else ""
    return (
        f"\n{_day(booking.day)} * (R-{booking.record}) {_described(booking.payee)}"
        f" | {_described(booking.words)}\n"
        f"    ; record:R-{booking.record}, entry:{booking.seq}{url}\n"
        f"{tag}{note}{_hledger_postings(booking.postings)}"
    )


def _hledger_postings(postings: tuple[Posting, ...]) -> str:
    return "".join(f"    {each.account}  {plain(each.money)}\n" for each in postings)


def _sample(currency: str) -> str:
    """Show how amounts of a currency are written; a mark stands even where no decimals follow."""
    mark = "" if DECIMALS[currency] else "."
    return plain(Money(1000 * 10 ** DECIMALS[currency], currency)).replace(" ", f"{mark} ")


def _described(words: str) -> str:
    """Write words of people where `|` parts payee and note, and `;` begins a comment."""
    return _one_line(words).replace("|", "/").replace(";", ",")


def _tagged(words: str) -> str:
    """Write words of people as the value of a tag, which a comma ends; no other tag begins in it.

    A comma becomes a middle dot, and a colon gets a space in front unless it is our own link's.
    """
    plain_words = _described(words).replace(",", "·")
    if plain_words.startswith(("https://", "http://")) and " " not in plain_words:
        return plain_words
    return plain_words.replace(":", " :")


# --- both -------------------------------------------------------------------------------------


def _remarks(header: Header) -> list[str]:
    """Say what this is, and what it is not."""
    since = header.since.isoformat() if header.since else "the beginning"
    until = header.until.isoformat() if header.until else "now"
    return [
        f"Money recorded by Bursar for {_one_line(header.name)}",
        f"Entries {header.previous.seq + 1} to {header.position.seq} of its ledger; hash of the last:",
        f"{header.position.hash or '(none)'}",
        f"Recorded from {since} until {until} (days in UTC, the last one left out)",
        f"Source: {_one_line(header.pages)}",
        "Pledges are promises, not income: they stand in no journal.",
        "Restricted: settles a pledge to this item or work order. Unrestricted: settles none.",
        "Direct: paid by a funder to the developers; it never was here, and touches no asset.",
    ]


def _day(day: date) -> str:
    return day.isoformat()


def _one_line(words: str) -> str:
    """Write words of people on one line, without signs that cannot be seen."""
    signs = (" " if unicodedata.category(sign) in _SEPARATES else sign for sign in words)
    return " ".join("".join(signs).split())
