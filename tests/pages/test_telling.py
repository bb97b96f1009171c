"""Every kind of entry reads as one plain sentence, and leads to what caused it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from bot.domain import entries as e
from bot.domain.refusals import Why
from bot.domain.stages import Stage
from bot.pages.asked import Asked
from bot.pages.telling import Cause, Told, tell
from bot.storage import browsing
from bot.storage.browsing import PlaceKind, Sought, Spot
from bot.storage.database import Database
from tests.pages.sentences import ADA, DUE, GOLDEN, ITEM, MIA, NOON, POINT, STANDING, WORK, pledge
from tests.pages.shown import LATER, OURS, SOLVER, WEB, name, templates, words_of
from tests.storage.kit import ISSUE, REPO, a_played_ledger, made, moved, record
from tests.storage.orders import DAN, ORDER, a_worked_ledger, drawn, started


def told(entry: e.Entry, **changed: Any) -> Told:
    given: dict[str, Any] = {
        "seq": 9, "kind": type(entry).__name__, "entry": entry, "at": NOON, "recorded_at": NOON,
        "actor": MIA, "issue": getattr(entry, "issue", None), "cause": Cause("comment"),
        "point": POINT, "hash": "a" * 64, "late": False, "month": "2026-10", "earlier": False,
    }  # fmt: skip
    return Told(**given | changed)


def html_of(it: Told) -> str:
    module: Any = templates().get_template("_entries.html").module
    return str(getattr(module, it.kind)(it))


@pytest.mark.parametrize(("entry", "sentence"), GOLDEN)
def test_an_entry_reads_as_one_plain_sentence(entry: e.Entry, sentence: str) -> None:
    assert words_of(html_of(told(entry))) == sentence


def test_every_kind_of_entry_has_its_sentence() -> None:
    assert {type(entry) for entry, _ in GOLDEN} == set(get_args(e.Entry))


def test_every_reason_of_a_refusal_has_its_words() -> None:
    for why in Why:
        assert "refused: " in words_of(html_of(told(e.Refused(ITEM, why.value))))
    assert words_of(html_of(told(e.Refused(ITEM, "of tomorrow")))) == "A command was refused."


def test_text_from_people_does_nothing_on_a_page() -> None:
    hostile = e.FreeText('<script>alert("x")</script>\x00\x1b\u202e')
    entry = pledge(e.PledgeDeclined, Stage.OFFERED, Stage.DECLINED, reason=hostile)
    point = replace(POINT, names={MIA: "<b>mia</b>", ADA: "ada"})
    html = html_of(told(entry, point=point))
    assert "<script" not in html
    assert "<b>" not in html
    assert not {"\x00", "\x1b", "\u202e"} & set(html)
    assert f'href="{WEB}/ada"' in html


def test_whoever_was_erased_is_a_former_user() -> None:
    sentence = words_of(html_of(told(e.ItemReopened(ITEM), point=replace(POINT, names={}))))
    assert sentence == "a former user opened #12 again."


def test_a_pledge_leads_to_the_comment_that_made_it_and_a_place_to_its_page() -> None:
    html = html_of(told(pledge(e.PledgeDrawn, STANDING, DUE, drawn_by=WORK, lapses_at=None)))
    assert f'href="{WEB}/acme/solver/issues/12#issuecomment-900"' in html
    assert 'href="/acme/solver/work-orders/57"' in html


def test_a_place_that_is_gone_or_not_known_is_not_linked() -> None:
    gone = replace(POINT, spots={ITEM: Spot(12, PlaceKind.GONE)})
    html = html_of(told(pledge(e.PledgeLapsed, DUE, Stage.LAPSED), point=gone))
    assert "issuecomment" not in html
    assert html_of(told(e.ItemEnded(ITEM), point=gone)) == (
        "The fortnight after #12 left the roadmap is over."
    )
    assert "an issue" in html_of(told(e.ItemEnded(ITEM), point=replace(POINT, spots={})))


def test_another_issue_leads_to_github() -> None:
    other = replace(POINT, spots={ITEM: Spot(12, PlaceKind.OTHER)})
    html = html_of(told(e.ItemEnded(ITEM), point=other))
    assert f'href="{WEB}/acme/solver/issues/12"' in html


# --- what caused it ---------------------------------------------------------------------------


async def every(database: Database) -> dict[int, Told]:
    async with database.read() as tx:
        asked = Asked(tx, SOLVER, LATER, WEB, OURS)
        found = await browsing.before(tx, REPO, Sought(), None, 100)
        return {each.seq: each for each in await tell(asked, found.lines)}


async def test_an_entry_leads_to_the_comment_that_caused_it(database: Database) -> None:
    await a_played_ledger(database)
    found = await every(database)
    assert found[2].cause == Cause("comment", f"{WEB}/acme/solver/issues/1#issuecomment-1")
    assert found[1].cause == Cause("issue", f"{WEB}/acme/solver/issues/1")


async def test_a_comment_on_a_work_order_is_found_there_also_for_pledges_elsewhere(
    database: Database,
) -> None:
    await a_worked_ledger(database)
    again = made(20)
    await record(database, again, source="comment:77", actor=11)
    await record(database, drawn(again), started(), source="comment:78", actor=DAN)
    found = await every(database)
    newest = max(found)
    assert found[newest - 1].kind == "PledgeDrawn"
    for each in (found[newest], found[newest - 1]):
        assert each.cause == Cause("comment", f"{WEB}/acme/solver/issues/57#issuecomment-78")


async def test_what_the_clock_did_says_so(database: Database) -> None:
    first = made(1)
    await record(database, e.ItemLabelled(ISSUE, 1), first)
    lapsed = moved(e.PledgeLapsed, first, Stage.DUE, Stage.LAPSED)
    await record(database, lapsed, source="bursar.pledge_deadline:1:1:x", actor=None)
    found = await every(database)
    assert found[3].cause == Cause("by the clock", f"{WEB}/acme/solver/issues/1")


async def test_the_link_of_a_pull_request_leads_to_it(database: Database) -> None:
    await a_worked_ledger(database)
    linked = e.PullLinked(issue=ORDER, pull=9, author=DAN, by_steward=True, named=False)
    await record(database, linked, source="comment:99", where=9)
    found = await every(database)
    cause = Cause("comment", f"{WEB}/acme/solver/pull/9#issuecomment-99")
    assert found[max(found)].cause == cause


async def test_people_are_named_by_their_logins_of_today(database: Database) -> None:
    await a_played_ledger(database)
    await name(database, 11, "ada")
    found = await every(database)
    assert found[3].point.names == {11: "ada"}
