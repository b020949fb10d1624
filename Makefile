# Holdfast: every command a person or a machine needs to work on it. `make` alone lists them.

SHELL = /bin/sh

# Where the demo and the reference applications keep their log and where they listen, and the directory tree that the
# demo takes stock of.
DB ?= holdfast.db
PORT ?= 8080
DIR ?= /usr

# What the build needs on Linux beside Swift: the file or command that proves it, then the Debian package that
# brings it. On a system that keeps its headers elsewhere, skip the look with `make NEEDS= <target>`.
NEEDS = \
	/usr/include/sqlite3.h:libsqlite3-dev \
	/usr/include/zlib.h:zlib1g-dev \
	pkg-config:pkg-config \
	/usr/include/c++:g++ \
	git:git \
	/etc/ssl/certs/ca-certificates.crt:ca-certificates

# What the tests need beside it: to run the clients, and to make certificates.
TEST_NEEDS = \
	node:nodejs \
	python3:python3 \
	openssl:openssl

SWIFT_FILES = $(wildcard Package.swift Sources Tests Docs Migrations)
DOCC = $(shell command -v docc || echo xcrun docc)

.DEFAULT_GOAL := help
.PHONY: help demo apps build test test-fast test-clients check lint imports format docs bench install-deps

# SwiftPM holds one lock on .build, so running two targets at once only makes them wait.
.NOTPARALLEL:

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r target text; do \
		printf '  %-13s %s\n' "$$target" "$$text"; done
	@printf '\nVariables of demo and apps: DB=%s PORT=%s; of demo: DIR=%s\n' '$(DB)' '$(PORT)' '$(DIR)'

# The debug build, because it compiles in half the time of a release build and `make test` shares it.
demo: install-deps ## Take stock of DIR as a durable job; kill it, run it again, and it goes on
	swift build --product holdfast
	.build/debug/holdfast demo --db "$(DB)" --port "$(PORT)" --dir "$(DIR)"

apps: install-deps ## Serve the reference applications: start a job on its page, kill the server, run it again
	swift build --product ReferenceApps
	DB="$(DB)" PORT="$(PORT)" .build/debug/ReferenceApps

build: install-deps ## Build everything but the tests
	swift build

# What is needed is looked for once in a run of make, so the target that was asked for says it.
test test-clients check: NEEDS += $(TEST_NEEDS)

# The end-to-end tests come last and alone: they kill processes at chosen moments, and have to see these in time.
test: test-fast test-clients ## Run all tests
	swift test --disable-xctest --skip-build --no-parallel --filter '^EndToEndTests\.'

# Each test has a time limit for the case that it hangs. Hundreds of tests at once would share a few cores and each take as long
# as all of them, so only so many run at once. Fewer of those that start processes: on Linux `Process.run()` of Foundation crashes
# in a process that has more than about a thousand files open.
STARTING = HoldfastSQLiteTests|InventoryExampleTests|HoldfastCLITests|HoldfastClientTests
WIDTH = SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH

test-fast: install-deps ## Run all tests but the end-to-end ones, which start and kill processes
	swift build --build-tests
	$(WIDTH)=8 swift test --disable-xctest --skip-build --skip '^(EndToEndTests|$(STARTING))\.'
	$(WIDTH)=4 swift test --disable-xctest --skip-build --filter '^($(STARTING))\.'

test-clients: install-deps ## Run the tests of the JavaScript and the Python client
	node --test Tests/ClientTests/JavaScript/*.test.js
	PYTHONDONTWRITEBYTECODE=1 python3 -m unittest discover -s Tests/ClientTests/Python

check: lint imports test docs ## Run what a change must pass: lint, imports, tests, documentation

lint: ## Check the format; nothing is changed
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)

imports: install-deps ## Build with the tests; importing what a target does not declare is an error
	swift build --build-tests --explicit-target-dependency-import-check error

format: ## Format all Swift files in place
	swift format format --in-place --parallel --recursive $(SWIFT_FILES)

docs: ## Build the documentation into .build/docs; a broken link is an error
	@mkdir -p .build
	$(DOCC) convert Docs/Holdfast.docc --warnings-as-errors --output-path .build/docs

bench: install-deps ## Measure against a raw C loop on this machine, with a release build
	swift run -c release HoldfastBench

install-deps: ## Install the C libraries the build needs, if any is missing (done by the others)
	@command -v swift >/dev/null || { \
		echo 'Swift is not on the PATH: Holdfast needs Swift 6.2 or newer, see https://www.swift.org/install' >&2; \
		exit 1; }
	@[ "$$(uname -s)" = Linux ] || exit 0; \
	missing=; \
	for need in $(NEEDS); do \
		proof=$${need%%:*}; \
		[ -e "$$proof" ] || command -v "$$proof" >/dev/null || missing="$$missing $${need##*:}"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if ! command -v apt-get >/dev/null; then \
		echo "Holdfast needs what Debian calls$$missing: install it with this system's package manager." >&2; \
		exit 1; \
	elif [ "$$(id -u)" -ne 0 ]; then \
		echo "Holdfast needs$$missing: run \`sudo apt-get install$$missing\` and then make again." >&2; \
		exit 1; \
	fi; \
	echo "Installing with apt-get:$$missing"; \
	apt-get update -qq </dev/null && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing </dev/null || { \
		echo "apt-get could not install$$missing: its own message is above; install them and run make again." >&2; \
		exit 1; }
	@[ -d .build/checkouts ] || \
		echo 'First build: SwiftPM fetches the packages named in Package.swift into .build and compiles them,' \
			'which takes a few minutes.'
