"""What does `.github/bursar.yml` change, and where are its mistakes shown?"""

from __future__ import annotations

from tests.stories.kit import CONFIGURATION, RULES, Stage

WRONG = "pledges:\n  currencies: [USD]\n  minimun: {USD: 25}\n"


async def test_a_project_works_without_any_configuration(unconfigured: Stage) -> None:
    issue = await unconfigured.roadmap_item()
    await unconfigured.records("ada", issue, "/pledge £20")
    assert "https://opencollective.com/acme-solver" in unconfigured.panel(issue)
    assert unconfigured.solver.check_runs == []


async def test_a_pushed_configuration_holds_from_then_on(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.configure("pledges:\n  currencies: [GBP]\n  accept_up_to: {GBP: 20}\n")
    await stage.says("ada", issue, "/pledge £20.01")
    await stage.records("bob", issue, "/pledge 20")
    assert await stage.pledges() == {"P-1": "offered", "P-2": "standing"}
    (check,) = stage.solver.check_runs
    assert (check.name, check.conclusion) == ("Bursar configuration", "success")
    assert check.head_sha == stage.solver.branches["main"].sha


async def test_a_mistake_keeps_the_last_good_configuration_and_shows_its_line(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.configure(WRONG)
    (check,) = stage.solver.check_runs
    assert check.conclusion == "failure"
    assert check.title == "1 mistake in the configuration"
    (remark,) = check.annotations
    assert (remark["path"], remark["start_line"]) == (CONFIGURATION, 3)
    assert "minimum" in remark["message"]
    await stage.records("ada", issue, "/pledge €5")


async def test_a_mended_configuration_holds(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.configure(WRONG)
    await stage.configure(WRONG.replace("minimun", "minimum"))
    assert [check.conclusion for check in stage.solver.check_runs] == ["failure", "success"]
    assert "at least USD 25.00" in await stage.refuses("ada", issue, "/pledge $5")
    assert "not accepted" in await stage.refuses("ada", issue, "/pledge €50")


async def test_without_the_file_the_defaults_hold_again(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.configure(None)
    await stage.records("ada", issue, "/pledge £20")


async def test_a_mistake_that_was_there_at_installation_is_shown_too(unconfigured: Stage) -> None:
    unconfigured.person("mia").uninstall(unconfigured.installation)
    unconfigured.person("mia").push(unconfigured.solver, {CONFIGURATION: WRONG}, "Configure Bursar")
    unconfigured.person("mia").install(unconfigured.box.app, "all", on="acme")
    await unconfigured.roadmap_item()
    (check,) = unconfigured.solver.check_runs
    assert check.conclusion == "failure"


async def test_a_pull_request_that_touches_the_file_is_told_what_it_would_do(stage: Stage) -> None:
    gus = stage.person("gus")
    pull = gus.open_pull(stage.solver, "Rules", "", {CONFIGURATION: WRONG}, "rules")
    await stage.settled()
    (check,) = stage.solver.check_runs
    assert (check.head_sha, check.conclusion) == (pull.head_sha, "failure")
    assert "configuration of the default branch stays in force" in (check.summary or "")
    gus.push_to_pull(pull, {CONFIGURATION: RULES + "  minimum: {USD: 9}\n"})
    await stage.settled()
    assert stage.solver.check_runs[-1].head_sha == pull.head_sha
    assert stage.solver.check_runs[-1].conclusion == "success"
    assert stage.bots(pull.issue) == []
    issue = await stage.roadmap_item()
    await stage.records("ada", issue, "/pledge $5")


async def test_a_pull_request_from_a_fork_is_told_too(stage: Stage) -> None:
    files = {CONFIGURATION: WRONG}
    pull = stage.person("dev").open_pull(stage.solver, "Rules", "", files, "rules", from_fork=True)
    await stage.settled()
    (check,) = stage.solver.check_runs
    assert (check.head_sha, check.conclusion) == (pull.head_sha, "failure")


async def test_other_pull_requests_and_pushes_get_no_check_run(stage: Stage) -> None:
    stage.person("gus").open_pull(stage.solver, "Faster LU", "", {"lu.py": "fast"})
    stage.person("gus").push(stage.solver, {"README.md": "# solver"})
    stage.person("gus").push(stage.solver, {CONFIGURATION: WRONG}, branch="wip")
    await stage.settled()
    assert stage.solver.check_runs == []


async def test_rails_of_the_configuration_stand_before_those_of_funding_yml(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    stage.person("mia").push(stage.solver, {".github/FUNDING.yml": "liberapay: acme\n"})
    await stage.settled()
    await stage.records("ada", issue, "/pledge $5")
    assert "https://liberapay.com/acme" in stage.panel(issue)
    await stage.configure('rails:\n  - {name: Invoice, contact: "mailto:labs@acme.example"}\n')
    await stage.records("bob", issue, "/pledge $5")
    assert "mailto:labs@acme.example" in stage.panel(issue)
    assert "liberapay" not in stage.panel(issue)


async def test_new_rules_change_what_panels_say_about_funding(stage: Stage) -> None:
    issue = await stage.roadmap_item()
    await stage.configure("pledges:\n  minimum: {USD: 25}\n")
    await stage.records("ada", issue, "/pledge $30")
    assert "The smallest pledge is USD 25.00" in stage.panel(issue)
