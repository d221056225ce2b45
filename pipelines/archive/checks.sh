# shellcheck shell=bash disable=SC2001,SC2154 # sourced by kis-archive
# Functions that check the rows of lists. verify calls them; they are also
# called before a list gets a checksum, and before history reads a list. Their
# temporary files are in $tmp.
checked_fields=market,period,stnd_date2,rank,list_rows,mksc_shrn_iscd
checked_fields+=,acml_vol,acml_tr_pbmn,ssts_cntg_qty,ssts_vol_rlim
checked_fields+=,ssts_tr_pbmn,ssts_tr_pbmn_rlim,avrg_prc

# Prints the translated messages about faults in rows, one KEY=TEXT per line,
# for the awk programs below, which cannot translate messages.
row_texts() {
	printf '%s=%s\n' \
		average "$(translate 'the average short price is %s, expected %s')" \
		day "$(translate 'invalid day %s')" \
		duplicate "$(translate 'duplicate day %s')" \
		future "$(translate 'the base date is in the future')" \
		list "$(translate 'contains %s of %s')" \
		not_number "$(translate 'the short value ratio is not a number')" \
		order "$(translate 'wrong order: neither short volumes nor ratios descend')" \
		past "$(translate 'day %s follows %s')" \
		rank "$(translate 'rank %s, expected %s')" \
		rows "$(translate 'expected %s rows, found %s')" \
		stock "$(translate 'contains stock %s')" \
		twice "$(translate 'duplicate stock %s, first in line %s')" \
		value "$(translate 'the short value ratio is %s, expected %s')" \
		volume "$(translate 'the short volume ratio is %s, expected %s')"
}

# Awk code that reads the output of row_texts() from the environment variable
# row_texts into text[KEY].
awk_texts='
	BEGIN {
		split(ENVIRON["row_texts"], entry, "\n")
		for (k = 1; k in entry; k++)
			text[substr(entry[k], 1, index(entry[k], "=") - 1)] = \
				substr(entry[k], index(entry[k], "=") + 1)
	}
'

# Checks the rows of lists and prints each fault. COUNTS is a file with a line
# COUNT PATH for each list; COUNT is the number of rows of the list. ROWS is a
# file with the rows of these lists in the same order. UNPROVED is a file with
# the paths of the lists without a checksum. If the fourth argument is the word
# "names", only checks that the lists match their file names. Returns 3 if a row
# has the wrong number of fields, or if ROWS does not have the number of rows in
# COUNTS; this happens if a value contains a line end or a tab.
check_rows() { # arguments: COUNTS ROWS UNPROVED [names]
	is_past_date 20000101 # This call sets the variable tomorrow.
	row_texts=$(row_texts) awk -F '\t' -v future="$tomorrow" -v new="$3" \
		-v only_names="${4-}" -v markets="${markets//$'\n'/ }" -v fields=13 \
		"$awk_texts"'
		# Prints a fault, at most once per list and kind.
		function fault(kind, found, expected) {
			# Fields of a list may contain escape sequences.
			gsub(/[^ -~]/, "?", found)
			gsub(/[^ -~]/, "?", expected)
			if (!((i, kind) in reported))
				print file[i] ":" line ": " \
					sprintf(text[kind], found, expected)
			reported[i, kind] = 1
		}
		function off(part, whole, served, ratio) {
			if (whole + 0 == 0 || served == "")
				return 0
			ratio = 100 * part / whole - served
			return ratio > 0.00501 || ratio < -0.00501
		}
		function next_file() {
			i++
			line = 0
			split("", seen)
			split("", rises)
		}
		BEGIN {
			split(markets, name, " ")
			for (k = 1; k in name; k += 3)
				market[name[k]] = name[k + 1]
			# The server may order a list by the columns with these
			# numbers: short volume and the two ratios.
			split("9 10 12", key, " ")
			while ((getline path <new) > 0)
				unproved[path] = 1
			while ((getline path <"/dev/fd/4") > 0) {
				split(path, part, " ")
				file[++n] = part[2]
				length_of[n] = part[1]
				split(part[2], part, "/")
				date[n] = part[2]
				list[n] = part[3]
				sub(/[.]ndjson.*/, "", list[n])
			}
			next_file()
		}
		{
			# Remove the spaces around a padded number, and the
			# quotes that kis-tocsv writes around it.
			gsub(/[" ]/, "")
			while (i <= n && line == length_of[i])
				next_file()
			if (i > n || NF != fields)
				exit astray = 3
			line++
			held = market[$1] "-" tolower($2)
			if (held != list[i] || $3 != date[i])
				fault("list", held, $3)
			if (only_names)
				next
			if ($4 != line)
				fault("rank", $4, line)
			if ($6 in seen)
				fault("twice", $6, seen[$6])
			else
				seen[$6] = line
			for (k = 1; k in key; k++) {
				if (line > 1 && $(key[k]) + 0 > last[k] + 0 && !rises[k])
					rises[k] = line
				last[k] = $(key[k])
			}
			if (line == length_of[i] && rises[1] && rises[2] && rises[3])
				print file[i] ":" rises[1] ": " text["order"]
			if ($5 != "" && line == length_of[i] && $5 != line)
				fault("rows", $5, line)
			if (file[i] in unproved) {
				if ($9 + 0 > $7 + 0 || off($9, $7, $10))
					fault("volume", $10, sprintf("%.2f", \
						$7 + 0 ? 100 * $9 / $7 : 0))
				if (off($11, $8, $12))
					fault("value", $12, sprintf("%.2f", 100 * $11 / $8))
				if ($9 > 0 && $13 != "" && $13 != int($11 / $9))
					fault("average", $13, int($11 / $9))
			}
			if (line == 1 && date[i] > future)
				fault("future")
		}
		END {
			while (!astray && i <= n && line == length_of[i])
				next_file()
			if (astray || i <= n)
				exit 3
		}' "$2" 4<"$1"
}

# Prints the fields of the records in files, separated by tabs. The files may be
# compressed or empty.
read_records() { # arguments: fields, files
	local fields=$1
	shift
	if [[ " $* " != *'.gz '* ]]; then
		kis-tocsv -q --allow-empty --header none -t '\t' -c "$fields" -- "$@"
		return
	fi
	gzip -dcf -- "$@" | kis-tocsv -q --allow-empty --header none -t '\t' -c "$fields"
}

# Prints a line COUNT PATH for each file. COUNT is the number of lines in the
# file that are not empty.
count_rows() { # arguments: files
	local status=0
	local counts
	if [[ " $* " == *'.gz '* ]]; then
		for counts; do
			echo "$(gzip -dcf -- "$counts" 2>/dev/null |
				grep -c '[^[:space:]]' || :) $counts"
		done
		return
	fi
	counts=$(grep -cH '[^[:space:]]' -- "$@" 2>/dev/null) || status=$?
	[ "$status" -le 1 ] || return 74
	sed 's/^\(.*\):\([0-9]*\)$/\2 \1/' <<<"$counts"
}

# Returns 0 if a list without a checksum passes all checks.
is_consistent() { # arguments: a file, its date, its list
	local counts=.run/tmp/one.counts rows=.run/tmp/one.rows
	kis-tocsv -q --header none -t '\t' -c "$checked_fields" -o "$rows" \
		-- "$1" 2>.run/tmp/why || return 1
	count_rows "$1" | sed "s| .*| raw/$2/$3.ndjson|" >"$counts" || return 1
	echo "raw/$2/$3.ndjson" >.run/tmp/one.path
	check_rows "$counts" "$rows" .run/tmp/one.path >.run/tmp/one.faults &&
		[ ! -s .run/tmp/one.faults ]
}

# Checks files by calling a function, and prints their faults. Standard input
# has one path per line. The function reads a file of paths and prints the
# faults. If one of the files cannot be read, the function returns 1 and writes
# the reason to $tmp/why. Files are checked in groups, because starting a
# process for each file would take most of the time. If a group cannot be read,
# its files are checked one by one.
check_in_groups() { # arguments: a function, further arguments of the function
	local group path
	split -l 200 - "$tmp/group."
	for group in "$tmp"/group.*; do
		[ -e "$group" ] || continue
		! "$1" "$group" "${@:2}" || continue
		while IFS= read -r path; do
			echo "$path" >"$tmp/one"
			"$1" "$tmp/one" "${@:2}" || sed -n "1s/^[a-z-]*: //;
				1s|^$path: ||;1s|standard input:||;1{\\|^$path|!s|^|$path: |;p}" "$tmp/why"
		done <"$group"
	done
	rm -f "$tmp"/group.*
}

# Prints each fault in the lists as PATH: or PATH:LINE:, followed by a
# description.
check_lists() { # arguments: a file of paths, a file of unproved paths [names]
	check_in_groups check_group "${@:2}" <"$1"
}

# Prints the faults of a group of lists. If one of the lists cannot be read,
# returns 1 and writes the reason to $tmp/why.
check_group() { # arguments: a file of paths, a file of unproved paths [names]
	local files status=0
	mapfile -t files <"$1"
	read_records "$checked_fields" "${files[@]}" >"$tmp/rows" 2>"$tmp/why" || return 1
	count_rows "${files[@]}" >"$tmp/counts" || exit 74
	check_rows "$tmp/counts" "$tmp/rows" "${@:2}" >"$tmp/faults" || status=$?
	case $status in
	0) ;;
	3)
		echo "${files[0]}: $(text 'a value contains a line break or a tab')" >"$tmp/why"
		return 1
		;;
	*) exit 74 ;; # awk failed for a different reason
	esac
	cat "$tmp/faults"
	# kis-tocsv does not report an empty file if another file has records.
	awk -v text="$(text 'the list is empty')" \
		'$1 == 0 { print $2 ": " text }' "$tmp/counts"
}

# Writes checksums for the lists in a file of paths, except for lists with a
# fault. The lists must not have a checksum. The faults are lines printed by
# check_lists(). Sets adopted to the number of checksums written.
adopt_lists() { # arguments: a file of paths, a file of faults
	local path name
	adopted=0
	cut -d: -f1 "$2" >"$tmp/faulty"
	while read -r path; do
		! grep -qxF -e "$path" "$tmp/faulty" || continue
		name=${path##*/}
		name=${name%.gz}
		echo "$(gzip -dcf -- "$path" | sha256sum | cut -c 1-64)  $name" |
			write_sums --add "${path:4:8}" "${name%%.*}"
		adopted=$((adopted + 1))
	done <"$1"
	all_dates | sort -u - .dates >.run/tmp/dates
	cmp -s .run/tmp/dates .dates || mv -fT .run/tmp/dates .dates
}
