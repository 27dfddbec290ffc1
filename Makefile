# The house's commands. `make demo` and `make test` need git, make and Python 3.11 or newer only.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo demo-reset setup test test-services check format lock load-live load-codesign load-counting references screens front-end

demo: setup var/static/staticfiles.json ## serve the demo on 127.0.0.1:8000 (PORT= to change)
	@PORTAL_MODE=demo PORT=$(PORT) $(BIN)/python manage.py demo

demo-reset: setup ## forget everything done in the demo, and start it over
	rm -rf var/demo.sqlite3 var/demo.sqlite3-wal var/demo.sqlite3-shm var/demo-media
	@$(MAKE) --no-print-directory demo

setup: .venv/installed ## create the environment that the other commands share

.venv/installed: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Throughline needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

var/static/staticfiles.json: requirements/dev.txt $(shell find portal/static -type f 2>/dev/null)
	@echo "Preparing styles and pictures (once) …"
	@mkdir -p var
	@PORTAL_MODE=demo $(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

test: setup ## pass the tests; needs no service and no browser
	$(BIN)/python -m pytest tests --ignore=tests/journeys -m "not services" -n 2 -q
	$(BIN)/python -m pytest tests/journeys -m "not services" -q

test-services: setup ## the same tests on PostgreSQL and Redis, and what only those can show
	DATABASE_URL=$${DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres} \
	REDIS_URL=$${REDIS_URL:-redis://127.0.0.1:6379/9} \
	  $(BIN)/python -m pytest tests --ignore=tests/journeys -n 2 -q
	DATABASE_URL=$${DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres} \
	REDIS_URL=$${REDIS_URL:-redis://127.0.0.1:6379/9} \
	  $(BIN)/python -m pytest tests/journeys/test_thread.py -q

check: setup ## everything CI asks: format, lint, contracts, types, migrations, front end, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	PORTAL_MODE=test $(BIN)/mypy
	PORTAL_MODE=test $(BIN)/python manage.py makemigrations --check --dry-run
	@$(MAKE) --no-print-directory front-end-is-built
	PORTAL_MODE=production SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	  ALLOWED_HOSTS=portal.example.org RECORD_SIGNING_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(32))') \
	  PORTAL_VAR=$$(mktemp -d) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory test

.PHONY: front-end-is-built
front-end-is-built:
	@if command -v npm >/dev/null; then \
	  cd frontend && npm ci --silent --no-audit --no-fund && npm run --silent build && cd .. && \
	  git diff --exit-code --stat -- portal/static/portal/dist && echo "The committed front end is what its sources build."; \
	else echo "No Node here: the front end was not rebuilt and compared."; fi

front-end: ## rebuild the styles and scripts (needs Node)
	cd frontend && npm ci --no-audit --no-fund && npm run build

format: setup ## put every file into the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## resolve the locked versions again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements/base.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml --group dev -o requirements/dev.txt

screens: setup ## photograph the main pages into docs/screens/ (needs Chromium)
	$(BIN)/python -m tests.screens

load-codesign: setup ## a space with 50 suggestions beside one with 10,000: every list, search, support
	DATABASE_URL=$${DATABASE_URL-postgres://postgres@127.0.0.1:5432/postgres} \
	REDIS_URL=$${REDIS_URL-redis://127.0.0.1:6379/9} $(BIN)/python -m tests.load.codesign

load-live: setup ## 300 sockets hear an announcement: ours beside a bare broadcast server
	$(BIN)/python -m tests.load.live

load-counting: setup ## how long counting takes: thousands of ballots by each demanding method
	$(BIN)/python -m tests.load.counting

DATA ?= ../shared/data
references: setup ## count votes whose outcome is known, and say how many agree (DATA= where they are)
	$(BIN)/python -m tests.references $(DATA)
