# Everything that is done to the project by command. A fresh clone needs python3 (3.11 or newer), make and git.
#   make demo     the sample study: opens qcode on a terminal, prints its tables elsewhere
#   make test     style, types, layers and all tests; the last line says how many passed
#   make bench    measures, as ratios to a floor taken in the same run
#   make soak     the long loops that make test leaves out
#   make format   puts the code into the one form
#   make clean    takes away everything that these commands made

PYTHON ?= python3
.DEFAULT_GOAL := test
.DELETE_ON_ERROR:

RUNTIME := .venv/bin/python
DEV := .venv-dev/bin/python
PIP := -m pip -qq --disable-pip-version-check --no-input
LOCKED := $(PIP) install --require-hashes -r
PROJECT := $(PIP) install --no-deps --no-build-isolation
# Folders too, so that a file that went is noticed.
SOURCES := $(shell find qcode codebooks transcripts ! -path '*__pycache__*')

export QCODE_RUNTIME_PYTHON := $(CURDIR)/$(RUNTIME)

.PHONY: demo test lint bench soak format clean python

demo: .venv/.installed
	@.venv/bin/qcode demo

test: lint .venv/.installed
	@$(DEV) -m pytest -n 2 --cov --cov-report=

lint: .venv-dev/.installed
	@$(DEV) -m ruff check --quiet .
	@$(DEV) -m ruff format --quiet --check . || { echo 'Run `make format`.'; exit 1; }
	@$(DEV) -m mypy --strict
	@.venv-dev/bin/lint-imports

bench: .venv-dev/.installed
	@$(DEV) benchmarks/projections.py --codings 100000
	@$(DEV) benchmarks/writing.py
	@$(DEV) benchmarks/importing.py --documents 50
	@$(DEV) benchmarks/cases.py
	@$(DEV) benchmarks/finding.py
	@$(DEV) benchmarks/cooccurrence.py
	@$(DEV) benchmarks/inference.py --replicates 200
	@$(DEV) benchmarks/agreement.py --segments 100000
	@$(DEV) benchmarks/keys.py

soak: .venv-dev/.installed .venv/.installed
	@$(DEV) -m pytest -m soak

format: .venv-dev/.installed
	@$(DEV) -m ruff check --quiet --fix-only .
	@$(DEV) -m ruff format --quiet .

clean:
	@rm -rf .venv .venv-dev .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf .coverage .coverage.* build dist snapshot_report.html
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	  echo 'qcode needs Python 3.11 or newer, and there is no "$(PYTHON)" here. Say where it is: make PYTHON=/path/to/python3' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'qcode needs Python 3.11 or newer. Say where it is: make PYTHON=/path/to/python3' >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'This Python has no venv module. Install it (on Debian and Ubuntu: apt install python3-venv).' >&2; exit 1; }

# A stamp is made last, so that what broke off is made again. `--clear`: what the lock dropped goes.
.venv/.locked: requirements.txt | python
	@echo 'Installing what qcode needs (once) ...'
	@"$(PYTHON)" -m venv --clear .venv
	@$(RUNTIME) $(LOCKED) requirements.txt
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml README.md LICENSE $(SOURCES)
	@$(RUNTIME) $(PROJECT) --force-reinstall .
	@touch $@

.venv-dev/.locked: requirements-dev.txt | python
	@echo 'Installing what development needs (once) ...'
	@"$(PYTHON)" -m venv --clear .venv-dev
	@$(DEV) $(LOCKED) requirements-dev.txt
	@touch $@

.venv-dev/.installed: .venv-dev/.locked pyproject.toml
	@$(DEV) $(PROJECT) --editable .
	@touch $@
