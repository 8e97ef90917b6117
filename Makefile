# Two commands are enough to begin with: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run test fuzz pictures check train retrain shell password validate lint format lock audit bench bench-nlu bench-crowd bench-swap bench-page evaluate clean setup setup-dev

PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false
export PYTHONPATH := $(CURDIR)

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

run: setup ## set up, train if needed, start the assistant and print the address of the chat
	@$(PYTHON) -m hjalpsam.operations.run

test: setup-dev lint ## set up and run every test
	@$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

fuzz: setup-dev ## 10,000 odd requests to channels and servers, and all examples past the danger net (half an hour)
	@HJALPSAM_FUZZ=10000 $(PYTHON) -m pytest tests/channels/test_openapi.py tests/channels/test_odd_requests.py tests/nlu/test_danger.py
	@HJALPSAM_FUZZ=10000 $(PYTHON) -m pytest tests/test_server.py -k nothing_that_is_sent

check: setup ## what is wrong with the files, before any training
	@$(PYTHON) -m hjalpsam check

train: setup ## train a model for the current files, unless there is one
	@$(PYTHON) -m hjalpsam train

shell: setup ## chat in the terminal
	@$(PYTHON) -m hjalpsam.operations.shell

password: setup ## set the password of the staff's page, /staff/
	@$(PYTHON) -m hjalpsam.operations.password

evaluate: setup ## measure the model: reports/<model>/index.html (QUICK=1: half as long)
	@$(PYTHON) -m hjalpsam evaluate $(if $(QUICK),--quick)

retrain: setup ## check, train, measure, compare, ask, put live, and take it back if it does not work
	@$(PYTHON) -m hjalpsam retrain

validate: setup-dev ## Rasa's own checks of domain, data and stories
	@$(PYTHON) -m pytest tests/engine/test_rasa_data.py tests/engine/test_rasa_checks.py

lint: setup-dev ## ruff and mypy
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

format: setup-dev ## let ruff format the code
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

bench: setup-dev ## measure start, training and turns on this machine
	@$(PYTHON) -m benchmarks.speed

bench-nlu: setup-dev ## measure what it costs to understand one message
	@$(PYTHON) -m benchmarks.nlu

bench-crowd: setup-dev ## measure how long a resident waits while one address sends what it can (a minute and a half)
	@$(PYTHON) -m benchmarks.crowd

bench-swap: setup-dev ## measure what residents notice of a new model (three minutes)
	@$(PYTHON) -m benchmarks.swap

bench-page: setup-dev ## measure how soon a resident can chat on a slow phone
	@$(PYTHON) -W ignore -m benchmarks.page

pictures: setup-dev ## take the pictures in docs/images/ anew
	@HJALPSAM_STATE=$$(mktemp -d) $(PYTHON) -W ignore -m tests.web.pictures

lock: ## resolve the locks anew (run time and development together, so that Rasa's pins hold)
	@uv=$$(bin/setup uv) && \
	pin="--quiet --no-header --no-annotate --generate-hashes --python-version 3.10 --python-platform x86_64-unknown-linux-gnu" && \
	$$uv pip compile $$pin --upgrade --extra dev -o requirements/dev.txt pyproject.toml && \
	$$uv pip compile $$pin -c requirements/dev.txt -o requirements/run.txt pyproject.toml && \
	$$uv pip compile $$pin --upgrade --no-sources -o requirements/tools.txt requirements/tools.in && \
	echo "Locks remade: requirements/run.txt, dev.txt, tools.txt"

audit: ## known weaknesses in the locked packages (needs the internet)
	@bin/setup tools
	@.tools/venv/bin/pip-audit --disable-pip --require-hashes --requirement requirements/run.txt

clean: ## remove models, caches and environments
	rm -rf .venv .tools .rasa .hjalpsam models reports results

setup:
	@bin/setup run

setup-dev:
	@bin/setup dev
