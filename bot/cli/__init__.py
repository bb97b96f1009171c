"""What can an operator type? `bursar serve`, `digest`, `export`, `verify`, …"""

from __future__ import annotations

import click

from bot.cli import looking, publishing, running

COMMANDS = (
    running.register,
    running.serve,
    running.migrate,
    running.adopt,
    looking.ledger,
    looking.balances,
    looking.parity,
    looking.verify,
    publishing.digest,
    publishing.export,
    publishing.check_export,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bursar")
def main() -> None:
    """Directed funding for open source projects, in the open."""


for _command in COMMANDS:
    main.add_command(_command)
