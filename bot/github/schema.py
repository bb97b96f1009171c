"""Which keys does `.github/bursar.yml` have, and what does each one mean?

This one table is read by the reader and by the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.github import reading, reading_money, reading_rails
from bot.github.reading import Read

LAPSE_DAYS = (1, 366)
"""After which a due pledge lapses; our own limits."""

DISCUSSION_DAYS = (1, 90)
"""How long a work order is discussed in public; our own limits."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key: the field of `Rules` that it fills, how it is read, and what people read about it."""

    name: str
    field: str
    read: Read[Any]
    meaning: str
    form: str
    default: str


@dataclass(frozen=True, slots=True)
class Section:
    """A key that holds other keys."""

    name: str
    keys: tuple[Key, ...]


SCHEMA: tuple[Section | Key, ...] = (
    Section(
        "roadmap",
        (
            Key(
                "labels",
                "labels",
                reading.labels,
                "An issue with one of these labels, set by somebody with write access, can be"
                " funded.",
                f"1 to 10 names of labels, up to {reading.LABEL_AT_MOST} characters each, without"
                " commas",
                "`[roadmap]`",
            ),
        ),
    ),
    Section(
        "roles",
        (
            Key(
                "stewards",
                "stewards",
                reading.role,
                "Who accepts or declines pledges and work orders.",
                'up to 50 logins `"@mia"` and teams `"@acme/core"`, in quotes; `[]` means nobody',
                "whoever has the role `maintain` or `admin` in the repository",
            ),
            Key(
                "treasurers",
                "treasurers",
                reading.role,
                "Who records receipts and payments.",
                "as for `stewards`",
                "the stewards",
            ),
        ),
    ),
    Section(
        "pledges",
        (
            Key(
                "currencies",
                "currencies",
                reading_money.currencies,
                "The currencies in which pledges are accepted.",
                "codes of ISO 4217 such as `EUR`",
                "the currency of the goal where there is a goal, else any",
            ),
            Key(
                "minimum",
                "minimum",
                reading_money.amounts,
                "The least that a pledge may be, per currency.",
                "amounts such as `{USD: 25, EUR: 22.50}`",
                "any amount",
            ),
            Key(
                "accept_up_to",
                "accept_up_to",
                reading_money.amounts,
                "Up to this sum of unpaid pledges in this repository, a person's pledge stands at"
                " once. Above it, and in other currencies, it is an offer that waits for a"
                " steward.",
                "amounts as for `minimum`; what is given replaces the whole default, and `{}` lets"
                " every pledge wait",
                "500 USD, EUR, GBP or CHF, 50,000 JPY",
            ),
            Key(
                "lapse_after_days",
                "lapse_after_days",
                reading.days(*LAPSE_DAYS),
                "A pledge that is due and not received lapses after so many days.",
                "{} to {}".format(*LAPSE_DAYS),
                "`60`",
            ),
        ),
    ),
    Section(
        "work_orders",
        (
            Key(
                "label",
                "work_order_label",
                reading.label,
                "The label of work orders.",
                f"a name of up to {reading.LABEL_AT_MOST} characters, other than the roadmap"
                " labels",
                "`work-order`",
            ),
            Key(
                "discussion_days",
                "discussion_days",
                reading.days(*DISCUSSION_DAYS),
                "How many days a proposed work order is discussed before it can be approved.",
                "{} to {}".format(*DISCUSSION_DAYS),
                "`7`",
            ),
        ),
    ),
    Section(
        "digest",
        (
            Key(
                "to",
                "digest_to",
                reading.choice("issue", "off"),
                "Where the monthly digest is posted; with `off`, its page stands all the same.",
                "`issue` or `off`",
                "`issue`",
            ),
            Key(
                "timezone",
                "timezone",
                reading.timezone,
                "In which time zone a month begins and ends.",
                "an IANA name such as `Europe/Paris`",
                "`UTC`",
            ),
        ),
    ),
    Key(
        "rails",
        "rails",
        reading_rails.rails,
        "Where money can really be sent to. Bursar shows it and moves nothing.",
        f"up to 20 entries with a `name` (up to {reading.NAME_AT_MOST} characters), a `url`"
        " (`https://` or `http://`) or a `contact` (also `mailto:`), and what it `takes`:"
        " `unrestricted` (the default) or `work-orders`; `[]` shows none",
        "what `.github/FUNDING.yml` names",
    ),
)
