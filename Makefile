# Tegoed. `make help` lists the commands; each sets up what it needs: only Python 3.11+ and make are assumed.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
B ?=
T ?=
NO_KEY := AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
CATALOGUES := $(wildcard tegoed/locale/*/LC_MESSAGES/django.po)

.PHONY: help demo test check serve bench messages lock clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/ready ## run the main job on invented data, then serve it (PORT=8000)
	@$(BIN)/tegoed demo --port $(PORT)

test: .venv/ready ## all tests (T=tests/rules for a part)
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(T)

check: .venv/ready ## style, types, import rules, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DATABASE_URL=postgresql:///types TEGOED_SECRET_KEY=types TEGOED_IDENTIFIER_ENCRYPTION_KEYS=types:$(NO_KEY) \
		TEGOED_IDENTIFIER_LOOKUP_KEY=$(NO_KEY) $(BIN)/mypy tegoed
	$(BIN)/lint-imports
	$(BIN)/djlint tegoed --lint --quiet

serve: .venv/ready ## serve this checkout's own database, with a worker (PORT=8000)
	@$(BIN)/tegoed migrate
	@$(BIN)/tegoed serve --port $(PORT) --with-worker

bench: .venv/ready ## all benchmarks, or one: B=banking; tables, and bench/results/NAME.json
	@$(BIN)/python -m bench $(B)

messages: .venv/ready ## bring the catalogues to the texts of today
	@$(BIN)/python tools/messages.py update

lock: ## pin all dependencies anew, with hashes (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml requirements-dev.in -c requirements.txt -o requirements-dev.txt

clean: ## forget the set-up (keeps var/, where the data is)
	rm -rf .venv node_modules tegoed/static/vendor

.venv/installed: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Tegoed needs Python 3.11 or later; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Setting up: Python packages (a minute or two, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/front-end: .venv/installed package.json package-lock.json tools/front_end.py tools/base_map.py tegoed/static/tegoed/icons.txt
	@echo "Setting up: front-end packages"
	@$(BIN)/python tools/front_end.py
	@touch $@

.venv/ready: .venv/front-end $(CATALOGUES) tools/messages.py
	@$(BIN)/python tools/messages.py compile
	@touch $@
