"""Which facts and lines go with each reason for a "no"?"""

from __future__ import annotations

from bot.domain.refusals import Why
from bot.domain.replies import CommandRefused
from tools.docs import FACTS

PLEDGE = "/pledge <amount> [for @org] [on completion] [until YYYY-MM-DD]"
DECLINE = "/decline [P-n] <reason>"
RECEIVED = (
    '/received <amount> from <@login or "name"> [for P-n] [settles <amount>] [fee <amount>] '
    "[on DATE] [ref …]"
)
PAID = '/paid <amount> to <@login or "name"> [direct from <@login or "name">] [on DATE] [ref …]'
REFUNDED = '/refunded <amount> to <@login or "name"> [for P-n] [settles <amount>] [on DATE] [ref …]'
REVERSE = "/reverse R-n <reason>"
START = "/cwo start [unfunded]"

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
    Why.PARTY_MISSING: ("/received $500", RECEIVED),
    Why.PARTY_UNREADABLE: ("/received $500 from Acme Labs", RECEIVED),
    Why.RECORD_UNREADABLE: ("/reverse 7 counted twice", REVERSE),
    Why.ORDER_UNREADABLE: ("/cwo link 57", "/cwo link #n, or /cwo link none"),
    Why.OUTCOME_UNREADABLE: ("/cwo close done", "/cwo close <outcome>"),
    Why.REPORT_EMPTY: ("/cwo report", "/cwo report"),
    Why.WHICH_COMMAND: ("/cwo", "/cwo …"),
    Why.WRONG_PLACE: ("/cwo start", START),
    Why.NOT_TREASURER: ("/received $500 from @acme", RECEIVED),
    Why.NOT_AUTHOR: ("/cwo propose", "/cwo propose"),
    Why.NOT_DEVELOPER: ("/cwo start", START),
    Why.NOT_CONCERNED: ("/cwo cancel no", "/cwo cancel <reason>"),
    Why.INVOLVED: ("/cwo approve", "/cwo approve"),
    Why.ORDER_STATE: ("/cwo start", START),
    Why.FORM_INCOMPLETE: ("/cwo propose", "/cwo propose"),
    Why.DISCUSSION_RUNS: ("/cwo approve", "/cwo approve"),
    Why.NOTHING_CHANGED: ("/cwo approve", "/cwo approve"),
    Why.TEXT_DIFFERS: ("/cwo approve", "/cwo approve"),
    Why.NOT_COVERED: ("/cwo start", START),
    Why.NO_GAP: ("/cwo start", START),
    Why.NO_SUCH_ORDER: ("/cwo link #57", "/cwo link #n, or /cwo link none"),
    Why.NOT_LINKED: ("/cwo link none", "/cwo link #n, or /cwo link none"),
    Why.NO_SUCH_RECORD: ("/reverse R-7 counted twice", REVERSE),
    Why.RECORD_REVERSED: ("/reverse R-7 counted twice", REVERSE),
    Why.NOT_ENOUGH: ("/paid $500 to @mia", PAID),
    Why.ALREADY_SPENT: ("/reverse R-7 counted twice", REVERSE),
    Why.OWN_PAYMENT: ("/paid $500 to @mia", PAID),
    Why.SETTLES_MISSING: ("/received $500 from @acme for P-12", RECEIVED),
    Why.SETTLES_TOO_MUCH: ("/received $500 from @acme for P-12 settles $500", RECEIVED),
    Why.SETTLES_CURRENCY: ("/received $500 from @acme for P-12 settles $450", RECEIVED),
    Why.FEE_TOO_LARGE: ("/received $500 from @acme fee $600", RECEIVED),
    Why.NOTHING_TO_REFUND: ("/refunded $500 to @acme for P-12", REFUNDED),
    Why.SETTLES_ABOVE: ("/received $480 from @acme settles $500", RECEIVED),
    Why.REFUNDS_TOO_MUCH: ("/refunded $500 to @acme for P-12", REFUNDED),
    Why.NOT_GIVEN: ("/refunded $500 to @acme", REFUNDED),
    Why.DATE_AHEAD: ("/received $500 from @acme on 2031-01-31", RECEIVED),
}


def refused(why: Why, *, others: int = 0, **facts: str) -> CommandRefused:
    """Refuse a command for this reason."""
    line, usage = LINES.get(why, ("/pledge $500 for @acme", PLEDGE))
    return CommandRefused(line, why, usage, facts or FACTS.get(why, {}), others)


REFUSED = {f"command_refused/{why.value}": refused(why) for why in Why}

VARIANTS = {
    "command_refused/one_other": refused(Why.AMOUNT_AMBIGUOUS, others=1),
    "command_refused/others": refused(Why.WHICH_PLEDGE, others=2),
    "command_refused/none_of_yours": CommandRefused(
        "/withdraw", Why.NO_SUCH_PLEDGE, "/withdraw [P-n]", {"pledge": "of yours"}
    ),
    "command_refused/none_to_settle": CommandRefused(
        "/received $500 from @acme settles €450",
        Why.NO_SUCH_PLEDGE,
        RECEIVED,
        {"pledge": "to settle"},
    ),
    "command_refused/payee_missing": CommandRefused(
        "/paid $500", Why.PARTY_MISSING, PAID, {"keyword": "to"}
    ),
    "command_refused/belongs_on_an_item": CommandRefused(
        "/goal $500", Why.WRONG_PLACE, "/goal <amount>, or /goal none", {"belongs": "item"}
    ),
    "command_refused/belongs_on_a_pull_request": CommandRefused(
        "/cwo link #57", Why.WRONG_PLACE, "/cwo link #n", {"belongs": "pull"}
    ),
    "command_refused/two_labels": CommandRefused("/goal $5", Why.WRONG_PLACE, "/goal <amount>", {}),
    "command_refused/link_to_a_draft": CommandRefused(
        "/cwo link #57", Why.ORDER_STATE, "/cwo link #n", {"state": "draft", "act": "link"}
    ),
    "command_refused/order_is_over": refused(Why.ORDER_STATE, state="cancelled", act="start"),
    "command_refused/pledge_is_due": refused(
        Why.WRONG_STATE, pledge="P-12", stage="due", event="accept"
    ),
    "command_refused/pledge_was_received": refused(
        Why.WRONG_STATE, pledge="P-12", stage="received", event="withdraw"
    ),
}
"""Further ways in which some reasons are said."""
