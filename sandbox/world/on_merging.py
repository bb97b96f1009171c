"""What can a person do to bring a pull request in, and to take it back?

https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from sandbox.errors import Conflict, Forbidden, NotAllowed, Unprocessable
from sandbox.payloads import pulls as payloads
from sandbox.world.on_code import after
from sandbox.world.on_reviews import OnReviews

if TYPE_CHECKING:
    from sandbox.nouns.things import Commit, Files, PullRequest

Method: TypeAlias = Literal["merge", "squash", "rebase"]
METHODS: dict[str, Method] = {"merge": "merge", "squash": "squash", "rebase": "rebase"}


class OnMerging(OnReviews):
    """Merging and reverting."""

    def merge(self, pull: PullRequest, method: Method = "merge") -> Commit:
        """One or more commits on the base branch; on the default one it closes what it names.

        https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges
        """
        issue = self.read(pull)
        self.need(pull.repository, "write")
        self._mergeable(pull)
        repository = pull.repository
        tip = repository.head(pull.base_branch)
        if tip is None:
            raise Conflict("Base branch is gone")
        made = self._rebased(pull, tip) if method == "rebase" else [self._joined(pull, tip, method)]
        commit = made[-1]
        pull.merged_at, pull.merged_by, pull.merge_sha = self.now(), self.user, commit.sha
        self.note(issue, "merged", commit_id=commit.sha)
        self.close_quietly(issue, None)
        self.move_branch(repository, pull.base_branch, commit, made[:-1])
        self.tell_pull(pull, "closed")
        if pull.base_branch == repository.default_branch:
            self.close_named_in(f"{pull.body}\n{pull.title}", repository, commit.sha)
        return commit

    def _mergeable(self, pull: PullRequest) -> None:
        if pull.issue.state != "open" or pull.draft:
            raise NotAllowed("Pull Request is not mergeable")
        if self.through is not None:
            raise Forbidden("Resource not accessible by integration")

    def _joined(self, pull: PullRequest, tip: Commit, method: Method) -> Commit:
        """A merge has two parents; a squash is one commit that looks like any other."""
        home, branch = pull.head_repository, pull.head_branch
        message = (
            f"Merge pull request #{pull.number} from {home.owner.login}/{branch}\n\n{pull.title}"
        )
        if method == "squash":
            told = "\n\n".join(f"* {each.message}" for each in pull.commits)
            message = f"{pull.title} (#{pull.number})\n\n{told}"
        parents = (tip.sha, pull.head_sha) if method == "merge" else (tip.sha,)
        tree = after(tip.tree, _difference(pull))
        return self.world.make_commit(pull.repository, self.user, message, parents, tree)

    def _rebased(self, pull: PullRequest, tip: Commit) -> list[Commit]:
        """The same commits again, one after the other, on top of the base branch."""
        made: list[Commit] = []
        for each in pull.commits:
            on = made[-1] if made else tip
            before = pull.head_repository.commits[each.parents[0]].tree
            tree = after(on.tree, _between(before, each.tree))
            made.append(
                self.world.make_commit(pull.repository, each.author, each.message, (on.sha,), tree)
            )
        return made

    def revert(self, pull: PullRequest) -> PullRequest:
        """The button "Revert": a new pull request that takes a merged one back.

        https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/reverting-a-pull-request
        """
        self.read(pull)
        repository = pull.repository
        self.need(repository, "write")
        if not pull.merged:
            raise Unprocessable("Only a merged pull request can be reverted")
        title = f'Revert "{pull.title}"'
        branch = f"revert-{pull.number}-{pull.head_branch}"
        before, then = (
            repository.commits[pull.base_sha].tree,
            repository.commits[pull.head_sha].tree,
        )
        base = pull.base_branch
        self.commit_on(repository, branch, _between(then, before), title, start=base)
        body = f"Reverts {repository.full_name}#{pull.number}"
        return self.propose(repository, title, body, repository, branch, base=base)


def _difference(pull: PullRequest) -> dict[str, str | None]:
    head: Files = pull.repository.commits[pull.head_sha].tree
    return {each.path: head.get(each.path) for each in payloads.changes(pull)}


def _between(before: Files, then: Files) -> dict[str, str | None]:
    """Every file that differs, as it is then."""
    paths = before.keys() | then.keys()
    return {path: then.get(path) for path in paths if before.get(path) != then.get(path)}
