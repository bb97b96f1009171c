"""What does `bursar export` do? It writes a ledger into a file, or to the standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from bot.app.opening import CannotDo, known_repository, open_store
from bot.pages.exporting import Progress, open_export
from bot.settings import StoreSettings
from bot.storage.readable import NotReadable

STANDARD_OUTPUT = "-"

UNFINISHED = ".part"
"""Ending of a file that is still being written: what is there under its own name is whole."""


async def export(
    store: StoreSettings,
    owner: str,
    name: str,
    form: str,
    since: date | None,
    until: date | None,
    now: datetime,
    output: str | None,
    progress: Progress | None = None,
) -> None:
    """Write a ledger into a file or (None) to the standard output; private repositories, too.

    Raises:
        CannotDo: the repository is not known, or its ledger was altered.
    """
    async with open_store(store.database_url) as database:
        async with database.read() as tx:
            repo = await known_repository(tx, owner, name)
        opened = await open_export(
            database,
            repo,
            form,
            since,
            until,
            now,
            store.web_url(),
            store.public_url or "",
            only_public=False,
            progress=progress,
        )
        try:
            with _target(output) as target:
                async for chunk in opened.chunks:
                    target.write(chunk)
        except NotReadable as error:
            problem = f"The export stopped: {error}. `bursar verify` says more."
            raise CannotDo(problem) from error


def _target(output: str | None) -> AbstractContextManager[BinaryIO]:
    if output in {None, STANDARD_OUTPUT}:
        return nullcontext(sys.stdout.buffer)
    return _file(Path(output or ""))


@contextmanager
def _file(output: Path) -> Iterator[BinaryIO]:
    """Write a file that is whole once it is there; a pipe or a device is written as it is."""
    target = output.resolve()
    if target.exists() and not target.is_file():
        yield from _opened(target)
        return
    unfinished = target.with_name(target.name + UNFINISHED)
    try:
        yield from _opened(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror}."
        raise CannotDo(problem) from error
