# shellcheck shell=bash disable=SC2034,SC2154 # sourced by kis-archive
# Implements kis-archive gaps, which prints the weekdays without lists. The dates
# in the file "holidays" of the archive are not printed.
[ "$command" != gaps ] || define_usage "usage: kis-archive gaps ARCHIVE [--since DATE] [--lists LISTS] [-h]

Print each weekday, up to the newest date of the archive, on which a list is
missing. A list is missing if the archive has none for that day, but has one of
the same market and period for an earlier date:

  20261105: no kosdaq-1d kospi-1d

To leave out holidays, write their dates into the file ARCHIVE/holidays, one per
line (YYYYMMDD or YYYY-MM-DD).

      --since DATE   only days from DATE on (YYYYMMDD or YYYY-MM-DD)
      --lists LISTS  only these lists, such as kosdaq-1d,kospi-1d
  -h, --help         print this text

Exit status: 0 success, 64 usage error, 66 no archive.

Examples:
  kis-archive gaps ~/kis
  kis-archive gaps ~/kis --since 20260101
  kis-archive gaps ~/kis --lists kosdaq-1d"

# Reads sorted lines DATE LIST from standard input. Prints a line for each
# weekday that lacks a list which an earlier date has, except for the dates in
# the variable holidays. If the first argument is not empty, days before that
# date are ignored. If the second argument is not empty, only the lists that it
# names are considered.
print_gaps() { # arguments: the first date or "", lists or ""
	local format
	format=$(text '%s: no%s (if it was a holiday, add it to the file holidays)' %s %s)
	is_past_date 20000101 # This call sets the variable tomorrow.
	awk -v tomorrow="$tomorrow" -v since="$1" -v asked="$2" \
		-v holidays="${holidays//$'\n'/ }" -v format="$format" '
		BEGIN {
			some = split(asked, word, /[ ,]+/)
			for (i = 1; i <= some; i++)
				wanted[word[i]]
			split(holidays, word, " ")
			for (i = 1; i in word; i++)
				closed[word[i]] = 1
		}
		$1 > tomorrow || date_of(days_of($1)) != $1 { next }
		{
			have[$1, $2] = 1
			if (first == "")
				first = $1
			last = $1
			if (!($2 in from) && (!some || $2 in wanted)) {
				from[$2] = $1
				lists[++n] = $2
			}
		}
		# These two functions convert a date to days since 1970 and back
		# (proleptic Gregorian calendar).
		function days_of(date, y, m, d) {
			y = int(date / 10000)
			m = int(date / 100) % 100
			d = date % 100
			if (m <= 2) { y--; m += 12 }
			return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + \
				int((153 * (m - 3) + 2) / 5) + d - 719469
		}
		function date_of(n, y, m, d) {
			n += 719468
			y = int((10000 * n + 14780) / 3652425)
			d = n - (365 * y + int(y / 4) - int(y / 100) + int(y / 400))
			if (d < 0) {
				y--
				d = n - (365 * y + int(y / 4) - int(y / 100) + int(y / 400))
			}
			m = int((100 * d + 52) / 3060)
			y += int((m + 2) / 12)
			d = d - int((m * 306 + 5) / 10) + 1
			m = (m + 2) % 12 + 1
			return y * 10000 + m * 100 + d
		}
		END {
			if (first == "")
				exit
			end = days_of(last)
			for (day = days_of(first); day <= end; day++) {
				# Skip Saturdays and Sundays. 1 January 1970 was
				# a Thursday.
				if ((day + 3) % 7 >= 5)
					continue
				date = date_of(day)
				if (date < since || date in closed)
					continue
				missing = ""
				for (i = 1; i <= n; i++)
					if (from[lists[i]] < date && !((date, lists[i]) in have))
						missing = missing " " lists[i]
				if (missing != "")
					printf format "\n", date, missing
			}
		}'
}

# Prints the lists with the names that files of the archive have, such as
# kosdaq-1d for 1001-1D. Fails with 64 if a market or period is unknown.
canonical_lists() { # argument: lists
	local words word market period
	IFS=, read -ra words <<<"$1"
	for word in "${words[@]}"; do
		market=$(market_name "${word%-*}") || usage_error "unknown market '%s'" "${word%-*}"
		period=$(period_name "${word##*-}") || usage_error "unknown period '%s'" "${word##*-}"
		printf '%s ' "$market-$period"
	done
}

gaps_run() {
	local since=0 lists='' given=() holidays gaps
	read_options '--since date since
		--lists names lists' "$@"
	[ -z "$lists" ] || [[ $lists, =~ ^([^-,]+-[^-,]+,)+$ ]] || usage_error \
		"invalid value '%s' for --lists: expected names such as kosdaq-1d" "$lists"
	lists=$(canonical_lists "$lists") || exit
	[ ${#given[@]} = 1 ] || usage_error 'expected one archive'
	open_archive "${given[0]}"
	read_holidays
	gaps=$(find -H raw -regextype posix-extended -type f \
		-regex "raw/[0-9]{8}/$list_pattern\\.ndjson(\\.gz)?" |
		sed -E 's/.ndjson(.gz)?$//; s|^raw/||; y|/| |' | sort |
		print_gaps "$since" "$lists")
	[ -z "$gaps" ] || print_line "$gaps"
}
[ "$command" != gaps ] || run() { gaps_run "$@"; }
