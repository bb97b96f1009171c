"""How does one fill in an issue form?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aiohttp import web

from sandbox.errors import Refused
from sandbox.nouns.forms import TEXTS
from sandbox.page.addresses import of_issue
from sandbox.page.refusing import in_a_sentence
from sandbox.page.showing import show

if TYPE_CHECKING:
    from sandbox.nouns.forms import Answers, Field, IssueForm
    from sandbox.page.visiting import Visit


class Filled(NamedTuple):
    """A field as the page shows it: under which name, and with what in it."""

    field: Field
    name: str
    text: str
    chosen: frozenset[str]


def chosen_form(visit: Visit) -> IssueForm | None:
    """The form that the address or the form itself names; GitHub passes over one that is not."""
    wanted = visit.text("template") or visit.asked("template")
    offered = visit.actor.issue_forms(visit.repository())
    return next((each for each in offered if each.file == wanted), None)


def show_form(visit: Visit, form: IssueForm, refusal: Refused | None = None) -> web.Response:
    """The form; after a refusal with what was typed."""
    notice = in_a_sentence(refusal, visit.actor.user, "open issues") if refusal else None
    filled = [_typed(visit, each) if visit.form else _first(visit, each) for each in form.fields]
    title = visit.text("title") if visit.form else visit.asked("title") or form.title
    return show(
        visit,
        "issue_form.html",
        repository=visit.repository(),
        status=refusal.status if refusal else 200,
        notice=notice,
        form=form,
        filled=filled,
        title=title,
    )


def _first(visit: Visit, field: Field) -> Filled:
    """What the address fills in: texts only, by their ids.

    https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue#creating-an-issue-from-a-url-query
    """
    given = visit.asked(field.key) if field.kind in TEXTS else ""
    return Filled(field, _name(field), given or field.value, frozenset({field.value}))


def _typed(visit: Visit, field: Field) -> Filled:
    name = _name(field)
    ticked = [each.label for n, each in enumerate(field.options) if f"{name}-{n}" in visit.form]
    return Filled(field, name, visit.text(name), frozenset([*ticked, visit.text(name)]))


def _name(field: Field) -> str:
    return f"field-{field.key}"


def send_form(visit: Visit, form: IssueForm) -> web.Response:
    repository, filled = visit.repository(), [_typed(visit, each) for each in form.asked]
    answers: Answers = {
        each.field.key: each.text if each.field.kind in TEXTS else sorted(each.chosen)
        for each in filled
    }
    try:
        opened = visit.actor.open_issue_from_form(
            repository, form.file, answers, visit.text("title")
        )
    except Refused as refusal:
        return show_form(visit, form, refusal)
    raise web.HTTPSeeOther(of_issue(opened))
