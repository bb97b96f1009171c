"""What becomes of the words of the work order form, and who is meant by the logins in it?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import entries as e
from bot.domain.terms import Fault, Field, Problem
from bot.events import happened as h
from bot.lookup import CannotTell
from tests.domain.facts import known, order
from tests.domain.form_bodies import READ, rendered
from tests.handlers.fakes import (
    ADA,
    APP,
    DAN,
    NOW,
    ORG,
    REPO,
    WORK,
)
from tests.handlers.orders import (
    FORM,
    TERMS,
    an_order,
    no_order_yet,
    opened,
    proposed,
)

# --- the form ---------------------------------------------------------------------------------


async def test_the_label_makes_a_draft_of_whatever_is_written() -> None:
    answers = no_order_yet()
    made, text = await opened(FORM, answers)
    assert made == e.OrderOpened(WORK.id, WORK.number, ADA.id)
    assert text.terms == TERMS
    assert text.scope == e.FreeText(READ.scope)
    assert text.logins == e.FreeText("dan ACME mia")
    assert "rights" not in answers.asked, "anybody may draft one"


async def test_a_login_that_nobody_has_makes_its_field_wrong_once() -> None:
    _, text = await opened(
        replace(FORM, body=rendered(DEVELOPERS="@dan @nobody @nobody2", INTERESTED="@nobody")),
        no_order_yet(),
    )
    assert text.terms.developers == (DAN.id,)
    assert [problem for problem in text.terms.problems if problem.field is not Field.FUNDER] == [
        Problem(Field.DEVELOPERS, Fault.UNKNOWN_ACCOUNT),
        Problem(Field.INTERESTED, Fault.UNKNOWN_ACCOUNT),
    ]


@pytest.mark.parametrize("login", ["@acme", "@helper"])
async def test_a_developer_is_a_person(login: str) -> None:
    robot = replace(APP, login="helper")
    answers = no_order_yet(accounts=(DAN, ORG, robot))
    _, text = await opened(replace(FORM, body=rendered(DEVELOPERS=f"@dan {login}")), answers)
    assert text.terms.developers == (DAN.id,)
    assert Problem(Field.DEVELOPERS, Fault.NOT_A_PERSON) in text.terms.problems


async def test_an_interested_organisation_is_no_person_and_a_funder_may_be_one() -> None:
    body = rendered(DEVELOPERS="@dan", FUNDER="@acme", INTERESTED="@acme")
    _, text = await opened(replace(FORM, body=body), no_order_yet())
    assert text.terms.funder == ORG.id
    assert text.terms.problems == (Problem(Field.INTERESTED, Fault.NOT_A_PERSON),)


async def test_a_bot_funds_nothing() -> None:
    answers = no_order_yet(accounts=(DAN, replace(APP, login="helper")))
    body = rendered(DEVELOPERS="@dan", FUNDER="@helper", INTERESTED="")
    _, text = await opened(replace(FORM, body=body), answers)
    assert text.terms.funder is None
    assert text.terms.problems == (Problem(Field.FUNDER, Fault.NOT_A_PERSON),)


async def test_a_funder_may_be_known_by_name_only() -> None:
    answers = no_order_yet()
    _, text = await opened(
        replace(FORM, body=rendered(DEVELOPERS="@dan", FUNDER="The Foundation", INTERESTED="")),
        answers,
    )
    assert (answers.parties, text.terms.funder) == (("The Foundation",), 7000)
    assert text.logins == e.FreeText("dan"), "a name has no login"


async def test_without_a_funder_nobody_is_asked_for_one() -> None:
    answers = no_order_yet()
    body = rendered(DEVELOPERS="@dan", FUNDER="", INTERESTED="")
    _, text = await opened(replace(FORM, body=body), answers)
    assert (text.terms.funder, text.terms.problems) == (None, ())
    assert "party" not in answers.asked


async def test_a_login_meant_before_stays_who_it_was() -> None:
    """Whoever takes a login that a developer gave up does not become the developer."""
    answers = an_order(meant={"dan": 42, "acme": 43})
    event = h.IssueEdited(REPO, FORM, ADA, NOW)
    (proposal,) = await proposed(event, answers)
    (text,) = proposal.decide(known(item=None, order=order())).entries
    assert isinstance(text, e.OrderWritten)
    assert text.terms == replace(TERMS, developers=(42,), funder=43)
    assert answers.asked.count("account") == 1, "only mia is looked up"


async def test_a_login_taken_by_something_else_since_is_still_who_it_was() -> None:
    answers = an_order(meant={"dan": 42}, accounts=(replace(ORG, login="dan"),))
    (proposal,) = await proposed(h.IssueEdited(REPO, FORM, ADA, NOW), answers)
    (text,) = proposal.decide(known(item=None, order=order())).entries
    assert isinstance(text, e.OrderWritten)
    assert text.terms.developers == (42,)


async def test_two_logins_of_one_person_are_one_developer() -> None:
    answers = an_order(meant={"old-dan": DAN.id})
    issue = replace(FORM, body=rendered(DEVELOPERS="@old-dan @dan", FUNDER="", INTERESTED=""))
    (proposal,) = await proposed(h.IssueEdited(REPO, issue, ADA, NOW), answers)
    (text,) = proposal.decide(known(item=None, order=order())).entries
    assert isinstance(text, e.OrderWritten)
    assert (text.terms.developers, text.logins.words) == ((DAN.id,), "old-dan")


async def test_a_login_that_cannot_be_looked_up_waits() -> None:
    with pytest.raises(CannotTell):
        await opened(FORM, no_order_yet(unanswered="account"))
