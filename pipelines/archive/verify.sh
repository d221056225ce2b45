# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154 # shared with kis-archive
# kis-archive verify: whether an archive holds what was fetched.
usage_verify="usage: kis-archive verify ARCHIVE [--adopt] [--lock-wait TIME] [-h]

Check the archive and print each fault as FILE: or FILE:LINE: and what is wrong:

- files whose checksum has changed, that are missing, or have no checksum
- lists that cannot be read, or hold another market, period or base date than
  their name
- ranks that are not 1, 2, 3 ..., rows missing at the end, stocks that appear
  twice, rows that neither short volumes nor ratios order
- where no checksum vouches for the figures, ratios and averages that do not
  follow from their sums
- base dates in the future, dates that are gone, files that are not lists

      --adopt           write checksums for lists that have none and are
                        otherwise without fault
      --lock-wait TIME  wait TIME for another run of this archive (default 10m)
  -h, --help            print this text

Exit status: 0 no fault, 64 usage, 65 faults, 66 no archive.

Examples:
  kis-archive verify ~/kis
  kis-archive verify ~/kis --adopt
  kis-archive verify /mnt/backup/kis || echo 'the backup is damaged'"
[ "$command" != verify ] || usage=$usage_verify

fault() { # file text
	printf '%s: %s\n' "$1" "$2"
	faults=$((faults + 1))
}

# Every name below raw that is not one of the archive's, as the shell quotes it.
check_names() {
	local path rest
	while IFS= read -rd '' path; do
		rest=${path#raw/}
		if [[ $rest =~ ^[0-9]{8}$ && -d $path && ! -L $path ]]; then
			is_past_date "$rest" || fault "$path" 'not a base date up to today'
		elif [[ ! $rest =~ ^[0-9]{8}/(SHA256SUMS|$copy_pattern)$ || ! -f $path || -L $path ]]; then
			fault "$(printf %q "$path")" 'not a file of the archive'
		elif [[ $path == *.damaged-* && ! -e ${path%.damaged-*} ]]; then
			fault "${path%.damaged-*}" "no valid copy is left, only ${path##*/}"
		fi
	done < <(find -H raw -mindepth 1 -print0 | sort -z)
}

# Checksums of all copies against those that the dates have. Leaves the lists
# without one in $tmp/new, and what has changed in $tmp/changed.
check_sums() {
	local hash path line
	find -H raw -regextype posix-extended -type f \
		-regex "raw/[0-9]{8}/$copy_pattern" -print0 | sort -z |
		xargs -0 -r sha256sum -- | awk '{ print $2, $1 }' >"$tmp/have"
	find -H raw -regextype posix-extended -type f \
		-regex 'raw/[0-9]{8}/SHA256SUMS' | sort >"$tmp/sumfiles"
	tr '\n' '\0' <"$tmp/sumfiles" | xargs -0 -r awk -v copy="^($copy_awk)\$" '
		{
			dir = FILENAME
			sub(/SHA256SUMS$/, "", dir)
			if (length($1) == 64 && $1 !~ /[^0-9a-f]/ && NF == 2 && $2 ~ copy)
				print "s", dir $2, $1
			else
				print "f", FILENAME ":" FNR ":", "not a line of checksums"
		}' >"$tmp/sums"
	: >"$tmp/new"
	: >"$tmp/changed"
	while read -r kind path line; do
		case $kind in
		f) fault "${path%:}" "$line" ;;
		changed)
			echo "$path" >>"$tmp/changed"
			fault "$path" 'damaged: its checksum has changed'
			;;
		missing) fault "$path" 'missing: its checksum is there' ;;
		new) echo "$path" >>"$tmp/new" ;;
		esac
	done < <(awk '
		FNR == 1 { file++ }
		file == 1 && $1 == "f" { print; next }
		$1 == "s" && NF == 3 { sums[$2] = sums[$2] " " $3; next }
		{ have[$1] = $2
			if (!($1 in sums)) print "new", $1
			else if (!index(sums[$1], $2)) print "changed", $1 }
		END { for (name in sums) if (!(name in have)) print "missing", name }
		' "$tmp/sums" /dev/fd/3 3<"$tmp/have" | sort -k 2)
}
# awk of all kinds has no {1,12}
copy_awk='[0-9a-z]+-[0-9]+[dwm][.]ndjson([.][-0-9a-zT]+)?'

# Lists in groups, since a process for each would take the most of the time; a
# group that cannot be read is read list by list.
check_lists() {
	local group path status
	find -H raw -regextype posix-extended -type f \
		-regex "raw/[0-9]{8}/$copy_pattern" ! -name '*.damaged-*' | sort |
		split -l 200 - "$tmp/group."
	for group in "$tmp"/group.*; do
		[ -e "$group" ] || continue
		status=0
		check_group "$group" || status=$?
		[ "$status" != 0 ] || continue
		while read -r path; do
			echo "$path" >"$tmp/one"
			check_group "$tmp/one" || {
				sed 's/^kis-tocsv: //; 1q' "$tmp/why"
				faults=$((faults + 1))
				echo "$path" >>"$tmp/unreadable"
			}
		done <"$group"
	done
}

check_group() { # file of paths
	local files line
	mapfile -t files <"$1"
	kis-tocsv -q --header none -t '\t' -c "$checked_fields" -o "$tmp/rows" \
		-- "${files[@]}" 2>"$tmp/why" || return
	count_rows "${files[@]}" >"$tmp/lengths" || exit 74
	line=0
	check_rows "$tmp/lengths" "$tmp/rows" "$tmp/new" >"$tmp/faults" || line=$?
	case $line in
	0) ;;
	3)
		echo 'a value holds a line end, a tab or a quote' >"$tmp/why"
		[ ${#files[@]} -gt 1 ] || sed -i "s|^|${files[0]}: |" "$tmp/why"
		return 1
		;;
	*) exit 74 ;; # awk itself could not go on
	esac
	# kis-tocsv takes an empty file among others for no records
	awk '$1 == 0 { print $2 ": the list is empty" }' "$tmp/lengths" >>"$tmp/faults"
	while IFS= read -r line; do
		printf '%s\n' "$line"
		echo "${line%%:*}" >>"$tmp/unreadable"
		faults=$((faults + 1))
	done <"$tmp/faults"
}

# Dates that the archive had once.
check_dates() {
	local date path
	[ -e .dates ] || return 0
	while read -r date; do
		[[ $date =~ ^[0-9]{8}$ ]] || continue
		for path in "raw/$date"/*.ndjson*; do
			[ ! -e "$path" ] || continue 2
		done
		fault "raw/$date" 'missing: the archive had lists of this date'
	done < <(sort -u .dates)
}

adopt() {
	local path dir count=0
	while read -r path; do
		! grep -qxF -e "$path" "$tmp/unreadable" || continue
		dir=${path%/*}
		{
			[ ! -e "$dir/SHA256SUMS" ] || cat "$dir/SHA256SUMS"
			echo "$(hash_of "$path")  ${path##*/}"
		} | sort -u -k 2 -k 1,1 >"$dir/.kis.sums" &&
			mv -fT "$dir/.kis.sums" "$dir/SHA256SUMS" || exit 74
		count=$((count + 1))
	done <"$tmp/new"
	all_dates | sort -u - .dates >.run/tmp/dates
	cmp -s .run/tmp/dates .dates || mv -fT .run/tmp/dates .dates
	say "checksums were written for $count lists"
}

verify_run() {
	local adopt='' given=() faults=0 lists path
	while [ $# -gt 0 ]; do
		case $1 in
		--adopt) adopt=1 ;;
		--lock-wait)
			need_value "$@"
			lock_wait=$(seconds_of "$1" "$2") || exit
			shift
			;;
		--)
			shift
			given+=("$@")
			break
			;;
		-*) usage_error "unknown option '$1'" ;;
		*) given+=("$1") ;;
		esac
		shift
	done
	[ ${#given[@]} = 1 ] || usage_error 'expected one archive'
	open_archive "${given[0]}"
	if { : >>.lock; } 2>/dev/null; then
		lock_archive
		begin_work
	elif [ -n "$adopt" ]; then # a backup may be read-only
		fail 73 "cannot write to '$archive'"
	fi
	tmp=$(mktemp -d) || exit 73
	trap 'rm -rf "$tmp"; [ ! -d .run ] || end_work' EXIT
	: >"$tmp/unreadable"
	check_names
	check_sums
	check_lists
	check_dates
	if [ -n "$adopt" ]; then
		adopt
	elif [ -s "$tmp/new" ]; then
		while read -r path; do
			fault "$path" 'has no checksum; if it is right, run: kis-archive verify --adopt'
		done <"$tmp/new"
	fi
	lists=$(wc -l <"$tmp/have")
	echo "'$archive': $lists lists, $faults faults"
	[ "$faults" = 0 ] || exit 65
}
[ "$command" != verify ] || run() { verify_run "$@"; }
