"""What does the bot say? From a message to the Markdown of a comment, or the text of a check run.

One message class is one template is one golden example: `CommandRefused` is
`templates/comments/command_refused.md.j2` and `tests/comments/golden/command_refused*.md`.
Templates hold the sentences, the domain holds the rules, and this room holds what makes text from
people harmless (`text`), how things are named (`pen`), what panels and digests show (`panel`,
`order_panel`, `digest`),
and what a check run tells GitHub (`check`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup

from bot.comments import digest, order_panel, panel, text
from bot.comments.check import Annotation, Checked, CheckText, approvers_of, check_text
from bot.comments.due import by_pledger
from bot.comments.pen import Pen
from bot.domain.configuration import CONFIGURATION
from bot.domain.digests import DigestShown
from bot.domain.dues import PledgesFellDue
from bot.domain.effects import Message
from bot.domain.order_panel import DisclosureShown, OrderPanelShown
from bot.domain.panel import ItemPanelShown
from bot.domain.rules import OFFER_EXPIRES_AFTER_DAYS, UNTIL_AT_MOST_DAYS
from bot.domain.views import Pledge

__all__ = [
    "COMMENT_AT_MOST",
    "Annotation",
    "CheckText",
    "Checked",
    "Comments",
    "length",
    "template_name",
]

COMMENT_AT_MOST = 65_536 - 1_024
"""Characters of a comment: GitHub's limit, less room for the hidden marker that the sender adds.
GitHub answers more with 422, "Body is too long (maximum is 65536 characters)"; seen, for example,
in https://github.com/danger/danger/issues/424"""

RAILS_IN_A_NOTICE = 12
"""Rails that a due notice lists; our own limit."""

GITHUB = "https://github.com"

FILTERS: tuple[Callable[..., Markup], ...] = (
    text.quoted,
    text.code,
    text.fact,
    text.words,
    text.ours,
    text.cell,
    text.link,
    text.link_or_quote,
    text.fingerprint,
    text.money,
    text.money_of,
    text.day,
    text.last_day,
    text.day_in,
    text.last_day_in,
    text.kind,
    text.minute,
    text.duration,
)

_BLANK_LINES = re.compile(r"\n(?:[ ]*\n){2,}")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class Comments:
    """Everything that the bot says, with its templates read and compiled once."""

    def __init__(self, folder: Path, *, web_url: str = GITHUB) -> None:
        """Compile every template of the folder, so that a broken one fails at start."""
        self._web_url = web_url
        self._templates = _environment(folder)
        for name in self._templates.list_templates(extensions=["j2"]):
            self._templates.get_template(name)

    def render(self, message: Message, names: Mapping[int, str]) -> str:
        """Write a message as a comment; `names` gives the logins of today by person number."""
        match message:
            case ItemPanelShown():
                return _fitting(self._item_panel(message, names, each) for each in panel.LEVELS)
            case OrderPanelShown():
                levels = order_panel.LEVELS
                return _fitting(self._order_panel(message, names, each) for each in levels)
            case PledgesFellDue():
                return self._due_notice(message, names)
            case DigestShown():
                return _fitting(self._digest(message, names, each) for each in digest.LEVELS)
            case _:
                return self._write(message, Pen(self._web_url, names))

    def check(self, message: Checked, names: Mapping[int, str]) -> CheckText:
        """Write a check run; the template's first line is its title."""
        if isinstance(message, DisclosureShown):
            pen = Pen(self._web_url, names, message.repository)
            written = self._write(message, pen, approvers=approvers_of(message))
        else:
            written = self._write(message, Pen(self._web_url, names))
        title, _, summary = written.partition("\n")
        return check_text(message, title, summary.strip())

    def _item_panel(
        self, message: ItemPanelShown, names: Mapping[int, str], detail: panel.Detail
    ) -> str:
        places = {order.issue: order.number for order in message.orders}
        places[message.item.issue] = message.item.number
        pledges = (*message.pledges, *message.ended)
        pen = Pen(self._web_url, names, message.repository, places, _made_in(pledges))
        return self._write(message, pen, panel=panel.lay_out(message, detail))

    def _order_panel(
        self, message: OrderPanelShown, names: Mapping[int, str], detail: order_panel.Detail
    ) -> str:
        places = {each.item.issue: each.number for each in message.covered if each.item}
        places[message.order.issue] = message.order.number
        pledges = (*message.pledges, *message.ended)
        pen = Pen(self._web_url, names, message.repository, places, _made_in(pledges))
        return self._write(message, pen, panel=order_panel.lay_out(message, detail))

    def _digest(self, message: DigestShown, names: Mapping[int, str], detail: digest.Detail) -> str:
        made = {each.pledge: (each.issue, each.comment) for each in message.figures.pledges()}
        pen = Pen(self._web_url, names, message.repository, message.places, made)
        return self._write(message, pen, panel=digest.lay_out(message, detail))

    def _due_notice(self, message: PledgesFellDue, names: Mapping[int, str]) -> str:
        shown = message.rails[:RAILS_IN_A_NOTICE]
        return self._write(
            message,
            Pen(self._web_url, names),
            pledgers=by_pledger(message),
            rails=shown,
            rails_left=len(message.rails) - len(shown),
        )

    def _write(self, message: Message, pen: Pen, **more: object) -> str:
        template = self._templates.get_template(template_name(type(message)))
        written = template.render(m=message, pen=pen, **more).strip()
        # Templates may leave lines out. Text from people has no line ends: this touches only ours.
        return _BLANK_LINES.sub("\n\n", written) + "\n"


def template_name(message: type[Message]) -> str:
    """Name the template of a message class."""
    return f"{_CAPITAL.sub('_', message.__name__).lower()}.md.j2"


def _fitting(written: Iterable[str]) -> str:
    """Give the first text that fits, of ever shorter ones; the last one always does."""
    shown = ""
    for shown in written:
        if length(shown) <= COMMENT_AT_MOST:
            break
    return shown


def _made_in(pledges: tuple[Pledge, ...]) -> dict[int, tuple[int, int]]:
    """Say in which comment each pledge was made, and on which issue."""
    return {pledge.pledge: (pledge.issue, pledge.comment) for pledge in pledges}


def length(written: str) -> int:
    """Count characters as the strictest reader would: in UTF-16 code units."""
    return len(written.encode("utf-16-le")) // 2


def _environment(folder: Path) -> Environment:
    # Autoescape escapes nothing here. It makes Jinja keep track of what is `Markup`, so that
    # `_only_filtered` can refuse a text that passed no filter.
    templates = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_only_filtered,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update({each.__name__: each for each in FILTERS})
    templates.globals.update(
        configuration=text.code(CONFIGURATION),
        offer_days=OFFER_EXPIRES_AFTER_DAYS,
        until_at_most_years=UNTIL_AT_MOST_DAYS // 366,
    )
    return templates


def _only_filtered(value: object) -> object:
    """Let through what is Markdown of ours already, and whole numbers; refuse any other text."""
    if isinstance(value, Markup | int):
        return value
    if isinstance(value, Undefined):
        return str(value)  # raises, and names what is missing
    problem = f"a template prints {value!r}, which passed no filter"
    raise TypeError(problem)
