"""Who answers what?

Routers hold one small table each: event → handler, verb → command, target → renderer. A handler
asks through `Lookup` and *proposes*; it never writes. `Routes` joins the routers of `bot.handlers`
and turns an event into steps for the worker.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.domain.commands import COMMANDS_IN_ONE_COMMENT, Typed, nearest_verb, read_comment
from bot.domain.decisions import Proposal
from bot.domain.effects import Message, Target
from bot.domain.refs import Repo, Spoken
from bot.domain.refusals import Misunderstood, No, Refusal, Why
from bot.domain.replies import HelpLine
from bot.domain.rules import Rules
from bot.events.happened import CommentMade, Event
from bot.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Said:
    """A command in its place: the words behind the verb, the comment, the repository."""

    rest: str
    spoken: Spoken
    repo: Repo


@dataclass(frozen=True, slots=True)
class Command:
    """What people must know of a command: it stands with the code that carries it out."""

    verb: str
    usage: str
    who: str
    does: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to decide: a proposal, or a "no" that was plain before any rule was asked.

    `line` and `usage` are set for commands: they are what an answer quotes.
    """

    outcome: Proposal | No
    line: str | None = None
    usage: str = ""


Answer = Callable[[Said, Lookup], Awaitable[Proposal]]
React = Callable[[Any, Lookup], Awaitable[Sequence[Proposal]]]
Render = Callable[[Any, Repo, Lookup], Awaitable[Message | None]]

A = TypeVar("A", bound=Answer)
H = TypeVar("H", bound=React)
R = TypeVar("R", bound=Render)


@dataclass(slots=True)
class Router:
    """The table of one subject."""

    commands: dict[str, tuple[Command, Answer]] = field(default_factory=dict)
    events: dict[type[Event], React] = field(default_factory=dict)
    targets: dict[type[Target], Render] = field(default_factory=dict)

    def command(self, command: Command) -> Callable[[A], A]:
        """Register what answers a command."""

        def register(handler: A) -> A:
            self.commands[command.verb] = (command, handler)
            return handler

        return register

    def event(self, *kinds: type[Event]) -> Callable[[H], H]:
        """Register what answers an event."""

        def register(handler: H) -> H:
            self.events.update(dict.fromkeys(kinds, handler))
            return handler

        return register

    def refresh(self, target: type[Target]) -> Callable[[R], R]:
        """Register what renders a target: lookup in, message out."""

        def register(handler: R) -> R:
            self.targets[target] = handler
            return handler

        return register


class Routes:
    """Every subject's table, joined; a verb, event or target has one owner."""

    def __init__(self, routers: Iterable[Router]) -> None:
        """Join the tables; two owners of one thing are a mistake of ours."""
        self._all = Router()
        for router in routers:
            for ours, theirs in (
                (self._all.commands, router.commands),
                (self._all.events, router.events),
                (self._all.targets, router.targets),
            ):
                _join(ours, theirs)

    @property
    def commands(self) -> tuple[Command, ...]:
        """Give every command, in order of the handlers' table of contents."""
        return tuple(command for command, _ in self._all.commands.values())

    def help(self) -> tuple[HelpLine, ...]:
        """Give the lines of `/help`."""
        return tuple(HelpLine(c.usage, c.who, c.does) for c in self.commands)

    async def steps(self, event: Event, ask: Lookup) -> list[Step]:
        """Turn an event into what must be decided, asking what must be known for it."""
        if isinstance(event, CommentMade):
            return await self._spoken(event, ask)
        handler = self._all.events.get(type(event))
        if handler is None:
            return []
        return [Step(proposal) for proposal in await handler(event, ask)]

    async def message(self, target: Target, repo: Repo, ask: Lookup) -> Message | None:
        """Say what a target shows now; None when there is nothing to show any more."""
        return await self._all.targets[type(target)](target, repo, ask)

    async def _spoken(self, event: CommentMade, ask: Lookup) -> list[Step]:
        typed = [line for line in read_comment(event.body) if self._meant(line.verb)]
        if typed and not await self._works_here(event, ask):
            # Nothing is asked of GitHub about a place where no command can do anything.
            return [Step(Refusal(Why.NOT_HERE, quiet=True), typed[0].line)]
        if len(typed) > COMMANDS_IN_ONE_COMMENT:
            no = Misunderstood(Why.TOO_MANY_COMMANDS, most=str(COMMANDS_IN_ONE_COMMENT))
            return [Step(no, typed[0].line)]
        return [await self._step(line, event, ask) for line in typed]

    async def _works_here(self, event: CommentMade, ask: Lookup) -> bool:
        """Tell whether commands can do anything here: on an item, or where a goal may make one."""
        issue = event.spoken.issue
        if issue.is_pull:
            return False
        if await ask.is_item(event.repo, issue.id):
            return True
        rules = await ask.rules(event.repo) or Rules()
        return rules.has_roadmap_label(issue.labels)

    def _meant(self, verb: str) -> str | None:
        """Name the verb of ours that was typed, or nearly typed."""
        return verb if verb in self._all.commands else nearest_verb(verb, tuple(self._all.commands))

    async def _step(self, typed: Typed, event: CommentMade, ask: Lookup) -> Step:
        verb = self._meant(typed.verb) or typed.verb
        command, handler = self._all.commands[verb]
        if verb != typed.verb:
            return Step(Misunderstood(Why.MISSPELT, verb=verb), typed.line, command.usage)
        try:
            proposal = await handler(Said(typed.rest, event.spoken, event.repo), ask)
        except No as no:
            return Step(no, typed.line, command.usage)
        return Step(proposal, typed.line, command.usage)


def _join(ours: dict[Any, Any], theirs: dict[Any, Any]) -> None:
    for key, value in theirs.items():
        if key in ours:
            message = f"{key} has two owners"
            raise ValueError(message)
        ours[key] = value
