"""Can text from people do anything in a comment of ours, other than be read?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.comments import text
from bot.comments.pen import Pen
from bot.domain.commands import read_comment
from bot.domain.configuration import Configuration, ConfigurationReported, Mistake
from bot.domain.dues import PledgesFellDue
from bot.domain.effects import Message
from bot.domain.money import DECIMALS
from bot.domain.order_panel import OrderPanelShown
from bot.domain.refusals import Why
from bot.domain.replies import CommandRefused
from bot.domain.rules import Rail, RoleList, Rules
from tests.comments.digests import BUSY, PLACES
from tests.comments.examples import EXAMPLES
from tests.comments.facts import COMMENTS, NAMES
from tests.comments.golden import said
from tests.comments.orders import EVERYTHING as EVERY_ORDER
from tests.comments.orders import order_panel
from tests.comments.panels import EVERYTHING, MONEY
from tests.comments.pulls import LINKED, PULLS
from tests.comments.reading import read
from tests.comments.refusals import LINES
from tools.docs import FACTS

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
    assert not re.search(r"GH-|https?:|www\.|\$", seen.words)
    # Our own references are links, but for `CWO #57`, which GitHub may make one.
    assert not re.search(r"(?<!CWO )#[0-9]", seen.unlinked)
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


@given(HOSTILE, st.sampled_from(Why))
def test_a_refusal_takes_any_line(line: str, why: Why) -> None:
    usage = LINES[why][1] if why in LINES else "/pledge <amount>"
    message = CommandRefused(line, why, usage, FACTS.get(why, {}))
    assert_harmless(COMMENTS.render(message, NAMES))


@given(why=st.sampled_from([why for why in FACTS if "event" not in FACTS[why]]), hostile=HOSTILE)
def test_a_refusal_takes_any_fact(why: Why, hostile: str) -> None:
    closed = {"keyword", "belongs", "state", "act"}  # told apart, and never printed
    facts = {name: fact if name in closed else hostile for name, fact in FACTS[why].items()}
    assert_harmless(COMMENTS.render(CommandRefused("/x", why, "/pledge", facts), NAMES))


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
        check = COMMENTS.check(message, {})
        assert_harmless(check.summary)
        assert not [each for each in check.annotations if HIDDEN.search(each.message)]
        assert all("\n" not in each.message and each.line >= 1 for each in check.annotations)


@given(name=HOSTILE, words=HOSTILE, branch=HOSTILE)
def test_the_panel_of_a_work_order_takes_any_words_names_and_branch(
    name: str, words: str, branch: str
) -> None:
    pulls = tuple(
        replace(each, facts=replace(each.facts, base=branch) if each.facts else None)
        for each in PULLS
    )
    texts = {40: dict.fromkeys(("scope", "effort", "share"), f"x{words}")}
    rules = replace(EVERY_ORDER.rules, rails=(Rail(name, f"x{name}", words),))
    message = replace(EVERY_ORDER, pulls=pulls, words=texts, rules=rules, reasons={8: f"x{words}"})
    written = COMMENTS.render(message, {**NAMES, 4: f"{name}!", 7: f'"{name}"'})
    assert_harmless(written)
    cells = [kind for kind in read(written).shape if kind == "td_open"]
    assert len(cells) == len([kind for kind in shape_of(EVERY_ORDER) if kind == "td_open"])


@pytest.mark.parametrize("ended", ["declined", "cancelled_after_the_start"])
@given(reason=HOSTILE)
def test_a_reason_of_an_end_is_quoted(ended: str, reason: str) -> None:
    message = EXAMPLES[f"order_panel_shown/{ended}"]
    assert isinstance(message, OrderPanelShown)
    shown = order_panel(message.order, words={60: {"reason": f"x{reason}"}})
    assert_harmless(COMMENTS.render(shown, NAMES))
    assert (
        shape_of(shown)[:4] == shape_of(order_panel(message.order, words={60: {"reason": "x"}}))[:4]
    )


@given(title=HOSTILE, reason=HOSTILE, name=HOSTILE)
def test_a_digest_takes_any_title_reason_and_name(title: str, reason: str, name: str) -> None:
    message = replace(BUSY, titles=dict.fromkeys(PLACES, title), reasons={22: f"x{reason}"})
    written = COMMENTS.render(message, {**NAMES, 2: f"{name}!", 8: f'"{name}"'})
    assert_harmless(written)
    cells = [kind for kind in read(written).shape if kind == "td_open"]
    assert len(cells) == len([kind for kind in shape_of(BUSY) if kind == "td_open"])
    items = [kind for kind in read(written).shape if kind == "list_item_open"]
    assert len(items) == len([kind for kind in shape_of(BUSY) if kind == "list_item_open"])


@given(HOSTILE)
def test_a_digest_links_to_no_address_that_is_none(pages: str) -> None:
    written = COMMENTS.render(replace(BUSY, pages=f"x{pages}"), NAMES)
    assert "](x" not in written
    assert_harmless(written)


@given(name=HOSTILE)
def test_the_money_part_takes_any_name(name: str) -> None:
    written = COMMENTS.render(MONEY, {**NAMES, 8: f'"{name}"', 2: f"{name}!"})
    assert_harmless(written)
    cells = [kind for kind in read(written).shape if kind == "td_open"]
    assert len(cells) == len([kind for kind in shape_of(MONEY) if kind == "td_open"])


AMOUNT = re.compile(
    rf"(?:\b(?:{'|'.join(DECIMALS)})|[$€£¥])\s*[\d.,]|\d[\d.,]*\s*(?:[$€£¥]|(?:{'|'.join(DECIMALS)})\b)"
)
PRICED = st.sampled_from(
    ["USD 5,000", "$500", "500 €", "5000 EUR", "pays USD\u00a0٥٠٠", "1.5k EUR"]
)


@given(name=HOSTILE, price=PRICED, linked=st.booleans(), ended=st.booleans())
def test_no_amount_ever_stands_on_a_pull_request(
    name: str, price: str, linked: bool, ended: bool
) -> None:
    names = {1: f"{name} {price}", 6: price, 7: f'"{price}{name}"', 8: f'"Acme {price}"', 2: name}
    check = COMMENTS.check(replace(LINKED, linked=linked, ended=ended), names)
    assert_harmless(check.summary)
    assert check.conclusion == "neutral"
    assert price not in check.summary
    assert not AMOUNT.search(check.title)
    # A name that is all of a login may hold figures; no other name is said.
    assert not AMOUNT.search(check.summary.replace(name, ""))


def test_a_login_that_looks_like_a_reference_is_quoted() -> None:
    assert Pen("https://github.example", {1: "GH-1"}).person(1) == "`GH-1`"


def test_a_party_known_by_name_only_is_not_named_on_a_pull_request() -> None:
    pen = Pen("https://github.example", {1: "r2d2", 2: '"Studio 54"', 3: '"Acme"', 4: "x2[bot]"})
    assert pen.on_pull(1) == "[r2d2](https://github.example/r2d2)"
    assert pen.on_pull(2) == pen.on_pull(3) == "a party that the work order names"
    assert pen.on_pull(4) == "`x2[bot]`"
    assert pen.on_pull(None) == pen.on_pull(9) == "a former user"


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_example_pings_anybody_but_the_pledgers_of_a_due_notice(name: str) -> None:
    due = isinstance(EXAMPLES[name], PledgesFellDue)
    assert_harmless(said(EXAMPLES[name]), pings=frozenset({"@ada", "@bo"} if due else ()))
