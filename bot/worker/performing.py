"""How does one row of the outbox become something on GitHub?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.comments import Checked, CheckText, Comments
from bot.domain.effects import Message, OrderPanel, Target
from bot.domain.order_panel import DisclosureShown, OrderPanelShown
from bot.domain.panel import ItemPanelShown
from bot.domain.refs import Repo
from bot.github.perform import Annotation, CheckRun, Perform
from bot.lookup import Lookup
from bot.routing import Routes
from bot.storage import marks, outbox, people, targets
from bot.storage.database import Database
from bot.storage.outgoing import Outgoing
from bot.storage.upcoming import waiting_panels
from bot.timing import Time
from bot.worker.pace import panel_pause
from bot.worker.publishing import SEARCH_MARGIN, Publishing
from bot.worker.turns import Turn

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Performing:
    """Renders a row and puts it on GitHub."""

    database: Database
    routes: Routes
    ask: Lookup
    comments: Comments
    github: Perform
    time: Time

    async def perform(self, row: Outgoing, repo: Repo, turn: Turn) -> None:
        """Bring one row up to date; one that somebody told of meanwhile is left for the next time.

        Raises:
            Final, Limited, Unsure, Moved, CannotTell: what became of it (see `bot.github.errors`).
            Fenced: another process has taken over.
        """
        try:
            await self._perform(row, repo, turn)
        except outbox.Overtaken:
            log.info("somebody told of it meanwhile", key=row.key, repo=row.repo)

    async def _perform(self, row: Outgoing, repo: Repo, turn: Turn) -> None:
        match row.kind:
            case "say":
                await self._comment(row, repo, turn, row.words or "")
            case "panel":
                await self._panel(row, repo, turn)
            case "digest":
                publishing = Publishing(self.github.digests, self.time, turn)
                await publishing.publish(row, repo)
            case _:
                await self._check(row, repo, turn)

    # --- comments -----------------------------------------------------------------------------

    async def _panel(self, row: Outgoing, repo: Repo, turn: Turn) -> None:
        message = await self.routes.message(_target(row), repo, self.ask)
        if message is None:
            await self._sent(row, turn, github_id=row.github_id)
            return
        async with self.database.read() as tx:
            names = await people.logins(tx, message.people())
        assert isinstance(message, ItemPanelShown | OrderPanelShown)
        position = message.position
        hidden = f"{marks.position_mark(position)}\n{marks.marker(repo.id, row.key)}"
        await self._comment(row, repo, turn, f"{self.comments.render(message, names)}\n{hidden}")

    async def _comment(self, row: Outgoing, repo: Repo, turn: Turn, body: str) -> None:
        github_id = row.github_id
        if _may_stand(row):
            github_id = await self._find(row, repo, turn)
            if github_id is not None and row.kind == "say":
                await self._sent(row, turn, github_id=github_id)
                return
        if github_id is None:
            await self._intend(row, turn)
            github_id = await self.github.create_comment(repo, row.number or 0, body)
        elif row.sent_hash != _hash(body):  # repeating an edit changes nothing
            await turn.begins()
            await self.github.edit_comment(repo, github_id, body)
        await self._sent(row, turn, github_id=github_id, body=body)

    async def _find(self, row: Outgoing, repo: Repo, turn: Turn) -> int | None:
        """Look for our own comment; of several the oldest stays, and the others go."""
        since = (row.attempted_at or self.time.now()) - SEARCH_MARGIN
        marker = marks.marker(repo.id, row.key)
        found = await self.github.find_own_comments(repo, row.number or 0, marker, since)
        for surplus in found[1:]:
            await turn.begins()
            await self.github.delete_comment(repo, surplus)
        return found[0] if found else None

    # --- check runs ---------------------------------------------------------------------------

    async def _check(self, row: Outgoing, repo: Repo, turn: Turn) -> None:
        """Bring a check run up to date; one that nothing is to be said in is not made."""
        message = await self.routes.message(_target(row), repo, self.ask)
        head = _head(row, message)
        # A check run belongs to a commit: when the head moves, there is a new one to be made.
        shown, _, said = (row.sent_hash or "").partition(" ")
        github_id = row.github_id if shown == head else None
        if not isinstance(message, Checked) or (github_id is None and _is_over(message)):
            await self._sent(row, turn, github_id=row.github_id, sent_hash=row.sent_hash)
            return
        async with self.database.read() as tx:
            names = await people.logins(tx, message.people())
        run = _check_run(row.key, head, self.comments.check(message, names))
        if github_id is None and row.state == "unknown":
            github_id = await self.github.find_check(repo, head, row.key)
        if github_id is None:
            await self._intend(row, turn)
            github_id = await self.github.create_check(repo, run)
        elif said != _hash(repr(run)):
            await turn.begins()
            await self.github.edit_check(repo, github_id, run)
        sent_hash = f"{head} {_hash(repr(run))}"
        await self._sent(row, turn, github_id=github_id, sent_hash=sent_hash)

    # --- pieces -------------------------------------------------------------------------------

    async def _intend(self, row: Outgoing, turn: Turn) -> None:
        async with turn.writing() as tx:
            await outbox.intend(tx, row, self.time.now())

    async def _sent(
        self,
        row: Outgoing,
        turn: Turn,
        *,
        github_id: int | None,
        body: str | None = None,
        sent_hash: str | None = None,
    ) -> None:
        """Note that a row is up to date; `sent_hash` is that of a check run, with its commit."""
        async with turn.noting() as tx:
            not_before = None
            if row.kind == "panel" and body is not None and row.sent_hash != _hash(body):
                others = await waiting_panels(tx, turn.installation)
                not_before = self.time.now() + panel_pause(others)
                await self._disclose(tx, row)
            await outbox.sent(
                tx,
                row,
                github_id=github_id,
                body_hash=_hash(body) if body is not None else sent_hash,
                not_before=not_before,
            )

    async def _disclose(self, tx: AsyncConnection, row: Outgoing) -> None:
        """Look at the check runs under a work order too: what changed its panel may change them."""
        target = _target(row)
        if isinstance(target, OrderPanel):
            await outbox.refresh_disclosures(tx, row.repo, target.issue, self.time.now())


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def _may_stand(row: Outgoing) -> bool:
    """Tell whether a comment may be there under an id that we do not know: in doubt, or lost."""
    return row.github_id is None and (row.state == "unknown" or row.sent_hash is not None)


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
