#!/bin/bash
# What a second core gains in making an archive's CSV and workbooks anew:
# pipelines/rebuild.sh with one job and with two, taking turns, so that a
# machine that slows down slows both. Seconds, the ratio, and whether the
# files are the same to the byte as those of make alone.
#
#	rebuild.sh [DAYS [ROWS [RUNS]]]    default 250 days of six lists, 30 rows
#	                                   each, and 3 runs; 2600 rows are a
#	                                   whole list
#
# KIS_BIN: where the programs are (build/bin); KIS_BENCH_BIN: where gen-records
# is (build/bench). Needs parallel.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=${KIS_BIN:-$root/build/bin}
bench=${KIS_BENCH_BIN:-$root/build/bench}
days=${1:-250} rows=${2:-30} runs=${3:-3}
PATH=$bin:$root/pipelines:$PATH

if ! command -v parallel >/dev/null; then
	echo 'left out, not installed: parallel'
	exit 0
fi
base=${TMPDIR:-/tmp}
[ -w /dev/shm ] && base=/dev/shm
dir=$(mktemp -d "$base/kis-bench.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
export HOME=$dir
cd "$dir" || exit 1

archive() { # lists of the days, each of one market and period
	local day market code seed=0
	while read -r day; do
		mkdir -p "A/raw/$day"
		while read -r market code; do
			seed=$((seed + 1))
			"$bench/gen-records" "$rows" "$seed" | sed "
				s/\"market\":\"[^\"]*\"/\"market\":\"$code\"/
				s/\"period\":\"[^\"]*\"/\"period\":\"1d\"/
				s/\"stnd_date2\":\"[^\"]*\"/\"stnd_date2\":\"$day\"/" \
				>"A/raw/$day/$market-1d.ndjson"
		done <<-'LISTS'
			all 0000
			kospi 0001
			kosdaq 1001
			kospi200 2001
			krx100 4001
			kosdaq150 3003
		LISTS
	done < <(seq "$((days * 7 / 5 + 3))" | sed 's/.*/20240101 & days/' |
		date -u -f - '+%u %Y%m%d' | sed -n 's/^[1-5] //p' | head -n "$days")
}

anew() { rm -rf A/csv A/xlsx A/latest.xlsx; }

derived() {
	(cd A && find csv xlsx latest.xlsx -type f -exec cksum {} + | sort | cksum)
}

archive
echo "$days days of 6 lists, $rows rows each, $runs runs, $(nproc) cores, $base"
make -s -f "$root/pipelines/nightly.mk" ARCHIVE=A derive || exit
want=$(derived)
for _ in $(seq "$runs"); do
	for jobs in 1 2; do
		anew
		start=$EPOCHREALTIME
		rebuild.sh -j "$jobs" A || exit
		echo "$jobs $start $EPOCHREALTIME"
		[ "$(derived)" = "$want" ] || echo "differs from make's: -j $jobs" >&2
	done
done >spans
awk '{ printf "%d %.3f\n", $1, $3 - $2 }' spans | sort -k1,1n -k2,2n | awk '
	{ n[$1]++; t[$1, n[$1]] = $2 }
	function median(k) { return t[k, int((n[k] + 1) / 2)] }
	END {
		printf "%-6s %9s %9s %9s\n", "", "min s", "median s", "max s"
		for (k = 1; k <= 2; k++)
			printf "-j %-3d %9.3f %9.3f %9.3f\n", k, t[k, 1], median(k),
				t[k, n[k]]
		printf "one job / two jobs: %.2f\n", median(1) / median(2)
	}'
