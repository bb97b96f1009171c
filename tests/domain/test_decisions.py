"""Is each rule of the product decided as it is written down? One rule, one test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from bot.domain import entries as e
from bot.domain.asked import PledgeAsked, PledgeNamed
from bot.domain.configuration import Configuration, Mistake, decide_first_rules, decide_rules
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.dues import PledgesFellDue
from bot.domain.effects import ConfigurationCheck, ItemPanel, Refresh, RefreshPanels, Say
from bot.domain.money import Money
from bot.domain.pledges import (
    FirstOfferWaits,
    decide_accept,
    decide_deadline,
    decide_decline,
    decide_pledge,
    decide_sent,
    decide_withdraw,
)
from bot.domain.refs import IssueRef
from bot.domain.refusals import Misunderstood, No, Refusal, Why
from bot.domain.roadmap import (
    Closing,
    GoalAsked,
    decide_adopted,
    decide_closed,
    decide_goal,
    decide_gone,
    decide_item_end,
    decide_labelled,
    decide_reopened,
    decide_unlabelled,
    unless_labels_are_newer,
    unless_state_is_newer,
)
from bot.domain.roles import Rights, Standing, rights_of
from bot.domain.rules import Rail, RoleList, Rules
from bot.domain.stages import Stage
from bot.domain.views import Item, Pledge, Thread
from tests.domain.facts import (
    ADA,
    BOB,
    DAY,
    ISSUE,
    ITEM,
    MIA,
    NOW,
    ORG,
    STEWARD,
    STRANGER,
    WRITER,
    after,
    folded,
    known,
    on,
    pledge,
    rows_of,
    said,
)

PANEL = Refresh(ItemPanel(ISSUE.id, ISSUE.number))
DUE, LAPSED, OFFERED, STANDING = Stage.DUE, Stage.LAPSED, Stage.OFFERED, Stage.STANDING
REPLACED = Stage.REPLACED


def ask(rest: str) -> PledgeAsked:
    return PledgeAsked.read(rest)


def made(rest: str, now: Known, at: datetime = NOW) -> e.PledgeMade:
    entry = decide_pledge(ask(rest), said(at), now).entries[0]
    assert isinstance(entry, e.PledgeMade)
    return entry


def why_not(decide: Callable[[], object]) -> Why:
    with pytest.raises(No) as caught:
        decide()
    return caught.value.why


def no_of(decide: Callable[[], object]) -> No:
    with pytest.raises(No) as caught:
        decide()
    return caught.value


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


# --- pledging ---------------------------------------------------------------------------------


def test_a_pledge_is_recorded_with_everything_that_was_said() -> None:
    decision = decide_pledge(
        ask("$100 on completion until 2030-06-30"), said(comment=77), known(pledge(4, pledger=BOB))
    )
    assert decision.entries == (
        e.PledgeMade(
            issue=ISSUE.id,
            pledge=5,
            pledger=ADA,
            funder=ADA,
            money=Money(100_00, "USD"),
            dues=(e.Due(100_00, on_completion=True),),
            until=date(2030, 6, 30),
            now=STANDING,
            expires_at=midnight(date(2030, 7, 1)),
            comment=77,
        ),
    )
    assert decision.effects == (PANEL,)


def test_a_pledge_up_to_the_cap_stands_and_one_above_is_offered() -> None:
    assert made("$500", known()).now is STANDING
    assert made("$500.01", known()).now is OFFERED


@pytest.mark.parametrize("typed", ["500 USD", "500 EUR", "500 GBP", "500 CHF", "50000 JPY"])
def test_the_default_cap_is_500_or_50000_yen(typed: str) -> None:
    figure, currency = typed.split()
    assert made(typed, known()).now is STANDING
    assert made(f"{int(figure) + 1} {currency}", known()).now is OFFERED


def test_another_currency_has_no_cap_and_is_offered() -> None:
    assert made("1 SEK", known()).now is OFFERED


def test_the_cap_counts_what_the_person_has_not_paid_in_this_repository() -> None:
    assert made("$100", known(unpaid={"USD": 400_00})).now is STANDING
    assert made("$100.01", known(unpaid={"USD": 400_00})).now is OFFERED
    assert made("€500", known(unpaid={"USD": 500_00})).now is STANDING


def test_what_the_new_pledge_replaces_does_not_count_against_the_cap() -> None:
    old = pledge(1, money=Money(400_00, "USD"))
    assert made("$500", known(old, unpaid={"USD": 400_00})).now is STANDING
    assert made("$500", known(old, unpaid={"USD": 400_01})).now is OFFERED


def test_a_pledge_that_is_due_or_sent_still_counts_against_the_cap() -> None:
    for old in (pledge(1, DUE), pledge(1, LAPSED), pledge(1, sent_at=NOW - DAY)):
        assert made("$450", known(old, unpaid={"USD": 100_00})).now is OFFERED


def test_a_project_can_set_its_own_cap() -> None:
    rules = Rules(accept_up_to={"USD": 10_00})
    assert made("$10", known(rules=rules)).now is STANDING
    assert made("$11", known(rules=rules)).now is OFFERED
    assert made("€1", known(rules=rules)).now is OFFERED


def test_a_pledge_for_an_organisation_is_always_offered() -> None:
    entry = made("$1 for @acme", known(funder=ORG))
    assert (entry.now, entry.pledger, entry.funder) == (OFFERED, ADA, ORG)


def test_an_offer_expires_after_30_days_or_when_until_is_over() -> None:
    assert made("$501", known()).expires_at == NOW + 30 * DAY
    assert made("$501 until 2030-01-20", known()).expires_at == midnight(date(2030, 1, 21))
    assert made("$501 until 2031-01-01", known()).expires_at == NOW + 30 * DAY


def test_a_standing_pledge_expires_only_when_until_is_over() -> None:
    assert made("$5", known()).expires_at is None
    assert made("$5 until 2031-01-01", known()).expires_at == midnight(date(2031, 1, 2))


def test_until_may_be_today_but_not_yesterday() -> None:
    late = datetime(2030, 1, 15, 23, 59, 59, tzinfo=UTC)
    assert made("$5 until 2030-01-15", known(), late).until == date(2030, 1, 15)
    assert why_not(lambda: made("$5 until 2030-01-14", known(), late)) is Why.DATE_PAST
    assert (
        why_not(lambda: made("$5 until 2030-01-14", known(), midnight(date(2030, 1, 15))))
        is Why.DATE_PAST
    )


@pytest.mark.parametrize("until", ["9999-12-31", "2040-01-24"])
def test_until_may_lie_ten_years_ahead_and_no_more(until: str) -> None:
    assert why_not(lambda: made(f"$5 until {until}", known())) is Why.DATE_TOO_FAR
    assert made("$5 until 2040-01-22", known()).until == date(2040, 1, 22)


def test_without_rules_any_currency_is_accepted() -> None:
    assert made("5 SEK", known()).money == Money(5_00, "SEK")


def test_a_goal_makes_its_currency_the_only_one() -> None:
    item = on(ITEM, goal_minor=1_000_00, goal_currency="EUR")
    assert made("500", known(item=item)).money == Money(500_00, "EUR")
    no = no_of(lambda: made("$500", known(item=item)))
    assert (no.why, no.facts) == (Why.CURRENCY_NOT_ACCEPTED, {"accepted": "EUR"})


def test_the_project_can_say_which_currencies_it_takes_whatever_the_goal() -> None:
    item = on(ITEM, goal_minor=1_000_00, goal_currency="CHF")
    rules = Rules(currencies=("USD", "EUR"))
    assert made("$5", known(item=item, rules=rules)).now is STANDING
    no = no_of(lambda: made("5 CHF", known(item=item, rules=rules)))
    assert (no.why, no.facts) == (Why.CURRENCY_NOT_ACCEPTED, {"accepted": "USD, EUR"})
    assert why_not(lambda: made("5", known(item=item, rules=rules))) is Why.CURRENCY_MISSING


def test_the_project_can_ask_for_a_minimum_per_currency() -> None:
    rules = Rules(minimum={"USD": 25_00})
    assert made("$25", known(rules=rules)).money.minor == 25_00
    assert made("€1", known(rules=rules)).money.minor == 1_00
    no = no_of(lambda: made("$24.99", known(rules=rules)))
    assert (no.why, no.facts) == (Why.BELOW_MINIMUM, {"minimum": "USD 25.00"})


def test_only_an_open_item_of_the_roadmap_takes_pledges() -> None:
    no = no_of(lambda: made("$5", known(item=None)))
    assert (no.why, no.quiet) == (Why.NOT_HERE, True)
    assert why_not(lambda: made("$5", known(item=on(ITEM, on_roadmap=False)))) is Why.NOT_ON_ROADMAP
    assert why_not(lambda: made("$5", known(item=on(ITEM, is_open=False)))) is Why.ITEM_CLOSED
    gone = on(ITEM, is_open=False, on_roadmap=False)
    assert why_not(lambda: made("$5", known(item=gone))) is Why.NOT_ON_ROADMAP


def test_the_first_offer_is_told_to_whoever_labelled_the_item_and_only_that_one() -> None:
    decision = decide_pledge(ask("$600"), said(), known())
    message = FirstOfferWaits(1, Money(600_00, "USD"), MIA, NOW + 30 * DAY)
    assert decision.effects == (PANEL, Say(f"first-offer:{ISSUE.id}", ISSUE.number, message))
    assert message.people() == {MIA}
    told = folded(rows_of(ITEM), *decision.entries)[(Thread, ISSUE.id)]
    assert isinstance(told, Thread)
    assert decide_pledge(ask("$600"), said(), known(thread=told)).effects == (PANEL,)


def test_the_first_offer_names_nobody_when_nobody_is_known() -> None:
    decision = decide_pledge(ask("$600"), said(), known(item=on(ITEM, labelled_by=None)))
    says = [effect for effect in decision.effects if isinstance(effect, Say)]
    assert [say.message.people() for say in says] == [frozenset()]


# --- one funder, one promise ------------------------------------------------------------------


def test_a_new_pledge_replaces_the_funders_undrawn_one_of_any_currency() -> None:
    old = pledge(1, money=Money(50_00, "EUR"))
    decision = decide_pledge(ask("$5"), said(), known(old))
    assert after(decision, old) == {1: REPLACED, 2: STANDING}
    replaced = decision.entries[1]
    assert isinstance(replaced, e.PledgeReplaced)
    assert replaced.by_pledge == 2


def test_an_offered_replacement_leaves_the_old_one_standing_until_it_is_accepted() -> None:
    old = pledge(1)
    offered = decide_pledge(ask("$600"), said(), known(old, unpaid={"USD": 100_00}))
    assert after(offered, old) == {1: STANDING, 2: OFFERED}
    new = pledge(2, OFFERED, money=Money(600_00, "USD"))
    accepted = decide_accept(PledgeNamed(2), said(), STEWARD, known(old, new, actor=MIA))
    assert after(accepted, old, new) == {1: REPLACED, 2: STANDING}


def test_a_new_offer_replaces_the_pledgers_older_offer() -> None:
    old = pledge(1, OFFERED, money=Money(600_00, "USD"))
    assert after(decide_pledge(ask("$700"), said(), known(old)), old) == {1: REPLACED, 2: OFFERED}


def test_an_offer_for_an_organisation_leaves_what_another_offered_for_it() -> None:
    old = pledge(1, OFFERED, pledger=BOB, funder=ORG)
    decision = decide_pledge(ask("$5 for @acme"), said(), known(old, funder=ORG))
    assert after(decision, old) == {1: OFFERED, 2: OFFERED}


def test_accepting_an_offer_for_an_organisation_ends_its_older_ones_only() -> None:
    rivals = [pledge(n, OFFERED, pledger=p, funder=ORG) for n, p in ((1, BOB), (2, ADA), (3, BOB))]
    decision = decide_accept(PledgeNamed(2), said(), STEWARD, known(*rivals, actor=MIA))
    assert after(decision, *rivals) == {1: REPLACED, 2: STANDING, 3: OFFERED}


@pytest.mark.parametrize("old", [pledge(1, DUE), pledge(1, LAPSED), pledge(1, sent_at=NOW - DAY)])
def test_after_due_or_sent_a_new_pledge_adds(old: Pledge) -> None:
    decision = decide_pledge(ask("$5"), said(), known(old))
    assert after(decision, old) == {1: old.stage, 2: STANDING}


def test_the_pledge_of_somebody_else_is_not_replaced() -> None:
    others = (pledge(1, pledger=BOB), pledge(2, pledger=ADA, funder=ORG))
    decision = decide_pledge(ask("$5"), said(), known(*others))
    assert after(decision, *others) == {1: STANDING, 2: STANDING, 3: STANDING}


# --- accepting and declining ------------------------------------------------------------------


def test_an_accepted_offer_stands_until_its_day_is_over() -> None:
    offer = pledge(1, OFFERED, until=date(2030, 3, 1), deadline=NOW + DAY)
    decision = decide_accept(PledgeNamed(1), said(), STEWARD, known(offer, actor=MIA))
    (entry,) = decision.entries
    assert isinstance(entry, e.PledgeAccepted)
    assert entry.expires_at == midnight(date(2030, 3, 2))
    assert decision.effects == (PANEL,)


def test_an_accepted_offer_without_a_day_stands_for_good() -> None:
    offer = pledge(1, OFFERED, deadline=NOW + DAY)
    (entry,) = decide_accept(PledgeNamed(1), said(), STEWARD, known(offer, actor=MIA)).entries
    assert isinstance(entry, e.PledgeAccepted)
    assert entry.expires_at is None


def accept(now: Known, number: int | None = None, rights: Rights = STEWARD) -> Decision:
    return decide_accept(PledgeNamed(number), said(), rights, now)


def decline(now: Known, number: int | None = None, rights: Rights = STEWARD) -> Decision:
    return decide_decline(PledgeNamed(number, "not now"), said(), rights, now)


@pytest.mark.parametrize("decide", [accept, decline])
@pytest.mark.parametrize("rights", [STRANGER, WRITER, Rights(treasurer=True)])
def test_only_a_steward_decides_on_offers(decide: Callable[..., Decision], rights: Rights) -> None:
    offer = known(pledge(1, OFFERED), actor=MIA)
    assert why_not(lambda: decide(offer, 1, rights)) is Why.NOT_STEWARD


@pytest.mark.parametrize("decide", [accept, decline])
@pytest.mark.parametrize("number", [1, 2])
def test_no_steward_decides_on_an_own_pledge(decide: Callable[..., Decision], number: int) -> None:
    own = (pledge(1, OFFERED, pledger=MIA), pledge(2, OFFERED, pledger=ADA, funder=MIA))
    assert why_not(lambda: decide(known(*own, actor=MIA), number)) is Why.OWN_PLEDGE


@pytest.mark.parametrize("decide", [accept, decline])
def test_bare_it_means_the_only_offer(decide: Callable[..., Decision]) -> None:
    offers = (pledge(1, OFFERED), pledge(2, OFFERED, pledger=BOB))
    (entry,) = decide(known(offers[0], pledge(3, pledger=BOB), actor=MIA)).entries
    assert isinstance(entry, e.PledgeEntry)
    assert entry.pledge == 1
    no = no_of(lambda: decide(known(*offers, actor=MIA)))
    assert (no.why, no.facts) == (Why.WHICH_PLEDGE, {"pledges": "P-1, P-2"})
    assert why_not(lambda: decide(known(pledge(3), actor=MIA))) is Why.NOTHING_TO_DECIDE


@pytest.mark.parametrize("decide", [accept, decline])
def test_a_pledge_that_is_not_there_is_named_in_the_refusal(
    decide: Callable[..., Decision],
) -> None:
    no = no_of(lambda: decide(known(actor=MIA), 44))
    assert (no.why, no.facts) == (Why.NO_SUCH_PLEDGE, {"pledge": "P-44"})


def test_a_declined_pledge_carries_the_reason() -> None:
    for old in (pledge(1, OFFERED), pledge(1, STANDING)):
        (entry,) = decline(known(old, actor=MIA), 1).entries
        assert isinstance(entry, e.PledgeDeclined)
        assert (entry.was, entry.reason) == (old.stage, e.FreeText("not now"))


def test_nothing_is_accepted_on_a_closed_item_but_declining_goes_on() -> None:
    offer = pledge(1, OFFERED)
    closed = known(offer, actor=MIA, item=on(ITEM, is_open=False))
    left = known(offer, actor=MIA, item=on(ITEM, on_roadmap=False))
    assert why_not(lambda: accept(closed, 1)) is Why.ITEM_CLOSED
    assert why_not(lambda: accept(left, 1)) is Why.NOT_ON_ROADMAP
    assert after(decline(closed, 1), offer) == after(decline(left, 1), offer)


# --- taking back, and sending -----------------------------------------------------------------


def withdraw(now: Known, number: int | None = None) -> Decision:
    return decide_withdraw(PledgeNamed(number), said(), now)


def sent(now: Known, number: int | None = None) -> Decision:
    return decide_sent(PledgeNamed(number, "SEPA 17"), said(), now)


@pytest.mark.parametrize("decide", [withdraw, sent])
def test_bare_it_means_the_only_own_pledge_that_it_can_be(decide: Callable[..., Decision]) -> None:
    own, other = pledge(2), pledge(1, pledger=BOB)
    (entry,) = decide(known(other, own)).entries
    assert isinstance(entry, e.PledgeEntry)
    assert entry.pledge == 2
    no = no_of(lambda: decide(known(own, pledge(3, DUE))))
    assert (no.why, no.facts) == (Why.WHICH_PLEDGE, {"pledges": "P-2, P-3"})
    no = no_of(lambda: decide(known(other)))
    assert (no.why, no.facts) == (Why.NO_SUCH_PLEDGE, {"pledge": "of yours"})


@pytest.mark.parametrize("decide", [withdraw, sent])
def test_only_the_pledger_may(decide: Callable[..., Decision]) -> None:
    no = no_of(lambda: decide(known(pledge(1, pledger=BOB)), 1))
    assert (no.why, no.facts) == (Why.NOT_PLEDGER, {"pledge": "P-1"})
    spoken_for = known(pledge(1, pledger=BOB, funder=ADA))
    assert why_not(lambda: decide(spoken_for, 1)) is Why.NOT_PLEDGER
    assert why_not(lambda: decide(known(), 1)) is Why.NO_SUCH_PLEDGE
    assert why_not(lambda: decide(known(item=None))) is Why.NOT_HERE


@pytest.mark.parametrize("decide", [withdraw, sent])
def test_it_also_works_on_a_closed_item(decide: Callable[..., Decision]) -> None:
    closed = on(ITEM, is_open=False, on_roadmap=False)
    assert decide(known(pledge(1, DUE), item=closed)).effects == (PANEL,)


def test_a_pledge_withdrawn_after_due_says_so() -> None:
    (entry,) = withdraw(known(pledge(1, DUE))).entries
    assert isinstance(entry, e.PledgeWithdrawn)
    assert (entry.was, entry.now) == (DUE, Stage.WITHDRAWN)


def test_an_offer_cannot_be_said_to_be_sent() -> None:
    no = no_of(lambda: sent(known(pledge(1, OFFERED))))
    assert (no.why, no.facts["stage"]) == (Why.WRONG_STATE, "offered")


def test_saying_that_it_is_sent_stops_the_clock_and_keeps_the_reference() -> None:
    due = pledge(1, DUE, deadline=NOW + DAY)
    decision = sent(known(due))
    (entry,) = decision.entries
    assert isinstance(entry, e.PledgeSent)
    assert entry.ref == e.FreeText("SEPA 17")
    row = folded(rows_of(ITEM, due), entry)[(Pledge, 1)]
    assert isinstance(row, Pledge)
    assert (row.stage, row.deadline, row.sent_at) == (DUE, None, NOW)


# --- order ------------------------------------------------------------------------------------

COMMANDS: dict[str, Callable[[datetime, Known], Decision]] = {
    "pledge": lambda at, now: decide_pledge(ask("$5"), said(at), now),
    "withdraw": lambda at, now: decide_withdraw(PledgeNamed(1), said(at), now),
    "sent": lambda at, now: decide_sent(PledgeNamed(1), said(at), now),
    "accept": lambda at, now: decide_accept(PledgeNamed(2), said(at), STEWARD, now),
    "decline": lambda at, now: decide_decline(PledgeNamed(2, "no"), said(at), STEWARD, now),
}
TWO = (pledge(1), pledge(2, OFFERED, pledger=BOB))


@pytest.mark.parametrize("verb", COMMANDS)
def test_a_late_comment_does_not_undo_what_a_steward_decided_after_it(verb: str) -> None:
    now = known(*TWO, thread=Thread(ISSUE.id, steward_at=NOW))
    assert COMMANDS[verb](NOW, now).entries
    late = NOW - timedelta(seconds=1)
    assert why_not(lambda: COMMANDS[verb](late, now)) is Why.OUT_OF_ORDER


@pytest.mark.parametrize("verb", COMMANDS)
def test_a_late_comment_does_not_undo_a_later_word_of_the_same_person(verb: str) -> None:
    now = known(*TWO, actor_decided_at=NOW)
    assert COMMANDS[verb](NOW, now).entries
    late = NOW - timedelta(seconds=1)
    assert why_not(lambda: COMMANDS[verb](late, now)) is Why.OUT_OF_ORDER


@pytest.mark.parametrize("verb", COMMANDS)
def test_a_late_comment_counts_when_only_others_spoke_after_it(verb: str) -> None:
    now = known(*TWO, thread=Thread(ISSUE.id, decided_at=NOW))
    assert COMMANDS[verb](NOW - DAY, now).entries


# --- moments ----------------------------------------------------------------------------------


def pass_deadline(old: Pledge, at: datetime, item: Item | None = ITEM) -> Decision:
    return decide_deadline(old.pledge, at, known(old, actor=None, item=item))


def test_an_unanswered_offer_expires() -> None:
    (entry,) = pass_deadline(pledge(1, OFFERED, deadline=NOW), NOW).entries
    assert isinstance(entry, e.PledgeExpired)
    assert entry.because == "offer"


def test_an_offer_whose_day_is_over_expires_because_of_that() -> None:
    day = date(2030, 1, 14)
    over = midnight(date(2030, 1, 15))
    (entry,) = pass_deadline(pledge(1, OFFERED, until=day, deadline=over), over).entries
    assert isinstance(entry, e.PledgeExpired)
    assert entry.because == "until"


def test_a_standing_pledge_expires_when_its_day_is_over() -> None:
    day, over = date(2030, 1, 14), midnight(date(2030, 1, 15))
    decision = pass_deadline(pledge(1, until=day, deadline=over), over)
    (entry,) = decision.entries
    assert isinstance(entry, e.PledgeExpired)
    assert entry.because == "until"
    assert decision.effects == (PANEL,)


def test_a_due_pledge_lapses() -> None:
    (entry,) = pass_deadline(pledge(1, DUE, deadline=NOW), NOW).entries
    assert isinstance(entry, e.PledgeLapsed)


def test_a_moment_that_was_moved_or_has_ended_does_nothing() -> None:
    assert pass_deadline(pledge(1, deadline=NOW + DAY), NOW) is NOTHING
    assert pass_deadline(pledge(1, Stage.WITHDRAWN), NOW) is NOTHING
    assert decide_deadline(1, NOW, known(actor=None)) is NOTHING


# --- labels -----------------------------------------------------------------------------------


def test_a_label_by_somebody_with_write_access_makes_an_item() -> None:
    decision = decide_labelled(ISSUE, WRITER, known(item=None))
    assert decision == Decision((e.ItemLabelled(ISSUE.id, ISSUE.number),), (PANEL,))
    item = folded({}, *decision.entries, actor=MIA)[(Item, ISSUE.id)]
    assert item == on(ITEM, label_told_at=NOW)


def test_the_label_of_a_stranger_does_not_count_and_is_not_answered() -> None:
    no = no_of(lambda: decide_labelled(ISSUE, STRANGER, known(item=None)))
    assert (no.why, no.quiet) == (Why.LABELLED_WITHOUT_WRITE, True)


def test_a_second_roadmap_label_changes_nothing_whoever_sets_it() -> None:
    assert decide_labelled(ISSUE, STRANGER, known()) is NOTHING


def test_a_closed_issue_comes_in_as_closed_and_takes_no_pledges() -> None:
    closed = replace(ISSUE, is_open=False)
    for decision in (
        decide_labelled(closed, WRITER, known(item=None)),
        goal("$5", known(item=None), issue=closed),
        decide_adopted(closed, False, WRITER, known(item=None)),
    ):
        item = folded({}, *decision.entries, actor=MIA)[(Item, ISSUE.id)]
        assert isinstance(item, Item)
        assert (item.on_roadmap, item.is_open, item.ends_at) == (True, False, None)


def test_taking_the_label_off_starts_a_fortnight() -> None:
    bare = replace(ISSUE, labels=("bug",))
    decision = decide_unlabelled(bare, NOW, known())
    assert decision == Decision((e.ItemUnlabelled(ISSUE.id, NOW + 14 * DAY),), (PANEL,))
    item = folded(rows_of(ITEM), *decision.entries)[(Item, ISSUE.id)]
    assert isinstance(item, Item)
    assert (item.on_roadmap, item.ends_at) == (False, NOW + 14 * DAY)


def test_an_item_with_another_roadmap_label_stays() -> None:
    rules = Rules(labels=("Roadmap", "wanted"))
    assert decide_unlabelled(replace(ISSUE, labels=("WANTED",)), NOW, known(rules=rules)) is NOTHING


def test_a_label_that_was_never_on_an_item_is_not_taken_off() -> None:
    bare = replace(ISSUE, labels=())
    assert decide_unlabelled(bare, NOW, known(item=None)) is NOTHING
    assert decide_unlabelled(bare, NOW, known(item=on(ITEM, on_roadmap=False))) is NOTHING


def test_the_label_put_back_in_time_saves_the_pledges() -> None:
    left = on(ITEM, on_roadmap=False, ends_at=NOW + DAY)
    (entry,) = decide_labelled(ISSUE, WRITER, known(item=left)).entries
    item = folded(rows_of(left), entry)[(Item, ISSUE.id)]
    assert isinstance(item, Item)
    assert (item.on_roadmap, item.ends_at) == (True, None)
    assert decide_item_end(NOW + DAY, known(pledge(1), item=item)) is NOTHING


def relabelled(item: Item) -> Item:
    row = folded(rows_of(item), e.ItemLabelled(ISSUE.id, ISSUE.number))[(Item, ISSUE.id)]
    assert isinstance(row, Item)
    return row


def test_the_label_alone_does_not_save_pledges_on_an_item_closed_as_not_planned() -> None:
    left = on(ITEM, on_roadmap=False, is_open=False, closed_as="not_planned", ends_at=NOW + DAY)
    assert relabelled(left).ends_at == NOW + DAY
    done = replace(left, closed_as="completed")
    assert relabelled(done).ends_at is None


def test_an_issue_labelled_before_is_adopted_when_a_writer_labelled_it() -> None:
    labelled = e.ItemLabelled(ISSUE.id, ISSUE.number, by=known(item=None).actor)
    closed = e.ItemClosed(ISSUE.id, "before adoption", completed=False, expires_at=None)
    nothing = known(item=None)
    assert decide_adopted(ISSUE, True, WRITER, nothing).entries == (labelled,)
    assert decide_adopted(ISSUE, False, WRITER, nothing).entries == (labelled, closed)
    refused = e.Refused(ISSUE.id, Why.LABELLED_WITHOUT_WRITE)
    assert decide_adopted(ISSUE, True, STRANGER, nothing).entries == (refused,)
    assert decide_adopted(ISSUE, True, WRITER, known()) is NOTHING


# --- goals ------------------------------------------------------------------------------------


def goal(rest: str, now: Known, rights: Rights = STEWARD, issue: IssueRef = ISSUE) -> Decision:
    return decide_goal(GoalAsked.read(rest), said(issue=issue), rights, now)


def test_a_steward_sets_a_goal_and_takes_it_away() -> None:
    decision = goal("$1,000", known())
    assert decision == Decision((e.GoalSet(ISSUE.id, Money(1_000_00, "USD")),), (PANEL,))
    rows = folded(rows_of(ITEM), *decision.entries)
    item = rows[(Item, ISSUE.id)]
    assert isinstance(item, Item)
    assert item.goal == Money(1_000_00, "USD")
    assert rows[(Thread, ISSUE.id)] == Thread(ISSUE.id, decided_at=NOW, steward_at=NOW)
    (none,) = goal("none", known(item=item)).entries
    bare = folded(rows, none)[(Item, ISSUE.id)]
    assert isinstance(bare, Item)
    assert bare.goal is None


def test_only_a_steward_sets_a_goal() -> None:
    assert why_not(lambda: goal("$5", known(), WRITER)) is Why.NOT_STEWARD


def test_a_goal_keeps_to_the_currencies_of_the_project() -> None:
    one, two = Rules(currencies=("EUR",)), Rules(currencies=("EUR", "USD"))
    (entry,) = goal("500", known(rules=one)).entries
    assert entry == e.GoalSet(ISSUE.id, Money(500_00, "EUR"))
    assert why_not(lambda: goal("500", known(rules=two))) is Why.CURRENCY_MISSING
    no = no_of(lambda: goal("5 CHF", known(rules=two)))
    assert (no.why, no.facts) == (Why.CURRENCY_NOT_ACCEPTED, {"accepted": "EUR, USD"})


def test_a_new_goal_may_be_in_another_currency_than_the_old_one() -> None:
    item = on(ITEM, goal_minor=5_00, goal_currency="EUR")
    (entry,) = goal("$5", known(item=item)).entries
    assert entry == e.GoalSet(ISSUE.id, Money(5_00, "USD"))


def test_the_goal_of_a_steward_brings_in_an_issue_labelled_before() -> None:
    for item in (None, on(ITEM, on_roadmap=False)):
        labelled, entry = goal("$5", known(item=item)).entries
        assert labelled == e.ItemLabelled(ISSUE.id, ISSUE.number)
        assert entry == e.GoalSet(ISSUE.id, Money(5_00, "USD"))


@pytest.mark.parametrize("issue", [replace(ISSUE, is_pull=True), replace(ISSUE, labels=("bug",))])
def test_a_goal_brings_in_neither_a_pull_request_nor_an_issue_without_the_label(
    issue: IssueRef,
) -> None:
    no = no_of(lambda: goal("$5", known(item=None), issue=issue))
    assert (no.why, no.quiet) == (Why.NOT_HERE, True)


def test_without_the_label_a_goal_does_not_bring_an_item_back() -> None:
    left, bare = on(ITEM, on_roadmap=False), replace(ISSUE, labels=())
    assert why_not(lambda: goal("$5", known(item=left), issue=bare)) is Why.NOT_ON_ROADMAP


def test_a_late_goal_does_not_undo_a_later_one() -> None:
    thread = Thread(ISSUE.id, steward_at=NOW + DAY)
    assert why_not(lambda: goal("$5", known(thread=thread))) is Why.OUT_OF_ORDER


# --- closing ----------------------------------------------------------------------------------

BY_HAND = Closing("completed", by_steward=True, by_hand=True)
ALL = tuple(pledge(n, stage) for n, stage in enumerate(Stage, start=1))


def test_closed_as_completed_by_a_stewards_hand_what_stands_falls_due() -> None:
    rules = Rules(lapse_after_days=30, rails=(Rail("Open Collective", "https://oc.example"),))
    decision = decide_closed(BY_HAND, NOW, known(*ALL, actor=MIA, rules=rules))
    closed, due = decision.entries
    assert closed == e.ItemClosed(ISSUE.id, "completed", completed=True, expires_at=None)
    assert isinstance(due, e.PledgeFellDue)
    assert (due.was, due.now, due.lapses_at) == (STANDING, DUE, NOW + 30 * DAY)
    say = decision.effects[1]
    assert isinstance(say, Say)
    assert isinstance(say.message, PledgesFellDue)
    assert [line.pledge for line in say.message.lines] == [due.pledge]
    assert say.message.rails == rules.rails
    assert say.message.people() == {ADA}
    assert not say.answer


def test_a_promise_on_completion_falls_due_like_the_others() -> None:
    decision = decide_closed(BY_HAND, NOW, known(pledge(1, on_completion=True), actor=MIA))
    assert [type(entry) for entry in decision.entries] == [e.ItemClosed, e.PledgeFellDue]


def test_due_pledges_lapse_after_60_days_unless_the_project_says_otherwise() -> None:
    due = decide_closed(BY_HAND, NOW, known(pledge(1), actor=MIA)).entries[1]
    assert isinstance(due, e.PledgeFellDue)
    row = folded(rows_of(ITEM, pledge(1)), due)[(Pledge, 1)]
    assert isinstance(row, Pledge)
    assert (row.deadline, row.due_at) == (NOW + 60 * DAY, NOW)


def test_whoever_said_it_is_sent_is_not_told_to_pay_and_does_not_lapse() -> None:
    old = pledge(1, sent_at=NOW - DAY)
    decision = decide_closed(BY_HAND, NOW, known(old, actor=MIA))
    assert decision.effects == (PANEL,)
    row = folded(rows_of(ITEM, old), *decision.entries)[(Pledge, 1)]
    assert isinstance(row, Pledge)
    assert (row.stage, row.deadline) == (DUE, None)


def test_many_pledgers_are_told_in_a_few_comments_each_once() -> None:
    many = [pledge(n, pledger=n) for n in range(1, 61)]
    decision = decide_closed(BY_HAND, NOW, known(*many, actor=MIA))
    says = [effect for effect in decision.effects if isinstance(effect, Say)]
    messages = [say.message for say in says if isinstance(say.message, PledgesFellDue)]
    assert [len(message.lines) for message in messages] == [25, 25, 10]
    assert [line.pledger for message in messages for line in message.lines] == list(range(1, 61))
    assert len({say.key for say in says}) == 3


@pytest.mark.parametrize(
    "closing",
    [
        Closing("completed", by_steward=True, by_hand=False),
        Closing("completed", by_steward=False, by_hand=True),
        Closing("completed", by_steward=False, by_hand=False),
    ],
    ids=["by a merge", "by a stranger", "by an app"],
)
def test_nothing_falls_due_when_no_stewards_hand_closed_it(closing: Closing) -> None:
    decision = decide_closed(closing, NOW, known(*ALL))
    assert decision.entries == (e.ItemClosed(ISSUE.id, "completed", False, None),)
    assert decision.effects == (PANEL,)


@pytest.mark.parametrize("reason", ["not_planned", "duplicate"])
def test_closed_otherwise_a_fortnight_starts(reason: str) -> None:
    closing = Closing(reason, by_steward=True, by_hand=True)
    decision = decide_closed(closing, NOW, known(*ALL, actor=MIA))
    assert decision.entries == (e.ItemClosed(ISSUE.id, reason, False, NOW + 14 * DAY),)


def test_an_item_that_left_the_roadmap_is_closed_without_dues() -> None:
    decision = decide_closed(BY_HAND, NOW, known(*ALL, item=on(ITEM, on_roadmap=False)))
    assert decision.entries == (e.ItemClosed(ISSUE.id, "completed", False, None),)


def test_what_is_no_item_or_closed_already_is_not_closed() -> None:
    assert decide_closed(BY_HAND, NOW, known(item=None)) is NOTHING
    assert decide_closed(BY_HAND, NOW, known(item=on(ITEM, is_open=False))) is NOTHING


def test_reopened_what_fell_due_stays_due_and_the_fortnight_stops() -> None:
    closed = on(ITEM, is_open=False, closed_as="not_planned", ends_at=NOW + DAY)
    decision = decide_reopened(known(pledge(1, DUE), item=closed))
    assert decision == Decision((e.ItemReopened(ISSUE.id),), (PANEL,))
    rows = folded(rows_of(closed, pledge(1, DUE)), *decision.entries)
    assert rows[(Item, ISSUE.id)] == on(ITEM, state_told_at=NOW)
    assert rows[(Pledge, 1)] == pledge(1, DUE)


def test_reopened_without_the_label_the_fortnight_goes_on() -> None:
    left = on(ITEM, is_open=False, on_roadmap=False, ends_at=NOW + DAY)
    item = folded(rows_of(left), *decide_reopened(known(item=left)).entries)[(Item, ISSUE.id)]
    assert isinstance(item, Item)
    assert (item.is_open, item.ends_at) == (True, NOW + DAY)


def test_what_is_no_item_or_open_already_is_not_reopened() -> None:
    assert decide_reopened(known(item=None)) is NOTHING
    assert decide_reopened(known()) is NOTHING


def test_a_deleted_or_moved_issue_leaves_quietly() -> None:
    decision = decide_gone("deleted", NOW, known())
    assert decision == Decision((e.ItemGone(ISSUE.id, "deleted", NOW + 14 * DAY),))
    item = folded(rows_of(ITEM), *decision.entries)[(Item, ISSUE.id)]
    assert isinstance(item, Item)
    assert not item.fundable
    assert decide_gone("deleted", NOW, known(item=None)) is NOTHING


# --- the end of an item -----------------------------------------------------------------------


def test_when_the_fortnight_is_over_what_is_undrawn_expires() -> None:
    left = on(ITEM, on_roadmap=False, ends_at=NOW)
    sent_one = pledge(20, sent_at=NOW - DAY)
    decision = decide_item_end(NOW, known(*ALL, sent_one, item=left, actor=None))
    ended, *expired = decision.entries
    assert ended == e.ItemEnded(ISSUE.id)
    assert [type(entry) for entry in expired] == [e.PledgeExpired, e.PledgeExpired]
    stages = after(decision, *ALL, sent_one, item=left)
    assert (stages[1], stages[2], stages[20]) == (Stage.EXPIRED, Stage.EXPIRED, STANDING)
    assert stages[3] is DUE


@pytest.mark.parametrize(("is_open", "because"), [(True, "unlabelled"), (False, "not planned")])
def test_an_expired_pledge_says_how_its_item_left(is_open: bool, because: str) -> None:
    left = on(ITEM, on_roadmap=False, is_open=is_open, ends_at=NOW)
    entry = decide_item_end(NOW, known(pledge(1), item=left)).entries[1]
    assert isinstance(entry, e.PledgeExpired)
    assert entry.because == because


def test_the_earlier_of_two_ends_counts() -> None:
    first, second = NOW + 10 * DAY, NOW + 14 * DAY
    left = on(ITEM, on_roadmap=False, ends_at=first)
    closed = e.ItemClosed(ISSUE.id, "not_planned", completed=False, expires_at=second)
    item = folded(rows_of(left), closed)[(Item, ISSUE.id)]
    assert isinstance(item, Item)
    assert item.ends_at == first


def test_an_end_that_was_moved_does_nothing() -> None:
    assert decide_item_end(NOW, known(pledge(1))) is NOTHING
    assert decide_item_end(NOW, known(pledge(1), item=on(ITEM, ends_at=NOW + DAY))) is NOTHING
    assert decide_item_end(NOW, known(item=None)) is NOTHING


# --- rules and roles --------------------------------------------------------------------------

NEW = Rules(currencies=("EUR",))
SHOWN = Refresh(ConfigurationCheck("c0ffee"))
BROKEN = Configuration(None, (Mistake(3, "No."),))


def test_a_good_configuration_takes_effect_and_is_shown() -> None:
    decision = decide_rules("c0ffee", Configuration(NEW), known())
    assert decision == Decision((e.RulesChanged("c0ffee", NEW),), (SHOWN, RefreshPanels()))


def test_a_mistake_keeps_the_last_good_configuration_and_is_shown() -> None:
    assert decide_rules("c0ffee", BROKEN, known(rules=NEW)) == Decision((), (SHOWN,))


def test_the_same_configuration_again_is_only_shown() -> None:
    assert decide_rules("c0ffee", Configuration(NEW), known(rules=NEW)) == Decision((), (SHOWN,))


def test_a_configuration_that_was_taken_away_is_not_shown() -> None:
    gone = Configuration(Rules(), exists=False)
    decision = decide_rules("c0ffee", gone, known(rules=NEW))
    assert decision == Decision((e.RulesChanged("c0ffee", Rules()),), (RefreshPanels(),))


def test_the_first_rules_are_those_of_the_file_or_the_defaults() -> None:
    changed = e.RulesChanged("c0ffee", NEW)
    assert decide_first_rules("c0ffee", Configuration(NEW), known()) == Decision((changed,))
    defaults = e.RulesChanged("c0ffee", Rules())
    assert decide_first_rules("c0ffee", BROKEN, known()) == Decision((defaults,), (SHOWN,))
    assert decide_first_rules("c0ffee", Configuration(NEW), known(rules=Rules())) is NOTHING


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("none", STRANGER),
        ("read", STRANGER),
        ("triage", STRANGER),
        ("write", WRITER),
        ("maintain", STEWARD),
        ("admin", STEWARD),
        ("owner of the moon", STRANGER),
    ],
)
def test_by_default_whoever_maintains_is_steward_and_treasurer(role: str, rights: Rights) -> None:
    assert rights_of(ADA, Standing(role), Rules()) == rights


def test_roles_can_be_given_to_people_and_teams_and_to_nobody() -> None:
    rules = Rules(stewards=RoleList(teams=("acme/core",)), treasurers=RoleList(people=(MIA,)))
    core = Standing("read", frozenset({"acme/core", "acme/all"}))
    assert rights_of(ADA, core, rules) == Rights(steward=True)
    assert rights_of(MIA, Standing("none"), rules) == Rights(treasurer=True)
    assert rights_of(BOB, Standing("admin"), rules) == Rights(write=True)
    assert rights_of(BOB, Standing("admin"), Rules(stewards=RoleList())) == Rights(write=True)


def test_an_entry_about_an_unknown_pledge_or_issue_breaks_the_fold() -> None:
    with pytest.raises(TypeError, match="never a roadmap item"):
        folded({}, e.ItemReopened(ISSUE.id))
    entry = decide_withdraw(PledgeNamed(1), said(), known(pledge(1))).entries
    with pytest.raises(TypeError, match="never made"):
        folded(rows_of(ITEM), *entry)


def test_a_no_is_misunderstood_or_refused() -> None:
    assert isinstance(no_of(lambda: ask("1.000")), Misunderstood)
    assert isinstance(no_of(lambda: made("$5", known(item=None))), Refusal)


def test_an_old_label_that_turns_up_late_does_not_put_an_item_back_on_the_roadmap() -> None:
    left = replace(ITEM, on_roadmap=False, label_told_at=NOW)
    labelled = partial(decide_labelled, ISSUE, WRITER)
    late = partial(unless_labels_are_newer, NOW - timedelta(minutes=1), labelled)
    assert late(known(item=left)) is NOTHING
    again = partial(unless_labels_are_newer, NOW, labelled)
    assert again(known(item=left)).entries != ()


def test_an_old_closing_that_turns_up_late_does_not_close_what_was_opened_since() -> None:
    opened = replace(ITEM, state_told_at=NOW)
    closed = partial(decide_closed, BY_HAND, NOW)
    late = partial(unless_state_is_newer, NOW - timedelta(minutes=1), closed)
    assert late(known(item=opened)) is NOTHING
    again = partial(unless_state_is_newer, NOW, closed)
    assert again(known(item=opened)).entries != ()


def test_a_goal_in_the_second_in_which_the_label_went_does_not_put_the_item_back() -> None:
    """The comment's payload shows the label still: it may have been made just before."""
    left = on(ITEM, on_roadmap=False, label_told_at=said().at)
    assert why_not(lambda: goal("$5", known(item=left))) is Why.NOT_ON_ROADMAP


def test_a_closing_says_nothing_of_an_older_word_about_the_label() -> None:
    closed = on(ITEM, is_open=False, closed_as="not_planned", state_told_at=NOW)
    before = NOW - timedelta(minutes=1)
    unlabelled = partial(decide_unlabelled, replace(ISSUE, labels=()), before)
    decision = unless_labels_are_newer(before, unlabelled, known(item=closed))
    assert [type(entry) for entry in decision.entries] == [e.ItemUnlabelled]


def test_labels_and_closings_leave_the_time_at_which_they_were_told() -> None:
    entries = decide_labelled(ISSUE, WRITER, known(item=None)).entries
    item = folded({}, *entries)[(Item, ISSUE.id)]
    assert isinstance(item, Item)
    assert item.label_told_at is not None
