"""When do new rules take effect, and what do we say about the file that holds them?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain import entries as e
from bot.domain.decisions import NOTHING, Decision, Known
from bot.domain.effects import ConfigurationCheck, Message, Refresh, RefreshPanels
from bot.domain.rules import Rules

CONFIGURATION = ".github/bursar.yml"
"""Where a repository keeps its configuration."""

FUNDING = ".github/FUNDING.yml"
"""Where GitHub keeps sponsor links; rails come from it when the configuration names none.
https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/displaying-a-sponsor-button-in-your-repository"""

WORK_ORDER_FORMS = (
    ".github/ISSUE_TEMPLATE/work-order.yml",
    ".github/ISSUE_TEMPLATE/work-order.yaml",
)
"""Where the work order form may be; GitHub takes both endings.
https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms"""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake in the configuration: the line (from 1), and a sentence that says what to do."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration as read at one commit: rules, or the mistakes that kept us from them."""

    rules: Rules | None
    mistakes: tuple[Mistake, ...] = ()
    exists: bool = True


@dataclass(frozen=True, slots=True)
class ConfigurationReported(Message):
    """The check run about the configuration at a commit: what holds, or what is wrong where."""

    configuration: Configuration
    on_default_branch: bool


def decide_rules(commit: str, read: Configuration, known: Known) -> Decision:
    """Take over a configuration that could be read; a mistake keeps the last good one."""
    shown = (Refresh(ConfigurationCheck(commit)),) if read.exists else ()
    if read.rules is None or read.rules == known.rules:
        return Decision((), shown)
    return Decision((e.RulesChanged(commit, read.rules),), (*shown, RefreshPanels()))


def decide_beside(commit: str, read: Configuration, known: Known) -> Decision:
    """Take over rails from `FUNDING.yml`, and whether there is a work order form, and nothing else.

    The logins in `roles` are not looked up anew because of another file: a login that was given up
    may be somebody else's by now.
    """
    if read.rules is None or known.newest_rules is None:
        return NOTHING
    form = read.rules.work_order_form
    newest = replace(known.rules, rails=read.rules.rails, work_order_form=form)
    if newest == known.rules:
        return NOTHING
    return Decision((e.RulesChanged(commit, newest),), (RefreshPanels(),))


def decide_first_rules(commit: str, read: Configuration, known: Known) -> Decision:
    """Give a repository its first rules: those of its file, or the defaults if it has mistakes."""
    if known.newest_rules is not None:
        return NOTHING
    shown = (Refresh(ConfigurationCheck(commit)),) if read.mistakes else ()
    return Decision((e.RulesChanged(commit, read.rules or Rules()),), shown)
