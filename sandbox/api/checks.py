"""Check runs: what an App says about a commit.

https://docs.github.com/en/rest/checks/runs
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.api.call import Answer, Call
from sandbox.api.routing import AS_INSTALLATION, Routes
from sandbox.errors import Forbidden, NotFound, Problem, Unprocessable
from sandbox.nouns.things import CheckRun
from sandbox.payloads import checks as payloads

if TYPE_CHECKING:
    from sandbox.world import Repository

routes = Routes()
RUNS = "/repos/{owner}/{repo}/check-runs"
STATUSES = {"queued", "in_progress", "completed", "waiting", "requested", "pending"}
CONCLUSIONS = {"action_required", "cancelled", "failure", "neutral"}
CONCLUSIONS |= {"success", "skipped", "stale", "timed_out"}


@routes.add("POST", RUNS, "checks:write", callers=AS_INSTALLATION)
def create_check_run(call: Call) -> Answer:
    repository, sha, app = call.repository(), call.text("head_sha"), call.actor.via
    if app is None or sha not in repository.commits:
        raise Unprocessable(f"No commit found for SHA: {sha}")
    world = call.world
    run = CheckRun(world.next_id(), repository, app, call.text("name"), sha, world.now())
    _fill(call, run)
    repository.check_runs.append(run)
    _tell(call, run, "created")
    return Answer(payloads.check_run(world, run), 201)


@routes.add("PATCH", f"{RUNS}/{{check_run_id}}", "checks:write", callers=AS_INSTALLATION)
def update_check_run(call: Call) -> Answer:
    """Only the App that made it."""
    run = _run(call)
    if run.app is not call.actor.via:
        raise Forbidden("Invalid app_id `1` - check run can only be modified by its own App")
    before = run.status
    _fill(call, run)
    if before != "completed" == run.status:
        _tell(call, run, "completed")
    call.world.changed()
    return Answer(payloads.check_run(call.world, run))


def _fill(call: Call, run: CheckRun) -> None:
    """A conclusion completes the run."""
    status, conclusion = call.text("status", None), call.text("conclusion", None)
    if status not in STATUSES | {None}:
        raise Unprocessable("Validation Failed", Problem("CheckRun", "status", "invalid"))
    if conclusion not in CONCLUSIONS | {None}:
        raise Unprocessable("Validation Failed", Problem("CheckRun", "conclusion", "invalid"))
    if status == "completed" and not (conclusion or run.conclusion):
        raise Unprocessable("Validation Failed", Problem("CheckRun", "conclusion", "missing_field"))
    run.name = call.text("name", None) or run.name
    run.external_id = call.text("external_id", None) or run.external_id
    run.details_url = call.text("details_url", None) or run.details_url
    run.status = "completed" if conclusion else status or run.status
    if run.status == "completed":
        run.conclusion = conclusion or run.conclusion
        run.completed_at = call.world.now()
    elif status:
        run.conclusion, run.completed_at = None, None
    _output(run, call.body.get("output"))


def _output(run: CheckRun, output: dict[str, Any] | None) -> None:
    if output is None:
        return
    for name in ("summary", "text"):
        if len((output.get(name) or "").encode()) > 65_535:  # as documented  # noqa: PLR2004  # bytes, as documented
            raise Unprocessable("Validation Failed", Problem("CheckRun", name, "custom"))
    run.title = output.get("title", run.title)
    run.summary = output.get("summary", run.summary)
    run.text = output.get("text", run.text)
    run.annotations += output.get("annotations") or []


def _run(call: Call) -> CheckRun:
    wanted = call.number("check_run_id")
    for each in call.repository().check_runs:
        if each.id == wanted:
            return each
    raise NotFound


def _tell(call: Call, run: CheckRun, action: str) -> None:
    body = {"check_run": payloads.check_run(call.world, run)}
    call.world.tell("check_run", action, run.repository, call.actor.user, body)


@routes.add("GET", f"{RUNS}/{{check_run_id}}", "checks:read")
def get_check_run(call: Call) -> Answer:
    return Answer(payloads.check_run(call.world, _run(call)))


@routes.add("GET", f"{RUNS}/{{check_run_id}}/annotations", "checks:read")
def list_annotations(call: Call) -> Answer:
    run = _run(call)
    return call.page(run.annotations, partial(payloads.annotation, call.world, run))


@routes.add("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", "checks:read")
def list_check_runs(call: Call) -> Answer:
    """The newest of each name, unless all are asked for."""
    repository = call.repository()
    commit = repository.head(call.params["ref"])
    if commit is None:
        raise Unprocessable(f"No commit found for SHA: {call.params['ref']}")
    found = _runs_of(call, repository, commit.sha)
    if call.query.get("filter", "latest") == "latest":
        found = list({(each.app.id, each.name): each for each in found}.values())
    return call.page(found[::-1], partial(payloads.check_run, call.world), key="check_runs")


def _runs_of(call: Call, repository: Repository, sha: str) -> list[CheckRun]:
    query = call.query
    return [
        each
        for each in repository.check_runs
        if each.head_sha == sha
        and query.get("check_name", each.name) == each.name
        and query.get("status", each.status) == each.status
        and query.get("app_id", str(each.app.id)) == str(each.app.id)
    ]
