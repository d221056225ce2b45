#!/bin/bash
# Runs batch.mk, the Makefile for users to copy, on two simulated days.
. "$(dirname "$0")/lib.sh"
need make jq
cp "$ROOT/pipelines/batch.mk" .
today=$(TZ=KST-9 date +%Y%m%d)
batch() { run make -s -f batch.mk "$@"; }

sim_start --today 20261119 --rollover 00:00
batch
check 'batch.mk, first day: exit status 0' 0 '' ''
is 'batch.mk, first day: records, CSV file and workbook for each market' "$(ls | grep kos | xargs)" \
	"$today-kosdaq.csv $today-kosdaq.ndjson $today-kospi.csv $today-kospi.ndjson kosdaq.xlsx kospi.xlsx"
is 'batch.mk, first day: records of kospi are of market 0001' "$(jq -r .market "$today-kospi.ndjson" | sort -u)" 0001
before=$(requests)
batch
check 'batch.mk again: exit status 0' 0 '' ''
is 'batch.mk again: no request' "$(requests)" "$before"
other=$(jq -r .mksc_shrn_iscd "$today-kospi.ndjson" | head -n 1)
batch STOCKS="005930 $other"
check 'batch.mk with STOCKS: exit status 0' 0 '' ''
ok 'batch.mk with STOCKS: one workbook for each stock' [ -s stock-005930.xlsx -a -s "stock-$other.xlsx" ]

# DAY=20991231 simulates a later day
first=$(cksum <kospi.xlsx)
tomorrow() { batch DAY=20991231 "$@"; }
KIS_BASE_URL=https://127.0.0.1:1 tomorrow
check 'batch.mk, next day without a server: make fails' 2 '' 'cannot connect'
is 'batch.mk, next day without a server: the workbook is unchanged' "$(cksum <kospi.xlsx)" "$first"
is 'batch.mk, next day without a server: no file of that day' "$(ls | grep -c 20991231)" 0
sim_start --today 20261120 --rollover 00:00
tomorrow
check 'batch.mk, next day: exit status 0' 0 '' ''
ok 'batch.mk, next day: a new workbook' [ "$(cksum <kospi.xlsx)" != "$first" ]
is 'batch.mk, next day: records of both days are kept' "$(ls ./*-kospi.ndjson | wc -l | tr -d ' ')" 2
is 'batch.mk, next day: one token request to each server' "$(requests '.method == "POST"')" 1
done_testing
