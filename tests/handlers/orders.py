"""A work order as its issue shows it, and what is proposed about it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import entries as e
from bot.domain.decisions import About, Proposal
from bot.domain.refs import Account, IssueRef
from bot.domain.terms import Terms
from bot.events import happened as h
from bot.handlers import routes
from tests.domain.facts import known
from tests.domain.form_bodies import READ, rendered
from tests.handlers.fakes import (
    ADA,
    DAN,
    NOW,
    ORG,
    REPO,
    WORK,
    Answers,
    commented,
)

MIA_ACCOUNT = Account(109, "mia")
NOBODY_KNOWN = known(item=None, actor=ADA.id)
HERE = About(WORK.id, ADA.id, whole=True)
FORM = replace(WORK, body=rendered(DEVELOPERS="@dan", FUNDER="@ACME", INTERESTED="@mia"))
TERMS = Terms(
    items=READ.items,
    developers=(DAN.id,),
    funder=ORG.id,
    interested=(109,),
    budget=READ.budget,
    starts=READ.starts,
    ends=READ.ends,
    report_every_days=READ.report_every_days,
)


def an_order(**more: object) -> Answers:
    answers = Answers(items=frozenset(), orders=frozenset({WORK.id}))
    for name, value in more.items():
        setattr(answers, name, value)
    return answers


def no_order_yet(**more: object) -> Answers:
    answers = an_order(**more)
    answers.orders = frozenset()
    return answers


async def proposed(event: h.Event, answers: Answers) -> list[Proposal]:
    steps = await routes().steps(event, answers.lookup())
    return [step.outcome for step in steps if isinstance(step.outcome, Proposal)]


async def commanded(
    body: str, answers: Answers, by: Account = ADA, issue: IssueRef = WORK
) -> Proposal:
    (proposal,) = await proposed(commented(body, by, issue), answers)
    return proposal


async def opened(issue: IssueRef, answers: Answers) -> tuple[e.OrderOpened, e.OrderWritten]:
    """The work order that a label on an issue makes."""
    event = h.IssueLabelled(REPO, issue, "work-order", ADA, NOW)
    (proposal,) = await proposed(event, answers)
    assert proposal.about == About(issue.id, ADA.id)
    made, text = proposal.decide(NOBODY_KNOWN).entries
    assert isinstance(made, e.OrderOpened)
    assert isinstance(text, e.OrderWritten)
    return made, text
