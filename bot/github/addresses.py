"""Which addresses does a route's template stand for, and no others?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

_PAGING = frozenset({"page", "per_page", "after", "before", "cursor"})
_NAME = r"[A-Za-z0-9._-]{1,100}"
_NUMBER = r"[1-9][0-9]{0,18}"
# What RFC 6570 simple expansion makes of other text: unreserved characters and escapes. Escapes of
# what could change the path (`%`, `.`, `/`, `\`, controls) do not occur in anything we ask for.
_WORD = r"(?:[A-Za-z0-9._~-]|%(?!0|1|2[5EeFf]|5[Cc]|7[Ff])[0-9A-Fa-f]{2}){1,300}"
_PARTS = {"{owner}": _NAME, "{repo}": _NAME, "{/path*}": rf"(?:/{_WORD}){{1,10}}"}
_URL = re.compile(r"[!-\"$-~]+", re.ASCII)
"""Printable ASCII without spaces and `#`: one line, one address."""
_VARIABLE = re.compile(r"(\{[^}]+\})")


@dataclass(frozen=True, slots=True)
class Asked:
    """An address below GitHub's: its path, and the names in its query."""

    path: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """All addresses of one template."""

    path: re.Pattern[str]
    query: frozenset[str]

    def hold(self, asked: Asked) -> bool:
        """Tell whether this is one of them."""
        return self.path.fullmatch(asked.path) is not None and self.query.issuperset(asked.names)


def asked(base: str, url: str) -> Asked | None:
    """Take an address apart; None when it is not below GitHub's, or can be read in two ways."""
    if not url.startswith(f"{base}/") or _URL.fullmatch(url) is None:
        return None
    path, _, query = url.removeprefix(base).partition("?")
    if any(step in {"", ".", ".."} for step in path.split("/")[1:]):
        return None
    names = tuple(name for name, _ in parse_qsl(query, keep_blank_values=True))
    return Asked(path, names) if len(set(names)) == len(names) else None


def addresses(template: str, *, by_id: bool) -> Addresses:
    """Give the addresses of an RFC 6570 template.

    Args:
        template: the template.
        by_id: whether a repository may be named by its id too, as GitHub's own links do.
    """
    path, _, query = template.partition("{?")
    pattern = "".join(_pattern(part) for part in _VARIABLE.split(path))
    if by_id:
        by_name = re.escape("/repos/") + f"{_NAME}/{_NAME}"
        pattern = pattern.replace(by_name, f"(?:{by_name}|/repositories/{_NUMBER})")
    names = set(filter(None, query.rstrip("}").split(",")))
    paging = _PAGING if "per_page" in names else frozenset()
    return Addresses(re.compile(pattern, re.ASCII), paging | names)


def variables(template: str) -> set[str]:
    """Name what a template leaves open."""
    inside = ",".join(_VARIABLE.findall(template))
    return set(re.findall(r"[a-z_]+", inside))


def _pattern(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    is_number = part.endswith(("_id}", "_number}"))
    return _PARTS.get(part, _NUMBER if is_number else _WORD)
