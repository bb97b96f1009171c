"""Does the sandbox send what GitHub would send?"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from tests.github_contract.everything import Play, all_acts, everything
from tests.github_contract.schemas import ContractBroken
from tests.github_contract.webhooks import check_delivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world import Delivery

EXPECTED = {
    "installation": {"created", "deleted", "new_permissions_accepted", "suspend", "unsuspend"},
    "installation_repositories": {"added", "removed"},
    "issue_comment": {"created", "deleted", "edited"},
    "issues": {
        "closed",
        "deleted",
        "edited",
        "labeled",
        "locked",
        "opened",
        "reopened",
        "transferred",
        "unlabeled",
        "unlocked",
    },
    "ping": {None},
    "pull_request": {
        "closed",
        "converted_to_draft",
        "edited",
        "labeled",
        "locked",
        "opened",
        "ready_for_review",
        "reopened",
        "synchronize",
        "unlabeled",
        "unlocked",
    },
    "pull_request_review": {"dismissed", "edited", "submitted"},
    "push": {None},
    "repository": {
        "archived",
        "deleted",
        "privatized",
        "publicized",
        "renamed",
        "transferred",
        "unarchived",
    },
}


@pytest.fixture(scope="module")
def play() -> Play:
    """Everything has happened once."""
    return everything()


def test_every_act_was_played(play: Play) -> None:
    assert all_acts() - play.seen == set()


def test_everything_that_can_be_sent_was_sent(play: Play) -> None:
    sent: dict[str, set[str | None]] = defaultdict(set)
    for each in play.world.deliveries:
        sent[each.event].add(each.action)
    assert sent == EXPECTED


def test_every_delivery_is_one_that_github_would_send(play: Play) -> None:
    assert sorted(set(complaints(play.world.deliveries))) == []


def complaints(deliveries: list[Delivery]) -> Iterator[str]:
    """What the checker says about each delivery that does not fit."""
    for each in deliveries:
        try:
            check_delivery(each.event, each.payload)
        except ContractBroken as broken:
            yield str(broken)
