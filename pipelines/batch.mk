# A Makefile for reports of your own: copy it, and change the rules.
#
#	make -f batch.mk            # kospi.xlsx and kosdaq.xlsx of this evening
#	make -f batch.mk MARKETS=kospi200
#
# The records of each day are kept, under its date. If the server cannot be
# reached, make stops, the workbooks of before stay as they are, and the next
# make goes on. No file holds the token: kis-token keeps it and asks for a new
# one when it has expired.

MARKETS = kospi kosdaq
DAY := $(shell TZ=KST-9 date +%Y%m%d)

SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -c
.DELETE_ON_ERROR:

all: $(MARKETS:%=%.xlsx) $(MARKETS:%=$(DAY)-%.csv)

$(DAY)-%.ndjson:
	kis-token | kis-fetch --market $* -o $@

# the workbook of each market is replaced when the day's records are there
%.xlsx: $(DAY)-%.ndjson
	kis-toxlsx -o $@ $<

%.csv: %.ndjson
	kis-tocsv --excel -o $@ $<

# one stock's past, on demand: make -f batch.mk stock-005930.xlsx
stock-%.xlsx: stock-$(DAY)-%.ndjson
	kis-toxlsx -o $@ $<

stock-$(DAY)-%.ndjson:
	kis-token | kis-fetch --stock $* -o $@

.PRECIOUS: $(DAY)-%.ndjson stock-$(DAY)-%.ndjson
