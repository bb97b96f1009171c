"""What of a repository's issues and panels is not as we know it, though no webhook said so?

A label that is deleted leaves its issues without a word; so does an issue that is moved where we cannot
look. What differs goes into the inbox in the words of the webhook that never came.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.app.recovering.holding import Holding
from bot.domain.refs import Repo
from bot.domain.rules import Rules
from bot.domain.views import Item, Order
from bot.github.rereading.today import Gone, Today
from bot.github.rereading.told import UNREADABLE, Json, Teller, Told, moment, stamp
from bot.lookup import CannotTell
from bot.storage import inbox, knowing, mirror, reached, rows, sweeps
from bot.storage.inbox import Delivery
from bot.storage.reached import ShownPanel
from bot.timing import Bell

PANELS_A_NIGHT = 200
"""Panels of a repository that are looked at in one night, one after the other over the nights; a
question costs one request of 5,000 an hour. Our own choice."""

REPAIRED_A_NIGHT = 20
"""Panels of a repository that are put right in one night: writes are scarce, and should GitHub ever keep
what we write in another form, not all panels must be written again each night. Our own choice."""

PANELS = "panels"
"""The mark of a repository that holds which panel was looked at last."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Drift:
    """Compares what GitHub shows today with what we know."""

    today: Today
    holding: Holding
    work: Bell
    app_id: int

    async def compare(self, repo: Repo) -> int:
        """Tell what differs in one repository; gives how much it was."""
        async with self.holding.database.read() as tx:
            rules = (await knowing.book_of(tx, repo.id)).rules or Rules()
            items = await rows.find(tx, repo.id, Item, (("on_roadmap", True),))
            orders = await rows.find(tx, repo.id, Order, (("is_gone", False),))
        try:
            places = [each async for each in self._places(repo, rules, items, orders)]
            panels, last = await self._panels(repo)
        except UNREADABLE as error:
            raise CannotTell("GitHub's answer about issues cannot be read.") from error
        found = [*places, *panels]
        now = self.holding.time.now()
        async with self.holding.writing() as tx:
            if found:
                await inbox.put(
                    tx, [Delivery(each.delivery, each.event, each.body, now) for each in found]
                )
            await sweeps.put(tx, sweeps.of(PANELS, repo.id), now, last)
        if found:
            log.warning("not everything was as known", repo=repo.full_name, count=len(found))
            self.work.ring()
        return len(found)

    # --- issues -------------------------------------------------------------------------------

    async def _places(
        self, repo: Repo, rules: Rules, items: tuple[Item, ...], orders: tuple[Order, ...]
    ) -> AsyncIterator[Told]:
        """Look for those that do not carry their label any more, one by one; the others are listed."""
        live = [each for each in items if not each.is_gone]
        active = [each for each in orders if not each.is_over]
        if not (live or active):
            return
        teller = _Differing(await self.today.teller(repo), self.holding.time.now())
        labels = {*rules.labels, rules.work_order_label}
        listed = {
            each["id"]: each for label in labels for each in await self.today.labelled(repo, label)
        }
        places: tuple[Item | Order, ...] = (*live, *active)
        for place in places:
            found = listed.get(place.issue) or await self.today.issue(
                repo, place.number, place.issue
            )
            if isinstance(found, Gone):
                async with self.holding.database.read() as tx:
                    title = await mirror.issue_title(tx, place.issue) or ""
                yield teller.gone(place, title, found.how)
                continue
            if isinstance(place, Item):
                for each in teller.item(place, found, rules):
                    yield each

    # --- panels -------------------------------------------------------------------------------

    async def _panels(self, repo: Repo) -> tuple[list[Told], int]:
        """Look at some panels, going on where the last night ended."""
        async with self.holding.database.read() as tx:
            mark = await sweeps.mark(tx, sweeps.of(PANELS, repo.id))
            last = 0 if mark is None else mark.n
            shown = await reached.panels_after(tx, repo.id, last, PANELS_A_NIGHT)
        found: list[Told] = []
        for panel in shown:
            told = await self._panel(repo, panel)
            found += [told] if told else []
            if len(found) >= REPAIRED_A_NIGHT:
                log.error("many panels are not as we wrote them", repo=repo.full_name)
                return found, panel.comment
        return found, shown[-1].comment if len(shown) == PANELS_A_NIGHT else 0

    async def _panel(self, repo: Repo, panel: ShownPanel) -> Told | None:
        comment = await self.today.comment(repo, panel.comment)
        now = self.holding.time.now()
        if comment is not None and hash_of(comment["body"]) == panel.body_hash:
            return None
        teller = _Differing(await self.today.teller(repo), now)
        return teller.panel(panel, comment, self.app_id)


@dataclass(slots=True)
class _Differing:
    """Puts differences into the words of webhooks; who did it, nobody tells."""

    teller: Teller
    now: datetime

    def gone(self, place: Item | Order, title: str, how: str) -> Told:
        at = stamp(self.now)
        shown = {"id": place.issue, "number": place.number, "title": title, "updated_at": at}
        return self._told(f"issue:{place.issue}:{how}", "issues", how, issue=shown)

    def item(self, item: Item, found: Json, rules: Rules) -> list[Told]:
        """Tell that an issue has lost its label, or was closed or opened."""
        told: list[Told] = []
        shown = found | {"updated_at": stamp(self.now)}
        if not rules.has_roadmap_label(tuple(each["name"] for each in found["labels"])):
            label = {"name": rules.labels[0]}
            name = f"issue:{item.issue}:unlabeled"
            told.append(self._told(name, "issues", "unlabeled", issue=shown, label=label))
        is_open = found["state"] == "open"
        if is_open != item.is_open:
            action = "reopened" if is_open else "closed"
            at = self.now if is_open else moment(found["closed_at"])
            teller = replace(self, now=at)
            name = f"issue:{item.issue}:{action}"
            by = found.get("closed_by")
            told.append(teller._told(name, "issues", action, by, issue=found))  # noqa: SLF001
        return told

    def panel(self, panel: ShownPanel, comment: Json | None, app: int) -> Told:
        """Tell that a panel was deleted, or says something else."""
        action = "deleted" if comment is None else "edited"
        shown = comment or {"id": panel.comment, "created_at": stamp(self.now), "user": None}
        shown |= {"performed_via_github_app": {"id": app}}
        name = f"panel:{panel.comment}:{action}"
        return self._told(name, "issue_comment", action, comment=shown)

    def _told(
        self, name: str, event: str, action: str, by: Json | None = None, **parts: Json
    ) -> Told:
        # Named by the day on which it was found: seen again the next night, it is told again.
        return self.teller.told(f"{name}:{stamp(self.now)}", event, action, self.now, by, **parts)


def hash_of(body: str) -> str:
    """Give the hash that the outbox keeps of what a comment says."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
