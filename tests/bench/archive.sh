#!/bin/bash
# Measures kis-archive nightly, with six new lists and with none, on an archive
# of DAYS days compared with an archive of ten days, and then verify and derive
# on the larger archive. See race.sh.
#
#	archive.sh [DAYS [RUNS]]	default: 2500 days of six lists of 30
#					rows, and 5 runs
here=$(cd "$(dirname "$0")" && pwd)
. "$here/race.sh"
days=${1:-2500} runs=${2:-5}
export day=20261116 markets=all,kospi,kosdaq,kospi200,krx100,kosdaq150

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

night() { # argument: an archive
	kis-archive nightly "$1" --stale 0 -m "$markets" >printed
}
forget() { rm -rf "$1/raw/$day" "$1/xlsx/$day.xlsx"; } # argument: an archive
ten_days() { night ten; }
all_days() { night years; }
ten_days_new() { night ten; }
all_days_new() { night years; }
prepare_ten_days_new() { forget ten; }
prepare_all_days_new() { forget years; }
# The generated lists contradict themselves, so verify finds faults.
verify() { kis-archive verify years >printed || [ $? = 65 ]; }
derive_all() { kis-archive derive years -j "$(nproc)" >printed; }
prepare_derive_all() { rm -rf years/.derived; }
derive_nothing() { kis-archive derive years >printed; }

heading
"$bench/gen-records" 30 1 | jq -c '.market = "@market@" | .period = "1d" |
	.rank = (input_line_number | tostring) | .stnd_date2 = "@day@"' >list
archive ten 10
archive years "$days"
serve $day
export -f night
night ten && night years || exit 1
race "kis-archive nightly, no new list, $days days" "$runs" ten_days all_days
race "kis-archive nightly, 6 new lists, $days days" "$runs" ten_days_new all_days_new
race "kis-archive, $days days" 1 verify derive_all derive_nothing
