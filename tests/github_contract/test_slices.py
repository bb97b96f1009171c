"""Are the slices in `data/` what the tool makes of the published packages?

Needs the packages, 385 MB unpacked, so it runs only where they are: GITHUB_PACKAGES names a
`node_modules` folder that holds them (`npm install --ignore-scripts` of the three versions in
tools/slice_github.py), or says `fetch`.
"""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.github_contract.openapi import all_operations
from tests.github_contract.published import FOLDER

TOOL = Path(__file__).parents[2] / "tools" / "slice_github.py"
SLICES = ("openapi", "examples", "webhooks", "payloads")
LIMIT = 400 * 1024  # bytes of all slices: they are part of every clone


def test_the_slices_are_small() -> None:
    assert sum(each.stat().st_size for each in FOLDER.iterdir()) < LIMIT


def test_the_slice_holds_the_operations_that_the_tool_names() -> None:
    assert {"issues/create-comment", "checks/update", "repos/get-content"} <= all_operations()


@pytest.mark.skipif(
    "GITHUB_PACKAGES" not in os.environ,
    reason="GITHUB_PACKAGES does not say where GitHub's npm packages are (a node_modules folder,"
    " or `fetch`)",
)
@pytest.mark.timeout(600)
def test_the_tool_makes_the_same_slices_again(tmp_path: Path) -> None:
    """Compared unpacked: another zlib may pack the same text into other bytes."""
    where = os.environ["GITHUB_PACKAGES"]
    files = [] if where == "fetch" else _files_in(Path(where) / "@octokit")
    subprocess.run([sys.executable, TOOL, *files, "--to", tmp_path], check=True)
    for name in SLICES:
        made, kept = (folder / f"{name}.json.gz" for folder in (tmp_path, FOLDER))
        assert gzip.decompress(made.read_bytes()) == gzip.decompress(kept.read_bytes()), name


def _files_in(packages: Path) -> list[str | Path]:
    api = Path("generated", "api.github.com.json")
    return [
        *("--openapi", packages / "openapi" / api),
        *("--webhooks", packages / "openapi-webhooks" / api),
        *("--examples", packages / "webhooks-examples" / "api.github.com" / "index.json"),
    ]
