"""What are the golden examples? Name of the golden file to the message that it shows."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.configuration import Configuration, ConfigurationReported, Mistake
from bot.domain.effects import Message
from bot.domain.money import Money
from bot.domain.panel import ItemPanelShown
from bot.domain.pledges import FirstOfferWaits
from bot.domain.refusals import Why
from bot.domain.replies import CommandRefused, HelpLine, HelpShown
from bot.domain.roadmap import DueLine, PledgesFellDue
from bot.domain.rules import Rail, RoleList, Rules
from bot.domain.stages import Stage
from bot.domain.views import Total
from tests.comments.facts import ISSUE, NOW, RAILS, item, panel, pledge

PLEDGE = "/pledge <amount> [for @org] [on completion] [until YYYY-MM-DD]"
DECLINE = "/decline [P-n] <reason>"
LATER = NOW + timedelta(days=60)

FACTS: dict[Why, dict[str, str]] = {
    Why.AMOUNT_TOO_LARGE: {"most": "USD 10,000,000,000.00"},
    Why.TOO_MANY_DECIMALS: {"currency": "JPY", "decimals": "0"},
    Why.REASON_MISSING: {"most": "500"},
    Why.TEXT_TOO_LONG: {"most": "500"},
    Why.CURRENCY_NOT_ACCEPTED: {"accepted": "USD, EUR"},
    Why.BELOW_MINIMUM: {"minimum": "USD 25.00"},
    Why.MISSPELT: {"verb": "pleges"},
    Why.TOO_MANY_COMMANDS: {"most": "20"},
    Why.ACCOUNT_UNKNOWN: {"account": "acme"},
    Why.ACCOUNT_NOT_ORGANISATION: {"account": "acme"},
    Why.NOT_PLEDGER: {"pledge": "P-12"},
    Why.NO_SUCH_PLEDGE: {"pledge": "P-12"},
    Why.WHICH_PLEDGE: {"pledges": "P-3, P-12"},
    Why.WRONG_STATE: {"pledge": "P-12", "stage": "withdrawn", "event": "accept"},
}
"""The facts that the domain gives with a reason, where it gives any."""

LINES: dict[Why, tuple[str, str]] = {
    Why.AMOUNT_AMBIGUOUS: ("/pledge 1.000 EUR", PLEDGE),
    Why.CURRENCY_MISSING: ("/pledge 500", PLEDGE),
    Why.IF_MERGED: ("/pledge $500 if merged", PLEDGE),
    Why.MISSPELT: ("/pleges $500", PLEDGE),
    Why.DATE_PAST: ("/pledge $500 until 2020-01-31", PLEDGE),
    Why.NOT_STEWARD: ("/decline P-12 too much", DECLINE),
    Why.REASON_MISSING: ("/decline P-12", DECLINE),
    Why.OWN_PLEDGE: ("/accept P-12", "/accept [P-n]"),
    Why.WRONG_STATE: ("/accept P-12", "/accept [P-n]"),
    Why.WHICH_PLEDGE: ("/withdraw", "/withdraw [P-n]"),
    Why.NO_SUCH_PLEDGE: ("/withdraw P-12", "/withdraw [P-n]"),
    Why.NOT_PLEDGER: ("/withdraw P-12", "/withdraw [P-n]"),
}


def refused(why: Why, *, others: int = 0) -> CommandRefused:
    """Refuse a command for this reason."""
    line, usage = LINES.get(why, ("/pledge $500 for @acme", PLEDGE))
    return CommandRefused(line, why, usage, FACTS.get(why, {}), others)


REFUSED = {f"command_refused/{why.value}": refused(why) for why in Why}

CURRENCIES = panel(
    pledge(12, 500_00, pledger=2, until=date(2027, 1, 31)),
    pledge(9, 250_00),
    pledge(15, 300_00, "EUR", pledger=3),
    pledge(18, 20_000, "JPY", pledger=4, on_completion=True),
    shown=item(goal=2_500_00),
    totals=(
        Total(ISSUE, "CHF", standing=100_00, standing_count=2),
        Total(ISSUE, "EUR", standing=300_00, standing_count=1),
        Total(ISSUE, "GBP", due=75_00, due_count=1),
        Total(ISSUE, "JPY", completion=20_000, completion_count=1),
        Total(ISSUE, "NOK", offered=400_00, offered_count=1),
        Total(ISSUE, "SEK", standing=1, standing_count=1, lapsed=500_00, lapsed_count=1),
        Total(ISSUE, "USD", standing=1_200_00, standing_count=14),
    ),
    rules=Rules(currencies=("USD", "EUR", "JPY"), minimum={"USD": 25_00}, rails=RAILS),
)

EVERYTHING = panel(
    pledge(12, 500_00, pledger=2, until=date(2027, 1, 31)),
    pledge(9, 250_00, stage=Stage.DUE, deadline=LATER),
    pledge(14, 200_00, pledger=4, stage=Stage.DUE, sent_at=NOW),
    pledge(21, 300_00, pledger=3, on_completion=True),
    pledge(22, 2_000_00, pledger=4, funder=7, stage=Stage.OFFERED, deadline=LATER),
    pledge(3, 50_00, pledger=99, stage=Stage.LAPSED),
    pledge(4, 20_00, pledger=2, stage=Stage.LAPSED, sent_at=NOW),
    shown=item(goal=2_500_00),
    rules=Rules(
        minimum={"USD": 25_00},
        rails=(*RAILS, Rail("Tips`](x) @acme", "javascript:alert(1)", "coffee")),
    ),
    ended=(
        pledge(30, 40_00, pledger=2, stage=Stage.WITHDRAWN, was=Stage.STANDING),
        pledge(29, 60_00, stage=Stage.WITHDRAWN, was=Stage.DUE),
        pledge(28, 900_00, pledger=3, stage=Stage.DECLINED, was=Stage.OFFERED),
        pledge(27, 10_00, pledger=2, stage=Stage.REPLACED, replaced_by=12),
        pledge(26, 10_00, stage=Stage.EXPIRED, because="until", until=date(2026, 11, 21)),
        pledge(25, 70_00, pledger=3, stage=Stage.EXPIRED, because="offer"),
        pledge(24, 80_00, stage=Stage.EXPIRED, because="unlabelled"),
        pledge(23, 90_00, stage=Stage.EXPIRED, because="not planned"),
    ),
    ended_count=11,
    reasons={28: "Thank you, but @acme `and` others wait for #12 first"},
    under_review=True,
)

ONE = pledge(12, 500_00, pledger=2)
PANELS: dict[str, ItemPanelShown] = {
    "item_panel_shown/empty": panel(rules=Rules(), page=None),
    "item_panel_shown/empty_with_goal": panel(shown=item(goal=2_500_00)),
    "item_panel_shown/one_pledge": panel(ONE, shown=item(goal=2_500_00), page=None),
    "item_panel_shown/goal_exceeded": panel(ONE, shown=item(goal=400_00)),
    "item_panel_shown/many_currencies": CURRENCIES,
    "item_panel_shown/everything": EVERYTHING,
    "item_panel_shown/completed": panel(
        pledge(12, 500_00, pledger=2, stage=Stage.DUE, deadline=LATER),
        shown=item(goal=2_500_00, is_open=False, completed=True, closed_as="completed"),
    ),
    "item_panel_shown/closed_by_a_merge": panel(
        ONE, shown=item(is_open=False, closed_as="completed")
    ),
    "item_panel_shown/not_planned": panel(
        ONE, shown=item(is_open=False, closed_as="not_planned", ends_at=NOW + timedelta(days=14))
    ),
    "item_panel_shown/unlabelled": panel(
        ONE, shown=item(on_roadmap=False, ends_at=NOW + timedelta(days=14))
    ),
    "item_panel_shown/ended": panel(
        shown=item(on_roadmap=False),
        ended=(pledge(12, 500_00, stage=Stage.EXPIRED, because="unlabelled"),),
    ),
}

CHECKS: dict[str, ConfigurationReported] = {
    "configuration_reported/in_force": ConfigurationReported(
        Configuration(
            Rules(
                stewards=RoleList(teams=("acme/core",)),
                treasurers=RoleList(people=(4,)),
                currencies=("USD", "EUR"),
                minimum={"USD": 25_00},
                rails=RAILS,
            )
        ),
        on_default_branch=True,
    ),
    "configuration_reported/proposed": ConfigurationReported(
        Configuration(Rules()), on_default_branch=False
    ),
    "configuration_reported/absent": ConfigurationReported(
        Configuration(Rules(), exists=False), on_default_branch=True
    ),
    "configuration_reported/mistakes": ConfigurationReported(
        Configuration(
            None,
            (
                Mistake(7, "`minimum` wants an amount per currency, such as `{USD: 25}`."),
                Mistake(3, "`stewardz` is no key here; did you mean `stewards`?"),
            ),
        ),
        on_default_branch=True,
    ),
    "configuration_reported/mistakes_proposed": ConfigurationReported(
        Configuration(None, (Mistake(3, "`stewardz` is no key here."),)), on_default_branch=False
    ),
}

REPLIES: dict[str, Message] = {
    **REFUSED,
    "command_refused/one_other": refused(Why.AMOUNT_AMBIGUOUS, others=1),
    "command_refused/others": refused(Why.WHICH_PLEDGE, others=2),
    "command_refused/none_of_yours": CommandRefused(
        "/withdraw", Why.NO_SUCH_PLEDGE, "/withdraw [P-n]", {"pledge": "of yours"}
    ),
    "help_shown": HelpShown(
        (
            HelpLine(PLEDGE, "anyone", "Promises an amount for this issue."),
            HelpLine("/goal <amount>|none", "stewards", "Says how much this needs."),
            HelpLine("/help", "anyone", "Shows this table."),
        )
    ),
    "first_offer_waits": FirstOfferWaits(22, Money(2_000_00, "USD"), 4, LATER),
    "first_offer_waits_unknown": FirstOfferWaits(22, Money(2_000_00, "USD"), None, LATER),
    "pledges_fell_due": PledgesFellDue(
        (
            DueLine(9, 1, Money(250_00, "USD"), LATER),
            DueLine(12, 2, Money(500_00, "USD"), LATER),
            DueLine(15, 1, Money(20_000, "JPY"), LATER),
            DueLine(16, 99, Money(10_00, "EUR"), LATER),
        ),
        RAILS,
        12,
    ),
    "pledges_fell_due_without_rails": PledgesFellDue(
        (DueLine(9, 1, Money(250_00, "USD"), LATER),), (), 12
    ),
}

EXAMPLES: dict[str, Message] = {**REPLIES, **PANELS, **CHECKS}
