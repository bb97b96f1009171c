"""What goes out: digests, and the data?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from bot.app import checking_export, digesting, exporting
from bot.app.checking_digests import read_digest
from bot.app.opening import CannotDo
from bot.app.serving import REAL_TIME
from bot.cli.asking import DAY, Plain, run, settings_given, split, store_given
from bot.domain.calendar import NoMonth, read_month
from bot.exports import FORMATS
from bot.pages.exporting import Progress


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.option("--month", required=True, metavar="YYYY-MM", help="As in 2026-10.")
@click.option(
    "--post",
    "posting",
    is_flag=True,
    help="Post it as an issue, if it is not there yet; the month must be over.",
)
def digest(repository: str, month: str, posting: bool) -> None:  # noqa: FBT001
    """Print the digest of a month; of the open month, how it stands now."""
    owner, name = split(repository)
    try:
        label = read_month(month)
    except NoMonth as error:
        sentence = f"{month!r} is not a month; write it like 2026-10."
        raise click.BadParameter(sentence, param_hint="--month") from error
    if posting:
        click.echo(run(digesting.post(settings_given(), owner, name, label)))
        return
    click.echo(run(digesting.printed(store_given(), owner, name, label)))


@click.command()
@click.argument("repository", metavar="OWNER/REPO")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    required=True,
    help="Journals hold money only; JSON holds everything.",
)
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="First day (UTC) of recording.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="Day after the last one.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Default: the standard output.",
)
def export(
    repository: str,
    form: str,
    since: datetime | None,
    until: datetime | None,
    output: str | None,
) -> None:
    """Write a repository's ledger for other programs: docs/data.md describes each format."""
    owner, name = split(repository)
    if since and until and since >= until:
        sentence = f"{since:%Y-%m-%d} is not before --until."
        raise click.BadParameter(sentence, param_hint="--since")
    first, end = (day.date() if day else None for day in (since, until))
    now = REAL_TIME.now()
    with _progress(output) as told:
        run(exporting.export(store_given(), owner, name, form, first, end, now, output, told))


@click.command("check-export")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--digest",
    "digests",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The text of a published digest, as its source shows it; may be given again.",
)
def check_export(file: Path, digests: tuple[Path, ...]) -> None:
    """Check an exported ledger (JSON) by itself; exit with 1 on any problem, naming the entry.

    Needs neither database nor network: anybody can do it.
    """
    found = 0
    try:
        for line in checking_export.check_export(file, tuple(map(read_digest, digests))):
            found += line.is_problem
            click.echo(line.sentence, err=line.is_problem)
    except CannotDo as error:
        raise Plain(str(error)) from error
    if found:
        sys.exit(1)


@contextmanager
def _progress(output: str | None) -> Iterator[Progress | None]:
    """Show how far an export is, where somebody sees it and it is not in the way."""
    if not sys.stderr.isatty() or (output is None and sys.stdout.isatty()):
        yield None
        return
    with click.progressbar(length=1, label="Exporting", file=sys.stderr) as bar:

        def told(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield told
