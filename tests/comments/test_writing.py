"""What becomes an address, a person, a printed value? The pieces that every template is made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from bot.comments import Comments, text
from bot.comments.pen import Pen
from bot.domain.replies import HelpLine, HelpShown
from tests.comments.reading import read


@pytest.mark.parametrize(
    "url",
    [
        "https://opencollective.com/acme",
        "http://acme.example:8080/give?to=us&x=1#now",
        "mailto:labs@acme.example?subject=Invoice",
        "https://social.example/@acme",
    ],
)
def test_a_harmless_address_becomes_a_link(url: str) -> None:
    assert read(text.link_or_quote(text.quoted("name"), url)).links == (url,)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://github.com@evil.example/",
        "https://x.example/)[y](https://evil.example",
        "https://x.example/a)b",
        "https://x.example/ y",
        "https://x.example/\n",
        "https://x.example/é",
        "https://x.example/" + "x" * 500,
        "mailto:",
        "",
    ],
)
def test_any_other_address_is_only_quoted(url: str) -> None:
    assert read(f"- {text.link_or_quote(text.quoted('name'), url)}").links == ()


def test_a_missing_person_is_a_former_user_and_an_app_is_quoted() -> None:
    pen = Pen("https://github.example", {1: "ada", 2: "mona_cat", 3: "helper[bot]", 4: "a|b"})
    assert pen.person(1) == "[ada](https://github.example/ada)"
    assert pen.person(2) == "[mona_cat](https://github.example/mona_cat)"
    assert pen.person(3) == "`helper[bot]`"
    assert pen.person(4) == "`a\\|b`"
    assert pen.person(None) == pen.person(9) == pen.ping(9) == "a former user"
    assert pen.ping(1) == "@ada"
    assert pen.ping(3) == "`helper[bot]`"


def test_a_party_without_an_account_is_quoted_with_its_quotation_marks() -> None:
    pen = Pen("https://github.example", {1: '"Acme Labs"', 2: '"a`b @c|d"'})
    assert pen.person(1) == pen.ping(1) == '`"Acme Labs"`'
    assert pen.person(2) == '``"a`b @\N{WORD JOINER}c\\|d"``'


def test_what_is_nowhere_to_be_found_is_named_and_not_linked() -> None:
    pen = Pen("https://github.example", {}, "acme/rocket", {9: 57}, {3: (9, 8), 4: (1, 8)})
    assert pen.pledge(3) == "[P-3](https://github.example/acme/rocket/issues/57#issuecomment-8)"
    assert (pen.pledge(4), pen.pledge(5)) == ("P-4", "P-5")
    assert pen.record(6, 9, 7).startswith("[R-6](")
    assert pen.record(6, 9, 0) == pen.record(6, 1, 7) == "R-6"
    assert Pen("https://github.example", {}).order(57) == "CWO #57"


def test_a_template_that_forgets_a_filter_fails(tmp_path: Path) -> None:
    (tmp_path / "help_shown.md.j2").write_text("{{ m.lines[0].does }}", encoding="utf-8")
    with pytest.raises(TypeError, match="passed no filter"):
        Comments(tmp_path).render(HelpShown((HelpLine("/help", "anyone", "this"),)), {})


def test_a_template_that_asks_for_what_is_not_there_fails(tmp_path: Path) -> None:
    (tmp_path / "help_shown.md.j2").write_text("{{ m.colour }}", encoding="utf-8")
    with pytest.raises(UndefinedError, match="colour"):
        Comments(tmp_path).render(HelpShown(()), {})


def test_a_broken_template_fails_at_start(tmp_path: Path) -> None:
    (tmp_path / "help_shown.md.j2").write_text("{% if %}", encoding="utf-8")
    with pytest.raises(Exception, match="Expected an expression"):
        Comments(tmp_path)
