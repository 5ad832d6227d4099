# Every target sets up what it needs first; nothing else has to be typed on a bare machine.

# The Python (3.10 to 3.13) that the virtual environment is made from.
PYTHON ?= python3
# Options: ODOO=/folder/with/odoo  T='part of the tests'  SEED=7  SERVE=0  JSON=FILE
export ODOO T SEED SEEDS SERVE JSON INVOICES MERGES

VENV := .dev/venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help review setup demo test kills lint bench preview purchases merges matching prove simulator serve \
  shell pictures translations clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \t\2/p' Makefile | expand -t 20

setup:
	@$(PYTHON) -m dev.setup

demo: setup ## Import from a simulated e-conomic, show the table, serve Odoo (SEED=7 SERVE=0 JSON=FILE)
	@$(VENV) -m dev.demo

test: setup ## Run all tests, or a part: T=PATH or T=EXPRESSION
	@$(VENV) -m dev.test

kills: setup ## Kill 20 times inside each of Load, Test and Start, and compare (LIVE_KILLS=20)
	@LIVE_KILLS=$(or $(LIVE_KILLS),20) T=tests/live/test_kills.py $(VENV) -m dev.test

lint: setup ## Check style, types and Odoo's rules
	@$(VENV) -m dev.lint

bench: setup ## Measure the import against COPY and load() (INVOICES=34000 JSON=FILE)
	@$(VENV) -m dev.bench

preview: setup ## Measure Test on 10,000 debtors, count what it writes (DEBTORS=10000 JSON=FILE)
	@$(VENV) -m dev.bench_preview

purchases: setup ## Measure lists, pivots and campaigns on a million invoice lines (JSON=FILE)
	@$(VENV) -m tests.bench.purchases

merges: setup ## Prove 200 merges and 100 undos in a full database (MERGES=200 JSON=FILE)
	@$(VENV) -m tests.bench.merges

review: setup ## Measure the review queue with 100,000 open debtors (JSON=FILE)
	@$(VENV) -m tests.bench.review_queue

matching: setup ## Measure matching with a million companies (JSON=FILE)
	@$(VENV) -m tests.bench.register

prove: setup ## Prove figures, links, requests and repetition for several seeds (SEEDS='1 2 3')
	@$(VENV) -m dev.prove

pictures: setup ## Take the README's pictures anew, from the demo's data
	@PYTHONPATH=.:tests/bench $(VENV) tests/browser/pictures.py

simulator: setup ## Run the simulated e-conomic alone on port 8091 (SEED=7)
	@cd economic_connector && exec ../$(VENV) -m simulator --port 8091 --seed $(or $(SEED),7)

serve: setup ## Serve Odoo with the demo's database
	@$(VENV) -m dev.serve

translations: setup ## Export the addon's terms and bring the Danish file in step
	@$(VENV) -m dev.translations

shell: setup ## Open Odoo's shell on the demo's database
	@$(VENV) -m dev.serve shell

clean: ## Stop the database and remove everything that was set up
	@$(PYTHON) -m dev.clean
