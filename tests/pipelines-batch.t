#!/bin/bash
# batch.mk, the Makefile to copy, on two simulated days.
. "$(dirname "$0")/lib.sh"
need make jq
cp "$ROOT/pipelines/batch.mk" .
today=$(TZ=KST-9 date +%Y%m%d)
batch() { run make -s -f batch.mk "$@"; }

sim_start --today 20261119 --rollover 00:00
batch
check 'the first day' 0 '' ''
is 'records, CSV and workbooks, each of its market' "$(ls | grep kos | xargs)" \
	"$today-kosdaq.csv $today-kosdaq.ndjson $today-kospi.csv $today-kospi.ndjson kosdaq.xlsx kospi.xlsx"
is 'each its own market' "$(jq -r .market "$today-kospi.ndjson" | sort -u)" 0001
before=$(requests)
batch
check 'again' 0 '' ''
is 'again: nothing is asked' "$(requests)" "$before"
other=$(jq -r .mksc_shrn_iscd "$today-kospi.ndjson" | head -n 1)
batch STOCKS="005930 $other"
check 'two stocks' 0 '' ''
ok 'their workbooks' [ -s stock-005930.xlsx -a -s "stock-$other.xlsx" ]

# the next day is another name
first=$(cksum <kospi.xlsx)
tomorrow() { batch DAY=20991231 "$@"; }
KIS_BASE_URL=https://127.0.0.1:1 tomorrow
check 'the next day, no server: make stops' 2 '' 'cannot connect'
is 'the workbook of before stays' "$(cksum <kospi.xlsx)" "$first"
is 'and no records of that day' "$(ls | grep -c 20991231)" 0
sim_start --today 20261120 --rollover 00:00
tomorrow
check 'the server is back' 0 '' ''
ok 'the workbook is new' [ "$(cksum <kospi.xlsx)" != "$first" ]
is 'the records of both days stay' "$(ls ./*-kospi.ndjson | wc -l | tr -d ' ')" 2
is 'one token for each server' "$(requests '.method == "POST"')" 1
done_testing
