#!/bin/bash
# Gives one fetched list its place in the archive, which is the working
# folder: raw/<base date>/<market>-<period>.ndjson. What is there stays, there
# or beside. nightly.mk calls it.
set -euo pipefail

usage="usage: keep.sh [-h] [--known] FILE
       keep.sh --names LIST ...

Links FILE, one list as kis-fetch writes it, to the name that its records
say. Is the list there already, it is compared by what the base date fixes
(code, name, sums, dates, average; not prices and the time of the query):
the same is \"nothing new\"; another is kept beside, with a warning. If it goes
on where that one was cut it takes the place, and the cut one is kept beside.

      --known   change nothing: 0 if it is there already, and more of it if it
                was cut itself, else 1
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

# A capped answer (30 rows or more) says nothing about the rows below it.
is_cut() { # rows
	[ "$1" -ge 30 ]
}

# No line that comm tells of the new figures and those of an archived file.
no_line() { # comm's option, archived file
	figures "$2" "$work/old"
	comm "$1" "$work/new" "$work/old" >"$work/differ" || exit 74
	[ ! -s "$work/differ" ]
}

# A cut list is compared with a longer one as far as it goes.
is_same() { # archived file
	if is_cut "$rows" && [ "$(wc -l <"$1")" -gt "$rows" ]; then
		no_line -23 "$1"
	else
		no_line -3 "$1"
	fi
}

is_known() {
	local old
	for old in "$target" "$target".*; do
		[ ! -e "$old" ] || ! is_same "$old" || return 0
	done
	return 1
}

is_known_whole() {
	is_known || return 1
	is_cut "$rows" || return 0
	[ -e "$target" ] && [ "$(wc -l <"$target")" -gt "$rows" ]
}

# Sets above to the rows with more shares sold short, by which KIS orders a
# list, than N.
count_above() { # N file
	columns ssts_cntg_qty "$2" "$work/sold"
	above=$(awk -v n="$1" '$1 > n { rows++ } END { print rows + 0 }' \
		"$work/sold") || exit 74
}

# All that is archived is in the new list, and what that has more comes behind.
goes_on() {
	local old least above kept
	old=$(wc -l <"$target")
	is_cut "$old" && [ "$rows" -gt "$old" ] && no_line -13 "$target" ||
		return 1
	columns ssts_cntg_qty "$target" "$work/sold"
	least=$(sort -n "$work/sold" | head -n 1)
	count_above "$least" "$target"
	kept=$above
	count_above "$least" "$file"
	[ "$kept" = "$above" ]
}

stamp_of() { # file: the time of its query, for a name
	columns fetched_at "$1" "$work/times"
	head -n 1 "$work/times" | tr -dc 0-9T | head -c 15
}

publish() { # name
	mkdir -p "${1%/*}" || exit 73
	ln "$file" "$1" || exit 73
	# tomorrow KIS no longer serves this list
	sync "${1%/*}" || exit 74
}

# At no time is the name without a list. A run that was killed here may have
# left the list beside already; another one of that name ends it.
replace() {
	local beside
	beside=$target.$(stamp_of "$target") || exit
	cmp -s "$beside" "$target" || ln "$target" "$beside" || exit 73
	ln "$file" "$work/whole" && mv -fT "$work/whole" "$target" || exit 73
	sync "${target%/*}" || exit 74
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
	is_known_whole
elif [ ! -e "$target" ]; then
	publish "$target"
	echo "$list: $rows rows for $day"
elif is_known; then
	echo "$list: nothing new for $day"
elif goes_on; then
	old=$(wc -l <"$target")
	replace
	echo "$list: $rows rows for $day, of which $old were here"
else
	stamp=$(stamp_of "$file")
	publish "$target.$stamp"
	echo "keep.sh: warning: $list: $day was served with other figures than" \
		"before; they are kept beside, as $target.$stamp" >&2
fi
