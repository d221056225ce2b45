#!/bin/bash
# Measures whole pipes against the simulated server, compared with a script in
# Python (pipe.py: requests, pandas, XlsxWriter) that does the same, and with
# curl, which only sends the request: the time that curl needs to load its
# libraries and for TLS is part of every pipe. kis-fetch does not pause between
# requests (--rate). See race.sh.
#
#	pipe.sh [RUNS]        default: 5
here=$(cd "$(dirname "$0")" && pwd)
. "$here/race.sh"
runs=${1:-5}

ranking() {
	for _ in {1..10}; do
		kis-token | kis-fetch --rate 100 --market kosdaq | kis-toxlsx >"$out"
	done
}
ranking_in_python() {
	for _ in {1..10}; do /usr/bin/python3 "$here/pipe.py" ranking "$dir/py.token" "$out"; done
}
year_of_a_stock() {
	for _ in {1..10}; do
		kis-token | kis-fetch --rate 100 --stock "$code" --from 20251121 | kis-toxlsx >"$out"
	done
}
year_of_a_stock_in_python() {
	for _ in {1..10}; do
		/usr/bin/python3 "$here/pipe.py" "$code" "$dir/py.token" "$out"
	done
}
token() { for _ in {1..10}; do kis-token >"$out"; done; }
new_token() {
	for _ in {1..10}; do
		rm -f "$XDG_CACHE_HOME"/kis/*
		kis-token >"$out"
	done
}
fetch() { for _ in {1..10}; do kis-fetch --rate 100 --market kosdaq <"$dir/token" >"$out"; done; }
stock() {
	for _ in {1..10}; do
		kis-fetch --rate 100 --stock "$code" --from 20251121 <"$dir/token" >"$out"
	done
}
curl_one_request() {
	for _ in {1..10}; do curl -s --cacert "$KIS_CACERT" -o "$out" "$KIS_BASE_URL/"; done
}
curl_no_request() { for _ in {1..10}; do curl --version >"$out"; done; }

heading
serve 20261120
kis-token >token
kis-fetch --market kosdaq <token >ranking || exit 1
code=$(head -n 1 ranking | sed 's/.*"mksc_shrn_iscd":"\([^"]*\)".*/\1/')
export code
repeats=10
peers='ranking'
offer ranking_in_python /usr/bin/python3 -c 'import requests, pandas, xlsxwriter'
# shellcheck disable=SC2086 # the shell must split the list of names
race 'one ranking to a workbook' "$runs" $peers
peers='year_of_a_stock'
offer year_of_a_stock_in_python /usr/bin/python3 -c 'import requests, pandas, xlsxwriter'
# shellcheck disable=SC2086
race 'one year of a stock to a workbook' "$runs" $peers
peers='token new_token fetch stock'
offer curl_one_request curl --version
offer curl_no_request curl --version
# shellcheck disable=SC2086
race 'parts of the pipe' "$runs" $peers
