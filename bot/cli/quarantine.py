"""What becomes of events that could not be decided?"""

from __future__ import annotations

import click

from bot.app import quarantining
from bot.cli.asking import run, split, store_given

NUMBER = click.IntRange(min=1)


@click.group()
def quarantine() -> None:
    """List, show, retry or drop events that failed five times."""


@quarantine.command("list")
@click.argument("repository", metavar="[OWNER/REPO]", required=False)
def list_them(repository: str | None) -> None:
    """List the events in quarantine: number, time, kind, where, and what went wrong."""
    only = split(repository) if repository else None
    lines = run(quarantining.listed(store_given(), only))
    for line in lines or ["Nothing is in quarantine."]:
        click.echo(line)


@quarantine.command()
@click.argument("n", type=NUMBER)
def show(n: int) -> None:
    """Show event N with its whole payload. It may be of a private repository."""
    for line in run(quarantining.shown(store_given(), n)):
        click.echo(line)


@quarantine.command()
@click.argument("n", type=NUMBER, required=False)
@click.option("--all", "everything", is_flag=True, help="Every event in quarantine.")
def retry(n: int | None, everything: bool) -> None:  # noqa: FBT001
    """Have event N decided again, say after an update; a running server does it within a minute."""
    if (n is None) != everything:
        sentence = "Say which event: a number, or --all."
        raise click.UsageError(sentence)
    count = run(quarantining.retry(store_given(), n))
    click.echo(f"{count} {'event waits' if count == 1 else 'events wait'} to be decided again.")


@quarantine.command()
@click.argument("n", type=NUMBER)
@click.option("--because", required=True, metavar="TEXT", help="Kept with the event.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(n: int, because: str, yes: bool) -> None:  # noqa: FBT001
    """Pass event N over for good. What it said will be in no ledger."""
    store = store_given()
    if not yes:
        for line in run(quarantining.shown(store, n))[:2]:
            click.echo(line)
        click.confirm("Pass it over for good?", abort=True)
    run(quarantining.drop(store, n, because))
    click.echo(f"Event {n} is passed over.")
