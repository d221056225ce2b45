#!/bin/bash
# kis-archive history on complete lists of two markets whose stocks stay: time
# and size of a first load, one night more, and every view. Seconds.
#
#	history.sh [DAYS [STOCKS]]	default 2500 days and 2653 stocks, ten
#					years: 6.6 million rows, 4 GB of disk
#
# KIS_BIN: where the programs are (build/bin).
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
days=${1:-2500} stocks=${2:-2653}
PATH=${KIS_BIN:-$root/build/bin}:$root/pipelines:$PATH
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 1
mkdir A
(cd A && seq 0 $((days * 7 / 5 + 10)) | sed 's/.*/20170102 & days/' |
	date -u -f - '+%u %Y%m%d' | awk -v n="$stocks" -v days=$((days + 1)) -v drop=0 \
		-f "$root/tests/lists.awk")
last=$(find A/raw -mindepth 1 -maxdepth 1 | sort | tail -n 1)
mv "$last" last
TIMEFORMAT='%R s, %U user, %S system'
echo "$days days, $stocks stocks: $(cat A/raw/*/*.ndjson | wc -l) rows"
echo "first load: $({ time kis-archive history A >said; } 2>&1)"
echo "database: $(($(stat -c %s A/history.db) / 1048576)) MiB"
mv last "$last"
echo "one night more: $({ time kis-archive history A >said; } 2>&1)"
while read -r view; do
	echo "$view: $({ time sqlite3 A/history.db "SELECT * FROM $view" >rows; } 2>&1), $(wc -l <rows) rows"
done <<'VIEWS'
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
echo "report: $({ time kis-archive report A -o r.xlsx >said; } 2>&1)"
