# Every target sets up what it needs. PYTHON names the interpreter that makes .venv (3.11 or newer).
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras
ROOMS := common ledgers grids people incidents inspections assessments command demo

.PHONY: setup setup-run demo test check journeys bench messages requirements

setup: .venv/dev.stamp  ## the environment of development: all packages and the compiled catalogues
	@$(BIN)/python tools/catalogues.py compile

setup-run: .venv/base.stamp  ## the part of it that running needs
	@$(BIN)/python tools/catalogues.py compile

.venv/base.stamp: requirements/base.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing requirements/base.txt"
	@$(PIP) -r requirements/base.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/base.stamp
	@echo "Installing requirements/dev.txt"
	@$(PIP) -r requirements/dev.txt
	@touch $@

demo: setup-run  ## the demo district on http://127.0.0.1:8000 (PORT=… for another)
	@exec $(BIN)/python -m config.demo

test: setup  ## every test but the browser's; ARGS="-k word" narrows it
	$(BIN)/python -m pytest -n 2 -m "not journeys" $(ARGS) </dev/null

check: setup  ## all that can be said without running a test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python tools/deploy_check.py

journeys: setup  ## the steps of the story in headless Chromium
	@tools/install_system_packages chromium fonts-noto-cjk
	$(BIN)/python -m pytest tests/journeys -m journeys $(ARGS) </dev/null

bench: setup  ## ratios against other ways, both sides in one run; ARGS="--full restructuring" names them
	$(BIN)/python -m benchmarks $(ARGS)

messages: setup  ## brings every room's catalogue up to date and lists what lacks a translation
	$(BIN)/python tools/catalogues.py update $(ROOMS)
	$(BIN)/python tools/catalogues.py missing

requirements: setup  ## pins anew; pip-tools must be in the environment
	$(COMPILE) --output-file=requirements/base.txt requirements/base.in
	$(COMPILE) --output-file=requirements/dev.txt requirements/dev.in
