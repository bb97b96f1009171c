# What can be done in this checkout? `make help` lists it. Nothing needs to be installed before, but
# Python 3.11 with pip, and make. Everything goes into .venv, with exact versions and hashes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
SEEDS ?= 250
# Only for a Debian whose python3 came without its venv module.
VIRTUALENV := virtualenv==20.35.4

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types floors docs-check docs lock browser hledger postgres clean bench torture simulate

help: ## List what can be done.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

demo: $(VENV)/.demo ## Play the story, then leave the sandbox page running (ARGS=--once ends after the story).
	$(BIN)/python -m demo $(ARGS)

# Whatever reads or writes tables runs a second time, on a server that the tests start and stop.
ON_POSTGRESQL := $(addprefix tests/,storage worker stories intake faults)

test: $(VENV)/.dev browser hledger postgres ## Run every test, then those of the store on PostgreSQL (ARGS="-k pledge" chooses some).
	$(BIN)/python -m pytest $(ARGS)
	$(BIN)/python -m pytest --engine postgresql -n 4 $(ON_POSTGRESQL) $(ARGS) || [ $$? = 5 ] # 5: none chosen

check: lint types floors docs-check test ## Everything that must hold before a commit.

lint: $(VENV)/.dev ## Style and likely mistakes (ruff).
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## Types (mypy, strict).
	$(BIN)/mypy

floors: $(VENV)/.dev ## Who may import whom (import-linter).
	$(BIN)/lint-imports --no-cache

docs-check: $(VENV)/.dev ## Are the generated documents up to date?
	$(BIN)/python tools/docs.py --check

docs: $(VENV)/.dev ## Write the generated documents.
	$(BIN)/python tools/docs.py

lock: $(VENV)/.dev ## Choose new versions within the ranges of pyproject.toml.
	$(BIN)/python -m pip install --quiet uv
	PATH="$(CURDIR)/$(BIN):$$PATH" tools/lock.sh

browser: ## Make sure that there is a Chromium for the browser tests.
	@tools/browser.sh

postgres: ## Make sure that there is a PostgreSQL, which tests and benches start servers of.
	@tools/postgres.sh >/dev/null

hledger: ## Make sure that there is an hledger, which checks our journals.
	@tools/hledger.sh

bench: $(VENV)/.dev ## Measure what README and docs/performance.md say, for an hour (ARGS=--quick: less).
	@tools/postgres.sh >/dev/null
	$(BIN)/python -m bench $(ARGS)

simulate: $(VENV)/.dev ## Play the core under a virtual clock with every fault (SEEDS=250; many more for a night).
	$(BIN)/python -m campaigns.simulate --seeds $(SEEDS) $(ARGS)

torture: $(VENV)/.dev ## Kill real processes and strike with every fault, on both databases: an hour.
	@tools/postgres.sh >/dev/null
	$(BIN)/python -m campaigns.torture --all $(ARGS)

clean: ## Throw away what can be made again.
	rm -rf $(VENV) .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/octokit/node_modules tests/browser/node_modules

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Bursar needs Python 3.11 or newer; say PYTHON=/path/to/python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV) || { \
		rm -rf $(VENV) && $(PYTHON) -m pip install --quiet --target .tools '$(VIRTUALENV)' && \
		PYTHONPATH=.tools $(PYTHON) -m virtualenv --quiet $(VENV); }

$(VENV)/.demo: requirements/demo.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/demo.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@
