# shellcheck shell=bash disable=SC2015,SC2317,SC2034,SC2154 # sourced by kis-archive
# Implements kis-archive nightly, which fetches each list once and adds new
# lists to the archive. In the archive, it reads only the dates that occur in
# the responses, and the names of the lists of the last 15 dates.
define_usage "usage: kis-archive nightly ARCHIVE [--init] [-m LIST] [-d LIST] [--complete]
                           [--stale DAYS] [--retry-for TIME] [--lock-wait TIME]
                           [-q] [-h]

Fetch each list, keep it if it is new, and create the CSV files and workbook of
its date. The date is the base date in the response: on a holiday, or in the
evening until KIS changes its base date, there is nothing new.

      --init            create the archive if it does not exist
  -m, --markets LIST    as for kis-fetch (default kospi,kosdaq)
  -d, --periods LIST    as for kis-fetch (default 1d)
      --complete        fetch complete lists, not only the top 30
      --stale DAYS      warn if the newest list is older than DAYS business
                        days; with 0, never warn (default 3)
      --retry-for TIME  for up to TIME, such as 30m or 2h, retry lists that
                        fail with status 75 (default: no retry)
      --lock-wait TIME  wait up to TIME for another run on ARCHIVE to
                        end (default 10m)
  -q, --quiet           print only the last line, the summary
  -h, --help            print this text

If KIS_PING_URL is set, the run sends a POST to KIS_PING_URL/start when it
starts and to KIS_PING_URL/STATUS when it ends, with a summary as text, as
healthchecks.io expects.

Exit status: 0 success or nothing new, else that of the program that failed. If
several failed: 77 if one exited with 77, else 75 if one exited with 75, else
the status of the first that failed; 1 if the only failure is an empty list. 64
usage error, 66 no archive, 73 or 74 the archive cannot be written, 75 another
run is using it. See kis-archive(1).

Examples:
  kis-archive nightly ~/kis --init
  kis-archive nightly ~/kis --markets kospi,kosdaq --periods 1d,1w
  kis-archive nightly ~/kis --complete --retry-for 1h"

# Sets names to the lists of all requested markets and periods, such as
# kospi-1d, each once. Fails with 64 if a market or period is unknown.
name_lists() {
	local market period name p market_words period_words
	local -A seen=()
	names=()
	IFS=, read -ra market_words <<<"$wanted_markets"
	IFS=, read -ra period_words <<<"$wanted_periods"
	for market in "${market_words[@]}"; do
		name=$(market_name "$market") || usage_error \
			"unknown market '%s'; choose from: %s" "$market" \
			'all kospi kosdaq kospi200 krx100 kosdaq150'
		for period in "${period_words[@]}"; do
			p=$(period_name "$period") || usage_error \
				"unknown period '%s'; choose from: %s" "$period" \
				'1d 2d 3d 4d 1w 2w 3w 1m 2m 3m'
			[ -n "${seen[$name-$p]-}" ] || names+=("$name-$p")
			seen[$name-$p]=1
		done
	done
}

# Sends a ping with the text on standard input to KIS_PING_URL. This address may
# contain a secret, so it is not an argument of curl.
ping_at() { # argument: the suffix of the URL
	local text
	text=$(cat) # Read all input, so that the writer gets no SIGPIPE.
	[ -n "${KIS_PING_URL-}" ] || return 0
	if [[ $KIS_PING_URL == *[\"\\[:cntrl:]]* ]]; then
		warn 'KIS_PING_URL is not an address; no ping was sent'
		return
	fi
	printf '%s\n' "$text" |
		curl -fsS -m 10 --retry 2 -o /dev/null --data-binary @- \
			-K <(printf 'url = "%s/%s"\n' "${KIS_PING_URL%/}" "$1") 9>&- ||
		warn 'the ping failed; the exit status does not change'
}

fetch_one() { # arguments: a list, options of kis-fetch
	fetch ".run/fetched/$1.ndjson" -m "${1%-*}" -d "${1#*-}" "${@:2}"
}

# Fetches a list and stores it in the archive. With --complete, fetches the top
# 30 rows first, and the complete list only if the archive may lack some of its
# rows. Sets result to "new", "known", "empty" or "failed", and status to the
# exit status.
fetch_list() { # argument: a list
	local file=.run/fetched/$1.ndjson
	if ! fetch_one "$1"; then
		result=failed
		[ "$status" != 1 ] || result=empty
		return
	fi
	if [ -n "$complete" ]; then
		guard keep --known "$file"
		if [ "$guarded" != 0 ] && ! fetch_one "$1" --complete; then
			local complete_status=$status
			keep_guarded "$file" # Store the top 30 rows at least.
			result=failed status=$complete_status
			return
		fi
	fi
	keep_guarded "$file"
}

# Stores a list in the archive with keep(), which sets result and status. If
# keep() fails, for example because a file cannot be read, reports the failure
# and sets result to "failed", and the run continues with the other lists.
keep_guarded() { # argument: a file
	keep_and_note() {
		keep "$1"
		echo "$result $status" >.run/tmp/result
	}
	rm -f .run/tmp/result
	guard keep_and_note "$1"
	result=failed status=$guarded
	[ "$guarded" != 0 ] || read -r result status <.run/tmp/result
	[ "$guarded" != 0 ] || return 0
	message "cannot store '%s' now; it is kept in '%s' for the next run" "${1##*/}" "$archive/.run"
	# Rename the file, so that the next run does not overwrite it.
	[ ! -e "$1" ] || mv -fT "$1" "${1%.ndjson}.$(date +%s).ndjson"
}

# Fetches every list once. Then retries the lists that failed with 75, as long
# as --retry-for allows. Sets results and statuses for each list.
fetch_lists() {
	local list deadline=$((SECONDS + retry_for)) again
	local todo=("${names[@]}")
	while :; do
		again=()
		[ -n "$token" ] || get_token || :
		for list in "${todo[@]}"; do
			# Without a valid token, all remaining lists would fail
			# with the same error.
			if [ -z "$token" ] || [ "$status" = 77 ]; then
				result=failed
			else
				fetch_list "$list"
			fi
			results[$list]=$result statuses[$list]=$status
			[ "$result $status" != 'failed 75' ] || again+=("$list")
		done
		[ ${#again[@]} -gt 0 ] && pause_for_retry \
			"$(text '%d of %d lists' ${#again[@]} ${#names[@]})" || return 0
		todo=("${again[@]}") status=0
	done
}

# Stores the number of lists with each result in the array counts. Sets
# exit_status to the most important status of a list: 77, else 75, else any
# other error, else 1 (empty list), else 0.
weigh() {
	local list weight most=0 decides=0
	for list in "${names[@]}"; do
		counts[${results[$list]}]=$((${counts[${results[$list]}]} + 1))
		case ${results[$list]}-${statuses[$list]} in
		failed-77) weight=4 ;;
		failed-75) weight=3 ;;
		failed-*) weight=2 ;;
		empty-*) weight=1 ;;
		*) weight=0 ;;
		esac
		if [ "$weight" -gt "$most" ]; then
			most=$weight decides=${statuses[$list]}
		fi
	done
	exit_status=$decides
}

# Warns if the newest list is more than $stale business days old. Weekends and
# the dates in the variable holidays are not business days.
warn_if_stale() { # argument: the newest date or ""
	local today date age=0
	[ "$stale" -gt 0 ] || return 0
	if [ -z "$1" ]; then
		warn "'%s' has no list yet" "$archive"
		return
	fi
	today=$(korean_today)
	date=$1
	while [ "$date" -lt "$today" ] && [ "$age" -le "$stale" ]; do
		date=$(date -ud "$date + 1 day" +%Y%m%d)
		[ "$(date -ud "$date" +%u)" -ge 6 ] ||
			[[ $'\n'$holidays$'\n' == *$'\n'$date$'\n'* ]] || age=$((age + 1))
	done
	[ "$age" -le "$stale" ] || warn "'%s': the newest list is for %s, which is older than --stale allows (business days: %d)" \
		"$archive" "$1" "$stale"
}

run() {
	local init='' complete='' quiet='' stale=3 retry_for=0 given=()
	local wanted_markets=kospi,kosdaq wanted_periods=1d names status=0
	local result before newest exit_status=0 derive_status=0 list holidays
	local -A results=() statuses=()
	local -A counts=([new]=0 [known]=0 [empty]=0 [failed]=0)
	read_options '--init flag init
		-m --market --markets names wanted_markets
		-d --period --periods names wanted_periods
		--complete flag complete
		--stale count stale
		--retry-for time retry_for
		-q --quiet flag quiet' "$@"
	load fetch.sh
	[ ${#given[@]} = 1 ] || usage_error 'expected one archive'
	name_lists
	archive=${given[0]}
	trap 'ping_early $?' EXIT
	if [ -n "$init" ]; then
		init_archive "${given[0]}"
	elif [[ ${given[0]} != '~'* ]] && ! has_raw "${given[0]}"; then
		fail 66 "no archive at '%s'; to create it, add --init" "${given[0]}"
	fi
	open_archive "${given[0]}"
	lock_archive
	begin_work
	trap 'ping_early $?; end_work' EXIT
	echo "$archive" | ping_at start
	before=$(newest_date)
	status=0
	fetch_lists
	weigh
	load derive.sh
	derive_pending
	newest=$(newest_date)
	read_holidays
	load gaps.sh
	[ -z "$before" ] || mapfile -t gaps < <(for list in $(recent_dates 15); do
		lists_of "$list" | sed "s/^/$list /"
	done | print_gaps "$before" "${names[*]}")
	for list in "${gaps[@]}"; do
		message '%s' "$list"
	done
	warn_if_stale "$newest"
	[ "$exit_status" != 0 ] || exit_status=$derive_status
	list=$(text "'%s': %d new, %d known, %d empty, %d failed" "$archive" \
		"${counts[new]}" "${counts[known]}" "${counts[empty]}" "${counts[failed]}")
	! is_latest "$newest" || list+=$(text "; workbook '%s' (%s)" \
		"$archive/latest.xlsx" "$newest")
	quiet='' # the closing line is always printed
	result_line '%s' "$list"
	if [ -e .run/tmp/unwritten ]; then
		message 'cannot write to standard output'
		[ "$exit_status" != 0 ] || exit_status=74
	fi
	{
		echo "$list"
		for list in "${names[@]}"; do
			echo "$list: ${results[$list]}, status ${statuses[$list]}"
		done
		printf '%s\n' "${gaps[@]}"
	} | ping_at "$exit_status"
	pinged=1
	exit "$exit_status"
}

# Sends a ping with the exit status if the run ends before it prints its closing
# line.
ping_early() { # argument: the exit status
	[ -n "$pinged" ] ||
		text "'%s': exited with status %d before all lists were done" "$archive" "$1" |
		ping_at "$1"
}
pinged=''
gaps=()
