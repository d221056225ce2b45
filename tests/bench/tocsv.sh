#!/bin/bash
# Compares kis-tocsv with other programs that convert NDJSON to CSV, one of
# which parses every line with jansson. See race.sh.
#
#	tocsv.sh [RECORDS [RUNS]]          default: 300000 and 5
here=$(cd "$(dirname "$0")" && pwd)
. "$here/race.sh"
records=${1:-300000} runs=${2:-5}

kis_tocsv() { kis-tocsv -o "$out" "$in"; }
jansson() { "$bench/jansson-tocsv" <"$in" >"$out"; }
jq_csv() { jq -r '[.[]] | @csv' "$in" >"$out"; }
miller() { mlr --ijsonl --ocsv cat "$in" >"$out"; }
duckdb() { node "$here/duckdb-tocsv.js" "$in" "$out" 2; }
python() { python3 "$here/python-tocsv.py" "$in" >"$out"; }
# shellcheck disable=SC2002 # this function measures a pipe
pipe_kis_tocsv() { cat "$in" | kis-tocsv >/dev/null; }
# shellcheck disable=SC2002 # this function measures a pipe
pipe_cat() { cat "$in" | cat >/dev/null; }
kis_tocsv_of_30() { for _ in {1..100}; do kis-tocsv "$in" >"$out"; done; }
nothing() { for _ in {1..100}; do /bin/true; done; }

heading
"$bench/gen-records" "$records" 1 >"$in" || exit 1
peers='kis_tocsv jansson'
offer duckdb node -e 'require("@duckdb/node-api")'
offer python python3 -c 'import csv, json'
offer jq_csv jq --version
offer miller mlr --version
# shellcheck disable=SC2086 # the shell must split the list of names
race "CSV of $records records" "$runs" $peers
race "through pipes" "$runs" pipe_kis_tocsv pipe_cat

"$bench/gen-records" 30 1 >"$in" || exit 1
repeats=100
race "CSV of 30 records" 5 kis_tocsv_of_30 nothing
