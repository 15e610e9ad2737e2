# Two commands for a start: `make demo` and `make test`. Both work in a fresh clone.
PYTHON ?= python3
DEMO := .venv-demo
DEV := .venv
# The CPU build of torch is enough for everything here; named first, so that no dependency chooses another.
TORCH := torch==2.13.0

.PHONY: demo test check format wheel clean

demo: $(DEMO)/.done  ## Classify and summarise the sample articles, with the base dependencies only
	$(DEMO)/bin/slugline classify artifacts/samples/articles.jsonl artifacts/samples/pages --evidence --summary

$(DEMO)/.done: pyproject.toml $(shell git ls-files nlp configs artifacts 2>/dev/null)
	$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps .
	$(DEMO)/bin/python -m pip install --quiet --disable-pip-version-check .
	touch $@

test: $(DEV)/.done  ## Install everything the suite needs, then run it
	$(DEV)/bin/python -m pytest

check: $(DEV)/.done  ## Format, lint, types, and the ban on heavy imports
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/ruff check .
	$(DEV)/bin/mypy

format: $(DEV)/.done  ## Format the code
	$(DEV)/bin/ruff format .
	$(DEV)/bin/ruff check --fix .

$(DEV)/.done: pyproject.toml
	$(PYTHON) -m venv $(DEV)
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[train,parquet,dev]'
	touch $@

wheel: $(DEV)/.done  ## Build the wheel into dist/
	$(DEV)/bin/python -m build --wheel --quiet

clean:  ## Remove what the other targets made
	rm -rf $(DEMO) $(DEV) dist build .pytest_cache .mypy_cache .ruff_cache
