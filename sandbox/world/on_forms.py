"""What can a person do with the issue forms of a repository?

https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/about-issue-and-pull-request-templates#issue-forms
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sandbox.errors import NotFound, Problem, Unprocessable
from sandbox.nouns.forms import BrokenForm, IssueForm, read_form
from sandbox.world.on_issues import OnIssues

if TYPE_CHECKING:
    from sandbox.nouns.forms import Answers
    from sandbox.nouns.things import Issue, Repository

FOLDER = ".github/ISSUE_TEMPLATE/"
NO_FORM = frozenset({"config.yml", "config.yaml"})  # sets up the page on which one chooses a form


class OnForms(OnIssues):
    """Choosing a form, and opening an issue with it."""

    def issue_forms(self, repository: Repository) -> list[IssueForm]:
        """The forms on the default branch, by file name; broken ones are not offered."""
        self.see(repository)
        found = []
        for path, text in sorted(repository.files().items()):
            file = path.removeprefix(FOLDER)
            is_inside = path.startswith(FOLDER) and "/" not in file
            if is_inside and file.endswith((".yml", ".yaml")) and file not in NO_FORM:
                with suppress(BrokenForm):
                    found.append(read_form(file, text))
        return found

    def issue_form(self, repository: Repository, file: str) -> IssueForm:
        """The form in this file."""
        for each in self.issue_forms(repository):
            if each.file == file:
                return each
        raise NotFound

    def open_issue_from_form(
        self, repository: Repository, file: str, answers: Answers, title: str | None = None
    ) -> Issue:
        """Fill in a form (`answers` by field id) and send it off.

        Its labels are put on in the author's name, whatever the author's rights; one that the
        repository does not have is left out. What a form requires, it requires in public only.
        """
        form = self.issue_form(repository, file)
        if unknown := answers.keys() - {each.key for each in form.asked}:
            raise Unprocessable(f"The form has no field {', '.join(sorted(unknown))}")
        if not repository.private:
            _check_required(form, answers)
        return self.open_issue(
            repository,
            form.title if title is None else title,
            form.body(answers),
            [name for name in form.labels if name.lower() in repository.labels],
            from_form=True,
        )


def _check_required(form: IssueForm, answers: Answers) -> None:
    if missing := form.missing(answers):
        problems = [
            Problem("Issue", "form", "custom", f"“{label}” must be filled in") for label in missing
        ]
        raise Unprocessable("Validation Failed", *problems)
