# shellcheck shell=bash disable=SC2015,SC2034,SC2154 # shared with kis-archive
# kis-archive merge: another archive's lists, by the rule of lists.sh.
usage="usage: kis-archive merge ARCHIVE OTHER [--lock-wait TIME] [-h]

Add the lists of the archive OTHER, which is only read, to ARCHIVE, and make
the CSV files and workbooks that change. Nothing is lost: where both have a
list with different contents, both are kept, and which has the plain name
depends on the contents alone. So it does not matter which is merged into which.

      --lock-wait TIME  wait TIME for another run of ARCHIVE (default 10m)
  -h, --help            print this text

Exit status: 0 done, 64 usage, 65 a list is damaged, 66 no archive, 73 74 a
file cannot be written.

Examples:
  kis-archive merge ~/kis /mnt/laptop/kis
  kis-archive merge ~/kis ~/kis.restored
  rsync -a pc:kis/ ~/kis.pc/ && kis-archive merge ~/kis ~/kis.pc"

# Each copy in an archive: DATE NAME HASH STATE.
copies_of() { # archive
	(cd -- "$1" && find -H raw -regextype posix-extended -type f \
		-regex "raw/[0-9]{8}/$copy_pattern") | sort | file_states "$1" |
		while read -r path hash state; do
			echo "${path:4:8} ${path##*/} $hash $state"
		done
}

# Copies a list of OTHER to .run/keep, whole or not at all.
take() { # file, name in .run/keep
	cp -- "$1" .run/tmp/copy && sync .run/tmp/copy &&
		mv -fT .run/tmp/copy ".run/keep/$2" || exit 74
}

run() {
	local given=() other date name hash state list key i=0 added=0 status
	local -A have=() todo=() several=() bare=()
	while [ $# -gt 0 ]; do
		case $1 in
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
	[ ${#given[@]} = 2 ] || usage_error 'expected two archives'
	other=$(realpath -m -- "${given[1]}")
	[ -d "$other/raw" ] ||
		fail 66 "no archive at '${given[1]}': it has no directory raw"
	open_archive "${given[0]}"
	[ "$other" != "$(pwd -P)" ] || usage_error 'an archive cannot be merged with itself'
	lock_archive
	begin_work
	while read -r date name hash state; do
		list=${name%%.*}
		have[$date.$list.$hash]=$state
		[ "$state" != bare ] || bare[$date]+="$hash  $name"$'\n'
		[ -z "${several[$date.$list]-}" ] || todo[$date.$list]=1
		several[$date.$list]=1
	done < <(copies_of .)
	# own copies that older releases named by another rule are arranged too
	while read -r date name hash state; do
		list=${name%%.*} key=$date.${name%%.*}
		case ${have[$key.$hash]-absent}-$state in
		absent-*)
			i=$((i + 1)) added=$((added + 1))
			[ "$state" = damaged ] || state=''
			take "$other/raw/$date/$name" "$key.$i${state:+.damaged}"
			todo[$key]=1
			;;
		intact-damaged | bare-damaged)
			i=$((i + 1))
			take "$other/raw/$date/$name" "$key.$i.damaged"
			todo[$key]=1
			;;
		esac
	done < <(copies_of "$other")
	# What is added has checksums, so what is here must have them.
	for date in "${!bare[@]}"; do
		{
			[ ! -e "raw/$date/SHA256SUMS" ] || cat "raw/$date/SHA256SUMS"
			printf %s "${bare[$date]}"
		} | sort -u -k 2 -k 1,1 >.run/tmp/sums &&
			mv -fT .run/tmp/sums "raw/$date/SHA256SUMS" || exit 74
	done
	for key in $(printf '%s\n' "${!todo[@]}" | sort); do
		arrange "${key%%.*}" "${key#*.}"
	done
	for name in "$other"/unplaced/*.ndjson; do
		[ -f "$name" ] && [ ! -e "unplaced/${name##*/}" ] || continue
		mkdir -p unplaced
		cp -- "$name" .run/tmp/copy && mv -fT .run/tmp/copy "unplaced/${name##*/}" ||
			exit 74
	done
	for name in holidays .dates; do
		[ -e "$other/$name" ] || continue
		[ -e "$name" ] || : >"$name"
		! cmp -s "$other/$name" "$name" || continue
		sort -u "$other/$name" "$name" >.run/tmp/lines
		cmp -s .run/tmp/lines "$name" || mv -fT .run/tmp/lines "$name"
	done
	. "$parts/derive.sh"
	derive_pending
	[ "$added" = 1 ] && state='' || state=s
	echo "'$archive': $added list$state added from '${given[1]}'"
	exit "$derive_status"
}
