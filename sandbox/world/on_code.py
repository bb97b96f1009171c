"""What can a person do with branches, and which issues does a commit close?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.errors import NotFound
from sandbox.nouns.things import Branch, Commit, Files, Repository
from sandbox.payloads import repositories as payloads
from sandbox.world.on_comments import OnComments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.nouns.outgoing import Payload
    from sandbox.nouns.things import PullRequest

NOTHING = "0" * 40
# https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
CLOSING = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+/[\w.-]+))?#(\d+)\b",
    re.IGNORECASE | re.ASCII,
)


def after(tree: Files, changes: Mapping[str, str | None]) -> Files:
    """The tree with these files written, and those set to None removed."""
    changed = {path: text for path, text in changes.items() if text is not None}
    return {path: text for path, text in tree.items() if path not in changes} | changed


class OnCode(OnComments):
    """Pushing commits."""

    def push(
        self,
        repository: Repository,
        files: Mapping[str, str | None],
        message: str = "Update files",
        branch: str | None = None,
    ) -> Commit:
        """One commit on the branch; a new branch starts at the default one."""
        self.need(repository, "write")
        name = branch or repository.default_branch
        commit = self.commit_on(repository, name, files, message)
        if name == repository.default_branch:
            self.close_named_in(message, repository, commit.sha)
        return commit

    def commit_on(
        self,
        repository: Repository,
        name: str,
        files: Mapping[str, str | None],
        message: str,
        *,
        start: str | None = None,
    ) -> Commit:
        """Commit, move the branch, tell of the push and of the pull requests that it moves.

        A new branch starts where `start` is, else where the default branch is.
        """
        parent = repository.head(name if name in repository.branches else start)
        tree = after(parent.tree if parent else {}, files)
        parents = (parent.sha,) if parent else ()
        commit = self.world.make_commit(repository, self.user, message, parents, tree)
        self.move_branch(repository, name, commit)
        return commit

    def move_branch(
        self, repository: Repository, name: str, commit: Commit, earlier: Sequence[Commit] = ()
    ) -> None:
        """To a commit, perhaps over `earlier` ones that are new too."""
        old = repository.branches.get(name)
        before = old.sha if old else NOTHING
        repository.branches[name] = Branch(name, commit.sha)
        repository.pushed_at = self.now()
        new = [*earlier, commit]
        self._tell_push(repository, name, before, new)
        self._synchronize(repository, name, before, new)

    def delete_branch(self, repository: Repository, name: str) -> None:
        self.need(repository, "write")
        if name not in repository.branches or name == repository.default_branch:
            raise NotFound
        del repository.branches[name]
        self.world.changed()

    def _tell_push(
        self, repository: Repository, name: str, before: str, new: Sequence[Commit]
    ) -> None:
        shown = [payloads.pushed_commit(self.world, repository, each) for each in new]
        commit = new[-1]
        page = payloads.html_of(self.world, repository)
        body: Payload = {
            "ref": f"refs/heads/{name}",
            "before": before,
            "after": commit.sha,
            "repository": payloads.pushed_repository(self.world, repository),
            "pusher": {"name": self.user.login, "email": payloads.email(self.user)},
            "created": before == NOTHING,
            "deleted": False,
            "forced": False,
            "base_ref": None,
            "compare": f"{page}/compare/{before[:12]}...{commit.sha[:12]}",
            "commits": shown,
            "head_commit": shown[-1],
        }
        self.world.tell("push", None, repository, self.user, body)

    def _synchronize(
        self, repository: Repository, name: str, before: str, new: Sequence[Commit]
    ) -> None:
        """Open pull requests follow their branch, over forks too."""
        commit = new[-1]
        for each in self._pulls_from(repository, name):
            each.repository.commits |= {one.sha: one for one in new}
            each.head_sha = commit.sha
            each.commits += new
            each.issue.updated_at = self.now()
            self.tell_pull(each, "synchronize", before=before, after=commit.sha)

    def _pulls_from(self, repository: Repository, name: str) -> list[PullRequest]:
        return [
            pull
            for each in list(self.world.repositories.values())
            for pull in each.pulls
            if pull.head_repository is repository
            and pull.head_branch == name
            and pull.issue.state == "open"
        ]

    def close_named_in(self, text: str, repository: Repository, sha: str) -> None:
        """Close the issues that a text names, once it reached the default branch."""
        for full_name, number in CLOSING.findall(text):
            where = self.world.by_name(full_name) if full_name else repository
            issue = where.issues.get(int(number)) if where else None
            if issue and not issue.pull and issue.state == "open" and not issue.deleted:
                self.close_quietly(issue, "completed", sha)
                self.tell_issue(issue, "closed")
