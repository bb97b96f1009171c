"""What can an operator type? `bursar serve`, `digest`, `export`, `verify`, …"""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = {
    "register": "running",
    "serve": "running",
    "migrate": "running",
    "adopt": "running",
    "ledger": "looking",
    "balances": "looking",
    "parity": "looking",
    "verify": "looking",
    "digest": "publishing",
    "export": "publishing",
    "check-export": "publishing",
    "rebuild": "rebuilding",
    "quarantine": "quarantine",
}
"""Each command, and the module that has it: only that one is loaded, so that a server stays small."""


class _Commands(click.Group):
    """Finds a command when it is typed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"bot.cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bursar")
def main() -> None:
    """Directed funding for open source projects, in the open."""
