# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # sourced by kis-archive
# Functions for the daily rows of stocks in an archive. The commands stocks,
# merge, verify and history use them. The directory stocks/ contains:
#
# stocks/CODE.ndjson	the rows of a stock, one for each day, oldest first
# stocks/revisions/CODE.ndjson	rows as they were before KIS changed them
# stocks/.fetched	lines CODE FROM LAST TIME FIRST ROWS: the first day
#			requested; the newest day, or 0 if the stock must be
#			fetched again from FROM; the query time in seconds since
#			1970; the first day in the file and its number of rows.
#			If a stock has several lines, the last one is valid.
# stocks/.met		codes and names of the stocks in the lists, as records
# stocks/.lists		lines PATH SIZE: the lists that .met was made from
# stocks/.run		temporary files of the run that has the lock

# Prints a line CODE FIRST LAST ROWS for each stock file: the code of the stock,
# the first and last day in the file, and its number of rows. LAST is 0 if the
# last line of the file is incomplete.
file_ends() {
	find -H stocks -maxdepth 1 -type f -regextype posix-extended \
		-regex "stocks/$stock_pattern\\.ndjson" | sort | tr '\n' '\0' |
		xargs -0 -r awk '
		function day(line) {
			return match(line, /"stck_bsop_date":"[0-9]+"/) ? \
				substr(line, RSTART + 18, 8) : 0
		}
		function finish() {
			if (file == "")
				return
			gsub(/^stocks\/|[.]ndjson$/, "", file)
			sub(/\r$/, "", last)
			print file, day(first), (last ~ /^[{].*[}]$/ ? day(last) : 0), rows
		}
		FNR == 1 { finish(); file = FILENAME; first = $0 }
		{ last = $0; rows = FNR }
		END { finish() }'
}

# Locks stocks/ until the run ends, because only one run at a time may change
# stocks/. nightly does not use this lock, because it does not change stocks/.
# Creates the missing directories of stocks/, and empties stocks/.run. Fails
# like lock_archive() in kis-archive.
lock_stocks() {
	local path
	check_directories stocks/.run stocks/revisions
	mkdir -p stocks || fail 73 "cannot write to '%s'" "$archive"
	lock_archive stocks/.lock
	check_files stocks/.fetched stocks/.met stocks/.lists
	rm -rf stocks/.run
	path=$(find -H stocks -maxdepth 2 -name '*.ndjson' ! -type f -print -quit)
	[ -z "$path" ] || fail 74 "cannot write '%s': it is not a regular file" "$archive/$path"
	mkdir -p stocks/.run/new stocks/.run/old stocks/revisions || exit 73
	: >>stocks/.fetched || exit 73
	file_ends >stocks/.run/ends
	# A killed run may have left an incomplete line in .fetched, or a file
	# may be missing or truncated. A stock with such a fault is fetched
	# again.
	awk -v code="^$stock_pattern_awk\$" "$awk_dates"'
		FILENAME == "stocks/.run/ends" {
			ends[$1] = $2 " " $3 " " $4
			next
		}
		NF == 6 && $1 ~ code && $2 $3 $4 $5 $6 ~ /^[0-9]+$/ && is_date($2) &&
			($3 == 0 || is_date($3)) { line[$1] = $0 }
		END {
			# If a file has no line in .fetched, use the first day
			# in the file as the first day requested.
			for (c in ends) {
				split(ends[c], end, " ")
				if (!(c in line) && is_date(end[1]))
					line[c] = c " " end[1] " 0 0 " end[1] " 0"
			}
			for (c in line) {
				split(line[c], part, " ")
				if ((c in ends ? ends[c] : "0 0 0") != part[5] " " part[3] " " part[6])
					part[3] = 0
				print c, part[2], part[3], part[4], part[5], part[6]
			}
		}' stocks/.run/ends stocks/.fetched | sort >stocks/.run/fetched || exit 74
	mv -fT stocks/.run/fetched stocks/.fetched || exit 74
}

# Merges the rows of FILE, which are sorted by stock and day, with the rows in
# stocks/. If two rows of a day differ in more than name and query time, the row
# with the later query time is used and the other row is moved to
# stocks/revisions. If two rows of a day differ only in name and query time, the
# row with the earlier query time is kept. By these rules, archives become equal
# regardless of the order in which they are merged. Writes
# stocks/.run/new/CODE.ndjson and stocks/.run/old/CODE.ndjson, and prints for
# each stock: CODE FIRST LAST REVISED REBASED ROWS. REVISED is the number of
# days with different figures, or "damaged" if the file in stocks/ is invalid;
# the rows of FILE then replace that file. REBASED is 1 if the two files differ
# in the close of their first common day and one of them has earlier days,
# because KIS adjusts all earlier days after a split. A carriage return at the
# end of a line, which git and editors may add, is removed. Exits with 74 if a
# file cannot be read.
merge_days() { # argument: FILE
	awk -v valid_code="^$stock_pattern_awk\$" "$awk_dates"'
		function cannot_read(path) {
			if (system("[ -e " path " ]") == 0) {
				failed = 1
				exit 74
			}
		}
		function value(line, key, p, rest) {
			p = index(line, "\"" key "\":\"")
			if (!p)
				return ""
			rest = substr(line, p + length(key) + 4)
			return substr(rest, 1, index(rest, "\"") - 1)
		}
		function figures(line) {
			sub(/"fetched_at":"[^"]*",?/, "", line)
			sub(/"hts_kor_isnm":"([^"\\]|\\.)*",?/, "", line)
			return line
		}
		function read_old(line, day, path, got) {
			m = 0
			path = "stocks/" code ".ndjson"
			while ((got = (getline line <path)) > 0) {
				sub(/\r$/, "", line)
				day = value(line, "stck_bsop_date")
				if (line !~ /^\{.*\}$/ || !is_date(day) ||
					value(line, "mksc_shrn_iscd") != code ||
					(m && day <= old_day[m])) {
					m = -1
					break
				}
				old[++m] = line
				old_day[m] = day
			}
			if (got < 0)
				cannot_read(path)
			close(path)
		}
		function keep_revision(line, known, path, got) {
			path = "stocks/revisions/" code ".ndjson"
			if (!revisions++) {
				while ((got = (getline known <path)) > 0) {
					sub(/\r$/, "", known)
					held[known] = 1
					print known >revised
				}
				if (got < 0)
					cannot_read(path)
				close(path)
			}
			if (!(line in held))
				print line >revised
			held[line] = 1
		}
		function finish(i, j, rebased, damaged, common, t_old, t_new) {
			if (code == "")
				return
			read_old()
			damaged = m < 0
			if (damaged)
				m = 0
			out = "stocks/.run/new/" code ".ndjson"
			revised = "stocks/.run/old/" code ".ndjson"
			revisions = changed = rebased = common = written = 0
			split("", held)
			i = j = 1
			while (i <= n || j <= m) {
				written++
				if (j > m || (i <= n && new_day[i] < old_day[j])) {
					print new[i++] >out
					continue
				}
				if (i > n || old_day[j] < new_day[i]) {
					print old[j++] >out
					continue
				}
				if (!common++ && (i > 1 || j > 1))
					rebased = value(old[j], "stck_clpr") != \
						value(new[i], "stck_clpr")
				t_old = value(old[j], "fetched_at")
				t_new = value(new[i], "fetched_at")
				if (figures(old[j]) == figures(new[i]))
					print (t_new < t_old ? new[i] : old[j]) >out
				else {
					changed++
					# If the query times are equal, use the
					# row that compares greater as text.
					if (t_new > t_old || (t_new == t_old && new[i] > old[j])) {
						print new[i] >out
						keep_revision(old[j])
					} else {
						print old[j] >out
						keep_revision(new[i])
					}
				}
				i++
				j++
			}
			close(out)
			if (revisions)
				close(revised)
			first = m && old_day[1] < new_day[1] ? old_day[1] : new_day[1]
			last = m && old_day[m] > new_day[n] ? old_day[m] : new_day[n]
			print code, first, last, (damaged ? "damaged" : changed), rebased + 0,
				written
			n = 0
		}
		{
			sub(/\r$/, "")
			c = value($0, "mksc_shrn_iscd")
			# the code becomes a part of file names
			if (c !~ valid_code) {
				failed = 1
				exit 74
			}
			if (c != code) {
				finish()
				code = c
			}
			new[++n] = $0
			new_day[n] = value($0, "stck_bsop_date")
		}
		END { if (!failed) finish() }' "$1"
}

# Moves the files that merge_days wrote from stocks/.run to stocks/.
place_days() { # argument: a file with the lines of merge_days
	local code revised file=$1
	while read -r code _ _ revised _; do
		if [ "$revised" = damaged ]; then
			mv -fT "stocks/$code.ndjson" "stocks/$code.ndjson.damaged-$(
				hash_of "stocks/$code.ndjson" | cut -c 1-12)" || exit 74
			warn "'%s' was corrupt and will be fetched again; the corrupt file is kept in the same directory" \
				"$archive/stocks/$code.ndjson"
		fi
		# Move the revisions before the rows. If the run is killed in
		# between, the next run merges the rows again.
		if [ -e "stocks/.run/old/$code.ndjson" ]; then
			sort -u -o "stocks/.run/old/$code.ndjson" "stocks/.run/old/$code.ndjson" &&
				sync_file "stocks/.run/old/$code.ndjson" &&
				mv -fT "stocks/.run/old/$code.ndjson" \
					"stocks/revisions/$code.ndjson" || exit 74
		fi
		sync_file "stocks/.run/new/$code.ndjson" &&
			mv -fT "stocks/.run/new/$code.ndjson" "stocks/$code.ndjson" || exit 74
	done <"$file"
}

# Checks the stock files whose paths are on standard input, one per line. Prints
# each fault as PATH: or PATH:LINE:, followed by a description.
check_days() { check_in_groups check_day_group; }

# Checks a group of stock files. If one of the files cannot be read, returns 1
# and writes the reason to $tmp/why.
check_day_group() { # argument: a file of paths
	local files
	mapfile -t files <"$1"
	read_records mksc_shrn_iscd,stck_bsop_date,acml_tr_pbmn,ssts_tr_pbmn,$(
	)ssts_tr_pbmn_rlim,ssts_cntg_qty,avrg_prc "${files[@]}" \
		>"$tmp/rows" 2>"$tmp/why" || return 1
	count_rows "${files[@]}" >"$tmp/counts" || exit 74
	row_texts=$(row_texts) awk -F '\t' "$awk_dates$awk_texts"'
		function fault(kind, found, expected) {
			# Fields of a list may contain escape sequences.
			gsub(/[^ -~]/, "?", found)
			gsub(/[^ -~]/, "?", expected)
			print file[i] ":" line ": " sprintf(text[kind], found, expected)
		}
		BEGIN {
			while ((getline path <"/dev/fd/4") > 0) {
				split(path, part, " ")
				file[++n] = part[2]
				length_of[n] = part[1]
				code[n] = part[2]
				gsub(/^stocks\/|[.]ndjson$/, "", code[n])
			}
			i = 1
		}
		{
			gsub(/[" ]/, "")
			while (i <= n && line == length_of[i]) {
				i++
				line = last = 0
			}
			line++
			if ($1 "" != code[i] "")
				fault("stock", $1)
			if (!is_date($2))
				fault("day", $2)
			else if ($2 <= last)
				fault($2 == last ? "duplicate" : "past", $2, last)
			last = $2
			if ($5 !~ /^-?[0-9.]*$/)
				fault("not_number")
			if ($3 + 0 > 0 && $5 != "" && (100 * $4 / $3 - $5 > 0.00501 ||
				100 * $4 / $3 - $5 < -0.00501))
				fault("value", $5, sprintf("%.2f", 100 * $4 / $3))
			if ($6 + 0 > 0 && $7 != "" && $7 != int($4 / $6))
				fault("average", $7, int($4 / $6))
		}' 4<"$tmp/counts" "$tmp/rows"
	awk -v text="$(text 'the file is empty')" \
		'$1 == 0 { print $2 ": " text }' "$tmp/counts"
}

# Merges the daily rows of another archive into stocks/. Reports and skips
# corrupt files of the other archive; if there is one, sets stocks_status to 65.
merge_stocks() { # argument: the other archive
	local file name
	[ -d "$1/stocks" ] || return 0
	lock_stocks
	: >stocks/.run/theirs
	for file in "$1"/stocks/*.ndjson; do
		name=${file##*/}
		[[ $name =~ ^$stock_pattern\.ndjson$ && -f $file ]] || continue
		if [ -n "$(cd "$1" && echo "stocks/$name" | check_days)" ]; then
			warn "'%s' is corrupt and is not merged" "$file"
			stocks_status=65
			continue
		fi
		cat -- "$file" || exit 74
		[ ! -f "$1/stocks/.fetched" ] ||
			awk -v code="${name%.ndjson}" '$1 == code { line = $0 }
				END { if (line != "") print line }' "$1/stocks/.fetched" \
				>>stocks/.run/theirs || exit 74
	done >stocks/.run/rows
	# A stock without rows has only a line in .fetched and no file.
	[ ! -f "$1/stocks/.fetched" ] ||
		awk '$3 == 0 && $5 == 0' "$1/stocks/.fetched" >>stocks/.run/theirs
	merge_days stocks/.run/rows >stocks/.run/merged || fail 74 \
		"cannot read or write a file in '%s'" "$archive/stocks"
	# Update .fetched before the files. If the run is killed in between,
	# .fetched does not match the files, and the next run fetches the stocks
	# again. Use the earliest first day and the latest query time. A stock
	# is also fetched again if .fetched of one archive requires it (LAST is
	# 0), if its two files are from before and after a split, or if its file
	# in stocks/ was damaged.
	awk '
		FILENAME == "stocks/.run/merged" {
			again[$1] = $5 == 1 || $4 == "damaged"
			first[$1] = $2
			last[$1] = $3
			rows[$1] = $6
			next
		}
		{
			if (!($1 in from) || $2 < from[$1]) from[$1] = $2
			if ($3 == 0) again[$1] = 1
			if ($4 > time[$1]) time[$1] = $4
			if (!($1 in first)) { first[$1] = $5; last[$1] = $3; rows[$1] = $6 }
		}
		END {
			for (c in from)
				print c, from[c], (again[c] ? 0 : last[c]), time[c], first[c], rows[c]
		}' stocks/.run/merged stocks/.fetched stocks/.run/theirs |
		sort >stocks/.run/fetched || exit 74
	mv -fT stocks/.run/fetched stocks/.fetched || exit 74
	place_days stocks/.run/merged
	for file in "$1"/stocks/revisions/*.ndjson; do
		[ -f "$file" ] || continue
		name=stocks/revisions/${file##*/}
		touch "$name"
		sed 's/\r$//' "$file" "$name" | sort -u >stocks/.run/revisions
		cmp -s stocks/.run/revisions "$name" ||
			mv -fT stocks/.run/revisions "$name" || exit 74
	done
	rm -rf stocks/.run
}
