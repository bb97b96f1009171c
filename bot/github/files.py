"""What did a file of the repository say at a commit?"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.present import read_if_there
from bot.github.routes import GET_FILE
from bot.lookup import CannotTell

NO_COMMIT = "0" * 40
"""What git writes where there is no commit: the newest one of an empty repository."""


class NotAFile(Exception):
    """Under that path there is something that cannot be read as a file; the text says what."""


async def read_file(client: Client, repo: Repo, commit: str, path: str) -> bytes | None:
    """Read a file at a commit; None when there is none.

    Raises:
        CannotTell: GitHub does not answer, or the repository is not where we look for it.
        NotAFile: it is a folder or a submodule, or larger than GitHub hands out.
    """
    if commit == NO_COMMIT:
        return None
    answer = await read_if_there(client, repo, GET_FILE, path=path.split("/"), ref=commit)
    return None if answer is None else _content(answer)


def _content(answer: Any) -> bytes:
    """Above 1 MB there is no content and `encoding` is `none`.

    https://docs.github.com/en/rest/repos/contents#get-repository-content
    """
    if isinstance(answer, list) or not isinstance(answer, dict):
        raise NotAFile("This is a folder; it must be a file.")
    if answer.get("type") != "file":
        raise NotAFile("This is a link or a submodule; it must be a file.")
    if answer.get("encoding") != "base64":
        raise NotAFile("This file is too large to be read; keep it below 64 KiB.")
    try:
        return base64.b64decode(answer["content"])
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise CannotTell("GitHub's answer about a file cannot be read.") from error
