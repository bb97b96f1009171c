"""Rails that a repository names in GitHub's own file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rules import Rail
from bot.github.funding import PLATFORMS, RAILS_AT_MOST, rails_of

EVERYTHING = """\
github: [octocat, surftocat]
patreon: octocat
open_collective: octo-cat
ko_fi: octocat
tidelift: npm/octo-package
community_bridge: octo-project
liberapay: octocat
issuehunt: octocat
lfx_crowdfunding: octo-project
polar: octocat
buy_me_a_coffee: octocat
thanks_dev: u/gh/octocat
custom: ["https://www.paypal.me/octocat", octocat.com]
"""


def test_every_documented_platform_becomes_a_rail() -> None:
    assert [(rail.name, rail.url) for rail in rails_of(EVERYTHING.encode())] == [
        ("GitHub Sponsors (octocat)", "https://github.com/sponsors/octocat"),
        ("GitHub Sponsors (surftocat)", "https://github.com/sponsors/surftocat"),
        ("Patreon", "https://www.patreon.com/octocat"),
        ("Open Collective", "https://opencollective.com/octo-cat"),
        ("Ko-fi", "https://ko-fi.com/octocat"),
        ("Tidelift", "https://tidelift.com/funding/github/npm/octo-package"),
        (
            "LFX Mentorship (formerly CommunityBridge)",
            "https://funding.communitybridge.org/projects/octo-project",
        ),
        ("Liberapay", "https://liberapay.com/octocat"),
        ("IssueHunt", "https://issuehunt.io/r/octocat"),
        ("LFX Crowdfunding", "https://crowdfunding.lfx.linuxfoundation.org/projects/octo-project"),
        ("Polar", "https://polar.sh/octocat"),
        ("Buy Me a Coffee", "https://buymeacoffee.com/octocat"),
        ("thanks.dev", "https://thanks.dev/u/gh/octocat"),
        ("www.paypal.me", "https://www.paypal.me/octocat"),
        ("octocat.com", "https://octocat.com"),
    ]
    assert len(PLATFORMS) == 12


def test_github_s_own_empty_template_names_none() -> None:
    template = "github: # Replace with up to 4 names\npatreon: null\nko_fi: ~\ncustom: []\n"
    assert rails_of(template.encode()) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[a]",
        "github",
        "github: {a: b}",
        "github: [[a]]",
        "[a]: b",
        "other: acme",
        "ko_fi: 'a b'",
        "ko_fi: ../x",
        "ko_fi: a?b",
        "ko_fi: '<b>'",
        f"ko_fi: {'a' * 101}",
        "custom: 'javascript:alert(1)'",
        "custom: 'ftp://x.example'",
        "custom: 'https://user@x.example'",
        "custom: localhost",
        "custom: 'https://x.example/\"<'",
        "custom: &a https://x.example",
        "a: [",
    ],
)
def test_what_cannot_be_read_is_passed_over(text: str) -> None:
    assert rails_of(text.encode()) == ()


def test_one_bad_name_does_not_hide_the_good_ones() -> None:
    assert rails_of(b"ko_fi: a b\npolar: acme\nzzz: 1") == (Rail("Polar", "https://polar.sh/acme"),)


def test_the_list_is_bounded() -> None:
    many = ", ".join(f"x{n}.example" for n in range(100))
    assert len(rails_of(f"custom: [{many}]".encode())) == RAILS_AT_MOST


@given(st.binary(max_size=200))
def test_reading_never_raises(raw: bytes) -> None:
    rails_of(raw)
