"""From a roadmap item to an outcome: the second story of the demonstration, looked at closely."""

from __future__ import annotations

import re

from demo import work_order
from demo.telling import Teller
from sandbox.world import Issue
from tests.stories.kit import Stage
from tests.stories.reading import rows, settled, without_zeros


async def test_a_work_order_from_its_roadmap_item_to_its_outcome_and_its_last_cent(
    stage: Stage,
) -> None:
    tell = Teller()
    await work_order.play(stage, tell)
    assert tell.failures == []
    item, (order, other, *_) = stage.project.issues[-1], _opened_after(stage)
    books = await stage.books()

    assert await stage.state(order) == "closed"
    assert await stage.pledges() == {
        "P-1": "received",
        "P-2": "received",
        "P-3": "received",
        "P-4": "standing",
    }
    assert await stage.sums(item) == {
        "received": {"USD": 400_00 + 400_00 + 100_00},
        "pledged": {"USD": 100_00},
    }
    assert without_zeros(books.of_money(order.id)) == {
        "USD": {
            "Received": 400_00,
            "Fees": 12_00,
            "Paid out": 388_00,
            "Paid directly, outside of the balance": 400_00,
        }
    }
    assert without_zeros(books.of_money(item.id)) == {
        "USD": {"Received": 100_00, "Paid out": 100_00}
    }
    assert settled(stage.panel(order)) == {
        "USD": {
            "Budget": 800_00,
            "Drawn": 800_00,
            "Received": 800_00,
            "Fees": 12_00,
            "Paid directly": 400_00,
            "Paid out": 388_00,
        }
    }

    kinds = await stage.kinds(on=order)
    assert [kind for kind in kinds if kind.startswith("Order")] == [
        *("OrderOpened", "OrderWritten", "OrderWritten", "OrderProposed", "OrderApproved"),
        *("OrderStarted", "OrderReported", "OrderFinished", "OrderClosed"),
    ]
    assert kinds.count("ReportMissed") == kinds.count("DiscussionEnded") == 1
    assert kinds.count("RecordReversed") == 1

    merged, declined = rows(stage.panel(order), "Pull requests")[::-1]
    assert "merged" in merged["State"]
    assert "1 round" in merged["Changes requested"]
    assert re.fullmatch("2, 1 .*independent", merged["Approvals"])
    assert "mia" in merged["Merged by"]
    assert "closed" in declined["State"]
    assert other.pull is not None
    assert "Closed: partly landed" in stage.panel(order)
    assert "too few to compare" in stage.panel(order)


def _opened_after(stage: Stage) -> list[Issue]:
    last = stage.project.issues[-1].number
    return [issue for number, issue in sorted(stage.solver.issues.items()) if number > last]
