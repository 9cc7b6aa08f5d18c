# The two commands of the README are demo and test; each sets up what it needs.
GO ?= go

# The race detector needs a C compiler.
RACE := $(if $(shell command -v gcc || command -v clang),-race)

.PHONY: demo test bench check fuzz differential

# The example of the talk: make demo, or make demo ZK=host:port.
demo:
	@$(GO) run ./examples/dga $(if $(ZK),-zookeeper $(ZK))

# All unit tests, with a real ZooKeeper, which is installed if it is missing
# and can be.
test:
	@./.ci/install-zookeeper
	$(GO) test $(RACE) ./...

# Stellar against its peers; some minutes.
bench:
	cd examples/peerbench && $(GO) run .

# A minute of fuzzing for each target.
fuzz:
	.ci/fuzz 60s

# Random programs evaluated in all ways there are, ten million comparisons of
# outcomes; some twenty minutes.
differential:
	$(GO) test ./stellar -run TestDifferential -differential.count 10000000 -timeout 0 -v

# What CI checks besides the tests.
check:
	.ci/run
