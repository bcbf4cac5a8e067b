# Builds, runs, checks and installs SyncStream TV; `make help` lists the verbs. All that is made goes
# below $(BUILD). A folder in workers/ is a program and every .cc, .sql and .po is found by itself:
# adding one needs no edit here. Programs are installed by ops/setup, started by ops/dev.

BUILD    ?= build
OPTIMIZE ?= -O2 -g1
JOBS     ?= $(shell nproc)
PREFIX   ?= /opt/syncstream
UNITS    ?= /lib/systemd/system

# g++ 12 sees overruns in plain uses of std::string and std::vector, hence the warnings that are off.
standard  = -std=c++20 -Wall -Wextra -I. -I$(BUILD)/generated -isystem $(shell pg_config --includedir)
# g++ spends a seventh of its time on tidying memory up that it hardly needs again.
memory    = $(if $(findstring clang,$(CXX)),,--param ggc-min-heapsize=262144)
compile   = $(CXX) $(memory) $(standard) -Werror -Wno-array-bounds -Wno-restrict -Wno-stringop-overread -Wno-stringop-overflow -MMD -MP $(OPTIMIZE) $(SANITIZE) $(CXXFLAGS)
link      = $(CXX) $(SANITIZE) -Wl,--as-needed $(LDFLAGS) -o $@ $(filter %.o,$^) $(library)
libraries = -lfcgi -lpq -ljwt -lsodium -largon2 -lhiredis -lboost_json -lcurl -lcrypto -lutf8proc
parallel  = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))
objects   = $(patsubst %.cc,$(BUILD)/objects/%.o,$(1))

# Fuzz targets are built by ops/fuzz.
sources  := $(shell find common workers tests -name '*.cc' -not -path 'tests/fuzz/*' | sort)
tools    := $(shell grep -lE "^\#!/bin/sh" .ci/* ops/* tests/*/* 2>/dev/null)
workers  := $(patsubst workers/%/main.cc,%,$(wildcard workers/*/main.cc))
programs := $(addprefix $(BUILD)/bin/,$(workers))
# A tests/.../x_program.cc is a program that tests start; it stands beside the test program. One in
# tests/workers/<area> has that worker's code.
others   := $(filter tests/%_program.cc,$(sources))
mirrored  = $(filter-out %/main.cc,$(filter workers/%,$(filter $(patsubst tests/%,%,$(dir $(1)))%,$(sources))))
beside   := $(addprefix $(BUILD)/bin/,$(basename $(notdir $(others))))
headers  := $(patsubst %.sql,$(BUILD)/generated/%_sql.h,$(shell find common workers -name '*.sql'))
catalogs := $(shell find common workers -name '*.po')
library  := $(BUILD)/libcommon.a
site     := $(BUILD)/nginx/locations.conf $(BUILD)/openapi.json
fuzzers  := $(patsubst tests/fuzz/%_fuzz.cc,$(BUILD)/bin/fuzz-%,$(wildcard tests/fuzz/*_fuzz.cc))

all: $(programs) $(BUILD)/messages/made $(site)                 ## build the workers, messages and site
tests: $(BUILD)/bin/tests $(beside)                                ## build the test program
fuzzers: $(fuzzers)

# A file as target, because make removes it when it is interrupted, and ops/dev ends with it.
run: $(BUILD)/session-$(shell echo $$PPID)                      ## install what is missing, build, start all
$(BUILD)/session-%:
	@ops/setup run && $(MAKE) --silent $(parallel) all
	@exec env --default-signal=INT,TERM,HUP setpriv --pdeathsig TERM ops/dev $@

test:                                                           ## install what is missing, build, run every check and test
	@ops/setup test && $(MAKE) --silent $(parallel) all tests && exec ops/test

check: all                                                      ## form, layers, messages, shell, tidy, nginx, units
	@ops/check

asan:                                                           ## the same tests with address and undefined sanitizers
	@$(MAKE) --silent $(parallel) BUILD=build/asan OPTIMIZE='-O1 -g' \
	    CXXFLAGS=-Wno-error SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' all tests
	@BUILD=build/asan ops/test --no-checks

bench:                                                          ## measure the service under load (ops/bench --help)
	@ops/setup test && $(MAKE) --silent $(parallel) all $(BUILD)/bin/people_program $(BUILD)/bin/sockets_program && exec ops/bench

fuzz:                                                           ## feed nonsense to what reads foreign bytes, FUZZ_SECONDS each
	@ops/setup fuzz && $(MAKE) --silent $(parallel) BUILD=build/fuzz CXX=clang++-14 OPTIMIZE='-O1 -g' \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' \
	    CXXFLAGS='-fsanitize=fuzzer-no-link -Wno-unknown-warning-option' fuzzers && exec ops/fuzz

format:                                                         ## put the C++ into its form
	@find common workers tests \( -name "*.cc" -o -name "*.h" \) -exec clang-format -i {} +

tidy: $(patsubst %.cc,$(BUILD)/tidy/%.ok,$(filter-out tests/%,$(sources)))
shellcheck:; @shellcheck -x -a $(tools)

install: all                                                    ## copy programs, units, nginx files, sql and ops (DESTDIR, PREFIX)
	@BUILD=$(BUILD) PREFIX=$(PREFIX) UNITS=$(UNITS) DESTDIR=$(DESTDIR) ops/copy-files

clean:                                                          ## remove all that was made
	rm -rf $(BUILD)

help:                                                           ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

$(BUILD)/objects/%.o: %.cc | $(headers)
	@mkdir -p $(@D) && echo "compile $<" && $(compile) -c -o $@ $<

$(BUILD)/objects/tests/%.o: OPTIMIZE = -O0 -g1
$(BUILD)/objects/tests/load/sockets_program.o: OPTIMIZE = -O2 -g1

$(library): $(call objects,$(filter common/%,$(sources)))
	@rm -f $@ && ar rcs $@ $^

$(foreach worker,$(workers),$(eval $(BUILD)/bin/$(worker): $(call objects,$(filter workers/$(worker)/%,$(sources)))))
$(foreach other,$(others),$(eval $(BUILD)/bin/$(basename $(notdir $(other))): $(call objects,$(other) $(call mirrored,$(other)))))
$(BUILD)/bin/tests: $(call objects,$(filter-out common/% workers/%/main.cc tests/fuzz/% $(others),$(sources)))
# Many small pieces of unequal age; sanitizers bring an allocator of their own.
$(BUILD)/bin/party: libraries += $(if $(SANITIZE),,-ljemalloc)
$(BUILD)/bin/tests: libraries += -lcppunit
$(BUILD)/bin/sockets_program: libraries += -lssl
$(fuzzers): $(BUILD)/bin/fuzz-%: $(BUILD)/objects/tests/fuzz/%_fuzz.o
$(fuzzers): LDFLAGS += -fsanitize=fuzzer
$(programs) $(beside) $(fuzzers) $(BUILD)/bin/tests: $(library)
	@mkdir -p $(@D) && echo "link $@" && $(link) $(libraries)

$(BUILD)/generated/%_sql.h: %.sql ops/sql-to-header
	@mkdir -p $(@D) && ops/sql-to-header $< >$@.new && mv $@.new $@

$(BUILD)/messages/made: $(catalogs) ops/compile-messages
	@mkdir -p $(@D) && ops/compile-messages $(@D) && touch $@

$(site) &: $(programs) ops/describe ops/describe.jq
	@ops/describe $(BUILD) $(programs)

# clang 14 stumbles over parts of libstdc++ 12, so only what the checks themselves find counts.
$(BUILD)/tidy/%.ok: %.cc $(BUILD)/objects/%.o .clang-tidy
	@mkdir -p $(@D) && command -v clang-tidy >/dev/null
	@! clang-tidy --quiet $< -- $(standard) 2>/dev/null | grep -A 4 'error: .*\[\(bugprone\|cert\|misc\|performance\)-'
	@touch $@

-include $(patsubst %.o,%.d,$(call objects,$(sources)))
.PHONY: all tests fuzzers run test check asan bench fuzz format tidy shellcheck install clean help
.SECONDARY: $(headers)
.DELETE_ON_ERROR:
