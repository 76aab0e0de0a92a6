# Needs Python 3.11 to 3.13 and make. Everything else is installed, by hash, into .venv.

BIN := .venv/bin
UV := $(BIN)/uv
READY := .venv/ready
SOLVER := .venv/solver
LOCKS := requirements.txt infra/locks/uv.txt infra/locks/tools.txt infra/locks/demo.txt
FITS := import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(shell $(name) -c '$(FITS)' 2>/dev/null && echo $(name))))

# A company's own certificates lie in the machine's store; without one uv brings its own.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/*),true,false)

.DEFAULT_GOAL := help
.PHONY: help demo run check lint format types rooms template tidy
.PHONY: test test-faults contract bench fix package locks upgrade clean

help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY)  ## start a fresh local stack, send it a shop's orders and watch them ship
	$(BIN)/python -m infra.demo

run: $(READY)  ## run the local stack in the foreground
	$(BIN)/tongdan run

check: $(READY)  ## lint, format, types, imports, template, tidiness
	@$(MAKE) --no-print-directory -j2 lint format rooms tidy types template

lint: $(READY)
	$(BIN)/ruff check --quiet

format: $(READY)
	$(BIN)/ruff format --check --quiet

types: $(READY)
	$(BIN)/mypy

rooms: $(READY)
	$(BIN)/lint-imports --no-logo

template: $(READY)
	$(BIN)/python -m infra.package --check-template

tidy: $(READY)
	$(BIN)/python -m infra.checks

# One process for each processor; all of them must see the tests in the same order.
test: $(READY)  ## run the fast tests, end to end on the local stack included
	PYTHONHASHSEED=0 $(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

test-faults: $(READY)  ## run the tests that kill, cut, throttle and repeat
	$(BIN)/pytest -m faults -s -o timeout=600

contract: $(READY)  ## send thousands of orders from every platform's sandbox, with everything going wrong
	PYTHONHASHSEED=0 $(BIN)/pytest tests/channels/test_contract.py -m faults -q -s -o timeout=900

bench: $(SOLVER)  ## measure the flow on this machine
	$(BIN)/python -m infra.bench

fix: $(READY)  ## mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

package: $(READY)  ## build the zip and the template for AWS
	$(BIN)/python -m infra.package

# The order counts: tools take the versions of what ships.
COMPILE = $(UV) pip compile --quiet $(NEWEST) --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header
locks: $(READY)  ## bring the locks in line with what infra/locks/*.in asks for
	$(COMPILE) infra/locks/runtime.in -o requirements.txt
	$(COMPILE) infra/locks/tools.in -c requirements.txt -o infra/locks/tools.txt
	$(COMPILE) infra/locks/bench.in -c infra/locks/tools.txt -o infra/locks/bench.txt
	$(COMPILE) infra/locks/demo.in --no-deps -o infra/locks/demo.txt
	$(COMPILE) infra/locks/ministack.in -o infra/locks/ministack.txt
	$(COMPILE) infra/locks/node.in -o infra/locks/node.txt
	$(COMPILE) infra/locks/uv.in -o infra/locks/uv.txt

upgrade:  ## take the newest releases into the locks
	@$(MAKE) --no-print-directory locks NEWEST=--upgrade

clean:  ## remove what was made, but no stack's data
	rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

$(READY): $(UV) $(LOCKS) pyproject.toml
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes $(LOCKS)
	$(UV) pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
	@touch $@

# What solves the same problems as routing does, to compare: large, and needed for nothing else.
$(SOLVER): $(READY) infra/locks/bench.txt
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r infra/locks/bench.txt
	@touch $@

$(UV): infra/locks/uv.txt
	@test -n "$(PYTHON)" || { echo "Tongdan needs Python 3.11, 3.12 or 3.13 with venv; none was found." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r infra/locks/uv.txt
	@touch $@
