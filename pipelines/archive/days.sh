# shellcheck shell=bash disable=SC2034,SC2154 # shared with kis-archive
# Daily rows of stocks in an archive, for stocks, merge, verify and history.
#
# stocks/CODE.ndjson	a stock's days, oldest first, each once
# stocks/revisions/CODE.ndjson	days as they were before KIS changed them
# stocks/.fetched	lines CODE FROM LAST TIME: what was requested, its newest day
#			or 0, when, in seconds since 1970; a stock's last line counts
# stocks/.met		codes and names of the archive's lists, as records
# stocks/.run		scratch of the run that has the lock
stock_pattern='[0-9A-Z]{6,9}'

# One run at a time changes stocks/; nightly does not wait for it.
lock_stocks() {
	mkdir -p stocks || fail 73 "cannot write to '$archive'"
	lock_archive stocks/.lock
	rm -rf stocks/.run
	mkdir -p stocks/.run/new stocks/.run/old stocks/revisions || exit 73
	: >>stocks/.fetched || exit 73
	# a killed run may have left half a line
	awk -v code="^$stock_pattern_awk\$" 'NF == 4 && $1 ~ code &&
		$2 $3 $4 ~ /^[0-9]+$/ { last[$1] = $0 }
		END { for (c in last) print last[c] }' stocks/.fetched |
		sort >stocks/.run/fetched || exit 74
	mv -fT stocks/.run/fetched stocks/.fetched || exit 74
}
# awk of all kinds has no {6,9}
stock_pattern_awk='[0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z][0-9A-Z]?[0-9A-Z]?[0-9A-Z]?'

# Merges the rows of FILE, stock by stock and oldest first, with those in stocks/.
# Of two rows of a day that differ in more than name and time, the one fetched
# later counts, and the other goes to revisions; of equal ones the one fetched
# earlier stays. So archives merged in any order are equal. Writes
# stocks/.run/new/CODE.ndjson and old/CODE.ndjson, and prints for each stock:
# CODE LAST REVISED REBASED. REBASED is 1 if there are rows before those of FILE
# and the close of the first common day is another: after a split all earlier days
# are adjusted anew. The state is "damaged" instead of REVISED if the file in
# stocks/ is not a stock's days; FILE's rows stand alone then.
merge_days() { # file
	awk '
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
		function read_old(line, day, path) {
			m = 0
			path = "stocks/" code ".ndjson"
			while ((getline line <path) > 0) {
				day = value(line, "stck_bsop_date")
				if (line !~ /^\{.*\}$/ || length(day) != 8 ||
					value(line, "mksc_shrn_iscd") != code ||
					(m && day <= old_day[m])) {
					m = -1
					break
				}
				old[++m] = line
				old_day[m] = day
			}
			close(path)
		}
		function keep_revision(line, known, path, i) {
			path = "stocks/revisions/" code ".ndjson"
			if (!revisions++) {
				while ((getline known <path) > 0) {
					held[known] = 1
					print known >revised
				}
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
			revisions = changed = rebased = common = 0
			split("", held)
			i = j = 1
			while (i <= n || j <= m) {
				if (j > m || (i <= n && new_day[i] < old_day[j])) {
					print new[i++] >out
					continue
				}
				if (i > n || old_day[j] < new_day[i]) {
					print old[j++] >out
					continue
				}
				if (!common++ && j > 1)
					rebased = value(old[j], "stck_clpr") != \
						value(new[i], "stck_clpr")
				t_old = value(old[j], "fetched_at")
				t_new = value(new[i], "fetched_at")
				if (figures(old[j]) == figures(new[i]))
					print t_new < t_old ? new[i] : old[j] >out
				else {
					changed++
					# of the same time the greater text counts
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
			last = n
			day = m && (!n || old_day[m] > new_day[n]) ? old_day[m] : new_day[n]
			print code, day, damaged ? "damaged" : changed, rebased + 0
			n = 0
		}
		{
			c = value($0, "mksc_shrn_iscd")
			if (c != code) {
				finish()
				code = c
			}
			new[++n] = $0
			new_day[n] = value($0, "stck_bsop_date")
		}
		END { finish() }' "$1"
}

# Puts what merge_days wrote in place, by the lines it printed.
place_days() { # lines
	local code last revised rebased file=$1
	while read -r code last revised rebased; do
		if [ "$revised" = damaged ]; then
			mv -fT "stocks/$code.ndjson" "stocks/$code.ndjson.damaged-$(
				hash_of "stocks/$code.ndjson" | cut -c 1-12)" || exit 74
			warn "'$archive/stocks/$code.ndjson' was damaged and is fetched again;" \
				"the damaged file stays beside it"
		fi
		# the revisions first: what is killed between is merged once more
		if [ -e "stocks/.run/old/$code.ndjson" ]; then
			sync "stocks/.run/old/$code.ndjson" &&
				mv -fT "stocks/.run/old/$code.ndjson" \
					"stocks/revisions/$code.ndjson" || exit 74
		fi
		sync "stocks/.run/new/$code.ndjson" &&
			mv -fT "stocks/.run/new/$code.ndjson" "stocks/$code.ndjson" || exit 74
	done <"$file"
}
