"""Does a pull request belong to a work order, and what is shown of it there?

Nothing here moves money, and nothing here weighs on review: a link, and one neutral check run.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt

from bot.domain import entries as e
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.effects import Disclosure, Effect, Refresh
from bot.domain.guards import check_steward
from bot.domain.markup import OpenHtml
from bot.domain.moves import panel_of
from bot.domain.order_guards import involved
from bot.domain.refs import Spoken
from bot.domain.refusals import Refusal, Why
from bot.domain.reviews import Learned, PullFacts
from bot.domain.roles import Rights
from bot.domain.states import State
from bot.domain.views import Link, Order

LINKABLE = frozenset({State.APPROVED, State.ACTIVE, State.REPORTING})
"""States in which a pull request can belong to a work order: only what is agreed can be disclosed."""

_BLOCKS = MarkdownIt("commonmark").disable(["inline", "text_join"])
# As in `commands`: nesting is bounded because 65,536 brackets would take a second.
_INLINES = MarkdownIt("commonmark", {"maxNesting": 8}).disable(["entity", "autolink", "emphasis"])
_LINE = re.compile(r"CWO:[ \t]*#([1-9][0-9]{0,8})", re.ASCII | re.IGNORECASE)
_MAYBE = re.compile(r"CWO:", re.ASCII | re.IGNORECASE)


@lru_cache(maxsize=256)
def order_named(description: str) -> int | None:
    """Find the work order that a description names in a line `CWO: #57` of its own.

    Quotes, code, lists and HTML comments name nothing (CommonMark); two different ones neither.
    """
    if _MAYBE.search(description) is None:
        return None
    lines = re.split(r"\r\n|\n|\r", description)
    found, inside = set(), OpenHtml()
    for token in _BLOCKS.parse("\n".join(lines)):
        if token.type == "html_block":
            inside.read(token.content)
        if token.type == "paragraph_open" and token.level == 0 and token.map and not inside:
            paragraph = "\n".join(lines[slice(*token.map)])
            if _MAYBE.search(paragraph):
                matches = (_LINE.fullmatch(line.strip(" \t")) for line in _shown_lines(paragraph))
                found |= {int(match[1]) for match in matches if match}
    return found.pop() if len(found) == 1 else None


def _shown_lines(paragraph: str) -> list[str]:
    """Give the lines that render as plain text and nothing else: code and HTML swallow lines."""
    lines, plain = [""], [True]
    for token in _INLINES.parseInline(paragraph)[0].children or []:
        if token.type in {"softbreak", "hardbreak"}:
            lines.append("")
            plain.append(True)
        elif token.type == "text":
            lines[-1] += token.content
        else:
            plain[-1] = False
    return [line for line, alone in zip(lines, plain, strict=True) if alone]


def decide_pull(pull: PullFacts, learned: Learned | None, known: Known) -> Decision:
    """Link, unlink, or note that a pull request names a work order; note its merge.

    `pull` is what is known of it now, from whatever was told newest: deliveries come in any order.
    """
    link = known.links[0] if known.links else None
    order = _numbered(pull.names, known)
    entries: list[e.Entry] = []
    if link is not None and _ends(link, order, known):
        entries.append(e.PullUnlinked(issue=link.order, pull=pull.number))
        link = None
    if order is not None and not order.is_over:
        entries += _named(pull, order, link)
    entries += _merged(pull, known, link, entries)
    noted = (learned,) if learned else ()
    if not (entries or link):
        return Decision(learned=noted)
    return Decision(tuple(entries), _shown(pull.number, known), noted)


def decide_shown(pull: int, known: Known) -> Decision:
    """Bring disclosure and panel of a linked pull request up to date."""
    link = known.links[0] if known.links else None
    if link is None or not (link.linked or link.named):
        return NOTHING
    return Decision((), _shown(pull, known))


def decide_link(
    order_number: int | None, pull: PullFacts, spoken: Spoken, rights: Rights, known: Known
) -> Decision:
    """Let a steward link a pull request to a work order, or take the link away."""
    check_steward(rights)
    before = known.links[0] if known.links else None
    if before is not None and spoken.at < before.at:
        raise Refusal(Why.OUT_OF_ORDER)
    link = before if before is not None and (before.linked or before.named) else None
    if order_number is None:
        if link is None or not link.linked:
            raise Refusal(Why.NOT_LINKED)
        ended = e.PullUnlinked(issue=link.order, pull=pull.number, by_steward=True)
        return Decision((ended,), _shown(pull.number, known))
    order = _numbered(order_number, known)
    if order is None:
        raise Refusal(Why.NO_SUCH_ORDER, order=str(order_number))
    if order.state not in LINKABLE:
        raise Refusal(Why.ORDER_STATE, state=order.state.value, act="link")
    entries: list[e.Entry] = []
    if link is not None and link.order != order.issue:
        entries.append(e.PullUnlinked(issue=link.order, pull=pull.number))
        link = None
    entries.append(_link(pull, order, by_steward=True))
    entries += _merged(pull, known, link, entries)
    return Decision(tuple(entries), _shown(pull.number, known))


def interested_in(order: Order, known: Known, author: int | None) -> frozenset[int]:
    """Name everybody with a declared interest in a pull request under a work order."""
    return involved(order, known) | (frozenset() if author is None else frozenset({author}))


def _link(pull: PullFacts, order: Order, *, by_steward: bool) -> e.PullLinked:
    return e.PullLinked(
        issue=order.issue,
        pull=pull.number,
        author=pull.author,
        by_steward=by_steward,
        named=pull.names == order.number,
    )


def _numbered(number: int | None, known: Known) -> Order | None:
    """Give the work order of this number; `known.order` may be the one linked before."""
    order = known.order
    return order if order is not None and order.number == number else None


def _ends(link: Link, order: Order | None, known: Known) -> bool:
    """Tell whether the description named the work order, and does not any more.

    What was merged, and what belongs to a work order that is over, stays as it was.
    """
    if not link.named or (order is not None and order.issue == link.order):
        return False
    linked = known.places.get(link.order)
    over = isinstance(linked, Order) and linked.is_over
    return not (link.linked and (over or link.interested_merge is not None))


def _named(pull: PullFacts, order: Order, link: Link | None) -> list[e.Entry]:
    """Link a developer's pull request; note anybody else's; what a steward took away stays away."""
    here = link is not None and link.order == order.issue
    if here and link is not None and (link.linked or link.barred):
        return []
    if pull.author in order.in_force.developers and order.state in LINKABLE:
        before = [] if link is None or not link.linked else [link]
        ended = [e.PullUnlinked(issue=each.order, pull=pull.number) for each in before]
        return [*ended, _link(pull, order, by_steward=False)]
    if link is not None and (link.linked or (here and link.named)):
        return []
    return [e.PullNamed(issue=order.issue, pull=pull.number, author=pull.author)]


def _merged(
    pull: PullFacts, known: Known, link: Link | None, before: list[e.Entry]
) -> list[e.Entry]:
    """Note the merge of a linked pull request, once, and whether an interested person merged it."""
    noted = link is not None and link.interested_merge is not None
    if pull.merged_at is None or pull.merged_by is None or noted:
        return []
    linked = [each.issue for each in before if isinstance(each, e.PullLinked)]
    if not linked and link is not None and link.linked:
        linked = [link.order]
    order = known.places.get(linked[-1]) if linked else None
    if not isinstance(order, Order):
        return []
    merged = e.PullMerged(
        issue=order.issue,
        pull=pull.number,
        by=pull.merged_by,
        interested=pull.merged_by in interested_in(order, known, pull.author),
        into_default=pull.into_default,
    )
    return [merged]


def _shown(pull: int, known: Known) -> tuple[Effect, ...]:
    """Name the check run, and the panels of the work orders that it belongs or belonged to."""
    orders = [known.order, *(place for place in known.places.values() if isinstance(place, Order))]
    panels = [panel_of(order) for order in orders if order is not None and not order.is_gone]
    return (Refresh(Disclosure(pull)), *dict.fromkeys(panels))
