"""Is a work order form read as GitHub renders it, whatever people make of it afterwards?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.answers import REPORT_DAYS, SCOPE_AT_MOST, TEXT_AT_MOST
from bot.domain.forms import Form, read_form
from bot.domain.money import DECIMALS, LARGEST, Money
from bot.domain.sections import LINES_AT_MOST
from bot.domain.terms import REQUIRED, Fault, Field, Problem
from tests.domain.form_bodies import EMPTY, GOOD, READ, alone, fault, rendered


def test_a_submitted_form_is_read() -> None:
    assert read_form(rendered()) == READ


def test_a_form_with_only_what_is_required_is_complete() -> None:
    optional = [field.name for field in Field if field not in REQUIRED]
    form = read_form(rendered(**dict.fromkeys(optional, "")))
    assert form == replace(
        READ, items=(), funder=None, interested=(), report_every_days=None, share=""
    )


@pytest.mark.parametrize("body", ["", "\n", "Please fund us.", "# Scope"])
def test_an_issue_without_the_form_lacks_what_is_required(body: str) -> None:
    assert read_form(body) == Form(problems=tuple(Problem(f, Fault.MISSING) for f in REQUIRED))


@pytest.mark.parametrize("nothing", [EMPTY, "_no response_", "", " \n\t\n", "<!-- x -->"])
@pytest.mark.parametrize("field", Field)
def test_an_empty_answer_is_missing_only_where_it_is_required(field: Field, nothing: str) -> None:
    assert fault(field, nothing) == (Fault.MISSING if field in REQUIRED else None)


@pytest.mark.parametrize("nothing", ["None", "none.", "N/A", "-", "---", "No response", "nobody"])
def test_words_for_nothing_are_nothing_in_short_fields(nothing: str) -> None:
    assert alone(Field.FUNDER, nothing) == replace(READ, funder=None)
    assert fault(Field.DEVELOPERS, nothing) is Fault.MISSING


def test_no_is_an_answer_in_a_text() -> None:
    assert alone(Field.SHARE, "None").share == "None"


# Edits by hand.


def swapped(old: str, new: str) -> str:
    assert old in rendered()
    return rendered().replace(old, new)


@pytest.mark.parametrize(
    "heading",
    [
        "## Budget",
        "#### Budget",
        "### Budget ###",
        "### Budget #",
        "### Budget:",
        "### **Budget**",
        "### **Budget:**",
        "### __Budget__:",
        "### `Budget`",
        "### BUDGET",
        "### budget",
        "###   Budget  ",
        "###\tBudget",
        "   ### Budget",
        "### Budget\u00a0",
    ],
)
def test_a_heading_may_be_edited(heading: str) -> None:
    assert read_form(swapped("### Budget", heading)) == READ


@pytest.mark.parametrize(
    "no_heading",
    [
        "# Budget",
        "##### Budget",
        "###Budget",
        "    ### Budget",
        "> ### Budget",
        "- ### Budget",
        r"\### Budget",
        "### The budget",
        "### Budget (all)",
        "Budget",
        "### ＢＵＤＧＥＴ",
    ],
)
def test_what_is_no_such_heading_is_not_taken_for_one(no_heading: str) -> None:
    form = read_form(swapped("### Budget", no_heading))
    assert Problem(Field.BUDGET, Fault.MISSING) in form.problems
    assert form.budget == ()


def test_letters_that_only_look_like_ours_make_no_heading() -> None:
    assert Problem(Field.SCOPE, Fault.MISSING) in read_form("### \u017fcope\n\nx").problems


@pytest.mark.parametrize(
    "edit",
    [
        lambda body: body.replace("\n", "\r\n"),
        lambda body: body.replace("\n", "\r"),
        lambda body: re.sub(r"(### .*)\n\n", r"\1\n", body),
        lambda body: re.sub(r"(?<!start\.)\n\n", "\n", body),
        lambda body: re.sub(r"\n\n(### [^RP])", r"\n\n---\n\n\1", body),
        lambda body: body.replace("\n\n### Budget", "\n---\n### Budget"),
        lambda body: f"Hello!\n\n{body}\n\n",
        lambda body: "\n\n".join(reversed(re.split(r"\n\n(?=###)", body))),
        lambda body: body.replace("@ada", "@ada\n\n### Remarks\n\nUSD 1"),
        lambda body: body.replace("@ada", "@ada\n\n###\n\nUSD 1"),
        lambda body: body.replace("@ada", "@ada\n\n# 1\n\nUSD 1"),
        lambda body: body.replace("### Budget", "<!--\n### Budget\nUSD 1\n-->\n### Budget"),
        lambda body: body.replace("USD 5,000", "<!-- at most --> USD 5,000"),
        lambda body: body.replace("USD 5,000", "USD 5,000 <!-- at most -->"),
        lambda body: body.replace("USD 5,000", "USD <!-- a\nb --> 5,000"),
        lambda body: body.replace("USD 5,000", "**USD 5,000**"),
        lambda body: body.replace("USD 5,000", "`USD 5,000`"),
        lambda body: body.replace("USD 5,000", "- USD  5,000"),
    ],
)
def test_edits_by_hand_change_nothing(edit: Callable[[str], str]) -> None:
    assert edit(rendered()) != rendered()
    assert read_form(edit(rendered())) == READ


@pytest.mark.parametrize("field", Field)
def test_a_heading_that_stands_twice_is_never_guessed(field: Field) -> None:
    again = f"{rendered()}\n\n## {field.upper()}\n\n{GOOD[field]}"
    form = read_form(again)
    assert form.problems == (Problem(field, Fault.TWICE),)
    assert form == replace(alone(field, ""), problems=form.problems)


@pytest.mark.parametrize("field", [Field.SCOPE, Field.EFFORT, Field.SHARE])
def test_headings_of_ones_own_belong_to_a_text(field: Field) -> None:
    said = "First.\n\n### Details\n\n- one\n\n# More #\n\nLast."
    form = alone(field, said)
    assert said in {form.scope, form.effort, form.share}
    assert form.problems == ()


def test_a_heading_of_ones_own_does_not_answer_a_text_left_empty() -> None:
    assert fault(Field.EFFORT, f"{EMPTY}\n\n### Remarks\n\nThanks.") is Fault.MISSING


@pytest.mark.parametrize(
    "quoted",
    [
        "```\n### Budget\n\nUSD 1\n```",
        "~~~ md\n### Budget\n```\n~~~",
        "> ### Budget\n> USD 1",
        "- a\n\n  ### Budget",
        "    ### Budget",
        "<div>\n### Budget\n</div>",
        "<pre>\n\n### Budget\n\n</pre>",
        "- ```\n  ### Budget\n  ```",
    ],
)
def test_what_is_quoted_in_a_text_is_no_heading(quoted: str) -> None:
    said = f"See:\n\n{quoted}"
    assert alone(Field.SCOPE, said) == replace(READ, scope=said)


def test_what_swallows_the_headings_on_github_swallows_them_here() -> None:
    for opened in ("```", "<!--", "<pre>"):
        missing = {problem.field for problem in alone(Field.SCOPE, f"a\n\n{opened}").problems}
        assert missing >= {Field.DEVELOPERS, Field.BUDGET, Field.PERIOD}


COMMENTS = [
    ("a\n\n<!-- b -->\n\nc", "a\n\n\nc"),
    ("a\n<!-- b\n\n### Period\n-->\nc", "a\nc"),
    ("<!-- b --> c", " c"),
    ("<!--> c <!-- d -->", " c "),
    ("<!-- b --!> c -->", " c -->"),
    # In code a comment is there to be read, so within a paragraph it stays.
    ("a `<!-- b -->` c", "a `<!-- b -->` c"),
    ("a <!-- b --> c", "a <!-- b --> c"),
    ("```\n<!-- b -->\n```", "```\n<!-- b -->\n```"),
]


@pytest.mark.parametrize(("said", "kept"), COMMENTS)
def test_only_what_nobody_sees_is_dropped_from_a_text(said: str, kept: str) -> None:
    assert alone(Field.SCOPE, said) == replace(READ, scope=kept.rstrip())


# Hostile text.


@pytest.mark.parametrize(
    ("field", "most"),
    [(Field.SCOPE, SCOPE_AT_MOST), (Field.EFFORT, TEXT_AT_MOST), (Field.SHARE, TEXT_AT_MOST)],
)
def test_texts_are_not_endless(field: Field, most: int) -> None:
    assert fault(field, "a" * most) is None
    assert fault(field, "a" * (most + 1)) is Fault.TOO_LONG


def test_an_issue_is_not_endless() -> None:
    assert read_form("\n" * LINES_AT_MOST).problems == (Problem(Field.SCOPE, Fault.TOO_LONG),)
    assert read_form("\n" * (LINES_AT_MOST - 1) + "### Scope").problems[0].fault is Fault.MISSING


@pytest.mark.parametrize("odd", ["\x00", "\x1b", "\x7f", "\x85", "\ud800"])
def test_what_cannot_be_stored_is_replaced(odd: str) -> None:
    assert alone(Field.SCOPE, f"a{odd}b\tc").scope == "a\ufffdb\tc"
    assert alone(Field.FUNDER, f"Ac{odd}me").funder_name == "Ac\ufffdme"


HOSTILE = [
    "#", "`", "@a ", "\n", "a\n", "#\n", "# a\n", "- ", "-\n", "> ", "<!--", "<!--\n", "<!-- a -->",
    "```\n", "~~~", "*", "* ", "_", " ", "\t", "<", "<a ", "<div>\n", "(", "(@", "[", "\\", ",", ", ",
    ";", "+", " + ", " and ", "USD 1, ", "USD 1,", "1,", "#1 ", "#1,", "1. ", "2027-01-01 ", "every ",
    "### Scope\n", "### Budget\n", "### x\n", "\u00a0", "\u2028", "İ", "é", "\x00", "\ud800", "\r",
    "https://a/", "https://a/b/c/issues/1 ", "> - ", "> 1) ", "- > + ", "> " * 20 + "\n",
    "> + " * 16 + "\n", "Acme ", "A (", "a\n- b\n> c\n",
]  # fmt: skip


def endless(piece: str) -> str:
    return (piece * 65_536)[:65_536]


def lines_full(piece: str) -> str:
    """As many lines as are read, and a body as long as GitHub takes."""
    line = (piece.strip("\r\n") * 65)[:65]
    return "\n".join([line] * (LINES_AT_MOST - 60))


@pytest.mark.timeout(
    30
)  # all of them together take a second; what grows without bound takes minutes
@pytest.mark.parametrize("filled", [endless, lines_full])
@pytest.mark.parametrize("place", [None, Field.SCOPE, Field.FUNDER, Field.BUDGET, Field.PERIOD])
def test_no_text_keeps_us_busy(place: Field | None, filled: Callable[[str], str]) -> None:
    for piece in HOSTILE:
        text = filled(piece)
        read_form(text if place is None else rendered(**{place.name: text}))


PIECES = st.sampled_from([
    *(f"### {field}" for field in Field), *GOOD.values(), EMPTY, "\n", "\n\n", "\r", "```", "~~~",
    "<!--", "-->", "> ", "- ", "1. ", "    ", "\t", "#", "# ", "---", "@", ",", " and ", "+", "(", ")",
    "<pre>", "</pre>", "\x00", "\ud800", "*", "`", "２", "\N{KELVIN SIGN}",
])  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=60).map("".join) | st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_form_that_can_be_stored(body: str) -> None:
    form = read_form(body)
    faulty = [problem.field for problem in form.problems]
    assert faulty == sorted(set(faulty), key=list(Field).index)
    for text in (form.scope, form.effort, form.share, form.funder_name or ""):
        text.encode()
        assert "\x00" not in text
    for field, value in [
        (Field.SCOPE, form.scope),
        (Field.DEVELOPERS, form.developers),
        (Field.BUDGET, form.budget),
        (Field.EFFORT, form.effort),
        (Field.PERIOD, form.ends),
    ]:
        assert bool(value) is (field not in faulty)


# There and back.


def github(form: Form) -> str:
    """The body that GitHub would make of these values."""
    period = [str(day) for day in (form.starts, form.ends) if day]
    days = form.report_every_days
    said = {
        Field.SCOPE: form.scope,
        Field.ITEMS: ", ".join(f"#{number}" for number in form.items),
        Field.DEVELOPERS: ", ".join(f"@{login}" for login in form.developers),
        Field.FUNDER: f"@{form.funder}" if form.funder else form.funder_name or "",
        Field.INTERESTED: " ".join(f"@{login}" for login in form.interested),
        Field.BUDGET: ", ".join(str(money) for money in form.budget),
        Field.EFFORT: form.effort,
        Field.PERIOD: " to ".join(period),
        Field.REPORTS: f"every {days} days" if days else "At the end",
        Field.SHARE: form.share,
    }
    return "\n\n".join(f"### {field}\n\n{said[field] or EMPTY}" for field in Field)


def clear(money: Money) -> bool:
    """`KWD 1,250` has two readings; so written it is refused."""
    return re.fullmatch(
        r"[A-Z]{3} [0-9]+,[0-9]{3}|[A-Z]{3} [1-9][0-9]{0,2}\.[0-9]{3}", str(money)
    ) is None or (DECIMALS[money.currency] < 3)


PARAGRAPHS = st.text(
    st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="#<`~")
).map(lambda text: f"x{text}x") | st.sampled_from(
    ["### Details", "## Budget of time", "```\n### Budget\n```", "- a\n- b", "> ### Scope"]
)
TEXTS = st.lists(PARAGRAPHS, min_size=1, max_size=4).map("\n\n".join)
LOGINS = st.from_regex(r"[a-z0-9](-?[a-z0-9]){0,10}", fullmatch=True)
MONEY = st.builds(Money, st.integers(1, LARGEST), st.sampled_from(sorted(DECIMALS))).filter(clear)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
NAMES = st.from_regex(
    r"[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8}){0,3},? (Inc\.|GmbH|e\.V\.)", fullmatch=True
)


@st.composite
def forms(draw: st.DrawFn) -> Form:
    starts, ends = sorted([draw(DAYS), draw(DAYS)])
    return Form(
        scope=draw(TEXTS),
        items=draw(st.lists(st.integers(1, 999_999_999), max_size=9, unique=True).map(tuple)),
        developers=draw(st.lists(LOGINS, min_size=1, max_size=9, unique=True).map(tuple)),
        funder=draw(st.none() | LOGINS),
        interested=draw(st.lists(LOGINS, max_size=9, unique=True).map(tuple)),
        budget=draw(
            st.lists(MONEY, min_size=1, max_size=4, unique_by=lambda money: money.currency).map(
                tuple
            )
        ),
        effort=draw(TEXTS),
        starts=draw(st.sampled_from([starts, None])),
        ends=ends,
        report_every_days=draw(st.none() | st.sampled_from(REPORT_DAYS)),
        share=draw(st.just("") | TEXTS),
    )


@given(forms(), NAMES)
@settings(deadline=None)
def test_what_github_renders_is_read_as_it_was_meant(form: Form, name: str) -> None:
    assert read_form(github(form)) == form
    named = replace(form, funder=None, funder_name=name)
    assert read_form(github(named)) == named
