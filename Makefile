# Builds, runs, checks and installs SyncStream TV; `make help` lists the verbs. All that is made goes
# below $(BUILD). A folder in workers/ is a program and every .cc, .sql and .po is found by itself:
# adding one needs no edit here. Programs are installed by ops/setup, started by ops/dev.

BUILD    ?= build
OPTIMIZE ?= -O2 -g1
JOBS     ?= $(shell nproc)
PREFIX   ?= /opt/syncstream
UNITS    ?= /lib/systemd/system

standard  = -std=c++20 -Wall -Wextra -I. -I$(BUILD)/generated -isystem $(shell pg_config --includedir)
compile   = $(CXX) $(standard) -Werror -MMD -MP $(OPTIMIZE) $(SANITIZE) $(CXXFLAGS)
link      = $(CXX) $(SANITIZE) -Wl,--as-needed $(LDFLAGS) -o $@ $(filter %.o,$^) $(library)
libraries = -lfcgi -lpq -ljwt -lsodium -largon2 -lhiredis -lboost_json -lcurl -lcrypto
parallel  = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))
objects   = $(patsubst %.cc,$(BUILD)/objects/%.o,$(1))

sources  := $(shell find common workers tests -name '*.cc' | sort)
tools    := $(shell grep -lE "^\#!/bin/sh" .ci/* ops/* tests/*/* 2>/dev/null)
workers  := $(patsubst workers/%/main.cc,%,$(wildcard workers/*/main.cc))
programs := $(addprefix $(BUILD)/bin/,$(workers))
headers  := $(patsubst %.sql,$(BUILD)/generated/%_sql.h,$(shell find common workers -name '*.sql'))
catalogs := $(shell find common workers -name '*.po')
library  := $(BUILD)/libcommon.a
site     := $(BUILD)/nginx/locations.conf $(BUILD)/openapi.json

all: $(programs) $(BUILD)/messages/made $(site)                 ## build the workers, messages and site
tests: $(BUILD)/bin/tests                                       ## build the test program

run:                                                            ## install what is missing, build, start all
	@ops/setup run && $(MAKE) --no-print-directory $(parallel) all && exec ops/dev

test:                                                           ## install what is missing, build, run every check and test
	@ops/setup test && $(MAKE) --no-print-directory $(parallel) all tests && exec ops/test

check: all                                                      ## form, layers, messages, shell, tidy, nginx, units
	@ops/check

asan:                                                           ## the same tests with address and undefined sanitizers
	@$(MAKE) --no-print-directory $(parallel) BUILD=build/asan OPTIMIZE='-O1 -g' \
	    SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' all tests
	@BUILD=build/asan ops/test --no-checks

bench: all                                                      ## measure the running service under load
	@ops/bench

format:                                                         ## put the C++ into its form
	@find common workers tests -name '*.cc' -o -name '*.h' | xargs clang-format -i

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

$(library): $(call objects,$(filter common/%,$(sources)))
	@rm -f $@ && ar rcs $@ $^

$(foreach worker,$(workers),$(eval $(BUILD)/bin/$(worker): $(call objects,$(filter workers/$(worker)/%,$(sources)))))
$(BUILD)/bin/tests: $(call objects,$(filter-out common/% workers/%/main.cc,$(sources)))
$(BUILD)/bin/tests: libraries += -lcppunit
$(programs) $(BUILD)/bin/tests: $(library)
	@mkdir -p $(@D) && echo "link $@" && $(link) $(libraries)

$(BUILD)/generated/%_sql.h: %.sql ops/sql-to-header
	@mkdir -p $(@D) && ops/sql-to-header $< >$@.new && mv $@.new $@

$(BUILD)/messages/made: $(catalogs) ops/compile-messages
	@mkdir -p $(@D) && ops/compile-messages $(@D) && touch $@

$(site) &: $(programs) ops/describe ops/describe.jq
	@ops/describe $(BUILD) $(programs)

$(BUILD)/tidy/%.ok: %.cc $(BUILD)/objects/%.o .clang-tidy
	@mkdir -p $(@D) && clang-tidy --quiet $< -- $(standard) 2>/dev/null && touch $@

-include $(patsubst %.o,%.d,$(call objects,$(sources)))
.PHONY: all tests run test check asan bench format tidy shellcheck install clean help
.DELETE_ON_ERROR:
