"""What holds for every test: nobody talks past loopback, and the log is plain."""

from __future__ import annotations

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from bot.app.logs import set_up_logs

# How long an example takes says more about the machine than about us: timings belong in bench/.
settings.register_profile("bursar", deadline=None)
settings.load_profile("bursar")


@pytest.fixture(autouse=True, scope="session")
def _plain_log() -> None:
    set_up_logs("warning")


@pytest.fixture(autouse=True)
def _loopback_only() -> None:
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
