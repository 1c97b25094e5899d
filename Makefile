# The commands of this project. Each one installs what it needs first; 'make help' lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build demo lab lab-down test test-lab bench lint format clean

# The pinned helm and kubectl and the Swift toolchain come first in PATH.
environment = eval "$$(scripts/env)"

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## install what the other commands need (Debian 12; quick when everything is there)
	@scripts/setup

build: setup ## the release program, .build/release/croft
	@scripts/build-release

demo: setup ## deploy examples/nixlab on a real Kubernetes API on this machine; KEEP=1 leaves it running
	@scripts/demo

lab: setup ## three Debian machines with SSH on a network of their own, as root; ARGUMENTS="--machines a,b"
	@$(environment) && swift run --quiet lab machines up $(ARGUMENTS)

lab-down: ## take every lab away: processes, mounts, bridges, files
	@Lab/machines/remove --all

test: setup ## every test, on real API servers
	@scripts/test $(ARGUMENTS)

test-lab: setup ## the tests that need the lab's machines, alone and one after the other, as root
	@SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=1 scripts/test --filter 'Machines(Tool)?Tests|K3sStandInTests|BareMachines|Servers|UpTrouble'

bench: setup build ## compare with kubectl, makejinja, Ansible and pyinfra
	@scripts/bench

lint: setup ## style, scripts, module graph
	@scripts/lint

format: setup ## write the Swift sources in the project's style
	@$(environment) && swift format --in-place --recursive --parallel Package.swift Sources Tests Lab

clean: ## remove what was built here; the cache of tools stays (scripts/cache-dir)
	@rm -rf .build
