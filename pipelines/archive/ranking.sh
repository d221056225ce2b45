# shellcheck shell=bash disable=SC2034,SC2154 # sourced by kis-archive
# Implements kis-archive ranking, which prints the ranking of a past day,
# computed from the daily rows of stocks.
define_usage "usage: kis-archive ranking ARCHIVE --date DATE [-m LIST] [--top N]
                           [--database FILE] [--lock-wait TIME] [-q] [-h]

Update the database as 'kis-archive history' does, and print the ranking of DATE
as records, like those of kis-fetch, rebuilt from daily rows. Only stocks that
'kis-archive stocks' has fetched are included; a stock that was delisted before
it was fetched is missing. KIS does not report which stocks a market had in the
past, so the stocks in the market's 60 lists nearest to DATE are used. The
number of stocks is printed to standard error.

      --date DATE       the day, YYYYMMDD or YYYY-MM-DD
  -m, --markets LIST    markets as for kis-fetch (default all)
      --top N           print the ranks 1 to N only
      --database FILE   the database (default ARCHIVE/history.db)
      --lock-wait TIME  wait up to TIME for another run on ARCHIVE to
                        end (default 10m)
  -q, --quiet           print errors only
  -h, --help            print this text

Exit status: 0 success, 1 no stock has a row for DATE, 64 usage error, 65 a file
is corrupt, 66 no archive, 71 sqlite3 is not installed, 73 or 74 the database
cannot be written, 75 another run is using the archive.

Examples:
  kis-archive ranking ~/kis --date 20240805 | kis-toxlsx > 20240805.xlsx
  kis-archive ranking ~/kis --date 20240805 -m kospi,kosdaq --top 30 | kis-tocsv
  kis-archive ranking ~/kis --date 20240805 -q >> rankings.ndjson"

# Prints the SQL that writes the codes of the stocks of a market to the table
# member. Sets the variable members to a description of the source of these
# codes. One list does not have all stocks of a market, because it has only
# stocks that were sold short. So the stocks of the 60 lists nearest to the date
# are used; 60 daily lists of a market cover about a quarter of a year. A stock
# in lists of both KOSPI and KOSDAQ belongs to the market of the nearer list.
member_sql() { # argument: a market
	local other=''
	case $1 in
	all) # Use every stock of any list and every fetched stock.
		members=$(text 'all stocks of the archive')
		echo 'CREATE TEMP TABLE member AS SELECT code FROM stock
			UNION SELECT DISTINCT code FROM ranking;'
		return
		;;
	kospi) other=kosdaq ;;
	kosdaq) other=kospi ;;
	esac
	members=$(text "the stocks in the market's lists nearest to %s" "$date")
	cat <<-SQL
		CREATE TEMP TABLE near AS
		SELECT market, period, date, days FROM (
			SELECT *, row_number() OVER (PARTITION BY market ORDER BY days) AS place
			FROM (SELECT market, period, date, abs(
				julianday(substr(date, 1, 4) || '-' || substr(date, 5, 2) ||
				'-' || substr(date, 7, 2)) - julianday('${date:0:4}-${date:4:2}-${date:6}'))
				AS days FROM list WHERE market IN ('$1', '$other')))
		WHERE place <= 60;
		CREATE TEMP TABLE member AS SELECT code FROM (
			SELECT r.code, n.market, min(n.days)
			FROM near n JOIN ranking r ON r.market = n.market
				AND r.period = n.period AND r.date = n.date
			GROUP BY r.code)
		WHERE market = '$1';
	SQL
}

# Prints the SQL that writes the ranking of the day, limited by --top, to the
# file "records". It also writes two numbers to the file "counts": the number of
# stocks in the ranking without that limit, and the number of members that have
# no row for the day.
ranking_sql() { # arguments: a market, its code
	cat <<-SQL
		CREATE TEMP TABLE row AS
		SELECT d.*, s.name, row_number() OVER (
			ORDER BY d.short_volume DESC, d.code) AS rank
		FROM day d JOIN stock s ON s.code = d.code
		WHERE d.date = $date AND d.code IN (SELECT code FROM member)
			AND d.short_volume > 0;
		.output records
		SELECT json_object('market', '$2', 'period', '1d', 'rank', CAST(rank AS TEXT),
			'list', 'partial', 'list_rows',
			CAST((SELECT count(*) FROM row) AS TEXT),
			'fetched_at', (SELECT max(fetched_at) FROM row),
			'mksc_shrn_iscd', code, 'hts_kor_isnm', coalesce(name, code),
			'stck_prpr', CAST(close AS TEXT), 'prdy_vrss', CAST(change AS TEXT),
			'prdy_vrss_sign', CAST(direction AS TEXT),
			'prdy_ctrt', printf('%.2f', change_ratio),
			'acml_vol', CAST(volume AS TEXT),
			'acml_tr_pbmn', CAST(trading_value AS TEXT),
			'ssts_cntg_qty', CAST(short_volume AS TEXT),
			'ssts_vol_rlim', printf('%.2f', short_volume_ratio),
			'ssts_tr_pbmn', CAST(short_value AS TEXT),
			'ssts_tr_pbmn_rlim', printf('%.2f', short_value_ratio),
			'stnd_date1', '$date', 'stnd_date2', '$date',
			'avrg_prc', CAST(average_short_price AS TEXT))
		FROM row WHERE rank <= ${top:-1000000} ORDER BY rank;
		.output counts
		SELECT (SELECT count(*) FROM row), (SELECT count(*) FROM member m
			WHERE NOT EXISTS (SELECT 1 FROM day d
			WHERE d.code = m.code AND d.date = $date));
	SQL
}

run() {
	local given=() date='' top='' quiet='' database='' wanted_markets=all
	local tmp db db_state loaded history_status new_db word words market code
	local members rows missing found=''
	read_options '--date date date
		-m --market --markets names wanted_markets
		--top number top
		-q --quiet flag quiet
		--database text database' "$@"
	[ ${#given[@]} = 1 ] || usage_error 'expected one archive'
	[ -n "$date" ] || usage_error 'no date given; add --date YYYYMMDD'
	[ "$date" -le "$(korean_today)" ] ||
		usage_error "invalid value '%s' for %s: the date is in the future" "$date" --date
	archive=${given[0]}
	IFS=, read -ra words <<<"$wanted_markets"
	for word in "${words[@]}"; do
		market_name "$word" >/dev/null || usage_error "unknown market '%s'" "$word"
	done
	local was_quiet=$quiet top_in_view=$top
	top='' # --top limits this ranking, not the views of the database
	begin_history "$database"
	update_history
	quiet=$was_quiet top=$top_in_view
	for word in "${words[@]}"; do
		market=$(market_name "$word")
		code=$(awk -v name="$market" '$2 == name { print $1 }' <<<"$markets")
		if [ "$market" != all ] && [ "$(sql "SELECT count(*) FROM list
			WHERE market = '$market'")" = 0 ]; then
			message '%s: the archive has no list of this market, so its stocks are unknown' "$market"
			continue
		fi
		member_sql "$market" >"$tmp/ranking.sql"
		ranking_sql "$market" "$code" >>"$tmp/ranking.sql"
		sql -separator ' ' <"$tmp/ranking.sql" || exit 74
		read -r rows missing <"$tmp/counts"
		[ "$rows" = 0 ] || found=1
		cat "$tmp/records" 2>/dev/null || fail 74 'cannot write to standard output'
		if [ -z "$quiet" ]; then
			message '%s: stocks sold short on %s: %d, out of %s' "$market" "$date" "$rows" "$members"
			[ "$missing" = 0 ] || message \
				'%s: stocks without a row for %s: %d (not listed, not traded or not fetched); to fetch, run: %s' \
				"$market" "$date" "$missing" "kis-archive stocks '$archive' --from $date"
		fi
	done
	[ -n "$found" ] || fail $((history_status ? history_status : 1)) 'no stock has a row for %s' "$date"
	exit "$history_status"
}
load history.sh
