#!/bin/bash
# Fetches the ranking and saves it as a workbook named after its base date and
# query time.
set -euo pipefail
unset CDPATH POSIXLY_CORRECT
# An unhandled failure means that a file could not be read or written, so exit
# with 74. Exit status 1 means that there is no data.
trap 'exit 74' ERR

usage="usage: daily.sh [-h] [-m MARKETS] [-d PERIODS] [-o DIRECTORY|FILE.xlsx]
                [--complete] [--open]

Save the short-sale ranking as short_sales_YYYYMMDD_HHMMSS.xlsx, with the base
date of the list and the time of the query in Korea.

  -m, --market LIST    markets as for kis-fetch (default kospi,kosdaq)
  -d, --period LIST    periods as for kis-fetch (default 1d)
  -o, --output NAME    directory of the workbook (default .), or the workbook
                       itself if NAME ends in .xlsx
      --complete       fetch complete lists, not only the top 30
      --open           open the directory in the file manager
  -h, --help           print this text

Exit status: that of the program that failed; 73 also if the file is open in
Excel."

# The exit status does not depend on whether messages can be written.
message() { echo "daily.sh: $*" >&2 2>/dev/null || :; }

wrong() {
	message "$1"
	echo "Try 'daily.sh --help' for more information." >&2 2>/dev/null || :
	exit 64
}

print_line() { # argument: a line
	echo "$1" 2>/dev/null && return
	message 'cannot write to standard output'
	exit 74
}

markets='' periods='' target=. complete='' open=''
while [ $# -gt 0 ]; do
	case $1 in
	-m | --market | -d | --period | -o | --output)
		[ $# -gt 1 ] || wrong "option '$1' requires a value"
		[ -n "$2" ] || wrong "the value of '$1' is empty"
		case $1 in
		# The values of a repeated option are added, as kis-fetch does.
		-m | --market) markets+=${markets:+,}$2 ;;
		-d | --period) periods+=${periods:+,}$2 ;;
		*) target=$2 ;;
		esac
		shift
		;;
	--complete) complete=--complete ;;
	--open) open=1 ;;
	-h | --help)
		print_line "$usage"
		exit 0
		;;
	*) wrong "unknown argument '$1'" ;;
	esac
	shift
done

# If PATH does not contain the programs, use those built in this checkout, or
# those installed with this file, which is then in share/doc/kis/examples.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:$here/../build/bin:$here/../../../../bin
command -v kis-token >/dev/null || {
	message 'kis-token is not in PATH'
	exit 71
}
work=$(mktemp -d) || exit 73
trap 'rm -rf "$work"' EXIT

# Fetches the ranking. Keeps the token in memory, because a file with the token
# would remain if the run were killed.
fetch() { # arguments: options of kis-token
	token=$(kis-token "$@") || exit
	printf '%s\n' "$token" | kis-fetch -m "${markets:-kospi,kosdaq}" -d "${periods:-1d}" \
		${complete:+"$complete"} -o "$work/raw.ndjson"
}

# Calls fetch(). If the token is rejected, requests a new token and calls
# fetch() again, because a token may become invalid before it expires. Requests
# at most one new token, because KIS sends the account owner a message for each
# new token.
fetch_with_new_token() {
	local code=0
	fetch || code=$?
	[ "$code" = 77 ] || return "$code"
	message 'token rejected; requesting one new token'
	fetch --force
}

# Sets $file to the path of the workbook, and $folder to its directory. Unless
# -o names a .xlsx file, the file name contains the newest base date and query
# time.
choose_name() {
	local day when
	kis-tocsv --header none -c stnd_date2,fetched_at -o "$work/times" \
		"$work/raw.ndjson" || return
	IFS=, read -r day when < <(sort -r "$work/times")
	when=${when#*T}
	when=${when%%+*}
	case $target in
	*.xlsx) folder=$(dirname -- "$target") file=$target ;;
	*) folder=$target file=$target/short_sales_${day}_${when//:/}.xlsx ;;
	esac
}

save() {
	local code=0
	kis-toxlsx -o "$file" "$work/raw.ndjson" || code=$?
	if [ "$code" = 73 ] && [ -e "$file" ]; then
		message "cannot replace '$file'; if it is open in Excel, close it"
	fi
	return "$code"
}

show_folder() {
	if command -v explorer.exe && command -v wslpath; then
		# Ignore status 1, because explorer.exe exits with 1 even on
		# success.
		explorer.exe "$(wslpath -w "$folder")" || [ $? = 1 ]
	elif command -v xdg-open; then
		xdg-open "$folder"
	elif command -v open; then
		open "$folder"
	else
		message "found no explorer.exe, xdg-open or open"
		return 1
	fi >"$work/opener"
}

fetch_with_new_token || exit
choose_name || exit
mkdir -p -- "$folder" || exit 73
save || exit
print_line "$file"
if [ -n "$open" ]; then
	show_folder || message "cannot open '$folder'; the report is saved there"
fi
