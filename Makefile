# Terrace: two commands on a fresh machine are `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
ASSETS := src/terrace_web/ui/static/vendor/.built
BENCH_VENV := .venv-bench
BENCH_READY := $(BENCH_VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install messages demo test test-postgres check format bench quality docs lock clean

help: ## Show what you can do here
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

$(READY): requirements.lock pyproject.toml
	@echo "Installing into $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Terrace needs Python 3.11 or newer; say which: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(ASSETS): $(READY) package-lock.json tools/build_assets.py src/terrace_web/ui/icons.txt
	$(BIN)/python tools/build_assets.py
	@touch $@

messages: $(READY)
	@$(BIN)/python tools/messages.py compile

install: $(READY) $(ASSETS) messages ## Install Terrace and its tools into .venv

demo: install ## Load the sample zone, match it, and serve the site on http://127.0.0.1:8000
	$(BIN)/terrace demo
	TERRACE_MODE=demo TERRACE_DATA_DIR=var/demo $(BIN)/terrace-web migrate --verbosity 0
	TERRACE_MODE=demo TERRACE_DATA_DIR=var/demo $(BIN)/terrace-web load_demo
	TERRACE_MODE=demo TERRACE_DATA_DIR=var/demo $(BIN)/terrace-web serve

test: install ## Run the tests (the same as CI)
	$(BIN)/python -m pytest -n 2 --dist loadfile
	@$(MAKE) --no-print-directory test-postgres

# What only looks at pages, or starts databases of its own, is not run twice.
test-postgres: install ## Run the platform's tests again, on PostgreSQL
	$(BIN)/python -m terrace_web.testing.postgres $(BIN)/python -m pytest tests/web -n 2 --dist loadfile \
	  --ignore tests/web/ui --ignore tests/web/demo --ignore tests/web/test_doors.py \
	  --ignore tests/web/test_query_counts.py --ignore tests/web/test_deployment.py \
	  --ignore tests/web/backups/test_backup_between_databases.py \
	  --ignore tests/web/durability/test_killed_server.py

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
