"""Does the simulator find nothing, does it say twice the same, and can it find something?"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaigns.simulate.model import Model
from campaigns.simulate.running import a_folder, campaign, play
from campaigns.simulate.sayings import Asked, Saying
from campaigns.simulate.table import Campaign, failure
from tests.stories.kit import Stage

SEEDS = 200
FEW = 12
EVENTS_AT_LEAST = 50

pytestmark = [
    pytest.mark.sqlite_only("is played on one engine"),
    pytest.mark.xdist_group("simulate"),
    pytest.mark.timeout(900),
]
