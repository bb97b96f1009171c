"""Which two kinds of "no" are there, and why does each one happen?

`Misunderstood` is a line that cannot be read; it is answered with the usage. `Refusal` is a line
that was read and that the rules forbid; it is answered with the reason. Anything else that goes
wrong is a bug and is never shown to people.
"""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """Every reason for a "no". The sentences stand in `templates/comments/refused.md.j2`."""

    # Misunderstood: the line cannot be read.
    AMOUNT_MISSING = "amount_missing"
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    AMOUNT_SIGNED = "amount_signed"
    AMOUNT_ZERO = "amount_zero"
    AMOUNT_TOO_LARGE = "amount_too_large"
    TOO_MANY_DECIMALS = "too_many_decimals"
    CURRENCY_MISSING = "currency_missing"
    CURRENCY_UNKNOWN = "currency_unknown"
    IF_MERGED = "if_merged"
    TRAILING_WORDS = "trailing_words"
    SAID_TWICE = "said_twice"
    ACCOUNT_UNREADABLE = "account_unreadable"
    DATE_UNREADABLE = "date_unreadable"
    PLEDGE_UNREADABLE = "pledge_unreadable"
    REASON_MISSING = "reason_missing"
    TEXT_TOO_LONG = "text_too_long"
    PARTY_MISSING = "party_missing"
    PARTY_UNREADABLE = "party_unreadable"
    RECORD_UNREADABLE = "record_unreadable"
    ORDER_UNREADABLE = "order_unreadable"
    OUTCOME_UNREADABLE = "outcome_unreadable"
    REPORT_EMPTY = "report_empty"
    WHICH_COMMAND = "which_command"
    MISSPELT = "misspelt"
    TOO_MANY_COMMANDS = "too_many_commands"

    # Refused: the rules say no.
    NOT_HERE = "not_here"
    NOT_ON_ROADMAP = "not_on_roadmap"
    ITEM_CLOSED = "item_closed"
    CURRENCY_NOT_ACCEPTED = "currency_not_accepted"
    BELOW_MINIMUM = "below_minimum"
    DATE_PAST = "date_past"
    DATE_TOO_FAR = "date_too_far"
    ACCOUNT_UNKNOWN = "account_unknown"
    ACCOUNT_NOT_ORGANISATION = "account_not_organisation"
    NOT_STEWARD = "not_steward"
    OWN_PLEDGE = "own_pledge"
    NOT_PLEDGER = "not_pledger"
    NO_SUCH_PLEDGE = "no_such_pledge"
    NOTHING_TO_DECIDE = "nothing_to_decide"
    WHICH_PLEDGE = "which_pledge"
    WRONG_STATE = "wrong_state"
    OUT_OF_ORDER = "out_of_order"
    WRONG_PLACE = "wrong_place"
    ORDER_OVER = "order_over"
    NOT_TREASURER = "not_treasurer"
    NOT_AUTHOR = "not_author"
    NOT_DEVELOPER = "not_developer"
    NOT_CONCERNED = "not_concerned"
    INVOLVED = "involved"
    ORDER_STATE = "order_state"
    FORM_INCOMPLETE = "form_incomplete"
    DISCUSSION_RUNS = "discussion_runs"
    NOTHING_CHANGED = "nothing_changed"
    TEXT_DIFFERS = "text_differs"
    NOT_COVERED = "not_covered"
    NO_GAP = "no_gap"
    NO_SUCH_ORDER = "no_such_order"
    NOT_LINKED = "not_linked"
    NO_SUCH_RECORD = "no_such_record"
    RECORD_REVERSED = "record_reversed"
    NOT_ENOUGH = "not_enough"
    ALREADY_SPENT = "already_spent"
    OWN_PAYMENT = "own_payment"
    SETTLES_MISSING = "settles_missing"
    SETTLES_TOO_MUCH = "settles_too_much"
    SETTLES_CURRENCY = "settles_currency"
    SETTLES_ABOVE = "settles_above"
    FEE_TOO_LARGE = "fee_too_large"
    NOTHING_TO_REFUND = "nothing_to_refund"
    REFUNDS_TOO_MUCH = "refunds_too_much"
    NOT_GIVEN = "not_given"
    DATE_AHEAD = "date_ahead"
    LABELLED_WITHOUT_WRITE = "labelled_without_write"


class No(Exception):
    """A "no", with its reason and the facts that the sentence about it names."""

    def __init__(self, why: Why, *, quiet: bool = False, **facts: str) -> None:
        """Say no because of `why`; `quiet` answers with a reaction alone."""
        super().__init__(why.value)
        self.why = why
        self.facts = facts
        self.quiet = quiet


class Misunderstood(No):
    """The line cannot be read; the answer shows the accepted form."""


class Refusal(No):
    """The line was read, and the rules say no; the answer gives the reason."""
