"""What do the tests of this folder need to tell pytest?"""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """A marker to leave them out by, where there is no Node and no network."""
    config.addinivalue_line("markers", "node: runs Node, and fetches Octokit from npm on first use")
