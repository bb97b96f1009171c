"""Who answers what?

Routers hold one small table each: event → handler, verb → command, target → renderer. A handler
asks through `Lookup` and *proposes*; it never writes. `Routes` joins the routers of `bot.handlers`
and turns an event into steps for the worker.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.domain.commands import (
    COMMANDS_IN_ONE_COMMENT,
    Typed,
    first_word,
    nearest_verb,
    read_comment,
)
from bot.domain.decisions import Proposal
from bot.domain.effects import Message, Target
from bot.domain.refs import Repo, Spoken
from bot.domain.refusals import Misunderstood, No, Refusal, Why
from bot.domain.rules import Rules
from bot.events.happened import CommentMade, Event
from bot.lookup import Lookup, Spot

ISSUES = frozenset({Spot.ITEM, Spot.ORDER})
"""Where most commands work: on a roadmap item and on a work order."""


@dataclass(frozen=True, slots=True)
class Said:
    """A command in its place: the words behind the verb, the comment, the repository."""

    rest: str
    spoken: Spoken
    repo: Repo
    body: str = ""
    """The whole comment, as written."""


@dataclass(frozen=True, slots=True)
class Command:
    """What people must know of a command: it stands with the code that carries it out.

    `verb` may be two words (`cwo start`); `spots` are the kinds of place where it works.
    """

    verb: str
    usage: str
    who: str
    does: str
    spots: frozenset[Spot] = ISSUES


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
    events: dict[type[Event], tuple[React, ...]] = field(default_factory=dict)
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
            for kind in kinds:
                self.events[kind] = (*self.events.get(kind, ()), handler)
            return handler

        return register

    def refresh(self, target: type[Target]) -> Callable[[R], R]:
        """Register what renders a target: lookup in, message out."""

        def register(handler: R) -> R:
            self.targets[target] = handler
            return handler

        return register


class Routes:
    """Every subject's table, joined; a verb or target has one owner, an event may have several."""

    def __init__(self, routers: Iterable[Router]) -> None:
        """Join the tables; two owners of one thing are a mistake of ours."""
        self._all = Router()
        for router in routers:
            _join(self._all.commands, router.commands)
            _join(self._all.targets, router.targets)
            for kind, handlers in router.events.items():
                self._all.events[kind] = (*self._all.events.get(kind, ()), *handlers)
        self._families = {verb.split()[0] for verb in self._all.commands if " " in verb}

    @property
    def commands(self) -> tuple[Command, ...]:
        """Give every command, in order of the handlers' table of contents."""
        return tuple(command for command, _ in self._all.commands.values())

    async def steps(self, event: Event, ask: Lookup) -> list[Step]:
        """Turn an event into what must be decided, asking what must be known for it."""
        if isinstance(event, CommentMade):
            return await self._spoken(event, ask)
        handlers = self._all.events.get(type(event), ())
        return [Step(proposal) for handler in handlers for proposal in await handler(event, ask)]

    async def message(self, target: Target, repo: Repo, ask: Lookup) -> Message | None:
        """Say what a target shows now; None when there is nothing to show any more."""
        return await self._all.targets[type(target)](target, repo, ask)

    async def _spoken(self, event: CommentMade, ask: Lookup) -> list[Step]:
        typed = [line for line in map(self._whole, read_comment(event.body)) if self._meant(line)]
        spot = await _spot(event, ask) if typed else None
        if typed and spot is None:
            # Nothing is asked of GitHub about a place where no command can do anything.
            return [Step(Refusal(Why.NOT_HERE, quiet=True), typed[0].line)]
        if len(typed) > COMMANDS_IN_ONE_COMMENT:
            no = Misunderstood(Why.TOO_MANY_COMMANDS, most=str(COMMANDS_IN_ONE_COMMENT))
            return [Step(no, typed[0].line)]
        return [await self._step(line, event, spot, ask) for line in typed]

    def _whole(self, typed: Typed) -> Typed:
        """Take the second word of a verb of two (`/cwo start`) from the words behind the first."""
        first = nearest_verb(typed.verb, tuple(self._families))
        if typed.verb in self._all.commands or first is None:
            return typed
        second, rest = first_word(typed.rest)
        return Typed(f"{typed.verb} {second.lower()}".strip(), rest, typed.line)

    def _meant(self, typed: Typed) -> str | None:
        """Name the verb of ours that was typed or nearly typed, or the first word of a verb of two."""
        verb = typed.verb
        if verb in self._all.commands:
            return verb
        first = nearest_verb(verb.split()[0], tuple(self._families)) if self._families else None
        return nearest_verb(verb, tuple(self._all.commands)) or first

    async def _step(self, typed: Typed, event: CommentMade, spot: Spot | None, ask: Lookup) -> Step:
        verb = self._meant(typed) or typed.verb
        if verb not in self._all.commands:
            words = (v.split()[1] for v in self._all.commands if v.startswith(f"{verb} "))
            no = Misunderstood(Why.WHICH_COMMAND, commands=", ".join(words))
            return Step(no, typed.line, f"/{verb} …")
        command, handler = self._all.commands[verb]
        if verb != typed.verb:
            return Step(Misunderstood(Why.MISSPELT, verb=verb), typed.line, command.usage)
        if spot not in command.spots:
            belongs = next(each for each in Spot if each in command.spots)
            return Step(Refusal(Why.WRONG_PLACE, belongs=belongs), typed.line, command.usage)
        said = Said(typed.rest, event.spoken, event.repo, event.body)
        try:
            proposal = await handler(said, ask)
        except No as no:
            return Step(no, typed.line, command.usage)
        return Step(proposal, typed.line, command.usage)


async def _spot(event: CommentMade, ask: Lookup) -> Spot | None:
    """Tell what a comment stands on; a labelled issue that we do not know yet may be brought in."""
    issue = event.spoken.issue
    if issue.is_pull:
        return Spot.PULL
    known = await ask.spot(event.repo, issue.id)
    if known is not None:
        return known
    rules = await ask.rules(event.repo) or Rules()
    if rules.has_work_order_label(issue.labels):
        return Spot.ORDER
    return Spot.ITEM if rules.has_roadmap_label(issue.labels) else None


def _join(ours: dict[Any, Any], theirs: dict[Any, Any]) -> None:
    for key, value in theirs.items():
        if key in ours:
            message = f"{key} has two owners"
            raise ValueError(message)
        ours[key] = value
