# make demo · make serve · make test · make lint · make bench · make test-datasette-1
# Everything is installed into .venv; no system package and no administrator's rights are needed.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

SITE_TESTS := $(patsubst %,tests/test_%.py, \
	asked \
	audio_route \
	bibliography \
	browse \
	citation \
	citation_exports \
	cite \
	cite_out \
	clip \
	datasette \
	delivery \
	earlier \
	exchange_docs \
	exchange_embed \
	exchange_feed \
	exchange_head \
	exchange_records \
	home \
	hostile \
	narrow \
	parse \
	passage \
	peaks_route \
	scripts \
	search \
	search_out \
	site \
	speaker \
	speakers_page \
	timeline \
	)

.PHONY: demo serve test lint bench test-datasette-1 clean

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
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/test
	$(BIN)/python bench/alignment.py

# The site on the coming Datasette, and on a machine that only publishes: no decoder, no engine.
test-datasette-1: .venv-1/test
	.venv-1/bin/python -m pytest $(SITE_TESTS)

clean:
	rm -rf .venv .venv-1 archive.db

.venv/demo: pyproject.toml constraints.txt
	@echo "Installing into .venv; this takes a few minutes."
	$(PYTHON) -m venv .venv
	$(PIP) --editable '.[whisper,offline]'
	@touch $@

.venv/test: pyproject.toml constraints.txt
	@echo "Installing into .venv; this takes a few minutes."
	$(PYTHON) -m venv .venv
	$(PIP) --editable '.[test]'
	@touch $@

.venv-1/test: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-1
	grep -v '^datasette==' constraints.txt > .venv-1/constraints.txt
	.venv-1/bin/python -m pip install --quiet --disable-pip-version-check --constraint .venv-1/constraints.txt \
		--editable . 'datasette==1.0a41' pytest pytest-asyncio hypothesis
	@touch $@
