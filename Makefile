# Two commands: `make demo` upgrades a simulated conductor pair, `make test` runs every check of a change.
# Each makes its own .venv when it is not there. Python 3.11 or newer, make and git are all they need.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo rehearse test lint unit integration gates journeys browser screenshots sanity sanity-all importer plugin-docs artefact environment docs matrix soak bench habits worlds mutations format clean

# The first Python that is new enough; name another one with `make PYTHON=python3.13 test`.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
COLLECTIONS := $(VENV)/collections
LINK := $(COLLECTIONS)/ansible_collections/sessionsmart/ssr

export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/$(COLLECTIONS)
export ANSIBLE_LOCALHOST_WARNING := False
export ANSIBLE_INVENTORY_UNPARSED_WARNING := False
# ansible refuses to run without a UTF-8 locale, and minimal machines have only this one.
export LC_ALL := C.UTF-8
export PATH := $(CURDIR)/$(BIN):$(PATH)

SCENARIO ?= ha-6.3-image

help: ## Show this help
	@grep -E '^[a-z0-9.-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed and was not found. Name one: make PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	mkdir -p $(dir $(LINK))
	ln -sfn "$(CURDIR)" $(LINK)
	touch $@

$(VENV)/.run: $(VENV)/.python requirements.txt constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt ansible-core --requirement requirements.txt
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements-dev.txt
	touch $@

$(VENV)/.gates: $(VENV)/.dev requirements-gates.txt constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements-gates.txt
	touch $@

demo: $(VENV)/.run ## Upgrade a simulated conductor pair (SCENARIO=ha-6.2-package), or routers (SCENARIO=fleet-small); SFTP=off restores its backup as well
	@$(BIN)/python -m tests.simulator.demo $(SCENARIO) $(if $(filter off,$(SFTP)),--sftp-off)

# How one's own authority would fare tonight: make rehearse ASSETS=show-assets.txt VERSION=6.3.5-39.r1.el7
rehearse: $(VENV)/.run ## Play tonight's upgrade against the text of your own `show assets` (ASSETS=FILE VERSION=RELEASE)
	@test -n "$(ASSETS)" -a -n "$(VERSION)" || { echo "Name both: make rehearse ASSETS=show-assets.txt VERSION=6.3.5-39.r1.el7"; exit 1; }
	@$(BIN)/python -m tests.simulator.rehearse --from-assets "$(ASSETS)" --version "$(VERSION)"

test: lint unit integration ## Everything that a change must pass: lint, unit tests, playbooks against the simulator

lint: $(VENV)/.dev ## ruff, yamllint, ansible-lint (profile production), changelog fragments
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/yamllint --strict .
	$(BIN)/python -m tests.tools.lint
	$(BIN)/antsibull-changelog lint

unit: $(VENV)/.dev ## Unit tests
	$(BIN)/python -m pytest -q -n 2 --dist worksteal tests/unit tests/worlds

integration: $(VENV)/.dev ## The session, the modules and the playbooks against the simulator, over real SSH (most of it waits: 8 at once)
	$(BIN)/python -m pytest -q -n 8 --dist worksteal tests/integration

gates: environment artefact docs plugin-docs journeys browser sanity importer ## What is published: ansible-test sanity, the importer of Galaxy, the artefact, the site

environment: $(VENV)/.gates ## ansible-builder: the build context of an execution environment, and what the collection needs in it
	$(BIN)/python -m tests.tools.execution_environment

artefact: $(VENV)/.gates ## Build the artefact, install it into an empty folder, and run the demonstration from there
	$(BIN)/python -m tests.tools.artefact

plugin-docs: $(VENV)/.gates ## antsibull-docs: markup, references and schema of the plugins' documentation
	$(BIN)/python -m tests.tools.plugin_docs

journeys: $(VENV)/.dev ## What people do from outside, step by step: README and quick start word by word, pipelines, AWX
	$(BIN)/python -m pytest -q -n 4 --dist worksteal tests/journeys

browser: $(VENV)/.dev ## The pages of reports in a headless Chromium (as root on Debian it is installed; axe-core comes from npm)
	$(BIN)/python -m tests.tools.browser_tools
	SSR_BROWSER=required $(BIN)/python -m pytest -q tests/browser

screenshots: $(VENV)/.dev ## Take the pictures of docs/images anew
	$(BIN)/python -m tests.tools.browser_tools
	$(BIN)/python -m tests.browser.screenshots

sanity: $(VENV)/.gates ## ansible-test sanity, with the oldest and the newest ansible-core that are supported
	$(BIN)/nox -s sanity-2.16 sanity-2.21

sanity-all: $(VENV)/.gates ## ansible-test sanity with ansible-core 2.16, 2.18, 2.19, 2.20 and 2.21, before a release (noxfile.py)
	$(BIN)/nox -s sanity-2.16 sanity-2.18 sanity-2.19 sanity-2.20 sanity-2.21

importer: $(VENV)/.gates ## galaxy-importer, with no warning
	$(BIN)/python -m tests.tools.importer

docs: $(VENV)/.gates ## Build the site of the documentation
	$(BIN)/python -m tests.tools.docs_site

matrix: $(VENV)/.gates ## ansible-core 2.16 to 2.21 with Python 3.10 to 3.14: unit tests and the demonstration in each (noxfile.py)
	$(BIN)/nox

# Random worlds of the soak: seeds that nobody has played, printed, so that one that breaks something can be played again.
SOAK_WORLDS ?= 10000
# Most of it waits: six at once keep two cores busy.
soak: $(VENV)/.dev ## A fleet of 300 routers with faults, conductors that choose otherwise, controllers killed at random, new worlds
	$(BIN)/python -m pytest -q -n 6 --durations 15 tests/soak
	@test $(SOAK_WORLDS) -eq 0 || $(BIN)/python -m tests.worlds --fresh $(SOAK_WORLDS)

# Which worlds: make habits SEEDS=40, or by number: SSR_HABITS_SEEDS=3,17 make habits
SEEDS ?= 2
habits: $(VENV)/.dev ## Play the demonstrations on conductors with habits drawn by chance (SEEDS=40), verdicts beside the truth
	@$(BIN)/python -m tests.integration.habits --seeds $(SEEDS)

# Random nights in virtual time, each from a seed: make worlds N=2000, or other seeds with FROM=100000
N ?= 500
FROM ?= 0
worlds: $(VENV)/.dev ## Play random worlds, and name every promise that one of them breaks (N=2000 FROM=0)
	@$(BIN)/python -m tests.worlds --seeds $(FROM):$$(( $(FROM) + $(N) ))

# MUTATIONS="--only gate --seeds 0:500" plays less; --remember writes down which world noticed what.
mutations: $(VENV)/.dev ## Turn off each condition of the gate, of the judge and of what they ask, and say what notices it
	@$(BIN)/python -m tests.worlds.mutations $(MUTATIONS)

# One part, or other fleets: make bench ONLY=start, make bench ONLY=makespan SIZES=5000. DOCUMENT=1 writes the page anew
# (the whole table; refused with ONLY, or without 100 and 1,000 routers).
# ONLY=large upgrades 1,000 routers over SSH; neither it nor 5,000 routers are part of the usual table.
SIZES ?= 100,1000
bench: $(VENV)/.dev ## What the collection costs, in one table: about half an hour on two idle cores (ONLY=start SIZES=5000)
	@mkdir -p build
	@$(BIN)/python -m tests.bench $(foreach part,$(ONLY),--only $(part)) --sizes $(SIZES) --json build/bench.json $(if $(DOCUMENT),--document)

format: $(VENV)/.dev ## Format the Python files
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## Remove what the other targets made
	rm -rf $(VENV) .ansible .pytest_cache .ruff_cache .hypothesis
