# Every task of Replyby. `make` alone lists them; nothing needs to be typed or installed beforehand
# but git, make and Python 3.11 or later. PYTHON=… chooses the interpreter, ARGS=… is handed on.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-test setup-clients setup-bench python run test test-clients soak bench lint fmt docs lock clean

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-input
UV := uv==0.13.9
COMPILE := pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-header --no-emit-index-url --no-emit-find-links --group build

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## Build .venv from requirements.txt (.venv/bin/replyby is there afterwards)
	@sh -c "$$SET_UP" setup requirements.txt run

run: setup ## Talk with the demo agency in this terminal
	@$(BIN)/replyby talk $(ARGS)

test: setup-test ## Run the whole suite, PostgreSQL included (ARGS="-k away" for a part)
	@$(BIN)/python -m pytest -n 2 $(ARGS)

test-clients: setup-clients ## Hold a day with real Slack and Teams clients, check and draw every message (ONLY="day checks" for a part)
	@$(BIN)/python -m tests.clients $(ONLY)

soak: setup-test ## Kill the senders in mid-sentence, and count what was said (SOAK_DATABASE=postgresql, SOAK_KILLS=60, SOAK_RESTARTS=6)
	@$(BIN)/python -m tests.soak

bench: setup-bench ## Measure us against what people use today (ONLY=B4 for one benchmark)
	@$(BIN)/python -m bench $(ONLY)

lint: setup-test ## Check style, layout and types
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m ruff format --quiet --check .
	@$(BIN)/python -m mypy

fmt: setup-test ## Lay the code out, and mend what can be mended without thought
	@$(BIN)/python -m ruff check --quiet --fix-only .
	@$(BIN)/python -m ruff format --quiet .

docs: setup ## Write the pages of docs/ that come from the program (commands, settings)
	@$(BIN)/python -m bot.documents

lock: setup ## Pin the packages anew after a change in pyproject.toml (ARGS=--upgrade for newer ones)
	@test -x .venv/lock/bin/uv || { $(BIN)/python -m venv .venv/lock && \
		.venv/lock/bin/python -m pip install --quiet --quiet --disable-pip-version-check $(UV); }
	@.venv/lock/bin/uv $(COMPILE) $(ARGS) pyproject.toml --output-file requirements.txt
	@.venv/lock/bin/uv $(COMPILE) $(ARGS) --constraint requirements.txt --extra test pyproject.toml \
		--output-file requirements-test.txt
	@.venv/lock/bin/uv $(COMPILE) $(ARGS) --constraint requirements-test.txt --extra test --extra clients \
		pyproject.toml --output-file requirements-clients.txt
	@.venv/lock/bin/uv $(COMPILE) $(ARGS) --constraint requirements-test.txt --extra test --extra bench \
		pyproject.toml --output-file requirements-bench.txt

clean: ## Remove .venv and what else was built; your data in var/ stays
	@rm -rf .venv build dist replyby.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find bench bot handlers models scheduler templates tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Not listed: what the others lean on.
setup-test:
	@sh -c "$$SET_UP" setup requirements-test.txt test

setup-clients:
	@sh -c "$$SET_UP" setup requirements-clients.txt clients

setup-bench:
	@sh -c "$$SET_UP" setup requirements-bench.txt bench

python: # says which interpreter `make setup` would take
	@sh -c "$$FIND_PYTHON; find_python"' && echo "$$python"'

# Sets $python, or says in a sentence what is missing. Each candidate is run: a version manager's shim can be
# on the path and fail, and some systems ship Python without what builds an environment.
define FIND_PYTHON
find_python() {
    if [ -n "$${PYTHON:-}" ]; then set -- "$$PYTHON"; else set -- python3.13 python3.12 python3.11 python3; fi
    python= lacking=
    for each in "$$@"; do
        "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' </dev/null >/dev/null 2>&1 || continue
        if "$$each" -c 'import ensurepip, sqlite3, ssl, venv' </dev/null >/dev/null 2>&1; then
            python=$$each
            return 0
        fi
        lacking=$${lacking:-$$each}
    done
    if [ -n "$$lacking" ]; then
        echo "$$lacking lacks a part of Python's own library that is needed (venv, ensurepip, sqlite3 or ssl)."
        echo "On Debian and Ubuntu: apt install python3-venv"
    elif [ -n "$${PYTHON:-}" ]; then
        echo "PYTHON=$$PYTHON does not run as Python 3.11 or later."
    else
        echo "Replyby needs Python 3.11 or later, and none was found. Install one, or name it: make PYTHON=/path/to/python3"
    fi >&2
    return 1
}
endef

# $$1 the requirements, $$2 what for (run; test, with all of it; clients or bench, with all of that). A stamp in .venv holds
# the digest of the requirements, the interpreter and the folder. A mark with the number of the process stands
# while packages are written: whoever finds it waits for that process, or, when there is none, knows that a set-up
# was cut short and starts afresh.
define SET_UP
set -eu
$(FIND_PYTHON)
requirements=$$1 purpose=$$2
which='import sys; print(sys.version, sys.base_prefix)'
digest='import hashlib, os, sys
whole = hashlib.sha256(repr((sys.version, sys.base_prefix, os.getcwd())).encode())
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        whole.update(file.read())
print(whole.hexdigest())'

mark=.venv/.unfinished
if other=$$(cat $$mark 2>/dev/null) && [ -n "$$other" ] && kill -0 "$$other" 2>/dev/null; then
    echo "Waiting for process $$other, which is setting up .venv…"
    while [ -e $$mark ] && kill -0 "$$other" 2>/dev/null; do sleep 1; done
fi

own=$$($(BIN)/python -IS -c "$$which" </dev/null 2>/dev/null) || own=
if [ -n "$$own" ] && [ -n "$${PYTHON:-}" ]; then
    find_python
    [ "$$own" = "$$("$$python" -IS -c "$$which")" ] || own=
fi
if [ -n "$$own" ] && [ ! -e $$mark ] && [ -x $(BIN)/replyby ]; then
    now=$$($(BIN)/python -IS -c "$$digest" "$$requirements" pyproject.toml)
    if [ "$$now" = "$$(cat ".venv/.ready-$$purpose" 2>/dev/null)" ]; then exit 0; fi
fi

fresh=
if [ -z "$$own" ] || [ -e $$mark ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then
    fresh=yes
    find_python
    version=$$("$$python" -c 'import platform; print(platform.python_version())')
    echo "Building .venv with Python $$version (about a minute)…"
    "$$python" -m venv --clear --without-pip .venv
    echo $$$$ >$$mark
    $(BIN)/python -m ensurepip --default-pip >/dev/null
else
    echo "Bringing .venv up to date…"
    echo $$$$ >$$mark
fi
rm -f .venv/.ready-*
if ! { $(INSTALL) --require-hashes --no-deps -r "$$requirements" &&
       $(INSTALL) --no-deps --no-build-isolation -e .; } </dev/null; then
    echo "The packages could not be installed; the reason is above. Then say the same command again." >&2
    [ -n "$$fresh" ] || rm -f $$mark
    exit 1
fi
for each in run test $$purpose; do
    if [ $$each = run ]; then file=requirements.txt; else file=requirements-$$each.txt; fi
    $(BIN)/python -IS -c "$$digest" $$file pyproject.toml >.venv/.ready-$$each
    [ $$each != $$purpose ] || break
done
rm -f $$mark
echo "Ready: $(BIN)/replyby"
endef
export FIND_PYTHON
export SET_UP
