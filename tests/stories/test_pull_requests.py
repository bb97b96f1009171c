"""Which pull requests belong to a work order, and what does the one check run on them say?"""

from __future__ import annotations

from bot.domain.entries import PullLinked, PullMerged, PullNamed, PullUnlinked
from bot.storage import pulls
from sandbox.world import Issue, PullRequest
from tests.stories.kit import CONFIGURATION, Stage
from tests.stories.reading import rows


async def _settled(stage: Stage, pull: PullRequest) -> PullRequest:
    await stage.settled()
    return pull


def _row(stage: Stage, order: Issue, pull: PullRequest) -> dict[str, str]:
    """The line of a pull request on the panel of its work order."""
    found = rows(stage.panel(order), "Pull requests")
    (line,) = [row for row in found if f"/pull/{pull.number})" in row["Pull request"]]
    return line


# --- linking ----------------------------------------------------------------------------------


async def test_a_line_in_the_description_links_the_pull_request_of_a_developer(
    stage: Stage,
) -> None:
    order = await stage.started(unfunded=True, funder="@ada")
    pull = await _settled(stage, stage.pull("dev", "Part of it.", order))
    said = stage.disclosed(pull)
    for words in (f"CWO #{order.number}", "ada", "best effort", "like any other change"):
        assert words in said
    assert _row(stage, order, pull)["State"] == "open"
    (linked,) = await stage.recorded(PullLinked)
    assert not linked.by_steward


async def test_anybody_elses_is_named_not_linked_until_a_steward_says_so(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    pull = await _settled(stage, stage.pull("eve", "Me too!", order))
    assert "not linked" in stage.disclosed(pull)
    assert "named, not linked" in _row(stage, order, pull)["State"]
    words = f"/cwo link #{order.number}"
    for login in ("eve", "dev", "gus"):
        refused = await stage.says(login, pull.issue, words)
        assert stage.reactions(refused) == ["confused"]
    recorded = await stage.says("mia", pull.issue, words)
    assert stage.reactions(recorded) == ["+1"]
    assert f"under CWO #{order.number}" in stage.disclosed(pull)
    assert _row(stage, order, pull)["State"] == "open"
    assert stage.bots(pull.issue) == []
    await stage.says("mia", pull.issue, "/cwo link none")
    assert "Not under a work order any more" in stage.disclosed(pull)


async def test_a_steward_links_a_pull_request_that_names_no_work_order(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    pull = await _settled(stage, stage.pull("gus"))
    assert stage.disclosures(pull) == []
    await stage.says("mia", pull.issue, f"/cwo link CWO #{order.number}")
    assert f"under CWO #{order.number}" in stage.disclosed(pull)
    stage.person("gus").edit_pull(pull, body="Something else.")
    await stage.settled()
    assert f"under CWO #{order.number}" in stage.disclosed(pull)


async def test_taking_the_line_out_unlinks_and_writing_it_again_links(stage: Stage) -> None:
    order, other = await stage.started(unfunded=True), await stage.started(unfunded=True)
    pull = await _settled(stage, stage.pull("dev", "Part of it.", order))
    dev = stage.person("dev")
    dev.edit_pull(pull, body="Part of nothing.")
    await stage.settled()
    assert "Not under a work order any more" in stage.disclosed(pull)
    assert rows(stage.panel(order), "Pull requests") == []
    dev.edit_pull(pull, body=f"CWO: #{other.number}")
    await stage.settled()
    assert f"under CWO #{other.number}" in stage.disclosed(pull)
    dev.edit_pull(pull, body=f"cwo:#{order.number}")
    await stage.settled()
    assert f"under CWO #{order.number}" in stage.disclosed(pull)
    assert rows(stage.panel(other), "Pull requests") == []
    assert len(await stage.recorded(PullUnlinked)) == 2


async def test_only_a_line_of_its_own_names_a_work_order(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    n = order.number
    bodies = (
        f"> CWO: #{n}", f"    CWO: #{n}", f"`CWO: #{n}`", f"<!--\nCWO: #{n}\n-->", f"see CWO: #{n}",
        f"- CWO: #{n}", f"CWO: #{n} and more", "CWO: #9999", f"CWO: #{n}\nCWO: #{n + 1000}",
    )  # fmt: skip
    found = [stage.pull("dev", body) for body in bodies]
    await stage.settled()
    assert [stage.disclosures(pull) for pull in found] == [[] for _ in bodies]


async def test_what_was_named_before_the_approval_is_linked_with_it(stage: Stage) -> None:
    order = await stage.work_order()
    own = stage.pull("dev", "Early.", order)
    another = await _settled(stage, stage.pull("eve", "Early too.", order))
    assert "not linked" in stage.disclosed(own)
    await stage.discussed(order)
    await stage.records("mia", order, "/cwo approve")
    assert f"under CWO #{order.number}" in stage.disclosed(own)
    assert "not linked" in stage.disclosed(another)
    assert len(await stage.recorded(PullNamed)) == 2


async def test_a_pull_request_of_a_bot_is_named_and_never_linked_by_itself(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    bot = stage.box.world.add_bot("renovate", on="acme")
    files = {"requirements.txt": "numpy\n"}
    pull = bot.open_pull(stage.solver, "Update", f"CWO: #{order.number}", files, "renovate/numpy")
    await stage.settled()
    assert "not linked" in stage.disclosed(pull)


# --- the check run ----------------------------------------------------------------------------


async def test_the_check_run_follows_the_head(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    pull = await _settled(stage, stage.pull("dev", "Part of it.", order))
    before = pull.head_sha
    stage.person("dev").push_to_pull(pull, {"solver/a.py": "A = 1\n"})
    await stage.settled()
    assert pull.head_sha != before
    assert f"under CWO #{order.number}" in stage.disclosed(pull)
    assert len(stage.disclosures(pull, before)) == 1


async def test_there_is_one_check_run_whatever_happens_and_it_never_fails(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    pull = await _settled(stage, stage.pull("dev", "Part of it.", order, draft=True))
    dev, gus, mia = (stage.person(login) for login in ("dev", "gus", "mia"))
    dev.ready_for_review(pull)
    review = gus.review(pull, "CHANGES_REQUESTED", "Not like this.")
    await stage.settled()
    assert "No approval so far" in stage.disclosed(pull)
    gus.edit_review(review, "Please not like this.")
    mia.dismiss_review(review)
    approval = gus.review(pull, "APPROVED")
    await stage.settled()
    assert "gus" in stage.disclosed(pull)
    mia.dismiss_review(approval)
    await stage.settled()
    assert "No approval so far" in stage.disclosed(pull)
    mia.close_pull(pull)
    mia.reopen_pull(pull)
    await stage.settled()
    mia.merge(pull)
    await stage.settled()
    assert f"under CWO #{order.number}" in stage.disclosed(pull)


async def test_a_pull_request_that_also_touches_the_configuration_has_both_check_runs(
    stage: Stage,
) -> None:
    order = await stage.started(unfunded=True)
    files = {CONFIGURATION: "roles:\n  stewards: ['@gus']\n"}
    body = f"CWO: #{order.number}"
    pull = stage.person("dev").open_pull(
        stage.solver, "Change the rules", body, files, "rules", from_fork=True
    )
    await stage.settled()
    names = {run.name for run in stage.disclosures(pull)}
    assert names == {"Bursar configuration", "Funding disclosure"}


# --- what the panel tells of reviews ----------------------------------------------------------


async def test_rounds_approvals_and_the_merge_stand_on_the_panel_when_it_is_over(
    stage: Stage,
) -> None:
    order = await stage.started(unfunded=True)
    pull = await _settled(stage, stage.pull("dev", "Part of it.", order))
    gus, mia = stage.person("gus"), stage.person("mia")
    gus.review(pull, "CHANGES_REQUESTED", "Not like this.")
    mia.review(pull, "CHANGES_REQUESTED", "Nor like this.")
    await stage.settled()
    assert _row(stage, order, pull)["Changes requested"] == "yes"
    before = stage.panel(order)
    stage.person("dev").push_to_pull(pull, {"solver/a.py": "A = 1\n"})
    gus.review(pull, "CHANGES_REQUESTED", "One more thing.")
    await stage.settled()
    gus.review(pull, "APPROVED")
    stage.person("bob").review(pull, "APPROVED")
    await stage.settled()
    assert stage.panel(order) == before, "each round would be one more edit"
    mia.merge(pull, "squash")
    await stage.settled()
    line = _row(stage, order, pull)
    assert line["State"] == "merged"
    assert line["First review"]
    assert line["Changes requested"] == "2 rounds"
    assert line["Approvals"].startswith("2, 1")
    assert "mia" in line["Merged by"]


async def test_merged_elsewhere_reverted_closed_and_draft_are_told_apart(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    mia = stage.person("mia")
    mia.push(stage.solver, {"NEXT": "soon\n"}, "Begin the next version", "next")
    elsewhere = stage.pull("dev", "One.", order, base="next")
    reverted, closed = stage.pull("dev", "Two.", order), stage.pull("dev", "Three.", order)
    draft = await _settled(stage, stage.pull("dev", "Four.", order, draft=True))
    mia.merge(elsewhere)
    mia.merge(reverted)
    mia.close_pull(closed)
    await stage.settled()
    mia.merge(back := mia.revert(reverted))
    await stage.settled()
    states = [_row(stage, order, each)["State"] for each in (elsewhere, reverted, closed, draft)]
    assert "merged into" in states[0]
    assert "next" in states[0]
    assert "reverted by" in states[1]
    assert f"/pull/{back.number})" in states[1]
    assert states[2:] == ["closed", "draft"]
    merged = await stage.recorded(PullMerged)
    assert [each.into_default for each in merged] == [False, True]


async def test_whoever_merges_with_a_declared_interest_is_shown(stage: Stage) -> None:
    order = await stage.started(unfunded=True, interested="@gus")
    pull = await _settled(stage, stage.pull("dev", "Part of it.", order))
    stage.person("gus").merge(pull)
    await stage.settled()
    assert "with a declared interest" in _row(stage, order, pull)["Merged by"]


async def test_every_pull_request_is_remembered_funded_or_not(stage: Stage) -> None:
    order = await stage.started(unfunded=True)
    funded, other = stage.pull("dev", "Part of it.", order), stage.pull("gus", "A small thing.")
    await stage.settled()
    stage.person("mia").review(other, "APPROVED")
    stage.person("gus").merge(other)
    await stage.settled()
    assert stage.disclosures(other) == []
    async with stage.bot.database.read() as tx:
        found = {n: await pulls.pull(tx, stage.solver.id, n) for n in (funded.number, other.number)}
    facts, others = found[funded.number], found[other.number]
    assert facts is not None
    assert others is not None
    assert (facts.order, facts.author_writes) == (order.id, False)
    assert (others.order, others.author_writes) == (None, True)
    assert others.merged_at is not None
    assert len(others.approvals) == 1
