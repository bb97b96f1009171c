"""How does `bursar balances` show where the money is, and that nothing of it went missing?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.app.opening import known_repository, open_store
from bot.domain.money import Money
from bot.domain.movements import EndKind
from bot.settings import StoreSettings
from bot.storage.balances import Balances, Party, Place, balances

NOTHING = "Nothing was recorded here yet: no money came in, and none went out."

_OF_PLACES = ("received", "fees", "paid", "refunded", "balance", "direct", "unmatched")
_OF_PARTIES = ("gave", "got", "gave directly", "got directly")


@dataclass(slots=True)
class Turnover:
    """What one party gave and got in one currency, in minor units; `gave` is less refunds."""

    login: str | None
    id: int | None
    gave: int = 0
    got: int = 0
    gave_directly: int = 0
    got_directly: int = 0

    @property
    def name(self) -> str:
        """Give the login or the name in quotes; nobody knows the erased."""
        return self.login or "(erased)"


@dataclass(slots=True)
class Sheet:
    """Everything recorded in one currency."""

    currency: str
    places: list[Place] = field(default_factory=list)
    parties: dict[int, Turnover] = field(default_factory=dict)
    fees: int = 0

    @property
    def ends(self) -> dict[str, int]:
        """Give what each kind of end lost or won; together nothing."""
        return {
            "funders": -sum(each.gave for each in self.parties.values()),
            "balances": sum(place.fund.balance for place in self.places),
            "payees": sum(each.got for each in self.parties.values()),
            "fees": self.fees,
        }

    @property
    def direct(self) -> dict[str, int]:
        """Give what funders paid directly, and what payees got so."""
        return {
            "funders": -sum(each.gave_directly for each in self.parties.values()),
            "payees": sum(each.got_directly for each in self.parties.values()),
        }

    @property
    def is_balanced(self) -> bool:
        """Tell whether all ends sum to zero, directly paid money by itself."""
        return sum(self.ends.values()) == sum(self.direct.values()) == 0


async def sheets(store: StoreSettings, owner: str, name: str) -> list[Sheet]:
    """Give a sheet for each currency that money was recorded in."""
    async with open_store(store.database_url) as database, database.read() as tx:
        repo = await known_repository(tx, owner, name)
        return _by_currency(await balances(tx, repo.id))


def table(sheet: Sheet) -> Iterator[str]:
    """Write the lines of a sheet for a person to read."""
    names = [_called(place) for place in sheet.places]
    parties = sorted(sheet.parties.values(), key=lambda each: each.login is None)
    first = max(len(name) for name in (*names, *(each.name for each in parties), "fees"))
    write = _writing(sheet.currency)
    yield sheet.currency
    of_places = [(name, *_figures(place)) for name, place in zip(names, sheet.places, strict=True)]
    yield from _columns(first, _OF_PLACES, of_places, write)
    yield ""
    of_parties = [
        (each.name, each.gave, each.got, each.gave_directly, each.got_directly) for each in parties
    ]
    yield from _columns(first, _OF_PARTIES, [*of_parties, ("fees", 0, sheet.fees, 0, 0)], write)
    yield ""
    yield f"  all ends: {_summed(sheet.ends, write)}; paid directly: {_summed(sheet.direct, write)}"


def listed(sheet: Sheet) -> dict[str, Any]:
    """Give a sheet as a JSON object; amounts are minor units."""
    return {
        "currency": sheet.currency,
        "places": [_listed_place(place) for place in sheet.places],
        "parties": [_listed_party(each) for each in sheet.parties.values()],
        "fees": sheet.fees,
        "ends": sheet.ends,
        "sum": sum(sheet.ends.values()),
        "direct_ends": sheet.direct,
        "direct_sum": sum(sheet.direct.values()),
    }


# --- adding up --------------------------------------------------------------------------------


def _by_currency(found: Balances) -> list[Sheet]:
    known: dict[str, Sheet] = {}

    def of(currency: str) -> Sheet:
        return known.setdefault(currency, Sheet(currency))

    for place in found.places:
        of(place.fund.currency).places.append(place)
    for party in found.parties:
        _add(of(party.account.currency), party)
    for fee in found.fees:
        of(fee.currency).fees += fee.minor
    return [known[currency] for currency in sorted(known)]


def _add(sheet: Sheet, party: Party) -> None:
    account = party.account
    new = Turnover(party.login, party.id)
    turnover = sheet.parties.setdefault(account.number, new)
    if account.kind is EndKind.FUNDER:
        turnover.gave -= account.minor
        turnover.gave_directly -= account.direct
    else:
        turnover.got += account.minor
        turnover.got_directly += account.direct


# --- writing ----------------------------------------------------------------------------------


def _called(place: Place) -> str:
    if place.number is None:
        return "(unknown)"
    return f"CWO #{place.number}" if place.is_order else f"#{place.number}"


def _figures(place: Place) -> tuple[int, ...]:
    return tuple(getattr(place.fund, name) for name in _OF_PLACES)


def _writing(currency: str) -> Callable[[int], str]:
    """Write amounts without the currency, which stands above."""
    return lambda minor: str(Money(minor, currency)).removeprefix(f"{currency} ")


def _columns(
    first: int,
    headings: tuple[str, ...],
    lines: Iterable[tuple[Any, ...]],
    write: Callable[[int], str],
) -> Iterator[str]:
    """Write a heading and lines, their figures to the right of a column that is wide enough."""
    written = [(name, *(write(figure) for figure in figures)) for name, *figures in lines]
    widths = [
        max(len(heading), *(len(line[n]) for line in written)) if written else len(heading)
        for n, heading in enumerate(headings, start=1)
    ]
    for name, *cells in [("", *headings), *written]:
        padded = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        yield "  ".join(["", name.ljust(first), *padded])


def _summed(ends: dict[str, int], write: Callable[[int], str]) -> str:
    parts = " + ".join(f"{name} {write(minor)}" for name, minor in ends.items())
    return f"{parts} = {write(sum(ends.values()))}"


def _listed_place(place: Place) -> dict[str, Any]:
    figures = dict(zip(_OF_PLACES, _figures(place), strict=True))
    return {"issue": place.number, "is_work_order": place.is_order} | figures


def _listed_party(party: Turnover) -> dict[str, Any]:
    figures = {name.replace(" ", "_"): 0 for name in _OF_PARTIES}
    figures = {name: getattr(party, name) for name in figures}
    return {"login": party.login, "id": party.id} | figures
