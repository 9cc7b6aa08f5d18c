# The two commands of the README are demo and test; each sets up what it needs.
GO ?= go

# The race detector needs a C compiler.
RACE := $(if $(shell command -v gcc || command -v clang),-race)

.PHONY: demo demo-maas test check ci bench fuzz differential hostile growth soak faults test-kafka bench-kafka control sketches sigma page bundle browser binaries image man manifests

# The example of the talk: make demo, or make demo ZK=host:port.
demo:
	@$(GO) run ./examples/dga $(if $(ZK),-zookeeper $(ZK))

# Models on one machine: two versions are deployed, calls move from one to the other, an
# instance is killed and replaced; half a minute.
demo-maas:
	@$(GO) run ./examples/maas

# All unit tests, with a real ZooKeeper, Redis, Kafka and real model servers, and with Curator: each
# is installed if it is missing and can be.
test:
	@./.ci/install-zookeeper
	@./.ci/install-curator
	@./.ci/install-redis
	@./.ci/install-kafka || [ -z "$(CI)" ]
	@./.ci/install-model-servers
	$(GO) test $(RACE) -timeout 20m ./...
	cd repl/terminal/screentest && $(GO) test ./...
	cd maas/dashboard/promtest && $(GO) test ./...

# Formatting, vet, staticcheck and what is generated; some seconds when built.
check:
	.ci/check

# All that must hold for every commit, as CI runs it on a fresh machine: it installs
# what is missing.
ci:
	.ci/run

# Stellar against its peers; some minutes.
bench:
	cd examples/peerbench && $(GO) run .

# What a message costs from topic to topic, beside its parts and beside Bloblang, and what
# several workers do; some ten minutes on a machine that does nothing else.
bench-kafka:
	@./.ci/install-kafka
	cd examples/peerbench && CI=true $(GO) test ./topics -run TestMeasure -measure -messages 1000000 -timeout 0 -count 1 -v

# A minute of fuzzing for each target.
fuzz:
	.ci/fuzz 60s

# Random programs evaluated in all ways there are, ten million comparisons of
# outcomes; some twenty minutes.
differential:
	$(GO) test ./stellar -run TestDifferential -differential.count 10000000 -timeout 0 -v

# Expressions and messages that ask for as much as the limits let them, each in a
# process of its own: memory, deadlines, time; some twenty minutes.
hostile:
	$(GO) test ./stellar -run TestHostile -hostile.all -hostile.random 100 -timeout 0 -v

# How checking, compiling, formatting and explaining grow with the text, for the
# longest that is allowed; some minutes on a machine that does nothing else.
growth:
	$(GO) test ./stellar -run 'TestGrowth$$' -growth.length 65536 -growth.most 2.3 -timeout 0 -v

# Calls of models at full speed for ten minutes, and then workers on topics of Kafka, in which
# nothing may grow.
soak:
	@./.ci/install-kafka
	$(GO) test ./maas -run TestNothingGrows -soak.time 10m -timeout 0 -v
	CI=true $(GO) test ./stellar/stream/kafka/torture -run TestMemory -steady 10m -timeout 0 -count 1 -v

# What faults cost: of instances, those whose calls are promised to succeed; of ZooKeeper,
# leaders that are killed, ensembles that are down, networks that are cut. Figures in the
# log; three minutes on a machine that does nothing else.
faults:
	@./.ci/install-zookeeper
	$(GO) test ./maas -run 'TestFaults|TestInstancesComeAndGo|TestManyCalls|TestSingleHanging' -faults -count 1 -v
	$(GO) test $(RACE) ./maas/zookeeper -run 'TestConverges|TestFaults|TestEnsemble|TestStart|TestOwnInstances|TestNothingIsLeft' -faults -count 1 -v

# Workers of a group, which are killed, paused and replaced while a real broker is killed and
# hangs: nothing may be lost, or doubled if it is to be exactly once. Two or three minutes;
# make test-kafka MESSAGES=1000000 TIME=5m OUTAGE=30s for longer, KAFKA_VERSION=4.4.0 for
# another broker.
MESSAGES ?= 60000
TIME ?= 25s
OUTAGE ?= 6s
test-kafka:
	@./.ci/install-kafka
	@./.ci/install-redis
	CI=true $(GO) test ./stellar/stream/kafka/torture -run 'TestTorture|TestProfiles' -torture -messages $(MESSAGES) -duration $(TIME) -outage $(OUTAGE) -timeout 0 -count 1 -v

# The controller of a machine: 20 rounds of changes under 64 callers, and 50 kills with all
# that it must find again. Figures in the log; five minutes.
control:
	$(GO) test ./maas/control -run 'TestCallsSucceed|TestKilled' -rounds 20 -call-time 1s -kills 50 -count 1 -timeout 30m -v

# How far estimates of distinct items are off, with 1000 seeds and up to ten million
# items, and how often Bloom filters are wrong. Figures in the log; some ten minutes.
sketches:
	$(GO) test ./functions/sketch/hyperloglog -run TestAccuracy -accuracy 1000 -items 10000000 -timeout 0 -count 1 -v
	$(GO) test ./functions/sketch/bloom -run TestRate -count 1 -v

# The public Sigma rules, of which SIGMA_RULES names a checkout of github.com/SigmaHQ/sigma:
# how many load, why others do not, and whether they fire for the events that come with
# them. Figures in the log; half a minute.
sigma:
	$(GO) test ./stellar/rules/sigma -run 'Collection|TestRegression' -count 1 -v

# The page without a server, a folder of files that any web server can serve: bin/page.
page:
	@rm -rf bin/page && mkdir -p bin/page
	GOOS=js GOARCH=wasm $(GO) build -trimpath -ldflags '-s -w' -o bin/page/stellar.wasm ./repl/console/wasm
	@gzip -9n bin/page/stellar.wasm
	@cp repl/console/page/built/* bin/page/
	@cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" "$$($(GO) env GOROOT)/LICENSE" bin/page/
	@echo '{"engine": "stellar.wasm.gz", "script": "wasm_exec.js"}' >bin/page/engine.json

# The scripts of the page, anew from their sources; it needs npm.
bundle:
	cd repl/console/page && npm ci --ignore-scripts --no-audit --no-fund --silent && node build.mjs

# The page in Chromium, with a server and without one, and the console of models: what a person does,
# pictures in bin/pictures, times, accessibility.
browser: page
	@./.ci/install-browser
	PATH="$$PWD/repl/console/page/node_modules/.bin:$$PATH" $(GO) test -tags browser ./repl/console/page ./repl/console/models -run TestBrowser -count 1 -p 1 -v

# What is released: static binaries for the usual platforms with their checksums, and
# the manual page.
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 freebsd/amd64
binaries: man
	@set -e; for platform in $(PLATFORMS); do \
		os=$${platform%/*}; arch=$${platform#*/}; file=bin/stellar-$$os-$$arch; \
		[ $$os != windows ] || file=$$file.exe; \
		echo $$file; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -ldflags '-s -w' -o $$file ./repl/cmd/stellar; \
	done
	@cd bin && sha256sum stellar-* stellar.1 >SHA256SUMS

# The manual page.
man:
	@mkdir -p bin
	@$(GO) run ./repl/cmd/stellar man >bin/stellar.1

# The manifests in examples/kubernetes, held to the schemas of the API of Kubernetes.
manifests:
	@.ci/check-manifests

# A container image of the command and nothing else, which does not run as root. BUILDER
# is docker, podman or buildah.
BUILDER ?= $(firstword $(foreach b,docker podman buildah,$(if $(shell command -v $(b)),$(b))))
image:
	@mkdir -p bin/image
	CGO_ENABLED=0 GOOS=linux $(GO) build -trimpath -ldflags '-s -w' -o bin/image/stellar ./repl/cmd/stellar
	$(BUILDER) build -t stellar -f Containerfile bin/image
