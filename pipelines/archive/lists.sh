# shellcheck shell=bash disable=SC2015,SC2034,SC2154 # sourced by kis-archive
# Functions for the lists in an archive and their copies. A list is the ranking
# of one market and period for one base date, raw/DATE/MARKET-PERIOD.ndjson.
# raw/DATE/SHA256SUMS contains the checksum of each file of a date. If a list
# was fetched again with different figures, all copies are kept. Their contents
# alone decide which copy is named MARKET-PERIOD.ndjson, so that archives become
# equal regardless of the order in which they are merged. The working files are:
#
# .run/fetched/	lists just fetched, until keep() adds or deletes them
# .run/keep/	files that arrange() is about to name, DATE.LIST.N[.STATE]; and
#		DATE.LIST.arranging while it runs
# .run/tmp/	temporary files
# .pending/DATE	the date's CSV files and workbook are not up to date
# .dates	all dates that the archive has or once had

# Returns 0 if the archive can be locked and changed. Fails with 73 if the lock
# file is not a regular file.
is_writable() {
	check_files .lock
	[ -w . ] && { : >>.lock; } 2>/dev/null
}

# Creates the working directories, and adds the lists that a killed run fetched
# to the archive. If a list cannot be added now, for example because a file
# cannot be read, it remains for a later run.
begin_work() {
	local file name
	check_directories .run .run/fetched .run/keep .pending
	file=$(find .run/fetched .run/keep .pending -mindepth 1 ! -type f -print -quit \
		2>/dev/null) || : # directories may be missing
	[ -z "$file" ] || fail 73 "cannot write '%s': it is not a regular file" "$archive/$file"
	mkdir -p -m 700 .run && mkdir -p .run/fetched .run/keep .pending ||
		fail 73 "cannot write to '%s'" "$archive"
	rm -rf .run/tmp .run/derive.* .run/latest.* .run/fetched/.[!.]*
	mkdir .run/tmp || exit 73
	working=1
	trap end_work EXIT
	export TMPDIR=$PWD/.run/tmp
	check_files .dates
	if [ ! -s .dates ]; then
		all_dates >.run/tmp/dates && mv -fT .run/tmp/dates .dates || exit 74
		# If this runs as root, make the owner of the archive the owner
		# of .dates. A failure is ignored, because some file systems
		# cannot change owners.
		[ "$EUID" != 0 ] || chown --reference=. .dates 2>/dev/null || :
	fi
	for file in .run/keep/*; do
		[ -e "$file" ] || continue # arrange() has moved this file
		name=${file##*/}
		if [[ $name =~ ^([0-9]{8})\.($list_pattern)\. ]]; then
			guard arrange "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
			[ "$guarded" = 0 ] || warn "cannot store a list of an earlier run yet; it is kept in '%s'" \
				"$archive/$file"
		fi
	done
	for file in .run/fetched/*.ndjson; do
		[ -e "$file" ] || continue
		guard keep "$file"
		[ "$guarded" = 0 ] || warn "cannot store a list of an earlier run yet; it is kept in '%s'" \
			"$archive/$file"
	done
}

# Not empty after begin_work().
working=''

# Removes the temporary files and empty working directories. Does nothing in a
# run without the lock, because another run may use them.
end_work() {
	[ -n "$working" ] || return 0
	rm -rf .run/tmp
	# Directories remain if they contain lists for the next run.
	rmdir .run/fetched .run/keep .run .pending 2>/dev/null || :
}

# KIS's code, the name in file names, and the Korean name of each market.
markets='0000 all 전체
0001 kospi 코스피
1001 kosdaq 코스닥
2001 kospi200 코스피200
3003 kosdaq150 코스닥150
4001 krx100 KRX100'

market_name() { # argument: a code or name in any letter case
	local code name korean
	while read -r code name korean; do
		case ${1,,} in
		"$code" | "$name" | "${korean,,}")
			echo "$name"
			return
			;;
		esac
	done <<<"$markets"
	return 1
}

period_name() { # argument: a name or Korean name in any letter case
	local name=${1,,}
	name=${name/%일/d}
	name=${name/%주/w}
	name=${name/%개월/m}
	[[ $name =~ ^([1-4]d|[1-3]w|[1-3]m)$ ]] && echo "$name"
}

# Reads a list from a file. Sets list, date, class (3 for complete, 2 for
# partial, 1 for top), rows (the number of rows) and time (the query time, such
# as 20261120T204003). If the file is not one valid list, returns 1 and sets
# problem to the reason.
read_list() { # argument: a file
	local status=0 line market period
	problem=''
	kis-tocsv -q --header none -t '\t' -o .run/tmp/facts \
		-c market,period,stnd_date2,list,fetched_at -- "$1" \
		2>.run/tmp/why || status=$?
	case $status in
	0) ;;
	65 | 66)
		problem=$(head -n 1 .run/tmp/why)
		problem=${problem#kis-tocsv: }
		return 1
		;;
	*)
		cat .run/tmp/why >&2
		exit "$status"
		;;
	esac
	if ! line=$(awk -F '\t' '
		NR == 1 { market = $1; period = $2; date = $3; list = $4 }
		$1 != market || $2 != period || $3 != date {
			problem = "contains more than one list"
			exit
		}
		$5 > time { time = $5 }
		END {
			if (problem == "" && (date !~ /^[0-9]+$/ || length(date) != 8))
				problem = "has no base date"
			if (problem != "") {
				print problem
				exit 1
			}
			gsub(/[^0-9T]/, "", time)
			time = substr(time, 1, 15)
			if (length(time) != 15 || substr(time, 9, 1) != "T")
				time = "00000000T000000"
			class = list == "complete" || (list == "" && NR > 30) ? 3 : \
				list == "partial" ? 2 : 1
			gsub(/[ \t]/, "?", market)
			gsub(/[ \t]/, "?", period)
			print market, period, date, class, NR, time
		}' .run/tmp/facts); then
		problem="'$1' $line"
		return 1
	fi
	read -r market period date class rows time <<<"$line"
	if ! market=$(market_name "$market") || ! period=$(period_name "$period"); then
		problem=$(text "'%s' contains a list of an unknown market or period" "$1")
		return 1
	fi
	if ! is_past_date "$date"; then
		problem=$(text "'%s' has the impossible base date %s" "$1" "$date")
		return 1
	fi
	list=$market-$period
}

# SHA256SUMS has a line for each file of a date: HASH, two spaces, NAME. The
# lines are sorted by name. While a file is being replaced, its name has two
# lines, and both checksums are valid.

# Sets sums to the checksums of a date, with a line end before and after each
# checksum line.
read_sums() { # argument: the directory of the date
	sums=$'\n'
	! is_regular "$1/SHA256SUMS" || sums+=$(<"$1/SHA256SUMS")$'\n'
}

# Sets the variable state to the state of a copy: "damaged" if its name contains
# .damaged- or its checksum in sums differs from the hash, "intact" if its
# checksum is the hash, or "bare" if it has no checksum.
judge_copy() { # arguments: a name, a hash
	if [[ $1 == *.damaged-* ]]; then
		state=damaged
	elif [[ $sums == *$'\n'"$2  $1"$'\n'* ]]; then
		state=intact
	elif [[ $sums == *"  $1"$'\n'* ]]; then
		state=damaged
	else
		state=bare
	fi
}

# Reads the paths of copies from standard input, one raw/DATE/NAME per line,
# sorted by date, and prints a line PATH HASH STATE for each. Compressed lists
# are printed after all others; the hash of a compressed list is that of its
# uncompressed contents.
file_states() { # argument: an archive
	local path hash day='' sums='' state name
	(cd -- "$1" && hash_files) |
		while read -r hash path; do
			if [ "${path:4:8}" != "$day" ]; then
				day=${path:4:8}
				read_sums "$1/raw/$day"
			fi
			name=${path##*/}
			judge_copy "${name%.gz}" "$hash"
			echo "$path $hash $state"
		done
}

# Prints HASH PATH for each path on standard input, compressed files last. The
# hash of a compressed file is that of its uncompressed contents.
hash_files() {
	local path hash
	cat >"$tmp/to_hash"
	sed '/\.gz$/d' "$tmp/to_hash" | tr '\n' '\0' | xargs -0 -r sha256sum --
	sed '/\.gz$/!d' "$tmp/to_hash" | while IFS= read -r path; do
		hash=$(gzip -dc -- "$path" 2>/dev/null | sha256sum) || :
		echo "${hash%% *}  $path"
	done
}

# Returns 0 if the archive has compressed lists; scale.md describes how to
# compress old lists.
has_compressed() { # argument: an archive
	[ -n "$(find -H "$1/raw" -type f -name '*.ndjson.gz' -print -quit)" ]
}

# Prints the paths of the copies of all lists, sorted.
all_copies() {
	find -H raw -regextype posix-extended -type f \
		-regex "raw/[0-9]{8}/$copy_pattern" | sort
}

# Fails with 74 if the path of a new file in raw/ belongs to something that is
# not a regular file, because that must not be replaced.
check_place() { # argument: a path
	[ ! -e "$1" ] && [ ! -L "$1" ] || is_regular "$1" ||
		fail 74 "cannot write '%s': it is not a regular file" "$archive/$1"
}

# Replaces the checksums of a list with the lines on standard input. With --add,
# adds these lines and keeps the old checksums.
write_sums() { # arguments: [--add] a date, a list
	local add=''
	if [ "$1" = --add ]; then
		add=1
		shift
	fi
	check_place "raw/$1/SHA256SUMS"
	rm -f "raw/$1/.kis.sums"
	{
		cat
		[ ! -e "raw/$1/SHA256SUMS" ] ||
			awk -v list="$2.ndjson" -v add="$add" 'add != "" ||
				($2 != list && index($2, list ".") != 1)' \
				"raw/$1/SHA256SUMS"
	} | sort -u -k 2 -k 1,1 >"raw/$1/.kis.sums" || exit 74
	# Write the new file in the directory of the date, because raw/ may be
	# on a different file system from .run/, and only a rename within a file
	# system is atomic.
	sync_file "raw/$1/.kis.sums" && mv -fT "raw/$1/.kis.sums" "raw/$1/SHA256SUMS" ||
		exit 74
}

# Atomically copies a file to the target, which is a path in raw/.
put() { # arguments: a file, the target
	cp -- "$1" "${2%/*}/.kis.copy" && sync_file "${2%/*}/.kis.copy" &&
		mv -fT -- "${2%/*}/.kis.copy" "$2" || exit 74
}

# Gives each copy of a list its name. The copies are those in the directory of
# the date and those in .run/keep. Copies are ordered: complete before partial
# before top, then later before earlier query times, then greater before smaller
# hashes. The first copy has the plain name, MARKET-PERIOD.ndjson; the names of
# the other copies end in their query time. A damaged copy never has the plain
# name; its name ends in "damaged-" and the first 12 digits of its hash. If the
# same contents are damaged under one name and intact under another, they count
# as intact. A file is deleted only after its contents are stored under another
# name. So a killed run loses nothing, and the next run arranges the files in
# .run/keep again. A copy gets a checksum only if it has or had one, or if it
# passes all checks of verify.
arrange() { # arguments: a date, a list
	local dir=raw/$1 plain=$2.ndjson file name hash state sums i=0
	local -A at=() states=() keys=() names=() taken=()
	local copies=() staged=()
	check_directories "raw/$1"
	mkdir -p "$dir" || exit 73
	check_place "$dir/$plain"
	check_place "$dir/SHA256SUMS"
	mkdir -p .pending && : >".pending/$1" && : >".run/keep/$1.$2.arranging" || exit 73
	rm -f "$dir"/.kis.*
	read_sums "$dir"
	for file in "$dir/$plain" "$dir/$plain".* .run/keep/"$1.$2".*; do
		name=${file##*/}
		[[ $name != *.arranging ]] && is_regular "$file" || continue
		[[ $file == .run/* || $name =~ ^$copy_pattern$ ]] || continue
		copies+=("$file")
		hash=$(hash_of "$file")
		case $file in
		.run/*.damaged) state=damaged ;;
		.run/*.bare) state=bare ;;
		.run/*) state=intact ;;
		*) judge_copy "$name" "$hash" ;;
		esac
		if [ "$state" = bare ] && is_consistent "$file" "$1" "$2"; then
			state=intact
		fi
		case ${states[$hash]-bare}-$state in
		bare-* | damaged-intact) states[$hash]=$state ;;
		esac
		[ -n "${at[$hash]-}" ] || at[$hash]=$file
	done
	for hash in "${!at[@]}"; do
		keys[$hash]="0 - $hash"
		if [ "${states[$hash]}" != damaged ] && read_list "${at[$hash]}" &&
			[ "$list $date" = "$2 $1" ]; then
			keys[$hash]="$class $time $hash"
		fi
	done
	while read -r class time hash; do
		if [ "$class" = 0 ]; then
			names[$hash]=$plain.damaged-${hash:0:12}
		elif [ ${#names[@]} = 0 ]; then
			names[$hash]=$plain
		else
			names[$hash]=$plain.$time-${hash:0:12}
		fi
	done < <(printf '%s\n' "${keys[@]}" | sort -r)
	# Of several copies with the same query time, the copy with the smallest
	# hash has no hash in its name.
	for hash in $(printf '%s\n' "${!names[@]}" | sort); do
		name=${names[$hash]}
		[[ $name =~ T[0-9]{6}-[0-9a-f]{12}$ ]] || continue
		name=${name%-*}
		if [ -z "${taken[$name]-}" ]; then
			taken[$name]=1
			names[$hash]=$name
		fi
	done
	sums_now() {
		for hash in "${!names[@]}"; do
			[[ ${states[$hash]} == bare && ${names[$hash]} != *.damaged-* ]] ||
				echo "$hash  ${names[$hash]}"
		done
	}
	sums_now | write_sums --add "$1" "$2"
	# If a copy in the directory of the date must be renamed, first copy it
	# to .run/keep, because a different copy may still have the new name.
	for hash in "${!names[@]}"; do
		file=${at[$hash]}
		[ "$file" != "$dir/${names[$hash]}" ] || continue
		if [[ $file != .run/* ]]; then
			i=$((i + 1))
			name=.run/keep/$1.$2.moved$i
			[ "${states[$hash]}" = intact ] || name+=.${states[$hash]}
			cp -- "$file" .run/tmp/copy && sync_file .run/tmp/copy &&
				mv -fT .run/tmp/copy "$name" || exit 74
			copies+=("$name")
			file=$name
		fi
		staged+=("$file" "$dir/${names[$hash]}")
	done
	for ((i = 0; i < ${#staged[@]}; i += 2)); do
		put "${staged[i]}" "${staged[i + 1]}"
	done
	# Ignore a failure, because some file systems cannot sync a directory.
	sync "$dir" 2>/dev/null || :
	for file in "${copies[@]}"; do
		for hash in "${!names[@]}"; do
			[ "$file" != "$dir/${names[$hash]}" ] || continue 2
		done
		rm -f -- "$file"
	done
	sums_now | write_sums "$1" "$2"
	grep -qxF -e "$1" .dates || {
		sort -u .dates - <<<"$1" >.run/tmp/dates &&
			mv -fT .run/tmp/dates .dates || exit 74
	}
	rm -f ".run/keep/$1.$2.arranging"
}

# An awk function that returns 1 if a text is a valid date YYYYMMDD.
awk_dates='
	function is_date(text, y, m, d) {
		if (length(text) != 8 || text ~ /[^0-9]/)
			return 0
		y = int(text / 10000)
		m = int(text / 100) % 100
		d = text % 100
		if (m < 1 || m > 12 || d < 1 || y < 1900)
			return 0
		if (m == 2)
			return d <= 28 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
		return d <= 30 + ((m + (m > 7)) % 2)
	}
'

# Sets holidays to the dates in the file "holidays", YYYYMMDD, sorted and with
# line ends between them. A line of the file begins with a date, YYYYMMDD or
# YYYY-MM-DD, after blanks or a byte order mark. Ignores empty lines and lines
# that begin with #. Warns about the first other line.
read_holidays() {
	local line wrong=''
	holidays=''
	[ -e holidays ] || return 0
	if [ ! -f holidays ]; then
		warn "'%s' is not a regular file; it is ignored" "$archive/holidays"
		return
	elif [ ! -r holidays ]; then
		warn "cannot read '%s'; it is ignored" "$archive/holidays"
		return
	fi
	while read -r line; do
		case $line in
		wrong*) wrong=${line#wrong } ;;
		*) holidays+=${holidays:+$'\n'}$line ;;
		esac
	done < <(awk "$awk_dates"'
		{
			sub(/^\357\273\277/, "")
			sub(/^[ \t\r]+/, "")
			if ($0 == "" || /^#/)
				next
			date = $0
			if (date ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]/)
				date = substr(date, 1, 4) substr(date, 6, 2) substr(date, 9)
			rest = substr(date, 9)
			date = substr(date, 1, 8)
			if (is_date(date) && rest !~ /^[0-9]/)
				print date
			else if (!wrong++)
				print "wrong", NR
		}' holidays | sort -u)
	[ -z "$wrong" ] || warn "'%s': line %d does not begin with a date (YYYYMMDD); it is ignored" \
		"$archive/holidays" "$wrong"
}

# Moves a file that is not a valid list to unplaced/ and reports it.
set_aside() { # argument: a file
	local name
	name=unplaced/$(hash_of "$1").ndjson
	mkdir -p unplaced && mv -fT -- "$1" "$name" || exit 74
	message "%s; kept as '%s'" "$problem" "$archive/$name"
}

# The fields that do not change after the base date, unlike prices and the query
# time. Rows are sorted before they are compared, because stocks with equal
# short volumes may change places.
fixed=mksc_shrn_iscd,hts_kor_isnm,acml_vol,acml_tr_pbmn,ssts_cntg_qty
fixed+=,ssts_vol_rlim,ssts_tr_pbmn,ssts_tr_pbmn_rlim
fixed+=,stnd_date1,stnd_date2,avrg_prc

write_figures() { # arguments: a list, the output file
	kis-tocsv -q --header none -c "$fixed" -o .run/tmp/unsorted -- "$1" || exit
	sort .run/tmp/unsorted >"$2" || exit 74
}

# Compares the figures of a new list, in .run/tmp/new, with those of an archived
# list; the figures are the fields in $fixed. Sets the variable same to "yes",
# "no", "part" (the new list has at least 30 rows, and the longer archived list
# contains them all) or "more" (the archived list has at least 30 rows, and the
# longer new list contains them all).
compare() { # arguments: an archived list, the number of rows of the new list
	local old new
	write_figures "$1" .run/tmp/old
	new=$(comm -23 .run/tmp/new .run/tmp/old | wc -l)
	old=$(comm -13 .run/tmp/new .run/tmp/old | wc -l)
	same='no'
	case $((new > 0))$((old > 0)) in
	00) same=yes ;;
	01) [ "$2" -lt 30 ] || same=part ;;
	10) [ "$(wc -l <.run/tmp/old)" -lt 30 ] || same='more' ;;
	esac
}

# Adds a newly fetched list to the archive, or deletes the file if the archive
# already has its figures. Moves a file that is not a valid list to unplaced/.
# Sets result to "new", "known" or "failed", and status to the exit status (76
# for an invalid list). With --known, adds and deletes nothing. It then returns
# 0 if the archive has all figures of the list, and the list has fewer than 30
# rows or the archived list has more rows; otherwise it returns 1. With and
# without --known, first decompresses the archived list if it is compressed.
keep() { # arguments: [--known] a file
	local only_known='' file hash name state sums plain_is=absent match='' days plain
	local plain_order=''
	local new_list new_date new_rows new_hash new_order old_rows=0
	if [ "$1" = --known ]; then
		only_known=1
		shift
	fi
	result=failed status=76
	if ! read_list "$1"; then
		[ -z "$only_known" ] || return 1
		set_aside "$1"
		return 0
	fi
	check_directories "raw/$date" # no command reads lists through a link
	new_list=$list new_date=$date new_rows=$rows new_order="$class $time"
	plain=raw/$date/$list.ndjson
	[ -e "$plain" ] || ! is_regular "$plain.gz" || gzip -d -- "$plain.gz" || exit 74
	new_hash=$(hash_of "$1")
	write_figures "$1" .run/tmp/new
	read_sums "raw/$date"
	for file in "$plain" "$plain".*; do
		name=${file##*/}
		is_regular "$file" && [[ $name =~ ^$copy_pattern$ ]] || continue
		hash=$(hash_of "$file")
		judge_copy "$name" "$hash"
		if [ "$state" = damaged ] ||
			! read_list "$file" || [ "$list $date" != "$new_list $new_date" ]; then
			[ "$file" != "$plain" ] || plain_is=damaged
			continue
		fi
		compare "$file" "$new_rows"
		if [ "$file" = "$plain" ]; then
			plain_is=$same old_rows=$rows plain_order="$class $time"
		fi
		# If a copy other than MARKET-PERIOD.ndjson has the same
		# figures, the new list counts as "known", unless it would come
		# before MARKET-PERIOD.ndjson in the order of copies (see
		# arrange()).
		case $same in
		yes | part)
			[ "$file" != "$plain" ] && [[ $new_order > $plain_order ]] || match=1
			;;
		esac
	done
	[[ $plain_is != @(absent|damaged) ]] || match=''
	if [ -n "$only_known" ]; then
		[ -n "$match" ] && ((new_rows < 30 || old_rows > new_rows))
		return
	fi
	if [ -n "$match" ]; then
		rm -f -- "$1"
		result=known status=0
		result_line '%s: nothing new for %s' "$new_list" "$new_date"
		return
	fi
	mv -fT -- "$1" ".run/keep/$new_date.$new_list.${new_hash:0:12}" || exit 73
	arrange "$new_date" "$new_list"
	result=new status=0
	case $plain_is in
	absent) result_line '%s: %d rows for %s' "$new_list" "$new_rows" "$new_date" ;;
	more)
		result_line '%s: %d rows for %s, %d of them already in the archive' \
			"$new_list" "$new_rows" "$new_date" "$old_rows"
		;;
	damaged)
		result_line '%s: %d rows for %s' "$new_list" "$new_rows" "$new_date"
		warn "'%s' was corrupt and is replaced by the new list; the corrupt file is kept in the same directory" \
			"$archive/$plain"
		;;
	*)
		name=$(awk -v hash="$new_hash" '$1 == hash { print $2 }' \
			"raw/$new_date/SHA256SUMS")
		warn "%s: the server returned different figures for %s; both lists are kept, the new one as '%s'" \
			"$new_list" "$new_date" "$archive/raw/$new_date/$name"
		;;
	esac
}

quiet=''

# Prints a line about a list, unless quiet is set. If the line cannot be written,
# the run still fetches the other lists.
result_line() { # arguments: a format [an argument ...]
	[ -n "$quiet" ] || printf '%s\n' "$(text "$@")" 2>/dev/null || : >.run/tmp/unwritten
}
