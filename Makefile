.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=

.PHONY: help demo test test-long crash fire cover fuzz bench soak load check audit format lock live manifest clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)  ## play with the real bot against doubles of Slack, Google and Odoo (ARGS=--script: in the terminal)
	@$(BIN)/python -m tests.demo $(ARGS)

test: $(READY)  ## run the tests (ARGS=... goes to pytest instead of leaving out the long ones)
	$(BIN)/python -m pytest -n 3 --dist worksteal --ignore=tests/live $(or $(ARGS),-m "not long and not fire")

test-long: $(READY)  ## run what `make test` plays in short at length: every crash point, every version, all browser walks
	$(BIN)/python -m pytest -n 3 --dist worksteal --ignore=tests/live -m long $(ARGS)

crash: $(READY)  ## kill the real process again and again in a busy hour, and end it while servers hang; see docs/reliability.md
	$(BIN)/python -m pytest -q -p no:randomly tests/scenarios/test_process_crashes.py tests/scenarios/test_process_ending.py $(ARGS)

fire: $(READY)  ## play every fault of Google and Odoo against all that people do; writes the table in docs/reliability.md
	$(BIN)/python -m tests.fire $(ARGS)

# What decides about people's events is covered by its unit tests alone, every branch of it.
DECIDES := sync/merge.py,sync/elements.py,sync/left_alone.py,sync/stock.py,sync/reset/scope.py,sync/reset/choice.py,sync/overrides.py,sync/places.py,sync/decide.py,sync/gone.py,sync/plan.py,sync/casting.py,sync/roles.py,sync/guard.py,sync/wishes.py,sync/barring.py,sync/window.py,sync/recurrence/*
ITS_TESTS := $(addprefix tests/unit/test_,$(addsuffix .py,merge elements overrides overrides_followed places plan decisions decisions_by_role decisions_from_outside casting guard wishes barring restore long_texts left_alone stock reset_scope)) \
	$(wildcard tests/unit/test_recurrence*.py)

cover: $(READY)  ## check that unit tests reach every branch of merge, plan, guard, recurrence and what a reset takes
	$(BIN)/coverage run --source=sync -m pytest -q $(ITS_TESTS)
	$(BIN)/coverage report --show-missing --skip-covered --fail-under=100 --include='$(DECIDES)'

fuzz: $(READY)  ## look for new trouble with the properties, for long (ARGS=... goes to pytest)
	$(BIN)/python -m pytest --hypothesis-profile=explore tests/properties $(ARGS)

bench: $(READY)  ## measure speed and memory as ratios (ARGS=NAME: one of them); see docs/performance.md
	@$(BIN)/python -m tests.bench $(ARGS)

soak: $(READY)  ## an hour of the clock, 500 people, faults: memory flat, loop free, all agree (ARGS=--accounts N …)
	@$(BIN)/python -m tests.soak $(ARGS)

load: $(READY)  ## ten thousand accounts in one process: memory, CPU, quotas, who waits for whom (ARGS=--accounts N …)
	@$(BIN)/python -m tests.soak.load $(ARGS)

check: $(READY)  ## lint, format check, types, import rules, unused dependencies, bandit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive bot sync

audit:  ## look for known holes in what calsync depends on (asks a vulnerability service on the internet)
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	$(VENV)/audit/bin/pip-audit --strict --progress-spinner off --require-hashes --disable-pip -r requirements.lock

format: $(READY)  ## put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

live: $(READY)  ## run what can run on a real Odoo there (see CONTRIBUTING.md for the settings; ARGS=... goes to pytest)
	$(BIN)/python -m pytest --live $(or $(ARGS),tests/odoo tests/scenarios tests/conformance tests/live)

lock: $(READY)  ## choose new versions of all dependencies
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --upgrade --generate-hashes --no-emit-index-url --no-header --quiet --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --upgrade --generate-hashes --no-emit-index-url --no-header --quiet --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock
	echo 'setuptools>=77' | $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet --python-version 3.11 --constraints requirements-dev.lock - -o requirements-build.lock

manifest: $(READY)  ## print the Slack app's manifest for HTTP mode (URL=https://... is CALSYNC_PUBLIC_URL)
	@$(BIN)/python -m tests.manifest $(URL)

clean:  ## remove what the other targets made
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
