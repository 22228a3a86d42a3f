# Quayside: two commands for everybody, a few more for who works on it. `make help` lists them.
# They need GNU make and Python 3.11 or newer; everything else is installed into .venv.

PYTHON3 ?= python3
VENV    := .venv
PYTHON  := $(VENV)/bin/python
RUN     := $(VENV)/.installed-run
DEV     := $(VENV)/.installed-dev
LOCK    := $(VENV)/bin/uv pip compile pyproject.toml --generate-hashes --no-emit-index-url \
           --no-annotate --python-version 3.11 --universal -q --custom-compile-command 'make lock'

.DEFAULT_GOAL := help
.PHONY: help run test check bench screenshots lock clean
MAKEFLAGS += --no-print-directory

help: ## Show these lines
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

run: $(RUN) ## Open the shop: http://127.0.0.1:8000/ (PORT, QUAYSIDE_VAR and DATABASE_URL are honoured)
	@exec $(VENV)/bin/quayside run

test: $(DEV) ## Run every test; ARGS='-k till -x' passes words to pytest
	@$(PYTHON) -m commerce.web.assets
	@$(PYTHON) -m commerce.cli.translations
	@$(PYTHON) -m commerce.cli.chromium
	@# A worker keeps its modules' databases and browsers; compiled modules spare every process a start.
	env -u PYTHONDONTWRITEBYTECODE $(VENV)/bin/pytest -n logical --dist worksteal $(ARGS)

check: $(DEV) ## Check style, types, architecture, dependencies and templates
	@$(PYTHON) -m commerce.web.assets
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry .
	$(VENV)/bin/djlint --lint --quiet commerce storefront pos integrations
	$(PYTHON) -m commerce.cli.browser_types

bench: $(RUN) ## Measure speed and memory; the figures go to bench/
	@exec $(VENV)/bin/quayside bench

screenshots: $(DEV) ## Take the README's pictures from a running demo (PORT is honoured)
	@$(PYTHON) -m commerce.cli.chromium
	@$(PYTHON) -m tests.support.screenshots

lock: $(DEV) ## Lock what pyproject.toml asks for; ARGS=--upgrade takes newer versions
	$(LOCK) -o requirements.lock $(ARGS)
	$(LOCK) -o requirements-dev.lock --group dev $(ARGS)

clean: ## Remove what these commands made, except var/ (the shop's own data)
	rm -rf $(VENV) node_modules static/vendor static/fonts *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(RUN): requirements.lock pyproject.toml
	@$(PYTHON3) commerce/cli/virtualenv.py $(VENV) requirements.lock
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@$(PYTHON3) commerce/cli/virtualenv.py $(VENV) requirements-dev.lock
	@touch $@
