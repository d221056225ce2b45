#!/bin/bash
# The main job, once: the short-sale ranking of KOSDAQ as a workbook, as CSV
# and as records, in the folder that is given. Against KIS when credentials
# are configured; against the simulated server when none are, or with CI=true.
# Ends nothing but what it started.
set -euo pipefail
unset CDPATH

usage="usage: demo.sh BIN-FOLDER OUTPUT-FOLDER

Runs kis-token | kis-fetch --market 1001 | kis-toxlsx and leaves
raw.ndjson, r.csv and r.xlsx in OUTPUT-FOLDER."

case ${1-} in
-h | --help)
	echo "$usage"
	exit 0
	;;
esac
if [ $# != 2 ] || [[ $1 == -* ]] || [[ $2 == -* ]]; then
	echo "$usage" >&2
	exit 64
fi
bin=$(cd "$1" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)
export PATH=$bin:$PATH
work=$(mktemp -d)
sim=

finish() {
	if [ -n "$sim" ]; then
		kill "$sim"
		wait "$sim" || echo "the simulated server ended with $?" >&2
	fi
	rm -rf "$work"
}
trap finish EXIT

# A key is configured when kis-token finds one: --status asks nobody, and
# says 78 only when there is none (or it cannot be used, which is shown).
configured() {
	local code=0
	[ "${CI-}" != true ] || return 1
	kis-token --status >"$work/status" 2>&1 || code=$?
	if [ "$code" != 78 ]; then
		return 0
	fi
	if ! grep -q '^kis-token: no credentials' "$work/status"; then
		cat "$work/status" >&2
		exit 78
	fi
	return 1
}

start_simulator() {
	kis-sim --dir "$work/sim" --for 300 &
	sim=$!
	for _ in {1..200}; do
		[ ! -e "$work/sim/env" ] || break
		kill -0 "$sim"
		sleep 0.05
	done
	# whatever else is configured must not mix with the simulator's key
	unset KIS_PROFILE CREDENTIALS_DIRECTORY CACHE_DIRECTORY
	# shellcheck source=/dev/null
	. "$work/sim/env"
}

if configured; then
	echo "Using the KIS server with the configured key."
else
	echo "Using the simulated server on this machine: synthetic shares, no" \
		"real figures. (kis-token --setup configures a real key.)"
	start_simulator
fi

kis-token | kis-fetch --market 1001 -o "$folder/raw.ndjson"
kis-toxlsx -o "$folder/r.xlsx" "$folder/raw.ndjson"
kis-tocsv -o "$folder/r.csv" "$folder/raw.ndjson"

# column(1) cannot measure Hangul in the C locale; bash can take any
locale=$(locale -a 2>"$work/locale" | grep -iEm1 '^(C|en_US|ko_KR)\.utf-?8$' || echo C)
kis-tocsv --header ko --delimiter "	" \
	-c rank,mksc_shrn_iscd,hts_kor_isnm,stck_prpr,ssts_cntg_qty,ssts_vol_rlim,stnd_date2 \
	"$folder/raw.ndjson" >"$work/table"
head -n 11 "$work/table" >"$work/head"
echo
LC_ALL=$locale column -t -s "	" -R 1,4,5,6 <"$work/head"
echo
echo "$(wc -l <"$folder/raw.ndjson") rows. Written:"
for file in r.xlsx r.csv raw.ndjson; do
	echo "  $folder/$file"
done
