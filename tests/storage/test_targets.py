"""Every target comes back from its row in the outbox as it was."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.domain.effects import ConfigurationCheck, Disclosure, ItemPanel, OrderPanel, Target
from bot.storage import outbox, targets, upcoming
from bot.storage.database import Database
from tests.storage.kit import INSTALLATION, ISSUE, NOON, REPO, know

TARGETS = (
    ItemPanel(ISSUE, 12),
    OrderPanel(ISSUE + 1, 57),
    Disclosure(5),
    ConfigurationCheck("c" * 40),
)


def test_every_kind_of_target_is_here() -> None:
    assert {type(target) for target in TARGETS} == set(get_args(Target))


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_is_read_as_it_was_written(target: Target) -> None:
    _, key, number, subject = targets.written(target)
    assert targets.read(key, number, subject) == target


def test_every_target_has_a_row_of_its_own() -> None:
    """An item's panel and a work order's on issues of one id, or a pull request of that number."""
    same = (ItemPanel(5, 5), OrderPanel(5, 5), Disclosure(5), ConfigurationCheck("5"))
    assert len({targets.written(target)[1] for target in same}) == 4


@pytest.mark.parametrize("target", TARGETS)
async def test_what_comes_out_of_the_outbox_brings_the_same_target_up_to_date(
    database: Database, target: Target
) -> None:
    await know(database)
    async with database.write() as tx:
        await outbox.refresh(tx, REPO, target, NOON)
        await outbox.refresh(tx, REPO, target, NOON)
        found = await upcoming.next_to_send(tx, INSTALLATION, NOON)
    assert found is not None
    row = found.row
    assert (row.want_rev, row.sent_rev) == (2, 0)
    assert targets.read(row.key, row.number, row.target) == target
    assert row.kind == ("panel" if isinstance(target, ItemPanel | OrderPanel) else "check")
