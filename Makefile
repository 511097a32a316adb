# `make` lists what there is. Everything runs on a machine that has Go, Node and npm.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help build generate lint test sure demo bench bench-sfu drill-kill drill-net drill-restart privacy soak fuzz fuzz-long property-long model tools

PACKAGES := ./server/... ./widget ./examples
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16

# Not `npm ci`: it wants to find optional packages of foreign platforms too, which not every registry has. The lock file
# holds versions and checksums all the same.
node_modules/.package-lock.json: package-lock.json
	npm install --ignore-scripts --no-audit --no-fund
	@touch $@

build: node_modules/.package-lock.json ## bundle the widget, compile bin/schalter
	node widget/build.mjs
	CGO_ENABLED=0 go build -trimpath -o bin/schalter ./server

generate: node_modules/.package-lock.json ## OpenAPI from the routes, TypeScript types from it
	go test -count=1 ./server/web -run '^TestTheCommittedDocumentMatchesTheRoutes$$' -update
	npx openapi-typescript server/web/openapi.json --root-types --root-types-no-schema-prefix -o widget/src/protocol.gen.ts

lint: node_modules/.package-lock.json ## format, vet, static checks, types
	@test -z "$$(gofmt -l server widget examples)" || { echo "gofmt -w these:"; gofmt -l server widget examples; exit 1; }
	go vet $(PACKAGES)
	go vet -tags drill,bench ./server
	$(STATICCHECK) $(PACKAGES)
	npx biome ci .
	npx tsc --noEmit -p widget

tools: ## what tests need from Debian: browsers, PostgreSQL
	.ci/install

test: tools build ## all tests: Go with the race detector, vitest, browser trips
	go test -race $(PACKAGES)
	npx vitest run --dir widget/src
	@if [ -f widget/test/playwright.config.ts ]; then npx playwright test -c widget/test/playwright.config.ts; fi

sure: ## what must hold before a push: lint, nothing stale, all tests
	$(MAKE) lint
	$(MAKE) generate
	git diff --exit-code -- server/web/openapi.json widget/src/protocol.gen.ts
	go mod verify
	$(MAKE) test

demo: build ## two invented authorities on localhost
	@mkdir -p .demo
	bin/schalter demo --database=.demo/schalter.db --log-level=warn

# The figures depend on the machine and on what else it does, so a missed one is printed, and fails nothing.
bench: build ## what is promised of speed, measured and printed as one table; a quarter of an hour
	@rows=$$(mktemp); trap 'rm -f "$$rows"' EXIT; export BENCH_ROWS="$$rows"; status=0; \
	npx playwright test -c widget/test/bench/playwright.config.ts || status=$$?; \
	go test -tags bench -count=1 -timeout 15m -v -run '^TestBench$$' ./server; \
	exit $$status

# ROUNDS=3 LONG=1 takes half an hour and gives medians. Real-time priority, where it is permitted, keeps foreign load out.
ROUNDS ?= 1
bench-sfu: build ## what the switch costs, beside a relay that only decrypts, encrypts and sends; five minutes
	CGO_ENABLED=0 go build -trimpath -o bin/sfuload ./server/sfuload
	@$$(chrt -r 1 true 2>/dev/null && echo chrt -r 1) bin/sfuload -rounds=$(ROUNDS) $(if $(LONG),-long) $(if $(ONLY),-only=$(ONLY))

drill-kill: build ## kill the program in the midst of work, again and again; nothing may be lost
	go test -tags drill -run TestDrillKill -count=1 -v ./server

VISITS ?= 1000
soak: build ## VISITS=1000 conversations, one after another; what the program holds must be the same
	VISITS=$(VISITS) go test -tags drill -run TestSoak -count=1 -timeout 60m -v ./server | grep -vE '^ *(=== |--- )(RUN|PASS|CONT).*visit'

drill-net: build ## two browsers in a conversation over bad lines; as root on Linux, six minutes
	go build -o bin/linksim ./server/linksim
	npx playwright test -c widget/test/drill/playwright.config.ts net

drill-restart: build ## a conversation outlives the server's death, dead lines and sleep, 20 times each; eight minutes
	TIMES=20 SLEEP=60 npx playwright test -c widget/test/playwright.config.ts restart gap

privacy: ## a hostile peer tries a thousand times to hear what is not meant for it; three minutes
	HOSTILE=1000 go test -count=1 -timeout 30m ./server/sfu -run TestNobodyListensIn -v | grep -vE '^ *(=== |--- PASS.*/)'

fuzz: ## every fuzz target for ten seconds
	$(MAKE) fuzz-long TIME=10s

MINUTES ?= 5
TIME ?= $(MINUTES)m
fuzz-long: ## every fuzz target for MINUTES=5
	@grep -rlE '^func Fuzz' --include='*_test.go' server | xargs -n1 dirname | sort -u | while read -r dir; do \
		grep -hoE '^func Fuzz\w+' "$$dir"/*_test.go | sed 's/func //' | while read -r target; do \
			echo "$$dir $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(TIME) "./$$dir" </dev/null; \
		done; done

STEPS ?= 1000000
model: ## the queue held against a model of it for STEPS=1000000 moves, and faults put in; a quarter of an hour
	@TMPDIR=$$(test -w /dev/shm && echo /dev/shm || echo "$${TMPDIR:-/tmp}") MODEL_STEPS=$(STEPS) \
		go test -v -count=1 -timeout 120m ./server/queue -run '^TestModel$$' | grep -vE 'INFO|^=== |rapid. (draw|OK)'

CHECKS ?= 20000
property-long: ## every property with CHECKS=20000 cases
	go test -count=1 -timeout 60m $$(grep -rl pgregory.net/rapid --include='*_test.go' server | xargs -n1 dirname | sort -u | sed 's,^,./,') -rapid.checks=$(CHECKS)
