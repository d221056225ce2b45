# shellcheck shell=bash disable=SC2015,SC2034,SC2154 # sourced by kis-archive
# Implements kis-archive stocks, which fetches the daily short sales of stocks.
# It sends one request for about every 100 missing days of a stock.
define_usage "usage: kis-archive stocks ARCHIVE [CODE ... | all] [--init] [--from DATE]
                          [--limit N] [--rate N] [--retry-for TIME]
                          [--lock-wait TIME] [-q] [-h]

Fetch the daily short sales of stocks and merge them by day into
ARCHIVE/stocks/CODE.ndjson. Without CODE, fetch every stock in the archive's
lists; with the word all, fetch the stocks in the complete lists of the last
three months (see nightly --complete).

The first run for a stock fetches its days back to DATE; later runs fetch the
last 120 days, or all days since the last run if that was longer ago. A later
run continues where a killed run stopped. If KIS changes the row of a past day,
the new row is used, and the earlier one is kept in stocks/revisions.

      --init            create the archive if it does not exist
      --from DATE       the first day (default 120 days ago, one request);
                        if DATE is earlier than in previous runs, fetch the
                        stock again
      --limit N         fetch at most N stocks, the least recently fetched first
      --rate N          at most N requests per second (default as for kis-fetch)
      --retry-for TIME  for up to TIME, such as 30m or 2h, retry stocks that
                        fail with status 75 (default: no retry)
      --lock-wait TIME  wait up to TIME for another run of 'stocks' to end
                        (default 10m)
  -q, --quiet           print no progress
  -h, --help            print this text

Exit status: 0 success, 1 no stock has daily rows, 76 the server omitted rows,
else that of the program that failed. 64 usage error, 66 no archive, 73 or 74
the archive cannot be written, 75 another run is using it, or a temporary
failure. See kis-archive(1).

Examples:
  kis-archive stocks ~/kis
  kis-archive stocks ~/kis 005930 000660 --from 20160101
  kis-archive stocks ~/kis all --from 20160101 --limit 500"

# Maximum number of stocks in one run of kis-fetch, a chunk. If kis-archive is
# killed, the rows of one chunk are lost.
chunk_stocks=20

# Updates stocks/.met, which has the stocks of all lists. Reads only lists that
# are new or have changed. Writes the paths of all lists, sorted, to
# stocks/.run/all_lists.
note_met_stocks() {
	# Start with an empty .met if one of its lines is not the record of a
	# stock.
	if [ ! -s stocks/.met ] ||
		grep -qvE "^\\{\"mksc_shrn_iscd\":\"$stock_pattern\"[,}]" stocks/.met; then
		: >stocks/.met
		rm -f stocks/.lists
	fi
	: >>stocks/.lists
	find -H raw -regextype posix-extended -type f \
		-regex "raw/[0-9]{8}/$list_pattern\\.ndjson(\\.gz)?" -printf '%p %s\n' |
		sort >stocks/.run/lists
	cut -d' ' -f1 stocks/.run/lists >stocks/.run/all_lists
	comm -23 stocks/.run/lists <(sort stocks/.lists) | cut -d' ' -f1 >stocks/.run/new_lists
	[ -s stocks/.run/new_lists ] || return 0
	{
		cat stocks/.met
		records_of <stocks/.run/new_lists
	} | stocks_in >stocks/.run/met || exit 74
	mv -fT stocks/.run/met stocks/.met && mv -fT stocks/.run/lists stocks/.lists ||
		exit 74
}

# Prints the records of the lists whose paths are on standard input. If a list
# is damaged, prints the records that can be read.
records_of() {
	tr '\n' '\0' | xargs -0 -r gzip -dcf -- 2>/dev/null || :
}

# Prints each stock of the records on standard input once, as a record with the
# code and the name from the last record of the stock.
stocks_in() {
	awk -v code="^\"mksc_shrn_iscd\":\"$stock_pattern_awk\"" '
		match($0, /"mksc_shrn_iscd":"[0-9A-Z]+"/) {
			c = substr($0, RSTART, RLENGTH)
			if (c !~ code)
				next
			name = ""
			if (match($0, /"hts_kor_isnm":"([^"\\]|\\.)*"/))
				name = "," substr($0, RSTART, RLENGTH)
			if (!(c in last))
				order[++n] = c
			last[c] = name
		}
		END { for (i = 1; i <= n; i++) print "{" order[i] last[order[i]] "}" }'
}

# Prints the stocks in the complete lists of the three months up to the date of
# the newest list.
listed_stocks() {
	local first
	first=$(cut -d/ -f2 stocks/.run/all_lists | tail -n 1)
	[ -n "$first" ] || return 0
	first=$(date -ud "$first - 3 months" +%Y%m%d)
	awk -F / -v first="$first" '$2 >= first' stocks/.run/all_lists | records_of |
		{ grep -F '"list":"complete"' || [ $? = 1 ]; } | stocks_in
}

# Writes the stocks to fetch to stocks/.run/queue, the least recently fetched
# first and at most as many as --limit allows. A line has the fields TIME CODE
# START FIRST LAST RECORD, separated by tabs. TIME is the time of the last
# fetch, START the first day to request now, and FIRST the earliest day ever
# requested. LAST is the newest day, or 0 if the stock must be fetched from
# FIRST. RECORD is a line of .met. Fails with 66 if there is no stock.
queue_stocks() {
	local word recent late=''
	case ${given[*]:1} in
	'') cat stocks/.met ;;
	all) listed_stocks ;;
	*)
		for word in "${given[@]:1}"; do
			grep -F "{\"mksc_shrn_iscd\":\"$word\"" stocks/.met ||
				echo "{\"mksc_shrn_iscd\":\"$word\"}"
		done
		;;
	esac >stocks/.run/wanted
	if [ ! -s stocks/.run/wanted ]; then
		[ "${given[*]:1}" != all ] ||
			fail 66 "no stocks: '%s' has no complete list; add stock codes to the command" "$archive"
		fail 66 "no stocks: '%s' has no list; add stock codes to the command" "$archive"
	fi
	recent=$(date -ud "$(korean_today) - 120 days" +%Y%m%d)
	[ -z "$from" ] || late=$(date -ud "$from + 10 days" +%Y%m%d)
	awk -v given="$from" -v late="$late" -v named="$named" -v recent="$recent" -v OFS='\t' "$awk_dates"'
		# Returns a day that is at least a week before the date.
		function week_before(date) {
			return date % 100 > 7 ? date - 7 : \
				int(date / 100) % 100 > 1 ? date - 100 - date % 100 + 21 : \
				date - 8900 - date % 100 + 21
		}
		# Returns the second day of the file of a stock, or "". START
		# must not be earlier, because kis-fetch requires a row older
		# than START as proof that no row is missing, and a stock that
		# was listed recently has no row before its first day.
		function second_day(code, path, line) {
			path = "stocks/" code ".ndjson"
			line = ""
			getline line <path
			getline line <path
			close(path)
			if (!match(line, /"stck_bsop_date":"[0-9]+"/))
				return ""
			line = substr(line, RSTART + 18, 8)
			return is_date(line) ? line : ""
		}
		FILENAME == "stocks/.fetched" {
			from[$1] = $2; last[$1] = $3; time[$1] = $4; begins[$1] = $5
			next
		}
		{
			split($0, part, "\"")
			code = part[4]
			if (seen[code]++)
				next
			first = given != "" ? given : (code in from) ? from[code] : recent
			# A later --from does not replace an earlier first day.
			if ((code in from) && from[code] < first)
				first = from[code]
			known = last[code] + 0
			# A file that begins later than a --from of this run may
			# lack days that the server had omitted, so fetch all
			# days of a stock that the user names. The first ten
			# days may be holidays.
			if (!(code in from) || first < from[code] || !known ||
				(named && given != "" && begins[code] > late)) {
				start = first
				known = 0
			} else {
				start = week_before(last[code])
				start = start < recent ? start : recent
				start = start > first ? start : first
				start = start > second_day(code) ? start : second_day(code)
			}
			print time[code] + 0, code, start, first, known, $0
		}' stocks/.fetched stocks/.run/wanted | sort -t $'\t' -k 1,1n -k 2,2 \
		>stocks/.run/queue || exit 74
	if [ -n "$limit" ]; then
		head -n "$limit" stocks/.run/queue >stocks/.run/limited
		mv -fT stocks/.run/limited stocks/.run/queue
	fi
}

# Shows progress on a terminal, in a line that the next call overwrites.
show_progress() {
	local left=''
	[ -t 2 ] && [ -z "$quiet" ] || return 0
	if ((SECONDS - began > 4 && done_count > 0)); then
		left=$(((SECONDS - began) * (total - done_count) / done_count / 60 + 1))
		left=$(text ', about %d min left' "$left")
	fi
	printf '\rkis-archive: %s%s\033[K' \
		"$(text '%d of %d stocks' "$done_count" "$total")" "$left" >&2
	[ "$done_count" -lt "$total" ] || printf '\r\033[K' >&2
}

# Appends a line CODE FROM LAST TIME FIRST ROWS to stocks/.fetched. days.sh
# describes these lines.
note_fetched() { # arguments: CODE FROM LAST TIME FIRST ROWS
	echo "$*" >>stocks/.fetched || exit 74
}

# Prints FIRST and ROWS from the last line of a stock in stocks/.fetched, or
# "0 0" if there is no such line or it does not contain them.
noted_rows() { # argument: a code
	awk -v code="$1" '$1 == code { rows = $6 == "" ? "" : $5 " " $6 }
		END { print rows == "" ? "0 0" : rows }' stocks/.fetched
}

# Prints the warnings of kis-fetch. Unless the user named the stocks, prints only
# warnings about stocks that have rows, because an archive of several years
# contains delisted stocks, and each has a warning that it has no rows.
print_warnings() {
	if [ -n "$named" ]; then
		cat stocks/.run/why >&2
	elif [ -s stocks/.run/why ]; then
		sed -nE 's/.*"mksc_shrn_iscd":"([0-9A-Z]+)".*/\1/p' stocks/.run/rows |
			sort -u >stocks/.run/with_rows || exit 74
		grep -wFf stocks/.run/with_rows stocks/.run/why >&2 || [ $? = 1 ] || exit 74
	fi
}

# Fetches the stocks of a chunk, which have the same START, and merges their
# rows. If stocks fail, calls note_failure() for each. Returns 0, or, if the run
# cannot continue, the exit status of kis-fetch or kis-token.
fetch_chunk() { # argument: a file of queue lines
	cut -f 6 "$1" >stocks/.run/list || exit 74
	while ! fetch stocks/.run/rows --stocks stocks/.run/list \
		--from "$(head -n 1 "$1" | cut -f 3)" ${rate:+--rate "$rate"}; do
		case $status in
		1) # no stock has rows
			: >stocks/.run/rows || exit 74
			break
			;;
		75)
			if pause_for_retry "$(head -n 1 "$1" | cut -f 2)"; then
				tail -n 1 stocks/.run/why >&2
				continue
			fi
			;;
		esac
		case $status-$(wc -l <"$1") in
		65-1 | 69-1 | 75-1 | 76-1) note_failure "$1" ;;
		65-* | 69-* | 75-* | 76-*) fetch_singly "$1" ;;
		*)
			cat stocks/.run/why >&2
			return "$status"
			;;
		esac
		return
	done
	failed_in_a_row=0
	print_warnings
	merge_chunk "$1"
}

# Fetches the stocks of a failed chunk one by one, because a single stock may be
# the cause. Returns the same status as fetch_chunk().
fetch_singly() { # argument: a file of queue lines
	local line
	while IFS= read -r line; do
		echo "$line" >stocks/.run/single || exit 74
		fetch_chunk stocks/.run/single || return
	done <"$1"
}

# Notes a failed stock as fetched now, so that the next run does not begin with
# this stock and delay the other stocks. Returns 0, or 75 if three consecutive
# stocks have failed with 75: the server is then the cause, not the stock.
note_failure() { # argument: a file of one queue line
	local code first last
	cat stocks/.run/why >&2
	IFS=$'\t' read -r _ code _ first last _ <"$1"
	failed=$((failed + 1)) worst=$status done_count=$((done_count + 1))
	note_fetched "$code" "$first" "$last" "$(date +%s)" "$(noted_rows "$code")"
	if [ "$status" != 75 ]; then
		failed_in_a_row=0
		return
	fi
	failed_in_a_row=$((failed_in_a_row + 1))
	[ "$failed_in_a_row" -lt 3 ] || return 75
}

# Prints a line CODE DAY for each stock whose fetched rows all are of later days
# than DAY, although DAY was requested and is in the file of the stock: the
# server omitted that day, and perhaps others. DAY is the newest day in the file
# or, if all days were requested, the oldest.
incomplete_stocks() { # argument: a file of queue lines
	awk -F '\t' '
		FILENAME == "stocks/.run/ends" {
			split($0, end, " ")
			first[end[1]] = end[2]
			next
		}
		FILENAME != "stocks/.run/rows" {
			# LAST is 0 if all days are fetched again.
			day[$2] = $5 > 0 ? $5 : first[$2] >= $3 ? first[$2] : 0
			next
		}
		match($0, /"mksc_shrn_iscd":"[0-9A-Z]+"/) {
			code = substr($0, RSTART + 18, RLENGTH - 19)
			if (match($0, /"stck_bsop_date":"[0-9]+"/)) {
				fetched = substr($0, RSTART + 18, 8)
				if (!(code in oldest) || fetched < oldest[code])
					oldest[code] = fetched
			}
		}
		END {
			for (c in oldest)
				if (day[c] > 0 && oldest[c] > day[c])
					print c, day[c]
		}
	' stocks/.run/ends "$1" stocks/.run/rows
}

# Merges the fetched rows of a chunk of stocks into stocks/.
merge_chunk() { # argument: a file of queue lines
	local code first last now oldest newest revised rebased record rows
	local -A omitted=()
	now=$(date +%s)
	incomplete_stocks "$1" >stocks/.run/incomplete || exit 74
	while read -r code last; do
		omitted[$code]=$last
	done <stocks/.run/incomplete
	merge_days stocks/.run/rows >stocks/.run/merged || fail 74 \
		"cannot read or write a file in '%s'" "$archive/stocks"
	# Update .fetched before the files. If the run is killed in between,
	# .fetched then shows that the stock must be fetched again.
	while read -r code oldest _ revised rebased rows; do
		[ "$revised" != damaged ] && [ "$rebased" = 0 ] && continue
		first=$(awk -F '\t' -v code="$code" '$2 == code { print $4 }' "$1")
		note_fetched "$code" "$first" 0 "$now" "$oldest" "$rows"
	done <stocks/.run/merged
	place_days stocks/.run/merged
	while IFS=$'\t' read -r _ code _ first last record; do
		read -r _ oldest newest revised rebased rows \
			< <(grep "^$code " stocks/.run/merged || echo "$code 0 $last 0 0 0")
		[ "$oldest" != 0 ] || read -r oldest rows < <(noted_rows "$code")
		[ "$newest" -le "$newest_day" ] || newest_day=$newest
		# After a split, or if the file was damaged, fetch the earlier
		# days again. The stock is then counted after that.
		if [ "$revised" = damaged ] || [ "$rebased" = 1 ]; then
			newest=0
			[ "$oldest" -ge "$first" ] || [ "$revised" = damaged ] || first=$oldest
			printf '0\t%s\t%s\t%s\t0\t%s\n' "$code" "$first" "$first" "$record" \
				>>stocks/.run/again || exit 74
		fi
		# The next run fetches all days of an incomplete stock, because
		# LAST is then 0.
		if [[ -n ${omitted[$code]-} && $revised != damaged ]]; then
			note_fetched "$code" "$first" 0 "$now" "$oldest" "$rows"
			message '%s: the server omitted the row for %s and perhaps others; the next run fetches all days of the stock' \
				"$code" "${omitted[$code]}"
			failed=$((failed + 1)) done_count=$((done_count + 1))
			status=76
			[ "$worst" != 0 ] || worst=76
			continue
		fi
		[ "$revised" = damaged ] || revisions=$((revisions + revised))
		note_fetched "$code" "$first" "$newest" "$now" "$oldest" "$rows"
		[ "$revised" != damaged ] && [ "$rebased" != 1 ] || continue
		done_count=$((done_count + 1))
		if [ "$rows" = 0 ]; then
			without=$((without + 1))
		else
			fetched=$((fetched + 1))
		fi
	done <"$1"
}

# Fetches the stocks of the queue in chunks. Returns 0, or the exit status of
# the first chunk that ends the run.
fetch_queue() {
	local line start='' next_start count=0 last time newest_noted long_ago
	long_ago=$(date -ud "$(korean_today) - 1 year" +%Y%m%d)
	newest_noted=$(awk '$3 > newest { newest = $3 } END { print newest + 0 }' stocks/.fetched)
	: >stocks/.run/chunk || exit 74
	while IFS= read -r line; do
		IFS=$'\t' read -r time _ next_start _ last _ <<<"$line"
		# Skip stocks that a run of the last six hours has completed:
		# they already have the newest day that occurred in the
		# responses. The newest day counts only after $chunk_stocks
		# stocks were fetched, because a few stocks may be delisted and
		# lack recent days.
		if [ "$fetched" -ge "$chunk_stocks" ] && [ "$last" -ge "$newest_day" ] &&
			[ "$newest_day" -ge "$newest_noted" ] &&
			[ "$time" -gt $(($(date +%s) - 6 * 3600)) ]; then
			known=$((known + 1)) done_count=$((done_count + 1))
			continue
		fi
		# A stock of more than a year needs many requests, so it is a
		# chunk of its own.
		if [ "$count" -gt 0 ] && { [ "$next_start" != "$start" ] ||
			[ "$count" -ge "$chunk_stocks" ] || [ "$start" -lt "$long_ago" ]; }; then
			fetch_chunk stocks/.run/chunk || return
			: >stocks/.run/chunk || exit 74
			count=0
			show_progress
		fi
		start=$next_start count=$((count + 1))
		printf '%s\n' "$line" >>stocks/.run/chunk || exit 74
	done <stocks/.run/queue
	[ "$count" = 0 ] || fetch_chunk stocks/.run/chunk
}

run() {
	local init='' from='' limit='' rate='' quiet='' retry_for=0 given=()
	local status=0 failed=0 failed_in_a_row=0 worst=0 fetched=0 known=0 revisions=0 without=0
	local named=''
	local total done_count=0 newest_day=0 began deadline ended=0 i text
	read_options '--init flag init
		--from date from
		--limit number limit
		--rate rate rate
		--retry-for time retry_for
		-q --quiet flag quiet' "$@"
	[ ${#given[@]} -gt 0 ] || usage_error 'expected an archive'
	if [ "${given[*]:1}" != all ]; then
		for ((i = 1; i < ${#given[@]}; i++)); do
			given[i]=$(stock_code "${given[i]}") || exit
			named=1
		done
	fi
	[ -z "$from" ] || [ "$from" -le "$(korean_today)" ] ||
		usage_error "invalid value '%s' for %s: the date is in the future" "$from" --from
	[ -z "$init" ] || init_archive "${given[0]}"
	open_archive "${given[0]}"
	load days.sh
	lock_stocks
	trap 'rm -rf stocks/.run' EXIT
	note_met_stocks
	queue_stocks
	total=$(wc -l <stocks/.run/queue)
	began=$SECONDS deadline=$((SECONDS + retry_for))
	load fetch.sh
	fetch_errors=stocks/.run/why
	get_token || exit "$status"
	fetch_queue || ended=$?
	if [ "$ended" = 0 ] && [ -e stocks/.run/again ]; then
		mv stocks/.run/again stocks/.run/queue
		fetch_queue || ended=$?
	fi
	show_progress
	[ "$ended" != 0 ] || ended=$worst
	[ "$((fetched + known + ended))" != 0 ] || ended=1
	text="'$archive': $(count_text "$fetched" '%d stock fetched' '%d stocks fetched')"
	[ "$known" = 0 ] || text+=$(text ', %d up to date' "$known")
	[ "$without" = 0 ] || text+=$(text ', %d without daily rows' "$without")
	[ "$failed" = 0 ] || text+=$(text ', %d failed' "$failed")
	[ "$revisions" = 0 ] || text+=", $(
		count_text "$revisions" '%d day revised' '%d days revised')"
	[ "$done_count" -ge "$total" ] ||
		text+=$(text '; %d left, run this again' $((total - done_count)))
	print_line "$text"
	exit "$ended"
}
