# run    set up, then everything with demo data; prints the address and the sign-ins
# test   set up, then the rules of the house and every test
# setup  what both do first        bench  the budgets        lock  refresh the pinned versions

PYTHON_BIN := .venv/bin
UP_ARGS ?= --demo
# The long journeys begin first, so that nothing long is left over for one core at the end.
# A process of the tests that dies is a failure; nothing waits for what it had still to do.
PYTEST_ARGS ?= -n 2 --dist loadscope --no-loadscope-reorder --max-worker-restart=0

.PHONY: run test setup setup-dev lint pytest bench lock clean

run: setup
	@exec $(PYTHON_BIN)/qunsheng up $(UP_ARGS)

test: setup-dev
	@sh deploy/test-machine.sh
	@$(MAKE) --no-print-directory lint pytest

setup:
	@sh deploy/setup.sh

setup-dev:
	@sh deploy/setup.sh dev

lint:
	$(PYTHON_BIN)/ruff check .
	$(PYTHON_BIN)/mypy
	$(PYTHON_BIN)/lint-imports

pytest:
	$(PYTHON_BIN)/python -m pytest $(PYTEST_ARGS)

bench: setup-dev
	$(PYTHON_BIN)/python -m tests.bench $(BENCH_ARGS)

lock:
	@sh deploy/lock.sh

clean:
	rm -rf .venv node_modules app/static/dist build publishers/mathjax/mathjax.bundle.js
