# Needs git, make and Python 3.11 or newer; everything else is fetched by the targets.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help catalogue up serve load check test test-only lint web generate bench advisories least sbom stop clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null || grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST)

up: .venv/installed web ## start the database, load the seed and serve, until Ctrl-C
	@$(BIN)/rolegraph up

serve: .venv/installed web ## serve what the database holds, until Ctrl-C
	@$(BIN)/rolegraph serve

load: .venv/installed ## check the seed and write it to the graph
	@$(BIN)/rolegraph load seed

check: .venv/installed ## check the seed; nothing is written
	@$(BIN)/rolegraph check seed

test: .venv/installed-test web chromium clients lint ## install what the tests need and run everything
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-only: .venv/installed-test ## run the tests alone: make test-only ARGS='tests/compiler -x'
	@$(BIN)/python -m pytest $(ARGS)

lint: .venv/installed-test ## ruff, pyright and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports

web: .venv/installed ## build the pages with vite
	@$(BIN)/python web/build.py

generate: .venv/installed ## write the files that follow from the declarations
	@$(BIN)/rolegraph generate

catalogue: .venv/installed-test ## write the texts of the pages for translators
	@$(BIN)/pybabel -q extract -F $(TEXTS)/babel.cfg -k counted:2,3 --omit-header --add-location=file --sort-by-file -o $(TEXTS)/pages.pot graph/pages graph/schema/__init__.py

TEXTS := graph/pages/locale
bench: .venv/installed-test ## measure; prints ratios of one run and names the machine
	@$(BIN)/python -m bench

stop: .venv/installed ## stop an embedded database that was started with `rolegraph db start`
	@$(BIN)/rolegraph db stop

advisories: .venv/installed ## ask what faults of the packages in use are known (needs the internet)
	@$(BIN)/python -m venv .venv/audit && .venv/audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	@.venv/audit/bin/pip-audit --requirement requirements.txt --require-hashes --disable-pip --strict
	@PYTHONPATH=web $(BIN)/python -c 'import build; build.npm("audit", "--omit=dev")'

LEAST := tests/compiler tests/mapping tests/execution tests/cypher tests/test_schema.py tests/test_settings.py tests/http/test_saved.py tests/http/test_connections.py
least: .venv/installed ## run the tests of what we use of packages with the oldest that pyproject.toml allows
	@$(BIN)/python -m venv .venv/audit && .venv/audit/bin/pip install --quiet --disable-pip-version-check uv
	@.venv/audit/bin/uv venv --quiet --clear --python $(BIN)/python .venv/least
	@.venv/audit/bin/uv pip compile --quiet --no-header --python .venv/least/bin/python --resolution lowest-direct pyproject.toml --output-file .venv/least/oldest.txt
	@.venv/audit/bin/uv pip install --quiet --python .venv/least/bin/python --constraint .venv/least/oldest.txt --editable '.[test]'
	@.venv/least/bin/python -m pytest -p no:cacheprovider $(LEAST)

sbom: .venv/installed web ## list every package in use and its licence, in CycloneDX: sbom/
	@rm -rf sbom .venv/parts && mkdir sbom
	@$(BIN)/python -m venv .venv/audit && .venv/audit/bin/pip install --quiet --disable-pip-version-check cyclonedx-bom pip-licenses
	@$(BIN)/python -m venv --without-pip .venv/parts
	@$(BIN)/python -m pip --python .venv/parts/bin/python install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@.venv/audit/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o sbom/python.json .venv/parts/bin/python
	@.venv/audit/bin/pip-licenses --python .venv/parts/bin/python --format csv --with-urls --output-file sbom/licences.csv
	@PYTHONPATH=web $(BIN)/python -c 'import build; build.npm("sbom", "--omit=dev", "--sbom-format=cyclonedx", "--package-lock-only", "--legacy-peer-deps")' > sbom/pages.json

clean: ## remove what was built and installed; the database's data stays
	rm -rf .venv web/node_modules graph/http/static sbom tests/clients/.venv tests/clients/node_modules

.PHONY: chromium clients
clients: tests/clients/.venv/installed
	@PYTHONPATH=web $(BIN)/python -c 'import build, pathlib; build.install(pathlib.Path("tests/clients"))'

tests/clients/.venv/installed: .venv/installed tests/clients/requirements.txt
	@echo "Installing what makes typed clients ..."
	@$(BIN)/python -m venv tests/clients/.venv
	@tests/clients/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/clients/requirements.txt
	@touch $@

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	{ command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
	{ echo "The page tests need Chromium: install the package chromium, then run make test again."; exit 1; }

.venv/installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 up"; exit 1; }
	@echo "Installing the Python packages ..."
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/installed-test: .venv/installed requirements-test.txt
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@
