# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154 # sourced by kis-archive
# Implements kis-archive verify, which checks that an archive still contains
# what was fetched.
define_usage "usage: kis-archive verify ARCHIVE [--adopt] [--lock-wait TIME] [-h]

Check the archive and print each fault as FILE: or FILE:LINE:, followed by a
description. Faults are:

- files that are missing, have no checksum, or do not match their checksum
- lists that cannot be read, or whose market, period or base date does not match
  the file name
- ranks that are not 1, 2, 3 ..., missing rows, duplicate stocks, rows in the
  wrong order
- in lists without a checksum, ratios and averages that do not match the volumes
  and values
- base dates in the future, dates whose lists were deleted, unexpected files
- daily rows in stocks/ that belong to another stock, are out of order, or have
  a ratio or average that does not match the volumes and values

      --adopt           add checksums for lists whose only fault is a missing
                        checksum
      --lock-wait TIME  wait up to TIME for another run on ARCHIVE to
                        end (default 10m)
  -h, --help            print this text

Exit status: 0 no fault, 64 usage error, 65 faults, 66 no archive, 73 a checksum
cannot be written, 75 another run is using the archive.

Examples:
  kis-archive verify ~/kis
  kis-archive verify ~/kis --adopt
  kis-archive verify /mnt/backup/kis || echo 'check the backup'"

fault() { # arguments: a file, a text
	print_line "$1: $2"
	faults=$((faults + 1))
}

# Reports every name in raw/ that is not part of the archive (quoted for the
# shell), every impossible date, and every list of which only a damaged copy
# exists.
check_names() {
	local path rest
	while IFS= read -rd '' path; do
		rest=${path#raw/}
		if [[ $rest =~ ^[0-9]{8}$ && -d $path && ! -L $path ]]; then
			is_past_date "$rest" || fault "$path" "$(text 'not a possible base date')"
		elif [[ ! $rest =~ ^[0-9]{8}/(SHA256SUMS|$copy_pattern|$list_pattern\.ndjson\.gz)$ || ! -f $path || -L $path ]]; then
			fault "$(printf %q "$path")" "$(text 'unexpected file')"
		elif [[ $path == *.damaged-* ]] && ! is_regular "${path%.damaged-*}"; then
			fault "${path%.damaged-*}" "$(text 'no valid copy exists, only %s' "${path##*/}")"
		fi
	done < <(find -H raw -mindepth 1 -print0 | sort -z)
}

# Checks all copies against the checksums of their dates. Reports damaged files,
# missing files and invalid checksum lines. Writes the paths of all copies to
# $tmp/paths, and the paths of copies without a checksum to $tmp/bare.
check_sums() {
	local path hash state kind
	{
		all_copies
		find -H raw -regextype posix-extended -type f \
			-regex "raw/[0-9]{8}/$list_pattern\.ndjson\.gz"
	} | sort >"$tmp/paths"
	file_states . <"$tmp/paths" >"$tmp/states"
	while read -r path hash state; do
		case $path-$state in
		# A copy whose name already marks it as damaged is not a new
		# fault. Such a name ends in "damaged-" and the first 12 digits
		# of the hash.
		*".damaged-${hash:0:12}-damaged") ;;
		*-damaged) fault "$path" "$(text 'corrupt: the checksum does not match')" ;;
		*-bare) echo "$path" >>"$tmp/bare" ;;
		esac
	done <"$tmp/states"
	while read -r kind path state; do
		case $kind in
		missing) fault "$path" "$(text missing)" ;;
		*) fault "${path%:}" "$(text 'invalid checksum line')" ;;
		esac
	done < <(find -H raw -regextype posix-extended -type f \
		-regex 'raw/[0-9]{8}/SHA256SUMS' -print0 | sort -z | xargs -0 -r awk \
		-v states="$tmp/states" -v copy="^($copy_awk)\$" '
		BEGIN {
			while ((getline line <states) > 0) {
				split(line, part, " ")
				sub(/[.]gz$/, "", part[1])
				have[part[1]] = 1
			}
		}
		{
			path = FILENAME
			sub(/SHA256SUMS$/, "", path)
			path = path $2
			if (length($1) != 64 || $1 ~ /[^0-9a-f]/ || NF != 2 || $2 !~ copy)
				print "line", FILENAME ":" FNR
			else if (!(path in have) && !(path in missing)) {
				missing[path] = 1
				print "missing", path
			}
		}')
}
# This pattern has no {1,12}, because some awk programs do not support it.
copy_awk='[0-9a-z]+-[0-9]+[dwm][.]ndjson([.][-0-9a-zT]+)?'

# Reports each date in .dates for which the archive has no list: the archive
# once had a list for each of these dates.
check_dates() {
	local date path
	[ -e .dates ] || return 0
	while read -r date; do
		[[ $date =~ ^[0-9]{8}$ ]] || continue
		for path in "raw/$date"/*.ndjson*; do
			[ -L "raw/$date" ] || ! is_regular "$path" || continue 2
		done
		fault "raw/$date" "$(text 'missing: the archive had lists for this date')"
	done < <(sort -u .dates)
}

# Checks the files in stocks/ and their daily rows, and reports the faults. Sets
# count to the number of stock files.
check_stocks() {
	local path line
	[ -d stocks ] || return 0
	while IFS= read -rd '' path; do
		[[ $path =~ ^stocks/(revisions|\.run(/.*)?)$ && -d $path && ! -L $path ]] ||
			[[ $path =~ ^stocks/((revisions/)?$stock_pattern\.ndjson|$stock_pattern\.ndjson\.damaged-[0-9a-f]{12}|\.(fetched|met|lists|lock|run/.*))$ &&
				-f $path && ! -L $path ]] || fault "$(printf %q "$path")" "$(text 'unexpected file')"
	done < <(find -H stocks -mindepth 1 -print0 | sort -z)
	{ [ ! -d stocks/revisions ] || find -H stocks/revisions -type f -name '*.ndjson'; } |
		sort >"$tmp/revisions"
	while IFS= read -r path; do
		if ! read_records stck_bsop_date "$path" >"$tmp/rows" 2>"$tmp/why"; then
			fault "$path" "$(sed -n '1s/^[a-z-]*: //p' "$tmp/why")"
		elif [ ! -s "$tmp/rows" ]; then
			fault "$path" "$(text 'the file is empty')"
		fi
	done <"$tmp/revisions"
	find -H stocks -maxdepth 1 -type f -regextype posix-extended \
		-regex "stocks/$stock_pattern\.ndjson" | sort >"$tmp/stocks"
	count=$(($(wc -l <"$tmp/stocks")))
	check_days <"$tmp/stocks" >"$tmp/found.days"
	while IFS= read -r line; do
		print_line "$line"
		faults=$((faults + 1))
	done <"$tmp/found.days"
}

run() {
	local adopt='' given=() faults=0 adopted path line count=0
	read_options '--adopt flag adopt' "$@"
	[ ${#given[@]} = 1 ] || usage_error 'expected one archive'
	open_archive "${given[0]}"
	if is_writable; then
		lock_archive
		quiet=1 # Reserve standard output for the faults.
		begin_work
	elif [ -n "$adopt" ]; then # only --adopt requires a writable archive
		fail 73 "cannot write to '%s'" "$archive"
	fi
	tmp=$(mktemp -d) || exit 73
	trap 'rm -rf "$tmp"; end_work' EXIT
	: >"$tmp/bare"
	check_names
	check_sums
	grep -v '\.damaged-' "$tmp/paths" >"$tmp/valid" || [ $? = 1 ]
	check_lists "$tmp/valid" "$tmp/bare" >"$tmp/found"
	while IFS= read -r line; do
		print_line "$line"
		faults=$((faults + 1))
	done <"$tmp/found"
	check_dates
	load days.sh
	check_stocks
	if [ -n "$adopt" ]; then
		adopt_lists "$tmp/bare" "$tmp/found"
		message '%s' "$(count_text "$adopted" 'added the checksum of %d list' 'added the checksums of %d lists')"
	else
		while read -r path; do
			fault "$path" "$(text 'no checksum; to add one, run: %s' "kis-archive verify '$archive' --adopt")"
		done <"$tmp/bare"
	fi
	count=$((count + $(wc -l <"$tmp/paths")))
	print_line "'$archive': $(count_text "$count" '%d file' '%d files'), $(
		count_text "$faults" '%d fault' '%d faults')"
	[ "$faults" = 0 ] || exit 65
}
