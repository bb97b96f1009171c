"""What can an operator type? `bursar register`, `serve`, `migrate`, `adopt`, `ledger`, `balances`, `parity`, …"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

import click

from bot.app import balancing, commands, comparing
from bot.app.alone import AlreadyRunning
from bot.app.logs import set_up_logs
from bot.app.opening import CannotDo
from bot.app.registering import registration_url
from bot.app.serving import REAL_TIME, serve_for_ever
from bot.settings import Settings, StoreSettings, WronglySet, settings, store_settings
from bot.storage.database import DatabaseUnusable

DAY = click.DateTime(["%Y-%m-%d"])


class Plain(click.ClickException):
    """A problem that one sentence explains."""

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - click's own signature
        """Print the sentence."""
        click.echo(f"bursar: {self.message}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bursar")
def main() -> None:
    """Directed funding for open source projects, in the open."""


@main.command()
def serve() -> None:
    """Receive webhooks, decide, and keep GitHub up to date."""
    _run(serve_for_ever(_settings()))


@main.command()
@click.option(
    "--url", required=True, help="Where the world reaches this Bursar: https://bursar.example"
)
@click.option("--organization", help="Register the App for this organization.")
@click.option("--github", default="https://github.com", show_default=True, help="GitHub's pages.")
def register(url: str, organization: str | None, github: str) -> None:
    """Print the link that registers the App, with everything filled in."""
    if not url.startswith(("https://", "http://")):
        sentence = f"{url!r} is no address; write it like https://bursar.example."
        raise Plain(sentence)
    click.echo(registration_url(github.rstrip("/"), url, organization))


@main.command()
def migrate() -> None:
    """Bring the database to today's tables."""
    click.echo(f"The database is at revision {_run(commands.migrate_store(_store()))}.")


@main.command()
@click.argument("repository", metavar="OWNER/REPO")
def adopt(repository: str) -> None:
    """Bring in the issues that were labelled before Bursar was installed."""
    owner, name = _split(repository)
    report = _run(commands.adopt(_settings(), owner, name))
    for number in report.issues:
        click.echo(f"#{number} is on the roadmap.")
    for number in report.orders:
        click.echo(f"CWO #{number} is a draft.")
    click.echo(report.sentence)


@main.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.option(
    "--issue", type=click.IntRange(min=1), metavar="N", help="Only entries about this issue."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def ledger(repository: str, issue: int | None, as_json: bool) -> None:  # noqa: FBT001
    """List the entries of a repository's ledger."""
    owner, name = _split(repository)

    async def show() -> None:
        async for entry in commands.entries(_store(), owner, name, issue):
            click.echo(
                json.dumps(entry, ensure_ascii=False) if as_json else commands.sentence(entry)
            )

    _run(show())


@main.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a currency; minor units.")
def balances(repository: str, as_json: bool) -> None:  # noqa: FBT001
    """Add up the money recorded: by item and work order, by party, and fees.

    The last line of each currency shows that all ends sum to zero; if not, the exit code is 1.
    """
    owner, name = _split(repository)
    found = _run(balancing.sheets(_store(), owner, name))
    for n, sheet in enumerate(found):
        if as_json:
            click.echo(json.dumps(balancing.listed(sheet), ensure_ascii=False))
            continue
        for line in [""] * bool(n) + list(balancing.table(sheet)):
            click.echo(line)
    if not found and not as_json:
        click.echo(balancing.NOTHING)
    if not all(sheet.is_balanced for sheet in found):
        sentence = "The sums do not balance. Run `bursar verify`: it names what was altered."
        raise Plain(sentence)


@main.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.option(
    "--since", type=DAY, metavar="YYYY-MM-DD", help="First day; default: a year before --until."
)
@click.option(
    "--until", type=DAY, metavar="YYYY-MM-DD", help="Day after the last one; default: tomorrow."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; times are seconds.")
def parity(repository: str, since: datetime | None, until: datetime | None, as_json: bool) -> None:  # noqa: FBT001
    """Compare how funded pull requests and others were reviewed.

    Pull requests opened in the period (days in UTC), by default the last twelve months.
    """
    owner, name = _split(repository)
    begin, end = comparing.period(REAL_TIME.now(), since, until)
    if begin >= end:
        sentence = f"{begin:%Y-%m-%d} is not before --until."
        raise click.BadParameter(sentence, param_hint="--since")
    found = _run(comparing.parity(_store(), owner, name, begin, end))
    if as_json:
        click.echo(json.dumps(comparing.listed(found)))
        return
    for line in comparing.table(found):
        click.echo(line)


@main.command()
@click.argument("repository", metavar="[OWNER/REPO]", required=False)
@click.option(
    "--github",
    is_flag=True,
    help="Also compare with the sequence numbers and hashes that our panels on GitHub show.",
)
def verify(repository: str | None, github: bool) -> None:  # noqa: FBT001
    """Recompute hash chain and views; exit with 1 on any difference, naming the entry."""
    only = _split(repository) if repository else None

    async def check() -> int:
        found = 0
        async for line in commands.verify(_store(), only, _settings() if github else None):
            found += line.is_problem
            click.echo(line.sentence, err=line.is_problem)
        return found

    if _run(check()):
        sys.exit(1)


def _settings() -> Settings:
    try:
        chosen = settings()
    except WronglySet as error:
        raise Plain(str(error)) from error
    set_up_logs(chosen.log_level)
    return chosen


def _store() -> StoreSettings:
    try:
        chosen = store_settings()
    except WronglySet as error:
        raise Plain(str(error)) from error
    set_up_logs(chosen.log_level)
    return chosen


def _split(repository: str) -> tuple[str, str]:
    owner, slash, name = repository.partition("/")
    if not (owner and slash and name) or "/" in name:
        sentence = f"{repository!r} is not a repository; write it as owner/name."
        raise Plain(sentence)
    return owner, name


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except (WronglySet, DatabaseUnusable, AlreadyRunning, CannotDo) as error:
        raise Plain(str(error)) from error
    except KeyboardInterrupt:
        sys.exit(130)
