# The archive of short-sale rankings, a folder that grows by one date a day.
#
#	make -f pipelines/nightly.mk ARCHIVE=~/kis MARKETS=kospi,kosdaq PERIODS=1d
#
#	raw/20261120/kosdaq-1d.ndjson   as served; written once, never again
#	csv/20261120/kosdaq-1d.csv      from raw alone
#	xlsx/20261120.xlsx              from raw alone, a sheet for each list
#	latest.xlsx                     the newest date's
#	holidays                        yours: YYYYMMDD a line, days without a list
#
# The date is the base date that the answer carries, never the clock's: on a
# holiday, and before the evening's roll-over, the answer is one that is here
# already: "nothing new for 20261120", 0. So what a fetch makes is known only
# after it: each list is fetched into .run, and keep.sh gives it its place,
# by a link that cannot replace anything.
#
# Goals: nightly (default) asks each list once, then derives. derive makes
# csv and xlsx; no network; remove both whenever you like. gaps names the
# weekdays that are missing. make ends with 2 whatever failed; nightly.sh is
# the same run and ends with the failing program's own code.

ARCHIVE = kis-archive
MARKETS = kospi,kosdaq
PERIODS = 1d
# 1: whole lists instead of the first 30 rows; one request of 30 rows first,
# which tells whether the list is new
COMPLETE = 0
# what derive derives: 2026* is a year, 202611* a month
DATES = *
# seconds to wait for another run of this archive
LOCK_WAIT = 600
# every failure adds a line, CODE TARGET, for nightly.sh
STATUS = /dev/null

HERE := $(shell cd "$$(dirname "$(strip $(MAKEFILE_LIST))")" && pwd)
SELF = --no-print-directory -f "$(HERE)/nightly.mk"
export PATH := $(PATH):$(HERE)/../build/bin

SHELL = /bin/bash
.SHELLFLAGS = -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: nightly derive gaps fetch files

# $(call fail,CODE) after ||: tells nightly.sh, and ends the recipe
fail = { code=$(or $(1),$$?); echo "$$code $@" >>"$(STATUS)"; exit "$$code"; }

busy = { echo "nightly: another run of this archive is going on" >&2; \
	$(call fail,75); }

ifndef inside
# Within the archive's folder all names are short and free of blanks.
nightly derive gaps:
	@mkdir -p "$(ARCHIVE)" || $(call fail,73)
	$(MAKE) $(SELF) -C "$(ARCHIVE)" inside=1 $@
else

# A run holds the lock alone, derivations hold it together. It ends with its
# holders, however they end; what a killed run left in .run is removed here.
nightly:
	@exec 9>>.lock || $(call fail,73)
	flock -w $(LOCK_WAIT) 9 || $(busy)
	trap 'rm -rf .run' EXIT
	rm -rf .run
	mkdir -m 700 .run || $(call fail,73)
	export TMPDIR=$$PWD/.run
	code=0
	$(MAKE) $(SELF) -k fetch || code=$$?
	$(MAKE) $(SELF) -k files || code=$$?
	"$(HERE)/gaps.sh" --since $(or $(newest),none) . >&2
	exit "$$code"

derive:
	@exec 9>>.lock || $(call fail,73)
	flock -s -w $(LOCK_WAIT) 9 || $(busy)
	$(MAKE) $(SELF) -k files

gaps:
	@"$(HERE)/gaps.sh" .

# --- fetching
comma = ,
lists = $(foreach m,$(subst $(comma), ,$(MARKETS)),\
	$(foreach p,$(subst $(comma), ,$(PERIODS)),$m-$p))
fetch: $(lists:%=kept-%)

.run/token:
	@kis-token -o $@ || $(call fail)

ask = kis-fetch --token-file .run/token -o $@ \
	-m $(firstword $(subst -, ,$*)) -d $(lastword $(subst -, ,$*))

.run/%.ndjson: .run/token
	@$(ask) || $(call fail)
	$(if $(filter 1,$(COMPLETE)),"$(HERE)/keep.sh" --known $@ || $(ask) --complete || $(call fail))

kept-%: .run/%.ndjson
	@"$(HERE)/keep.sh" $< || $(call fail)

# --- deriving
raws := $(sort $(wildcard raw/$(DATES)/*.ndjson))
dates := $(sort $(patsubst raw/%/,%,$(dir $(raws))))
newest := $(patsubst raw/%/,%,$(dir $(lastword $(sort $(wildcard raw/*/*.ndjson)))))
of_date = $(sort $(wildcard raw/$(1)/*.ndjson))

files: $(raws:raw/%.ndjson=csv/%.csv) $(dates:%=xlsx/%.xlsx) \
	$(if $(filter $(newest),$(dates)),latest.xlsx)

csv/%.csv: raw/%.ndjson
	@mkdir -p $(@D) || $(call fail,73)
	kis-tocsv -q -o $@ $< || $(call fail)

.SECONDEXPANSION:
xlsx/%.xlsx: $$(call of_date,$$*)
	@mkdir -p $(@D) || $(call fail,73)
	kis-toxlsx -q -o $@ $^ || $(call fail)

latest.xlsx: $(call of_date,$(newest))
	@kis-toxlsx -q -o $@ $^ || $(call fail)
endif
