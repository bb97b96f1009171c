"""What does the panel of a work order show: how far is its budget, what comes next, how did it end?

`templates/comments/order_panel_shown.md.j2` reads this. The sentences stand there; the arithmetic
stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.comments.funding import Funding, funding_of
from bot.comments.order_money import Budgeted, Settlement, budgeted, settled
from bot.comments.recorded import Recorded, recorded
from bot.comments.sections import Line, terms_of
from bot.domain.dues import period_end
from bot.domain.money import Money
from bot.domain.order_panel import PULLS_SHOWN, Covered, OrderPanelShown, PullShown
from bot.domain.panel import LARGEST_SHOWN, RECORDS_SHOWN
from bot.domain.pull_requests import LINKABLE
from bot.domain.rules import Rail
from bot.domain.stages import Stage
from bot.domain.states import State
from bot.domain.terms import Terms
from bot.domain.views import Pledge
from bot.domain.work_orders import next_report

DISCUSSED_ANEW = frozenset({State.APPROVED, State.ACTIVE, State.REPORTING})
"""States in which an edited text waits for a second approval."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a panel shows; a panel that would not fit is written again with less."""

    currencies: int
    people: int
    """People listed of each kind."""
    items: int
    words: int
    """Characters of scope, effort and share."""
    pledges: int
    ended: int
    reason: int
    """Characters of the reason of a declined pledge."""
    pulls: int
    rails: int
    name: int
    """Characters of the name of a rail, and of a branch."""
    records: int


LEVELS = (
    Detail(
        currencies=12, people=50, items=50, words=300, pledges=LARGEST_SHOWN, ended=10, reason=500,
        pulls=PULLS_SHOWN, rails=12, name=80, records=RECORDS_SHOWN,
    ),
    Detail(
        currencies=12, people=20, items=50, words=300, pledges=LARGEST_SHOWN, ended=5, reason=120,
        pulls=PULLS_SHOWN, rails=6, name=40, records=5,
    ),
    Detail(
        currencies=6, people=8, items=20, words=150, pledges=5, ended=3, reason=60,
        pulls=8, rails=3, name=30, records=3,
    ),
    Detail(
        currencies=4, people=3, items=5, words=60, pledges=0, ended=0, reason=0,
        pulls=0, rails=0, name=0, records=0,
    ),
)  # fmt: skip
"""From everything to state and sums alone, which always fit."""


@dataclass(frozen=True, slots=True)
class OrderPanel:
    """Everything that the template of a panel reads, besides the message itself."""

    terms: Terms
    """The text in force: the approved one, or else the one written."""
    words: dict[str, str]
    """Words beside it: `scope`, `effort`, `share`; what is empty or was erased is left out."""
    reason: str
    """Why it was declined or cancelled."""
    budget: tuple[Budgeted, ...]
    budget_left: int
    settlement: Settlement | None
    lines: tuple[Line, ...]
    lines_left: int
    ended: tuple[Pledge, ...]
    ended_left: int
    covered: tuple[Covered, ...]
    covered_left: int
    pulls: tuple[PullShown, ...]
    pulls_left: int
    not_linked: bool
    """Whether a pull request that is shown only names the work order."""
    linkable: bool
    awaited_since: datetime | None
    """When the report that is missing was to be in."""
    expires_at: datetime | None
    """When what stands on a work order that is over expires; None when nothing does."""
    edited: bool
    """Whether an edit waits for approval, while the approved text is in force."""
    rails: tuple[Rail, ...]
    rails_left: int
    funding: Funding
    money: Recorded | None
    detail: Detail

    @property
    def gaps(self) -> tuple[Money, ...]:
        """Give what of the budget nothing covers."""
        return tuple(each.gap for each in self.budget if each.gap)

    @property
    def is_cut(self) -> bool:
        """Tell whether a text is longer than what is shown of it."""
        return any(len(text) > self.detail.words for text in self.words.values())


def lay_out(message: OrderPanelShown, detail: Detail) -> OrderPanel:
    """Choose what the panel shows at this level of detail."""
    order = message.order
    budget = budgeted(message)
    shown, ended = message.pledges[: detail.pledges], message.ended[: detail.ended]
    pulls, rails = message.pulls[: detail.pulls], message.rules.rails[: detail.rails]
    return OrderPanel(
        terms=order.in_force,
        words=_words(message),
        reason=_said(message, order.ended_text).get("reason", ""),
        budget=budget[: detail.currencies],
        budget_left=max(0, len(budget) - detail.currencies),
        settlement=settled(message, detail.currencies),
        lines=tuple(Line(pledge, pledge.money, _terms(pledge)) for pledge in shown),
        lines_left=max(message.pledge_count, len(message.pledges)) - len(shown),
        ended=ended,
        ended_left=max(message.ended_count, len(message.ended)) - len(ended),
        covered=message.covered[: detail.items],
        covered_left=max(0, len(message.covered) - detail.items),
        pulls=pulls,
        pulls_left=max(message.pull_count, len(message.pulls)) - len(pulls),
        not_linked=any(each.link.named and not each.link.linked for each in pulls),
        linkable=order.state in LINKABLE,
        awaited_since=_awaited_since(message),
        expires_at=order.ends_at if _has_undrawn(message) else None,
        edited=order.has_changed and order.state in DISCUSSED_ANEW,
        rails=rails,
        rails_left=len(message.rules.rails) - len(rails),
        funding=funding_of(message.rules, None),
        money=recorded(
            order.issue, message.treasury, currencies=detail.currencies, records=detail.records
        ),
        detail=detail,
    )


def _has_undrawn(message: OrderPanelShown) -> bool:
    return any(total.standing or total.offered or total.completion for total in message.totals)


def _words(message: OrderPanelShown) -> dict[str, str]:
    order = message.order
    text = order.agreed_text if order.agreed is not None else order.text
    said = _said(message, text)
    return {name: said[name] for name in ("scope", "effort", "share") if said.get(name, "").strip()}


def _said(message: OrderPanelShown, entry: int | None) -> dict[str, str]:
    return {} if entry is None else dict(message.words.get(entry, {}))


def _terms(pledge: Pledge) -> tuple[str, ...]:
    """Say how a pledge stands: here all stages are in one table."""
    standing = pledge.stage is Stage.STANDING
    stage = {
        "offered": pledge.stage is Stage.OFFERED,
        "completion": standing and pledge.on_completion,
        "standing": standing and not pledge.on_completion,
        "lapsed": pledge.stage is Stage.LAPSED,
        "received": pledge.stage is Stage.RECEIVED,
        "refunded": pledge.refunded > 0,
    }
    said = [name for name, holds in stage.items() if holds]
    left_out = {"drawn"} | ({"partly"} if pledge.outstanding == 0 else set())
    return (*said, *(name for name in terms_of(pledge) if name not in left_out))


def _awaited_since(message: OrderPanelShown) -> datetime | None:
    """Work out when the missing report was to be in: the ledger keeps only that it is missing."""
    order = message.order
    begun = order.last_report_at or order.started_at
    if not order.report_missed or order.state is not State.ACTIVE or begun is None:
        return None
    return next_report(order, begun) or period_end(order)
