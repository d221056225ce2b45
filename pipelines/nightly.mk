# The archive of short-sale rankings, a folder that grows by one date a day.
#
#	make -f pipelines/nightly.mk ARCHIVE=$HOME/kis MARKETS=kospi,kosdaq PERIODS=1d
#
#	raw/20261120/kosdaq-1d.ndjson   as served; stays, unless COMPLETE=1 brings
#	                                the rest of what was cut at 30 rows
#	csv/20261120/kosdaq-1d.csv      from raw alone
#	xlsx/20261120.xlsx              from raw alone, a sheet for each list
#	latest.xlsx                     the newest date's
#	holidays                        yours: YYYYMMDD a line, days without a list
#
# The date is the base date that the answer carries, never the clock's: on a
# holiday, and before the evening's roll-over, the answer is one that is here
# already: "nothing new for 20261120", 0. So what a fetch makes is known only
# after it: each list is fetched into .run, and keep.sh gives it its place,
# by a link; nothing that was here is lost.
#
# Goals: nightly (default) asks each list once, then derives. derive makes
# csv and xlsx; no network; remove both whenever you like. gaps names the
# weekdays that are missing. make ends with 2 whatever failed; nightly.sh is
# the same run and ends with the failing program's own code.

ARCHIVE = kis-archive
MARKETS = kospi,kosdaq
PERIODS = 1d
# 1: whole lists instead of the first 30 rows; one request of 30 rows first,
# which tells whether the list is new, or here is no more of it than these
COMPLETE = 0
# what derive derives: 2026* is a year, 202611* a month; several are several
DATES = *
# seconds to wait for another run of this archive
LOCK_WAIT = 600
# every failure adds a line, CODE TARGET, for nightly.sh
STATUS = /dev/null
# how much at once. Not by make -j: that make would put its FIFO, which outlives
# a kill, where other programs have their temporary files
JOBS = 1
jobs = $(if $(findstring -j,$(MAKEFLAGS)),,-j $(JOBS))

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

# $(call wrong,CODE,TEXT)
wrong = { echo "nightly: $(2)" >&2; $(call fail,$(1)); }

ifndef inside
# Within the archive's folder all names are short and free of blanks. Only the
# nightly run makes the folder: elsewhere a name that is not there is mistyped.
nightly derive gaps:
	@case "$(ARCHIVE)" in "~"*)
		$(call wrong,64,this shell leaves the ~ of ARCHIVE=$(ARCHIVE) as it \
			is; write \$$HOME instead) ;;
	esac
	case "$(LOCK_WAIT)" in "" | *[!0-9]*)
		$(call wrong,64,LOCK_WAIT=$(LOCK_WAIT) is not a number of seconds) ;;
	esac
	$(if $(filter nightly,$@),mkdir -p "$(ARCHIVE)" || $(call fail,73),
		[ -d "$(ARCHIVE)/raw" ] ||
			$(call wrong,66,there is no folder '$(ARCHIVE)/raw'))
	$(MAKE) $(SELF) -C "$(ARCHIVE)" inside=1 $@
else

# A run holds the lock alone, derivations hold it together. It ends with its
# holders, however they end; what a killed run left in .run is removed here.
nightly:
	@exec 9>>.lock || $(call fail,73)
	flock -w $(LOCK_WAIT) 9 || $(busy)
	trap 'rm -rf .run' EXIT
	rm -rf .run
	mkdir -m 700 .run && true >.run/fetching || $(call fail,73)
	export TMPDIR=$$PWD/.run
	code=0
	# where that make alone is killed, what it started goes on with the lock,
	# and has ended before the lists are counted and .run is removed; that
	# takes as long as it takes, or a list would be lost
	flock -s .run/fetching $(MAKE) $(SELF) $(jobs) -k fetch || code=$$?
	flock .run/fetching true || $(call fail,73)
	$(MAKE) $(SELF) $(jobs) -k files || code=$$?
	"$(HERE)/gaps.sh" --since $(or $(newest),none) --lists $(asked) . >&2
	exit "$$code"

derive:
	@exec 9>>.lock || $(call fail,73)
	flock -s -w $(LOCK_WAIT) 9 || $(busy)
	$(MAKE) $(SELF) $(jobs) -k files

gaps:
	@"$(HERE)/gaps.sh" $(if $(filter command,$(origin MARKETS)),\
		--lists $(asked)) .

# --- fetching
comma = ,
lists = $(foreach m,$(subst $(comma), ,$(MARKETS)),\
	$(foreach p,$(subst $(comma), ,$(PERIODS)),$m-$p))
fetch: $(lists:%=kept-%)

# the names that keep.sh gives them
asked = "$$("$(HERE)/keep.sh" --names $(lists))"

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
# A date is a folder of eight digits. All others below raw are somebody's own,
# as are names with a blank, of which filter sees the pieces.
of_date = $(sort $(filter raw/$(1)/%.ndjson,$(wildcard raw/$(1)/*-*.ndjson)))
digit = [0-9]
all_dates := $(sort $(notdir $(wildcard \
	raw/$(digit)$(digit)$(digit)$(digit)$(digit)$(digit)$(digit)$(digit))))
dates := $(filter $(all_dates),$(notdir $(wildcard $(DATES:%=raw/%))))
dates := $(foreach d,$(sort $(dates)),$(if $(call of_date,$d),$d))
raws := $(foreach d,$(dates),$(call of_date,$d))

# the last date that has lists: without reading the folders of the others
newest_of = $(if $(1),$(if $(call of_date,$(lastword $(1))),$(lastword $(1)),\
	$(call newest_of,$(wordlist 2,$(words $(1)),x $(1)))))
newest := $(strip $(call newest_of,$(all_dates)))

files: $(raws:raw/%.ndjson=csv/%.csv) $(dates:%=xlsx/%.xlsx) \
	$(if $(filter $(newest),$(dates)),latest.xlsx)

csv/%.csv: raw/%.ndjson
	@[ -d $(@D) ] || mkdir -p $(@D) || $(call fail,73)
	kis-tocsv -q -o $@ $< || $(call fail)

.SECONDEXPANSION:
xlsx/%.xlsx: $$(call of_date,$$*)
	@[ -d $(@D) ] || mkdir -p $(@D) || $(call fail,73)
	kis-toxlsx -q -o $@ $^ || $(call fail)

latest.xlsx: $(call of_date,$(newest))
	@kis-toxlsx -q -o $@ $^ || $(call fail)
endif
