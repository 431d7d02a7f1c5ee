# Terrace: two commands on a fresh machine are `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
BENCH_VENV := .venv-bench
BENCH_READY := $(BENCH_VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test check format bench quality docs lock clean

help: ## Show what you can do here
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(READY): requirements.lock pyproject.toml
	@echo "Installing into $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Terrace needs Python 3.11 or newer; say which: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

install: $(READY) ## Install Terrace and its tools into .venv

demo: $(READY) ## Match the sample zone and print the result as tables
	$(BIN)/terrace demo

test: $(READY) ## Run the tests (the same as CI)
	$(BIN)/python -m pytest

check: $(READY) ## Format, lint, types and import rules
	$(BIN)/ruff format --check src tests bench tools
	$(BIN)/ruff check src tests bench tools
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## Put the code into its format
	$(BIN)/ruff format src tests bench tools
	$(BIN)/ruff check --fix src tests bench tools

$(BENCH_READY): $(READY) bench/requirements.lock
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r bench/requirements.lock
	$(BENCH_VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

bench: $(BENCH_READY) ## Speed side by side with other engines (DATA=folder with sbir_large)
	$(BENCH_VENV)/bin/python bench/speed.py --data $(DATA)
	$(BENCH_VENV)/bin/python bench/rules_speed.py

quality: $(READY) ## Ranking quality by cross-validation (DATA=folder with the benchmark sets)
	$(BIN)/python bench/quality.py --data $(DATA)
	$(BIN)/python bench/quality_chinese.py --data $(DATA)
	$(BIN)/python bench/quality_experts.py --data $(DATA)

docs: $(READY) ## Write the command line reference from the commands themselves
	$(BIN)/python tools/build_reference.py

lock: ## Renew the lock files (needs uv)
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-header --all-extras pyproject.toml -o requirements.lock
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-header -c requirements.lock bench/requirements.in -o bench/requirements.lock

clean: ## Remove what was installed and built
	rm -rf $(VENV) $(BENCH_VENV) build dist out
