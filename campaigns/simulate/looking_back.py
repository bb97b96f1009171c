"""When all is over: is everything there, once, and as the model says?"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.app import serving
from bot.storage.database import Database
from bot.storage.marks import marker
from bot.storage.verify import differences
from campaigns.simulate.github import a_request
from tests.stories import reading

if TYPE_CHECKING:
    from campaigns.simulate.playing import Run
    from sandbox.world import Comment, Issue

PANEL_MARK = "<!-- bursar-position"
SHOWN, NOT_SHOWN = 200, 404
GOOD_FOR = 90.0
"""Seconds after which a page must know that a repository has become private: a minute, and the way."""

QUIET = "not_here"
DIGEST = "funding-digest"


async def look_back(run: Run) -> None:
    """Hold GitHub, the ledger and the views against what happened."""
    audit = run.auditor
    audit.look()
    audit.unchanged()
    _every_delivery(run)
    _every_comment(run)
    _every_deed(run)
    for issue in run.village.issues():
        _panel(run, issue)
        _replies(run, issue)
    _digests(run)
    _moments(run)
    _given_up(run)
    await _nothing_private(run)
    database = Database(run.around.settings.database_url)
    try:
        async with database.read() as tx:
            async for sentence in differences(tx, audit.repo):
                audit.wrong(sentence)
    finally:
        await database.close()


def _every_delivery(run: Run) -> None:
    rows = run.auditor.open().execute("SELECT delivery FROM inbox")
    kept = {delivery for (delivery,) in rows}
    for each in run.world.deliveries:
        if each.guid not in kept:
            run.auditor.lost(f"delivery {each.guid} ({each.name}) is not in the inbox")


def _every_comment(run: Run) -> None:
    for comment in run.village.comments:
        said = run.truth.sayings[comment.id]
        outcome = run.auditor.outcomes.get(comment.id)
        only_help = all(asked.verb == "help" for asked in said.asked)
        if outcome is None and said.asked and said.told and not only_help:
            run.auditor.lost(f"comment {comment.id} was never decided: {said}")
        if comment.deleted or (outcome is None and not (said.asked and only_help)):
            if outcome is None and comment.reactions:
                run.auditor.wrong(
                    f"a reaction stands on comment {comment.id}, which commands nothing"
                )
            continue
        ours = [each.content for each in comment.reactions if each.user is run.box.app.bot]
        wanted = "+1" if outcome in {None, "recorded"} else "confused"
        if ours == [] and said.told:
            run.auditor.lost(f"comment {comment.id} ({outcome}) bears no reaction")
        elif ours != [wanted] and said.told:
            run.auditor.wrong(f"comment {comment.id} ({outcome}) bears {ours}")


def _every_deed(run: Run) -> None:
    """Hold the items against the issues: whatever arrived when, the last word holds."""
    for issue in run.village.issues():
        item = run.auditor.model.items.get(issue.id)
        labelled = issue.has("roadmap")
        if item is None:
            if labelled:
                run.auditor.lost(f"issue {issue.number} is labelled, and no item")
        elif _passed_over(run, issue):
            continue
        elif (item.on_roadmap, item.is_open) != (labelled, issue.state == "open"):
            run.auditor.wrong(
                f"issue {issue.number} is {labelled} {issue.state}; the ledger has {item}"
            )


def _passed_over(run: Run, issue: Issue) -> bool:
    """Tell whether something was told after something newer that was done here.

    Then the last word need not hold yet: see the test about labels and closings in
    `tests/faults/test_found_by_simulation.py`. When that one passes, this goes.
    """
    here = [deed for deed in run.truth.deeds if deed.issue == issue.id]
    told = [deed.at for deed in here if run.auditor.recorded(deed)]
    return any(not run.auditor.recorded(deed) and any(deed.at < at for at in told) for deed in here)


def _ours(run: Run, issue: Issue) -> list[Comment]:
    return [each for each in issue.comments if each.via_app is run.box.app]


def _panel(run: Run, issue: Issue) -> None:
    panels = [each for each in _ours(run, issue) if PANEL_MARK in each.body]
    known = issue.id in run.auditor.model.items
    if len(panels) > 1:
        run.auditor.doubled(f"issue {issue.number} bears {len(panels)} panels")
    elif known and not panels:
        run.auditor.lost(f"issue {issue.number} bears no panel")
    elif panels and not known:
        run.auditor.wrong(f"issue {issue.number} bears a panel, and is no item")
    if not known or len(panels) != 1:
        return
    sums, body = run.auditor.model.sums(issue.id), panels[0].body
    if (told := reading.listed(body)) != sums:
        run.auditor.wrong(f"the panel of issue {issue.number} says {told}, must say {sums}")
    if reading.headline(body) != sums.get("pledged", {}):
        run.auditor.wrong(f"the headline of issue {issue.number} is not {sums.get('pledged')}")


def _replies(run: Run, issue: Issue) -> None:
    """Hold the replies against what must be answered: each once."""
    bodies = [each.body for each in _ours(run, issue)]
    rows = run.auditor.open().execute(
        "SELECT key, kind, state FROM outbox WHERE repo = ? AND number = ?",
        (run.auditor.repo, issue.number),
    )
    outbox: dict[str, Any] = {key: state for key, kind, state in rows if kind == "say"}
    stand = Counter(
        key for key in outbox for body in bodies if marker(run.auditor.repo, key) in body
    )
    for key, count in stand.items():
        if count > 1:
            run.auditor.doubled(f"{key} was said {count} times on issue {issue.number}")
    wanted = set(outbox)
    for comment in run.village.comments:
        said, outcome = run.truth.sayings[comment.id], run.auditor.outcomes.get(comment.id)
        refused = outcome not in {None, "recorded", QUIET}
        if said.issue == issue.id and refused and run.auditor.placed.get(comment.id):
            wanted.add(f"say:refused:{comment.id}")
    for key in sorted(wanted):
        if not stand[key]:
            run.auditor.lost(f"{key} was never said on issue {issue.number}")
    if len(bodies) > len(stand) + 1:
        run.auditor.doubled(f"issue {issue.number} bears {len(bodies)} comments of ours")


def _digests(run: Run) -> None:
    audit = run.auditor
    posted = Counter(
        each.title for each in run.project.solver.issues.values() if each.via_app is run.box.app
    )
    wanted = sum(1 for month in audit.months if audit.told_in.get(month))
    for title, count in posted.items():
        if count > 1:
            audit.doubled(f"{title!r} was posted {count} times")
    if len(posted) != wanted:
        audit.wrong(f"{len(posted)} digests were posted, {wanted} months want one")
    for each in run.project.solver.issues.values():
        if each.via_app is run.box.app and each.state != "closed":
            audit.wrong(f"the digest {each.title!r} is open")


async def _nothing_private(run: Run) -> None:
    """Hide the repository: nobody may see a page of it any more; before, everybody could."""
    life, repository = run.life, run.project.solver
    if life is None or life.bot is None:
        return
    site = web.Application()
    site.add_routes(serving._pages(life.bot, run.around.settings).routes())
    site.freeze()
    seen = await site._handle(a_request(f"/{repository.full_name}", {}, b"", "GET"))
    if seen.status != SHOWN:
        run.auditor.wrong(f"the page of a public repository answers {seen.status}")
    run.world.person("mia").make_private(repository)
    await asyncio.sleep(GOOD_FOR)
    for path in ("", "/ledger", "/digests", ".json"):
        hidden = await site._handle(a_request(f"/{repository.full_name}{path}", {}, b"", "GET"))
        if hidden.status != NOT_SHOWN:
            run.auditor.wrong(
                f"{path or 'the page'} of a private repository answers {hidden.status}"
            )


def _moments(run: Run) -> None:
    """No moment that has passed may be forgotten."""
    for pledge in run.auditor.model.pledges.values():
        if pledge.deadline is not None and pledge.deadline < run.now():
            run.auditor.lost(f"the deadline of {pledge} has passed unnoticed")
    for item in run.auditor.model.items.values():
        if item.ends_at is not None and item.ends_at < run.now():
            run.auditor.lost(f"the end of {item} has passed unnoticed")


def _given_up(run: Run) -> None:
    rows = run.auditor.open().execute(
        "SELECT n, event, error FROM inbox WHERE state = 'quarantined'"
    )
    for n, event, error in rows:
        run.auditor.lost(f"inbox {n} ({event}) is in quarantine: {error}")
    rows = run.auditor.open().execute("SELECT key FROM outbox WHERE state = 'failed'")
    gone = {f"reaction:{each.id}" for each in run.village.comments if each.deleted}
    for (key,) in rows:
        if key not in gone:
            run.auditor.lost(f"{key} was given up")
