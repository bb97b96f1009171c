"""Which lines of a comment command something, and what do their words mean?"""

from __future__ import annotations

import re
import sys
import time
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asked import PledgeAsked, PledgeNamed
from bot.domain.commands import (
    TEXT_AT_MOST,
    Typed,
    nearest_verb,
    pledge_and_rest,
    read_comment,
    read_date,
    read_login,
    read_pledge_number,
    read_text,
)
from bot.domain.money import read_amount
from bot.domain.refusals import Misunderstood, Why
from bot.domain.roadmap import GoalAsked

VERBS = ("pledge", "withdraw", "sent", "accept", "decline", "goal", "help")


def lines(markdown: str) -> list[str]:
    return [typed.line for typed in read_comment(markdown)]


# --- which lines ------------------------------------------------------------------------------

SPOKEN = [
    ("/pledge $5", ["/pledge $5"]),
    ("/pledge $5\n", ["/pledge $5"]),
    ("/pledge $5  \t", ["/pledge $5"]),
    ("/PLEDGE $5", ["/PLEDGE $5"]),
    ("/pledge\t$5", ["/pledge\t$5"]),
    ("/help", ["/help"]),
    ("Hello!\n/pledge $5\nBye!", ["/pledge $5"]),
    ("Hello!\n\n/pledge $5\n\nBye!", ["/pledge $5"]),
    ("/pledge $5\r\n/help\r\n", ["/pledge $5", "/help"]),
    ("/pledge $5\r/help", ["/pledge $5", "/help"]),
    ("/goal none\n/goal $5", ["/goal none", "/goal $5"]),
    ("/pledge $5  \n/help", ["/pledge $5", "/help"]),
    ("one\\\n/help", ["/help"]),
    ("/decline P-2 `code` in *it*", ["/decline P-2 `code` in *it*"]),
    ("/decline P-2 see <!-- x --> [y](z)", ["/decline P-2 see <!-- x --> [y](z)"]),
    ("*so\n/help\nmuch*", ["/help"]),
    ("# Title\n/help", ["/help"]),
    ("---\n/help", ["/help"]),
    ("```\n/pledge $5\n```\n/help", ["/help"]),
    ("- list\n\n/help", ["/help"]),
    ("> quote\n\n/help", ["/help"]),
    ("<!-- x -->\n/help", ["/help"]),
    ("<details>\n\n/help\n\n</details>", ["/help"]),
    ("[x]: /url\n/help", ["/help"]),
    ("[^1]: note\n\n/help", ["/help"]),
    ("see[^1]\n/help", ["/help"]),
    ("`a` b ``c``\n/help", ["/help"]),
    ("`not closed\n/help", ["/help"]),
    ("[not closed\n/help", ["/help"]),
    ("<b not closed\n/help", ["/help"]),
    ("\u00a0\n/help", ["/help"]),
    ("\x0b\n/help", ["/help"]),
    ("a\x00b\n/help", ["/help"]),
    ("/help\u2028/pledge $5", []),
    ("/decline P-1 a\u2028/pledge $5", ["/decline P-1 a\u2028/pledge $5"]),
]


@pytest.mark.parametrize(("markdown", "spoken"), SPOKEN, ids=lambda each: repr(each)[:40])
def test_a_whole_line_in_a_paragraph_is_a_command(markdown: str, spoken: list[str]) -> None:
    assert lines(markdown) == spoken


SILENT = {
    "an empty comment": "",
    "plain words": "I would pledge $5",
    "a slash later": "and /pledge $5",
    "one space": " /pledge $5",
    "three spaces": "   /pledge $5",
    "a tab": "\t/pledge $5",
    "indented code": "    /pledge $5",
    "an indented line of a paragraph": "a\n    /pledge $5",
    "a quote": "> /pledge $5",
    "a lazy quote": "> a\n/pledge $5",
    "a nested lazy quote": "> > a\n/pledge $5",
    "an alert": "> [!NOTE]\n> /pledge $5",
    "a list": "- /pledge $5",
    "a lazy list": "- a\n/pledge $5",
    "a list item of two paragraphs": "- a\n\n  /pledge $5",
    "a numbered list": "1. a\n/pledge $5",
    "a list in a quote": "> - a\n/pledge $5",
    "a task": "- [ ] /pledge $5",
    "a fence": "```\n/pledge $5\n```",
    "a fence of tildes": "~~~\n/pledge $5\n~~~",
    "a fence that stays open": "```\n/pledge $5",
    "a longer fence": "````\n```\n/pledge $5\n```\n````",
    "a fence with a language": "```sh\n/pledge $5\n```",
    "a code span": "`/pledge $5`",
    "a code span over lines": "a `b\n/pledge $5\nc`",
    "a longer code span": "``a `b`\n/pledge $5\n``",
    "an HTML comment": "<!--\n/pledge $5\n-->",
    "an HTML comment that stays open": "<!--\n/pledge $5",
    "an HTML comment inside": "a <!--\n/pledge $5\n--> b",
    "an HTML attribute": "a <b c='\n/pledge $5\n'>",
    "an HTML block": "<div>\n/pledge $5\n</div>",
    "details": "<details>\n/pledge $5\n</details>",
    "a summary": "<details><summary>\n/pledge $5\n</summary></details>",
    "preformatted": "<pre>\n\n/pledge $5\n\n</pre>",
    "a script": "<script>\n/pledge $5\n</script>",
    "a processing instruction": "a <?\n/pledge $5\n?>",
    "CDATA": "a <![CDATA[\n/pledge $5\n]]>",
    "a declaration": "<!A\n/pledge $5\n>",
    "a heading": "# /pledge $5",
    "an underlined heading": "/pledge $5\n==========",
    "another underlined heading": "/pledge $5\n---",
    "a table": "/pledge | $5\n---|---",
    "a row of a table": "a | b\n---|---\n/pledge $5 | c",
    "the last row of a table": "a | b\n---|---\n/pledge $5",
    "a link's title": "[a](b '\n/pledge $5\n')",
    "a picture's words": "![a\n/pledge $5](b)",
    "a link's definition": "[a]: b '\n/pledge $5\n'",
    "a footnote": "[^1]: a\n/pledge $5",
    "a footnote that interrupts": "a\n[^1]: b\n/pledge $5",
    "an escaped slash": "\\/pledge $5",
    "an entity": "&#47;pledge $5",
    "a named entity": "&sol;pledge $5",
    "an entity in the verb": "/pl&#101;dge $5",
    "emphasis in the verb": "/*pledge* $5",
    "strong": "**/pledge $5**",
    "code in the verb": "/`pledge` $5",
    "a comment in the verb": "/pl<!-- -->edge $5",
    "a tag in front": "<b>/pledge $5</b>",
    "a fullwidth slash": "\uff0fpledge $5",
    "a fraction slash": "\u2044pledge $5",
    "a fullwidth verb": "/\uff50ledge $5",
    "a Cyrillic verb": "/pl\u0435dge $5",
    "a KELVIN SIGN": "/\u212a",
    "a zero-width space": "\u200b/pledge $5",
    "a zero-width joiner in the verb": "/ple\u200ddge $5",
    "a byte order mark": "\ufeff/pledge $5",
    "an RTL override": "\u202e/pledge $5",
    "a no-break space": "/pledge\u00a0$5",
    "a line separator": "a\u2028/pledge $5",
    "a paragraph separator": "a\u2029/pledge $5",
    "a next line": "a\x85/pledge $5",
    "a vertical tab": "a\x0b/pledge $5",
    "a form feed": "a\x0c/pledge $5",
    "a space after the slash": "/ pledge $5",
    "two slashes": "//pledge $5",
    "a path": "/etc/passwd",
    "a path with words": "/pledge/$5",
    "a colon": "/pledge: $5",
    "a bang": "/pledge!",
    "a figure": "/5",
    "a slash alone": "/",
    "a very long verb": f"/{'a' * 40}",
    "a backslash": "\\\\\n\\/pledge $5",
    "a carriage return in a quote": "> a\r/pledge $5",
}


@pytest.mark.parametrize("markdown", SILENT.values(), ids=SILENT.keys())
def test_nothing_else_is_a_command(markdown: str) -> None:
    assert lines(markdown) == []


def test_a_command_in_code_does_not_take_the_place_of_its_twin() -> None:
    assert lines("`\n/pledge $9000\n` is how\n/pledge $5") == ["/pledge $5"]
    assert lines("/pledge $5\na `\n/pledge $9000\n`") == ["/pledge $5"]
    assert lines("a <!--\n/pledge $9000\n-->\n/pledge $5\n`\n/pledge $1\n`") == ["/pledge $5"]


def test_a_command_behind_swallowed_lines_is_still_found() -> None:
    assert lines("a `b\n/goal none\nc`\n/help\n![d\n/sent\n](e)\n/withdraw") == [
        "/help",
        "/withdraw",
    ]


def test_a_command_is_taken_apart_as_typed() -> None:
    assert read_comment("/Decline \t P-2  too  much \t") == (
        Typed("decline", "P-2  too  much", "/Decline \t P-2  too  much"),
    )


def test_many_commands_keep_their_order() -> None:
    typed = [f"/pledge ${n}" for n in range(1, 22)]
    assert lines("\n".join(typed)) == typed
    assert lines("\n\n".join(typed)) == typed


# A second, and half of one for a busy machine; measuring coverage slows everything down.
AT_MOST = 1.5 if sys.gettrace() is None else 30.0
HUGE = [
    "[",
    "]",
    "![",
    "([",
    "[](",
    "[](<",
    "[a](b",
    "[a][",
    "[a]\n(",
    "[x]: y\n",
    "`",
    "` a",
    "``` ` ",
    "> ",
    ">",
    "> a\n",
    "*",
    "**a ",
    "*a_",
    "_* ",
    "- ",
    "- a\n ",
    "1. ",
    "<",
    "<a ",
    "<!--",
    "<![CDATA[",
    "<?",
    "<x y='",
    "\\",
    "&",
    "&amp;",
    "|",
    "|a|b\n",
    "/a\n",
    "/a\n\n",
    "[^a]: b\n",
    "a\n=\n",
    "\t",
    "\n",
    "\r",
    "\u2028",
    "\x00",
    "\U0001f600",
]


@pytest.mark.parametrize("sign", HUGE, ids=repr)
def test_the_longest_comment_is_read_within_a_second(sign: str) -> None:
    body = sign * ((65_536 - 40) // len(sign))
    for markdown in (f"x {body}\n/pledge $5", f"/pledge $5\n{body}", f"{body}\n\n/help\n\n/help"):
        began = time.process_time()
        read_comment(markdown)
        assert time.process_time() - began < AT_MOST


def test_backticks_of_every_length_are_read_within_a_second() -> None:
    began = time.process_time()
    read_comment("/help\n" + " ".join("`" * n for n in range(1, 360)))
    assert time.process_time() - began < AT_MOST


PIECES = st.sampled_from(
    [
        "/pledge $5",
        "/help",
        "`",
        "```",
        "<!--",
        "-->",
        "> ",
        "- ",
        "[",
        "](x)",
        "![",
        "*",
        "#",
        "\\",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\u2028",
        "    ",
        "\t",
        "|",
        "---",
        "<b>",
        "&#47;",
        "a",
        " ",
        "\x00",
    ]
)
MARKDOWN = st.lists(PIECES, max_size=40).map("".join) | st.text()


@given(MARKDOWN)
def test_reading_a_comment_never_raises(markdown: str) -> None:
    for typed in read_comment(markdown):
        assert re.fullmatch(r"[a-z][a-z_-]*", typed.verb, re.ASCII)


@given(MARKDOWN)
def test_every_command_is_a_line_of_the_source_in_order(markdown: str) -> None:
    source = iter(line.rstrip(" \t") for line in re.split(r"\r\n|\n|\r", markdown))
    for typed in read_comment(markdown):
        assert typed.line.startswith("/")
        assert typed.line in source  # consumes the source up to that line


@given(MARKDOWN)
def test_a_comment_without_a_line_that_starts_with_a_slash_commands_nothing(markdown: str) -> None:
    assert read_comment(re.sub(r"(^|[\r\n])/", r"\1x/", markdown)) == ()


@given(MARKDOWN)
def test_a_quoted_comment_commands_nothing(markdown: str) -> None:
    source = re.split(r"\r\n|\n|\r", markdown)
    assert read_comment("\n".join(f"> {line}" for line in source)) == ()


# --- verbs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pleges", "pledge"),
        ("plege", "pledge"),
        ("pledges", "pledge"),
        ("pledgee", "pledge"),
        ("widthraw", "withdraw"),
        ("withdrawl", "withdraw"),
        ("acept", "accept"),
        ("accpet", "accept"),
        ("accepts", "accept"),
        ("declne", "decline"),
        ("goals", "goal"),
        ("sents", "sent"),
        ("helpp", "help"),
    ],
)
def test_a_slip_of_the_pen_is_one_of_our_verbs(typed: str, meant: str) -> None:
    assert nearest_verb(typed, VERBS) == meant


FOREIGN = [
    "lgtm",
    "assign",
    "unassign",
    "approve",
    "hold",
    "retest",
    "close",
    "reopen",
    "cc",
    "ok-to-test",
    "label",
    "sendit",
    "send",
    "merge",
    "rebase",
    "squash",
    "test",
    "area",
    "kind",
    "milestone",
    "remove-label",
    "cherry-pick",
    "backport",
    "duplicate",
    "resolve",
    "benchmark",
    "run",
    "deploy",
    "fix",
    "help-me",
    "helm",
    "hello",
    "goat",
]


@pytest.mark.parametrize("typed", FOREIGN)
def test_the_word_of_another_bot_is_foreign(typed: str) -> None:
    assert nearest_verb(typed, VERBS) is None


# --- words ------------------------------------------------------------------------------------


def why_not(read: object) -> Why:
    assert callable(read)
    with pytest.raises(Misunderstood) as caught:
        read()
    return caught.value.why


@pytest.mark.parametrize(("word", "number"), [("P-1", 1), ("p-12", 12), ("P-999999999", 999999999)])
def test_a_pledge_number_is_read(word: str, number: int) -> None:
    assert read_pledge_number(word) == number
    assert pledge_and_rest(f"{word}  some words") == (number, "some words")
    assert pledge_and_rest(f"{word}\tsome words") == (number, "some words")


@pytest.mark.parametrize(
    "word",
    [
        "P-0",
        "P-01",
        "P--1",
        "P-",
        "P-1.",
        "P-1,P-2",
        "P-１",
        "P-1e3",
        "P-1000000000",
        "P-１２",
        "P-x",
    ],
)
def test_another_pledge_number_is_refused(word: str) -> None:
    assert why_not(lambda: read_pledge_number(word)) is Why.PLEDGE_UNREADABLE
    assert why_not(lambda: pledge_and_rest(word)) is Why.PLEDGE_UNREADABLE


@pytest.mark.parametrize("login", ["acme", "a", "A-1", "a" * 39, "mona_corp"])
def test_a_login_is_read(login: str) -> None:
    assert read_login(f"@{login}") == login


@pytest.mark.parametrize(
    "word",
    [
        "acme",
        "@",
        "@-a",
        "@a-",
        "@a--b",
        "@a/b",
        "@a.b",
        "@á",
        "@@a",
        "@" + "a" * 41,
        "@a,",
        "@\u0430",
    ],
)
def test_what_is_no_login_is_refused(word: str) -> None:
    assert why_not(lambda: read_login(word)) is Why.ACCOUNT_UNREADABLE


def test_a_date_is_read() -> None:
    assert read_date("2030-01-31") == date(2030, 1, 31)
    assert read_date("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "word",
    [
        "2030-02-30",
        "2027-02-29",
        "30-01-31",
        "2030-1-31",
        "20300131",
        "2030-W01-1",
        "2030-001",
        "31.01.2030",
        "01/31/2030",
        "2030-13-01",
        "0000-01-01",
        "２０３０-01-31",
        "2030-01-31T00",
        "+2030-01-31",
        "tomorrow",
        "2030−01−31",
        "",
    ],
)
def test_what_is_no_date_is_refused(word: str) -> None:
    assert why_not(lambda: read_date(word)) is Why.DATE_UNREADABLE


def test_a_text_may_be_long_but_not_endless() -> None:
    assert read_text(f"  {'a' * TEXT_AT_MOST} ") == "a" * TEXT_AT_MOST
    with pytest.raises(Misunderstood) as caught:
        read_text("a" * (TEXT_AT_MOST + 1))
    assert caught.value.why is Why.TEXT_TOO_LONG
    assert caught.value.facts == {"most": str(TEXT_AT_MOST)}


@pytest.mark.parametrize(
    ("rest", "asked"),
    [
        ("$5", PledgeAsked(read_amount("$5"))),
        ("5 USD for @acme", PledgeAsked(read_amount("$5"), "acme")),
        ("$5 on completion", PledgeAsked(read_amount("$5"), on_completion=True)),
        ("$5 ON Completion", PledgeAsked(read_amount("$5"), on_completion=True)),
        ("$5 until 2030-01-31", PledgeAsked(read_amount("$5"), until=date(2030, 1, 31))),
        (
            "$5 until 2030-01-31 on completion for @acme",
            PledgeAsked(read_amount("$5"), "acme", on_completion=True, until=date(2030, 1, 31)),
        ),
        ("$5\tfor\t@acme", PledgeAsked(read_amount("$5"), "acme")),
    ],
)
def test_the_words_of_a_pledge_are_read(rest: str, asked: PledgeAsked) -> None:
    assert PledgeAsked.read(rest) == asked


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ("", Why.AMOUNT_MISSING),
        ("for @acme", Why.AMOUNT_MISSING),
        ("on completion $5", Why.AMOUNT_MISSING),
        ("$5 if merged", Why.IF_MERGED),
        ("$5 If it lands", Why.IF_MERGED),
        ("$5 if", Why.IF_MERGED),
        ("$5 on completion if merged", Why.IF_MERGED),
        ("$5 on merge", Why.TRAILING_WORDS),
        ("$5 on", Why.TRAILING_WORDS),
        ("$5 on completion please", Why.TRAILING_WORDS),
        ("$5 for @acme, thanks", Why.ACCOUNT_UNREADABLE),
        ("$5 for acme", Why.ACCOUNT_UNREADABLE),
        ("$5 for", Why.ACCOUNT_UNREADABLE),
        ("$5 for @acme @other", Why.TRAILING_WORDS),
        ("$5 until", Why.DATE_UNREADABLE),
        ("$5 until tomorrow", Why.DATE_UNREADABLE),
        ("$5 for @a for @b", Why.SAID_TWICE),
        ("$5 on completion on completion", Why.SAID_TWICE),
        ("$5 until 2030-01-31 until 2030-01-31", Why.SAID_TWICE),
        ("$5 please", Why.TRAILING_WORDS),
        ("$100 when merged", Why.IF_MERGED),
        ("five please", Why.AMOUNT_UNREADABLE),
        ("$5\u00a0for @acme", Why.AMOUNT_UNREADABLE),
        ("$5\u2028for @acme", Why.AMOUNT_UNREADABLE),
    ],
)
def test_a_pledge_that_cannot_be_read_is_refused(rest: str, why: Why) -> None:
    assert why_not(lambda: PledgeAsked.read(rest)) is why


def test_a_pledge_is_named_alone_with_a_reason_or_with_a_reference() -> None:
    assert PledgeNamed.alone("") == PledgeNamed(None)
    assert PledgeNamed.alone("P-2") == PledgeNamed(2)
    assert PledgeNamed.with_reason("P-2 too much") == PledgeNamed(2, "too much")
    assert PledgeNamed.with_reason("too much") == PledgeNamed(None, "too much")
    assert PledgeNamed.with_ref("") == PledgeNamed(None)
    assert PledgeNamed.with_ref("P-2") == PledgeNamed(2)
    assert PledgeNamed.with_ref("P-2 ref SEPA 17") == PledgeNamed(2, "SEPA 17")
    assert PledgeNamed.with_ref("REF SEPA\t17") == PledgeNamed(None, "SEPA\t17")


def test_words_that_a_command_does_not_take_are_refused() -> None:
    assert why_not(lambda: PledgeNamed.alone("P-2 please")) is Why.TRAILING_WORDS
    assert why_not(lambda: PledgeNamed.alone("please")) is Why.TRAILING_WORDS
    assert why_not(lambda: PledgeNamed.with_ref("P-2 SEPA 17")) is Why.TRAILING_WORDS
    assert why_not(lambda: PledgeNamed.with_ref("ref")) is Why.TRAILING_WORDS
    assert why_not(lambda: PledgeNamed.with_reason("")) is Why.REASON_MISSING
    assert why_not(lambda: PledgeNamed.with_reason("P-2 ")) is Why.REASON_MISSING
    assert why_not(lambda: PledgeNamed.with_reason("a" * 501)) is Why.TEXT_TOO_LONG


def test_a_goal_is_an_amount_or_none() -> None:
    assert GoalAsked.read("$5") == GoalAsked(read_amount("$5"))
    assert GoalAsked.read("NONE") == GoalAsked(None)
    assert why_not(lambda: GoalAsked.read("")) is Why.AMOUNT_MISSING
    assert why_not(lambda: GoalAsked.read("nothing")) is Why.AMOUNT_UNREADABLE


WORDS = st.sampled_from(
    [
        "$5",
        "500",
        "USD",
        "for",
        "@acme",
        "on",
        "completion",
        "until",
        "2030-01-31",
        "9999-12-31",
        "if",
        "merged",
        "P-2",
        "p-",
        "ref",
        "none",
        "\u2028",
        "\xa0",
        "K",
        "",
        "-",
        "@",
        "1.000",
    ]
)


@given(st.lists(WORDS, max_size=8).map(" ".join) | st.text())
def test_reading_the_words_of_a_command_raises_nothing_but_misunderstood(rest: str) -> None:
    readers = (PledgeNamed.alone, PledgeNamed.with_reason, PledgeNamed.with_ref)
    for read in (PledgeAsked.read, GoalAsked.read, *readers):
        with suppress(Misunderstood):
            read(rest)


@pytest.mark.parametrize(
    "hidden",
    [
        "<blockquote>\n\n/pledge $400\n\n</blockquote>",
        "<div><pre>\n\n/pledge $400\n\n</pre></div>",
        "<ul><li>\n\n/pledge $400\n\n</li></ul>",
        "Use <code>\n/pledge $1\n</code>",
        "said <del>\n/pledge $1\n</del>",
        "<template>\n\n/pledge $1\n\n</template>",
        "<svg>\n\n/pledge $1\n\n</svg>",
        "~~struck\n/pledge $1\nout~~",
        "$$\n/pledge $1\n$$",
        "> quoted\n\n<blockquote>\n\nmore\n\n/pledge $400",
    ],
)
def test_what_html_quotes_codes_lists_or_strikes_commands_nothing(hidden: str) -> None:
    assert [typed for typed in read_comment(hidden) if typed.verb == "pledge"] == []


@pytest.mark.parametrize(
    "spoken",
    [
        "<blockquote>\n\nthey said\n\n</blockquote>\n\n/pledge $400",
        "<p>hello</p>\n\n/pledge $400",
        "use `<blockquote>` for quotes\n\n/pledge $400",
        "a <br> b\n/pledge $400",
        "<details>\n<summary>more</summary>\n\nwords\n\n</details>\n\n/pledge $400",
    ],
)
def test_html_that_was_closed_or_only_named_silences_nobody(spoken: str) -> None:
    assert [typed.rest for typed in read_comment(spoken)] == ["$400"]
