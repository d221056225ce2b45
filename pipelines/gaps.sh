#!/bin/bash
# Names the days that an archive lacks. Whether such a day was a holiday or
# was missed, only a calendar can tell: write holidays into the archive's file
# "holidays", YYYYMMDD at the start of a line, and they are not named.
set -euo pipefail

usage="usage: gaps.sh [-h] [--since DATE] ARCHIVE

Prints each weekday, up to the newest date of the archive, for which it lacks
lists that it had before: 20261105: no kosdaq-1d kospi-1d

      --since DATE  look from there on only (YYYYMMDD; none: not at all)
  -h, --help        this text"

wrong() {
	echo "gaps.sh: $1" >&2
	echo "$usage" >&2
	exit 64
}

since=''
case ${1-} in
-h | --help)
	echo "$usage"
	exit 0
	;;
--since)
	[[ ${2-} =~ ^([0-9]{8}|none)$ ]] || wrong '--since wants a date'
	since=$2
	shift 2
	;;
esac
if [ $# != 1 ] || [[ $1 == -* ]]; then
	wrong 'one archive is wanted'
fi
if [ ! -d "$1" ]; then
	echo "gaps.sh: there is no folder '$1'" >&2
	exit 66
fi
[ "$since" != none ] || exit 0
cd "$1"

shopt -s nullglob
files=(raw/*/*.ndjson)
[ ${#files[@]} -gt 0 ] || exit 0
oldest=${files[0]:4:8} newest=${files[-1]:4:8}
first=$((($(date -ud "$oldest" +%s)) / 86400))
last=$((($(date -ud "$newest" +%s)) / 86400))

# weekday (1 is Monday) and date, for each day of the archive
days() {
	seq "$first" "$last" | sed 's/.*/19700101 & days/' |
		date -u -f - '+%u %Y%m%d'
}

holidays=/dev/null
[ ! -e holidays ] || holidays=holidays
awk -v since="$since" '
	FILENAME == ARGV[1] { closed[substr($0, 1, 8)] = 1; next }
	FILENAME == ARGV[2] {
		split($0, part, "/")
		sub(/\.ndjson$/, "", part[3])
		have[part[2], part[3]] = 1
		if (!(part[3] in from)) {
			from[part[3]] = part[2]
			lists[++n] = part[3]
		}
		next
	}
	$1 <= 5 && $2 >= since && !($2 in closed) {
		missing = ""
		for (i = 1; i <= n; i++)
			if (from[lists[i]] < $2 && !(($2, lists[i]) in have))
				missing = missing " " lists[i]
		if (missing != "")
			print $2 ": no" missing \
				" (a holiday? then add it to the file holidays)"
	}' "$holidays" <(printf '%s\n' "${files[@]}") <(days)
