#!/bin/sh
# Write the exact versions and hashes of everything, from the ranges in pyproject.toml.
# `make lock` runs this; `uv` must be there (pip install uv).
set -eu
cd "$(dirname "$0")/.."
lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --no-header "$@"
}
lock pyproject.toml -o requirements/run.txt
lock pyproject.toml --group demo -c requirements/run.txt -o requirements/demo.txt
lock pyproject.toml --group dev -c requirements/demo.txt -o requirements/dev.txt
