# Each target does all its own set-up: Python 3.11+ with venv, make and a package registry are enough.
PYTHON ?= python3
VENV := .venv
UV_ENV := .uv
STAMP := $(VENV)/.ready
SPARK_STAMP := $(VENV)/.ready-spark
UV := $(UV_ENV)/bin/uv
RUN := $(UV) run --frozen --no-sync
DEMO ?= demo

.PHONY: setup demo test test-slow test-spark lint check bench bench-ranks bench-large clean
.DELETE_ON_ERROR:

setup: $(STAMP)

$(UV):
	$(PYTHON) -m venv $(UV_ENV)
	$(UV_ENV)/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"

$(STAMP): $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --inexact --compile-bytecode --python $(PYTHON) --no-python-downloads
	$(VENV)/bin/python -m compileall -q src
	touch $@

$(SPARK_STAMP): $(STAMP)
	$(UV) sync --frozen --inexact --group spark --python $(PYTHON) --no-python-downloads
	touch $@

demo: setup
	$(VENV)/bin/maalestok demo --out $(DEMO)

test: setup
	$(RUN) pytest -n 2 --dist worksteal -m "not slow and not spark" --cov --cov-report=json:.coverage.json --cov-report=
	$(RUN) python tests/coverage_gate.py .coverage.json

test-slow: setup
	$(RUN) pytest -n 2 -m "slow and not spark"

# One process, so that only one Java machine runs at a time.
test-spark: $(SPARK_STAMP)
	$(RUN) pytest -n 0 -m spark

lint: $(SPARK_STAMP)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

check: setup
	$(VENV)/bin/maalestok check

bench: setup bench-ranks
	$(RUN) python benchmarks/run.py
	$(RUN) python benchmarks/kontrolsager.py

# How long ranks with uncertainty take, and how often their intervals hold the truth.
bench-ranks: setup
	$(RUN) python benchmarks/ranks.py

# 30 million cases, too: some 15 minutes and 10 GB of disk.
bench-large: setup
	$(RUN) python benchmarks/kontrolsager.py --large

clean:
	rm -rf $(VENV) $(UV_ENV) $(DEMO) $(DEMO).releases .coverage .coverage.json
