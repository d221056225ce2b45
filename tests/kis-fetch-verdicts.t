#!/bin/bash
# kis-fetch and kis-token end with the expected exit status after the expected
# number of requests, for every error code of the API with every HTTP status. If
# the request for one of two lists has a transient error, kis-archive nightly
# keeps both lists.
. "$(dirname "$0")/lib.sh"
need jq

# Each line has an error code, the exit status, and the handling of the request:
# "retried", "once" (not retried) or "unknown" (the programs do not list the
# code).
table='
EGW00001|75|retried
EGW00002|75|retried
EGW00202|75|retried
EGW00203|75|retried
EGW00300|75|retried
EGW00301|75|retried
EGW00302|75|retried
EGW00316|75|retried
EGW00500|75|retried
OPSQ0003|75|retried
OPSQ0008|75|retried
OPSQ1002|75|retried
EGW00201|75|retried
EGW00215|75|retried
EGW00317|75|once
EGW00103|77|once
EGW00105|77|once
EGW00121|77|once
EGW00123|77|once
EGW00304|77|once
EGW00310|69|once
EGW02004|69|once
EGW02005|69|once
EGW02006|69|once
OPSQ2001|69|once
EGW00102|69|unknown
EGW00104|69|unknown
EGW00115|69|unknown
EGW00116|69|unknown
EGW00132|69|unknown
EGW00206|69|unknown
APBK9999|69|unknown'

statuses=${KIS_TEST_STATUSES:-'200 403 500 502 503 504'}

# Calls FUNCTION for each line of $table with three arguments: the error code,
# and the exit status and number of requests expected for HTTP status STATUS.
each_code() { # arguments: status function
	local code wanted kind asked
	while IFS='|' read -r code wanted kind; do
		[ -n "$code" ] || continue
		asked=1
		[ "$kind" != retried ] || asked=2
		# for an unknown code, the HTTP status decides whether to retry
		[ "$kind" != unknown ] || [ "$1" -le 500 ] || asked=2 wanted=75
		"$2" "$code" "$wanted" "$asked"
	done <<<"$table"
}

# Checks the last run. Prints a line if its results differ from the arguments.
verdict() { # arguments: code exit-status requests method
	local now
	now=$(requests ".method == \"$4\"")
	[ "$status" = "$2" ] && [ $((now - before)) = "$3" ] &&
		{ [ "$2" = 0 ] || { [ ! -s "$out" ] && grep -q "$1" "$err"; }; } ||
		echo "$1: $status after $((now - before)) requests ($(cat "$err"))"
	before=$now
}

# --- with --retries 1, kis-fetch gets the fault in response to both requests
fetch_fault() { faults+=(--fault "$1@$code_status:$3"); }
fetch_one() {
	run kis-fetch --token-file "$SIM/token" --retries 1 --rate 100
	verdict "$@" GET
}

# --- kis-token has a fixed number of retries, so the response to its second
# request is valid except for the Content-Type (fault "wrong-type")
token_fault() {
	faults+=(--fault "token.$1@$code_status:1")
	[ "$3" = 1 ] || faults+=(--fault token.wrong-type:1)
}
token_one() {
	local wanted=$2
	[ "$3" = 1 ] || wanted=0
	rm -rf "$XDG_CACHE_HOME"
	run kis-token -q
	verdict "$1" "$wanted" "$3" POST
}

# All HTTP statuses are tested at the same time, because most of the time is
# spent in pauses.
try_status() { # arguments: fetch|token status
	local faults=() before=0 code_status=$2
	out=$T/out-$1-$2 err=$T/err-$1-$2 sim_tag=-$1-$2-
	each_code "$2" "$1_fault"
	sim_start --with-token --minute 0 --rate 1000 "${faults[@]}"
	before=$(requests '.method == "POST"')
	[ "$1" = token ] || before=0
	each_code "$2" "$1_one" >"$T/wrong-$1-$2"
	sim_stop
}

for program in fetch token; do
	for code in $statuses; do
		try_status $program "$code" &
	done
done
wait
for program in fetch token; do
	for code in $statuses; do
		is "kis-$program, HTTP $code: every code has its exit status and number of requests" \
			"$(cat "wrong-$program-$code")" ''
	done
done

# a transient error in one of two requests does not lose a list
sim_start --today 20261120 --rollover 00:00 --minute 0 --rate 1000 \
	--fault OPSQ0008@200:1
run "$ROOT/pipelines/kis-archive" nightly kept --init --stale 0
check 'nightly, OPSQ0008 for one of two lists: exit status 0' 0 '^kospi-1d: 30 rows' ''
is 'nightly, OPSQ0008 for one of two lists: both are kept' "$(find kept/raw -name '*.ndjson' | wc -l | tr -d ' ')" 2

done_testing
