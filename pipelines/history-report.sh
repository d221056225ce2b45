#!/bin/bash
# What history.sh's database knows about one base date, as one workbook: a
# sheet for each question.
set -euo pipefail
unset CDPATH

usage="usage: history-report.sh [-h] [-o FILE.xlsx] [-t DATE] [-n ROWS] [-c CODE]
                         DATABASE [VIEW ...]

A workbook with a sheet for each VIEW, the first ROWS by what the view is for
(default: entered streak rise below):

  entered   in the list, and not on the base date before; largest share first
  streak    most base dates in a row, up to the newest
  rise      largest rise of the share against the base date before
  below     price furthest below the average price of the short sales
  course    one share over time; wants -c

  -o, --output FILE    default history.xlsx
  -t, --date DATE      YYYYMMDD (default: the newest)
  -n, --rows ROWS      of each sheet (default 100)
  -c, --code CODE      the share of course

Exit status: 0 done, 1 none of the views has rows, 64 usage, 66 no database,
73 74 the workbook cannot be written."

say() { echo "history-report.sh: $*" >&2; }

wrong() {
	say "$1"
	echo "$usage" >&2
	exit 64
}

output=history.xlsx date='' rows=100 code='' db='' views=()
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help)
		echo "$usage"
		exit 0
		;;
	-o | --output | -t | --date | -n | --rows | -c | --code)
		[ $# -gt 1 ] || wrong "$1 wants a value"
		case $1 in
		-o | --output) output=$2 ;;
		-t | --date) date=$2 ;;
		-n | --rows) rows=$2 ;;
		*) code=$2 ;;
		esac
		shift
		;;
	-*) wrong "'$1' is not known" ;;
	*) if [ -z "$db" ]; then db=$1; else views+=("$1"); fi ;;
	esac
	shift
done
[ -n "$db" ] || wrong 'a database is wanted'
[[ $date =~ ^([0-9]{8})?$ ]] || wrong "'$date' is not a date YYYYMMDD"
[[ $rows =~ ^[1-9][0-9]{0,5}$ ]] || wrong "'$rows' is not a number of rows"
[[ $code =~ ^[0-9A-Z]*$ ]] || wrong "'$code' is not a share's code"
[ ${#views[@]} -gt 0 ] || views=(entered streak rise below)
if [ ! -s "$db" ]; then
	say "there is no database '$db'; history.sh makes one"
	exit 66
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:$here/../build/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Code and name share a cell: a code alone would be taken for a number.
select_view() { # view
	local what order where="date = ${date:-(SELECT max(date) FROM list)}"
	case $1 in
	entered)
		what='rank, short_volume, short_share, not_on'
		order='short_share DESC'
		;;
	streak)
		what='days, since, short_share'
		order='days DESC, short_share DESC'
		;;
	rise)
		what='share_before, short_share, rise'
		order='rise DESC'
		;;
	below)
		what='price, average_price, percent'
		order='percent'
		;;
	course)
		[ -n "$code" ] || wrong 'course wants a share: -c CODE'
		what='rank, short_volume, short_share, price, average_price'
		order='date'
		where="code = '$code'"
		;;
	*) wrong "'$1' is not a view" ;;
	esac
	sql="SELECT '$1' AS view, date, market, period, code || ' ' || name
		AS share, $what FROM $1 WHERE $where
		ORDER BY $order, code LIMIT $rows"
}

for view in "${views[@]}"; do
	select_view "$view"
	sqlite3 -bail -batch -readonly -json -cmd '.timeout 60000' \
		"$db" "$sql" >"$work/json" || exit 74
	jq -c '.[]' "$work/json" >"$work/rows" || exit 70
	[ -s "$work/rows" ] || say "$view has no rows"
	cat "$work/rows" >>"$work/all"
done
[ -s "$work/all" ] || exit 1
kis-toxlsx --sheet-by view -o "$output" "$work/all" || exit
echo "$output"
