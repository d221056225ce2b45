#!/bin/bash
# Gives one fetched list its place in the archive, which is the working
# folder: raw/<base date>/<market>-<period>.ndjson. What is there stays.
# nightly.mk calls it.
set -euo pipefail

usage="usage: keep.sh [-h] [--known] FILE
       keep.sh --names LIST ...

Links FILE, one list as kis-fetch writes it, to the name that its records
say. Is the list there already, it is compared by what the base date fixes
(code, name, sums, dates, average; not prices and the time of the query):
the same is \"nothing new\"; another is kept beside, with a warning.

      --known   change nothing: 0 if it is there already, else 1
      --names   the names of lists: kosdaq-1d for 1001-1D
  -h, --help    this text

Exit status: 0 done, 64 usage, 65 not one list, 73 no room, 76 no base date."

fail() { # code message…
	local code=$1
	shift
	echo "keep.sh: $*" >&2
	exit "$code"
}

name_of() { # market, as KIS and kis-fetch know it
	case ${1,,} in
	0000) echo all ;;
	0001) echo kospi ;;
	1001) echo kosdaq ;;
	2001) echo kospi200 ;;
	3003) echo kosdaq150 ;;
	4001) echo krx100 ;;
	*) echo "${1,,}" ;;
	esac
}

known=''
case ${1-} in
-h | --help)
	echo "$usage"
	exit 0
	;;
--known)
	known=1
	shift
	;;
--names)
	shift
	for list; do
		period=${list#*-}
		echo "$(name_of "${list%%-*}")-${period,,}"
	done
	exit 0
	;;
esac
if [ $# != 1 ] || [[ $1 == -* ]]; then
	echo "$usage" >&2
	exit 64
fi
file=$1

exec 8>>.run/keep.lock || exit 73
flock 8
work=$(mktemp -d .run/keep.XXXXXX) || exit 73
trap 'rm -rf "$work"' EXIT

columns() { # names file output
	kis-tocsv -q --header none -c "$1" -o "$3" "$2" || exit
}

# members 1, 2 and 7 to 15 of the API's table
fixed=mksc_shrn_iscd,hts_kor_isnm,acml_vol,acml_tr_pbmn,ssts_cntg_qty
fixed+=,ssts_vol_rlim,ssts_tr_pbmn,ssts_tr_pbmn_rlim
fixed+=,stnd_date1,stnd_date2,avrg_prc

# Sorted, since shares with equal quantities may change places.
figures() { # file output
	columns "$fixed" "$1" "$2.new"
	sort "$2.new" >"$2" || exit 74
}

# A capped answer (30 rows or more) says nothing about the rows below it, so
# it is compared with a longer list as far as it goes.
is_same() { # archived file
	local only=-3
	figures "$1" "$work/old"
	if [ "$rows" -ge 30 ] && [ "$(wc -l <"$1")" -gt "$rows" ]; then
		only=-23
	fi
	comm "$only" "$work/new" "$work/old" >"$work/differ" || exit 74
	[ ! -s "$work/differ" ]
}

is_known() {
	local old
	for old in "$target" "$target".*; do
		[ ! -e "$old" ] || ! is_same "$old" || return 0
	done
	return 1
}

publish() { # name
	mkdir -p "${1%/*}" || exit 73
	ln "$file" "$1" || exit 73
	# tomorrow KIS no longer serves this list
	sync "${1%/*}" || exit 74
}

columns market,period,stnd_date2 "$file" "$work/all"
sort -u "$work/all" >"$work/one" || exit 74
[ "$(wc -l <"$work/one")" = 1 ] || fail 65 "'$file' holds more than one list"
IFS=, read -r market period day <"$work/one"
[[ $day == [0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9] ]] ||
	fail 76 "'$file' has no base date: '$day'"
market=$(name_of "$market")
list=$market-$period target=raw/$day/$market-$period.ndjson
rows=$(wc -l <"$file")
figures "$file" "$work/new"

if [ -n "$known" ]; then
	is_known
elif [ ! -e "$target" ]; then
	publish "$target"
	echo "$list: $rows rows for $day"
elif is_known; then
	echo "$list: nothing new for $day"
else
	columns fetched_at "$file" "$work/times"
	stamp=$(head -n 1 "$work/times" | tr -dc 0-9T | head -c 15)
	publish "$target.$stamp"
	echo "keep.sh: warning: $list: $day was served with other figures than" \
		"before; they are kept beside, as $target.$stamp" >&2
fi
