#!/bin/bash
# Measures two runs of kis-archive nightly, one without a new list and one with
# six new lists. Measures them on an archive of DAYS days and on an archive of
# ten days, in turn. Then measures kis-archive verify and derive on the larger
# archive. Prints wall time and processor time.
#
#	archive.sh [DAYS [RUNS]]	default: 2500 days of six lists of 30
#					rows, and 5 runs
#
# KIS_BIN is the directory of the programs (default: build/bin). KIS_BENCH_BIN
# is the directory of gen-records (default: build/bench).
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=${KIS_BIN:-$root/build/bin}
bench=${KIS_BENCH_BIN:-$root/build/bench}
days=${1:-2500} runs=${2:-5}
PATH=$bin:$root/pipelines:$PATH
base=${TMPDIR:-/tmp}
[ -w /dev/shm ] && base=/dev/shm
dir=$(mktemp -d "$base/kis-bench.XXXXXX") || exit 1
trap 'kill "$sim" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
export HOME=$dir TMPDIR=$dir
cd "$dir" || exit 1
sim=''

serve() { # arguments: DATE
	[ -z "$sim" ] || kill "$sim"
	rm -rf sim
	kis-sim --dir sim --today "$1" --rollover 00:00 --rate 1000 --for 3000 \
		--token-life 400000000 --token-keep 21600 2>sim.log &
	sim=$!
	until [ -e sim/env ]; do sleep 0.05; done
	. sim/env
}

archive() { # arguments: NAME DAYS; all days are before 20261116
	local day market code
	mkdir -p "$1/raw"
	while read -r day; do
		mkdir "$1/raw/$day"
		while read -r market code; do
			sed "s/@day@/$day/; s/@market@/$code/" list \
				>"$1/raw/$day/$market-1d.ndjson"
		done <<-'LISTS'
			all 0000
			kospi 0001
			kosdaq 1001
			kospi200 2001
			krx100 4001
			kosdaq150 3003
		LISTS
	done < <(seq "$((days * 7 / 5 + 3))" | sed 's/.*/20261114 - & days/' |
		date -u -f - '+%u %Y%m%d' | sed -n 's/^[1-5] //p' | head -n "$2")
	kis-archive verify "$1" --adopt >adopted 2>&1
}

"$bench/gen-records" 30 1 | jq -c '.market = "@market@" | .period = "1d" |
	.rank = (input_line_number | tostring) | .stnd_date2 = "@day@"' >list
archive ten 10
archive years "$days"
markets=all,kospi,kosdaq,kospi200,krx100,kosdaq150

measure() { # arguments: LABEL ARCHIVE COMMAND…
	local TIMEFORMAT='%R %U %S' label=$1 name=$2
	shift 2
	{ time "$@" >printed 2>&1; } 2>times
	awk -v l="$label" -v n="$name" '{ print l, n, $1, $2 + $3 }' times
}
night() { kis-archive nightly "$1" --stale 0 -m $markets; }

for ((run = 0; run < runs; run++)); do
	day=$(date -ud "20261116 + $run days" +%Y%m%d)
	# on a weekend, KIS has no new ranking, so use a later day
	while [ "$(date -ud "$day" +%u)" -ge 6 ]; do
		day=$(date -ud "$day + 2 days" +%Y%m%d)
	done
	serve "$day"
	kis-token >token
	for name in ten years; do
		kis-archive nightly $name --stale 0 -m all >printed 2>&1
		rm -rf $name/raw/"$day" $name/xlsx/"$day".xlsx
		measure new $name night $name
		measure known $name night $name
	done
done >lines
awk -v days="$days" '{ wall[$1, $2] += $3; cpu[$1, $2] += $4 }
	END {
		n = split("known new", what, " ")
		for (i = 1; i <= n; i++)
			printf "a night, %s: %d days against 10: wall %.2f x, processor %.2f x (%.2f s)\n",
				what[i] == "new" ? "6 new lists" : "nothing new", days,
				wall[what[i], "years"] / wall[what[i], "ten"],
				cpu[what[i], "years"] / cpu[what[i], "ten"],
				cpu[what[i], "years"] / '"$runs"'
	}' lines
measure verify years kis-archive verify years
tail -n 1 printed
measure derive years kis-archive derive years -j "$(nproc)"
measure nothing years kis-archive derive years
