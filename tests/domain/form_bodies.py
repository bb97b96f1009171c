"""A work order as people fill it in, as GitHub renders it, and as it is read."""

from __future__ import annotations

from datetime import date

from bot.domain.forms import Form, read_form
from bot.domain.money import Money
from bot.domain.terms import Fault, Field

EMPTY = "_No response_"
GOOD = {
    Field.SCOPE: "Faster start.\n\nNot the cache.",
    Field.ITEMS: "#12, #15",
    Field.DEVELOPERS: "@mia, @tom",
    Field.FUNDER: "@acme",
    Field.INTERESTED: "@ada",
    Field.BUDGET: "USD 5,000",
    Field.EFFORT: "Per hour.",
    Field.PERIOD: "2027-01-01 to 2027-06-30",
    Field.REPORTS: "Every month",
    Field.SHARE: "20 percent.",
}
READ = Form(
    scope="Faster start.\n\nNot the cache.",
    items=(12, 15),
    developers=("mia", "tom"),
    funder="acme",
    interested=("ada",),
    budget=(Money(5_000_00, "USD"),),
    effort="Per hour.",
    starts=date(2027, 1, 1),
    ends=date(2027, 6, 30),
    report_every_days=30,
    share="20 percent.",
)


def rendered(**said: str) -> str:
    """The body that GitHub makes of a submitted form; fields by name, empty ones left out."""
    answers = GOOD | {Field[name]: text for name, text in said.items()}
    return "\n\n".join(f"### {field}\n\n{answers[field] or EMPTY}" for field in Field)


def alone(field: Field, said: str) -> Form:
    return read_form(rendered(**{field.name: said}))


def fault(field: Field, said: str) -> Fault | None:
    """The fault of an answer, which must be the only one, and leave no value behind."""
    form = alone(field, said)
    if not form.problems:
        return None
    (problem,) = form.problems
    assert problem.field is field
    return problem.fault
