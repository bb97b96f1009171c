"""Whoever is told to end while it starts ends then, and not when it has started."""

from __future__ import annotations

import signal
import socket

import pytest

from tests.cli.kit import start


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_while_github_keeps_it_waiting_it_ends_at_once(told: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        process = start("serve", GITHUB_API_URL=f"http://127.0.0.1:{silent.getsockname()[1]}")
        try:
            asked, _ = silent.accept()
            with asked:
                process.send_signal(told)
                _, err = process.communicate(timeout=5)
            assert process.returncode == 0
            assert "serving" not in err
            assert "Traceback" not in err
        finally:
            process.kill()
            process.communicate()
