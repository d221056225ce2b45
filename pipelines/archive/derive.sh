# shellcheck shell=bash disable=SC2015,SC2016,SC2030,SC2031,SC2034,SC2154 # sourced by kis-archive
# Implements kis-archive derive, which makes the CSV files and workbooks of an
# archive from raw/ alone. .derived/DATE contains the versions of the programs
# and the checksums of the lists, CSV files and workbook of a date. So the
# contents of files, not their times, decide which files are made again.
[ "$command" != derive ] || define_usage "usage: kis-archive derive ARCHIVE [DATE ...] [-j N] [--lock-wait TIME] [-h]

Create the CSV files and workbooks of lists that were added, changed or
restored. Recreate CSV files and workbooks that were themselves changed or
removed, and remove those whose list is gone. DATE is a date, a month or a year:
20261120, 202611, 2026 (default: all dates).

  -j N                  process N dates at once (default 1)
      --lock-wait TIME  wait up to TIME for a nightly run to end (default 10m)
  -h, --help            print this text

Exit status: 0 success, 64 usage error, 65 a list is corrupt, 66 no archive or
no such date, 73 or 74 a file cannot be written, 75 a nightly run is using the
archive.

Examples:
  kis-archive derive ~/kis
  kis-archive derive ~/kis 2025 202601
  kis-archive derive ~/kis -j 8"

# Prints the versions of kis-tocsv and kis-toxlsx. Files made by different
# versions are made again.
maker() { echo "$(kis-tocsv --version), $(kis-toxlsx --version)"; }

# Prints the versions of the programs, and the checksums of the lists, CSV files
# and workbook of a date.
derived_state() { # arguments: a date, the lists of the date
	local list files=() date=$1
	echo "$made_by"
	shift
	for list; do
		files+=("raw/$date/$list.ndjson")
	done
	set -- "$date"
	for list in csv/"$1"/*.csv; do
		[[ ! ${list##*/} =~ ^$list_pattern\.csv$ ]] || ! is_regular "$list" ||
			files+=("$list")
	done
	! is_regular "xlsx/$1.xlsx" || files+=("xlsx/$1.xlsx")
	[ ${#files[@]} = 0 ] || sha256sum -- "${files[@]}"
}

# Makes the CSV files and the workbook of a date, or removes them if the date
# has no list. If a list is damaged, its CSV file and the workbook remain
# unchanged. Returns 0, 65 if a list is damaged, 73 or 74 if a file cannot be
# written or read, or the exit status of the program that failed.
derive_date() { # argument: a date
	local list file status=0 code damaged='' good=() sums now line state
	local lists csv=()
	mapfile -t lists < <(lists_of "$1")
	for list in "${lists[@]}"; do
		csv+=("csv/$1/$list.csv")
	done
	# The subshell returns instead of exiting, because other dates may
	# follow.
	(check_directories .derived "csv/$1" && check_files ".derived/$1" "xlsx/$1.xlsx" "${csv[@]}") ||
		return
	for file in csv/"$1"/*.csv; do
		list=${file##*/}
		[[ $list =~ ^$list_pattern\.csv$ && ! -d $file ]] || continue
		[[ " ${lists[*]} " == *" ${list%.csv} "* ]] || rm -f -- "$file" || return 74
	done
	if [ ${#lists[@]} = 0 ]; then
		rm -f "xlsx/$1.xlsx" ".derived/$1" ".pending/$1" || return 74
		# The directory remains if it contains files of the user.
		rmdir "csv/$1" 2>/dev/null || :
		return 0
	fi
	mkdir -p "csv/$1" xlsx .derived || return 73
	# Use one sha256sum process for all lists of a date, because an archive
	# may have thousands of dates.
	read_sums "raw/$1"
	now=$(cd "raw/$1" && sha256sum -- "${lists[@]/%/.ndjson}")$'\n' || return 74
	for list in "${lists[@]}"; do
		file=raw/$1/$list.ndjson code=0
		line=${now%%  "$list".ndjson$'\n'*}
		judge_copy "$list.ndjson" "${line: -64}"
		if [ "$state" = damaged ]; then
			message "'%s' is corrupt: the checksum does not match" "$archive/$file"
			code=65
		elif [ ! -s "$file" ]; then
			message '%s' "$archive/$file: $(text 'the list is empty')"
			code=65
		else
			kis-tocsv -q -o "csv/$1/$list.csv" "$file" || code=$?
		fi
		case $code in
		0) good+=("$file") ;;
		65 | 66) damaged=1 status=65 ;;
		*) return "$code" ;;
		esac
	done
	if [ ${#good[@]} -gt 0 ] &&
		{ [ -z "$damaged" ] || [ ! -e "xlsx/$1.xlsx" ]; }; then
		kis-toxlsx -q -o "xlsx/$1.xlsx" "${good[@]}" || return
	fi
	if [ -z "$damaged" ]; then
		derived_state "$1" "${lists[@]}" >".derived/$1" || return 74
		rm -f ".pending/$1"
	fi
	return "$status"
}

# Returns 0 if latest.xlsx equals the workbook of the date.
is_latest() { # argument: a date
	[ -f latest.xlsx ] && is_regular "xlsx/$1.xlsx" && cmp -s "xlsx/$1.xlsx" latest.xlsx
}

# Makes latest.xlsx a copy of the workbook of the newest date. Keeps latest.xlsx
# if that date has no workbook, and removes it if the archive has no list.
# Returns 0, or 73 or 74 if latest.xlsx cannot be written.
update_latest() {
	local newest='' work
	newest=$(newest_date)
	if [ -z "$newest" ] || ! is_regular "xlsx/$newest.xlsx"; then
		[ -n "$newest" ] || rm -f latest.xlsx
		return 0
	fi
	! is_latest "$newest" || return 0
	work=.run/derive.$$ # of derive; other commands have locked .run
	[ -d "$work" ] || work=.run
	mkdir -p "$work" && cp "xlsx/$newest.xlsx" "$work/latest.$$" || return 74
	if ! mv -fT "$work/latest.$$" latest.xlsx 2>/dev/null; then
		rm -f "$work/latest.$$"
		message "cannot replace '%s'; if it is open in Excel, close it" "$archive/latest.xlsx"
		return 73
	fi
}

# Updates the CSV files and workbooks of the dates in .pending/, which nightly
# and merge have changed, and then updates latest.xlsx. Sets derive_status to 0,
# or to the first exit status that is not 0.
derive_pending() {
	local file made_by code
	derive_status=0
	made_by=$(maker)
	for file in .pending/[0-9]*; do
		[ -e "$file" ] || continue
		code=0
		derive_date "${file#.pending/}" || code=$?
		[ "$derive_status" != 0 ] || derive_status=$code
	done
	code=0
	update_latest || code=$?
	[ "$derive_status" != 0 ] || derive_status=$code
}

# Reads dates from standard input, and prints the dates whose lists, CSV files
# or workbook do not match .derived/DATE. The argument is the name of a
# directory in .run for temporary files, which remain. Returns 74 if such a file
# cannot be written.
dates_to_derive() {
	local tmp=.run/$1
	sort >"$tmp/dates" || return 74
	{
		find -H raw -regextype posix-extended -type f \
			-regex "raw/[0-9]{8}/$list_pattern\\.ndjson"
		[ ! -d csv ] || find -H csv -regextype posix-extended -type f \
			-regex "csv/[0-9]{8}/$list_pattern\\.csv"
		[ ! -d xlsx ] || find -H xlsx -regextype posix-extended -type f \
			-regex 'xlsx/[0-9]{8}\.xlsx'
	} | tr '\n' '\0' | xargs -0 -r sha256sum -- |
		awk '{ split($2, part, "/"); print substr(part[2], 1, 8), $1, $2 }' |
		sort >"$tmp/have" || return 74
	: >"$tmp/needed" || return 74
	[ ! -d .derived ] || find .derived -type f -name '[0-9]*' -print0 |
		xargs -0 -r awk -v made_by="$made_by" '
			FNR == 1 { date = FILENAME; sub(/.*\//, "", date)
				if ($0 != made_by) print date, "made by", $0; next }
			{ print date, $1, $2 }' | sort >"$tmp/needed" || return 74
	comm -3 "$tmp/have" "$tmp/needed" | tr -d '\t' | cut -d' ' -f1 | sort -u |
		comm -12 - "$tmp/dates"
}

derive_run() {
	local given=() jobs=1 pattern dates made_by status=0 code i todo
	read_options '-j --jobs number jobs' "$@"
	[ ${#given[@]} -gt 0 ] || usage_error 'expected an archive'
	for pattern in "${given[@]:1}"; do
		[[ $pattern =~ ^[0-9]{0,8}\*?$ && -n $pattern ]] ||
			usage_error "invalid date '%s': expected YYYYMMDD, YYYYMM or YYYY" "$pattern"
	done
	open_archive "${given[0]}"
	check_directories .run .pending .derived
	lock_archive -s
	# Leave out dates with compressed lists, so that their files remain
	# unchanged.
	dates=$({
		all_dates
		[ ! -d csv ] || find -H csv -regextype posix-extended -regex 'csv/[0-9]{8}' -printf '%f\n'
		[ ! -d xlsx ] || find -H xlsx -regextype posix-extended \
			-regex 'xlsx/[0-9]{8}\.xlsx' -printf '%f\n' | cut -c 1-8
	} | sort -u | comm -23 - <(find -H raw -type f -name '*.ndjson.gz' | cut -d/ -f2 | sort -u))
	# Another derive that ends removes the directory .run if it is empty, so
	# try again, and keep a directory in it until the end of this run.
	for i in 1 2 3 4 5; do
		! mkdir -p ".run/derive.$$" 2>/dev/null || break
	done
	[ -d ".run/derive.$$" ] || fail 73 "cannot write to '%s'" "$archive/.run"
	trap 'rm -rf ".run/derive.$$"; rmdir .run 2>/dev/null || :' EXIT
	for pattern in "${given[@]:1}"; do
		grep -q "^${pattern%\*}" <<<"$dates" ||
			fail 66 "'%s' has no list for %s" "$archive" "$pattern"
	done
	if [ ${#given[@]} -gt 1 ]; then
		dates=$(for pattern in "${given[@]:1}"; do
			grep "^${pattern%\*}" <<<"$dates"
		done | sort -u)
	fi
	made_by=$(maker)
	todo=$(dates_to_derive "derive.$$" <<<"$dates") || exit
	mapfile -t todo <<<"$todo"
	[ -n "${todo[0]}" ] || todo=()
	for ((i = 0; i < jobs; i++)); do
		(
			status=0
			for ((; i < ${#todo[@]}; i += jobs)); do
				code=0
				derive_date "${todo[i]}" || code=$?
				[ "$status" != 0 ] || status=$code
			done
			exit "$status"
		) &
	done
	for ((i = 0; i < jobs; i++)); do
		code=0
		wait -n || code=$?
		[ "$status" != 0 ] || status=$code
	done
	code=0
	update_latest || code=$?
	[ "$status" != 0 ] || status=$code
	exit "$status"
}
[ "$command" != derive ] || run() { derive_run "$@"; }
