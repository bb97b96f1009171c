"""What becomes of a work order: opened, written, proposed, decided, worked on, ended?"""

from __future__ import annotations

from bot.domain.work_orders.deciding import decide_approve, decide_decline, decide_propose
from bot.domain.work_orders.ending import decide_cancel, decide_close, decide_gone
from bot.domain.work_orders.moments import DiscussionOver, ReportAwaited, decide_moment
from bot.domain.work_orders.showing import all_panels, fortnight_after
from bot.domain.work_orders.texts import DISCUSSED, Written, decide_opened, decide_written
from bot.domain.work_orders.working import decide_finish, decide_report, decide_start, next_report

__all__ = [
    "DISCUSSED",
    "DiscussionOver",
    "ReportAwaited",
    "Written",
    "all_panels",
    "decide_approve",
    "decide_cancel",
    "decide_close",
    "decide_decline",
    "decide_finish",
    "decide_gone",
    "decide_moment",
    "decide_opened",
    "decide_propose",
    "decide_report",
    "decide_start",
    "decide_written",
    "fortnight_after",
    "next_report",
]
