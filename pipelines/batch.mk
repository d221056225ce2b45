# A Makefile for reports of your own: copy it, and change the rules.
#
#	make -f batch.mk                    this evening's kospi.xlsx, kosdaq.xlsx
#	make -f batch.mk MARKETS=kospi200
#	make -f batch.mk STOCKS='005930 000660'     their past too
#
# The records of each day are kept under the day's date and fetched once: run it
# when KIS's base date has changed, after about 20:40. If the server cannot be
# reached, make stops, the workbooks of before stay as they are, and the next
# make goes on. No file holds the token: kis-token keeps it and asks for a new
# one when it has expired.

MARKETS = kospi kosdaq
STOCKS =
DAY := $(shell TZ=KST-9 date +%Y%m%d)

SHELL = /bin/bash
.SHELLFLAGS = -o pipefail -c
.DELETE_ON_ERROR:

all: $(MARKETS:%=%.xlsx) $(MARKETS:%=$(DAY)-%.csv) $(STOCKS:%=stock-%.xlsx)

$(MARKETS:%=$(DAY)-%.ndjson): $(DAY)-%.ndjson:
	kis-token | kis-fetch --market $* -o $@

# the workbook of a market is replaced when the day's records are there
$(MARKETS:%=%.xlsx): %.xlsx: $(DAY)-%.ndjson
	kis-toxlsx -o $@ $<

$(MARKETS:%=$(DAY)-%.csv): %.csv: %.ndjson
	kis-tocsv --excel -o $@ $<

$(STOCKS:%=$(DAY)-stock-%.ndjson): $(DAY)-stock-%.ndjson:
	kis-token | kis-fetch --stock $* -o $@

$(STOCKS:%=stock-%.xlsx): %.xlsx: $(DAY)-%.ndjson
	kis-toxlsx -o $@ $<
