"""What do people type, and what becomes of it, from the comment to the ledger and back?"""

from __future__ import annotations

from tests.stories.kit import Stage

CLEAR = {
    "$500": ("USD", 500_00),
    "500 USD": ("USD", 500_00),
    "USD 500": ("USD", 500_00),
    "usd 20": ("USD", 20_00),
    "$20.50": ("USD", 20_50),
    "$1,250": ("USD", 1_250_00),
    "$1,250.50": ("USD", 1_250_50),
    "50 €": ("EUR", 50_00),
    "€1,250.50": ("EUR", 1_250_50),
    "1.5k EUR": ("EUR", 1_500_00),
    "€2K": ("EUR", 2_000_00),
    "£20": ("GBP", 20_00),
    "£0.01": ("GBP", 1),
    "¥10000": ("JPY", 10_000),
    "10,000 JPY": ("JPY", 10_000),
    "CHF 99.95": ("CHF", 99_95),
    "1250 SEK": ("SEK", 1_250_00),
    "KWD 12.5": ("KWD", 12_500),
    "0.250 BHD": ("BHD", 250),
    "1,000,000 KRW": ("KRW", 1_000_000),
    "$10,000,000,000": ("USD", 1_000_000_000_000),
}

UNCLEAR = (
    *(
        "1.000",
        "€1.250",
        "1,00 EUR",
        "500",
        "1M USD",
        "500 kr",
        "-5 USD",
        "+5 USD",
        "$0",
        "0.00 EUR",
    ),
    *("$1e3", "0x10 USD", "1_000 USD", "NaN USD", "inf USD", "½ USD", "$1.234", "¥1.5", "$5 $5"),
    *("５００ USD", "५०० USD", "٥٠٠ USD", "1.5\u212a EUR", "A$5", "R$5", "$5 USD", "5 dollars"),
    *(
        "five USD",
        "$",
        "USD",
        "$ five",
        "5 XXX",
        "5 XAU",
        "5 ABC",
        "$05",
        "$5.",
        "$.50",
        "1,0000 USD",
    ),
    *(
        "$1,25",
        "10,00,000 INR",
        "1.000,00 EUR",
        "1'000 CHF",
        "1\u00a0000 EUR",
        "$5\u200b",
        "\u202e005$",
    ),
    *(
        "`$5`",
        "**$5**",
        "<b>$5</b>",
        "[$5](https://x.example)",
        "$5 if merged",
        "$5 for acme",
        "$5 for",
    ),
    *("$5 until", "$5 until tomorrow", "$5 until 2030-02-30", "$5 until 2030-W01-1", "$5 on"),
    *("$5 on completion on completion", "$5 please", "$5 -- thanks!", "$" + "9" * 40, ""),
)

SILENT = (
    "I would pledge $500",
    "> /pledge $500",
    "`/pledge $500`",
    "```\n/pledge $500\n```",
    "- /pledge $500",
    "    /pledge $500",
    "<!-- /pledge $500 -->",
    "/lgtm",
)


async def test_twenty_clear_amounts_are_recorded_to_the_minor_unit(stage: Stage) -> None:
    await stage.configure(None)
    issues = [await stage.roadmap_item(f"Item {n}") for n in range(6)]
    for n, amount in enumerate(CLEAR):
        stage.newcomer(f"funder{n}").comment(issues[n // 4], f"/pledge {amount}")
    await stage.settled()
    made = [entry for entry in await stage.entries() if entry["kind"] == "PledgeMade"]
    by_login = {entry["actor"]["login"]: (entry["currency"], entry["minor"]) for entry in made}
    assert by_login == {f"funder{n}": figure for n, figure in enumerate(CLEAR.values())}


async def test_sixty_unclear_amounts_move_no_money_and_each_is_answered_once(stage: Stage) -> None:
    assert len(UNCLEAR) >= 60
    issues = [await stage.roadmap_item(f"Item {n}") for n in range(2)]
    people = [stage.newcomer(f"typist{n}") for n in range(4)]
    said = []
    for n, words in enumerate(UNCLEAR):
        comment = people[n % 4].comment(issues[n % 2], f"/pledge {words}")
        said.append(comment)
    await stage.settled()
    assert "PledgeMade" not in await stage.kinds()
    assert {tuple(stage.reactions(comment)) for comment in said} == {("confused",)}
    answers = [answer for issue in issues for answer in stage.replies(issue)]
    assert len(answers) == len(UNCLEAR)
    assert all("Post a new comment" in answer for answer in answers)
    assert all("/pledge <amount>" in answer for answer in answers)


async def test_what_is_no_command_is_not_answered_at_all(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    for words in SILENT:
        comment = await stage.says("ada", issue, words)
        assert stage.reactions(comment) == []
    assert stage.replies(issue) == []
    assert await stage.kinds() == ["ItemLabelled"]
