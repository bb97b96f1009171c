"""What can be done on the page of an issue or pull request? One line for each form."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeVar

from aiohttp import web

from sandbox.errors import NotFound, Unprocessable
from sandbox.page.addresses import of_issue
from sandbox.world.on_merging import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.page.visiting import Visit
    from sandbox.world import Comment, Issue, PullRequest, Review

Found = TypeVar("Found", "Comment", "Review")
TOP = ""


class Deed(NamedTuple):
    """`doing` completes "Ada cannot ..."; `do` answers which part of the page to show then."""

    doing: str
    do: Callable[[Visit, Issue], str]
    field: str = ""  # in which of the page's two boxes its words were typed


def _by_id(listed: Iterable[Found], number: int) -> Found:
    for each in listed:
        if each.id == number:
            return each
    raise NotFound


def _pull(issue: Issue) -> PullRequest:
    if issue.pull is None:
        raise NotFound
    return issue.pull


# -- the conversation ------------------------------------------------------------------------


def comment(visit: Visit, issue: Issue) -> str:
    said = visit.actor.comment(issue, visit.text("body"))
    return f"#issuecomment-{said.id}"


def edit_comment(visit: Visit, issue: Issue) -> str:
    edited = _by_id(issue.comments, visit.number("comment"))
    visit.actor.edit_comment(edited, visit.text("text"))
    return f"#issuecomment-{edited.id}"


def delete_comment(visit: Visit, issue: Issue) -> str:
    visit.actor.delete_comment(_by_id(issue.comments, visit.number("comment")))
    return "#timeline"


def react(visit: Visit, issue: Issue) -> str:
    """The same reaction a second time takes it back."""
    on_issue = not visit.text("comment")
    target = issue if on_issue else _by_id(issue.comments, visit.number("comment"))
    content, me = visit.text("content"), visit.actor.user
    mine = [each for each in target.reactions if each.user is me and each.content == content]
    if mine:
        visit.actor.unreact(target, mine[0])
    else:
        visit.actor.react(target, content)
    return "#text" if on_issue else f"#issuecomment-{target.id}"


# -- the issue itself ------------------------------------------------------------------------


def label(visit: Visit, issue: Issue) -> str:
    name = visit.text("name").strip()
    if not name:
        message = "Choose a label, or write a name for a new one"
        raise Unprocessable(message)
    visit.actor.label(issue, name)
    return "#labels"


def unlabel(visit: Visit, issue: Issue) -> str:
    visit.actor.unlabel(issue, visit.text("name"))
    return "#labels"


def edit(visit: Visit, issue: Issue) -> str:
    if not visit.text("title").strip():
        message = "A title is missing"
        raise Unprocessable(message)
    visit.actor.edit_issue(issue, title=visit.text("title"), body=visit.text("text"))
    return TOP


def close(visit: Visit, issue: Issue) -> str:
    not_planned = visit.text("reason") == "not_planned"
    visit.actor.close(issue, "not_planned" if not_planned else "completed")
    return "#state"


def reopen(visit: Visit, issue: Issue) -> str:
    visit.actor.reopen(issue)
    return "#state"


# -- the pull request ------------------------------------------------------------------------


def approve(visit: Visit, issue: Issue) -> str:
    visit.actor.review(_pull(issue), "APPROVED", visit.text("body"))
    return "#review"


def request_changes(visit: Visit, issue: Issue) -> str:
    visit.actor.review(_pull(issue), "CHANGES_REQUESTED", visit.text("body"))
    return "#review"


def remark(visit: Visit, issue: Issue) -> str:
    visit.actor.review(_pull(issue), "COMMENTED", visit.text("body"))
    return "#review"


def edit_review(visit: Visit, issue: Issue) -> str:
    review = _by_id(_pull(issue).reviews, visit.number("review"))
    visit.actor.edit_review(review, visit.text("text"))
    return f"#review-{review.id}"


def dismiss(visit: Visit, issue: Issue) -> str:
    review = _by_id(_pull(issue).reviews, visit.number("review"))
    visit.actor.dismiss_review(review, visit.text("message").strip() or "Out of date")
    return f"#review-{review.id}"


def merge(visit: Visit, issue: Issue) -> str:
    visit.actor.merge(_pull(issue), METHODS.get(visit.text("method"), "merge"))
    return "#state"


def revert(visit: Visit, issue: Issue) -> NoReturn:
    """It is a new pull request, so that is where it leads."""
    opened = visit.actor.revert(_pull(issue))
    raise web.HTTPSeeOther(of_issue(opened.issue))


def change_base(visit: Visit, issue: Issue) -> str:
    visit.actor.change_base(_pull(issue), visit.text("base"))
    return "#subject"


def to_draft(visit: Visit, issue: Issue) -> str:
    visit.actor.convert_to_draft(_pull(issue))
    return "#state"


def ready(visit: Visit, issue: Issue) -> str:
    visit.actor.ready_for_review(_pull(issue))
    return "#state"


DEEDS = {
    "comment": Deed("comment", comment, "comment"),
    "edit-comment": Deed("edit other people's comments", edit_comment),
    "delete-comment": Deed("delete other people's comments", delete_comment),
    "react": Deed("react", react),
    "label": Deed("label issues", label),
    "unlabel": Deed("label issues", unlabel),
    "edit": Deed("edit what others wrote", edit),
    "close": Deed("close other people's issues", close),
    "reopen": Deed("reopen this", reopen),
    "approve": Deed("approve this", approve, "review"),
    "request-changes": Deed("request changes", request_changes, "review"),
    "remark": Deed("review", remark, "review"),
    "dismiss": Deed("dismiss reviews", dismiss),
    "edit-review": Deed("edit other people's reviews", edit_review),
    "merge": Deed("merge pull requests", merge),
    "revert": Deed("revert this", revert),
    "base": Deed("aim other people's pull requests at another branch", change_base),
    "draft": Deed("make this a draft", to_draft),
    "ready": Deed("say that this is ready", ready),
}
