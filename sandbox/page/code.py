"""Which commits, checks and changes are there to be seen?"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world import CheckRun, Commit, Repository


class Changed(NamedTuple):
    """What a commit did to one file, with the columns that a pull request's changes have."""

    path: str
    status: str
    patch: str


def checks_on(repository: Repository, sha: str) -> list[CheckRun]:
    """The newest check run of each name on a commit."""
    found = [each for each in repository.check_runs if each.head_sha == sha]
    return list({(each.app.id, each.name): each for each in found}.values())


def history(repository: Repository, ref: str) -> Iterator[Commit]:
    """A branch's commits, newest first, along the first parents."""
    at = repository.head(ref)
    while at is not None:
        yield at
        at = repository.commits.get(at.parents[0]) if at.parents else None


def changed_by(repository: Repository, commit: Commit) -> list[Changed]:
    parent = repository.commits.get(commit.parents[0]) if commit.parents else None
    before, after = parent.tree if parent else {}, commit.tree
    paths = sorted(before.keys() | after.keys())
    return [
        _changed(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    ]


def _changed(path: str, before: str | None, after: str | None) -> Changed:
    status = "added" if before is None else "removed" if after is None else "modified"
    old, new = (before or "").splitlines(), (after or "").splitlines()
    lines = list(difflib.unified_diff(old, new, lineterm=""))[2:]
    return Changed(path, status, "\n".join(lines))
