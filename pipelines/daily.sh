#!/bin/bash
# Today's report in one command: fetches the ranking, saves it as a workbook
# that is named by what it holds, and opens the folder on request.
set -euo pipefail
unset CDPATH

usage="usage: daily.sh [-h] [-m MARKETS] [-d PERIODS] [-o FOLDER|FILE.xlsx]
                [--complete] [--open]

Saves the short-sale ranking as short_sales_<base date>_<HHMMSS>.xlsx: the
base date is the list's own, the time is that of the query, in Korea.

  -m, --market LIST    as for kis-fetch (default kospi,kosdaq)
  -d, --period LIST    as for kis-fetch (default 1d)
  -o, --output FOLDER  where it is saved (default: here); a name that ends
                       in .xlsx is the file itself, replaced each time
      --complete       whole lists, beyond the 30 rows of one answer
      --open           show the folder when done
  -h, --help           this text

Exit status: that of the program that failed; 73 also when Excel holds the
file open."

say() { echo "daily.sh: $*" >&2; }

wrong() {
	say "$1"
	echo "$usage" >&2
	exit 64
}

markets=kospi,kosdaq periods=1d target=. complete='' open=''
while [ $# -gt 0 ]; do
	case $1 in
	-m | --market | -d | --period | -o | --output)
		[ $# -gt 1 ] || wrong "$1 wants a value"
		case $1 in
		-m | --market) markets=$2 ;;
		-d | --period) periods=$2 ;;
		*) target=$2 ;;
		esac
		shift
		;;
	--complete) complete=--complete ;;
	--open) open=1 ;;
	-h | --help)
		echo "$usage"
		exit 0
		;;
	*) wrong "'$1' is not known" ;;
	esac
	shift
done

# a checkout works without being installed
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:$here/../build/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The token stays in memory; a file would outlive a run that is killed.
fetch() { # kis-token's options
	token=$(kis-token "$@") || exit
	printf '%s\n' "$token" | kis-fetch -m "$markets" -d "$periods" \
		${complete:+"$complete"} -o "$work/raw.ndjson"
}

# A token may end before its time: revoked, or replaced from elsewhere. One
# new one is asked for, no more, since each sends the owner a message.
fetch_with_new_token() {
	local code=0
	fetch || code=$?
	[ "$code" = 77 ] || return "$code"
	say 'the token was refused; asking for a new one, once'
	fetch --force
}

# Sets folder and file. The newest base date and time are the report's.
choose_name() {
	local day when
	kis-tocsv --header none -c stnd_date2,fetched_at -o "$work/times" \
		"$work/raw.ndjson" || return
	IFS=, read -r day when < <(sort -r "$work/times")
	when=${when#*T}
	when=${when%%+*}
	case $target in
	*.xlsx) folder=$(dirname "$target") file=$target ;;
	*) folder=$target file=$target/short_sales_${day}_${when//:/}.xlsx ;;
	esac
}

save() {
	local code=0
	kis-toxlsx -o "$file" "$work/raw.ndjson" || code=$?
	if [ "$code" = 73 ] && [ -e "$file" ]; then
		say "'$file' cannot be replaced: if it is open, close it in" \
			"Excel and try again"
	fi
	return "$code"
}

show_folder() {
	if command -v explorer.exe && command -v wslpath; then
		# it ends with 1 even when all is well
		explorer.exe "$(wslpath -w "$folder")" || [ $? = 1 ]
	elif command -v xdg-open; then
		xdg-open "$folder"
	elif command -v open; then
		open "$folder"
	else
		say "--open: no explorer.exe, xdg-open or open was found"
		return 1
	fi >"$work/opener"
}

fetch_with_new_token || exit
choose_name || exit
mkdir -p "$folder" || exit 73
save || exit
echo "$file"
if [ -n "$open" ]; then
	show_folder || say "'$folder' could not be shown; the report is saved"
fi
