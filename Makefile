# Two commands on a fresh machine: `make run` and `make test`. Both need Rust and a C compiler. `make test` also wants the
# real tools that tests are held against (a registry, disk tools, a browser, validators of SBOMs): as root on Debian it installs what is
# missing, else the tests that need it say that they are skipped.

TARGET := $(or $(CARGO_TARGET_DIR),target)
ASSAY := $(TARGET)/release/assay

# Feeds: $ASSAY_FEEDS (directory or URL), else the mirror beside the checkout, else the publishers.
FEEDS := $(or $(ASSAY_FEEDS),$(if $(wildcard ../shared/feeds/osv),../shared/feeds,upstream))

.PHONY: run build console test test-console test-tools lint bench

# Where the service of `make run` keeps what it has, and where it listens.
DATA := $(or $(ASSAY_DATA),assay-data)
LISTEN := $(or $(ASSAY_LISTEN),127.0.0.1:8443)

# Compiles the advisory database, starts the service and pushes this machine as its first resource. Without any feeds within
# reach the service falls back to the starter intelligence that the program carries, and says so. Ends with Ctrl-C.
run: build
	@$(ASSAY) db update --feeds "$(FEEDS)" || { test -z "$(ASSAY_FEEDS)" && echo "no feeds within reach"; }
	@ASSAY="$(ASSAY)" FEEDS="$(FEEDS)" DATA="$(DATA)" LISTEN="$(LISTEN)" sh .ci/first-resource.sh

build: console
	cargo build --release --locked --bin assay

# The web console, which the build takes into the program. Where it cannot be built the program goes without it, and says so.
CONSOLE := console
CONSOLE_SOURCES = find "$(CONSOLE)" -mindepth 1 \( -name node_modules -o -name dist \) -prune -o -newer "$(CONSOLE)/dist/index.html" -print

console:
	@if [ ! -f "$(CONSOLE)/package.json" ]; then exit 0; fi; \
	if ! command -v npm >/dev/null; then \
	    echo "no npm (Node.js has it); the console is not built"; exit 0; fi; \
	cmp -s "$(CONSOLE)/package-lock.json" "$(CONSOLE)/node_modules/installed.json" || { \
	    (cd "$(CONSOLE)" && npm ci --ignore-scripts --no-audit --no-fund --silent) \
	    && cp "$(CONSOLE)/package-lock.json" "$(CONSOLE)/node_modules/installed.json"; } \
	    || { echo "npm cannot install what the console is built with; it is not built"; exit 0; }; \
	if [ ! -f "$(CONSOLE)/dist/index.html" ] || [ -n "$$($(CONSOLE_SOURCES))" ]; then \
	    (cd "$(CONSOLE)" && npm run --silent build) || echo "the console is not built, for the reason above"; fi

# The console first, so that the program that tests run has it.
test: test-tools console
	ASSAY_TEST_PYTHON="$(abspath $(VENV))/bin/python" ASSAY_TEST_NODE_MODULES="$(abspath $(NODE))/node_modules" \
	    ASSAY_TEST_RUST_SDK="$(abspath $(RUST_SDK))/debug/assay-client-rust" cargo test --workspace --locked
	@$(MAKE) --no-print-directory test-console

# Types, lint, format, units and licences of the console, and the console in a real browser against the program.
test-console:
	@if [ -f "$(CONSOLE)/node_modules/installed.json" ]; then \
	    cd "$(CONSOLE)" && npm run --silent check && ASSAY="$(abspath $(TARGET))/debug/assay" npm run --silent end-to-end; \
	else echo "no npm; the tests of the console are skipped"; fi

# Tools by the packages that have them.
TEST_TOOLS := docker-registry:docker-registry skopeo:skopeo qemu-img:qemu-utils mkfs.xfs:xfsprogs mke2fs:e2fsprogs \
    pg_ctlcluster:postgresql chromium:chromium
VENV := $(TARGET)/tools/venv
# Stock SDKs that call the service: what is installed, and where from.
NODE := $(TARGET)/tools/javascript
RUST_SDK := $(TARGET)/tools/rust-sdk
CLIENTS := crates/assay/tests/clients

test-tools:
	@missing=$$(for pair in $(TEST_TOOLS); do \
	    PATH="$$PATH:/usr/sbin:/sbin" command -v "$${pair%%:*}" >/dev/null || echo "$${pair#*:}"; done); \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    { apt-get install -qq -y --no-install-recommends $$missing || \
	      { apt-get update -qq && apt-get install -qq -y --no-install-recommends $$missing; }; } >/dev/null 2>&1 \
	    || echo "not installed: $$missing; the tests that need them are skipped"; fi
	@cmp -s .ci/requirements.txt "$(VENV)/requirements.txt" || { \
	    python3 -m venv "$(VENV)" && "$(VENV)/bin/pip" install -q -r .ci/requirements.txt \
	    && cp .ci/requirements.txt "$(VENV)/"; } || echo "no validators of SBOMs; the test that needs them is skipped"
	@cmp -s "$(CLIENTS)/javascript/package-lock.json" "$(NODE)/installed.json" || { \
	    mkdir -p "$(NODE)" && cp "$(CLIENTS)"/javascript/package*.json "$(NODE)/" \
	    && (cd "$(NODE)" && npm ci --ignore-scripts --no-audit --no-fund --silent) \
	    && cp "$(NODE)/package-lock.json" "$(NODE)/installed.json"; } \
	    || echo "no SDK for JavaScript (npm installs it); the test that needs it is skipped"
	@CARGO_TARGET_DIR="$(abspath $(RUST_SDK))" cargo build --quiet --locked --manifest-path "$(CLIENTS)/rust/Cargo.toml"

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

bench:
	cargo xtask bench
