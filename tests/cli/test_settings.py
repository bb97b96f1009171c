"""A setting that is missing or wrong stops the start, with one sentence that names it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.cli.kit import a_key, bursar, right, start

WRONG: dict[str, tuple[dict[str, str | None], str]] = {
    "no App": ({"APP_ID": None}, "APP_ID is not set"),
    "an empty App": ({"APP_ID": ""}, "APP_ID is not set"),
    "an App that is no number": ({"APP_ID": "forty-two"}, "APP_ID is wrong"),
    "App zero": ({"APP_ID": "0"}, "APP_ID is wrong"),
    "no key": ({"PRIVATE_KEY": None}, "PRIVATE_KEY: set either"),
    "two keys": ({"PRIVATE_KEY_PATH": "key.pem"}, "PRIVATE_KEY: set either"),
    "a key that is none": ({"PRIVATE_KEY": "nonsense"}, "PRIVATE_KEY is wrong"),
    "a key cut short": ({"PRIVATE_KEY": a_key()[:400]}, "PRIVATE_KEY is wrong"),
    "a file that is not there": (
        {"PRIVATE_KEY": None, "PRIVATE_KEY_PATH": "nowhere.pem"},
        "PRIVATE_KEY_PATH: nowhere.pem cannot be read",
    ),
    "a folder as a file": (
        {"PRIVATE_KEY": None, "PRIVATE_KEY_PATH": "."},
        "PRIVATE_KEY_PATH: . cannot be read",
    ),
    "no secret": ({"WEBHOOK_SECRET": None}, "WEBHOOK_SECRET is not set"),
    "an empty secret": ({"WEBHOOK_SECRET": ""}, "WEBHOOK_SECRET is not set"),
    "only a comma": ({"WEBHOOK_SECRET": ","}, "WEBHOOK_SECRET is wrong: must not be empty"),
    "only spaces": ({"WEBHOOK_SECRET": " , "}, "WEBHOOK_SECRET is wrong: must not be empty"),
    "another database": ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL must be"),
    "no address": ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is no URL"),
    "no folder": ({"DATABASE_URL": "sqlite:////no/such/bursar.db"}, "DATABASE_URL: there is no"),
    "a port too high": ({"PORT": "99999"}, "PORT is wrong"),
    "a port in words": ({"PORT": "http"}, "PORT is wrong"),
    "a loud log": ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is wrong: must be one of debug, info"),
    "no public address": ({"PUBLIC_URL": "bursar.example"}, "PUBLIC_URL is wrong"),
    "a public address with a query": ({"PUBLIC_URL": "https://a.b/?c"}, "PUBLIC_URL is wrong"),
    "no API": ({"GITHUB_API_URL": "nonsense"}, "GITHUB_API_URL is wrong"),
    "another scheme": ({"GITHUB_API_URL": "ftp://ghe.example"}, "GITHUB_API_URL is wrong"),
    "a host that is not ours": ({"HOST": "192.0.2.1"}, "HOST and PORT: nothing can listen on"),
}


@pytest.mark.parametrize(("changed", "sentence"), WRONG.values(), ids=WRONG)
def test_serving_stops_with_one_sentence_that_names_it(
    changed: dict[str, str | None], sentence: str
) -> None:
    result = bursar("serve", **changed)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"bursar: {sentence}")
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""
    assert "s3cret" not in result.stderr
    assert a_key().splitlines()[1] not in result.stderr


@pytest.mark.parametrize("command", [["migrate"], ["ledger", "a/b"], ["verify"]])
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is wrong: must be one of"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is no URL"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must be sqlite"),
        ({"DATABASE_URL": "sqlite:////no/such/x.db"}, "DATABASE_URL: there is no folder /no/such"),
    ],
)
def test_so_do_commands_that_only_look_into_the_store(
    command: list[str], changed: dict[str, str | None], sentence: str
) -> None:
    result = bursar(*command, **changed)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"bursar: {sentence}")
    assert len(result.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = bursar("serve", PORT=str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert result.stderr.startswith("bursar: HOST and PORT: nothing can listen on 127.0.0.1:")
    assert (tmp_path / "bursar.db").exists()


def test_looking_into_the_store_needs_no_key_and_no_secret() -> None:
    result = bursar("migrate", APP_ID=None, PRIVATE_KEY=None, WEBHOOK_SECRET=None)
    assert (result.exit_code, result.stderr) == (0, "")


def test_settings_are_read_from_a_file_too(tmp_path: Path) -> None:
    lines = [f"DATABASE_URL=sqlite:///{tmp_path}/from-file.db", "UNKNOWN=is passed over"]
    (tmp_path / ".env").write_text("\n".join(lines))
    assert bursar("migrate", DATABASE_URL=None).exit_code == 0
    assert (tmp_path / "from-file.db").exists()


def test_a_process_of_its_own_says_it_the_same_way() -> None:
    process = start("serve", APP_ID=None)
    out, err = process.communicate(timeout=30)
    sentence = "APP_ID is not set. Set it in the environment or in .env (see .env.example)."
    assert (process.returncode, out, err) == (1, "", f"bursar: {sentence}\n")


def test_the_settings_of_these_tests_are_right() -> None:
    assert all(right().values())
