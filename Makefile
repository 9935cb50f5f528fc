# Entrepôt. `make` alone lists the targets.
PYTHON ?= python3
V := .venv/bin

.DEFAULT_GOAL := help

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16
