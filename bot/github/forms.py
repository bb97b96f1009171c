"""Which issue form did the repository have at a commit?"""

from __future__ import annotations

from typing import Any

from bot.domain.configuration import WORK_ORDER_FORMS
from bot.domain.refs import Repo
from bot.github.client import Client
from bot.github.files import NO_COMMIT
from bot.github.present import read_if_there
from bot.github.routes import GET_FILE
from bot.lookup import CannotTell

_FOLDER = WORK_ORDER_FORMS[0].rpartition("/")[0]
"""All of them are in this one, so that one question tells which of them is there."""

_UNREADABLE = "GitHub's list of a folder cannot be read."


async def work_order_form(client: Client, repo: Repo, commit: str) -> str | None:
    """Name the file of the work order form (`work-order.yml`); None when there is none.

    Raises:
        CannotTell: GitHub does not answer, or the repository is not where we look for it.
    """
    if commit == NO_COMMIT:
        return None
    listed = await read_if_there(client, repo, GET_FILE, path=_FOLDER.split("/"), ref=commit)
    if listed is None:
        return None
    files = _files(listed)
    return next((path.rpartition("/")[2] for path in WORK_ORDER_FORMS if path in files), None)


def _files(listed: Any) -> frozenset[str]:
    """Read the list of a folder; where the path is a file, GitHub answers with that instead.

    https://docs.github.com/en/rest/repos/contents#get-repository-content
    """
    if isinstance(listed, dict) and "type" in listed:
        return frozenset()
    if not isinstance(listed, list):
        raise CannotTell(_UNREADABLE)
    try:
        return frozenset(each["path"] for each in listed if each["type"] == "file")
    except (KeyError, TypeError) as error:
        raise CannotTell(_UNREADABLE) from error
