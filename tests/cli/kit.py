"""Commands as an operator types them, in this process or in one of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.cli import main

ROOT = Path(__file__).parents[2]


@cache
def a_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def right(**changed: str | None) -> dict[str, str | None]:
    """Settings that are right; None leaves one out."""
    given: dict[str, str | None] = {
        "APP_ID": "42",
        "PRIVATE_KEY": a_key(),
        "WEBHOOK_SECRET": "s3cret",
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "DATABASE_URL": "sqlite+aiosqlite:///bursar.db",
        "PORT": "0",
    }
    return given | changed


def bursar(*words: str, **changed: str | None) -> Result:
    return CliRunner().invoke(main, words, env=right(**changed), catch_exceptions=True)


def start(*words: str, **changed: str | None) -> subprocess.Popen[str]:
    """Start `python -m bot` beside us."""
    given = {name: value for name, value in right(**changed).items() if value is not None}
    outer = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *words],
        env=outer | given | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
