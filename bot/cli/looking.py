"""What is in the ledger, and is it in order?"""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click

from bot.app import balancing, commands, comparing, verifying
from bot.app.serving import REAL_TIME
from bot.cli.asking import DAY, Plain, run, settings_given, split, store_given


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.option(
    "--issue", type=click.IntRange(min=1), metavar="N", help="Only entries about this issue."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def ledger(repository: str, issue: int | None, as_json: bool) -> None:  # noqa: FBT001
    """List the entries of a repository's ledger."""
    owner, name = split(repository)

    async def show() -> None:
        async for entry in commands.entries(store_given(), owner, name, issue):
            click.echo(
                json.dumps(entry, ensure_ascii=False) if as_json else commands.sentence(entry)
            )

    run(show())


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a currency; minor units.")
def balances(repository: str, as_json: bool) -> None:  # noqa: FBT001
    """Add up the money recorded: by item and work order, by party, and fees.

    The last line of each currency shows that all ends sum to zero; if not, the exit code is 1.
    """
    owner, name = split(repository)
    found = run(balancing.sheets(store_given(), owner, name))
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


@click.command()
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
    owner, name = split(repository)
    begin, end = comparing.period(REAL_TIME.now(), since, until)
    if begin >= end:
        sentence = f"{begin:%Y-%m-%d} is not before --until."
        raise click.BadParameter(sentence, param_hint="--since")
    found = run(comparing.parity(store_given(), owner, name, begin, end))
    if as_json:
        click.echo(json.dumps(comparing.listed(found)))
        return
    for line in comparing.table(found):
        click.echo(line)


@click.command()
@click.argument("repository", metavar="[OWNER/REPO]", required=False)
@click.option(
    "--github",
    is_flag=True,
    help="Also compare with the sequence numbers and hashes that our panels on GitHub show.",
)
def verify(repository: str | None, github: bool) -> None:  # noqa: FBT001
    """Recompute hash chain and views; exit with 1 on any difference, naming the entry."""
    only = split(repository) if repository else None

    async def check() -> int:
        found = 0
        async for line in verifying.verify(
            store_given(), only, settings_given() if github else None
        ):
            found += line.is_problem
            click.echo(line.sentence, err=line.is_problem)
        return found

    if run(check()):
        sys.exit(1)
