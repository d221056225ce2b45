#!/bin/bash
# Measures kis-archive history twice: on complete lists of two markets whose
# stocks do not change, and on daily rows of the same number of stocks. Measures
# the first load, one more night, the report and every view. See race.sh.
#
#	history.sh [DAYS [STOCKS [lists | days]]]
#		default: 2500 days (ten years) and 2653 stocks; each of the
#		two measurements has 6.6 million rows and needs 4 GB of disk
here=$(cd "$(dirname "$0")" && pwd)
base=${TMPDIR:-/tmp}
. "$here/race.sh"
days=${1:-2500} stocks=${2:-2653} what=${3:-both}

dates() { # arguments: DAYS, a number of business days
	seq 0 $(($1 * 7 / 5 + 10)) | sed 's/.*/20170102 & days/' | date -u -f - '+%u %Y%m%d'
}

first_load() { kis-archive history A >printed; }
one_night_more() { kis-archive history A >printed; }
report() { kis-archive report A -o "$out" >printed; }
ranking_of_a_date() { kis-archive ranking A --date "$date" -q >"$out"; }
verify() { kis-archive verify A >printed; }
# Defines a function for each line of standard input: its name, and a view whose
# rows it prints. Sets `views` to the list of the names.
define_views() {
	local name view
	views=''
	while read -r name view; do
		eval "$name() { sqlite3 A/history.db \"SELECT * FROM $view\" >\"\$out\"; }"
		views="$views $name"
	done
}

# Measures on the archive A, in which the newest day is not yet loaded.
# hide_newest and show_newest remove that day and put it back.
measure_all() { # arguments: WORK FUNCTION…
	local work=$1
	shift
	hide_newest
	race "$work" 0 first_load
	show_newest
	race "$work, the next night" 0 one_night_more
	race "$work, queries" 0 "$@"
}

of_lists() {
	hide_newest() { mv "A/raw/$newest" newest; }
	show_newest() { mv newest "A/raw/$newest"; }
	mkdir A
	(cd A && dates "$days" | awk -v n="$stocks" -v days=$((days + 1)) -v drop=0 \
		-f "$root/tests/lists.awk")
	newest=$(ls A/raw | tail -n 1)
	date=$(ls A/raw | sed -n $((days / 3 + 1))p)
	define_views <<-VIEWS
		new_in_top new_in_top
		streak streak
		ratio_change ratio_change
		price_vs_average price_vs_average
		overlap overlap
		month month
		newest newest
		course_of_a_stock course WHERE code = '000008'
		new_in_top_of_a_date new_in_top_history WHERE date = $date
		streak_of_a_date streak_history WHERE date = $date
		ratio_change_of_a_date ratio_change_history WHERE date = $date
		price_vs_average_of_a_date price_vs_average_history WHERE date = $date
		overlap_of_a_date overlap_history WHERE date = $date
		past_month month_history WHERE month = ${date%??}
	VIEWS
	# shellcheck disable=SC2086 # the shell must split the list of names
	measure_all "history of $days days of lists, $stocks stocks" report $views
}

of_days() {
	hide_newest() {
		local file
		mkdir whole
		for file in A/stocks/*.ndjson; do
			mv "$file" whole
			sed '$d' "whole/${file##*/}" >"$file"
		done
	}
	show_newest() { mv whole/* A/stocks; }
	rm -rf A
	mkdir -p A/raw A/stocks
	(cd A && dates $((days + 1)) | awk -v n="$stocks" -v days=$((days + 1)) \
		-f "$root/tests/bench/days.awk")
	date=$(sed -n "$((days / 3 + 1))s/.*\"stck_bsop_date\":\"\\([0-9]*\\).*/\\1/p" \
		A/stocks/000000.ndjson)
	export date
	define_views <<-VIEWS
		stock stock
		days_of_a_stock day WHERE code = '000008'
		rows_of_a_date day WHERE date = $date
		ratio_vs_mean ratio_vs_mean
		ratio_vs_mean_of_a_date ratio_vs_mean_history WHERE date = $date
		highest_ratio highest_ratio
		highest_ratio_of_a_date highest_ratio_history WHERE date = $date
	VIEWS
	# shellcheck disable=SC2086
	measure_all "history of $days daily rows of $stocks stocks" verify \
		ranking_of_a_date $views
}

heading
[ "$what" = days ] || of_lists
[ "$what" = lists ] || of_days
