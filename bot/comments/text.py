"""How does text get into a comment without doing anything there?

Text from people (lines typed, reasons, rail names, addresses) passes `quoted`, and nothing else.
Every function here returns `Markup`, and the templates refuse to print anything that is not: so a
template in which somebody forgot a filter fails in its first test, and never on GitHub.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.domain.money import Money

QUOTE_AT_MOST = 300
"""Characters of people's text in one quotation; our own limit."""

URL_AT_MOST = 500
"""Characters of an address that we link; our own limit. A longer one is quoted."""

_WORD_JOINER = "\N{WORD JOINER}"
_KEPT = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")
"""Invisible, harmless, and needed: in emoji families, and to write Persian."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
"""Unicode's categories of control, format (all of the bidi controls) and lone surrogates."""
_BACKTICKS = re.compile(r"`+")
_EDGES = ("`", "$", " ")

# https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication
_LOGIN = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]+)?", re.ASCII
)
_LOGIN_AT_MOST = 64
# https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
_REFERENCE = re.compile(r"GH-[0-9]+", re.ASCII | re.IGNORECASE)
# RFC 3986 without the signs that end a Markdown destination, and without `@` before the path.
_WEB = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][A-Za-z0-9._~:/?#@!$&'*+,;=%-]*)?", re.ASCII
)
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+(?:\?[A-Za-z0-9._~&=%+-]*)?", re.ASCII)
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
_HEX = re.compile(r"[0-9a-f]{1,128}", re.ASCII)
# A currency, a plain word, a pledge or record, a moment, a figure; GitHub would link `www.x.example`
# and `GH-1`.
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}:[0-9]{2}"
_WORD = rf"(?:[A-Z]{{3}}|[a-z]{{1,20}}|[PR]-[0-9]+|{_MOMENT}|[0-9]+(?:[,.][0-9]+)*)"
_FACT = re.compile(rf"{_WORD}(?:,? {_WORD})*", re.ASCII)


def ours(text: str) -> Markup:
    """Mark text as our own Markdown: nothing that a person typed may come here."""
    return Markup(text)  # noqa: S704 - the one place; every other function below goes through it


def quoted(text: str, at_most: int = QUOTE_AT_MOST) -> Markup:
    """Put text from people into one code span that it cannot leave, ping from or link out of.

    GitHub neither mentions nor links inside code. `@` and `#` are broken all the same, by a word
    joiner (invisible, no place to break a line): mails and other readers of our Markdown have
    their own ideas of what code is.
    """
    return _span(_broken(_cut(_visible(text), at_most)))


def code(text: str) -> Markup:
    """Show our own words as code, to be copied: `@` and `#` stay whole."""
    return _span(_visible(text))


def plain(text: str, at_most: int) -> str:
    """Clean text for a place without Markdown: one line, nothing hidden, not endless."""
    return _cut(_visible(text), at_most)


def cell(span: Markup) -> Markup:
    """Let a code span stand in a table: there a pipe ends the cell, even inside code (GFM 4.10)."""
    apart = str(span).replace("\\|", f"\\{_WORD_JOINER}|")
    return ours(apart.replace("|", "\\|"))


def fact(text: str) -> Markup:
    """Show a fact of a refusal: words of our own as they are, and anything else quoted."""
    return ours(text) if _FACT.fullmatch(text) else quoted(text)


def money(amount: Money) -> Markup:
    """Write an amount: ISO code first and no `$`, which is mathematics on GitHub."""
    return ours(str(amount))


def money_of(minor: int, currency: str) -> Markup:
    """Write an amount that a configuration gives per currency."""
    return money(Money(minor, currency))


def words(text: str) -> Markup:
    """Show a sentence of our own code (who may use a command, and for what), in one line."""
    return ours(_visible(text))


def fingerprint(full: str) -> Markup:
    """Show the first digits of a hash, and carry all of it: `bursar verify` compares them all."""
    if not _HEX.fullmatch(full):
        return quoted(full)
    return ours(f'<code title="{full}">{full[:12]}</code>')


def day(moment: datetime | date) -> Markup:
    """Write a day, in UTC, as commands take it."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC).date()
    return ours(moment.isoformat())


def last_day(deadline: datetime) -> Markup:
    """Write the last day before a deadline passes: midnight belongs to the day that it ends."""
    return day(deadline - timedelta(microseconds=1))


def day_in(moment: datetime, zone: str) -> Markup:
    """Write a day as a project's time zone has it."""
    return ours(moment.astimezone(ZoneInfo(zone)).date().isoformat())


def last_day_in(bound: datetime, zone: str) -> Markup:
    """Write the last day before a bound, as a project's time zone has it."""
    return day_in(bound - timedelta(microseconds=1), zone)


def kind(name: str) -> Markup:
    """Write the kind of an entry in words: `MoneyReceived` is "money received"."""
    return ours(_CAPITAL.sub(" ", name).lower())


def minute(moment: datetime) -> Markup:
    """Write a moment to the minute, in UTC."""
    return ours(f"{moment.astimezone(UTC):%Y-%m-%d, %H:%M} UTC")


def duration(time: timedelta) -> Markup:
    """Write how long something took, in the largest unit that says it well, rounded down."""
    minutes = max(0, int(time.total_seconds())) // 60
    for unit, size in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        count = minutes // size
        if count > 1 or (count == 1 and unit != "day"):
            return ours(f"{count} {unit}{'' if count == 1 else 's'}")
    return ours("under a minute")


def is_login(login: str) -> bool:
    """Tell whether this can be the login of a person, and not something to be quoted.

    A login may look like a reference to an issue (`GH-1`); that one is quoted too.
    """
    if len(login) > _LOGIN_AT_MOST or _REFERENCE.fullmatch(login):
        return False
    return _LOGIN.fullmatch(login) is not None


def link(shown: Markup, url: str) -> Markup:
    """Link to an address if it is a harmless one; otherwise just show the words."""
    return ours(f"[{shown}]({url})") if _is_harmless(url) else shown


def link_or_quote(shown: Markup, url: str) -> Markup:
    """Link to an address from a configuration, or quote it where it cannot be linked."""
    return link(shown, url) if _is_harmless(url) else ours(f"{shown}: {quoted(url)}")


def _is_harmless(url: str) -> bool:
    if len(url) > URL_AT_MOST or not (_WEB.fullmatch(url) or _MAIL.fullmatch(url)):
        return False
    try:
        return urlsplit(url).scheme in {"http", "https", "mailto"}
    except ValueError:
        return False


def _visible(text: str) -> str:
    return " ".join("".join(_shown(sign) for sign in text).split())


def _shown(sign: str) -> str:
    if sign.isspace():
        return " "
    if sign in _KEPT or unicodedata.category(sign) not in _HIDDEN:
        return sign
    return "\N{REPLACEMENT CHARACTER}"


def _cut(text: str, at_most: int) -> str:
    return text if len(text) <= at_most else f"{text[: at_most - 1].rstrip()}…"


def _broken(text: str) -> str:
    """Break mentions and references, and the opening of hidden marks, which only we may write."""
    for sign in ("@", "#", "<!"):
        text = text.replace(sign, f"{sign}{_WORD_JOINER}")
    return text


def _span(text: str) -> Markup:
    """Build the code span: a fence longer than any inside, and room at the edges if it is needed.

    A space at both edges is not shown (CommonMark 0.31.2, section 6.1). It keeps backticks off the
    fence, and a `$` too: GitHub reads a dollar next to a backtick as mathematics.
    https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
    """
    inside = text or "(empty)"
    longest = max((len(run) for run in _BACKTICKS.findall(inside)), default=0)
    fence = "`" * (longest + 1)
    room = " " if inside.startswith(_EDGES) or inside.endswith(_EDGES) else ""
    return ours(f"{fence}{room}{inside}{room}{fence}")
