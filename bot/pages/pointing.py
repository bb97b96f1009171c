"""How does a page name people, places and entries, and where does each name lead?

Names of people are text from people: everything here escapes it, and only a real login is linked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from markupsafe import Markup

from bot.comments.text import is_login, plain
from bot.pages.asked import Asked
from bot.storage.browsing import PlaceKind, Spot

NAME_AT_MOST = 120
"""Characters of a name that is no login; our own limit, as in comments."""

WORDS_AT_MOST = 500
"""Characters of people's words in one sentence; our own limit."""

_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")
"""What `plain` lets through and XML 1.0 does not (section 2.2); a feed says the same as a page."""

FORMER = Markup('<span class="gone">a former user</span>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What a page knows of whom and what it names."""

    home: str
    """The path of the repository's overview."""
    on_github: str
    web_url: str
    names: Mapping[int, str] = field(default_factory=dict)
    spots: Mapping[int, Spot] = field(default_factory=dict)
    """GitHub's issue id to its number, and what it is to us."""
    pledges: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Pledge number to the issue id and the comment that made it."""
    records: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Record number to the issue id and the comment that recorded it."""

    # --- people -------------------------------------------------------------------------------

    def person(self, number: int | None) -> Markup:
        """Name a person, linked to the profile where there is one."""
        if number is None:
            return Markup("somebody")
        name = self.names.get(number)
        if name is None:
            return FORMER
        if is_login(name):
            return self._link(f"{self.web_url}/{name}", name, "person")
        return Markup('<span class="person">{}</span>').format(clean(name, NAME_AT_MOST))

    def people(self, numbers: tuple[int, ...]) -> Markup:
        """Name several people in one line."""
        return Markup(", ").join(self.person(number) for number in numbers)

    def words(self, text: str) -> str:
        """Give words of people on one line, without what nobody sees."""
        return clean(text, WORDS_AT_MOST)

    @staticmethod
    def last_day(deadline: datetime) -> datetime:
        """Give the last day before a deadline passes: midnight belongs to the day that it ends."""
        return deadline - timedelta(microseconds=1)

    # --- places -------------------------------------------------------------------------------

    def place(self, issue: int | None) -> Markup:
        """Name an item, a work order or another issue by GitHub's id, linked to its page."""
        spot = self.spots.get(issue) if issue is not None else None
        if spot is None:
            return Markup("an issue")
        match spot.kind:
            case PlaceKind.ITEM:
                return self._link(f"{self.home}/items/{spot.number}", f"#{spot.number}")
            case PlaceKind.ORDER:
                address = f"{self.home}/work-orders/{spot.number}"
                return self._link(address, f"CWO #{spot.number}")
            case PlaceKind.OTHER:
                return self._link(self.issue_address(spot.number), f"#{spot.number}")
            case PlaceKind.GONE:
                return Markup("#{}").format(spot.number)

    def pull(self, number: int) -> Markup:
        """Name a pull request."""
        return self._link(f"{self.on_github}/pull/{number}", f"#{number}")

    def issue_address(self, number: int, comment: int = 0) -> str:
        """Give the address of an issue on GitHub, or of a comment there."""
        anchor = f"#issuecomment-{comment}" if comment else ""
        return f"{self.on_github}/issues/{number}{anchor}"

    # --- entries ------------------------------------------------------------------------------

    def pledge(self, number: int | None) -> Markup:
        """Name a pledge, linked to the comment that made it."""
        return self._entry("P", number, self.pledges)

    def record(self, number: int | None) -> Markup:
        """Name a receipt or payment, linked to the comment that recorded it."""
        return self._entry("R", number, self.records)

    def comment_address(self, issue: int | None, comment: int | None) -> str | None:
        """Give the address of a comment on an issue that we know the number of."""
        spot = self.spots.get(issue) if issue is not None else None
        if spot is None or spot.kind is PlaceKind.GONE or not comment:
            return None
        return self.issue_address(spot.number, comment)

    def _entry(self, sign: str, number: int | None, known: Mapping[int, tuple[int, int]]) -> Markup:
        words = f"{sign}-{number}"
        issue, comment = known.get(number or 0, (0, 0))
        address = self.comment_address(issue, comment)
        return Markup("{}").format(words) if address is None else self._link(address, words)

    @staticmethod
    def _link(address: str, words: str, kind: str = "ref") -> Markup:
        return Markup('<a class="{}" href="{}">{}</a>').format(kind, address, words)


def clean(text: str, at_most: int) -> str:
    """Give text of people on one line, with nothing hidden and nothing that XML cannot hold."""
    return plain(text.translate(_NO_XML), at_most)


def pointer(asked: Asked, **known: Mapping[int, object]) -> Pointer:
    """Make a pointer for a page, out of what it has looked up."""
    return Pointer(
        home=asked.home,
        on_github=asked.on_github,
        web_url=asked.web_url,
        **known,  # type: ignore[arg-type]  # each is the field of this name
    )
