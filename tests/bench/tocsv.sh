#!/bin/bash
# Compares the speed of kis-tocsv with that of other programs that convert
# NDJSON to CSV, one of which parses every line with jansson. The programs run
# in turn, so that a slow phase of the machine affects all of them. Prints
# medians, ratios to kis-tocsv and peak memory. Slow programs are measured
# separately, so that the fast ones can run four times as often. Prints the
# names of programs that are not installed, and does not measure them.
#
#	tocsv.sh [RECORDS [RUNS]]          default: 1000000 and 5
#
# KIS_BIN is the directory of kis-tocsv (default: build/bin). KIS_BENCH_BIN is
# the directory of gen-records and jansson-tocsv (default: build/bench).
# "tests/setup.sh race" installs the other programs.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=${KIS_BIN:-$root/build/bin}
bench=${KIS_BENCH_BIN:-$root/build/bench}
records=${1:-1000000}
runs=${2:-5}
export NODE_PATH=$root/build/node_modules${NODE_PATH:+:$NODE_PATH}

base=${TMPDIR:-/tmp}
[ -w /dev/shm ] && base=/dev/shm
dir=$(mktemp -d "$base/kis-bench.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
in=$dir/in.ndjson out=$dir/out.csv

kis_tocsv() { "$bin/kis-tocsv" -o "$out" "$in"; }
jansson() { "$bench/jansson-tocsv" <"$in" >"$out"; }
jq_csv() { jq -r '[.[]] | @csv' "$in" >"$out"; }
miller() { mlr --ijsonl --ocsv cat "$in" >"$out"; }
duckdb() { node "$here/duckdb-tocsv.js" "$in" "$out" 2; }
python() { python3 "$here/python-tocsv.py" "$in" >"$out"; }
# shellcheck disable=SC2002 # this function measures a pipe
pipe_kis_tocsv() { cat "$in" | "$bin/kis-tocsv" >/dev/null; }
# shellcheck disable=SC2002 # this function measures a pipe
pipe_cat() { cat "$in" | cat >/dev/null; }

has() { # arguments: FUNCTION PROGRAM…
	local name=$1
	shift
	"$@" >"$dir/probe" 2>&1 && return 0
	echo "left out, not installed: $name"
	return 1
}
quick='kis_tocsv pipe_kis_tocsv pipe_cat' slow='kis_tocsv jansson'
has duckdb node -e 'require("@duckdb/node-api")' && quick="$quick duckdb"
has jq_csv jq --version && slow="$slow jq_csv"
has python python3 -c 'import csv, json' && slow="$slow python"
has miller mlr --version && slow="$slow miller"

# Runs FUNCTION in its own shell, so that the measured peak memory is that of
# the largest child process (at least 3 MiB, the shell itself). The time
# includes only FUNCTION, not the start of the shell.
measure() { # arguments: FUNCTION
	rm -f "$out" # now, so that its deletion is not measured
	/usr/bin/time -f %M -o "$dir/peak" bash -c "set -u
		$(declare -p in out bin bench here)
		$(declare -f "$1")
		start=\$EPOCHREALTIME; $1
		echo \"\$start \$EPOCHREALTIME\"" >"$dir/span"
	awk -v name="$1" -v peak="$(tail -n 1 "$dir/peak")" \
		'{ printf "%s %.4f %d\n", name, $2 - $1, peak }' "$dir/span"
}

race() { # arguments: RUNS FUNCTION…
	local count=$1 name
	shift
	echo "$count runs"
	for name in "$@"; do # one run that is not counted fills the caches
		measure "$name" >"$dir/probe"
	done
	for _ in $(seq "$count"); do
		for name in "$@"; do
			measure "$name"
		done
	done >"$dir/times"
	sort -k1,1 -k2,2n "$dir/times" | awk '
		{ n[$1]++; t[$1, n[$1]] = $2; if ($3 > peak[$1]) peak[$1] = $3 }
		function median(k) { return t[k, int((n[k] + 1) / 2)] }
		END {
			base = median("kis_tocsv")
			printf "%-16s %9s %9s %9s %8s %10s\n", "", "min s",
				"median s", "max s", "ratio", "peak KiB"
			for (k in n)
				printf "%-16s %9.3f %9.3f %9.3f %8.2f %10d\n",
					k, t[k, 1], median(k), t[k, n[k]],
					median(k) / base, peak[k]
		}' | sort -k3,3n
}

"$bench/gen-records" "$records" 1 >"$in" || exit 1
echo "$records records, $(stat -c %s "$in") bytes, $base"
# shellcheck disable=SC2086 # the shell must split the lists of names
{
	race $((4 * runs)) $quick
	race "$runs" $slow
}

# Measures the start-up time: kis-tocsv with 30 records, a typical input,
# compared with a program that does nothing.
head -n 30 "$in" >"$dir/30"
repeat() { # arguments: COUNT COMMAND…
	local count=$1 start=$EPOCHREALTIME
	shift
	for _ in $(seq "$count"); do
		"$@" >"$dir/30.csv"
	done
	awk "BEGIN { print ($EPOCHREALTIME - $start) * 1000 / $count }"
}
for _ in 1 2 3 4 5; do
	echo "$(repeat 200 /bin/true) $(repeat 200 "$bin/kis-tocsv" "$dir/30")"
done | sort -k1,1n | awk '{ t[NR] = $1; k[NR] = $2; d[NR] = $2 - $1 }
	END { n = asort_(d, NR)
		printf "30 records: true %.2f ms, kis-tocsv %.2f ms above it\n",
			t[3], d[3] }
	function asort_(a, n, i, j, x) {
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && a[j] < a[j - 1]; j--) {
				x = a[j]; a[j] = a[j - 1]; a[j - 1] = x
			}
		return n
	}'
