# What a developer or a curious reader runs. Everything works from a bare python3 (3.11 or newer) on Debian: the
# first command makes .venv and says so.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: help install demo test fuzz lint format browser engines readers bench corpus docs dates lock clean

help:
	@echo "make demo     crawl a small blog on this machine, show its tables and write its report"
	@echo "make test     run the tests"
	@echo "make fuzz     read 20,000 pages made wrong; e.g. make fuzz FUZZ='--seed 7 --count 1000 --pages folder'"
	@echo "make lint     check style, format and types"
	@echo "make browser  look at the report with Chromium; installs it, needs root"
	@echo "make engines  run the tests against real servers (WordPress, Isso); installs them, needs root"
	@echo "make readers  load and check releases with what others use; installs a gigabyte or two in .venv-readers"
	@echo "make corpus   score extraction against gold records, where they are at hand"
	@echo "make bench    measure speed and memory"
	@echo "make docs     write the generated parts of README.md and docs/"
	@echo "make dates    write the date words of the world's languages anew from the CLDR"
	@echo "make lock     pin the newest versions that pyproject.toml allows"

install: .venv/installed

.venv/installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "rejoinder needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making .venv with rejoinder and its development tools ..."
	@$(PYTHON) -m venv .venv || \
		{ echo "Python's venv module is missing: apt-get install python3-venv"; rm -rf .venv; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install
	@$(BIN)/rejoinder demo --out demo-data

test: install
	@$(BIN)/pytest -m "not engines and not readers and not browser" -n auto

fuzz: install
	@$(BIN)/python tests/fuzz.py --jobs 2 $(FUZZ)

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/basedpyright

format: install
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

browser: install
	@$(BIN)/pytest -m browser tests/browser

engines: install .venv-readers/readers/installed .venv-readers/citation/installed
	@$(BIN)/pytest -m engines tests/engines -n 2 --dist loadscope

# Programs that need other versions of the same libraries than ours, or than each other's (cffconvert: an old jsonschema).
READERS := readers citation

# Without dependencies: the lock names them all, but for what overrides.txt leaves out.
.venv-readers/%/installed: tests/readers/%.lock
	@echo "Making .venv-readers/$* ..."
	@$(PYTHON) -m venv .venv-readers/$*
	@.venv-readers/$*/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

readers: install $(READERS:%=.venv-readers/%/installed)
	@$(BIN)/pytest -m readers tests/readers

corpus: install
	@$(BIN)/python bench/corpus.py

bench: install
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

docs: install
	@$(BIN)/python -m rejoinder.schemas.docs
	@$(BIN)/rejoinder demo --out demo-data > /dev/null
	@$(BIN)/python -m rejoinder.queries.docs demo-data
	@$(BIN)/python docs/readme.py

dates: install
	@$(BIN)/python -m rejoinder.dates.from_cldr > .venv/cldr.py
	@mv .venv/cldr.py dates/cldr.py

lock: install
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--upgrade --extra dev --output-file requirements.lock pyproject.toml
	@for name in $(READERS); do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
			--no-emit-index-url --no-emit-find-links --upgrade --override tests/readers/overrides.txt \
			--output-file tests/readers/$$name.lock tests/readers/$$name.in || exit 1; \
	done

clean:
	rm -rf .venv .venv-readers build dist *.egg-info demo-data .cache
