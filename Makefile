.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help setup run test lint types check apiserver pairs schemas bench pictures build clean

help:  ## Show this help
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

setup: $(STAMP)  ## Make .venv and install podwizard into it

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -c constraints.txt -e '.[dev]'
	@touch $@

run: $(STAMP)  ## Start the wizard; without a terminal, write examples/orders-api.yaml into build/orders-api/
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/podwizard; \
	else $(BIN)/podwizard new build/orders-api --answers examples/orders-api.yaml; fi

test: export PYTHONDONTWRITEBYTECODE :=
test: $(STAMP)  ## Run every test that needs no cluster, with the network off
	@$(BIN)/python tools/offline.py $(BIN)/python -m pytest -n 4 --dist worksteal -q $(TESTS)

lint: $(STAMP)  ## Run ruff and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(STAMP)  ## Run mypy --strict
	$(BIN)/mypy

check: $(STAMP)  ## Prove the decision table and lint its templates
	$(BIN)/podwizard check

apiserver: $(STAMP)  ## Run the tests that need a real kube-apiserver (KUBEBUILDER_ASSETS)
	$(BIN)/python -m pytest -q -m apiserver tests/apiserver

pairs: $(STAMP)  ## Check what every two components and options do together, on a real kube-apiserver too
	PODWIZARD_PAIRS=all $(BIN)/python -m pytest -q -m 'apiserver or not apiserver' tests/contract/test_pairs.py tests/apiserver/test_pairs.py

schemas: $(STAMP)  ## Write the schemas of the newest Kubernetes minor (KUBEBUILDER_ASSETS)
	$(BIN)/python -m tools.make_schemas

bench: $(STAMP)  ## Run the benchmarks
	$(BIN)/python benchmarks/run.py

pictures: $(STAMP)  ## Draw docs/pictures/ again from the real screens
	$(BIN)/python -m tools.pictures
	$(BIN)/python -m tools.record

build: $(STAMP)  ## Build sdist and wheel into dist/
	$(BIN)/python -m build --no-isolation

clean:  ## Remove what was built
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
