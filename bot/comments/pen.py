"""How do we name people and pledges, so that they can be found and are not disturbed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from bot.comments.text import cell, is_login, link, ours, quoted

FORMER = ours("a former user")


@dataclass(frozen=True, slots=True)
class Pen:
    """What one comment knows while it is written: names of people, and where pledges were made."""

    web_url: str
    names: Mapping[int, str]
    issue: str = ""
    """`owner/name/issues/number`, when the message tells."""
    comments: Mapping[int, int] = field(default_factory=dict)
    """Pledge number to the comment that made it."""

    def person(self, number: int | None) -> Markup:
        """Name a person by a link to the profile: without `@`, so that nobody is notified."""
        login = self.names.get(number) if number is not None else None
        if login is None:
            return FORMER
        if not is_login(login):  # an app, say: `some-app[bot]`
            return cell(quoted(login, 60))
        return link(ours(login), f"{self.web_url}/{login}")

    def ping(self, number: int) -> Markup:
        """Name a person and notify them: in the due notice alone, and once per person."""
        login = self.names.get(number)
        if login is None or not is_login(login):
            return self.person(number)
        return ours(f"@{login}")

    def pledge(self, number: int) -> Markup:
        """Name a pledge, linked to the comment that made it when we know which one it was."""
        name, comment = ours(f"P-{number}"), self.comments.get(number)
        if comment is None or not self.issue:
            return name
        return link(name, f"{self.web_url}/{self.issue}#issuecomment-{comment}")
