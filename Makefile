# make demo builds the example library; make test runs everything that CI runs. Each sets up .venv by itself.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
BIN := .venv/bin
READY := .venv/.ready
OUT ?= out
PORT ?= 8000
WORKERS ?= 2
export PYTHONUNBUFFERED := 1

.PHONY: help setup demo test claims coverage mutation lint format schemas prepared responses lock bench bench-values bench-sound fuzz dagster serve stack clean schemathesis

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with all pinned packages

$(READY): requirements-dev.txt requirements.txt requirements.in pyproject.toml tools/make-venv tools/uv.txt
	tools/make-venv
	touch $@

demo: setup ## Build the example library into out/ and say where to look
	$(BIN)/synthcopilot build examples/library.yaml --out $(OUT)

test: lint ## Lint, types, import rules, and all tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal </dev/null

claims: setup ## What the README says, held against the whole example library; the tests build a quarter of it
	$(BIN)/pytest tests/claims --whole-library </dev/null

coverage: setup ## All tests, and which lines none of them reaches
	rm -f .coverage .coverage.*
	$(BIN)/pytest -n $(WORKERS) --cov --cov-report=term </dev/null

mutation: setup ## Put small faults into the sources, one by one, and list those that no test notices (MUTATION="gates --sample 20")
	nice $(BIN)/python -m tools.mutation $(MUTATION)

lint: setup ## ruff, mypy, the import contracts and the templates' form
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m tools.format_templates --check
	$(BIN)/python -m tools.prepare --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Format sources and templates, and fix what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tools.format_templates
	$(BIN)/python -m tools.prepare

schemas: setup ## Write schemas/json/ and docs/settings.md anew
	$(BIN)/python -m schemas.export
	$(BIN)/python -m service.settings_page

prepared: setup ## Write templates and lexicon as JSON beside them, for a quick start
	$(BIN)/python -m tools.prepare

responses: setup ## Measure what each axis and macro does to templates' sounds, where that isn't known (RESPONSES="--only ID")
	nice $(BIN)/python -m tools.responses $(RESPONSES)

lock: setup ## Resolve requirements*.in into the hashed locks
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 --overrides requirements-bench-overrides.txt requirements-bench.in -o requirements-bench.txt

bench: setup ## Measure how fast libraries are built, and what a whole pack is like
	for part in start_up engine_time request_cost library_build pack_growth pack_figures; do echo "== $$part"; $(BIN)/python -m bench.$$part; done

bench-values: setup ## Make a preset of each prompt that asks for values, and read them back (VALUES="--planned", "fifth")
	$(BIN)/python -m bench.values $(VALUES)

bench-sound: .venv-bench/.ready ## Measure what words do to sound (BENCH="--quick", "--human DIR", "--llm-url URL --llm-model NAME")
	OMP_NUM_THREADS=1 .venv-bench/bin/python -m bench.sound $(BENCH)

.venv-bench/.ready: $(READY) requirements-bench.txt
	$(BIN)/python -m venv --clear .venv-bench
	VIRTUAL_ENV=$(CURDIR)/.venv-bench $(BIN)/uv pip install -q --no-deps --require-hashes -r requirements-bench.txt
	touch $@

fuzz: setup ## Send 10,000 mutants of good presets through import and rendering
	$(BIN)/pytest tests/fuzz --fuzz-mutants 10000 -s </dev/null

schemathesis: setup ## Send the API what its schema allows and what not (API_EXAMPLES=300 of each operation)
	API_EXAMPLES=$${API_EXAMPLES:-300} $(BIN)/pytest tests/api/test_api_schema.py -s </dev/null

dagster: setup ## Open the UI of Dagster on http://127.0.0.1:3000
	$(BIN)/dagster dev

serve: setup ## Run the service on SQLite and local files; PORT=8000
	exec $(BIN)/synthcopilot serve --port $(PORT)

stack: setup ## The same on PostgreSQL, Redis and S3, as plain processes of this machine; PORT=8000
	exec $(BIN)/synthcopilot stack --port $(PORT)

clean: ## Remove what was built, .venv too
	rm -rf .venv .venv-bench build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
