# Builds, tests and installs everything. Variables can be set on the command
# line or in config.mk.
VERSION = 0.1.0
PREFIX = /usr/local
CC = gcc
AR = ar
CFLAGS = -O2 -g
WERROR =
-include config.mk

# SAN=1 (sanitizers), COV=1 (coverage) and FUZZ=1 (fuzz targets) each build in a
# separate directory.
B = build
ifdef SAN
B = build/san
CFLAGS = -O1 -g -fno-omit-frame-pointer
HARDEN = -fsanitize=address,undefined -fno-sanitize-recover=undefined
else ifdef COV
B = build/cov
CFLAGS = -O0 -g
HARDEN = --coverage -fprofile-update=atomic
else ifdef FUZZ
B = build/fuzz
CC = clang
CFLAGS = -O1 -g -fno-omit-frame-pointer
HARDEN = -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=undefined
else
HARDEN = -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection -fPIE
LINK = -pie -Wl,-z,relro,-z,now
endif

# ISA-L compresses workbooks several times as fast as zlib. NO_ISAL=1 builds
# without ISA-L.
ISAL := $(if $(NO_ISAL),,$(shell pkg-config --exists libisal 2>/dev/null && \
	echo libisal))
ifdef NO_ISAL
B := $(B)/zlib
endif

WARN = -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla -Wundef $(WERROR)
BASE = -std=c11 -D_GNU_SOURCE -DKIS_VERSION='"$(VERSION)"' -I. \
	$(if $(ISAL),-DKIS_ISAL)
VENDOR := $(shell pkg-config --cflags libcurl jansson xlsxwriter minizip \
	libmicrohttpd gnutls 2>/dev/null)
# With V=1, make prints each command in full.
Q = $(if $(V),,@echo "  $(1)  $@";)
COMPILE = $(CC) $(BASE) $(VENDOR) $(CFLAGS) $(WARN) $(HARDEN) \
	"-ffile-prefix-map=$(CURDIR)=." -MMD -MP

# The libraries of each program. LIBS_PROGRAM names those that pkg-config knows;
# EXTRA_PROGRAM has the linker options of the other libraries. Each program is
# linked only with its own libraries.
LIBS_kis-token = libcurl jansson openssl
LIBS_kis-fetch = libcurl jansson openssl
LIBS_kis-tocsv =
LIBS_kis-toxlsx = xlsxwriter minizip $(ISAL)
LIBS_kis-sim = libmicrohttpd gnutls jansson
EXTRA_kis-fetch = -lm
EXTRA_kis-tocsv = -lcsv
EXTRA_kis-toxlsx = -lz -lm
EXTRA_kis-sim = -lz

PROGRAMS = kis-token kis-fetch kis-tocsv kis-toxlsx
SIM_SRC = $(wildcard tests/sim/*.c)
LIB_OBJ = $(patsubst %.c,$(B)/obj/%.o,$(wildcard lib/*.c))
obj_of = $(patsubst %.c,$(B)/obj/%.o,$(wildcard $(1)/*.c))

all: $(PROGRAMS:%=$(B)/bin/%) completion catalogues

# Each program consists of the objects of its directory and, except for kis-sim,
# libkis.a.
$(B)/bin/kis-token: $(call obj_of,cmd/kis-token) $(B)/libkis.a
$(B)/bin/kis-fetch: $(call obj_of,cmd/kis-fetch) $(B)/libkis.a
$(B)/bin/kis-tocsv: $(call obj_of,cmd/kis-tocsv) $(B)/libkis.a
$(B)/bin/kis-toxlsx: $(call obj_of,cmd/kis-toxlsx) $(B)/libkis.a
$(B)/bin/kis-sim: $(call obj_of,tests/sim)

# lib/worker.c uses threads. C libraries before glibc 2.34 require -lpthread for
# threads.
libs_of = $(if $(LIBS_$(1)),$$(pkg-config --libs $(LIBS_$(1)))) $(EXTRA_$(1)) \
	-lpthread

$(B)/bin/%:
	@mkdir -p $(@D)
	$(call Q,LINK)$(CC) $(CFLAGS) $(HARDEN) $(LINK) -o $@ $^ -Wl,--as-needed \
		$(call libs_of,$*)

$(B)/libkis.a: $(LIB_OBJ)
	$(call Q,AR  )rm -f $@; $(AR) rcs $@ $^

$(B)/obj/%.o: %.c | $(B)/.have-libraries
	@mkdir -p $(@D)
	$(call Q,CC  )$(COMPILE) -c -o $@ $<

# Checks that the required packages are installed. If not, prints how to install
# them, and installs nothing.
$(B)/.have-libraries: tests/setup.sh
	@mkdir -p $(@D)
	@tests/setup.sh --check build
	@touch $@

# rooms.a contains the objects of the four programs, except their main.o. Each
# unit test, benchmark and fuzz target is a small program that is linked with
# rooms.a and libkis.a.
$(B)/rooms.a: $(filter-out %/main.o,$(foreach p,$(PROGRAMS),$(call obj_of,cmd/$(p))))
	$(call Q,AR  )rm -f $@; $(AR) rcs $@ $^

ALL_LIBS = $$(pkg-config --libs libcurl jansson openssl xlsxwriter minizip \
	$(ISAL)) -lcsv -lz -lm -lpthread

$(B)/unit/%: $(B)/obj/tests/unit/%.o $(B)/rooms.a $(B)/libkis.a
	@mkdir -p $(@D)
	$(call Q,LINK)$(CC) $(CFLAGS) $(HARDEN) $(LINK) -o $@ $^ $(ALL_LIBS)

$(B)/bench/%: $(B)/obj/tests/bench/%.o $(B)/rooms.a $(B)/libkis.a
	@mkdir -p $(@D)
	$(call Q,LINK)$(CC) $(CFLAGS) $(HARDEN) $(LINK) -o $@ $^ $(ALL_LIBS)

$(B)/fuzz/%: $(B)/obj/tests/fuzz/%.o $(B)/rooms.a $(B)/libkis.a
	@mkdir -p $(@D)
	$(call Q,LINK)$(CC) $(CFLAGS) $(HARDEN) -fsanitize=fuzzer -o $@ $^ \
		$(ALL_LIBS)

# Test tools that make system and library calls fail, and that search freed
# memory for secrets. The .so files are preloaded into the tested programs, so
# they are built without sanitizers.
TORTURE = $(B)/torture/torture $(B)/torture/faulty.so $(B)/torture/spy.so

# torture is built without sanitizers, because it traces programs that are built
# with them.
$(B)/torture/torture: $(filter-out %/faulty.c %/spy.c,\
		$(wildcard tests/torture/*.c)) \
		$(wildcard tests/torture/*.h)
	@mkdir -p $(@D)
	$(call Q,LINK)$(CC) $(BASE) -O2 -g $(WARN) -o $@ $(filter %.c,$^)

$(B)/torture/%.so: tests/torture/%.c tests/torture/faulty.h
	@mkdir -p $(@D)
	$(call Q,LINK)$(CC) $(BASE) -O2 -g $(WARN) -fno-builtin -fPIC -shared \
		-o $@ $< -ldl

UNITS = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
# The tests that take longest come first, so that none of them runs alone at the
# end.
LONGEST = kis-token-minute kis-archive-stocks kis-archive-nightly torture \
	kis-fetch-stock kis-archive-upkeep kis-token-setup crash live \
	pipelines-fortnight kis-fetch-network kis-fetch-rate kis-fetch-complete \
	kis-token-server manuals kis-fetch-limits kis-fetch-interrupt
TESTS = $(filter-out $(EXCEPT:%=tests/%.t),$(LONGEST:%=tests/%.t) \
	$(filter-out $(LONGEST:%=tests/%.t),$(wildcard tests/*.t)))
# Names of tests to leave out; % matches any text.
EXCEPT =
# Number of tests that run at the same time: more than the usual number of cores,
# because many tests wait most of the time.
JOBS = 8

# Runs prove with the default action of HUP, INT, QUIT and PIPE. Otherwise, if
# make was started with a signal ignored (by nohup, or by & in a script), every
# tested program would also ignore that signal.
PROVE = perl -e '$$SIG{$$_} = "DEFAULT" for "HUP", "INT", "QUIT", "PIPE"; \
	exec @ARGV or die' prove -e ''

# Installs the missing packages that the tests require (with CI=true, also large
# optional tools), then builds and runs all tests.
test:
	@tests/setup.sh $(if $(filter true,$(CI)),ci,test)
	@$(MAKE) check

# Builds and runs all tests; installs nothing. In a coverage build, first creates
# the files of counters, because some tests run the programs as another user.
check: all $(B)/bin/kis-sim $(UNITS) $(TORTURE)
ifdef COV
	@for program in $(PROGRAMS); do $(B)/bin/$$program --version >/dev/null; done
	@find $(B) -name '*.gcda' -exec chmod a+w {} +
endif
	KIS_TEST_BIN=$(CURDIR)/$(B)/bin $(PROVE) -j $(JOBS) $(TESTS) $(UNITS)

# Runs the programs many times, and makes one system or library call fail in
# each run. This takes minutes.
torture: all $(B)/bin/kis-sim $(TORTURE)
	KIS_TEST_BIN=$(CURDIR)/$(B)/bin KIS_TEST_TORTURE=whole \
		$(PROVE) -v tests/torture.t tests/crash.t

# Inserts bugs into the sources, one at a time, and checks that the tests find
# each bug.
mutants:
	@tests/torture/mutants.sh $(MUTANTS)

# Runs the main pipeline once, with the server of KIS if credentials are
# configured, otherwise with the simulated server.
demo:
	@tests/setup.sh demo
	@$(MAKE) all $(B)/bin/kis-sim
	@pipelines/demo.sh $(B)/bin build/demo

# Sends read-only requests to KIS to check behaviour that its documentation does
# not describe, and writes build/live/report.txt. Asks for confirmation first.
# With LIVE=sim, sends the requests to the simulated server.
live: all $(if $(filter sim,$(LIVE)),$(B)/bin/kis-sim)
	@tests/setup.sh --check live
	@LIVE="$(LIVE)" tests/live.sh $(B)/bin $(B)/live

# Fuzzes each target tests/fuzz/NAME_*.c with corpus NAME for FUZZ_SECONDS
# seconds. If FUZZ_SECONDS is 0, only runs each target on the files of its
# corpus. Requires clang.
FUZZ_SECONDS = 60
FUZZERS = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
fuzz:
	@tests/setup.sh --check fuzz
	@$(MAKE) FUZZ=1 $(FUZZERS:%=build/fuzz/fuzz/%)
	@$(foreach f,$(FUZZERS),tests/fuzz/run.sh build/fuzz/fuzz/$(f) \
		$(firstword $(subst _, ,$(f))) $(FUZZ_SECONDS) &&) :

# Prints the line coverage of lib and cmd. Run "make test COV=1" first.
coverage:
	@[ -d build/cov ] || { echo "make coverage: first run: make test COV=1" >&2; \
		exit 1; }
	@tests/cov.sh build/cov

# Runs static analysers on the sources. Prints which analysers are not
# installed.
static:
	@tests/setup.sh --check static
	@tests/static.sh $(BASE) $(VENDOR) $(WARN)

# Runs the benchmarks, which compare programs and print one table of times and
# ratios. No test depends on their results.
BENCHES = $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))
bench: all $(B)/bin/kis-sim $(BENCHES)
	@tests/setup.sh --check bench
	@tests/setup.sh --check race || echo "the race goes on without these" >&2
	@KIS_BIN=$(CURDIR)/$(B)/bin KIS_BENCH_BIN=$(CURDIR)/$(B)/bench \
		tests/bench/all.sh


# INSTALLED lists the files to install. Each entry is mode:file:path, with path
# relative to PREFIX. Set STRIP=: to install programs with their symbols.
STRIP = strip
ZSH_PLACE = share/zsh/site-functions
MANUALS = $(sort $(wildcard cmd/*/*.1 cmd/*.[157]))
EXAMPLES = $(patsubst pipelines/%,%,$(sort $(filter-out %/demo.sh %.t, \
	$(wildcard $(addprefix pipelines/*,.sh .mk .sql .md tab) pipelines/systemd/*))))
ARCHIVE = $(sort $(wildcard pipelines/archive/*))
COMPLETIONS = $(foreach p,$(PROGRAMS) kis-archive,\
	bash/$(p) zsh/_$(p) fish/$(p).fish)
INSTALLED = $(foreach p,$(PROGRAMS),755:$(B)/bin/$(p):bin/$(p)) \
	$(foreach p,$(PROGRAMS) kis-archive,\
	644:$(B)/completion/bash/$(p):share/bash-completion/completions/$(p) \
	644:$(B)/completion/zsh/_$(p):$(ZSH_PLACE)/_$(p) \
	644:$(B)/completion/fish/$(p).fish:share/fish/vendor_completions.d/$(p).fish) \
	$(foreach l,$(LANGUAGES),\
	644:$(B)/share/locale/$(l)/LC_MESSAGES/kis.mo:share/locale/$(l)/LC_MESSAGES/kis.mo) \
	$(foreach m,$(wildcard cmd/po/ko/*.[157]),\
	644:$(m):share/man/ko/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
	755:pipelines/kis-archive:bin/kis-archive \
	$(foreach a,$(ARCHIVE),644:$(a):share/kis/archive/$(notdir $(a))) \
	$(foreach m,$(MANUALS),644:$(m):share/man/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
	$(foreach e,$(EXAMPLES),$(if $(filter %.sh,$(e)),755,644):pipelines/$(e):share/doc/kis/examples/$(e)) \
	$(foreach d,LICENSE $(wildcard README*.md),644:$(d):share/doc/kis/$(d))

# Shell code that splits $i, an entry of INSTALLED, into the shell variables
# mode, file and place. place is the path relative to PREFIX.
SPLIT = mode=$${i%%:*} place=$${i\#\#*:} file=$${i\#*:} file=$${file%:*}

# Message catalogues of other languages. They are built in share/locale next to
# bin, where the programs look for them.
LANGUAGES = $(if $(shell command -v msgfmt),\
	$(basename $(notdir $(wildcard cmd/po/*.po))))
CATALOGUES = $(LANGUAGES:%=$(B)/share/locale/%/LC_MESSAGES/kis.mo)
catalogues: $(CATALOGUES)
	$(if $(LANGUAGES),,@echo "msgfmt (gettext) is missing: messages are" \
		"in English only")

$(B)/share/locale/%/LC_MESSAGES/kis.mo: cmd/po/%.po
	@mkdir -p $(@D)
	$(call Q,MO  )msgfmt --check-format -o $@ $<

# Collects all texts that gettext translates. In C, these are the formats of the
# functions that print a message, and texts in _() and N_(); in kis-archive, the
# formats of text() and of the functions that call text().
POT = xgettext --from-code=UTF-8 --no-location --package-name=kis -k
$(B)/kis.pot: $(wildcard lib/*.c cmd/*/*.c pipelines/archive/*.sh) pipelines/kis-archive
	@mkdir -p $(@D)
	$(POT) -o $@.c -k_ -kN_ -kkis_fail:3 -kkis_fail_errno:3 \
		-kkis_fail_context:2 -kkis_cli_usage_error:2 -kkis_log_warn:2 \
		-kkis_log_notice:2 -kkis_log_info:2 -kkis_log_progress:2 \
		-kfail_redacted:3 $(filter %.c,$^)
	$(POT) -o $@.sh -L Shell -ktext:1 -kmessage:1 -kwarn:1 -kresult_line:1 -ktranslate:1 -kfail:2 \
		-kusage_error:1 -kcount_text:2,3 -kdefine_usage:1 \
		$(filter-out %.c,$^)
	sed -i "s/charset=CHARSET/charset=UTF-8/" $@.c $@.sh
	msgcat --no-wrap -o $@ $@.c $@.sh

# Adds new texts to the files in cmd/po, where they can be translated.
po: $(B)/kis.pot
	for po in cmd/po/*.po; do msgmerge -q --no-fuzzy-matching --no-wrap \
		--no-location -U --backup=none $$po $< && \
		sed -i '/^"\(POT-Creation-Date\|Report-Msgid-Bugs-To\)/d' $$po; done

# The target "all" builds the completions, because "sudo make install" would
# otherwise create them in the build directory as files owned by root.
completion: $(COMPLETIONS:%=$(B)/completion/%)

install: all
	@set -e; for i in $(INSTALLED); do $(SPLIT); \
		to="$(DESTDIR)$(PREFIX)/$$place"; \
		install -d -m 755 "$$(dirname "$$to")"; \
		install -m $$mode "$$file" "$$to"; \
		case $$file in $(B)/bin/*) $(STRIP) "$$to";; esac; \
	done

# Files that earlier releases installed and this release does not install. The
# target "uninstall" removes them too.
FORMER = $(addprefix share/doc/kis/examples/,nightly.mk keep.sh gaps.sh \
	history.sh history-report.sh history.sql)

# Removes the installed files, then each of their directories that is empty.
# Without DESTDIR, keeps the directories that other packages share: removes only
# share/kis, share/doc/kis and the directories in them.
uninstall:
	@set -e; for i in $(INSTALLED) $(FORMER:%=::%); do $(SPLIT); \
		to="$(PREFIX)/$$place"; rm -f "$(DESTDIR)$$to"; \
		while to=$$(dirname "$$to"); [ "$$to" != / ]; do \
			[ -d "$(DESTDIR)$$to" ] || continue; \
			case "$(DESTDIR):$$to" in :*/doc/kis*|:*/share/kis*|?*:*);; *) break;; esac; \
			rmdir "$(DESTDIR)$$to" 2>/dev/null || break; \
		done; \
	done

$(B)/help/%: $(B)/bin/%
	@mkdir -p $(@D)
	$(call Q,HELP)$< --help >$@

# The Korean --help, or the English one if there is no catalogue or no locale
# C.UTF-8.
$(B)/help/ko/%: $(B)/bin/% $(CATALOGUES)
	@mkdir -p $(@D)
	$(call Q,HELP)LC_ALL=C.UTF-8 LANGUAGE=ko $< --help >$@

# completion.awk makes the completions for bash, zsh and fish from the --help of
# each program and the tables in lib/market.c and lib/record.c.
COMPLETE = cmd/package/completion.awk
COMPLETE_FROM = lib/market.c lib/record.c
complete = @mkdir -p $(@D) && awk -v shell=$(1) \
	-v profiles=cmd/package/profiles.awk -f $(COMPLETE) $(COMPLETE_FROM) \
	$(wordlist 1,2,$^) >$@
$(B)/completion/bash/%: $(B)/help/% $(B)/help/ko/% \
		$(COMPLETE) cmd/package/profiles.awk $(COMPLETE_FROM)
	$(call complete,bash)
$(B)/completion/zsh/_%: $(B)/help/% $(B)/help/ko/% \
		$(COMPLETE) cmd/package/profiles.awk $(COMPLETE_FROM)
	$(call complete,zsh)
$(B)/completion/fish/%.fish: $(B)/help/% $(B)/help/ko/% \
		$(COMPLETE) cmd/package/profiles.awk $(COMPLETE_FROM)
	$(call complete,fish)

# The completions of kis-archive are not generated, because they call
# "kis-archive --help" in the user's shell.
$(B)/completion/bash/kis-archive: cmd/package/kis-archive.bash
$(B)/completion/zsh/_kis-archive: cmd/package/kis-archive.zsh
$(B)/completion/fish/kis-archive.fish: cmd/package/kis-archive.fish
$(filter %kis-archive %kis-archive.fish,$(COMPLETIONS:%=$(B)/completion/%)):
	@mkdir -p $(@D)
	@cp $< $@

# Makes the source archive kis-VERSION.tar.gz of HEAD in build/dist. The archive
# of a commit always has the same bytes, in any directory, time zone and locale.
DIST = $(B)/dist/kis-$(VERSION).tar
dist:
	@mkdir -p $(B)/dist
	$(call Q,TAR )git -c tar.umask=0022 archive --prefix=kis-$(VERSION)/ \
		-o $(DIST) HEAD && gzip -9nf $(DIST)

deb: all
	@tests/setup.sh --check deb
	@rm -rf $(B)/deb
	@$(MAKE) --no-print-directory install DESTDIR=$(abspath $(B))/deb/root \
		PREFIX=/usr ZSH_PLACE=share/zsh/vendor-completions
	$(call Q,DEB )cmd/package/deb.sh $(B)/deb $(VERSION)

# Makes the pictures of README with data of the simulated server. Prints the
# name of a missing tool.
picture: all $(B)/bin/kis-sim
	cmd/package/picture.sh $(B)/bin cmd/package/picture.png \
		cmd/kis-toxlsx/sheet.png

.PHONY: deb dist picture

# Runs "make demo" and "make test" on a minimal installation of each Debian
# release in BARE. Requires root and debootstrap.
BARE = bookworm trixie
test-bare:
	tests/bare.sh build/bare $(BARE)

clean:
	rm -rf build

# Keep the objects of unit tests. Otherwise make would delete them as
# intermediate files.
.SECONDARY:
.PHONY: all test check torture mutants demo fuzz coverage static bench clean live \
	completion install uninstall test-bare
.DELETE_ON_ERROR:
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
