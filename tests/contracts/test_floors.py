"""The floor plan, and what production code keeps its hands off."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "bot").rglob("*.py"))
ENTRY = ("bot/app/", "bot/settings.py", "bot/cli.py", "bot/__main__.py")

OF_TESTS = {"unittest", "mock", "sandbox", "demo", "tests", "pytest", "hypothesis"}
FROM_OUTSIDE = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.monotonic",
    "time.perf_counter",
    "os.environ",
    "os.getenv",
    "secrets.token_bytes",
    "secrets.randbits",
    "uuid.uuid4",
    "random.random",
}
"""Time, identity and configuration come in as values, from where the rooms are wired."""


def name(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def used(tree: ast.AST) -> set[str]:
    """Names of two parts, such as `os.environ`."""
    return {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_production_code_knows_no_tests(module: Path) -> None:
    roots = {found.partition(".")[0] for found in imported(ast.parse(module.read_text()))}
    assert roots & OF_TESTS == set()


@pytest.mark.parametrize("module", [m for m in MODULES if not name(m).startswith(ENTRY)], ids=name)
def test_time_chance_and_environment_come_in_as_values(module: Path) -> None:
    assert used(ast.parse(module.read_text())) & FROM_OUTSIDE == set()


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_every_module_says_which_question_it_answers(module: Path) -> None:
    tree = ast.parse(module.read_text())
    assert ast.get_docstring(tree) or not tree.body


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=name)
def test_no_test_mocks(path: Path) -> None:
    assert not {"unittest.mock", "mock"} & set(imported(ast.parse(path.read_text())))


def test_the_floors_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    command = [str(tool), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-3000:]
    assert "0 broken" in found.stdout
