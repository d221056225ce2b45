# shellcheck shell=bash disable=SC2034,SC2154 # sourced by kis-archive
# Functions that copy the daily rows in stocks/ to the history database. They
# read only files that have changed. For each stock, they write only the new
# rows, unless its older rows have changed.
day_columns=mksc_shrn_iscd,stck_bsop_date,stck_clpr,prdy_vrss,prdy_vrss_sign
day_columns+=,prdy_ctrt,acml_vol,acml_tr_pbmn,ssts_cntg_qty,ssts_vol_rlim
day_columns+=,ssts_tr_pbmn,ssts_tr_pbmn_rlim,stck_oprc,stck_hgpr,stck_lwpr
day_columns+=,avrg_prc,fetched_at

# Reads the rows of stock files from standard input, sorted by stock, and prints
# the rows that must be written to the database. A row is old if it was fetched
# at or before the time that known.days has for the stock, otherwise new. If the
# number of old rows or the total of their figures differs from the value in
# known.days, the old rows in the database must be replaced. For each stock,
# writes a line CODE ROWS TOTAL FETCHED_AT to days.stocks; if the old rows of
# the stock must be replaced, also writes its code to days.again. Returns 3 if a
# file is damaged: a row is of a stock that is not in the list of files, or its
# day is not later than the day of the previous row.
new_days() { # argument: a file that lists the stock files
	awk -F '\t' -v OFS='\t' -v list="$1" "$awk_dates"'
		BEGIN {
			while ((getline line <"known.days") > 0) {
				split(line, part, " ")
				rows[part[1]] = part[2]
				total[part[1]] = part[3]
				time[part[1]] = part[4]
			}
			while ((getline line <list) > 0) {
				gsub(/^stocks\/|[.]ndjson$/, "", line)
				expected[line] = 1
			}
		}
		function finish(i, again) {
			if (!n)
				return
			again = mixed || old_rows != rows[code] + 0 ||
				old_total != total[code] + 0
			if (again)
				print code >"days.again"
			for (i = 1; i <= n; i++)
				if (again || is_new[i])
					print row[i]
			printf "%s %d %.0f %s\n", code, n, all, newest >"days.stocks"
			n = 0
		}
		{
			gsub(/[" ]/, "")
			# Compare codes as text, because awk would read 0012E0
			# as a number.
			if ($1 "" != code "") {
				finish()
				code = $1 ""
				if (!(code in expected)) {
					failed = 1
					exit 3
				}
				delete expected[code]
				old_rows = old_total = all = mixed = last = 0
				newest = ""
			}
			if (!is_date($2) || $2 <= last || $12 !~ /^-?[0-9.]*$/) {
				failed = 1
				exit 3
			}
			last = $2
			sum = $3 + $7 + $9 + $11
			row[++n] = $0
			is_new[n] = $17 > time[code]
			all += sum
			if (!is_new[n]) {
				# A new row before an old row changes the means
				# of the old row, so the old rows must be
				# replaced.
				mixed = mixed || (n > 1 && is_new[n - 1])
				old_rows++
				old_total += sum
			}
			if ($17 > newest)
				newest = $17
		}
		END { if (!failed) finish() }'
}

# Prints the rows of the stock files whose paths, relative to the archive, are
# in a file. Fails if one of the stock files cannot be read.
day_rows() { # argument: a file that lists the stock files
	tr '\n' '\0' <"$1" | xargs -0 -r -n 200 kis-tocsv -q --header none -t '\t' \
		-c "$day_columns" -- 2>"$tmp/why"
}

# Copies the names of stocks from the newest lists. A list may be read after the
# rows of a stock, or may have a new name for the stock.
name_stocks() {
	change_database <<-'SQL' || {
		UPDATE stock SET name = n.name
		FROM (SELECT s.code, (SELECT r.name FROM ranking r WHERE r.code = s.code
			ORDER BY r.date DESC LIMIT 1) AS name FROM stock s) n
		WHERE n.code = stock.code AND n.name IS NOT stock.name;
	SQL
		check_writable
		fail 74 'cannot update the database: %s' "${why%%$'\n'*}"
	}
}

# Updates the tables day and stock. Sets loaded_days to a description of the
# changes, or to "" if there are none. Reports and skips damaged files.
update_days() {
	local gone fault
	loaded_days=''
	: >"$tmp/days.have"
	[ ! -d stocks ] || find -H stocks -maxdepth 1 -regextype posix-extended \
		-type f -regex "stocks/$stock_pattern\\.ndjson" \
		-printf '%f %T@/%s/%i\n' | sed 's/\.ndjson / /' | sort >"$tmp/days.have"
	sql "SELECT code || ' ' || stamp FROM stock" | sort >"$tmp/days.known"
	comm -23 "$tmp/days.have" "$tmp/days.known" >"$tmp/days.changed"
	join -v 2 "$tmp/days.have" "$tmp/days.known" | cut -d' ' -f1 >"$tmp/days.gone"
	[ -s "$tmp/days.changed" ] || [ -s "$tmp/days.gone" ] || {
		name_stocks
		return 0
	}
	sql "SELECT code || ' ' || rows || ' ' || total || ' ' || fetched_at
		FROM stock" >"$tmp/known.days"
	: >"$tmp/days.again"
	: >"$tmp/days.stocks"
	sed 's|\([^ ]*\) .*|stocks/\1.ndjson|' "$tmp/days.changed" >"$tmp/days.files"
	if ! day_rows "$tmp/days.files" | (cd "$tmp" && new_days days.files) \
		>"$tmp/days.rows"; then
		# At least one file is damaged. Find and report the damaged
		# files, and read only the others.
		check_days <"$tmp/days.files" >"$tmp/days.faults"
		cut -d: -f1 "$tmp/days.faults" | sort -u >"$tmp/days.bad"
		sort -u -t: -k 1,1 "$tmp/days.faults" | while IFS= read -r fault; do
			report_damaged "$fault"
		done
		sort "$tmp/days.files" | comm -23 - "$tmp/days.bad" >"$tmp/days.good"
		: >"$tmp/days.again"
		: >"$tmp/days.stocks"
		day_rows "$tmp/days.good" | (cd "$tmp" && new_days days.good) \
			>"$tmp/days.rows" || exit 74
	fi
	sort "$tmp/days.stocks" | join - "$tmp/days.changed" >"$tmp/days.stamped"
	change_database <<-'SQL' || {
		PRAGMA cache_size = -200000;
		PRAGMA temp_store = FILE;
		BEGIN IMMEDIATE;
		CREATE TEMP TABLE again (code TEXT PRIMARY KEY);
		.import days.again again
		CREATE TEMP TABLE gone (code TEXT PRIMARY KEY);
		.import days.gone gone
		DELETE FROM day WHERE code IN (SELECT code FROM again UNION SELECT code FROM gone);
		DELETE FROM stock WHERE code IN (SELECT code FROM again UNION SELECT code FROM gone);
		CREATE TEMP TABLE staged (code, date, close, change, direction,
			change_ratio, volume, trading_value, short_volume,
			short_volume_ratio, short_value, short_value_ratio, open, high,
			low, average_short_price, fetched_at);
		.separator "\t"
		.import days.rows staged
		-- The means also include rows that are already in the table.
		-- Ratios are summed in hundredths, because sums of integers are
		-- exact in any order.
		CREATE TEMP VIEW ratio AS
		SELECT code, CAST(date AS INTEGER) AS date, 1 AS is_new,
			CAST(round(100 * nullif(short_value_ratio, '')) AS INTEGER)
				AS hundredths
		FROM staged
		UNION ALL
		SELECT d.code, d.date, 0, CAST(round(100 * d.short_value_ratio) AS INTEGER)
		FROM (SELECT DISTINCT code FROM staged) c
		CROSS JOIN day d ON d.code = c.code AND d.date >= coalesce((
			SELECT e.date FROM day e WHERE e.code = c.code
			ORDER BY e.date DESC LIMIT 1 OFFSET 38), 0);
		CREATE TEMP TABLE mean AS
		SELECT * FROM (
			SELECT code, date, is_new,
				CASE count(hundredths) OVER w5 WHEN 5
					THEN round(sum(hundredths) OVER w5 / 500.0, 4) END AS mean_5,
				CASE count(hundredths) OVER w20 WHEN 20
					THEN round(sum(hundredths) OVER w20 / 2000.0, 4) END AS mean_20,
				CASE count(hundredths) OVER w40 WHEN 40
					THEN round(sum(hundredths) OVER w40 / 4000.0, 4) END AS mean_40
			FROM ratio
			WINDOW w AS (PARTITION BY code ORDER BY date),
				w5 AS (w ROWS 4 PRECEDING),
				w20 AS (w ROWS 19 PRECEDING),
				w40 AS (w ROWS 39 PRECEDING))
		WHERE is_new;
		INSERT OR REPLACE INTO day
		SELECT s.code, m.date, nullif(close, ''), nullif(change, ''),
			nullif(direction, ''), nullif(change_ratio, ''), nullif(volume, ''),
			nullif(trading_value, ''), nullif(short_volume, ''),
			nullif(short_volume_ratio, ''), nullif(short_value, ''),
			nullif(short_value_ratio, ''), nullif(open, ''), nullif(high, ''),
			nullif(low, ''), nullif(average_short_price, ''),
			mean_5, mean_20, mean_40, fetched_at
		FROM (SELECT rowid AS n, * FROM staged) s
		JOIN (SELECT rowid AS n, * FROM mean) m
			ON m.code = s.code AND m.date = CAST(s.date AS INTEGER);
		CREATE TEMP TABLE stamped (code, rows, total, fetched_at, stamp);
		.separator " "
		.import days.stamped stamped
		INSERT INTO stock (code, first_date, last_date, rows)
		SELECT code, min(CAST(date AS INTEGER)), max(CAST(date AS INTEGER)), 0
		FROM staged WHERE true GROUP BY code
		ON CONFLICT (code) DO UPDATE SET
			last_date = max(last_date, excluded.last_date);
		UPDATE stock SET highest_ratio = s.ratio, highest_date = s.date
		FROM (SELECT code, CAST(date AS INTEGER) AS date,
			max(CAST(short_value_ratio AS REAL)) AS ratio
			FROM staged WHERE short_value_ratio <> '' GROUP BY code) s
		WHERE s.code = stock.code AND s.ratio > coalesce(highest_ratio, -1);
		UPDATE stock SET rows = s.rows, total = s.total, stamp = s.stamp,
			fetched_at = s.fetched_at
		FROM stamped s WHERE s.code = stock.code;
		CREATE INDEX IF NOT EXISTS day_date ON day (date);
		COMMIT;
	SQL
		check_writable
		fail 74 'cannot update the daily rows: %s' "${why%%$'\n'*}"
	}
	name_stocks
	gone=$(wc -l <"$tmp/days.gone")
	loaded_days=$(count_text "$(wc -l <"$tmp/days.stamped")" \
		'%d stock read (daily rows: %d)' '%d stocks read (daily rows: %d)' \
		"$(wc -l <"$tmp/days.rows")")
	[ "$gone" = 0 ] || loaded_days+=", $(
		count_text "$gone" '%d stock removed' '%d stocks removed')"
}
