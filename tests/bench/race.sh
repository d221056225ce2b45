# Sourced by the benchmarks. Defines where the programs and files are, and
# functions that compare programs and print the rows of one table (Markdown).
#
# KIS_BIN is the directory of the programs (default: build/bin). KIS_BENCH_BIN is
# the directory of gen-records, jansson-tocsv and lxw-toxlsx (default:
# build/bench). "tests/setup.sh race" installs the programs to compare with.
# shellcheck shell=bash
set -u
root=$(cd "$here/../.." && pwd)
bin=${KIS_BIN:-$root/build/bin}
bench=${KIS_BENCH_BIN:-$root/build/bench}
# Store the files in memory, unless the benchmark has set base because its files
# are large.
[ -n "${base-}" ] || { base=${TMPDIR:-/tmp} && [ ! -w /dev/shm ] || base=/dev/shm; }
dir=$(mktemp -d "$base/kis-bench.XXXXXX") || exit 1
sim=''
trap '[ -z "$sim" ] || kill "$sim"; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
in=$dir/in.ndjson
out=$dir/out
PATH=$bin:$root/pipelines:$PATH
export here root bin bench dir in out PATH
export LC_ALL=C TMPDIR=$dir HOME=$dir
export NODE_PATH=$root/build/node_modules${NODE_PATH:+:$NODE_PATH}
# Number of times that each measured function repeats its work. The table shows
# the time of one.
repeats=1
cd "$dir" || exit 1

# Prints the head of the table, if no benchmark has printed it.
heading() {
	[ -z "${KIS_BENCH_TABLE-}" ] || return 0
	echo '| work | program | ms | ratio | CPU ms | ratio | peak MiB | output bytes |'
	echo '|---|---|--:|--:|--:|--:|--:|--:|'
}

# Starts the simulated server for a base date. Sets sim to its process ID.
serve() { # argument: DATE
	[ -z "$sim" ] || kill "$sim"
	rm -rf "$dir/sim"
	kis-sim --dir "$dir/sim" --today "$1" --rollover 00:00 --rate 10000 --minute 0 \
		--for 3000 --token-life 400000000 --token-keep 21600 2>"$dir/sim.log" &
	sim=$!
	until [ -e "$dir/sim/env" ]; do sleep 0.05; done
	. "$dir/sim/env"
}

# Adds FUNCTION to the list `peers` if the command, which tests whether its
# program is installed, succeeds.
offer() { # arguments: FUNCTION COMMAND…
	local name=$1
	shift
	if "$@" >"$dir/probe" 2>&1; then
		peers="$peers $name"
	else
		echo "${0##*/}: left out, not installed: $name" >&2
	fi
}

# Runs FUNCTION in its own shell, so that the measured peak memory is that of
# its largest process (at least 3 MiB, the shell). Prints its name, seconds,
# processor seconds, peak memory in KiB, and bytes of $out. The times include
# only FUNCTION, not the start of the shell. If there is a function
# prepare_FUNCTION, runs it first, unmeasured.
measure() { # arguments: FUNCTION
	local wall peak user sys bytes
	rm -f "$out" # now, so that its deletion is not measured
	! declare -F "prepare_$1" >"$dir/probe" || "prepare_$1"
	/usr/bin/time -f %M -o "$dir/peak" bash -c "set -eu -o pipefail; TIMEFORMAT='%3R %3U %3S'
		{ time $1 2>&3; } 3>&2 2>'$dir/span'" || exit 1
	peak=$(tail -n 1 "$dir/peak")
	read -r wall user sys <"$dir/span"
	bytes=$(stat -c %s "$out" 2>"$dir/probe")
	echo "$1 $wall $user $sys $peak ${bytes:-0}"
}

# Measures the functions in turn, RUNS times, so that a slow phase of the machine
# affects all of them. Before that, one run that is not counted fills the caches;
# if RUNS is 0, that run is omitted and the next one is counted, for work that
# cannot be repeated. Prints a row for each function: medians of the times, and
# their ratios to the times of the first function.
race() { # arguments: WORK RUNS FUNCTION…
	local work=$1 runs=$2 count="$2 runs" name run
	shift 2
	[ "$runs" -gt 1 ] || count='1 run'
	# shellcheck disable=SC2163 # exports the functions with these names
	export -f "$@"
	for ((run = runs > 0 ? 0 : 1; run <= (runs > 0 ? runs : 1); run++)); do
		for name; do
			measure "$name" >"$dir/now" || exit 1
			[ "$run" = 0 ] || cat "$dir/now"
		done
	done >"$dir/times"
	for name; do
		echo "$name $(median "$name" '$2') $(median "$name" '$3 + $4')" \
			"$(median "$name" '$5') $(median "$name" '$6')"
	done | awk -v work="${work:+$work, $count}" -v repeats="$repeats" '
		function ms(s) {
			s *= 1000 / repeats
			return sprintf(s < 100 ? "%.1f" : "%.0f", s)
		}
		{ bytes = $5 > 0 ? $5 : "" }
		NR == 1 { wall = $2 > 0 ? $2 : 0.001; cpu = $3 > 0 ? $3 : 0.001 }
		{ gsub(/_/, " ", $1)
			printf "| %s | %s | %s | %.2f | %s | %.2f | %.0f | %s |\n", work, $1,
				ms($2), $2 / wall, ms($3), $3 / cpu, $4 / 1024,
				bytes
			work = "" }'
}

median() { # arguments: FUNCTION, an expression of awk with the columns of measure()
	awk -v name="$1" "\$1 == name { print $2 }" "$dir/times" | sort -n |
		awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
