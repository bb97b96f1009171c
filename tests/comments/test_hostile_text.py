"""Can text from people do anything in a comment of ours, other than be read?"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from bot.comments import Comments, text
from bot.comments.pen import Pen
from bot.domain.commands import read_comment
from bot.domain.configuration import Configuration, ConfigurationReported, Mistake
from bot.domain.effects import Message
from bot.domain.refusals import Why
from bot.domain.replies import CommandRefused, HelpLine, HelpShown
from bot.domain.roadmap import PledgesFellDue
from bot.domain.rules import Rail, RoleList, Rules
from tests.comments.examples import EVERYTHING, EXAMPLES, FACTS
from tests.comments.facts import COMMENTS, NAMES
from tests.comments.reading import read

PIECES = (
    "`", "``", "```", "~~~", "](", "[x](https://evil.example)", "<script>", "</details>", "<!--",
    "-->", "@everyone", "@acme/core", "#1", "GH-1", "$x$", "$`x`$",
    "\n", "\r\n", "\n\n/pledge $5\n",
    "\u2028", "\u202e", "\u2066", "\u0085", "\x00", "\ud800", "|", "\\|", "\\", "&lt;", "&#64;x",
    "https://evil.example", "www.evil.example", "a@evil.example",
    "javascript:alert(1)", "> ", "- ",
    "    ", "\t", "# ", "1. ", "---", "*", "_", "![x](y)", "\u200b",
    "\U0001f468\u200d\U0001f680", "x",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join)
ROOM = "\N{WORD JOINER}"
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u2028\u2029\u0000-\u0008\u0085\ud800-\udfff]")


def shape_of(message: Message) -> tuple[str, ...]:
    return read(COMMENTS.render(message, NAMES)).shape


def assert_harmless(written: str, *, pings: frozenset[str] = frozenset()) -> None:
    """Hold a comment against everything that text from people must not do."""
    seen = read(written)
    mentions = set(re.findall(r"@[A-Za-z0-9][\w-]*", seen.words))
    assert mentions <= pings
    assert not re.search(r"#[0-9]|GH-|https?:|www\.|\$", seen.words)
    assert all("evil" not in link and "javascript" not in link for link in seen.links)
    assert all(
        re.fullmatch(OUR_HTML, tag) for block in seen.html for tag in re.findall(r"<[^>]*>", block)
    )
    assert not HIDDEN.search(written)
    assert read_comment(written) == ()
    written.encode("utf-8")


OUR_HTML = r'</?(details|summary|sub|code)>|<code title="[0-9a-f]+">'


@given(HOSTILE)
@example("`")
@example("$`x`$")
@example(" ")
@example("")
def test_quoted_text_is_one_code_span_and_nothing_else(hostile: str) -> None:
    seen = read(f"You wrote: {text.quoted(hostile)} and that is all")
    assert seen.shape == ("paragraph_open", "text", "code_inline", "text", "paragraph_close")
    assert seen.words == "You wrote: \n and that is all"


@given(HOSTILE)
def test_quoted_text_pings_and_refers_nowhere_even_outside_of_code(hostile: str) -> None:
    assert not re.search(rf"[@#](?!{ROOM})", text.quoted(hostile))


@given(HOSTILE)
def test_quoted_text_keeps_within_its_cell(hostile: str) -> None:
    table = f"| a | b |\n|--|--|\n| x {text.cell(text.quoted(hostile))} | y |\n"
    cells = [kind for kind in read(table).shape if kind == "td_open"]
    assert len(cells) == 2
    assert len(read(table).codes) == 1


@pytest.mark.parametrize("hostile", ["www.evil.example", "GH-1", "a\n# b", "a@b.example", ""])
def test_a_fact_that_is_no_plain_word_or_figure_is_quoted(hostile: str) -> None:
    assert text.fact(hostile) == text.quoted(hostile)


@pytest.mark.parametrize("plain", ["USD 1,250.50", "P-3, P-12", "USD, EUR", "withdrawn", "500"])
def test_a_fact_of_the_domain_is_shown_as_it_is(plain: str) -> None:
    assert text.fact(plain) == plain


def test_quoted_text_can_still_be_read() -> None:
    assert text.quoted("/pledge $500") == "`/pledge $500`"
    assert text.quoted("a  b\n\tc\u2028d") == "`a b c d`"
    assert text.quoted("x" * 20, 5) == "`xxxx…`"
    assert text.quoted("") == text.quoted("\n") == "`(empty)`"
    assert text.quoted("costs 5$") == "` costs 5$ `"
    assert text.quoted("a\u202eb\ud800\x00") == "`a\ufffdb\ufffd\ufffd`"
    assert text.quoted("\U0001f468\u200d\U0001f680") == "`\U0001f468\u200d\U0001f680`"


@given(HOSTILE, HOSTILE, st.sampled_from(Why))
def test_a_refusal_takes_any_line(line: str, fact: str, why: Why) -> None:
    facts = {**dict.fromkeys(FACTS.get(why, {}), fact), **FACTS.get(why, {})}
    assert_harmless(COMMENTS.render(CommandRefused(line, why, "/pledge <amount>", facts), NAMES))


@given(HOSTILE)
def test_a_refusal_takes_any_fact(hostile: str) -> None:
    facts = {"accepted": hostile}
    assert_harmless(
        COMMENTS.render(CommandRefused("/x", Why.CURRENCY_NOT_ACCEPTED, "/pledge", facts), NAMES)
    )


@given(HOSTILE)
def test_a_misspelt_line_is_quoted(line: str) -> None:
    message = CommandRefused(line, Why.MISSPELT, "/pledge <amount>", {"verb": line})
    assert_harmless(COMMENTS.render(message, NAMES))
    assert shape_of(message) == shape_of(replace(message, line="x"))


@given(name=HOSTILE, url=HOSTILE, takes=HOSTILE, reason=HOSTILE, login=HOSTILE)
def test_a_panel_takes_any_reason_rail_and_name(
    name: str, url: str, takes: str, reason: str, login: str
) -> None:
    rules = replace(EVERYTHING.rules, rails=(Rail(name, f"x{url}", takes),), currencies=())
    message = replace(EVERYTHING, rules=rules, reasons={28: reason})
    written = COMMENTS.render(message, {**NAMES, 2: f"{login}!"})
    assert_harmless(written)
    tables = [kind for kind in read(written).shape if kind == "td_open"]
    assert len(tables) == len([k for k in shape_of(EVERYTHING) if k == "td_open"])


@given(HOSTILE, HOSTILE)
def test_a_due_notice_pings_the_pledgers_and_nobody_else(name: str, login: str) -> None:
    message = EXAMPLES["pledges_fell_due"]
    assert isinstance(message, PledgesFellDue)
    notice = replace(message, rails=(Rail(name, f"x{name}"),))
    written = COMMENTS.render(notice, {**NAMES, 2: f"{login}!"})
    assert_harmless(written, pings=frozenset({"@ada"}))
    assert written.count("@ada") == 1


@given(HOSTILE, HOSTILE)
def test_a_check_run_takes_any_configuration(hostile: str, mistake: str) -> None:
    rules = Rules(
        labels=(hostile,),
        stewards=RoleList(teams=(hostile,)),
        currencies=(hostile,),
        rails=(Rail(hostile, hostile),),
    )
    for read_rules in (rules, None):
        mistakes = () if read_rules else (Mistake(0, mistake),)
        message = ConfigurationReported(Configuration(read_rules, mistakes), on_default_branch=True)
        check = COMMENTS.check(message)
        assert_harmless(check.summary)
        assert not [each for each in check.annotations if HIDDEN.search(each.message)]
        assert all("\n" not in each.message and each.line >= 1 for each in check.annotations)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_example_pings_anybody_but_the_pledgers_of_a_due_notice(name: str) -> None:
    message = EXAMPLES[name]
    if isinstance(message, ConfigurationReported):
        return
    due = isinstance(message, PledgesFellDue)
    assert_harmless(
        COMMENTS.render(message, NAMES), pings=frozenset({"@ada", "@bo"} if due else ())
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://opencollective.com/acme",
        "http://acme.example:8080/give?to=us&x=1#now",
        "mailto:labs@acme.example?subject=Invoice",
        "https://social.example/@acme",
    ],
)
def test_a_harmless_address_becomes_a_link(url: str) -> None:
    assert read(text.link_or_quote(text.quoted("name"), url)).links == (url,)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://github.com@evil.example/",
        "https://x.example/)[y](https://evil.example",
        "https://x.example/a)b",
        "https://x.example/ y",
        "https://x.example/\n",
        "https://x.example/é",
        "https://x.example/" + "x" * 500,
        "mailto:",
        "",
    ],
)
def test_any_other_address_is_only_quoted(url: str) -> None:
    assert read(f"- {text.link_or_quote(text.quoted('name'), url)}").links == ()


def test_a_missing_person_is_a_former_user_and_an_app_is_quoted() -> None:
    pen = Pen("https://github.example", {1: "ada", 2: "mona_cat", 3: "helper[bot]", 4: "a|b"})
    assert pen.person(1) == "[ada](https://github.example/ada)"
    assert pen.person(2) == "[mona_cat](https://github.example/mona_cat)"
    assert pen.person(3) == "`helper[bot]`"
    assert pen.person(4) == "`a\\|b`"
    assert pen.person(None) == pen.person(9) == pen.ping(9) == "a former user"
    assert pen.ping(1) == "@ada"
    assert pen.ping(3) == "`helper[bot]`"


def test_a_template_that_forgets_a_filter_fails(tmp_path: Path) -> None:
    (tmp_path / "help_shown.md.j2").write_text("{{ m.lines[0].does }}", encoding="utf-8")
    with pytest.raises(TypeError, match="passed no filter"):
        Comments(tmp_path).render(HelpShown((HelpLine("/help", "anyone", "this"),)), {})


def test_a_template_that_asks_for_what_is_not_there_fails(tmp_path: Path) -> None:
    (tmp_path / "help_shown.md.j2").write_text("{{ m.colour }}", encoding="utf-8")
    with pytest.raises(UndefinedError, match="colour"):
        Comments(tmp_path).render(HelpShown(()), {})


def test_a_broken_template_fails_at_start(tmp_path: Path) -> None:
    (tmp_path / "help_shown.md.j2").write_text("{% if %}", encoding="utf-8")
    with pytest.raises(Exception, match="Expected an expression"):
        Comments(tmp_path)
