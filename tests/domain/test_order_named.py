"""Which work order does a description name, in a line of its own?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pull_requests import order_named

NAMES = {
    "CWO: #57": 57,
    "cwo: #57": 57,
    "Cwo:#57": 57,
    "CWO: \t #57": 57,
    "CWO: #57  ": 57,
    "   CWO: #57": 57,
    "Fixes the thing.\n\nCWO: #57\n\nThanks!": 57,
    "Fixes the thing.\nCWO: #57\nThanks!": 57,
    "Fixes the thing.\r\nCWO: #57\r\nThanks!": 57,
    "Fixes the thing.\rCWO: #57": 57,
    "Fixes the thing.  \nCWO: #57  \nThanks!": 57,
    "Fixes the thing.\\\nCWO: #57\\\nThanks!": 57,
    "CWO: #57\nCWO: #57": 57,
    "CWO: #57\n\ncwo:#57": 57,
    "CWO: #999999999": 999_999_999,
    "# Title\nCWO: #57": 57,
    "- a list\n\nCWO: #57": 57,
    "> a quote\n\nCWO: #57": 57,
    "<!-- a comment -->\n\nCWO: #57": 57,
    "<!-- a comment -->\nCWO: #57": 57,
    "<details>\n\nCWO: #57\n\n</details>": 57,
    "`some code` and\nCWO: #57": 57,
    "CWO: #57\nand `some code`": 57,
    "> CWO: #58\n\nCWO: #57": 57,
    "CWO: see #12\nCWO: #57": 57,
    "*so\nCWO: #57\nmuch*": 57,
}
NAMES_NONE = (
    "",
    "#57",
    "CWO #57",
    "CWO: 57",
    "CWO: # 57",
    "CWO: #0",
    "CWO: #057",
    "CWO: #1234567890",
    "CWO: #٥٧",
    "CWO: ＃57",
    "CWO\uff1a #57",
    "CWO:\u00a0#57",
    "CWO: #57.",
    "CWO: #57, #58",
    "CWO: #57 and more",
    "See CWO: #57",
    "CWO: acme/repo#57",
    "CWO: https://github.com/acme/repo/issues/57",
    "**CWO: #57**",
    "~~CWO: #57~~",
    "[CWO: #57](https://example.org)",
    "CWO: #57\nCWO: #58",
    "CWO: #57\n\ntext\n\nCWO: #58",
    "> CWO: #57",
    "- CWO: #57",
    "1. CWO: #57",
    "    CWO: #57",
    "\tCWO: #57",
    "```\nCWO: #57\n```",
    "~~~\nCWO: #57",
    "`CWO: #57`",
    "`code\nCWO: #57\ncode`",
    "# CWO: #57",
    "CWO: #57\n===",
    "<!-- CWO: #57 -->",
    "<!--\nCWO: #57\n-->",
    "<!--\n\nCWO: #57\n\n-->",
    "text <!--\nCWO: #57\n--> text",
    "<pre>\nCWO: #57\n</pre>",
    "<blockquote>\n\nCWO: #57\n\n</blockquote>",
    "<div>\nCWO: #57\n</div>",
    "| CWO: #57 |",
    "one line\u2028CWO: #57",
    "one line\x0bCWO: #57",
)


@pytest.mark.parametrize("description", NAMES, ids=repr)
def test_a_line_of_its_own_names_a_work_order(description: str) -> None:
    assert order_named(description) == NAMES[description]


@pytest.mark.parametrize("description", NAMES_NONE, ids=repr)
def test_anything_else_names_none(description: str) -> None:
    assert order_named(description) is None


PIECES = (
    "CWO: #57",
    "CWO: #58",
    "`",
    "```",
    "<!--",
    "-->",
    "> ",
    "- ",
    "\n",
    "\n\n",
    "\r",
    "[",
    "text",
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join))
def test_any_text_names_one_or_none(description: str) -> None:
    assert order_named(description) is None or f"#{order_named(description)}" in description


@pytest.mark.parametrize("piece", ["[", "<b>", "`", "*a ", "> ", "<!--", "![", "\\", "- "])
def test_a_description_as_long_as_github_allows_is_read_in_time(piece: str) -> None:
    description = (piece * 65_536)[:65_500] + "\nCWO: #57"
    begun = time.perf_counter()
    order_named(description)
    assert time.perf_counter() - begun < 2
