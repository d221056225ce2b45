#!/bin/bash
# Names the days that an archive lacks. Whether such a day was a holiday or
# was missed, only a calendar can tell: write holidays into the archive's file
# "holidays", YYYYMMDD at the start of a line, and they are not named.
set -euo pipefail

usage="usage: gaps.sh [-h] [--since DATE] [--lists LISTS] ARCHIVE

Prints each weekday, up to the newest date of the archive, for which it lacks
lists that it had before: 20261105: no kosdaq-1d kospi-1d

      --since DATE   look from there on only (YYYYMMDD; none: not at all)
      --lists LISTS  name these alone, such as \"kosdaq-1d kospi-1d\": those
                     that are asked for still (default: all that are there)
  -h, --help         this text"

wrong() {
	echo "gaps.sh: $1" >&2
	echo "$usage" >&2
	exit 64
}

since='' asked=''
while [[ ${1-} == -* ]]; do
	case $1 in
	-h | --help)
		echo "$usage"
		exit 0
		;;
	--since)
		[[ ${2-} =~ ^([0-9]{8}|none)$ ]] || wrong '--since wants a date'
		since=$2
		;;
	--lists)
		[[ ${2-} == *-* ]] || wrong '--lists wants names of lists'
		asked=$2
		;;
	*) wrong "'$1' is not known" ;;
	esac
	shift 2
done
if [ $# != 1 ]; then
	wrong 'one archive is wanted'
fi
[ "$since" != none ] || exit 0
if [ ! -d "$1/raw" ]; then
	echo "gaps.sh: there is no folder '$1/raw'" >&2
	exit 66
fi
cd "$1"

# dates alone, and no copies with a blank in their names
mapfile -t files < <(find raw -regextype posix-extended \
	-regex 'raw/[0-9]{8}/[[:alnum:]]+-[[:alnum:]]+\.ndjson' | sort)
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
awk -v since="$since" -v asked="$asked" '
	BEGIN {
		some = split(asked, word)
		for (i = 1; i <= some; i++)
			wanted[word[i]]
	}
	FILENAME == ARGV[1] { closed[substr($0, 1, 8)] = 1; next }
	FILENAME == ARGV[2] {
		split($0, part, "/")
		sub(/\.ndjson$/, "", part[3])
		have[part[2], part[3]] = 1
		if (!(part[3] in from) && (!some || part[3] in wanted)) {
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
