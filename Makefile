# One file runs everything. `make help` lists what there is. Needs make and Python >= 3.11, nothing else.

VENV := .venv
PY := $(VENV)/bin/python
# The first Python that is new enough; PYTHON=/path/to/python chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
BIND ?= 127.0.0.1:8000
JOBS ?= auto
PIN := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make requirements'
# Extra arguments for pytest, ARGS='-k cache'.
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-page chromium screenshots lint types format openapi settings codebook evaluate bench soak requirements clean faults audit fuzz

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/runtime.stamp ## serve on BIND (127.0.0.1:8000)
	$(PY) -m service serve --bind $(BIND)

test: $(VENV)/dev.stamp ## run the tests (ARGS='-k cache' for some of them)
	$(PY) -m pytest -n $(JOBS) $(ARGS)

test-page: $(VENV)/page.stamp ## drive the page in a real Chromium (as root on Debian and Ubuntu it is installed)
	@chromium=$$(sh tools/chromium.sh) && CHROMIUM=$$chromium $(PY) -m pytest tests/page -n $(JOBS) $(ARGS)

chromium: ## find a Chromium, or install one
	@sh tools/chromium.sh

screenshots: $(VENV)/page.stamp ## take the pictures of docs/screenshots anew
	@chromium=$$(sh tools/chromium.sh) && CHROMIUM=$$chromium $(PY) -m tools.screenshots

faults: $(VENV)/dev.stamp ## kill, stop and starve real servers under load, and print the figures (minutes)
	@nginx=$$(sh tools/nginx.sh) && NGINX=$$nginx $(PY) -m pytest --override-ini addopts= -q -s tests/faults $(ARGS)

fuzz: $(VENV)/fuzz.stamp ## look for texts that break the reader, guided by what they reach (SECONDS=1800; Linux)
	$(PY) -m tests.fuzz $(or $(SECONDS),1800)

audit: $(VENV)/dev.stamp ## known vulnerabilities of the pinned dependencies
	$(VENV)/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.txt
	$(VENV)/bin/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.txt

lint: $(VENV)/dev.stamp types ## ruff, mypy --strict, and what reads YAML, the Dockerfile, compose.yaml and the manifests
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/yamllint --strict .
	$(VENV)/bin/hadolint Dockerfile
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
	$(VENV)/bin/kubernetes-validate --strict --quiet deploy/kubernetes/*.yaml

types: $(VENV)/dev.stamp ## mypy --strict on service/
	$(PY) -m mypy

format: $(VENV)/dev.stamp ## rewrite the sources as ruff wants them
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

openapi: $(VENV)/dev.stamp ## write openapi.yaml anew from schemas, contract and the service's answers
	$(PY) -m tools.openapi

settings: $(VENV)/dev.stamp ## write the table of docs/deployment.md anew from service/settings.py
	$(PY) -m tools.settings

codebook: $(VENV)/dev.stamp ## write docs/codebook.md anew from service/reference/
	$(PY) -m tools.codebook

evaluate: $(VENV)/dev.stamp ## score the reading core against gold (FROZEN=1 DETAIL=1)
	$(PY) -m tests.evaluate $(if $(FROZEN),--frozen) $(if $(DETAIL),--detail)

bench: $(VENV)/bench.stamp ## speed and memory against floors, written to docs/performance (QUICK=1 prints alone)
	$(PY) -m bench $(if $(QUICK),--quick)

soak: $(VENV)/bench.stamp ## mixed texts for ten minutes; memory of each process, written to docs/performance
	$(PY) -m bench.soak

requirements: $(VENV)/dev.stamp ## pin requirements*.in anew, for all platforms, with hashes
	$(PIN) requirements.in -o requirements.txt
	$(PIN) -c requirements.txt requirements-dev.in -o requirements-dev.txt
	for set in bench page fuzz; do $(PIN) -c requirements-dev.txt requirements-$$set.in -o requirements-$$set.txt || exit 1; done

clean: ## remove the virtual environment and what tools left
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis .fuzz

# A stamp is newer than what it was made from, so that a second run starts at once.
$(VENV)/pip.stamp:
	@test -n "$(PYTHON)" || { echo "make: no Python >= 3.11 found. Install one, or say PYTHON=/path/to/python3." >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); \
		echo "make: $(PYTHON) cannot make a virtual environment with pip." >&2; \
		echo "      On Debian and Ubuntu: apt-get install python3-venv. Or say PYTHON=/path/to/another/python3." >&2; exit 1; }
	@touch $@

$(VENV)/runtime.stamp: requirements.txt | $(VENV)/pip.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# What of the tools is used is compiled on its first use: all of it would take longer than the rest of the installation.
$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/runtime.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check --no-compile -r $<
	@touch $@

$(VENV)/page.stamp $(VENV)/fuzz.stamp $(VENV)/bench.stamp: $(VENV)/%.stamp: requirements-%.txt $(VENV)/dev.stamp
	$(PY) -m pip install --quiet --disable-pip-version-check --no-compile -r $<
	@touch $@
