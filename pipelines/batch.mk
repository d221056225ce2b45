# A Makefile for your own reports: copy it and change the rules.
#
#	make -f batch.mk                   makes kospi.xlsx and kosdaq.xlsx
#	make -f batch.mk MARKETS=kospi200  makes kospi200.xlsx
#	make -f batch.mk STOCKS='005930 000660'
#
# The records of a day are fetched once and saved in files named after the
# current date. With STOCKS, the daily short sales of these stocks are fetched
# too. Run make after KIS has changed the base date. KIS does not document the
# time; the timers in systemd/ use 20:40 in Korea. If the server cannot be
# reached, make stops and keeps the existing workbooks; run make again to
# continue. No file in this directory contains the token: kis-token caches the
# token, and requests a new one when the cached token has expired.

MARKETS = kospi kosdaq
STOCKS =
DAY := $(shell TZ=KST-9 date +%Y%m%d)

SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -c
.DELETE_ON_ERROR:

all: $(MARKETS:%=%.xlsx) $(MARKETS:%=$(DAY)-%.csv) $(STOCKS:%=stock-%.xlsx)

$(MARKETS:%=$(DAY)-%.ndjson): $(DAY)-%.ndjson:
	kis-token | kis-fetch --market $* -o $@

# The workbook of a market is replaced only after the records of the day have
# been fetched.
$(MARKETS:%=%.xlsx): %.xlsx: $(DAY)-%.ndjson
	kis-toxlsx -o $@ $<

$(MARKETS:%=$(DAY)-%.csv): %.csv: %.ndjson
	kis-tocsv --excel -o $@ $<

$(STOCKS:%=$(DAY)-stock-%.ndjson): $(DAY)-stock-%.ndjson:
	kis-token | kis-fetch --stock $* -o $@

$(STOCKS:%=stock-%.xlsx): %.xlsx: $(DAY)-%.ndjson
	kis-toxlsx -o $@ $<
