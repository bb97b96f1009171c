"""What holds for every test: nobody talks past loopback, the log is plain, the engine is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from bot.app.logs import set_up_logs
from tests import engines
from tests.engines import Engine

# How long an example takes says more about the machine than about us: timings belong in bench/.
settings.register_profile("bursar", deadline=None)
settings.load_profile("bursar")

ONLY = {
    "sqlite_only": (Engine.SQLITE, "is about SQLite alone, for the reason given"),
    "postgresql_only": (Engine.POSTGRESQL, "is about PostgreSQL alone, for the reason given"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=[each.value for each in Engine],
        default=Engine.SQLITE.value,
        help="Which engine keeps the tables of these tests; a server is started where one is needed.",
    )


def pytest_configure(config: pytest.Config) -> None:
    engines.choose(Engine(config.getoption("--engine")))
    for name, (_, meaning) in ONLY.items():
        config.addinivalue_line("markers", f"{name}(reason): {meaning}")


def pytest_unconfigure() -> None:
    engines.stop_the_server()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is about the other engine; the reason must be said."""
    for item in items:
        for name, (engine, _) in ONLY.items():
            for marker in item.iter_markers(name):
                (reason,) = marker.args
                if engine is not engines.chosen():
                    item.add_marker(pytest.mark.skip(reason=f"{name}: {reason}"))


@pytest.fixture(autouse=True, scope="session")
def _plain_log() -> None:
    set_up_logs("warning")


@pytest.fixture(autouse=True)
def _loopback_only() -> None:
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture
def store_url(tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, for tests that hand it on."""
    with engines.a_database_made_by(engines.empty, tmp_path) as url:
        yield url
