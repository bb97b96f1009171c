"""How do the rooms come together into a running bot?"""

from __future__ import annotations

import asyncio
import gc
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import aiohttp
import structlog
from aiohttp import web
from cachetools import TTLCache

from bot.app.alone import Alone
from bot.app.answers import Answers
from bot.app.quiet import SharedQuiet
from bot.app.recovering import Recovery
from bot.app.rooms import Bot, Role
from bot.app.stopping import until_told
from bot.app.within import lookups
from bot.clock import Clock
from bot.comments import Comments
from bot.domain.refs import Account, Repo
from bot.github.client import Client
from bot.github.identity import AppKey
from bot.github.perform import Perform
from bot.github.questions import Questions
from bot.github.roles import Roles
from bot.handlers import routes
from bot.intake import BODY_AT_MOST, PATH, Health, Intake
from bot.lookup import CannotTell
from bot.pages import Pages
from bot.settings import Settings, WronglySet
from bot.storage import leases, mirror
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.timing import Bell, Time
from bot.worker.closing import Months
from bot.worker.deciding import Decider
from bot.worker.performing import Performing
from bot.worker.recording import Recording
from bot.worker.sending import Sender
from bot.worker.sorting import Sorter

log = structlog.get_logger(__name__)

VISIBILITY_SECONDS = 60
VISIBILITY_AT_MOST = 10_000
"""How long, and for how many repositories, GitHub's word on visibility is good; our own choice."""

RELEASE_SECONDS = 2.0
"""How long a process that ends tries to give its leases back; our own choice."""

KEEP_ALIVE_SECONDS = 75
"""How long an idle connection stays open; nginx's own default. aiohttp's is an hour."""

REAL_TIME = Time(now=lambda: datetime.now(UTC), sleep=asyncio.sleep)

_BESIDE = Path(__file__).resolve().parents[1]


def templates(kind: str) -> Path:
    """Find the templates: inside an installed package, or beside it in a checkout."""
    inside = _BESIDE / "_templates" / kind
    return inside if inside.is_dir() else _BESIDE.parent / "templates" / kind


def wire(
    settings: Settings,
    database: Database,
    session: aiohttp.ClientSession,
    time: Time = REAL_TIME,
    *,
    on_request: Callable[[str, str], None] = lambda _method, _route: None,
    pauses: Database | None = None,
) -> Bot:
    """Put every room together; what GitHub asks of everybody goes to `pauses`, if that is elsewhere."""
    key = _key(settings)
    holder = secrets.token_hex(8)
    client = Client(
        session,
        key,
        base_url=settings.github_api_url,
        version=metadata.version("bursar"),
        now=time.now,
        on_request=on_request,
        quiet=SharedQuiet(pauses or database, time, holder),
    )
    draw = secrets.randbits
    work, done = Bell(time), Bell(time)
    intake = Intake(database, settings.secrets(), time, work)
    answers = _answers(settings, database, client, draw, time)
    ask = answers.lookup()
    subjects = routes()
    comments = Comments(templates("comments"), web_url=settings.web_url())
    perform = Perform(client, app_id=settings.app_id)
    decider = Decider(
        database,
        subjects,
        ask,
        lookups(answers.roles),
        Recording(comments, time, secrets.token_bytes),
        Months(database, comments, time, secrets.token_bytes, answers.pages_of),
        Sorter(database, time, app_id=settings.app_id, draw=draw),
        time,
        work,
        done,
        intake,
        holder,
    )
    performing = Performing(database, subjects, ask, comments, perform, time)
    recovery = Recovery.over(database, client, time, work, app_id=settings.app_id)
    finder = _finder(answers.questions, database)
    return Bot(
        database,
        intake,
        decider,
        Sender(database, performing, time, done, finder, holder),
        Clock(database, time, work, recovery),
        recovery,
        answers,
        client,
        time,
    )


async def serve_for_ever(settings: Settings, role: Role = Role.ALL) -> None:
    """Serve until the process is told to stop (SIGINT, SIGTERM), also while it still starts."""
    await until_told(_serve(settings, role))


async def _serve(settings: Settings, role: Role) -> None:
    async with running(settings, role=role) as (_, address, rooms):
        _look_for_garbage_among_what_comes()
        log.info("serving", address=address, role=role, webhooks=f"{address}{PATH}")
        await asyncio.wait({rooms})
        rooms.result()


def _look_for_garbage_among_what_comes() -> None:
    """Leave out what stays as long as the process: to look through it takes a tenth of a second.

    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def running(
    settings: Settings, time: Time = REAL_TIME, *, role: Role = Role.ALL
) -> AsyncIterator[tuple[Bot, str, asyncio.Task[None]]]:
    """Run a bot with its web server; gives it, its address, and the task in which it runs.

    Raises:
        AlreadyRunning: another process works on this SQLite file.
        WronglySet: the private key cannot be read, the address cannot be listened on, or the role
            needs other processes, and SQLite has no place for them.
    """
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        if not database.is_shared:
            _does_everything(role)
            stack.enter_context(Alone(database.url.database))
        await migrate(database)
        if not database.is_shared:
            async with database.write() as tx:
                await leases.forget_holders(tx)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        bot = wire(settings, database, session, time)
        stack.push_async_callback(_release, bot)
        rooms = asyncio.create_task(bot.run(role))
        stack.push_async_callback(_stop, rooms)
        runner = web.AppRunner(
            _application(bot, settings, role),
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=5,
        )
        await runner.setup()
        # Before the rooms end: what is being received is still committed and answered.
        stack.push_async_callback(runner.cleanup)
        await _listen(runner, settings)
        await _check_who_we_are(bot)
        host, port = runner.addresses[0][:2]
        yield bot, f"http://{host}:{port}", rooms


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except (OSError, OverflowError) as error:
        place = f"{settings.host}:{settings.port}"
        sentence = f"HOST and PORT: nothing can listen on {place}: {error}"
        raise WronglySet(sentence) from error


def _does_everything(role: Role) -> None:
    if role is not Role.ALL:
        sentence = "On SQLite one process does everything: leave --role away, or use PostgreSQL."
        raise WronglySet(sentence)


def _application(bot: Bot, settings: Settings, role: Role) -> web.Application:
    """Make the web application: what GitHub tells, and what anybody can look up."""
    app = web.Application(client_max_size=BODY_AT_MOST)
    if role is Role.WORKER:
        app.add_routes(Health(bot.database).routes())
        return app
    app.add_routes(bot.intake.routes())
    if settings.public_url is not None:
        app.add_routes(_pages(bot, settings).routes())
    return app


async def _check_who_we_are(bot: Bot) -> None:
    """Stop at once when id and key do not belong together; GitHub being away stops nothing.

    Raises:
        WronglySet: GitHub does not know this App by this key.
    """
    try:
        known = await bot.answers.questions.knows_us()
    except CannotTell as error:
        log.warning("GitHub does not answer yet", why=str(error))
        return
    if not known:
        sentence = "APP_ID or the private key is wrong: GitHub does not know this App by this key."
        raise WronglySet(sentence)


def _pages(bot: Bot, settings: Settings) -> Pages:
    return Pages(
        bot.database,
        templates("pages"),
        settings.web_url(),
        bot.answers.is_public,
        public_url=settings.public_url or "",
        now=bot.time.now,
    )


async def _release(bot: Bot) -> None:
    """Leave no lease behind, so that another process can go on at once."""
    try:
        async with asyncio.timeout(RELEASE_SECONDS), bot.database.write() as tx:
            await leases.release_all(tx, bot.decider.holder)
    except Exception as error:  # noqa: BLE001 - they end by themselves
        log.warning("leases stay until they end", error=repr(error))


async def _stop(rooms: asyncio.Task[None]) -> None:
    rooms.cancel()
    await asyncio.gather(rooms, return_exceptions=True)


def _key(settings: Settings) -> AppKey:
    try:
        return AppKey.read(settings.app_id, settings.private_key_pem())
    except ValueError as error:
        name = "PRIVATE_KEY" if settings.private_key else "PRIVATE_KEY_PATH"
        sentence = f"{name} is wrong: {error}"
        raise WronglySet(sentence) from error


def _answers(
    settings: Settings,
    database: Database,
    client: Client,
    draw: Callable[[int], int],
    time: Time,
) -> Answers:
    async def person_of(account: Account) -> int:
        return await answers.person(account)

    questions = Questions(client, person_of=person_of)
    roles = Roles(client, now=time.now)
    visibility: TTLCache[int, bool] = TTLCache(
        VISIBILITY_AT_MOST, VISIBILITY_SECONDS, timer=lambda: time.now().timestamp()
    )
    answers = Answers(database, questions, roles, draw, settings.public_url, visibility, time)
    return answers


def _finder(questions: Questions, database: Database) -> Callable[[Repo], Awaitable[Repo | None]]:
    async def find_again(repo: Repo) -> Repo | None:
        """Follow a rename: GitHub answers a read under the old name with the new one."""
        found = await questions.repository(repo.installation, repo.owner, repo.name)
        if found is None or found.id != repo.id:
            return None
        if found.owner != repo.owner:
            # It moved to another account: there the App is another installation.
            found = await questions.repository_of(found.owner, found.name) or found
        async with database.write() as tx:
            await mirror.rename(tx, found)
        return found

    return find_again
