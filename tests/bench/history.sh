#!/bin/bash
# Measures kis-archive history twice: on complete lists of two markets whose
# stocks do not change, and on daily rows of the same number of stocks. Prints
# the time and size of the first load, the time of loading one more night, and
# the time of every view.
#
#	history.sh [DAYS [STOCKS [lists | days]]]
#		default: 2500 days (ten years) and 2653 stocks; each of the
#		two measurements has 6.6 million rows and needs 4 GB of disk
#
# KIS_BIN is the directory of the programs (default: build/bin).
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
days=${1:-2500} stocks=${2:-2653} what=${3:-both}
PATH=${KIS_BIN:-$root/build/bin}:$root/pipelines:$PATH
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 1
mkdir A
TIMEFORMAT='%R s, %U user, %S system'
dates() { # arguments: DAYS, a number of business days
	seq 0 $(($1 * 7 / 5 + 10)) | sed 's/.*/20170102 & days/' | date -u -f - '+%u %Y%m%d'
}

size() { echo "database: $(($(stat -c %s A/history.db) / 1048576)) MiB"; }

views() { # standard input: one view a line
	while read -r view; do
		echo "$view: $({ time sqlite3 A/history.db "SELECT * FROM $view" >rows; } 2>&1), $(wc -l <rows) rows"
	done
}

of_lists() {
	(cd A && dates "$days" | awk -v n="$stocks" -v days=$((days + 1)) -v drop=0 \
		-f "$root/tests/lists.awk")
	last=$(find A/raw -mindepth 1 -maxdepth 1 | sort | tail -n 1)
	mv "$last" last
	echo "lists: $days days, $stocks stocks: $(cat A/raw/*/*.ndjson | wc -l) rows"
	echo "first load: $({ time kis-archive history A >printed; } 2>&1)"
	size
	mv last "$last"
	echo "one night more: $({ time kis-archive history A >printed; } 2>&1)"
	views <<-'VIEWS'
		new_in_top
		streak
		ratio_change
		price_vs_average
		overlap
		month
		newest
		course WHERE code = '000008'
		new_in_top_history WHERE date = 20200601
		streak_history WHERE date = 20200601
		ratio_change_history WHERE date = 20200601
		price_vs_average_history WHERE date = 20200601
		overlap_history WHERE date = 20200601
		month_history WHERE month = 202006
	VIEWS
	echo "report: $({ time kis-archive report A -o r.xlsx >printed; } 2>&1)"
}

of_days() {
	rm -rf A
	mkdir -p A/raw A/stocks
	(cd A && dates $((days + 1)) | awk -v n="$stocks" -v days=$((days + 1)) \
		-f "$root/tests/bench/days.awk")
	mkdir whole
	for file in A/stocks/*.ndjson; do
		mv "$file" whole
		sed '$d' "whole/${file##*/}" >"$file"
	done
	echo "daily rows: $(cat A/stocks/*.ndjson | wc -l)"
	echo "first load: $({ time kis-archive history A >printed; } 2>&1), $(cat printed)"
	size
	mv whole/* A/stocks
	echo "one night more: $({ time kis-archive history A >printed; } 2>&1), $(cat printed)"
	echo "verify: $({ time kis-archive verify A >printed; } 2>&1), $(cat printed)"
	views <<-'VIEWS'
		stock
		day WHERE code = '000008'
		day WHERE date = 20200601
		ratio_vs_mean
		ratio_vs_mean_history WHERE date = 20200601
		highest_ratio
		highest_ratio_history WHERE date = 20200601
	VIEWS
	echo "ranking: $({ time kis-archive ranking A --date 20200601 -q >rows; } 2>&1), $(wc -l <rows) rows"
}

[ "$what" = days ] || of_lists
[ "$what" = lists ] || of_days
