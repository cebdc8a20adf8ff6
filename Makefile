# Thin front door: each target installs what it needs (deploy/install-deps), builds and runs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PRESET ?= release
BUILD := build/$(PRESET)
JOBS ?= $(shell nproc)
# What `make run` needs; `make test` builds everything.
PROGRAMS := huiyin-ingest huiyin-triage huiyin-aftersales huiyin-survey huiyin-analytics \
            huiyinctl huiyin-gateway-sim huiyin-sample-day

.PHONY: help run test test-fast build programs bench chaos lint proto bazel train eval clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install, build, start everything, play the sample day (DEMO=0 skips it), stay until Ctrl-C
	@deploy/install-deps build run
	@$(MAKE) programs
	@exec deploy/run $(BUILD)/bin

test: ## install, build, run every test
	@deploy/install-deps build run test
	@$(MAKE) build
	@ctest --preset $(PRESET) -j $(JOBS)

test-fast: ## only the tests that start no server
	@deploy/install-deps build
	@$(MAKE) build
	@ctest --preset $(PRESET) -j $(JOBS) -L '^fast$$'

build: $(BUILD)/build.ninja ## compile everything (PRESET=release, asan or tsan)
	@cmake --build $(BUILD) -j $(JOBS)

programs: $(BUILD)/build.ninja ## compile what runs, without the tests
	@cmake --build $(BUILD) -j $(JOBS) --target $(PROGRAMS)

$(BUILD)/build.ninja:
	@cmake --preset $(PRESET)

chaos: ## break things under load, long: ROUNDS=20 faults a test (SEED=… repeats a run)
	@deploy/install-deps build run test
	@$(MAKE) build
	@CHAOS_ROUNDS=$(or $(ROUNDS),20) HUIYIN_SEED=$(SEED) \
	  ctest --preset $(PRESET) -L '^chaos$$' -V

bench: ## measure against the targets; writes build/bench/summary.json
	@deploy/install-deps build run bench
	@$(MAKE) programs
	@cmake --build $(BUILD) -j $(JOBS) --target bench_programs
	@tests/bench/run --bin $(BUILD)/bin

lint: ## formatting, clang-tidy, code rules, protos, shell scripts, metrics rules, chart, README's clients
	@deploy/install-deps build lint charts
	@$(MAKE) build
	@deploy/lint/all

proto: ## format, lint and check the protos for breaking changes
	@deploy/install-deps lint
	@deploy/lint/protos

bazel: ## build protos, libs and services with Debian's Bazel, offline
	@deploy/install-deps build bazel
	@bazel build --jobs=$(JOBS) //...

train: $(BUILD)/build.ninja ## train services/triage/model/triage.model again (the same bytes for the same sources)
	@cmake --build $(BUILD) -j $(JOBS) --target huiyin-train
	@$(BUILD)/bin/huiyin-train

eval: $(BUILD)/build.ninja ## measure the triage model on ../shared/data; writes build/eval/summary.json
	@cmake --build $(BUILD) -j $(JOBS) --target huiyin-eval
	@$(BUILD)/bin/huiyin-eval

clean: ## remove build outputs and the local runner's data
	@rm -rf build var
