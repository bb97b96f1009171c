"""Write the next migration from the difference between the migrations so far and the tables.

    python tools/new_migration.py 0002 "keep the sender's name"

Read what it wrote: it is a draft.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from bot.storage.migrate import STEPS

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Make a database with the migrations so far, and let Alembic compare."""
    number, message = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.db")
        config = Config()
        config.set_main_option("script_location", str(STEPS))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main()
