"""Which rails does a repository already name in `.github/FUNDING.yml`?

GitHub shows that file's mistakes itself, so here they are passed over.
https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/displaying-a-sponsor-button-in-your-repository
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import yaml

from bot.domain.rules import Rail
from bot.github.reading import NAME_AT_MOST
from bot.github.reading_rails import is_url
from bot.github.yaml_text import Node, Unreadable, compose

RAILS_AT_MOST = 20
"""Rails that we take over; our own limit."""

PLATFORMS = {
    "github": ("GitHub Sponsors", "https://github.com/sponsors/{}"),
    "patreon": ("Patreon", "https://www.patreon.com/{}"),
    "open_collective": ("Open Collective", "https://opencollective.com/{}"),
    "ko_fi": ("Ko-fi", "https://ko-fi.com/{}"),
    "tidelift": ("Tidelift", "https://tidelift.com/funding/github/{}"),
    "community_bridge": (
        "LFX Mentorship (formerly CommunityBridge)",
        "https://funding.communitybridge.org/projects/{}",
    ),
    "liberapay": ("Liberapay", "https://liberapay.com/{}"),
    "issuehunt": ("IssueHunt", "https://issuehunt.io/r/{}"),
    "lfx_crowdfunding": (
        "LFX Crowdfunding",
        "https://crowdfunding.lfx.linuxfoundation.org/projects/{}",
    ),
    "polar": ("Polar", "https://polar.sh/{}"),
    "buy_me_a_coffee": ("Buy Me a Coffee", "https://buymeacoffee.com/{}"),
    "thanks_dev": ("thanks.dev", "https://thanks.dev/{}"),
}
"""Every platform that GitHub documents, with the address that its sponsor button leads to."""

_ACCOUNT = re.compile(r"@?([A-Za-z0-9][A-Za-z0-9_-]*(?:[./@-]+[A-Za-z0-9_-]+){0,8})", re.ASCII)
_ACCOUNT_AT_MOST = 100
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
"""How YAML writes that nothing is there (YAML 1.2.2, section 10.2.1.1)."""


def rails_of(raw: bytes) -> tuple[Rail, ...]:
    """Read what can be read."""
    try:
        root = compose(raw)
    except Unreadable:
        return ()
    if not isinstance(root, yaml.MappingNode):
        return ()
    rails = [rail for key, value in root.value for rail in _rails(key, value)]
    return tuple(dict.fromkeys(rails))[:RAILS_AT_MOST]


def _rails(key: Node, value: Node) -> Iterator[Rail]:
    names = [typed for typed in _texts(value) if typed not in _NOTHING]
    if key.value == "custom":
        yield from (rail for rail in map(_custom, names) if rail is not None)
    elif isinstance(key.value, str) and key.value in PLATFORMS:
        platform, address = PLATFORMS[key.value]
        accounts = [match[1] for match in map(_account, names) if match]
        for account in accounts:
            name = f"{platform} ({account})" if len(accounts) > 1 else platform
            yield Rail(name[:NAME_AT_MOST], address.format(account))


def _account(typed: str) -> re.Match[str] | None:
    return _ACCOUNT.fullmatch(typed) if len(typed) <= _ACCOUNT_AT_MOST else None


def _custom(typed: str) -> Rail | None:
    """Read an address; GitHub takes `example.com` too."""
    address = typed if "://" in typed else f"https://{typed}"
    if not is_url(address) or "." not in (urlsplit(address).hostname or ""):
        return None
    return Rail((urlsplit(address).hostname or "")[:NAME_AT_MOST], address)


def _texts(node: Node) -> list[str]:
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return [str(each.value).strip() for each in nodes if isinstance(each, yaml.ScalarNode)]
