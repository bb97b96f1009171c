"""What holds for every test: nobody talks past loopback, and the log is plain."""

from __future__ import annotations

import pytest
from pytest_socket import socket_allow_hosts

from bot.app.logs import set_up_logs


@pytest.fixture(autouse=True, scope="session")
def _plain_log() -> None:
    set_up_logs("warning")


@pytest.fixture(autouse=True)
def _loopback_only() -> None:
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
