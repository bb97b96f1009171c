"""How does an issue become a work order, and what does an edit of its text change?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import entries as e
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.effects import OrderPanel, Refresh
from bot.domain.moves import disclosures, panels
from bot.domain.refs import IssueRef
from bot.domain.refusals import Refusal, Why
from bot.domain.states import State
from bot.domain.terms import Terms
from bot.domain.views import Order

DISCUSSED = frozenset({State.DISCUSSION, State.APPROVED, State.ACTIVE, State.REPORTING})
"""States in which a material edit is discussed anew."""


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a work order as read: its terms, and the words beside them."""

    terms: Terms
    scope: str = ""
    effort: str = ""
    share: str = ""
    logins: str = ""
    """Logins as typed, in order of developers, funder, interested people."""

    @property
    def agreement(self) -> tuple[object, ...]:
        """Give what is, or is to be, agreed: a change in it is a material edit."""
        t = self.terms
        return (
            self.scope,
            self.effort,
            t.items,
            t.developers,
            t.funder,
            t.budget,
            t.starts,
            t.ends,
        )


def decide_opened(issue: IssueRef, author: int, written: Written, known: Known) -> Decision:
    """Make an issue a work order: a draft, which binds nobody."""
    if known.order is not None:
        return NOTHING
    if known.item is not None:
        raise Refusal(Why.WRONG_PLACE, quiet=True)
    opened = e.OrderOpened(issue.id, issue.number, author)
    text = _text(issue.id, written, material=True, discussion_ends_at=None)
    return Decision((opened, text), (Refresh(OrderPanel(issue.id, issue.number)),))


def decide_written(written: Written, at: datetime, known: Known) -> Decision:
    """Take over an edited text; a material edit is discussed, and approved, anew."""
    order = known.order
    if order is None or order.is_over or order.is_gone:
        return NOTHING
    if order.written_at is not None and at < order.written_at:
        return NOTHING
    newest = _read(order.text, order.terms, known)
    if newest == written:
        return NOTHING
    agreed = newest
    if order.agreed is not None and order.agreed_text is not None:
        agreed = _read(order.agreed_text, order.agreed, known)
    material = _is_material(agreed, written)
    changed = _is_material(newest, written)
    ends_at = None
    if material and changed and order.state in DISCUSSED:
        ends_at = at + timedelta(days=known.rules.discussion_days)
        # An edit that turns up late is older than the discussion that it prolongs.
        ends_at = max(ends_at, order.discussion_ends_at or ends_at)
    text = _text(order.issue, written, material=material, discussion_ends_at=ends_at)
    return Decision((text,), (*panels(known), *disclosures(known)))


def check_same_text(order: Order, seen: Written | None, known: Known) -> None:
    """Refuse to decide on a text that is not the one seen: its edit may be late, or lost.

    Words that were erased since cannot be compared.
    """
    if seen is None:
        return
    kept = known.words.get(order.text, {})
    newest = _read(order.text, order.terms, known)
    seen = seen if "scope" in kept else replace(seen, scope="")
    seen = seen if "effort" in kept else replace(seen, effort="")
    same_people = set(newest.terms.interested) == set(seen.terms.interested)
    if newest.agreement != seen.agreement or not same_people:
        raise Refusal(Why.TEXT_DIFFERS)


def _is_material(old: Written, new: Written) -> bool:
    """Tell whether an edit changes what is agreed, or takes out somebody who declared an interest.

    Else whoever is involved could edit themselves out, and decide a moment later.
    """
    taken_out = set(old.terms.interested) - set(new.terms.interested)
    return old.agreement != new.agreement or bool(taken_out)


def _text(
    issue: int, written: Written, *, material: bool, discussion_ends_at: datetime | None
) -> e.OrderWritten:
    return e.OrderWritten(
        issue=issue,
        terms=written.terms,
        material=material,
        discussion_ends_at=discussion_ends_at,
        scope=e.FreeText(written.scope),
        effort=e.FreeText(written.effort),
        share=e.FreeText(written.share),
        logins=e.FreeText(written.logins),
    )


def _read(text: int, terms: Terms, known: Known) -> Written:
    """Give a text as it was written; erased words read as empty."""
    words = known.words.get(text, {})
    names = ("scope", "effort", "share", "logins")
    return Written(terms, *(words.get(name, "") for name in names))
