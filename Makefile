# Needs Python 3.11 or newer and make; everything else is installed into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The machine's own Python when it is new enough; PYTHON=... chooses by hand.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
PY := .venv/bin/python
INSTALL = "$(PYTHON)" tools/install.py
EMBEDDED := $(PY) -m matchmaking.embedded exec --
# One more than two cores: journeys and faults mostly wait.
WORKERS ?= 3
TESTS ?= tests
# COVERAGE=yes, as CI does, also traces every line: a fifth slower, and with the gate.
COVERAGE ?=
TRACE := $(if $(COVERAGE),--cov --cov-report=term)

# Development settings; `check-deploy` alone runs as production would.
export DEVELOPMENT ?= true
# A command starts dozens of processes: each module is compiled once, whatever the image says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-19s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT=8001 make run        another port"
	@echo "  make test TESTS=tests/engine WORKERS=0   one folder, in one process"

# --- set-up ------------------------------------------------------------------
.PHONY: setup setup-run setup-bench setup-ocds python
python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed: install it (Debian: apt install python3 python3-venv), or name it with PYTHON=..."; exit 1; }

setup: python ## install what the lock names into .venv: what running, testing and checking need
	@$(INSTALL) requirements-dev.txt

setup-run: python
	@$(INSTALL) requirements-run.txt

setup-bench: python
	@$(INSTALL) requirements-dev.txt requirements-bench.txt

setup-ocds: setup
	@$(PY) -m pip install -q --no-deps --require-hashes --disable-pip-version-check -r requirements-ocds.txt

.PHONY: lock
lock: setup ## compile the lock files anew from pyproject.toml (UPGRADE=1: to newest versions)
	@set -e; compile() { \
		.venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) "$$@"; }; \
	compile --group install -o requirements-uv.txt; \
	compile --extra embedded --extra dev pyproject.toml -o requirements-dev.txt; \
	compile --constraint requirements-dev.txt pyproject.toml -o requirements.txt; \
	compile --constraint requirements-dev.txt --extra embedded pyproject.toml -o requirements-run.txt; \
	compile --constraint requirements-dev.txt --extra bench pyproject.toml -o requirements-bench.txt; \
	compile --constraint requirements-dev.txt --extra ocds pyproject.toml -o requirements-ocds.txt
	@! grep -nE '://|^--' requirements*.txt

# --- run ---------------------------------------------------------------------
.PHONY: run
run: setup-run ## start the whole site on http://127.0.0.1:8000
	@exec $(PY) -m matchmaking.embedded up --end-with-parent

.PHONY: bundle
bundle: setup ## one archive with wheels and servers for a machine without any network, in var/bundle
	@"$(PYTHON)" tools/bundle.py

.PHONY: shell
shell: setup-run ## Python with the models, on the servers of a running `make run`
	@exec $(PY) manage.py shell

.PHONY: replay
replay: setup-run ## real factories, an event's orders, matches and mails on throw-away servers; counts all
	@exec $(EMBEDDED) $(PY) manage.py replay

.PHONY: docking-day
docking-day: setup-run ## a docking day from registration to press text, through services, on throw-away servers
	@exec $(EMBEDDED) $(PY) manage.py docking_day

# --- test --------------------------------------------------------------------
.PHONY: test
test: setup ## the whole suite on throw-away servers; COVERAGE=yes adds the gate
	@$(EMBEDDED) $(PY) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(TRACE) $(TESTS)

.PHONY: attacks
attacks: setup ## attacks on names and figures for real, each with its control (SHORT=1 fewer rounds, ONLY=4,5 some)
	@$(EMBEDDED) $(PY) -m tests.attacks

.PHONY: api-fuzz
api-fuzz: setup-bench ## every operation of the API by what its schema allows and forbids (EXAMPLES= SEED=)
	@$(EMBEDDED) $(PY) -m tests.api_fuzz

# --- look --------------------------------------------------------------------
.PHONY: shots
shots: setup ## pictures of every page in every role, width, language and scheme (ONLY= ROLES= WIDTHS= LANGS= SCHEMES= OUT=)
	@exec $(EMBEDDED) $(PY) -m tests.screens shots

.PHONY: access
access: setup ## axe, keyboard, focus, reflow and forced colours on every page (same options as shots)
	@exec $(EMBEDDED) $(PY) -m tests.screens access

.PHONY: vitals
vitals: setup ## own CSS and JS, layout shift, paint and blocking of every page on a slow phone
	@exec $(EMBEDDED) $(PY) -m tests.screens vitals

# Lighthouse is Node's; it is installed below var/ when first asked for, and nothing else needs it.
LIGHTHOUSE := var/lighthouse/node_modules/.package-lock.json
$(LIGHTHOUSE): tests/screens/lighthouse/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a * 100 + +b < 1816 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1 || \
		{ echo "make lighthouse needs Node 18.16 or newer with npm; nothing else here does"; exit 1; }
	@echo "Installing Lighthouse into var/lighthouse (once)"
	@mkdir -p var/lighthouse && cp tests/screens/lighthouse/package.json tests/screens/lighthouse/package-lock.json var/lighthouse
	@npm ci --prefix var/lighthouse --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: lighthouse
lighthouse: setup $(LIGHTHOUSE) ## Lighthouse's four scores of every page, phone and desk, public and signed in (needs Node)
	@exec $(EMBEDDED) $(PY) -m tests.screens lighthouse

# --- measure -----------------------------------------------------------------
.PHONY: bench
bench: setup-bench ## the engine, the whole way and its peers side by side; tables to benchmarks/results/
	@$(EMBEDDED) $(PY) -m benchmarks.bench

.PHONY: bench-post
bench-post: setup ## posts approved at a pace against 100,000 open counterparts, until their matches show
	@$(EMBEDDED) $(PY) -m benchmarks.post

.PHONY: bench-workers
bench-workers: setup ## a full scoring in parts, by one worker and by two
	@$(EMBEDDED) $(PY) -m benchmarks.workers

.PHONY: bench-imports
bench-imports: setup ## sheets of 5,000 companies, orders and offers: read, written, sent again (BENCH_ROWS=, BENCH_GOAL=)
	@$(EMBEDDED) $(PY) -m benchmarks.imports

.PHONY: bench-schedule
bench-schedule: setup ## docking days: published optima (SHARED=path, INSTANCES=all), own days, clashes, changes
	@exec $(PY) -m benchmarks.schedule

.PHONY: bench-split
bench-split: setup ## one order in five plans, events of 200 x 300 and 1,000 x 1,500 with proved gaps
	@exec $(PY) -m benchmarks.splitting

.PHONY: ocds
ocds: setup-ocds ## published results before the checker of the Open Contracting Data Standard
	@$(EMBEDDED) $(PY) -m pytest -q -n 0 tests/deals/ocds/checker.py

.PHONY: judgements
judgements: setup ## what the trade puts first, held against a scoring (CASES=path: another file)
	@$(EMBEDDED) $(PY) -m tests.matching.judgements $(CASES)

.PHONY: market-figures
market-figures: setup ## how near the market's public sums of bands lie to the exact ones
	@$(PY) -m benchmarks.market_figures

.PHONY: quality
quality: setup ## recall, stability, near misses, spread of scores: known answers, replayed event, demonstration
	@$(EMBEDDED) sh -c '$(PY) manage.py migrate --verbosity 0; $(PY) manage.py demo && $(PY) -m benchmarks.quality keep'
	@$(EMBEDDED) sh -c '$(PY) manage.py replay || echo "see make replay; the market is there"; $(PY) -m benchmarks.quality'

.PHONY: shape
shape: python ## figures of the code's shape, area by area; judges nothing
	@"$(PYTHON)" tools/shape.py

.PHONY: read-text
read-text: setup ## labelled messages against the reader of free text (CASES=path of another file)
	@$(PY) -m benchmarks.read_text $(CASES)

.PHONY: read-cells
read-cells: setup ## labelled cells against the parsers of forms, sheets and the API (CASES=path of another file)
	@$(PY) -m benchmarks.read_cells $(CASES)

.PHONY: help-check
help-check: setup ## pages without help, dead links, and every block of code run against a running site
	@$(EMBEDDED) $(PY) -m pytest -q -n 0 tests/help

# --- check -------------------------------------------------------------------
CHECKS := lint format types contracts migrations templates translations schema states routes help deploy
.PHONY: check $(CHECKS:%=check-%)
check: $(CHECKS:%=check-%) ## lint, types, contracts, migrations, templates, translations, schema, states, routes, help, deploy
	@echo "All checks passed."

check-lint: setup ## ruff's rules
	@.venv/bin/ruff check --quiet .

check-format: setup ## ruff's format
	@.venv/bin/ruff format --check --quiet . || { echo "not formatted: make fmt"; exit 1; }

check-types: setup ## mypy, strict
	@.venv/bin/mypy --no-error-summary

check-contracts: setup ## areas and layers import downwards only
	@.venv/bin/lint-imports --no-logo

check-migrations: setup ## no model change without its migration
	@$(EMBEDDED) $(PY) manage.py makemigrations --check --dry-run --verbosity 1

check-templates: setup ## templates are formatted and sound
	@git ls-files -z -- 'templates/*.html' | xargs -0r .venv/bin/djade --target-version 5.2 --check
	@.venv/bin/djangofmt --check templates
	@.venv/bin/djangofmt check templates

check-translations: setup ## every text has its Chinese, compiled
	@$(PY) manage.py check_translations

check-schema: setup ## the API's schema is valid and the committed one is current
	@mkdir -p var
	@$(PY) manage.py spectacular --lang en --validate --fail-on-warn --file var/openapi.yaml
	@diff -u docs/openapi.yaml var/openapi.yaml || { echo "docs/openapi.yaml is old: make schema"; exit 1; }

check-states: setup ## docs/states.md is what the transition tables say
	@$(PY) manage.py states --check

check-routes: setup ## every address stands in the table of who may read what there
	@$(PY) -m tests.guards.check

check-help: setup ## every page has its help in both languages, and every link of a help an end
	@$(PY) -m tests.help.check

check-deploy: setup ## production settings raise no warning
	@env DEVELOPMENT=false SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		SITE_URL=https://example.com ALLOWED_HOSTS=example.com \
		ASSOCIATION_NAME_ZH=示例 ASSOCIATION_NAME_EN=Example ASSOCIATION_SECRETARIAT=示例 ASSOCIATION_PHONE=0 \
		ASSOCIATION_FILING_NUMBER=示例 ASSOCIATION_PRIVACY_SINCE=2027-01-01 ASSOCIATION_TERMS_SINCE=2027-01-01 \
		$(PY) manage.py check --deploy --fail-level WARNING

.PHONY: audit
audit: setup ## known holes in the locked dependencies (asks the network)
	@.venv/bin/pip-audit --require-hashes --disable-pip -r requirements-dev.txt

# --- repair ------------------------------------------------------------------
.PHONY: fmt
fmt: setup ## format code and templates, mend what can be mended
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format --quiet .
	@git ls-files -z -- 'templates/*.html' | xargs -0r .venv/bin/djade --target-version 5.2 || true
	@.venv/bin/djangofmt templates

.PHONY: schema
schema: setup ## write docs/openapi.yaml and docs/states.md anew
	@$(PY) manage.py spectacular --lang en --validate --fail-on-warn --file docs/openapi.yaml
	@$(PY) manage.py states

.PHONY: messages
messages: setup ## gather texts into locale/ and compile them (needs gettext)
	@$(PY) manage.py makemessages --locale zh_Hans --no-obsolete --no-location --verbosity 0 \
		--ignore '.venv/*' --ignore 'var/*' --ignore 'tests/*' --ignore 'node_modules/*'
	@cd locale && ../$(PY) ../manage.py compilemessages --verbosity 0

.PHONY: clean
clean: ## remove data, mail and caches of this checkout (asks nothing; stop `make run` first)
	rm -rf var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
