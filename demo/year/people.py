"""Who lives around `acme/telescope`: who keeps it, who writes it, who gives?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

OWNER = "mia"
STEWARDS = {"mia": "Mia Marchetti", "ines": "Inês Carvalho", "tomas": "Tomáš Dvořák"} | {
    "yuki": "Yuki Tanabe"
}
TREASURERS = {"leila": "Leila Haddad", "piotr": "Piotr Zieliński"}
MAINTAINERS = {
    "hana": "Hana Kovač",
    "samir": "Samir Rahman",
    "greta": "Greta Lindholm",
    "noor": "Noor Jansen",
    "oskar": "Oskar Bergmann",
}
DEVELOPERS = {
    "ravi": "Ravi Menon",
    "clara": "Clara Fontaine",
    "bruno": "Bruno Esposito",
    "aiko": "Aiko Mori",
    "emre": "Emre Aydin",
    "sofia": "Sofía Herrera",
    "jonas": "Jonas Weber",
    "tuva": "Tuva Nilsen",
}
NEWCOMERS = {
    "pelle": "Pelle Strand",
    "amara": "Amara Diallo",
    "wei": "Wei Zhang",
    "lucia": "Lucía Romero",
    "ben": "Ben Carter",
    "zofia": "Zofia Nowak",
}


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who funds: a person, or an organisation for which a person speaks."""

    login: str
    name: str
    currency: str
    speaker: str | None = None
    """Who pledges for it; None for a person."""

    @property
    def hand(self) -> str:
        """The login under which the pledges are written."""
        return self.speaker or self.login


def _givers() -> tuple[list[Giver], list[Giver]]:
    read = tomllib.loads(Path(__file__).with_name("people.toml").read_text("utf-8"))
    persons = [
        Giver(login, name, currency)
        for currency, people in read["persons"].items()
        for login, name in people.items()
    ]
    return persons, [Giver(**each) for each in read["firm"]]


PERSONS, FIRMS = _givers()
GIVERS = {each.login: each for each in (*PERSONS, *FIRMS)}
BY_NAME = ("Verein der Sternfreunde Süd", "Tenmon Readers' Circle", "Lowland Astronomy Club")
"""Parties without an account."""
