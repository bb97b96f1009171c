"""What can a person do with pull requests?

https://docs.github.com/en/pull-requests/collaborating-with-pull-requests
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import Problem, Unprocessable
from sandbox.nouns.things import Branch, PullRequest, Repository
from sandbox.world.on_code import OnCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.nouns.things import Commit


class OnPulls(OnCode):
    """Opening, moving, editing and closing pull requests."""

    def open_pull(  # what the form asks for, and where the work is  # each is one thing that the reader names
        self,
        repository: Repository,
        title: str,
        body: str = "",
        files: Mapping[str, str | None] | None = None,
        branch: str = "patch-1",
        *,
        from_fork: bool = False,
        draft: bool = False,
        base: str | None = None,
    ) -> PullRequest:
        """Push `files` to a branch (of a fork, for people without write access), and propose it."""
        self.need(repository, "read")
        home = self.fork(repository) if from_fork else repository
        self.need(home, "write")
        if files:
            start = base if base in home.branches else None
            self.commit_on(home, branch, files, title, start=start)
        return self.propose(repository, title, body, home, branch, base=base, draft=draft)

    def propose(  # each is one thing that the reader names
        self,
        repository: Repository,
        title: str,
        body: str,
        home: Repository,
        branch: str,
        *,
        base: str | None = None,
        draft: bool = False,
    ) -> PullRequest:
        """Open a pull request for a branch that is there already."""
        target = base or repository.default_branch
        if branch not in home.branches:
            raise Unprocessable("Validation Failed", Problem("PullRequest", "head", "invalid"))
        ahead = self._ahead(repository, home, branch, target)
        issue = self.new_issue(repository, title, body)
        sha = ahead[0].parents[0]
        pull = PullRequest(
            self.world.next_id(), issue, home, branch, ahead[-1].sha, target, sha, draft, ahead
        )
        issue.pull = pull
        repository.commits |= {each.sha: each for each in ahead}
        self.tell_pull(pull, "opened")
        return pull

    def _ahead(
        self, repository: Repository, home: Repository, branch: str, target: str
    ) -> list[Commit]:
        """The commits of the branch that the base does not have, oldest first."""
        head, start = home.head(branch), repository.head(target)
        if head is None or start is None or target not in repository.branches:
            raise Unprocessable("Validation Failed", Problem("PullRequest", "base", "invalid"))
        known, at = _history(repository, start), head
        found: list[Commit] = []
        while at.sha not in known and at.parents:
            found.insert(0, at)
            at = home.commits[at.parents[0]]
        if not found:
            message = f"No commits between {target} and {branch}"
            problem = Problem("PullRequest", "head", "custom", message)
            raise Unprocessable("Validation Failed", problem)
        return found

    def fork(self, repository: Repository) -> Repository:
        """The actor's own copy; there is one per account."""
        for each in self.world.repositories.values():
            if each.parent is repository and each.owner is self.user:
                return each
        copy = self.world.add_repository(f"{self.user.login}/{repository.name}")
        copy.parent = repository
        copy.commits = dict(repository.commits)
        main = repository.branches[repository.default_branch]
        copy.default_branch = repository.default_branch
        copy.branches = {main.name: Branch(main.name, main.sha)}
        return copy

    def push_to_pull(
        self, pull: PullRequest, files: Mapping[str, str | None], message: str = "Address review"
    ) -> Commit:
        """`synchronize`."""
        return self.push(pull.head_repository, files, message, pull.head_branch)

    def edit_pull(
        self, pull: PullRequest, *, title: str | None = None, body: str | None = None
    ) -> None:
        self.edit_issue(pull, title=title, body=body)

    def change_base(self, pull: PullRequest, base: str) -> None:
        """Aim it at another branch: `edited`, with the branch that it was aimed at.

        https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/changing-the-base-branch-of-a-pull-request
        """
        issue = self.read(pull)
        self.need(pull.repository, "write", unless=self.is_author(issue))
        if base == pull.base_branch:
            return
        if issue.state != "open":
            message = "Cannot change the base branch of a closed pull request."
            problem = Problem("PullRequest", "base", "custom", message)
            raise Unprocessable("Validation Failed", problem)
        ahead = self._ahead(pull.repository, pull.head_repository, pull.head_branch, base)
        was = {"ref": {"from": pull.base_branch}, "sha": {"from": pull.base_sha}}
        pull.base_branch, pull.base_sha, pull.commits = base, ahead[0].parents[0], ahead
        self.note(issue, "base_ref_changed")
        self.tell_pull(pull, "edited", changes={"base": was})

    def close_pull(self, pull: PullRequest) -> None:
        self.close(pull)

    def reopen_pull(self, pull: PullRequest) -> None:
        self.reopen(pull)

    def ready_for_review(self, pull: PullRequest) -> None:
        self._set_draft(pull, "ready_for_review", draft=False)

    def convert_to_draft(self, pull: PullRequest) -> None:
        self._set_draft(pull, "converted_to_draft", draft=True)

    def _set_draft(self, pull: PullRequest, action: str, *, draft: bool) -> None:
        issue = self.read(pull)
        self.need(pull.repository, "write", unless=self.is_author(issue))
        if pull.draft is not draft:
            pull.draft = draft
            timeline = "convert_to_draft" if draft else "ready_for_review"
            self.note(issue, timeline)
            self.tell_pull(pull, action)


def _history(repository: Repository, start: Commit) -> set[str]:
    """Everything that led to a commit, over merges too."""
    known: set[str] = set()
    waiting = [start.sha]
    while waiting:
        sha = waiting.pop()
        if sha not in known and sha in repository.commits:
            known.add(sha)
            waiting += repository.commits[sha].parents
    return known
