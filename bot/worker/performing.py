"""How does one row of the outbox become something on GitHub?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.comments import Checked, CheckText, Comments
from bot.domain.effects import Message, Target
from bot.domain.order_panel import DisclosureShown, OrderPanelShown
from bot.domain.panel import ItemPanelShown
from bot.domain.refs import Repo
from bot.github.perform import Annotation, CheckRun, Perform
from bot.lookup import Lookup
from bot.routing import Routes
from bot.storage import marks, outbox, people, targets
from bot.storage.database import Database
from bot.storage.outgoing import Outgoing
from bot.timing import Time
from bot.worker.pace import panel_pause
from bot.worker.publishing import SEARCH_MARGIN, Publishing


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
            case "digest":
                return await self._digest(row, repo)
            case _:
                return await self._check(row, repo)

    # --- reactions ----------------------------------------------------------------------------

    async def _react(self, row: Outgoing, repo: Repo) -> bool:
        await self.github.react(repo, int(row.target), row.words or "")
        await self._sent(row, repo, github_id=None)
        return True

    # --- comments -----------------------------------------------------------------------------

    async def _panel(self, row: Outgoing, repo: Repo) -> bool:
        message = await self.routes.message(_target(row), repo, self.ask)
        if message is None:
            await self._sent(row, repo, github_id=row.github_id)
            return False
        async with self.database.read() as tx:
            names = await people.logins(tx, message.people())
        assert isinstance(message, ItemPanelShown | OrderPanelShown)
        position = message.position
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

    # --- digests ------------------------------------------------------------------------------

    async def _digest(self, row: Outgoing, repo: Repo) -> bool:
        return await Publishing(self.database, self.github.digests, self.time).publish(row, repo)

    # --- check runs ---------------------------------------------------------------------------

    async def _check(self, row: Outgoing, repo: Repo) -> bool:
        """Bring a check run up to date; one that nothing is to be said in is not made."""
        message = await self.routes.message(_target(row), repo, self.ask)
        head = _head(row, message)
        # A check run belongs to a commit: when the head moves, there is a new one to be made.
        github_id = row.github_id if row.sent_hash == head else None
        if not isinstance(message, Checked) or (github_id is None and _is_over(message)):
            await self._sent(row, repo, github_id=row.github_id, sent_hash=row.sent_hash)
            return False
        async with self.database.read() as tx:
            names = await people.logins(tx, message.people())
        run = _check_run(row.key, head, self.comments.check(message, names))
        if github_id is None and row.state == "unknown":
            github_id = await self.github.find_check(repo, head, row.key)
        if github_id is None:
            await self._intend(row)
            github_id = await self.github.create_check(repo, run)
        else:
            await self.github.edit_check(repo, github_id, run)
        await self._sent(row, repo, github_id=github_id, sent_hash=head)
        return True

    # --- pieces -------------------------------------------------------------------------------

    async def _intend(self, row: Outgoing) -> None:
        async with self.database.write() as tx:
            await outbox.intend(tx, row, self.time.now())

    async def _sent(
        self,
        row: Outgoing,
        repo: Repo,
        *,
        github_id: int | None,
        body: str | None = None,
        sent_hash: str | None = None,
    ) -> None:
        """Note that a row is up to date; `sent_hash` is a comment's hash, or a check run's commit."""
        async with self.database.write() as tx:
            not_before = None
            if row.kind == "panel" and body is not None and row.sent_hash != _hash(body):
                others = await outbox.waiting_panels(tx, repo.installation)
                not_before = self.time.now() + panel_pause(others)
            await outbox.sent(
                tx,
                row,
                github_id=github_id,
                body_hash=_hash(body) if body is not None else sent_hash,
                not_before=not_before,
            )


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def _target(row: Outgoing) -> Target:
    return targets.read(row.key, row.number, row.target)


def _head(row: Outgoing, message: Message | None) -> str:
    """Give the commit that a check run belongs to."""
    return message.head if isinstance(message, DisclosureShown) else row.target


def _is_over(message: Checked) -> bool:
    """Tell whether there is nothing to be said any more where nothing was said before."""
    return isinstance(message, DisclosureShown) and message.ended


def _check_run(key: str, head: str, text: CheckText) -> CheckRun:
    return CheckRun(
        name=text.name,
        head_sha=head,
        external_id=key,
        conclusion=text.conclusion,
        title=text.title,
        summary=text.summary,
        annotations=tuple(Annotation(a.path, a.line, a.message) for a in text.annotations),
    )
