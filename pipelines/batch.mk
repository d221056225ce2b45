# A Makefile for your own reports: copy it and change the rules.
#
#	make -f batch.mk                    today's kospi.xlsx, kosdaq.xlsx
#	make -f batch.mk MARKETS=kospi200
#	make -f batch.mk STOCKS='005930 000660'     also daily short sales
#
# The records of a day are fetched once and saved under its date. Run make after
# KIS's base date has changed, about 20:40 in Korea. If the server cannot be
# reached, make stops and keeps the existing workbooks; run make again to
# continue. No file here contains the token: kis-token caches the token, and
# requests a new one when the cached token has expired.

MARKETS = kospi kosdaq
STOCKS =
DAY := $(shell TZ=KST-9 date +%Y%m%d)

SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -c
.DELETE_ON_ERROR:

all: $(MARKETS:%=%.xlsx) $(MARKETS:%=$(DAY)-%.csv) $(STOCKS:%=stock-%.xlsx)

$(MARKETS:%=$(DAY)-%.ndjson): $(DAY)-%.ndjson:
	kis-token | kis-fetch --market $* -o $@

# a market's workbook is replaced when the records of the day exist
$(MARKETS:%=%.xlsx): %.xlsx: $(DAY)-%.ndjson
	kis-toxlsx -o $@ $<

$(MARKETS:%=$(DAY)-%.csv): %.csv: %.ndjson
	kis-tocsv --excel -o $@ $<

$(STOCKS:%=$(DAY)-stock-%.ndjson): $(DAY)-stock-%.ndjson:
	kis-token | kis-fetch --stock $* -o $@

$(STOCKS:%=stock-%.xlsx): %.xlsx: $(DAY)-%.ndjson
	kis-toxlsx -o $@ $<
