"""How do we name people, places and entries, so that they can be found and are not disturbed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from bot.comments.text import cell, is_login, link, ours, quoted

FORMER = ours("a former user")

NAME_AT_MOST = 120
"""Characters of a name that is no login: that of an app, or of a party in quotes; our own limit."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What one comment knows while it is written: names of people, and where things stand."""

    web_url: str
    names: Mapping[int, str]
    repository: str = ""
    """`owner/name`, when the message tells."""
    places: Mapping[int, int] = field(default_factory=dict)
    """GitHub's issue id to the issue's number: roadmap items and work orders."""
    comments: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Pledge number to the issue id and the comment that made it."""

    # --- people -------------------------------------------------------------------------------

    def person(self, number: int | None) -> Markup:
        """Name a person by a link to the profile: without `@`, so that nobody is notified."""
        name = self.names.get(number) if number is not None else None
        if name is None:
            return FORMER
        if not is_login(name):  # an app, say (`some-app[bot]`), or a party by name (`"Acme Labs"`)
            return cell(quoted(name, NAME_AT_MOST))
        return link(ours(name), f"{self.web_url}/{name}")

    def ping(self, number: int) -> Markup:
        """Name a person and notify them: in the due notice alone, and once per person."""
        login = self.names.get(number)
        if login is None or not is_login(login):
            return self.person(number)
        return ours(f"@{login}")

    def on_pull(self, number: int | None) -> Markup:
        """Name a person on a pull request, where no amount may stand: no name that anybody made up."""
        name = self.names.get(number) if number is not None else None
        if name is not None and not is_login(name.removesuffix("[bot]")):
            return ours("a party that the work order names")
        return self.person(number)

    # --- places -------------------------------------------------------------------------------

    def item(self, number: int) -> Markup:
        """Name a roadmap item of this repository."""
        return self._linked(f"#{number}", f"issues/{number}")

    def order(self, number: int) -> Markup:
        """Name a work order of this repository."""
        return self._linked(f"CWO #{number}", f"issues/{number}")

    def pull(self, number: int) -> Markup:
        """Name a pull request of this repository."""
        return self._linked(f"#{number}", f"pull/{number}")

    def order_of(self, issue: int) -> Markup:
        """Name a work order by its issue's id."""
        number = self.places.get(issue)
        return ours("a work order") if number is None else self.order(number)

    def item_of(self, issue: int) -> Markup:
        """Name a roadmap item by its issue's id."""
        number = self.places.get(issue)
        return ours("another item") if number is None else self.item(number)

    # --- entries ------------------------------------------------------------------------------

    def pledge(self, number: int) -> Markup:
        """Name a pledge, linked to the comment that made it when we know which one it was."""
        issue, comment = self.comments.get(number, (0, 0))
        return self.comment(ours(f"P-{number}"), issue, comment)

    def record(self, number: int, issue: int, comment: int) -> Markup:
        """Name a receipt or payment, linked to the comment that recorded it."""
        return self.comment(ours(f"R-{number}"), issue, comment)

    def comment(self, shown: Markup, issue: int, comment: int | None) -> Markup:
        """Link words to a comment on an issue that we know the number of."""
        number = self.places.get(issue)
        if not comment or number is None:
            return shown
        return self._linked(shown, f"issues/{number}#issuecomment-{comment}")

    def address(self, path: str) -> str:
        """Give the address of something in this repository."""
        return f"{self.web_url}/{self.repository}/{path}"

    def _linked(self, shown: str, path: str) -> Markup:
        return link(ours(shown), self.address(path)) if self.repository else ours(shown)
