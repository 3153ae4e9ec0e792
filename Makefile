# The commands of a developer. What an operator needs is in docs/operate.md.
.DEFAULT_GOAL := help
.PHONY: run test check bench lock help format translations

PORT ?= 8000
ONLY ?=
TYPED = config.py wsgi.py app bench
CODE = config.py wsgi.py app bench migrations tests
COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --all-extras

run: ## Serve Vigil with demo data at http://127.0.0.1:8000; PORT=8001 for another port
	@.ci/venv requirements.txt
	@PUBLIC_URL="$${PUBLIC_URL:-http://127.0.0.1:$(PORT)}" exec .venv/bin/flask demo start --port $(PORT)

test: ## Run the whole suite on SQLite and PostgreSQL; ONLY=tests/letters for a part of it
	@.ci/venv requirements-dev.txt
	@.venv/bin/python -m tests $(ONLY)

check: ## Format, lint, types, import directions, templates, migrations
	@.ci/venv requirements-dev.txt
	.venv/bin/ruff format --check $(CODE)
	.venv/bin/ruff check $(CODE)
	.venv/bin/mypy $(TYPED)
	.venv/bin/lint-imports --no-logo
	.venv/bin/djlint --quiet --lint templates
	@.venv/bin/python -m pytest -q tests/architecture
	@.venv/bin/python -m tests tests/commands/test_database.py

format: ## Format the code
	@.ci/venv requirements-dev.txt
	.venv/bin/ruff check --fix-only $(CODE)
	.venv/bin/ruff format $(CODE)

bench: ## Measure; ONLY=web for one of them
	@.ci/venv requirements-dev.txt
	@.venv/bin/python -m bench $(ONLY)

translations: ## Bring the catalogues up to date and list what is not translated
	@.ci/venv requirements-dev.txt
	@.venv/bin/python .ci/translations

lock: ## Write the lock files anew from pyproject.toml
	@.ci/venv requirements-dev.txt
	$(COMPILE) --group build pyproject.toml -o requirements.txt
	$(COMPILE) --group dev pyproject.toml -o requirements-dev.txt
	@! grep -nE '://|index-url|find-links|file:' requirements.txt requirements-dev.txt

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
