"""Which HTML does GitHub make of what people write?

https://github.github.com/gfm/ with what GitHub adds in conversations: a line break is one, and
accounts, issues and addresses are links. HTML of the author's passes the same cleaner.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sandbox.page.cleaning import clean
from sandbox.page.linking import Linker

if TYPE_CHECKING:
    from markdown_it.rules_core import StateCore

    from sandbox.world import Repository, World

TASK = re.compile(r"\[([ xX])\](?=\s)")


def _tasks(state: StateCore) -> None:
    """`- [x] done` is a box with a tick."""
    for before, paragraph, inline in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        opens = before.type == "list_item_open" and paragraph.type == "paragraph_open"
        found = TASK.match(inline.content) if opens and inline.children else None
        if found and inline.children:
            first = inline.children[0]
            first.content = first.content[found.end() :]
            ticked = " checked" if found[1] in "xX" else ""
            box = Token("html_inline", "", 0, content=f'<input type="checkbox"{ticked}>')
            inline.children.insert(0, box)


_CONVERSATION = MarkdownIt("commonmark", {"breaks": True}).enable(["table", "strikethrough"])
_CONVERSATION.core.ruler.after("inline", "tasks", _tasks)


def as_html(text: str, world: World, repository: Repository, *, below: int = 3) -> str:
    """Safe HTML; its headings are at least one level `below` the heading that it stands under."""
    return clean(_CONVERSATION.render(text), Linker(world, repository), below)
