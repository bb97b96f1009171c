"""What can happen in the sandbox? Everything that its people can do, each act at least once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sandbox.world import Actor, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.world import App, Repository

START = datetime(2030, 1, 31, 12, tzinfo=UTC)
EVENTS = ["issues", "issue_comment", "pull_request", "pull_request_review", "push", "repository"]
PERMISSIONS = {"metadata": "read", "contents": "read", "issues": "write", "checks": "write"}

# What an Actor answers or shares with other acts, and is no act of a person by itself.
QUESTIONS = {"may", "see", "need", "read", "is_author", "now", "standing", "conversation_open_to"}
QUESTIONS |= {"issue_form", "issue_forms"}
ATTRIBUTES = {"user", "via", "world", "through"}
SHARED = {
    "note",
    "tell_issue",
    "tell_pull",
    "tell_review",
    "new_issue",
    "label_named",
    "close_quietly",
    "commit_on",
    "move_branch",
    "close_named_in",
    "propose",
}
NO_ACTS = QUESTIONS | ATTRIBUTES | SHARED


class Watched:
    """An actor that writes down which acts were asked of it."""

    def __init__(self, actor: Actor, seen: set[str]) -> None:
        self._actor = actor
        self._seen = seen

    def __getattr__(self, name: str) -> Any:
        self._seen.add(name)
        return getattr(self._actor, name)


def all_acts() -> set[str]:
    """The names of all acts that the sandbox offers."""
    public = {name for name in dir(Actor) if not name.startswith("_")}
    return public - NO_ACTS


class Play:
    """A world with an organisation, its two people, a stranger and an App, and who did what."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.world = World(_a_second_later_each_time())
        for login in ("mia", "ada", "gus"):
            self.world.add_user(login)
        self.world.add_organization("acme")
        self.world.add_organization("other")
        for organization in ("acme", "other"):
            self.world.add_member(organization, "mia", "admin")
        self.solver = self._repository("acme/solver")
        self.docs = self._repository("acme/docs")
        self.app = self._app()
        self.mia, self.ada, self.gus = (self.person(login) for login in ("mia", "ada", "gus"))

    def person(self, login: str) -> Watched:
        return Watched(self.world.person(login), self.seen)

    def _repository(self, full_name: str) -> Repository:
        return self.world.add_repository(full_name, files={"README.md": "# Solver\n"})

    def _app(self) -> App:
        keys = ("private", "public")
        owner = self.world.user("mia")
        app = self.world.add_app("bursar", owner, keys, permissions=PERMISSIONS, events=EVENTS)
        app.webhook_url = "http://127.0.0.1:8000/webhooks/github"
        return app


def _a_second_later_each_time() -> Callable[[], datetime]:
    passed = iter(range(10**9))
    return lambda: START + timedelta(seconds=next(passed))


def everything() -> Play:
    """The play after its last act: `play.world.deliveries` is what GitHub would have sent."""
    play = Play()
    installation = play.mia.install(play.app, on="acme")
    play.world.ping(play.app)
    _issues(play)
    _comments(play)
    _code(play)
    _repositories(play)
    play.mia.uninstall(installation)
    _installations(play)
    return play


def _issues(play: Play) -> None:
    play.mia.create_label(play.solver, "roadmap", "00ff00", "can be funded")
    issue = play.mia.open_issue(play.solver, "Sparse LU", "Please.", labels=["roadmap"])
    play.mia.label(issue, "help wanted")
    play.mia.unlabel(issue, "help wanted")
    play.mia.edit_issue(issue, title="Sparse LU solver", body="")
    play.mia.lock_issue(issue, "resolved")
    play.mia.unlock_issue(issue)
    play.mia.close(issue, "not_planned")
    play.mia.reopen(issue)
    play.ada.open_issue(play.solver, "No words")
    play.mia.transfer_issue(play.mia.open_issue(play.solver, "Elsewhere"), play.docs)
    play.mia.delete_issue(play.gus.open_issue(play.solver, "Spam"))
    _forms(play)


def _forms(play: Play) -> None:
    form = (
        "name: x\ndescription: x\nlabels: [roadmap]\nbody: [{type: input, attributes: {label: x}}]"
    )
    play.mia.push(play.solver, {".github/ISSUE_TEMPLATE/x.yml": form})
    play.ada.open_issue_from_form(play.solver, "x.yml", {"x": "y"}, "By a form")


def _comments(play: Play) -> None:
    issue = play.solver.issues[1]
    bot = play.world.app_in(next(iter(play.world.installations.values())))
    for actor in (play.ada, bot):
        comment = actor.comment(issue, "/pledge $500")
        actor.edit_comment(comment, "/pledge $600")
        reaction = play.mia.react(comment, "+1")
        play.mia.unreact(comment, reaction)
        actor.delete_comment(comment)
    play.mia.react(issue, "heart")


def _code(play: Play) -> None:
    play.mia.push(play.solver, {"solver.py": "x = 1\n"}, "Closes #1")
    pull = play.gus.open_pull(
        play.solver, "LU", "CWO: #57", {"lu.py": "y = 2\n"}, from_fork=True, draft=True
    )
    play.gus.push_to_pull(pull, {"lu.py": "y = 3\n"})
    play.gus.ready_for_review(pull)
    play.gus.convert_to_draft(pull)
    play.gus.ready_for_review(pull)
    play.gus.edit_pull(pull, title="Sparse LU", body="")
    play.ada.comment(pull, "Looks good")
    play.mia.label(pull, "roadmap")
    play.mia.unlabel(pull, "roadmap")
    play.mia.lock_issue(pull)
    play.mia.unlock_issue(pull)
    review = play.mia.review(pull, "CHANGES_REQUESTED", "Tests, please")
    play.mia.edit_review(review, "Tests and docs, please")
    play.mia.dismiss_review(review)
    play.mia.review(pull, "APPROVED")
    play.mia.close_pull(pull)
    play.mia.reopen_pull(pull)
    play.mia.push(play.solver, {"next.md": "n"}, branch="next")
    play.gus.change_base(pull, "next")
    play.gus.change_base(pull, "main")
    play.mia.merge(pull)
    play.mia.merge(play.mia.revert(pull), "squash")
    bot = Watched(play.world.add_bot("renovate", "acme"), play.seen)
    update = bot.open_pull(play.solver, "Update lapack", "", {"pins": "1"}, "renovate/lapack")
    play.mia.merge(update, "rebase")
    play.mia.push(play.solver, {"old.md": "o"}, branch="old")
    play.mia.delete_branch(play.solver, "old")
    play.gus.fork(play.solver)


def _repositories(play: Play) -> None:
    play.mia.set_role(play.solver, "ada", "triage")
    play.mia.rename_repository(play.solver, "sparse-solver")
    play.mia.make_private(play.solver)
    play.mia.make_public(play.solver)
    play.mia.archive(play.solver)
    play.mia.unarchive(play.solver)
    play.mia.install(play.app, on="other")
    play.mia.transfer_repository(play.solver, "other")
    play.ada.rename_self("ada-l")
    play.mia.delete_repository(play.solver)


def _installations(play: Play) -> None:
    installation = play.mia.install(play.app, [play.docs])
    more = play.world.add_repository("acme/more")
    play.mia.add_repositories(installation, [more])
    play.mia.remove_repositories(installation, [more])
    play.mia.suspend(installation)
    play.mia.unsuspend(installation)
    play.app.permissions["members"] = "read"
    play.mia.accept_permissions(installation)
