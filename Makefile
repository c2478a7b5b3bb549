# Needs make, git and Python 3.11 or newer; everything else comes into .venv once, from the lock of exact versions.

PYTHON ?= $(shell for found in python3 python3.13 python3.12 python3.11; do \
	$$found -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$found && break; done)
BIN := .venv/bin
READY := .venv/ready
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test proof soak lint style format serve bench bench-full lock clean setup

help: ## This list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

demo: $(READY) ## A company of 5,000 members: made, imported, one month computed, shown.
	$(BIN)/upline demo $(ARGS)

test: style ## Lint and every test; one file or test: make test ARGS=tests/test_adhoc.py
	@# Types are checked beside the tests: those leave a core idle at times.
	@$(BIN)/mypy & types=$$!; $(BIN)/pytest $(ARGS); tests=$$?; wait $$types && exit $$tests

proof: $(READY) ## What make test leaves out: more random companies, the costs of each bonus, the benchmark end to end.
	$(BIN)/pytest --proof $(ARGS)

soak: $(READY) ## Faults at random points of random commands, round after round: make soak ARGS="--rounds 300 --seed 7".
	$(BIN)/python -m tests.soak $(ARGS)
	UPLINE_HAMMER_KILLS=8 UPLINE_TREES_EXAMPLES=200 $(BIN)/pytest -n 0 \
	  tests/server/test_trees_hammered.py tests/genealogy/test_trees_stateful.py

lint: style ## Style, format and types, as CI wants them.
	$(BIN)/mypy

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY) ## Put style and format right where a program can.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: $(READY) ## The GraphQL API and its pages on this machine.
	$(BIN)/upline serve $(ARGS)

bench: $(READY) ## Measured comparisons at 10,000 and 100,000 members; keep the figures: make bench ARGS=--write
	$(BIN)/python -m bench $(ARGS)

bench-full: $(READY) ## The same, at 1,000,000 members too, and at 10,000,000 once: hours.
	$(BIN)/python -m bench --full $(ARGS)

lock: $(READY) ## Rewrite the locks after a change in pyproject.toml; all newest versions: UPGRADE=1 make lock
	.ci/lock

clean: ## Remove what was made here; .venv, caches of the user and managed stores stay.
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .upline demo build dist *.egg-info
	find engine tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

setup: $(READY) ## Only make .venv.

$(READY): .ci/requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Upline needs Python 3.11 or newer, and none is on the path." \
		"Install one, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up .venv (once; a few minutes on a slow line)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module does not" \
		"work here. On Debian and Ubuntu it is a package of its own: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
		--requirement .ci/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
