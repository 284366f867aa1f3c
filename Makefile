# Every target that people need; `make help` lists them.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
PACKAGES := flows history reports sample_data transforms validation

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test test-oracle test-nights test-kills test-year lint typing format docs lock clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## .venv with .venv/bin/drawline

install-dev: $(VENV)/.installed-dev ## the same, with what tests and checks need

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "drawline needs Python 3.11 or later; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The lock is its own constraint: for a package with extras, the pip of Python 3.11 looks at no other pin.
$(VENV)/.installed: requirements/run.txt requirements/build.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt -r requirements/build.txt \
	  -c requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@# pip compiles what it installs, but for a package that is edited in place: the first command need not do it.
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt -c requirements/dev.txt
	@touch $@

# Exit code 3 (some rows quarantined) is the expected answer to the sample's bad rows.
run: install ## the main job on the shipped sample; says where the report lies
	@$(BIN)/drawline demo --out $(OUT)/demo; code=$$?; \
	  if [ $$code -eq 3 ]; then exit 0; fi; \
	  if [ $$code -eq 0 ]; then echo "expected exit code 3: the sample has bad rows"; exit 1; fi; exit $$code

test: install-dev ## all tests, but for the long campaigns
	$(BIN)/python -m pytest -n auto --dist loadfile

test-oracle: install-dev ## the engine against the second scorer on 200,000 random clients, some minutes
	$(BIN)/python -m tests.agreement --clients 200000

test-nights: install-dev ## 60 nights of a simulated firm of 500 clients, each held against what was known, some minutes
	$(BIN)/python -m tests.campaigns.nights

test-kills: install-dev ## a run killed at 60 moments, on a full disk and without a place for its reports, some minutes
	$(BIN)/python -m tests.campaigns.kills

test-year: install-dev ## a year of nights of 500 clients: how large the history is, how long a client takes to look up
	$(BIN)/python -m tests.campaigns.year

lint: install-dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typing: install-dev ## mypy, strict
	$(BIN)/mypy

format: install-dev ## lets ruff format and mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: install-dev ## writes the pages that are made from code
	$(BIN)/python -m flows.pages

lock: install-dev ## resolves the dependencies anew, with hashes and without addresses
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate $(UPGRADE) -o requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate $(UPGRADE) -c requirements/run.txt -o requirements/build.txt --group build
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate $(UPGRADE) -c requirements/run.txt -c requirements/build.txt -o requirements/dev.txt pyproject.toml --group dev --group build

clean: ## removes what the targets made
	rm -rf $(VENV) $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
