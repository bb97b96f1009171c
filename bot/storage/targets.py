"""How does a target of a refresh become a row of the outbox, and a target again?"""

from __future__ import annotations

from typing import assert_never

from bot.domain.effects import ConfigurationCheck, Disclosure, ItemPanel, OrderPanel, Target


def written(target: Target) -> tuple[str, str, int | None, str]:
    """Give kind, key, issue number and subject of a target."""
    match target:
        case ItemPanel(issue, number):
            return "panel", f"panel:{issue}", number, str(issue)
        case OrderPanel(issue, number):
            return "panel", f"order:{issue}", number, str(issue)
        case Disclosure(pull):
            return "check", f"disclosure:{pull}", None, str(pull)
        case ConfigurationCheck(commit):
            return "check", f"check:{commit}", None, commit
        case _:
            assert_never(target)


def read(key: str, number: int | None, subject: str) -> Target:
    """Give the target that a row brings up to date."""
    match key.partition(":")[0]:
        case "panel":
            return ItemPanel(int(subject), number or 0)
        case "order":
            return OrderPanel(int(subject), number or 0)
        case "disclosure":
            return Disclosure(int(subject))
        case _:
            return ConfigurationCheck(subject)
