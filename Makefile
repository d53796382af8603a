# Two commands on a fresh machine: `make run` and `make test`. Both need Rust only and install nothing system-wide.

TARGET := $(or $(CARGO_TARGET_DIR),target)
ASSAY := $(TARGET)/release/assay

# Feeds: $ASSAY_FEEDS (directory or URL), else the mirror beside the checkout, else the publishers.
FEEDS := $(or $(ASSAY_FEEDS),$(if $(wildcard ../shared/feeds/osv),../shared/feeds,upstream))

.PHONY: run build test lint bench

# Compiles the advisory database and scans this machine. Without any feeds within reach the scan falls back to the
# starter intelligence that the program carries, and says so.
run: build
	@$(ASSAY) db update --feeds "$(FEEDS)" || { test -z "$(ASSAY_FEEDS)" && echo "no feeds within reach"; }
	@echo
	@$(ASSAY) scan host:

build:
	cargo build --release --locked --bin assay

test:
	cargo test --workspace --locked

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings

bench:
	cargo xtask bench
