"""What brings a lost ledger back?"""

from __future__ import annotations

import sys

import click

from bot.app.rebuilding import Rebuilt
from bot.app.rebuilding import rebuild as rebuild_ledger
from bot.cli.asking import run, settings_given, split


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing: compare the ledger that is there with what GitHub tells.",
)
def rebuild(repository: str, check: bool) -> None:  # noqa: FBT001
    """Rebuild a lost ledger from GitHub alone; what cannot be is named, and the exit code is 1.

    Only where there is no ledger, and with no server running. Nothing is written to GitHub.
    """
    owner, name = split(repository)
    found: Rebuilt = run(rebuild_ledger(settings_given(), owner, name, check=check))
    for finding in found.findings:
        click.echo(f"{finding.where}: {finding.sentence}.", err=finding.is_loss)
    done = "compared" if found.checked else "rebuilt"
    click.echo(f"{found.name}: {found.entries} entries {done}.")
    if not found.is_whole:
        losses = sum(finding.is_loss for finding in found.findings)
        click.echo(f"{found.name}: {losses} things are not as they were.", err=True)
        sys.exit(1)
