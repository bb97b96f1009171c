"""How does one change a file: on a branch, as a new pull request, or in one that is open?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.errors import Refused, Unprocessable
from sandbox.page.addresses import of_commit, of_issue
from sandbox.page.refusing import in_a_sentence
from sandbox.page.showing import show
from sandbox.page.trying import CONFIGURATION, SAMPLES
from sandbox.page.visiting import Visit

if TYPE_CHECKING:
    from sandbox.nouns.things import Files
    from sandbox.world import PullRequest, Repository

NEW_FILE = "notes.md"
Change = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Editor:
    """A form with one file in it, and what sending it means."""

    kind: str  # "push" | "pull" | "more"
    doing: str
    repository: Repository
    tree: Files
    pull: PullRequest | None = None
    base: str = ""

    def shown(self, visit: Visit, refusal: Refused | None = None) -> web.Response:
        """The form; after a refusal with what was typed."""
        path = visit.text("path") or visit.asked("path") or self._usual()
        text = visit.text("text") if visit.form else self._text(path, visit.asked("sample"))
        notice = in_a_sentence(refusal, visit.actor.user, self.doing) if refusal else None
        return show(
            visit,
            "editor.html",
            repository=self.repository,
            status=refusal.status if refusal else 200,
            notice=notice,
            editor=self,
            path=path,
            text=text,
            samples=list(SAMPLES) if path == CONFIGURATION else [],
            configuration=CONFIGURATION,
            may_push=visit.actor.may(self.repository, "write"),
            typed=visit.form,
        )

    def _usual(self) -> str:
        return next((path for path in self.tree if path.endswith(".py")), NEW_FILE)

    def _text(self, path: str, sample: str) -> str:
        if path == CONFIGURATION and sample in SAMPLES:
            return SAMPLES[sample]
        return self.tree.get(path, "")


def _change(visit: Visit, tree: Files) -> Change:
    """One file, with the line ends that Git keeps; a change must change something."""
    path = visit.text("path").strip().strip("/")
    if not path:
        message = "The file needs a name"
        raise Unprocessable(message)
    removed = "remove" in visit.form
    text = None if removed else visit.text("text").replace("\r\n", "\n")
    if tree.get(path) == text:
        message = "This changes nothing: the file is like that already"
        raise Unprocessable(message)
    return {path: text}


def _message(visit: Visit, change: Change) -> str:
    path, text = next(iter(change.items()))
    return visit.text("message").strip() or f"{'Remove' if text is None else 'Update'} {path}"


# -- a push to the default branch --------------------------------------------------------------


def _on_branch(visit: Visit) -> Editor:
    repository = visit.repository()
    return Editor("push", "push", repository, repository.files())


async def edit(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    return _on_branch(visit).shown(visit)


async def push(request: web.Request) -> web.Response:
    visit = await Visit.with_form(request)
    editor = _on_branch(visit)
    try:
        change = _change(visit, editor.tree)
        commit = visit.actor.push(editor.repository, change, _message(visit, change))
    except Refused as refusal:
        return editor.shown(visit, refusal)
    raise web.HTTPSeeOther(of_commit(editor.repository, commit.sha))


# -- a new pull request ------------------------------------------------------------------------


def _new_pull(visit: Visit) -> Editor:
    """Into the default branch, or into another one that the visitor chose."""
    repository = visit.repository()
    wanted = visit.text("base") or visit.asked("base")
    base = wanted if wanted in repository.branches else repository.default_branch
    return Editor("pull", "propose changes", repository, repository.files(base), base=base)


async def new_pull(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    return _new_pull(visit).shown(visit)


async def open_pull(request: web.Request) -> web.Response:
    """From a branch of one's own; people without write access have it in a fork."""
    visit = await Visit.with_form(request)
    editor, actor = _new_pull(visit), visit.actor
    try:
        if not visit.text("title").strip():
            message = "A title is missing"
            raise Unprocessable(message)
        opened = actor.open_pull(
            editor.repository,
            visit.text("title"),
            visit.text("body"),
            _change(visit, editor.tree),
            _free_branch(visit, editor.repository),
            from_fork=not actor.may(editor.repository, "write"),
            draft="draft" in visit.form,
            base=editor.base,
        )
    except Refused as refusal:
        return editor.shown(visit, refusal)
    raise web.HTTPSeeOther(of_issue(opened.issue))


def _free_branch(visit: Visit, repository: Repository) -> str:
    """`ada-patch-1`, or the next that nobody has used, wherever it will be."""
    used = {name for each in visit.world.repositories.values() for name in each.branches}
    used |= {each.head_branch for each in repository.pulls}
    names = (f"{visit.actor.user.login}-patch-{number}" for number in count(1))
    return next(name for name in names if name not in used)


# -- more commits on one that is open ----------------------------------------------------------


def _more(visit: Visit) -> Editor:
    pull = visit.pull()
    tree = pull.repository.commits[pull.head_sha].tree
    return Editor("more", "push to this branch", pull.repository, tree, pull)


async def more(request: web.Request) -> web.Response:
    visit = Visit.without_form(request)
    return _more(visit).shown(visit)


async def push_more(request: web.Request) -> web.Response:
    visit = await Visit.with_form(request)
    editor, pull = _more(visit), visit.pull()
    try:
        change = _change(visit, editor.tree)
        visit.actor.push_to_pull(pull, change, _message(visit, change))
    except Refused as refusal:
        return editor.shown(visit, refusal)
    raise web.HTTPSeeOther(f"{of_issue(pull.issue)}#changes")
