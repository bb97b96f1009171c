"""Anybody can check: whatever is altered in an export is found, from the document alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from bot.app.checking_digests import read_digest
from bot.app.checking_export import check_export
from bot.app.opening import CannotDo
from bot.domain.panel import Position
from bot.storage.database import Database
from bot.storage.ledger import chained
from bot.storage.marks import marker, position_mark
from tests.exports.kit import text_of
from tests.storage.kit import REPO, file_of, tamper

Change = Callable[[dict[str, Any]], None]


def checked(folder: Path, document: str | dict[str, Any], *digests: str) -> list[str]:
    """Check a document; give the problems, or nothing."""
    file = folder / "ledger.json"
    text = document if isinstance(document, str) else json.dumps(document, indent=1)
    file.write_text(text, encoding="utf-8")
    texts = []
    for n, words in enumerate(digests):
        text_file = folder / f"digest-{n}.md"
        text_file.write_text(words, encoding="utf-8")
        texts.append(read_digest(text_file))
    found = list(check_export(file, tuple(texts)))
    problems = [each.sentence for each in found if each.is_problem]
    assert bool(problems) == ("entries in order" not in found[-1].sentence.lower())
    return problems


def chain_again(document: dict[str, Any]) -> None:
    """What somebody does who knows how the chain is made."""
    last = document["previous"]["hash"]
    for entry in document["entries"]:
        last = entry["hash"] = chained(last, rfc8785.dumps(entry["line"]))
    document["position"]["hash"] = last


@pytest.fixture
async def document(played: Database) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await text_of(played, "json"))
    return found


def test_a_whole_ledger_is_in_order_line_by_line_and_pretty_printed(
    busy: Mapping[str, str], months: Mapping[str, str], tmp_path: Path
) -> None:
    assert checked(tmp_path, months["json"]) == []
    assert checked(tmp_path, json.loads(months["json"])) == []
    problems = checked(tmp_path, busy["json"])
    assert all(re.fullmatch("the digest of [0-9-]+ is missing", each) for each in problems)


def on(seq: int, *path: str | int, to: Any) -> Change:
    """Alter one member of an entry."""

    def change(document: dict[str, Any]) -> None:
        inner = document["entries"][seq - 1]
        for part in path[:-1]:
            inner = inner[part]
        inner[path[-1]] = to

    return change


CHANGES: list[tuple[Change, str]] = [
    (
        on(3, "line", "entry", "money", "minor", to=1),
        "entry 3 was altered: its hash does not match",
    ),
    (
        on(3, "line", "at", to="2026-01-31T12:00:01Z"),
        "entry 3 was altered: its hash does not match",
    ),
    (on(3, "hash", to="00" * 32), "entry 3 was altered: its hash does not match"),
    (on(3, "line", "seq", to=4), "entry 3 was altered: its line is of another entry"),
    (on(3, "line", "repository", to=5), "entry 3 was altered: its line is of another entry"),
    (on(3, "minor", to=1), "entry 3 reads otherwise than its line says: minor"),
    (on(3, "amount", to="5.00"), "entry 3 reads otherwise than its line says: amount"),
    (on(3, "more", to=None), "entry 3 reads otherwise than its line says: more"),
    (on(3, "actor", to={"login": "eve", "id": 6}), "entry 3 reads otherwise"),
    (on(3, "people", to={"4711": {"name": "x"}}), "entry 3 names people who do not stand"),
    (on(3, "people", to={"11": {"x": 1}}), "entry 3 cannot be understood"),
    (on(6, "texts", "reason", "words", to="No."), "entry 6: the words of its reason were altered"),
    (on(6, "texts", "reason", "salt", to="zz"), "entry 6 cannot be understood"),
    (on(3, "line", "kind", to="Nonsense"), "entry 3 cannot be understood"),
    (on(3, "line", to=None), "entry 3 cannot be understood"),
    (on(3, "seq", to=9), "entry 3 is missing: entry 9 follows 2"),
    (lambda d: d["entries"].pop(2), "entry 3 is missing: entry 4 follows 2"),
    (lambda d: d["entries"].pop(), "the entries end with entry 7"),
    (lambda d: d["entries"].reverse(), "entry 1 is missing: entry 8 follows 0"),
    (lambda d: d.update(position={"seq": 9, "hash": "x"}), "but the position above them says 9"),
    (lambda d: d["previous"].update(hash="ab"), "a ledger begins with an empty hash"),
]


@pytest.mark.parametrize(("change", "sentence"), CHANGES)
@pytest.mark.parametrize("pretty", [False, True])
async def test_what_was_altered_is_named(
    change: Change, sentence: str, pretty: bool, played: Database, tmp_path: Path
) -> None:
    text = await text_of(played, "json")
    document = json.loads(text)
    change(document)
    if not pretty:
        head, _ = text.split('"entries":[\n')
        lines = ",\n".join(json.dumps(entry) for entry in document["entries"])
        for name in ("previous", "position"):
            before = json.dumps(json.loads(text)[name], separators=(",", ":"))
            head = head.replace(f'"{name}":{before}', f'"{name}":{json.dumps(document[name])}')
        problems = checked(tmp_path, f'{head}"entries":[\n{lines}\n]}}\n')
    else:
        problems = checked(tmp_path, document)
    assert any(sentence in problem for problem in problems), problems


def test_one_change_is_not_a_hundred_problems(document: dict[str, Any], tmp_path: Path) -> None:
    document["entries"][2]["line"]["late"] = True
    assert len(checked(tmp_path, document)) == 2


def test_an_entry_that_cannot_follow_is_found_although_the_chain_holds(
    document: dict[str, Any], tmp_path: Path
) -> None:
    closed = document["entries"][-1]["line"]["entry"]
    closed["pledge"] = 99
    document["entries"][-1]["pledge"] = 99
    chain_again(document)
    (problem,) = checked(tmp_path, document)
    assert problem.startswith("entry 8 ")


# --- digests ----------------------------------------------------------------------------------


def published(document: dict[str, Any], seq: int, more: str = "") -> str:
    mark = position_mark(Position(seq, document["entries"][seq - 1]["hash"]))
    return f"# Funding in January\n\nUSD 950.50 was promised.\n{more}\n{mark}\n"


def test_one_cent_altered_and_chained_anew_is_caught_by_a_published_digest(
    document: dict[str, Any], tmp_path: Path
) -> None:
    words = published(document, 8) + marker(REPO, "digest:2026-01") + "\r\n\n"
    (problem,) = checked(tmp_path, document, words)
    assert problem.endswith("names entry 8, which closes no month")
    money = document["entries"][2]["line"]["entry"]["money"]
    money["minor"] += 1
    document["entries"][2] |= {"minor": money["minor"], "amount": "500.01"}
    for entry in document["entries"]:
        inner = entry["line"]["entry"]
        if inner.get("pledge") == 1 and "dues" not in inner:
            inner["money"]["minor"] += 1
            entry |= {"minor": entry["minor"] + 1, "amount": "500.01"}
    chain_again(document)
    assert checked(tmp_path, document) == [], "by itself, nobody can tell"
    (problem,) = checked(tmp_path, document, words)
    assert problem.endswith("shows another hash for entry 8 than the export has")


def test_a_digest_counts_only_by_its_own_mark_at_the_end(
    document: dict[str, Any], tmp_path: Path
) -> None:
    quoted = published(document, 8) + "\nsomething after it\n"
    (problem,) = checked(tmp_path, document, quoted)
    assert "does not end with its line about the ledger" in problem
    forged = published(document, 7, more=f"<!-- bursar-position 3 {'ab' * 32} -->")
    (problem,) = checked(tmp_path, document, forged)
    assert "names entry 7, which closes no month" in problem


async def test_a_digest_of_later_or_earlier_entries_cannot_be_compared(
    document: dict[str, Any], played: Database, tmp_path: Path
) -> None:
    last, first = published(document, 8), published(document, 1)
    part = json.loads(await text_of(played, "json", until=date(2026, 1, 31)))
    (problem,) = checked(tmp_path, part, last)
    assert "was made at entry 8, but the export ends at entry 0" in problem
    tamper(
        file_of(played), "UPDATE ledger SET recorded_at = recorded_at + 86400000000 WHERE seq > 4"
    )
    part = json.loads(await text_of(played, "json", since=date(2026, 2, 1)))
    assert part["previous"]["seq"] == 4
    (problem,) = checked(tmp_path, part, first)
    assert "was made at entry 1, before the export begins" in problem
    assert checked(tmp_path, part, published(document, 4)) == []


async def test_the_digests_in_the_export_must_name_its_entries(
    played: Database, tmp_path: Path
) -> None:
    tamper(
        file_of(played),
        "INSERT INTO digests (repo, month, seq, hash, title, words, closed_at, issue)"
        " VALUES (?, '2026-01', 8, ?, 'January', '', 0, 3)",
        REPO,
        "ab" * 32,
    )
    first, second = checked(tmp_path, await text_of(played, "json"))
    assert first.startswith("the digest of 2026-01 in the export shows another hash")
    assert second.startswith("the text of the digest of 2026-01 in the export does not end with")


def closings(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in document["entries"] if each["kind"] == "MonthClosed"]


def test_every_figure_of_a_digest_is_recomputed(months: Mapping[str, str], tmp_path: Path) -> None:
    document = json.loads(months["json"])
    assert len(document["digests"]) == len(closings(document)) > 3
    words = [each["words"] for each in document["digests"]]
    assert checked(tmp_path, months["json"], *words) == []


def test_every_number_in_the_words_of_a_digest_is_compared(
    months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    digest = max(document["digests"], key=lambda each: len(each["words"]))
    amounts = re.findall(r"[A-Z]{3} [1-9][0-9,]*\.[0-9]{2}", digest["words"])
    assert len(amounts) > 5
    for amount in dict.fromkeys(amounts):
        changed = digest["words"].replace(amount, f"{amount[:-1]}{(int(amount[-1]) + 1) % 10}", 1)
        (problem,) = checked(tmp_path, months["json"], changed)
        assert amount in problem
        assert "where its entries come to" in problem


def test_a_digest_may_have_its_title_above_it_as_it_is_printed(
    months: Mapping[str, str], tmp_path: Path
) -> None:
    digest = json.loads(months["json"])["digests"][-1]
    printed = f"# {digest['title']}\n\n{digest['words']}"
    assert checked(tmp_path, months["json"], printed) == []


def test_a_digest_copied_from_a_page_still_names_its_entry(
    months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    digest = document["digests"][-1]
    page = f"Funding digest\n\n- Ledger: entry {digest['seq']}, {digest['hash'][:12]}\n"
    assert checked(tmp_path, months["json"], page) == []
    (problem,) = checked(tmp_path, months["json"], page.replace(digest["hash"][:12], "0" * 12))
    assert "shows another hash" in problem


@pytest.mark.parametrize("name", ["money", "promised", "funded", "quiet", "dependence", "ends_at"])
def test_a_figure_that_its_entries_do_not_come_to_is_named(
    name: str, months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    busiest = max(closings(document), key=lambda each: len(str(each)))
    figures = busiest["line"]["entry"]["figures"]
    figures[name] = {
        "money": [*figures["money"], {"currency": "XXX"}],
        "promised": figures["promised"][1:],
        "funded": figures["funded"] + 1,
        "quiet": not figures["quiet"],
        "dependence": figures["dependence"][1:],
        "ends_at": "2040-01-01T00:00:00Z",
    }[name]
    chain_again(document)
    for digest in document["digests"]:
        digest["hash"] = document["entries"][digest["seq"] - 1]["hash"]
    problems = checked(tmp_path, document)
    said = (
        "is of another month" if name == "ends_at" else f"says otherwise than its entries: {name}"
    )
    assert any(
        problem.startswith(f"entry {busiest['seq']}") and said in problem for problem in problems
    ), problems


def test_a_cent_of_an_early_month_is_seen_in_its_digest(
    months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    first = next(each for each in document["entries"] if each["kind"] == "MoneyReceived")
    inner = first["line"]["entry"]
    inner["moves"][0]["money"]["minor"] += 1
    inner["unmatched"] += 1
    chain_again(document)
    problems = checked(tmp_path, document)
    assert any("says otherwise than its entries" in problem for problem in problems)


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("| Opening | Received | Fees |", "| Opening | Fees | Received |"),
        ("make closing.", "make closing. One million dollars came in."),
        ("A pledge is a promise, and not income.", ""),
    ],
)
def test_every_line_of_the_words_of_a_digest_is_compared(
    was: str, instead: str, months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    words = max((each["words"] for each in document["digests"]), key=len)
    assert was in words
    (problem,) = checked(tmp_path, document, words.replace(was, instead))
    assert "where its entries come to" in problem


@pytest.mark.parametrize(
    ("wording", "sentence"), [(99, "in wording 99, which this Bursar does not"), (0, "wording 0")]
)
def test_words_in_a_wording_that_we_do_not_know_are_a_problem(
    wording: int, sentence: str, months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    closings(document)[0]["line"]["entry"]["wording"] = wording
    chain_again(document)
    for digest in document["digests"]:
        digest["hash"] = document["entries"][digest["seq"] - 1]["hash"]
    assert any(sentence in problem for problem in checked(tmp_path, document))


def test_that_words_were_not_compared_is_said(months: Mapping[str, str], tmp_path: Path) -> None:
    digest = json.loads(months["json"])["digests"][-1]
    (tmp_path / "ledger.json").write_text(months["json"], encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(f"- Ledger: entry {digest['seq']}, {digest['hash'][:12]}\n", encoding="utf-8")
    note, well = check_export(tmp_path / "ledger.json", (read_digest(page),))
    assert note.sentence.endswith("so its words were not compared.")
    assert not well.is_problem


def digest_of(at: int, **to: Any) -> Change:
    """Alter what the export says of one of its digests."""
    return lambda document: document["digests"][at].update(to)


def fifth(document: dict[str, Any]) -> None:
    document["digests"][0] |= {"seq": 5, "hash": document["entries"][4]["hash"]}


def swapped(document: dict[str, Any]) -> None:
    first, second = document["digests"][:2]
    first["month"], second["month"] = second["month"], first["month"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (fifth, "in the export names entry 5, which closes no month"),
        (swapped, "in the export names entry"),
        (digest_of(0, hash=""), "shows no hash for entry"),
        (digest_of(0, hash="ab"), "shows no hash for entry"),
        (digest_of(0, month="2099-01"), "the digest of 2099-01 in the export names entry"),
        (lambda d: d.update(digests=[]), "the digest of 2030-03 is missing"),
        (lambda d: d.pop("digests"), "the digest of 2030-03 is missing"),
        (lambda d: d["digests"].append(d["digests"][0]), "stands in the export 2 times"),
        (digest_of(0, month="\x1b[2J", words="x"), "the digest of \ufffd[2J in the export"),
        (digest_of(0, month="\ud800", words="x"), "the digest of \ufffd in the export"),
    ],
)
def test_every_digest_must_name_the_entry_that_closes_its_month(
    change: Change, sentence: str, months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    change(document)
    problems = checked(tmp_path, document)
    assert any(sentence in problem for problem in problems), problems


def test_a_published_digest_must_name_the_entry_that_closes_its_month(
    months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    words = document["digests"][1]["words"]
    month = document["digests"][1]["month"]
    assert checked(tmp_path, document, words + "\n" + marker(REPO, f"digest:{month}")) == []
    (problem,) = checked(tmp_path, document, words + "\n" + marker(REPO, "digest:2099-01"))
    assert f"names entry {document['digests'][1]['seq']}, which closes" in problem
    other = document["entries"][document["position"]["seq"] - 1]
    moved = position_mark(Position(other["seq"], other["hash"]))
    forged = re.sub(r"<!-- bursar-position.*-->", moved, words)
    (problem,) = checked(tmp_path, document, forged)
    assert f"names entry {other['seq']}, which closes no month" in problem


def line_of(kind: str, n: int, *path: str, to: Any) -> Change:
    """Alter the line of one entry of a kind."""

    def change(document: dict[str, Any]) -> None:
        inner = [each for each in document["entries"] if each["kind"] == kind][n]["line"]
        for part in path[:-1]:
            inner = inner[part]
        inner[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (line_of("PledgeMade", 5, "month", to="2029-01"), "it is in the wrong month"),
        (line_of("PledgeMade", 5, "earlier", to=True), "whether its time is of its month"),
        (line_of("PledgeMade", 5, "at", to="2019-01-01T00:00:00Z"), "whether its time is of its"),
        (
            line_of("MonthOpened", 2, "entry", "ends_at", to="2030-07-15T00:00:00Z"),
            "are not those of a month",
        ),
        (
            line_of("MonthOpened", 2, "entry", "begins_at", to="2030-02-27T12:00:00Z"),
            "does not begin where the month before ended",
        ),
        (line_of("MonthOpened", 2, "entry", "month", to="2030-09"), "does not begin where"),
        (
            lambda d: closings(d)[-1]["line"]["entry"]["figures"]["money"][0].update(opening=1),
            "does not add up in ",
        ),
        (lambda d: d["issues"].popitem(), "is missing, which entries name"),
        (
            lambda d: [each.update(number=each["number"] + 1000) for each in d["issues"].values()],
            "above them",
        ),
        (
            lambda d: [
                each["people"].update({person: {"login": f"u{each['seq']}", "id": each["seq"]}})
                for each in d["entries"]
                for person in each["people"]
            ],
            "and another account before",
        ),
        (
            lambda d: [
                each["people"].update({person: {"login": "eve", "id": 666}})
                for each in d["entries"]
                for person in each["people"]
            ],
            "'eve' is person",
        ),
    ],
)
def test_what_was_altered_and_chained_anew_must_still_fit(
    change: Change, sentence: str, months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    change(document)
    chain_again(document)
    problems = checked(tmp_path, document)
    assert any(sentence in problem for problem in problems), problems


# --- what it is -------------------------------------------------------------------------------


async def test_a_part_is_checked_from_the_hash_that_it_goes_on_from(
    played: Database, tmp_path: Path
) -> None:
    tamper(
        file_of(played), "UPDATE ledger SET recorded_at = recorded_at + 86400000000 WHERE seq > 4"
    )
    text = await text_of(played, "json", since=date(2026, 2, 1))
    (tmp_path / "part.json").write_text(text, encoding="utf-8")
    (well,) = check_export(tmp_path / "part.json", ())
    assert "does not begin at the beginning, so nothing was added up" in well.sentence
    document = json.loads(text)
    document["previous"]["hash"] = "ab" * 32
    assert "entry 5 was altered: its hash does not match" in checked(tmp_path, document)


async def test_erased_words_are_no_problem_and_are_counted(
    played: Database, tmp_path: Path
) -> None:
    tamper(file_of(played), "DELETE FROM texts")
    tamper(file_of(played), "DELETE FROM people")
    file = tmp_path / "ledger.json"
    file.write_text(await text_of(played, "json"), encoding="utf-8")
    (well,) = check_export(file, ())
    assert not well.is_problem
    assert well.sentence.endswith("Words of people that were erased: 1.")


NO_NUMBERS: tuple[Any, ...] = ("4", None, [], {}, 4.0, True)


@pytest.mark.parametrize(
    "change",
    [
        digest_of(0, hash=5),
        *(digest_of(0, seq=seq) for seq in NO_NUMBERS),
        lambda d: d["previous"].update(seq=0.9),
        lambda d: d["previous"].update(seq="0"),
        lambda d: d["previous"].update(seq=float("inf")),
        lambda d: d["issues"].update({"9001": {"number": 1.5}}),
    ],
)
def test_nonsense_above_the_entries_is_refused(
    change: Change, months: Mapping[str, str], tmp_path: Path
) -> None:
    document = json.loads(months["json"])
    change(document)
    with pytest.raises(CannotDo, match=r"cannot be understood|is no JSON"):
        checked(tmp_path, document)


@pytest.mark.parametrize(
    "change",
    [
        on(4, "recorded_at", to="0001-01-01T00:00:00+14:00"),
        on(4, "line", "at", to="9999-12-31T23:59:59-14:00"),
        on(4, "people", to=[]),
        on(4, "hash", to=5),
        *(on(4, "seq", to=seq) for seq in NO_NUMBERS),
        on(4, "line", "kind", to=[]),
        on(4, "line", "entry", to=None),
    ],
)
def test_no_entry_is_so_strange_that_there_is_no_sentence(
    change: Change, document: dict[str, Any], tmp_path: Path
) -> None:
    change(document)
    assert any("cannot be understood" in problem for problem in checked(tmp_path, document))


def test_json_that_readers_read_differently_is_refused(
    months: Mapping[str, str], tmp_path: Path
) -> None:
    text = months["json"]
    with pytest.raises(CannotDo, match="comma is missing"):
        checked(tmp_path, text.replace(',\n{"seq":9,', '\n{"seq":9,'))
    with pytest.raises(CannotDo, match="'minor' stands there twice"):
        checked(tmp_path, text.replace('{"seq":9,', '{"minor":5,"seq":9,'))
    with pytest.raises(CannotDo, match="'entries' stands there twice"):
        checked(tmp_path, text.replace('"entries":[\n', '"entries":[]\n,\n"entries":[\n', 1))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "no export of a ledger"),
        ('{"format":"other"}', "no export of a ledger"),
        ('{"format":"bursar-ledger","version":2}', "this Bursar reads version 1"),
        ('{"format":"bursar-ledger","version":1}', "has no list of entries"),
        ('{"format":"bursar-ledger","version":1,"entries":[]}', "above the entries"),
        ('{"format":"bursar-ledger","version":1,"entries":[1]}', "above the entries"),
    ],
)
def test_what_is_no_export_is_said(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(CannotDo, match=sentence):
        checked(tmp_path, text)


async def test_an_export_that_was_cut_off_is_said(played: Database, tmp_path: Path) -> None:
    text = await text_of(played, "json")
    lines = text.splitlines(keepends=True)
    with pytest.raises(CannotDo, match="cut off"):
        checked(tmp_path, "".join(lines[:-1]))
    with pytest.raises(CannotDo, match="follows after the end"):
        checked(tmp_path, text + "{}\n")
    with pytest.raises(CannotDo, match="is no JSON"):
        checked(tmp_path, text[:-400])
