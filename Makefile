# Every target that people need; `make help` lists them.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out
PACKAGES := flows history reports sample_data transforms validation

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test test-long test-oracle test-mutation test-nights test-kills test-year test-advice test-corpus test-faults test-load test-soak test-pythons bench lint typing format docs messages site lock licences audit sbom wheel clean

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

test: install-dev ## the tests that start no other program than drawline
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not long"

test-long: install-dev ## Prefect servers, LibreOffice, a browser, installs, commands of the docs, samples of campaigns and benchmarks
	$(BIN)/python -m pytest -n auto --dist loadfile -m long

test-oracle: install-dev ## the engine against the second scorer on 200,000 random clients, some minutes
	$(BIN)/python -m tests.agreement --clients 200000

test-mutation: install-dev ## small changes of the engine's code, each of which a test has to notice, half an hour
	$(BIN)/python -m tests.campaigns.mutation

test-nights: install-dev ## 60 nights of a simulated firm of 500 clients, each held against what was known, some minutes
	$(BIN)/python -m tests.campaigns.nights

test-kills: install-dev ## a run killed at 60 moments, on a full disk and without a place for its reports, some minutes
	$(BIN)/python -m tests.campaigns.kills

test-year: install-dev ## a year of nights of 500 clients: how large the history is, how long a client takes to look up
	$(BIN)/python -m tests.campaigns.year

test-advice: install-dev ## how long the advice takes for 500 and for 250,000 clients, and its memory, some minutes
	$(BIN)/python -m tests.campaigns.advice_speed

test-corpus: install-dev ## 870 files made by a script with their expected answers, and files changed by chance, half an hour
	$(BIN)/python -m tests.campaigns.corpus
	$(BIN)/python -m tests.campaigns.fuzzing

test-faults: install-dev ## kills, full disks, read-only folders, two writers, damage and bad servers, an hour and more
	$(BIN)/python -m tests.campaigns.faults

test-load: install-dev ## 50 nightly runs at once on one history and one Prefect server, with their memory and descriptors
	$(BIN)/python -m tests.campaigns.load

test-soak: install-dev ## 2,000 nights of a small firm in one process, with its memory and descriptors, some hours
	$(BIN)/python -m tests.campaigns.soak

test-pythons: install-dev ## a sample of the tests on Python 3.11, 3.12 and 3.13, as far as they are here, some minutes
	$(BIN)/python -m tests.campaigns.pythons

bench: $(VENV)/.installed-bench ## how fast everything is, on an idle machine, an hour and more; written to docs/speed.md
	$(BIN)/python -m benchmarks --json benchmarks/measured.json --page docs/speed.md

# The compiled kernel; what drawline runs with keeps its locked version.
$(VENV)/.installed-bench: pyproject.toml $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[benchmark]' \
	  -c requirements/versions.txt
	@touch $@

lint: install-dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typing: install-dev ## mypy, strict
	$(BIN)/mypy

format: install-dev ## lets ruff format and fix what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: install-dev ## brings the French catalogue up to date with the code, and lists what lacks a translation
	$(BIN)/python -m transforms.model.wording.extract

docs: install-dev ## writes the pages that are made from code
	$(BIN)/python -m flows.reference.pages

site: docs ## the docs as a site in site/
	$(BIN)/zensical build --clean --strict

lock: install-dev ## resolves the dependencies anew, with hashes and without addresses
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate $(UPGRADE) -o requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate $(UPGRADE) -c requirements/run.txt -o requirements/build.txt --group build
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate $(UPGRADE) -c requirements/run.txt -c requirements/build.txt -o requirements/dev.txt pyproject.toml --group dev --group build --no-emit-package pip
	@# pip is there with every venv; the lock does not replace the pip that installs it.
	@# The versions alone: the pip of pipx refuses hashes beside a wheel that has none.
	sed -n 's/^\([A-Za-z0-9].*==.*[^ ]\) *\\$$/\1/p' requirements/run.txt > requirements/versions.txt

licences: install-dev ## the licence of each package that drawline runs with
	@$(BIN)/python -m tests.supply.licences

audit: install-dev ## known vulnerabilities of what is locked; exit code 75 where the service gives no answer
	@$(BIN)/python -m tests.supply.audit

sbom: install-dev ## the bill of materials of what is locked, in CycloneDX
	@$(BIN)/python -m tests.supply.sbom $(OUT)/drawline.cdx.json

wheel: install-dev ## a wheel in dist/ for `uv tool install` and pipx
	$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist .

clean: ## removes what the targets made
	rm -rf $(VENV) $(VENV)-3.* $(OUT) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
