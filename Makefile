# Travvy on one machine. `make run` and `make test` set up everything they need; see README.md.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# Many tests wait for a condition, so that there is work for more workers than cores.
PYTEST_WORKERS ?= 3
ARGS ?=
API_TYPES := node_modules/.bin/openapi-typescript docs/openapi.json --immutable --default-non-nullable=false --output clients/web/src/api.ts

ASC := cd shared/itinerary/core && ../../../node_modules/.bin/asc --config asconfig.json

.DEFAULT_GOAL := help
.PHONY: help setup run demo test fuzz-api check lint types derived core openapi bench system-tests live-check lock clean

help: ## Show what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready node_modules/.ready ## Install the Python and Node packages (others call it)

.venv/.ready: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Travvy needs Python 3.11 or later: make PYTHON=python3.12 setup") if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Python packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

node_modules/.ready: package.json package-lock.json
	@echo "Installing Node packages ..."
	@npm ci --silent --no-progress
	@touch $@

run: setup ## Start the local cloud and the functions; Ctrl-C stops everything
	@exec $(BIN)/python -m emulator $(ARGS)

demo: setup ## Two travellers plan a trip, against a running or an own local cloud
	@exec $(BIN)/python -m clients.python.demo $(ARGS)

# Compiled modules are kept whatever the machine's habit is: the tests start hundreds of processes.
test: export PYTHONDONTWRITEBYTECODE =
test: setup ## Run the tests
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) $(ARGS)

fuzz-api: setup ## 5,000 generated requests against the API description
	@TRAVVY_RATE_LIMITS=off TRAVVY_FUZZ_EXAMPLES=$${TRAVVY_FUZZ_EXAMPLES:-5000} $(BIN)/python -m pytest tests/fuzz_api -n $(PYTEST_WORKERS) --timeout 0 $(ARGS)

check: lint types derived ## Lint, format, strict types, our own lints (make -j2 check: side by side)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy

derived: setup
	@$(BIN)/python -m deploy.readme --check
	@$(BIN)/python -m deploy.roles --check
	@$(BIN)/python -m deploy.openapi --check
	@$(API_TYPES) --check
	@$(ASC) --outFile ../../../.core.wasm && cmp ../../../.core.wasm core.wasm; same=$$?; rm -f ../../../.core.wasm; exit $$same

core: setup ## Build the optimiser's search: shared/itinerary/core/core.wasm
	@$(ASC) --outFile core.wasm

openapi: setup ## Describe the API anew: docs/openapi.json, from it the types of clients/web, and docs/roles.md
	@$(BIN)/python -m deploy.openapi
	@$(BIN)/python -m deploy.roles
	@$(API_TYPES)

bench: setup ## Measure: make bench ARGS=--quick
	@for script in emulator collaboration api; do $(BIN)/python bench/$$script.py $(ARGS) || exit 1; done

system-tests: setup ## Google's own system tests for the Python client, against our Firestore (needs PyPI)
	@$(BIN)/python tests/emulator/google_system_tests.py $(ARGS)

live-check: setup ## The assistant with Google's real services; needs keys, says which (ARGS=--stand-ins needs none)
	@$(BIN)/python -m clients.python.live_check $(ARGS)

lock: setup ## Pin the requirements again from the .in files
	@$(BIN)/python -m pip install --quiet uv
	@for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url $$name.in -o $$name.txt; done

clean: ## Remove what was installed and what the local cloud left
	@rm -rf .venv node_modules .travvy .mypy_cache .ruff_cache
