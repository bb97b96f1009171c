"""How does one row of the outbox become something on GitHub?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from bot.comments import CheckText, Comments
from bot.domain.configuration import ConfigurationReported
from bot.domain.panel import ItemPanelShown, Position
from bot.domain.refs import Repo
from bot.github.perform import Annotation, CheckRun, Perform
from bot.lookup import Lookup
from bot.routing import Routes
from bot.storage import marks, outbox, people
from bot.storage.database import Database
from bot.storage.outbox import Outgoing
from bot.timing import Time
from bot.worker.pace import panel_pause

CHECK_NAME = "Bursar configuration"

SEARCH_MARGIN = timedelta(minutes=10)
"""How far before the attempt a search for our own comment starts: clocks differ."""


@dataclass(frozen=True, slots=True)
class Performing:
    """Renders a row and puts it on GitHub."""

    database: Database
    routes: Routes
    ask: Lookup
    comments: Comments
    github: Perform
    time: Time

    async def perform(self, row: Outgoing, repo: Repo) -> bool:
        """Bring one row up to date; says whether GitHub was written to.

        Raises:
            Final, Limited, Unsure, Moved, CannotTell: what became of it (see `bot.github.errors`).
        """
        match row.kind:
            case "reaction":
                return await self._react(row, repo)
            case "say":
                return await self._comment(row, repo, row.words or "")
            case "panel":
                return await self._panel(row, repo)
            case _:
                return await self._check(row, repo)

    # --- reactions ----------------------------------------------------------------------------

    async def _react(self, row: Outgoing, repo: Repo) -> bool:
        await self.github.react(repo, int(row.target), row.words or "")
        await self._sent(row, repo, github_id=None)
        return True

    # --- comments -----------------------------------------------------------------------------

    async def _panel(self, row: Outgoing, repo: Repo) -> bool:
        message = await self.routes.message(outbox.target_of(row), repo, self.ask)
        if message is None:
            await self._sent(row, repo, github_id=row.github_id)
            return False
        async with self.database.read() as tx:
            names = await people.logins(tx, message.people())
        position = message.position if isinstance(message, ItemPanelShown) else Position(0, "")
        hidden = f"{marks.position_mark(position)}\n{marks.marker(repo.id, row.key)}"
        return await self._comment(row, repo, f"{self.comments.render(message, names)}\n{hidden}")

    async def _comment(self, row: Outgoing, repo: Repo, body: str) -> bool:
        github_id = row.github_id
        if github_id is None and row.state == "unknown":
            github_id = await self._find(row, repo)
            if github_id is not None and row.kind == "say":
                await self._sent(row, repo, github_id=github_id)
                return False
        if github_id is None:
            await self._create(row, repo, body)
            return True
        return await self._edit(row, repo, github_id, body)

    async def _create(self, row: Outgoing, repo: Repo, body: str) -> None:
        await self._intend(row)
        github_id = await self.github.create_comment(repo, row.number or 0, body)
        await self._sent(row, repo, github_id=github_id, body=body)

    async def _edit(self, row: Outgoing, repo: Repo, github_id: int, body: str) -> bool:
        """Edit our comment, unless it says this already: repeating an edit changes nothing."""
        same = row.sent_hash == _hash(body)
        if not same:
            await self.github.edit_comment(repo, github_id, body)
        await self._sent(row, repo, github_id=github_id, body=body)
        return not same

    async def _find(self, row: Outgoing, repo: Repo) -> int | None:
        """Look for our own comment; of several the oldest stays, and the others go."""
        since = (row.attempted_at or self.time.now()) - SEARCH_MARGIN
        marker = marks.marker(repo.id, row.key)
        found = await self.github.find_own_comments(repo, row.number or 0, marker, since)
        for surplus in found[1:]:
            await self.github.delete_comment(repo, surplus)
        return found[0] if found else None

    # --- check runs ---------------------------------------------------------------------------

    async def _check(self, row: Outgoing, repo: Repo) -> bool:
        message = await self.routes.message(outbox.target_of(row), repo, self.ask)
        if not isinstance(message, ConfigurationReported):
            await self._sent(row, repo, github_id=row.github_id)
            return False
        run = _check_run(row, self.comments.check(message))
        github_id = row.github_id
        if github_id is None and row.state == "unknown":
            github_id = await self.github.find_check(repo, row.target, row.key)
        if github_id is None:
            await self._intend(row)
            github_id = await self.github.create_check(repo, run)
        else:
            await self.github.edit_check(repo, github_id, run)
        await self._sent(row, repo, github_id=github_id)
        return True

    # --- pieces -------------------------------------------------------------------------------

    async def _intend(self, row: Outgoing) -> None:
        async with self.database.write() as tx:
            await outbox.intend(tx, row, self.time.now())

    async def _sent(
        self, row: Outgoing, repo: Repo, *, github_id: int | None, body: str | None = None
    ) -> None:
        async with self.database.write() as tx:
            not_before = None
            if row.kind == "panel" and body is not None and row.sent_hash != _hash(body):
                others = await outbox.waiting_panels(tx, repo.installation)
                not_before = self.time.now() + panel_pause(others)
            await outbox.sent(
                tx,
                row,
                github_id=github_id,
                body_hash=_hash(body) if body is not None else None,
                not_before=not_before,
            )


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def _check_run(row: Outgoing, text: CheckText) -> CheckRun:
    return CheckRun(
        name=CHECK_NAME,
        head_sha=row.target,
        external_id=row.key,
        conclusion=text.conclusion,
        title=text.title,
        summary=text.summary,
        annotations=tuple(Annotation(a.path, a.line, a.message) for a in text.annotations),
    )
