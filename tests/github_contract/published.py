"""What did GitHub publish? The slices in `data/`, read once."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


@cache
def published(name: str) -> Any:
    """The content of `data/{name}.json.gz`. Shared: not to be changed."""
    return json.loads(gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes()))
