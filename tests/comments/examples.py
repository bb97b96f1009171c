"""What are the golden examples? Name of the golden file to the message that it shows."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.configuration import Configuration, ConfigurationReported, Mistake
from bot.domain.dues import Because, DrawnPledgeGone, DueLine, PledgesFellDue
from bot.domain.effects import Message
from bot.domain.money import Money
from bot.domain.pledges import FirstOfferWaits
from bot.domain.replies import HelpLine, HelpShown
from bot.domain.rules import RoleList, Rules
from bot.domain.work_orders import DiscussionOver, ReportAwaited
from tests.comments.digests import DIGESTS
from tests.comments.facts import NOW, RAILS
from tests.comments.orders import ORDER_PANELS
from tests.comments.panels import LATER, PANELS
from tests.comments.pulls import DISCLOSURES
from tests.comments.refusals import PLEDGE, REFUSED, VARIANTS

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

TWO = (DueLine(9, 1, Money(250_00, "USD"), LATER), DueLine(12, 2, Money(500_00, "USD"), LATER))
REPLIES: dict[str, Message] = {
    **REFUSED,
    **VARIANTS,
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
    "pledges_fell_due_without_rails": PledgesFellDue(TWO[:1], (), 12),
    "pledges_fell_due_started": PledgesFellDue(TWO, RAILS, 12, Because.STARTED, 57),
    "pledges_fell_due_started_here": PledgesFellDue(TWO[:1], RAILS, 57, Because.STARTED, 57),
    "pledges_fell_due_closed": PledgesFellDue(TWO[:1], RAILS, 12, Because.CLOSED, 57),
    "pledges_fell_due_closed_here": PledgesFellDue(TWO, RAILS, 57, Because.CLOSED, 57),
    "drawn_pledge_gone": DrawnPledgeGone(57, 12, Money(500_00, "USD"), "withdrawn"),
    "drawn_pledge_gone_lapsed": DrawnPledgeGone(57, 12, Money(500_00, "USD"), "lapsed"),
    "discussion_over": DiscussionOver(4, changed=False),
    "discussion_over_of_an_edit": DiscussionOver(4, changed=True),
    "report_awaited": ReportAwaited(NOW + timedelta(days=1), final=False),
    "report_awaited_final": ReportAwaited(NOW + timedelta(days=1), final=True),
}

EXAMPLES: dict[str, Message] = {
    **REPLIES,
    **PANELS,
    **ORDER_PANELS,
    **CHECKS,
    **DISCLOSURES,
    **DIGESTS,
}
