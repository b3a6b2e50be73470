# make          set up .venv, run the pipeline, classify the three real articles
# make test     the tests, in the same .venv
# make lint     formatting, lint and types
# make benchmark-speed, make benchmark-units    the tables of benchmarks/ (PEERS=... for the peers' environment)
# make ui       the MLflow UI on http://127.0.0.1:5000 (PORT=... for another port)
# make sweep    the experiments of docs/experiments.md (ONLY="quarter half" for some of them), and their table
# make accurate the larger model, for `bothsides predict --tier accurate` (two hours on two cores that have bfloat16)
# make screenshots   the images of docs/, taken in Chromium: the report, and the UI with this project's runs
# make clean    remove .venv and caches; results of the pipeline stay
#
# PYTHON=/path/to/python3.12 chooses the interpreter that .venv is made with.

.DEFAULT_GOAL := repro
.PHONY: accurate repro setup test lint benchmark-speed benchmark-units ui sweep screenshots clean
SHELL := /bin/sh

PORT ?= 5000
PEERS ?= .peers
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --progress-bar off --no-compile
TORCH := $(shell grep '^torch==' requirements.lock)

# Nothing here talks to the network after the install, and nothing reports home.
export DVC_NO_ANALYTICS := 1
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := true
export HF_HUB_OFFLINE := 1
export HF_HUB_DISABLE_TELEMETRY := 1
export TOKENIZERS_PARALLELISM := false
export PYTHONHASHSEED := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# DVC starts `python`; it must be the one of .venv.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

repro: setup
	$(BIN)/dvc repro
	@$(BIN)/python pipeline/run.py wheel
	$(BIN)/bothsides predict seeds/news -o results --overwrite
	@echo
	@echo "Units and balance of the three articles:  results/"
	@echo "How good the models are:                  reports/metrics.json, or: $(BIN)/dvc metrics show"
	@echo "Runs, curves and plots:                   make ui"
	@echo "The wheel that carries the model:         dist/"
	@echo "Your own articles:                        $(BIN)/bothsides predict FILES... -o OUT"

setup: .venv/installed

# torch comes first and alone: a CPU build where an index has one, for a plain `torch` brings gigabytes of CUDA
# libraries. Where there is an NVIDIA GPU, the build that can use it is taken.
.venv/installed: requirements.lock pyproject.toml
	@python=; for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	[ -n "$$python" ] || { echo "make: Python 3.11 or newer is needed and none was found; install python3.11 or set PYTHON=/path/to/python3" >&2; exit 1; }; \
	[ -x $(BIN)/python ] && $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Creating .venv with $$($$python --version)"; rm -rf .venv; \
	  $$python -m venv .venv || { rm -rf .venv; echo "make: $$python cannot create environments; install python3-venv" >&2; exit 1; }; }
	@echo "Installing the locked dependencies into .venv (some minutes)"
	@if command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi >/dev/null 2>&1; then $(PIP) -c requirements.lock $(TORCH); \
	elif $(PIP) --no-deps $(TORCH)+cpu 2>/dev/null; then :; \
	elif [ "$$(uname -s)" = Linux ] && $(PIP) --index-url https://download.pytorch.org/whl/cpu --no-deps $(TORCH) 2>/dev/null; then :; \
	else $(PIP) -c requirements.lock $(TORCH); fi
	@$(PIP) --no-deps -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

test: setup
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check pipeline tests benchmarks
	$(BIN)/ruff format --check pipeline tests benchmarks
	$(BIN)/mypy

benchmark-speed: setup
	@$(BIN)/python benchmarks/speed.py --peers $(PEERS)

benchmark-units: setup
	@$(BIN)/python benchmarks/units.py --peers $(PEERS)

ui: setup
	@$(BIN)/python pipeline/run.py ui $(PORT)

sweep: setup
	$(BIN)/python pipeline/run.py sweep $(ONLY)

screenshots: setup
	@mkdir -p docs/images
	$(BIN)/python tests/screenshots.py docs/images
	BOTHSIDES_SCREENSHOTS=$(CURDIR)/docs/images $(BIN)/python -m pytest tests/test_ui.py

accurate: setup
	$(BIN)/python pipeline/run.py accurate

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
