"""What do commands share: what was typed, what is set, and how a problem is told?"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from bot.app.alone import AlreadyRunning
from bot.app.logs import set_up_logs
from bot.app.opening import CannotDo
from bot.settings import Settings, StoreSettings, WronglySet, settings, store_settings
from bot.storage import reaching
from bot.storage.database import DatabaseUnusable
from bot.storage.reaching import Unreachable


class _Day(click.ParamType[datetime]):
    """A calendar day (ISO 8601, extended format)."""

    name = "day"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read a day as typed."""
        try:
            return datetime.strptime(value, "%Y-%m-%d")  # noqa: DTZ007 - the command says which zone
        except ValueError:
            self.fail(f"{value!r} is not a day; write it like 2026-10-31.", param, ctx)


DAY = _Day()


class Plain(click.ClickException):
    """A problem that one sentence explains."""

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - click's own signature
        """Print the sentence."""
        click.echo(f"bursar: {self.message}", err=True)


def settings_given() -> Settings:
    """Read the settings, and set up the log."""
    try:
        chosen = settings()
    except WronglySet as error:
        raise Plain(str(error)) from error
    set_up_logs(chosen.log_level)
    return chosen


def store_given() -> StoreSettings:
    """Read the settings of commands that only look into the database."""
    try:
        chosen = store_settings()
    except WronglySet as error:
        raise Plain(str(error)) from error
    set_up_logs(chosen.log_level)
    return chosen


def split(repository: str) -> tuple[str, str]:
    """Read `owner/name`."""
    owner, slash, name = repository.partition("/")
    if not (owner and slash and name) or "/" in name:
        sentence = f"{repository!r} is not a repository; write it as owner/name."
        raise Plain(sentence)
    return owner, name


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Do the work; a problem that one sentence explains is told without a traceback."""
    try:
        return asyncio.run(work)
    except (WronglySet, DatabaseUnusable, Unreachable, AlreadyRunning, CannotDo) as error:
        raise Plain(str(error)) from error
    except DBAPIError as error:
        if sentence := reaching.of_sqlite(error):
            raise Plain(sentence) from error
        raise
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
