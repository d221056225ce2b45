# shellcheck shell=bash disable=SC2015,SC2034,SC2154 # sourced by kis-archive
# Implements kis-archive history, which copies the lists to a SQLite database.
# It reads only lists that are new or have changed.
[ "$command" != history ] || define_usage "usage: kis-archive history ARCHIVE [--database FILE]
                           [--top N] [--lock-wait TIME] [-h]

Read new and changed lists and daily rows into a SQLite database, and remove
those that the archive no longer has. A corrupt file is skipped and reported.
Then query the database:

  sqlite3 ~/kis/history.db \"SELECT name, days FROM streak ORDER BY days DESC\"

Views of the newest lists: new_in_top, streak, ratio_change, price_vs_average,
overlap, month. Views of the daily rows: ratio_vs_mean, highest_ratio. Add
_history to a name for all dates, and select one with WHERE date = 20261120. For
one stock, use course (its rows in the lists) or day (its daily rows) with WHERE
code = '005930'. kis-archive(1) defines them.

      --database FILE   the database (default ARCHIVE/history.db)
      --top N           treat ranks 1 to N as the top in the views (default:
                        the value set last, otherwise 30)
      --lock-wait TIME  wait up to TIME for another run on ARCHIVE to
                        end (default 10m)
  -h, --help            print this text

Exit status: 0 success, 64 usage error, 65 a list is corrupt or FILE belongs to
another program, 66 no archive, 71 sqlite3 is not installed, 73 or 74 the
database cannot be written, 75 another run is using the archive.

Examples:
  kis-archive history ~/kis
  kis-archive history ~/kis --top 50
  kis-archive history ~/kis --database /tmp/kis.db"

# Runs sqlite3 on the database $db, which is an absolute path, without the
# settings in the user's .sqliterc. Changes into $tmp first, so that SQL can name
# files in $tmp without a directory.
sql() {
	(cd "$tmp" && sqlite3 -init /dev/null -bail -batch -cmd '.timeout 60000' "$db" "$@")
}

# Runs the SQL on standard input and discards its output. Sets why to the
# messages of sqlite3. They are not written to a file, because the disk may be
# full.
change_database() {
	why=$(sql 2>&1 >/dev/null)
}

# Sets db_state to "new" (the database does not exist or is empty), "own" (it
# was made by this release) or "old" (it was made by an earlier release). Fails
# with 65 for any other database, and with 73 if $db is not a regular file.
look_at_database() {
	local version tables
	[ ! -e "$db" ] || [ -f "$db" ] ||
		fail 73 "cannot write '%s': it is not a regular file" "$db"
	db_state=new
	[ -s "$db" ] || return 0
	version=$(sql 'PRAGMA user_version' 2>"$tmp/why") &&
		tables=$(sql "SELECT count(*) FROM sqlite_master WHERE type = 'table'
			AND name IN ('ranking', 'source', 'list')" 2>>"$tmp/why") ||
		fail 65 "'%s' is not a readable database (%s); if kis-archive created it, remove it and run this again" \
			"$db" "$(tail -n 1 "$tmp/why")"
	case $version-$tables in
	3-3) db_state=own ;;
	[02]-3) db_state=old ;;
	*) fail 65 "'%s' is a database of another program" "$db" ;;
	esac
}

# Fails with 73 if the database exists and is read-only.
check_writable() {
	[ ! -e "$target" ] || { [ -w "$target" ] && [ -w "$(dirname "$target")" ]; } ||
		fail 73 "cannot write to '%s'; to use another database, add --database FILE" "$target"
}

report_damaged() { # argument: a text
	message '%s; skipped' "$archive/$1"
	: >"$tmp/damaged"
}

# Reads the paths of lists from standard input, one raw/DATE/LIST.ndjson per
# line, and prints the paths whose contents match their names. Reports the other
# lists and creates $tmp/damaged.
good_lists() {
	local line
	sort >"$tmp/candidates"
	check_lists "$tmp/candidates" /dev/null names >"$tmp/found"
	while IFS= read -r line; do
		report_damaged "$line"
	done <"$tmp/found"
	cut -d: -f1 "$tmp/found" | sort -u | comm -23 "$tmp/candidates" -
}

# Reads the paths of lists from standard input, and prints the paths of lists
# whose checksum is correct or missing. Reports the other lists.
intact_lists() {
	local path hash state
	file_states . | while read -r path hash state; do
		if [ "$state" = damaged ]; then
			report_damaged "$(text '%s is corrupt: the checksum does not match' "$path")"
		else
			echo "$path"
		fi
	done
}

history_columns=market,period,stnd_date2,list,rank,mksc_shrn_iscd,hts_kor_isnm
history_columns+=,stck_prpr,prdy_vrss,prdy_vrss_sign,prdy_ctrt,acml_vol
history_columns+=,acml_tr_pbmn,ssts_cntg_qty,ssts_vol_rlim,ssts_tr_pbmn
history_columns+=,ssts_tr_pbmn_rlim,avrg_prc,stnd_date1,fetched_at

# Prints the SQL query for the monthly sums of each stock.
month_query() { # arguments: a table of markets and months, the last date
	cat <<-SQL
		SELECT market, month, code, name,
			row_number() OVER (PARTITION BY market, month
				ORDER BY short_value DESC, code) AS rank,
			days, lists, depth, volume, trading_value, short_volume,
			short_value
		FROM (
			SELECT c.market, c.month, r.code, r.name, max(r.date),
				count(*) AS days, c.lists,
				CASE c.complete WHEN 1 THEN 'complete' ELSE 'top' END
					AS depth,
				sum(r.volume) AS volume,
				sum(r.trading_value) AS trading_value,
				sum(r.short_volume) AS short_volume,
				sum(r.short_value) AS short_value
			FROM (
				SELECT m.market, m.month, count(*) AS lists,
					min(l.depth >= 1000000) AS complete
				FROM $1 m
				JOIN list l ON l.market = m.market AND l.period = '1d'
					AND l.date BETWEEN m.month * 100 AND m.month * 100 + 31
					AND l.date <= $2
				GROUP BY 1, 2) c
			CROSS JOIN ranking r ON r.market = c.market AND r.period = '1d'
				AND r.date BETWEEN c.month * 100 AND c.month * 100 + 31
				AND r.date <= $2
			WHERE c.complete OR
				r.rank <= (SELECT value FROM setting WHERE name = 'top')
			GROUP BY c.market, c.month, r.code)
	SQL
}

# Prints the SQL that creates a table of the markets.
market_sql() {
	local code name korean place=0
	echo 'CREATE TEMP TABLE market (code TEXT PRIMARY KEY, name TEXT,
		korean TEXT, place INTEGER);'
	while read -r code name korean; do
		place=$((place + 1))
		echo "INSERT INTO market VALUES ('$code', '$name', '$korean', $place);"
	done <<<"$markets"
}

# Prints the SQL that updates the database. The file $tmp/load contains the
# lists to read, and the file $tmp/gone the lists that were removed or changed.
write_load() {
	local group i=0 rows
	cat <<-'SQL'
		PRAGMA cache_size = -200000;
		PRAGMA temp_store = FILE;
		BEGIN IMMEDIATE;
		.separator " "
		CREATE TEMP TABLE gone (file TEXT);
		.import gone gone
		CREATE TEMP TABLE stamped (file TEXT PRIMARY KEY, stamp TEXT);
		.import stamped stamped
		CREATE TEMP TABLE changed (market TEXT, period TEXT, date INTEGER);
		INSERT INTO changed SELECT market, period, date FROM source
			WHERE file IN (SELECT file FROM gone);
		DELETE FROM source WHERE file IN (SELECT file FROM gone);
		DELETE FROM ranking WHERE (market, period, date) IN
			(SELECT market, period, date FROM changed);
		DELETE FROM list WHERE (market, period, date) IN
			(SELECT market, period, date FROM changed);
		DELETE FROM holiday;
		.import holidays holiday
		CREATE TEMP TABLE counted (rows INTEGER);
		CREATE TEMP TABLE row (market, period, date, list, rank, code, name,
			price, change, direction, change_ratio, volume, trading_value,
			short_volume, short_volume_ratio, short_value,
			short_value_ratio, average_short_price, first_date, fetched_at);
		.mode csv
	SQL
	market_sql
	split -l 200 "$tmp/load.paths" "$tmp/batch."
	for group in "$tmp"/batch.*; do
		[ -e "$group" ] || continue
		i=$((i + 1))
		# sqlite3 passes this text to a shell. So the text contains no
		# file names that the user chose; these are passed in
		# environment variables.
		echo ".import '|cd \"\$KIS_ARCHIVE\" && xargs -a \"\$KIS_TMP/${group##*/}\"" \
			"gzip -dcf -- | kis-tocsv -q --header none -c $history_columns' row"
		cat <<-'SQL'
			INSERT INTO counted SELECT count(*) FROM row;
			INSERT OR IGNORE INTO ranking
			SELECT r.date, m.name, lower(r.period), nullif(rank, ''), r.code, r.name,
				nullif(price, ''), nullif(change, ''), nullif(direction, ''),
				nullif(change_ratio, ''), nullif(volume, ''),
				nullif(trading_value, ''), nullif(short_volume, ''),
				nullif(short_volume_ratio, ''), nullif(short_value, ''),
				nullif(short_value_ratio, ''),
				nullif(average_short_price, ''), nullif(first_date, ''),
				nullif(fetched_at, '')
			FROM row r JOIN market m ON m.code = r.market;
			INSERT OR REPLACE INTO list (market, period, date, class, rows, fetched_at)
			SELECT m.name, lower(r.period), CAST(r.date AS INTEGER),
				CASE WHEN list IN ('complete', 'partial', 'top') THEN list
					WHEN list = '' AND count(*) > 30 THEN 'complete'
					ELSE 'top' END,
				count(*), max(r.fetched_at)
			FROM row r JOIN market m ON m.code = r.market
			GROUP BY 1, 2, 3;
			DELETE FROM row;
		SQL
	done
	rows=$(tr '\n' '\0' <"$tmp/load.paths" | xargs -0 -r gzip -dcf -- |
		grep -c '[^[:space:]]') || [ $? = 1 ]
	cat <<SQL
		CREATE TEMP TABLE checked (rows INTEGER CHECK (rows = $rows));
		INSERT INTO checked SELECT coalesce(sum(rows), 0) FROM counted;
		INSERT OR REPLACE INTO source
		SELECT file, stamp, substr(file, 14, instr(substr(file, 14), '-') - 1),
			substr(file, 14 + instr(substr(file, 14), '-'), 2),
			CAST(substr(file, 5, 8) AS INTEGER)
		FROM stamped;
		INSERT INTO changed SELECT market, period, date FROM source
			WHERE file IN (SELECT file FROM stamped);
SQL
	cat <<'SQL'
		CREATE TEMP TABLE weekend AS SELECT DISTINCT date FROM list
		WHERE strftime('%w', substr(date, 1, 4) || '-' || substr(date, 5, 2) ||
			'-' || substr(date, 7, 2)) IN ('0', '6');
		-- The column day counts business days since 1 January 2001,
		-- which was a Monday.
		UPDATE list SET
			depth = CASE WHEN class = 'complete' OR rows < 30 THEN 1000000
				WHEN class = 'partial' THEN 30 ELSE rows END,
			day = (SELECT n / 7 * 5 + min(n % 7, 4) FROM (SELECT
				CAST(julianday(substr(list.date, 1, 4) || '-' ||
				substr(list.date, 5, 2) || '-' || substr(list.date, 7, 2)) -
				julianday('2001-01-01') AS INTEGER) AS n))
			- (SELECT count(*) FROM holiday h WHERE h.date < list.date
				AND h.date >= 20010101 AND strftime('%w',
				substr(h.date, 1, 4) || '-' || substr(h.date, 5, 2) || '-' ||
				substr(h.date, 7, 2)) NOT IN ('0', '6')
				AND NOT EXISTS (SELECT 1 FROM list o WHERE o.date = h.date))
			-- A date with a list is a business day, even on a
			-- weekend or a holiday.
			+ (SELECT count(*) FROM weekend w WHERE w.date <= list.date),
			previous = (SELECT max(date) FROM list p WHERE p.market = list.market
				AND p.period = list.period AND p.date < list.date);
SQL
	[ -z "$rebuild" ] ||
		echo 'INSERT INTO changed SELECT market, period, date FROM list;'
	[ -z "$top" ] ||
		echo "UPDATE setting SET value = $top WHERE name = 'top';"
	cat <<'SQL'
		CREATE TEMP TABLE series AS SELECT DISTINCT market, period FROM changed;
		DELETE FROM streak_day WHERE (market, period, date) IN
			(SELECT market, period, date FROM changed);
		INSERT INTO streak_day (market, period, date, code)
		SELECT r.market, r.period, r.date, r.code
		FROM (SELECT DISTINCT market, period, date FROM changed) c
		CROSS JOIN ranking r ON r.market = c.market
			AND r.period = c.period AND r.date = c.date
		WHERE r.rank <= (SELECT value FROM setting WHERE name = 'top');
		CREATE TEMP TABLE streak_new AS
		SELECT market, period, date, code, row_number() OVER island AS days,
			first_value(date) OVER island AS since
		FROM (
			SELECT d.market, d.period, d.date, d.code, l.day, l.day -
				row_number() OVER (PARTITION BY d.market, d.period, d.code
				ORDER BY l.day) AS start
			FROM series c
			CROSS JOIN streak_day d ON d.market = c.market
				AND d.period = c.period
			CROSS JOIN list l ON l.market = d.market
				AND l.period = d.period AND l.date = d.date)
		WINDOW island AS (PARTITION BY market, period, code, start ORDER BY day);
		DELETE FROM streak_day WHERE (market, period) IN
			(SELECT market, period FROM series);
		INSERT INTO streak_day
		SELECT market, period, date, code, days, since FROM streak_new
		ORDER BY market, period, date, code;
		DELETE FROM overlap_day WHERE (date, period) IN
			(SELECT date, period FROM changed);
		INSERT INTO overlap_day
		SELECT date, period, code, max(name), count(*),
			group_concat(market || ' ' || rank, ', '), max(short_value_ratio)
		FROM (
			SELECT r.date, r.period, r.code, r.name, r.market, r.rank,
				r.short_value_ratio
			FROM (SELECT DISTINCT date, period FROM changed) c
			CROSS JOIN list l ON l.date = c.date AND l.period = c.period
			CROSS JOIN streak_day d ON d.market = l.market
				AND d.period = l.period AND d.date = l.date
			CROSS JOIN ranking r ON r.market = d.market
				AND r.period = d.period AND r.date = d.date
				AND r.code = d.code
			ORDER BY r.date, r.period, r.code, r.market)
		GROUP BY date, period, code
		HAVING count(*) > 1;
		-- Only daily lists are summed, because the base periods of
		-- other lists overlap.
		CREATE TEMP TABLE changed_month AS
		SELECT DISTINCT market, date / 100 AS month FROM changed
			WHERE period = '1d';
		DELETE FROM stock_month WHERE (market, month) IN
			(SELECT market, month FROM changed_month);
		INSERT INTO stock_month
SQL
	month_query changed_month 99999999
	cat <<'SQL'
		;
		CREATE INDEX IF NOT EXISTS ranking_code ON ranking (code, date);
		COMMIT;
SQL
}

# Creates or updates the database, and replaces a database that an earlier
# release made. Sets loaded to a description of the changes. Sets history_status
# to 0, or to 65 if a list or a file of daily rows is damaged. Fails with 65 if
# $db is not a history database, 71 without sqlite3, and 73 or 74 if the
# database cannot be written.
update_history() {
	local target rebuild='' gone=0 path holidays
	command -v sqlite3 >/dev/null ||
		fail 71 'sqlite3 is not installed; on Debian and Ubuntu, run: apt-get install sqlite3'
	[ -d "$(dirname "$db")" ] || fail 73 "cannot create '%s': no such directory" "$db"
	look_at_database
	target=$db
	if [ "$db_state" != own ]; then
		# Replace a database of an earlier release only when the new
		# database is complete.
		new_db=$(dirname "$db")/.${db##*/}.new
		rm -f "$new_db"
		db=$new_db
		trap 'rm -rf "$tmp" "$new_db"; end_work' EXIT
		change_database <"$parts/history.sql" || {
			rm -f "$new_db"
			fail 73 "cannot create '%s': %s" "$target" "${why##*$'\n'}"
		}
	fi
	sql "SELECT file || ' ' || stamp FROM source" | sort >"$tmp/known"
	# If a list was compressed after it was read, its size has changed but
	# its time has not. The list then counts as unchanged.
	find -H raw -regextype posix-extended -type f \
		-regex "raw/[0-9]{8}/$list_pattern\\.ndjson(\\.gz)?" \
		-printf '%p %T@/%s/%i\n' | sort | awk '
		FILENAME != "-" { stamp[$1] = $2; next }
		{
			path = $1
			if (sub(/[.]gz$/, "", path)) {
				if (path in plain)
					next
				split($2, now, "/")
				split(stamp[path], then, "/")
				if (now[1] == then[1])
					$2 = stamp[path]
			} else
				plain[path] = 1
			print path, $2
		}' "$tmp/known" - >"$tmp/have"
	comm -23 "$tmp/have" "$tmp/known" >"$tmp/new"
	cut -d' ' -f1 "$tmp/new" | while IFS= read -r path; do
		is_regular "$path" && echo "$path" || echo "$path.gz"
	done | intact_lists | good_lists | tee "$tmp/load.paths" | sed 's/\.gz$//' >"$tmp/load"
	cut -d' ' -f1 "$tmp/have" >"$tmp/files"
	cut -d' ' -f1 "$tmp/known" >"$tmp/known.files"
	{
		comm -13 "$tmp/files" "$tmp/known.files"
		comm -12 <(sort "$tmp/load") "$tmp/known.files"
	} >"$tmp/gone"
	sort "$tmp/load" | join - "$tmp/new" >"$tmp/stamped"
	read_holidays
	: >"$tmp/holidays"
	[ -z "$holidays" ] || echo "$holidays" >"$tmp/holidays"
	sql 'SELECT date FROM holiday ORDER BY 1' >"$tmp/known.holidays"
	cmp -s "$tmp/holidays" "$tmp/known.holidays" || rebuild=1
	[ -z "$top" ] || [ "$top" = \
		"$(sql "SELECT value FROM setting WHERE name = 'top'")" ] || rebuild=1
	history_status=0
	[ ! -e "$tmp/damaged" ] || history_status=65
	nothing_new=$(text 'nothing new')
	loaded=$nothing_new
	if [ -s "$tmp/load" ] || [ -s "$tmp/gone" ] || [ -n "$rebuild$new_db" ]; then
		export KIS_ARCHIVE=$PWD KIS_TMP=$tmp
		write_load >"$tmp/load.sql"
		change_database <"$tmp/load.sql" || {
			rm -f "$new_db"
			check_writable
			fail 74 "'%s' was not changed: %s" "$target" "${why%%$'\n'*}"
		}
		gone=$(comm -13 "$tmp/files" "$tmp/known.files" | wc -l)
		loaded=$(count_text "$(wc -l <"$tmp/load")" '%d list read' '%d lists read')
		[ "$gone" = 0 ] || loaded+=", $(
			count_text "$gone" '%d list removed' '%d lists removed')"
	fi
	update_days
	[ ! -e "$tmp/damaged" ] || history_status=65
	if [ -n "$loaded_days" ]; then
		[ "$loaded" != "$nothing_new" ] && loaded+=", $loaded_days" || loaded=$loaded_days
	fi
	if [ -n "$new_db" ]; then
		mv -fT "$new_db" "$target" || exit 74
		db=$target
	fi
}

load history-days.sh
load days.sh

# Fails with 64 if an output file is a file of the archive that must not be
# overwritten, or is in one of its directories. The archive must be the working
# directory.
check_output() { # arguments: an option, an absolute path
	local part
	for part in raw stocks unplaced holidays .dates .lock .run .pending .derived; do
		[[ $2/ != "$(realpath -m -- "$part")"/* ]] || usage_error \
			"invalid value '%s' for %s: expected a file outside '%s'" \
			"$2" "$1" "$archive/$part"
	done
}

# Changes into the archive. Sets tmp to a new temporary directory, which is
# removed when the run ends, and db to the absolute path of the database. Locks
# the archive if it is writable, so that runs of history wait for each other.
# Fails with 64 if the database or the output file would overwrite a part of the
# archive.
begin_history() { # arguments: a database or "" [the path of an output file]
	new_db=""
	db=${1:-$archive/history.db}
	db=$(realpath -m -- "$db")
	open_archive "$archive"
	check_output --database "$db"
	if [ "${2:--}" != - ]; then
		check_output -o "$2"
		[ "$2" != "$db" ] && [ ! "$2" -ef "$db" ] || usage_error \
			"invalid value '%s' for %s: it is the database" "$2" -o
	fi
	if is_writable; then
		lock_archive
		quiet=1 # Reserve standard output for the result line.
		begin_work
	fi
	tmp=$(mktemp -d) || exit 73
	trap 'rm -rf "$tmp"; end_work' EXIT
}

history_run() {
	local given=() top='' tmp db db_state loaded history_status database=''
	read_options '--database text database
		--top number top' "$@"
	[ ${#given[@]} = 1 ] || usage_error 'expected one archive'
	archive=${given[0]}
	begin_history "$database"
	update_history
	print_line "'$archive': $loaded"
	exit "$history_status"
}

[ "$command" != history ] || run() { history_run "$@"; }
