"""What does the bot say? From a message to the Markdown of a comment, or the text of a check run.

One message class is one template is one golden example: `CommandRefused` is
`templates/comments/command_refused.md.j2` and `tests/comments/golden/command_refused*.md`.
Templates hold the sentences, the domain holds the rules, and this room holds what makes text from
people harmless (`text`), what a panel shows (`panel`), and what a check run says (`check`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from markupsafe import Markup

from bot.comments import text
from bot.comments.check import Annotation, CheckText, annotations_of, conclusion_of
from bot.comments.due import by_pledger
from bot.comments.panel import LEVELS, Detail, lay_out
from bot.comments.pen import Pen
from bot.domain.configuration import CONFIGURATION, ConfigurationReported
from bot.domain.effects import Message
from bot.domain.panel import ItemPanelShown
from bot.domain.roadmap import PledgesFellDue
from bot.domain.rules import OFFER_EXPIRES_AFTER_DAYS, UNTIL_AT_MOST_DAYS

__all__ = ["COMMENT_AT_MOST", "Annotation", "CheckText", "Comments", "length", "template_name"]

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
    text.minute,
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
                return self._fitting_panel(message, names)
            case PledgesFellDue():
                pen = Pen(self._web_url, names)
                shown = message.rails[:RAILS_IN_A_NOTICE]
                left = len(message.rails) - len(shown)
                groups = by_pledger(message)
                return self._write(message, pen, pledgers=groups, rails=shown, rails_left=left)
            case _:
                return self._write(message, Pen(self._web_url, names))

    def check(self, message: ConfigurationReported) -> CheckText:
        """Write the check run about a configuration; the template's first line is its title."""
        title, _, summary = self._write(message, Pen(self._web_url, {})).partition("\n")
        found = message.configuration
        return CheckText(title, summary.strip(), conclusion_of(found), annotations_of(found))

    def _fitting_panel(self, message: ItemPanelShown, names: Mapping[int, str]) -> str:
        """Write a panel with all details that fit; with the sums alone it always fits."""
        written = ""
        for detail in LEVELS:
            written = self._panel(message, names, detail)
            if length(written) <= COMMENT_AT_MOST:
                break
        return written

    def _panel(self, message: ItemPanelShown, names: Mapping[int, str], detail: Detail) -> str:
        panel = lay_out(message, detail)
        issue = f"{message.repository}/issues/{message.item.number}"
        return self._write(message, Pen(self._web_url, names, issue, panel.comments), panel=panel)

    def _write(self, message: Message, pen: Pen, **more: object) -> str:
        template = self._templates.get_template(template_name(type(message)))
        written = template.render(m=message, pen=pen, **more).strip()
        # Templates may leave lines out. Text from people has no line ends: this touches only ours.
        return _BLANK_LINES.sub("\n\n", written) + "\n"


def template_name(message: type[Message]) -> str:
    """Name the template of a message class."""
    return f"{_CAPITAL.sub('_', message.__name__).lower()}.md.j2"


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
