#!/bin/bash
# Compares the speed of kis-toxlsx for large workbooks with that of
# libxlsxwriter, exceljs, XlsxWriter and openpyxl in their streaming modes. All
# programs write the same records to one sheet, and they run in turn, so that a
# slow phase of the machine affects all of them. Prints medians, ratios to
# kis-toxlsx, peak memory and file size. Prints the names of programs that are
# not installed, and does not measure them. At the end, measures a typical
# report: 30 records with both charts.
#
#	toxlsx.sh [RUNS]        default: 5 runs with 20,000 records
#
# KIS_BIN is the directory of kis-toxlsx (default: build/bin). KIS_BENCH_BIN is
# the directory of gen-records and lxw-toxlsx (default: build/bench).
# "tests/setup.sh race" installs the other programs.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=${KIS_BIN:-$root/build/bin}
bench=${KIS_BENCH_BIN:-$root/build/bench}
runs=${1:-5}
export NODE_PATH=$root/build/node_modules${NODE_PATH:+:$NODE_PATH}

base=${TMPDIR:-/tmp}
[ -w /dev/shm ] && base=/dev/shm
dir=$(mktemp -d "$base/kis-bench.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
export TMPDIR=$dir
in=$dir/in.ndjson out=$dir/out.xlsx

kis_toxlsx() { "$bin/kis-toxlsx" "$in" >"$out"; }
libxlsxwriter() { "$bench/lxw-toxlsx" "$in" "$out"; }
exceljs() { node "$here/exceljs-toxlsx.js" "$in" "$out"; }
xlsxwriter() { /usr/bin/python3 "$here/xlsxwriter-toxlsx.py" "$in" "$out"; }
openpyxl() { /usr/bin/python3 "$here/openpyxl-toxlsx.py" "$in" "$out"; }

peers='kis_toxlsx libxlsxwriter'
offer() { # arguments: FUNCTION PROGRAM…
	local name=$1
	shift
	if "$@" >"$dir/probe" 2>&1; then
		peers="$peers $name"
	else
		echo "left out, not installed: $name"
	fi
}
offer exceljs node -e 'require("exceljs")'
offer xlsxwriter /usr/bin/python3 -c 'import xlsxwriter'
offer openpyxl /usr/bin/python3 -c 'import openpyxl'

# Writes COUNT records to the input file, all of one market and period, so that
# they belong to one sheet.
records() { # arguments: COUNT
	"$bench/gen-records" "$1" 1 | sed \
		's/"market":"[0-9]*","period":"[0-9a-z]*"/"market":"0001","period":"1d"/' \
		>"$in"
}

# Runs FUNCTION in its own shell. Prints its name, seconds, processor seconds,
# peak memory of the largest child process in KiB, and size of the output file
# in bytes. The times include only FUNCTION, not the start of the shell.
measure() { # arguments: FUNCTION
	local wall peak user sys
	rm -f "$out"
	/usr/bin/time -f %M -o "$dir/peak" bash -c "set -u
		$(declare -p in out bin bench here); $(declare -f "$1")
		TIMEFORMAT='%3R %3U %3S'; { time $1 2>&3; } 3>&2 2>'$dir/span'" ||
		exit 1
	peak=$(tail -n 1 "$dir/peak")
	read -r wall user sys <"$dir/span"
	awk "BEGIN { print \"$1\", $wall, $user + $sys, $peak, \
		$(stat -c %s "$out") }"
}

race() { # arguments: RUNS FUNCTION…
	local count=$1 name
	shift
	for name in "$@"; do # one run that is not counted fills the caches
		measure "$name" >"$dir/probe"
	done
	for _ in $(seq "$count"); do
		for name in "$@"; do
			measure "$name"
		done
	done >"$dir/times"
	for name in "$@"; do
		echo "$name $(column_of "$name" 2) $(column_of "$name" 3)" \
			"$(column_of "$name" 4) $(column_of "$name" 5)"
	done | awk '
		NR == 1 { wall = $2; cpu = $3; size = $5
			printf "%-14s %9s %7s %9s %7s %9s %11s %6s\n", "",
				"median s", "ratio", "cpu s", "ratio",
				"peak KiB", "bytes", "ratio" }
		{ printf "%-14s %9.3f %7.2f %9.3f %7.2f %9d %11d %6.3f\n", $1,
			$2, $2 / wall, $3, $3 / cpu, $4, $5, $5 / size }'
}

column_of() { # arguments: NAME COLUMN; prints the median
	awk -v n="$1" -v c="$2" '$1 == n { print $c }' "$dir/times" |
		sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

records 20000
echo "20000 records, $(stat -c %s "$in") bytes, $runs runs, $base"
# shellcheck disable=SC2086 # the shell must split the list of names
race "$runs" $peers
records 1000000
echo "1000000 records, $(stat -c %s "$in") bytes, 3 runs"
race 3 kis_toxlsx libxlsxwriter
records 5000000
echo "5000000 records, $(stat -c %s "$in") bytes, 1 run"
race 1 kis_toxlsx
echo "sheets: $(unzip -l "$out" | grep -c 'worksheets/sheet') with the one" \
	"that explains"

records 30
repeat() { # arguments: COUNT COMMAND…
	local count=$1 start=$EPOCHREALTIME
	shift
	for _ in $(seq "$count"); do
		"$@" >"$out"
	done
	awk "BEGIN { print ($EPOCHREALTIME - $start) * 1000 / $count }"
}
for _ in 1 2 3 4 5; do
	repeat 50 "$bin/kis-toxlsx" "$in"
done | sort -n | awk '{ t[NR] = $1 }
	END { printf "30 records, both charts: %.1f ms (median of 5 × 50 runs)\n", t[3] }'
