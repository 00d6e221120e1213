# The commands people type. `make test` is what CI runs.

.PHONY: help run gen lint test test-rust test-sdks test-browser fuzz bench

help: ## Show this
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

run: ## Serve on http://127.0.0.1:3003
	cargo run --release

gen: ## Write everything that follows from openapi.yaml
	cargo gen

lint: ## Formatting, clippy, drift, the contract's linter
	scripts/test.sh lint

test: ## Everything, on a fresh machine: installs what it needs, starts and stops its own servers
	scripts/test.sh

test-rust: ## The Rust tests, on SQLite and on PostgreSQL with Redis
	scripts/test.sh rust

test-sdks: ## The three SDKs against a live server, and other people's documents
	scripts/test.sh sdks

test-browser: ## The portal in a real Chromium
	scripts/test.sh browser

fuzz: ## A bounded, spec-driven fuzz run
	scripts/test.sh fuzz

bench: ## Ratios against bare handlers, five interleaved rounds; written to bench/RESULTS.md
	scripts/bench.sh
