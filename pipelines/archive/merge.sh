# shellcheck shell=bash disable=SC2015,SC2034,SC2154 # sourced by kis-archive
# Implements kis-archive merge, which adds the lists of another archive.
# arrange() in lists.sh decides the names of the copies of a list.
define_usage "usage: kis-archive merge ARCHIVE OTHER [--lock-wait TIME] [-h]

Add the lists and daily rows of the archive OTHER, which is only read, to
ARCHIVE, and update the CSV files and workbooks. Nothing is lost. If the
archives have different contents for a list, both versions are kept, and the
contents alone decide which version gets the name without a suffix. If both have
a row for the same stock and day, the row fetched later is used, and the other
is moved to stocks/revisions. So it does not matter which archive is merged into
which.

      --lock-wait TIME  wait up to TIME for another run on ARCHIVE to
                        end (default 10m)
  -h, --help            print this text

Exit status: 0 success, 64 usage error, 65 a list is corrupt, 66 no archive, 73
or 74 a file cannot be written, 75 another run is using an archive.

Examples:
  kis-archive merge ~/kis /mnt/laptop/kis
  kis-archive merge ~/kis ~/kis.restored
  rsync -a pc:kis/ ~/kis.pc/ && kis-archive merge ~/kis ~/kis.pc"

# Prints a line DATE NAME HASH STATE for each copy of a list in an archive.
copies_of() { # argument: an archive
	(cd -- "$1" && all_copies) | file_states "$1" | while read -r path hash state; do
		echo "${path:4:8} ${path##*/} $hash $state"
	done
}

# Copies a list of the other archive to .run/keep, atomically. Fails with 74 if
# the contents do not have the hash.
take() { # arguments: a file, its name in .run/keep, its hash
	cp -- "$1" .run/tmp/copy && sync_file .run/tmp/copy &&
		[ "$(hash_of .run/tmp/copy)" = "$3" ] &&
		mv -fT .run/tmp/copy ".run/keep/$2" ||
		fail 74 "cannot copy '%s': it cannot be read, or it changed during the copy" "$1"
}

run() {
	local given=() other date name hash state list key i=0 added=0 adopted status tmp
	local lists_status=0 stocks_status copy
	local -A have=() todo=() several=() is_new=()
	read_options '' "$@"
	[ ${#given[@]} = 2 ] || usage_error 'expected two archives'
	check_name "${given[1]}"
	other=$(realpath -m -- "${given[1]}")
	has_raw "${given[1]}" ||
		fail 66 "no archive at '%s': it has no directory 'raw'" "${given[1]}"
	open_archive "${given[0]}"
	[ "$other" != "$(pwd -P)" ] || usage_error 'an archive cannot be merged with itself'
	for i in 0 1; do
		name=. && [ "$i" = 0 ] || name=$other
		! has_compressed "$name" || fail 65 "'%s' has compressed lists; before merging, run there: %s" \
			"${given[i]}" "find raw -name '*.gz' -exec gunzip {} +"
	done
	i=0
	lock_archive
	begin_work
	# The other archive is only read. If it has a lock file, wait until no
	# run changes that archive.
	if [ -f "$other/.lock" ] && { exec 8<"$other/.lock"; } 2>/dev/null; then
		status=0
		flock -s -E 75 -w "$lock_wait" 8 2>/dev/null || status=$?
		[ "$status" != 75 ] || fail 75 "'%s' is in use by another run" "${given[1]}"
	fi
	for name in "$other"/.run/keep/* "$other"/.run/fetched/*; do
		[ ! -e "$name" ] || fail 75 "'%s' has lists of an interrupted run; run: %s" \
			"${given[1]}" "kis-archive verify '${given[1]}'"
	done
	# Older releases wrote lists without checksums. Add a checksum to each
	# such list that has no fault.
	tmp=$PWD/.run/tmp
	all_copies | file_states . | sed -n 's/ [0-9a-f]* bare$//p' >"$tmp/bare"
	check_lists "$tmp/bare" "$tmp/bare" >"$tmp/found"
	adopt_lists "$tmp/bare" "$tmp/found"
	copies_of . >.run/tmp/own && copies_of "$other" >.run/tmp/others ||
		fail 74 'not all lists can be read; nothing was merged'
	while read -r date name hash state; do
		list=${name%%.*}
		have[$date.$list.$hash]=$state
		# Also rename copies in this archive that an older release named
		# by a different rule.
		[ -z "${several[$date.$list]-}" ] || todo[$date.$list]=1
		[ "$name" = "$list.ndjson" ] || [ -e "raw/$date/$list.ndjson" ] ||
			todo[$date.$list]=1
		several[$date.$list]=1
	done <.run/tmp/own
	while read -r date name hash state; do
		list=${name%%.*} key=$date.${name%%.*}
		case ${have[$key.$hash]-absent}-$state in
		absent-*) is_new[$date/$name]=1 added=$((added + 1)) ;;
		bare-intact | bare-damaged | damaged-intact | damaged-bare) ;;
		*) continue ;;
		esac
		i=$((i + 1))
		[ "$state" != intact ] || state=''
		take "$other/raw/$date/$name" "$key.$i${state:+.$state}" "$hash"
		todo[$key]=1
	done <.run/tmp/others
	for key in $(printf '%s\n' "${!todo[@]}" | sort); do
		arrange "${key%%.*}" "${key#*.}"
	done
	# Report the corrupt lists of the other archive, also in later merges.
	# Its copies that are already named "damaged" were reported before.
	while read -r date name hash state; do
		copy=raw/$date/${name%%.*}.ndjson.damaged-${hash:0:12}
		[ -e "$copy" ] || continue
		added=$((added - ${is_new[$date/$name]-0}))
		[[ $name != *.damaged-* ]] || continue
		warn "'%s' is corrupt; it is kept as '%s'" \
			"${given[1]}/raw/$date/$name" "$archive/$copy"
		lists_status=65
	done <.run/tmp/others
	for name in "$other"/unplaced/*.ndjson; do
		[ -f "$name" ] && [ ! -e "unplaced/${name##*/}" ] || continue
		mkdir -p unplaced
		cp -- "$name" .run/tmp/copy && mv -fT .run/tmp/copy "unplaced/${name##*/}" ||
			exit 74
	done
	for name in holidays .dates; do
		[ -f "$other/$name" ] || continue
		if [ -e "$name" ] && [ ! -f "$name" ]; then
			warn "'%s' is not a regular file; it is ignored" "$archive/$name"
			continue
		fi
		if [ ! -e "$name" ]; then
			cp -- "$other/$name" "$name" || exit 74
		fi
		! cmp -s "$other/$name" "$name" || continue
		sort -u "$other/$name" "$name" >.run/tmp/lines
		cmp -s .run/tmp/lines "$name" || mv -fT .run/tmp/lines "$name"
	done
	load days.sh
	stocks_status=0
	merge_stocks "$other"
	load derive.sh
	derive_pending
	print_line "'$archive': $(count_text "$added" '%d list added' '%d lists added') ('${given[1]}')"
	for status in "$derive_status" "$lists_status" "$stocks_status"; do
		[ "$status" = 0 ] || exit "$status"
	done
	exit 0
}
