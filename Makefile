# make demo · make test · make serve · make lint · make bench
# Everything is installed into .venv; no system package and no administrator's rights are needed.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo serve test lint bench clean

demo: .venv/demo
	$(BIN)/ingest add clips/ --again
	@echo
	$(BIN)/datasette airquote search '"missile defense cooperation"'
	@echo
	@echo "Now: make serve, and open http://127.0.0.1:8001/"

serve: .venv/demo
	@test -e archive.db || $(BIN)/ingest rebuild
	$(BIN)/datasette . --port 8001

test: .venv/test lint
	$(BIN)/python -m pytest

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/test
	$(BIN)/python bench/alignment.py

clean:
	rm -rf .venv archive.db

.venv/demo: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable '.[whisper,offline]'
	@touch $@

.venv/test: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) --editable '.[test]'
	@touch $@
