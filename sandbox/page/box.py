"""What does the page need of the box that it shows?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

if TYPE_CHECKING:
    from sandbox.api.serving import Recorded
    from sandbox.world import App, Delivery, World

Advance = Callable[[timedelta], Awaitable[object] | None]


class Box(Protocol):
    """A `Sandbox`, as far as the page is concerned."""

    @property
    def world(self) -> World: ...
    @property
    def app(self) -> App: ...
    @property
    def deliveries(self) -> list[Delivery]: ...
    @property
    def requests(self) -> list[Recorded]: ...
    def redeliver(self, delivery_id: int) -> Delivery: ...


class Opened:
    """The box, and what may be done to its clock."""

    def __init__(self, box: Box, advance: Advance | None) -> None:
        self.box = box
        self.advance = advance


OPENED = web.AppKey("opened", Opened)
