# The commands of the project. On Debian and Ubuntu they install what is missing
# (as root or through sudo); elsewhere they say what to install.
#
#   make build   bin/hub and bin/firmware-sim, with the page inside
#   make demo    the whole commune on this machine; Ctrl-C ends it
#                DATA=DIR AUDIO=none|oto|wav:DIR CONFIG=FILE INFLUX=1 PORT=0|N
#   make test    everything that is checked before a change lands
#   make check   formatting, vet and linters alone
#   make bench   the measurements
#   make clean   what the above made inside the tree

SHELL := /bin/bash
CACHE := $(or $(SMART_COMMUNE_CACHE),$(HOME)/.cache/smart-commune)
export SMART_COMMUNE_CACHE := $(CACHE)

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
GO_FILES := $(shell find hub devices firmware-sim dashboard -name '*.go' -not -path '*/node_modules/*') go.mod go.sum
PAGE_FILES := $(shell find dashboard -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/test-results/*' -not -path '*/e2e/*' -not -name '*.go')

.PHONY: build demo test check bench clean tools-build tools-demo tools-test tools-bench page

build: tools-build page bin/hub bin/firmware-sim

tools-build tools-demo tools-test tools-bench: tools-%:
	@.ci/tools $*

bin/hub: $(GO_FILES) $(wildcard dashboard/dist/index.html) $(wildcard hub/sqlitestore/migrations/*.sql)
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $@ ./hub

bin/firmware-sim: $(GO_FILES)
	go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o $@ ./firmware-sim

# Without Node the hub still builds and its page says how to build it.
page:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory dashboard/dist/index.html; \
	else echo "npm is missing: building the hub without its page (install Node 20 or newer, then run make build again)"; fi

dashboard/node_modules/.installed: dashboard/package-lock.json
	npm --prefix dashboard ci --no-audit --no-fund --prefer-offline
	@touch $@

dashboard/dist/index.html: dashboard/node_modules/.installed $(PAGE_FILES)
	npm --prefix dashboard run build

demo: tools-demo build
	@.ci/demo

check: tools-build
	@.ci/check

test: tools-test build
	@.ci/test

# What is set by the environment: see firmware-sim/skewbench. SKEW_SECONDS=600 for
# an item of ten minutes.
bench: tools-bench bin/hub bin/firmware-sim
	go test -run '^$$' -bench . -benchmem ./devices/... ./hub/... ./firmware-sim/...
	go run ./firmware-sim/skewbench

clean:
	rm -rf bin data dashboard/node_modules dashboard/test-results
	find dashboard/dist -mindepth 1 -not -name .keep -delete
