#!/bin/bash
# Runs the main pipeline once: saves the short-sale ranking of KOSDAQ as a
# workbook, CSV and records. Uses the simulated server if no credentials are
# configured or if CI=true, otherwise KIS.
set -euo pipefail
unset CDPATH

usage="usage: demo.sh BIN-DIRECTORY OUTPUT-DIRECTORY

Run kis-token | kis-fetch --market 1001 | kis-toxlsx, and write raw.ndjson,
r.csv and r.xlsx to OUTPUT-DIRECTORY."

case ${1-} in
-h | --help)
	echo "$usage" || exit 74
	exit 0
	;;
esac
if [ $# != 2 ] || [[ $1 == -* ]] || [[ $2 == -* ]]; then
	echo "$usage" >&2
	exit 64
fi
bin=$(cd "$1" && pwd) || exit 66
mkdir -p "$2" || exit 73
folder=$(cd "$2" && pwd)
export PATH=$bin:$PATH
work=$(mktemp -d) || exit 73
sim=

finish() {
	if [ -n "$sim" ]; then
		kill "$sim"
		wait "$sim" || echo "the simulated server exited with $?" >&2
	fi
	rm -rf "$work"
}
trap finish EXIT

# Returns 0 if credentials are configured; see kis-credentials(5). Credentials
# that exist but are invalid count as configured, so that kis-token reports the
# error in them.
configured() {
	[ "${CI-}" != true ] || return 1
	[ -n "${KIS_APPKEY-}${KIS_APPSECRET-}${KIS_PROFILE-}" ] ||
		[ -e "${CREDENTIALS_DIRECTORY:-/nowhere}/kis-appkey" ] ||
		[ -e "${XDG_CONFIG_HOME:-${HOME-}/.config}/kis/credentials.json" ]
}

start_simulator() {
	kis-sim --dir "$work/sim" --for 300 &
	sim=$!
	for _ in {1..200}; do
		[ ! -e "$work/sim/env" ] || break
		kill -0 "$sim"
		sleep 0.05
	done
	# Remove settings that would be combined with the simulated server's
	# credentials.
	unset KIS_PROFILE CREDENTIALS_DIRECTORY CACHE_DIRECTORY
	# shellcheck source=/dev/null
	. "$work/sim/env"
}

if configured; then
	echo "Using the KIS server with your credentials."
else
	echo "Using a simulated server on this machine, with invented stocks and" \
		"figures. To use KIS, run: kis-token --setup"
	start_simulator
fi

kis-token | kis-fetch --market 1001 -o "$folder/raw.ndjson"
kis-toxlsx -o "$folder/r.xlsx" "$folder/raw.ndjson"
kis-tocsv -o "$folder/r.csv" "$folder/raw.ndjson"

# Choose a UTF-8 locale, because column(1) aligns Hangul only in such a locale.
locale=$(locale -a 2>"$work/locale" | grep -iEm1 '^(C|en_US|ko_KR)\.utf-?8$' || echo C)
kis-tocsv --header ko --delimiter "	" \
	-c rank,mksc_shrn_iscd,hts_kor_isnm,stck_prpr,ssts_cntg_qty,ssts_vol_rlim,stnd_date2 \
	"$folder/raw.ndjson" >"$work/table"
head -n 11 "$work/table" >"$work/head"
echo
LC_ALL=$locale column -t -s "	" -R 1,4,5,6 <"$work/head"
echo
echo "$(wc -l <"$folder/raw.ndjson") rows, written to:"
for file in r.xlsx r.csv raw.ndjson; do
	echo "  $folder/$file"
done
