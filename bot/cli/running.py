"""What sets Bursar up, and runs it?"""

from __future__ import annotations

import click

from bot.app import adopting, commands
from bot.app.registering import registration_url
from bot.app.rooms import Role
from bot.app.serving import serve_for_ever
from bot.cli.asking import Plain, run, settings_given, split, store_given


@click.command()
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ALL.value,
    show_default=True,
    help="web receives and shows pages, worker does the rest; several processes need PostgreSQL.",
)
def serve(role: str) -> None:
    """Receive webhooks, decide, and keep GitHub up to date."""
    run(serve_for_ever(settings_given(), Role(role)))


@click.command()
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


@click.command()
def migrate() -> None:
    """Bring the database to today's tables."""
    click.echo(f"The database is at revision {run(commands.migrate_store(store_given()))}.")


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
def adopt(repository: str) -> None:
    """Bring in the issues that were labelled before Bursar was installed."""
    owner, name = split(repository)
    report = run(adopting.adopt(settings_given(), owner, name))
    for number in report.issues:
        click.echo(f"#{number} is on the roadmap.")
    for number in report.orders:
        click.echo(f"CWO #{number} is a draft.")
    click.echo(report.sentence)
