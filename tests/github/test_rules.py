"""What a configuration file means, and what we say when it means nothing."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.configuration import Configuration
from bot.domain.money import LARGEST
from bot.domain.refs import Account
from bot.domain.rules import Rail, RoleList, Rules
from bot.github.configuration_docs import EXAMPLE, page
from bot.github.reading import MISTAKES_AT_MOST
from bot.github.rules import read_rules
from bot.github.schema import SCHEMA, Section
from bot.github.yaml_text import BYTES_AT_MOST
from bot.lookup import CannotTell

ROOT = Path(__file__).parents[2]
ACCOUNTS = {
    "mia": Account(1, "mia"),
    "noah": Account(2, "noah"),
    "acme": Account(3, "acme", "Organization"),
    "robot": Account(4, "robot", "Bot"),
}


async def account_of(login: str) -> Account | None:
    return ACCOUNTS.get(login.lower())


async def person_of(account: Account) -> int:
    return account.id + 1000


async def read(text: str | bytes | None, funding: str | bytes | None = None) -> Configuration:
    return await read_rules(text, funding, account_of=account_of, person_of=person_of)


async def rules(text: str) -> Rules:
    found = await read(text)
    assert found.mistakes == ()
    assert found.rules is not None
    return found.rules


async def mistakes(text: str | bytes) -> list[tuple[int, str]]:
    found = await read(text)
    assert found.rules is None
    return [(each.line, each.sentence) for each in found.mistakes]


async def only_mistake(text: str | bytes) -> str:
    ((_, sentence),) = await mistakes(text)
    return sentence


# --- what holds -------------------------------------------------------------------------------

EXPECTED = Rules(
    labels=("roadmap",),
    stewards=RoleList((), ("acme/core",)),
    treasurers=RoleList((1001,)),
    currencies=("USD", "EUR"),
    minimum={"USD": 2500},
    accept_up_to={"USD": 50000},
    lapse_after_days=60,
    work_order_label="work-order",
    discussion_days=7,
    digest_to="issue",
    timezone="Europe/Paris",
    rails=(
        Rail("Open Collective", "https://opencollective.com/acme"),
        Rail("Invoice by Acme Labs", "mailto:labs@acme.example", "work-orders"),
    ),
)


async def test_the_documented_example_reads() -> None:
    assert await rules(EXAMPLE) == EXPECTED


async def test_no_file_means_the_defaults_and_says_so() -> None:
    assert await read(None) == Configuration(Rules(), exists=False)


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "{}", "\ufeff", "roadmap:\n"])
async def test_a_file_without_keys_means_the_defaults(text: str) -> None:
    assert await read(text) == Configuration(Rules())


async def test_nobody_is_not_the_same_as_nothing_said() -> None:
    assert (await rules("roles: {stewards: []}")).stewards == RoleList()
    assert (await rules("roles: {}")).stewards is None
    assert "[] is an empty one" in await only_mistake("roles:\n  stewards:\n")


async def test_people_are_kept_as_numbers_once_each() -> None:
    read = await rules('roles: {stewards: ["@mia", "@Mia", "@noah", "@a/b", "@A/B"]}')
    assert read.stewards == RoleList((1001, 1002), ("a/b",))


async def test_text_stays_text() -> None:
    assert (await rules("roadmap: {labels: [12:30, yes, 1_000, null]}")).labels == (
        "12:30",
        "yes",
        "1_000",
        "null",
    )
    assert (await rules("digest: {to: off}")).digest_to == "off"


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("{USD: 25}", {"USD": 2500}),
        ("{USD: 25.5}", {"USD": 2550}),
        ("{USD: 25.50}", {"USD": 2550}),
        ("{USD: 0}", {"USD": 0}),
        ("{USD: 0.00}", {"USD": 0}),
        ("{JPY: 50000}", {"JPY": 50000}),
        ("{KWD: 0.125}", {"KWD": 125}),
        ("{}", {}),
        ("{USD: 10000000000}", {"USD": LARGEST}),
    ],
)
async def test_amounts_are_exact(typed: str, minor: dict[str, int]) -> None:
    assert (await rules(f"pledges: {{accept_up_to: {typed}}}")).accept_up_to == minor


async def test_rails_come_from_the_funding_file_unless_the_configuration_names_some() -> None:
    funding = "ko_fi: acme"
    theirs = (Rail("Ko-fi", "https://ko-fi.com/acme"),)
    for text, rails in [
        (None, theirs),
        ("digest: {to: off}", theirs),
        ("rails: []", ()),
        ("rails: [{name: X, url: 'https://x.example'}]", (Rail("X", "https://x.example"),)),
    ]:
        found = await read(text, funding)
        assert found.rules is not None
        assert found.rules.rails == rails


# --- what is wrong ----------------------------------------------------------------------------

WRONG = [
    ("roadmapp: {}", 'no key "roadmapp". Did you mean roadmap?'),
    ("labels: [roadmap]", "It belongs under roadmap."),
    ("roadmap: {rails: []}", "It belongs at the start of a line."),
    ("zzz: 1", "There is roadmap, roles, pledges, work_orders, digest, rails."),
    ("pledges: {minimun: {USD: 1}}", "Did you mean minimum?"),
    ("roadmap: [a]", "roadmap must be a list of keys and values"),
    ("[a]", "The configuration must be a list of keys and values"),
    ("yes", "The configuration must be a list of keys and values"),
    ("? [a]\n: b", "A key must be a single word."),
    ("roadmap: {labels: roadmap}", "labels must be a list in brackets"),
    ("roadmap: {labels: []}", "labels must name one label at least"),
    ("roadmap: {labels: [a, A]}", '"A" is here twice'),
    ("roadmap: {labels: ['']}", "A label must be a text."),
    ("roadmap: {labels: [[a]]}", "A label must be a text."),
    ("roadmap: {labels: ['a,b']}", "has a comma"),
    (f"roadmap: {{labels: [{'a' * 51}]}}", "A label may have 50 characters at most."),
    (f"roadmap: {{labels: [{', '.join(map(str, range(11)))}]}}", "may hold 10 entries"),
    ('roadmap: {labels: ["a\\nb"]}', "must be one line"),
    ('roadmap: {labels: ["\\ud800"]}', "must be one line"),
    ('roadmap: {labels: ["\\u202e"]}', "must be one line"),
    ("roadmap: {labels: [work-order]}", "need different labels"),
    ("work_orders: {label: Roadmap}", "need different labels"),
    ("work_orders: {label: Funding-Digest}", "The label funding-digest is for digests"),
    ("roadmap: {labels: [roadmap, funding-digest]}", "The label funding-digest is for digests"),
    ("roles: {stewards: ['mia']}", 'must be "@login" or "@organisation/team"'),
    ("roles: {stewards: ['@mia/']}", 'must be "@login"'),
    ("roles: {stewards: ['@acme/core team']}", 'must be "@login"'),
    ("roles: {stewards: ['@мия']}", 'must be "@login"'),
    ("roles: {stewards: ['@nobody']}", 'There is no account "@nobody"'),
    ("roles: {stewards: ['@acme']}", '"@acme" is no person'),
    ("roles: {stewards: ['@robot']}", '"@robot" is no person'),
    ("roles: {stewards: [@mia]}", "Put names that start with @ in quotes"),
    ("roles: {stewards: '@mia'}", "must be a list in brackets"),
    ("pledges: {currencies: [usd]}", "Did you mean USD?"),
    ("pledges: {currencies: [XXQ]}", '"XXQ" is no currency code'),
    ("pledges: {currencies: [XAU]}", '"XAU" is no currency code'),
    ("pledges: {currencies: [USD, USD]}", '"USD" is here twice'),
    ("pledges: {minimum: 25}", "Amounts must be a list of keys and values"),
    ("pledges: {minimum: {usd: 25}}", "Did you mean USD?"),
    ("pledges: {minimum: {USD: 25, USD: 26}}", '"USD" is here twice'),
    ("pledges: {minimum: {USD: ''}}", "must be digits"),
    ("pledges: {minimum: {USD: -5}}", "must be digits"),
    ("pledges: {minimum: {USD: +5}}", "must be digits"),
    ("pledges: {minimum: {USD: $5}}", "must be digits"),
    ("pledges: {minimum: {USD: 1e3}}", "must be digits"),
    ("pledges: {minimum: {USD: 1_000}}", "must be digits"),
    ("pledges: {minimum: {USD: '1,000'}}", "must be digits"),
    ("pledges: {minimum: {USD: .5}}", "must be digits"),
    ("pledges: {minimum: {USD: 5.}}", "must be digits"),
    ("pledges: {minimum: {USD: NaN}}", "must be digits"),
    ("pledges: {minimum: {USD: 0x10}}", "must be digits"),
    ("pledges: {minimum: {USD: 12:30}}", "must be digits"),
    ("pledges: {minimum: {USD: ५००}}", "must be digits"),
    ("pledges: {minimum: {USD: \uff15\uff10\uff10}}", "must be digits"),
    ("pledges: {minimum: {USD: [5]}}", "must be digits"),
    ("pledges: {minimum: {USD: 05}}", "cannot be read; write it like 25"),
    ("pledges: {minimum: {USD: 1.2345}}", "more decimals than the currency"),
    ("pledges: {minimum: {JPY: 1.5}}", "more decimals than the currency"),
    ("pledges: {minimum: {KWD: 1.250}}", "can be read in two ways"),
    ("pledges: {minimum: {USD: 10000000000.01}}", "more than one entry may hold"),
    ("pledges: {currencies: [EUR], minimum: {USD: 5}}", "USD is not among currencies"),
    ("pledges: {currencies: [EUR], accept_up_to: {USD: 5}}", "USD is not among currencies"),
    ("pledges: {lapse_after_days: 0}", "a whole number of days from 1 to 366"),
    ("pledges: {lapse_after_days: 367}", "a whole number of days from 1 to 366"),
    ("pledges: {lapse_after_days: 1.5}", "a whole number of days"),
    ("pledges: {lapse_after_days: ६०}", "a whole number of days"),
    ("pledges: {lapse_after_days: }", "a whole number of days"),
    ("work_orders: {discussion_days: 91}", "from 1 to 90"),
    ("work_orders: {label: }", "A label must be a text."),
    ("digest: {to: Issue}", "This must be issue or off."),
    ("digest: {to: [off]}", "This must be issue or off."),
    ("digest: {timezone: europe/paris}", "Did you mean Europe/Paris?"),
    ("digest: {timezone: ../../etc/passwd}", "is no time zone"),
    ("digest: {timezone: Mars}", "is no time zone"),
    ("rails: {}", "rails must be a list in brackets"),
    ("rails: [x]", "A rail must be a list of keys and values"),
    ("rails: [{url: 'https://x.example'}]", "A rail needs a name."),
    ("rails: [{name: X}]", "A rail needs either a url or a contact."),
    ("rails: [{name: X, url: 'https://x.example', contact: 'mailto:a@b.example'}]", "either"),
    ("rails: [{name: X, url: 'https://x.example', uri: x}]", "Did you mean url?"),
    ("rails: [{name: X, url: 'https://x.example', takes: all}]", "unrestricted or work-orders"),
    ("rails: [{name: X, url: 'javascript:alert(1)'}]", "must be a full address"),
    ("rails: [{name: X, url: 'x.example'}]", "must be a full address"),
    ("rails: [{name: X, url: 'https://'}]", "must be a full address"),
    ("rails: [{name: X, url: 'https://a b.example'}]", "must be a full address"),
    ("rails: [{name: X, url: 'https://u:p@x.example'}]", "must be a full address"),
    ("rails: [{name: X, url: 'https://x.example/<b>'}]", "must be a full address"),
    ("rails: [{name: X, url: 'https://пример.example'}]", "must be a full address"),
    ("rails: [{name: X, contact: 'mailto:a@b@c'}]", "must be a full address"),
    ("rails: [{name: X, contact: 'a@b.example'}]", "must be a full address"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
async def test_a_mistake_is_one_sentence_that_says_what_to_do(text: str, said: str) -> None:
    sentence = await only_mistake(text)
    assert said in sentence
    assert sentence.endswith((".", "?"))
    assert "`" not in sentence.replace("`key: value`", "").replace("with ` in", "")


async def test_all_mistakes_are_reported_at_their_lines() -> None:
    text = """\
roadmap:
  labels: [a, "b,c"]
  label: x
roles:
  stewards:
    - "@mia"
    - "@nobody"
    - mia
pledges:
  minimum:
    USD: 1
    USD: 2
    BTC: 1
rails:
  - name: X
digest: {to: 1, timezone: 2}
"""
    found = await mistakes(text)
    assert [line for line, _ in found] == [2, 3, 7, 8, 12, 13, 15, 16, 16]


async def test_a_file_full_of_mistakes_is_cut_short() -> None:
    found = await mistakes("".join(f"k{n}: 1\n" for n in range(1000)))
    assert len(found) == MISTAKES_AT_MOST


async def test_what_people_wrote_is_repeated_harmlessly() -> None:
    sentence = await only_mistake('"`a`\\n<!-- \\u202e @mia ' + "x" * 100 + '": 1')
    assert "\n" not in sentence
    assert "`" not in sentence
    assert "\u202e" not in sentence
    assert len(sentence) < 160


async def test_nobody_gets_a_number_from_a_file_with_mistakes() -> None:
    async def nobody(_account: Account) -> int:
        raise AssertionError

    text = 'roles: {stewards: ["@mia"]}\ndigest: {to: x}'
    found = await read_rules(text, None, account_of=account_of, person_of=nobody)
    assert found.rules is None


async def test_a_login_that_cannot_be_looked_up_is_no_mistake() -> None:
    async def trouble(_login: str) -> Account | None:
        raise CannotTell("no")

    with pytest.raises(CannotTell):
        await read_rules(
            'roles: {stewards: ["@mia"]}', None, account_of=trouble, person_of=person_of
        )


# --- hostile text -----------------------------------------------------------------------------

LAUGHS = b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n"
HOSTILE: list[tuple[bytes, int, str]] = [
    (LAUGHS, 1, "Anchors (&) and aliases (*) are not read"),
    (b"roadmap: *x", 1, "Anchors (&) and aliases (*) are not read"),
    (b"roadmap: {}\n<<: *x", 2, "Anchors"),
    (b"<<: {a: b}", 1, "no key"),
    (b"digest:\n  to: !!python/object/apply:os.system [ls]", 2, "Tags (!) are not read"),
    (b"digest: {to: ! off}", 1, "Tags (!) are not read"),
    (b"!!map {}", 1, "Tags (!) are not read"),
    (b"roadmap: {}\nroadmap: {}", 2, '"roadmap" is here twice: take out this, or line 1.'),
    (b"digest:\n\tto: off", 2, "Use spaces instead of tabs."),
    (b"digest:\n  to: \x00off", 2, "cannot be seen"),
    (b"digest: {to: \xff}", 1, "not UTF-8"),
    ("digest: {to: off}".encode("utf-16"), 1, "not UTF-8"),
    ("digest:\n  to: \u2028off".encode(), 2, "cannot be seen"),
    (b"a: 1\n---\nb: 2", 1, "Keep to one document"),
    (b"%YAML 9.0\n---\na: 1", 1, "This is not YAML"),
    (b"%YAML 1." + b"9" * 5000 + b"\n---\na: 1", 1, "This is not YAML"),
    (b'a: "\\U00110000"', 1, "This is not YAML"),
    (b"a: [", 1, "This is not YAML"),
    (b"[" * 60_000, 1, "nested too deeply"),
    (b"{a: " * 16_000, 1, "nested too deeply"),
    (b"- " * 32_000, 1, "nested too deeply"),
    (b"? " * 32_000, 1, "nested too deeply"),
    (b"#" * (BYTES_AT_MOST + 1), 1, "larger than 64 KiB"),
]


@pytest.mark.parametrize(("raw", "line", "said"), HOSTILE)
async def test_hostile_text_is_one_mistake_and_takes_no_time(
    raw: bytes, line: int, said: str
) -> None:
    begun = time.perf_counter()
    ((at, sentence), *_) = await mistakes(raw)
    assert time.perf_counter() - begun < 3  # 100 s where it went wrong
    assert at >= line
    assert said in sentence


async def test_a_file_may_have_64_kib() -> None:
    assert await read(b"#" * BYTES_AT_MOST) == Configuration(Rules())


YAML_LIKE = st.lists(
    st.sampled_from(
        [
            *"{}[]:,-?&*!|>%@`'\"# \n\t~",
            ": ",
            "- ",
            "---\n",
            "\\u",
            "&a",
            "*a",
            "!!str",
            "<<",
            "roadmap",
            "labels",
            "roles",
            "stewards",
            "pledges",
            "minimum",
            "rails",
            "url",
            "USD",
            "https://x",
            "@mia",
            "1.5",
            "😀",
            "\x85",
            "  ",
        ]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(st.binary(max_size=300), YAML_LIKE.map(str.encode)), YAML_LIKE)
async def test_reading_never_raises(raw: bytes, funding: str) -> None:
    found = await read(raw, funding)
    assert (found.rules is None) == bool(found.mistakes)
    for mistake in found.mistakes:
        assert 1 <= mistake.line <= raw.count(b"\n") + raw.count(b"\r") + 2
        assert mistake.sentence.isprintable()


@given(st.text(max_size=100).map(lambda text: f"roadmap: {{labels: [{text!r}]}}"))
async def test_reading_any_text_never_raises(text: str) -> None:
    await read(text)


# --- the documentation ------------------------------------------------------------------------


def test_the_documentation_is_made_from_the_code() -> None:
    written = (ROOT / "docs/configuration.md").read_text()
    assert written == page(), "Write it anew; see bot/github/configuration_docs.py."


def test_every_key_is_documented_and_in_the_example() -> None:
    for entry in SCHEMA:
        for key in entry.keys if isinstance(entry, Section) else (entry,):
            assert re.search(rf"^ *{key.name}:", EXAMPLE, re.MULTILINE)


SEEN_AND_NOT_SET = {"work_order_form"}
"""What the repository shows by its files, and no key of the configuration says."""


def test_every_key_fills_a_field_of_the_rules_and_every_field_has_one() -> None:
    fields = [
        key.field
        for entry in SCHEMA
        for key in (entry.keys if isinstance(entry, Section) else (entry,))
    ]
    assert sorted(fields) == sorted(Rules.__dataclass_fields__.keys() - SEEN_AND_NOT_SET)
