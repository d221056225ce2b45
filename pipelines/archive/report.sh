# shellcheck shell=bash disable=SC2034,SC2154 # shared with kis-archive
# kis-archive report: the views of history.sql as one Korean workbook. Each
# question is a query whose rows have the field names of the records, so that
# kis-toxlsx gives every sheet its title, types and looks; what records do not
# have is named in Korean.
usage="usage: kis-archive report ARCHIVE -o FILE [-m LIST] [-d LIST] [--top N]
                          [--date DATE] [--stocks CODES] [--database FILE]
                          [--lock-wait TIME] [-h]

Bring the database up to date as kis-archive history does, and write a Korean
workbook with a sheet for each question, market and period: stocks new in the
top, days in a row, changes of the short value ratio, prices below the average
short price, stocks in several markets, the months, and which list is how new.
No sheet is truncated.

  -o, --output FILE      the workbook
  -m, --markets LIST     only these markets (default: all in the archive)
  -d, --periods LIST     only these periods (default: all in the archive)
      --top N            the ranks 1 to N are the top; kept in the database
                         (default 30, or as it was set before)
      --date DATE        as of DATE, YYYYMMDD (default: the newest)
      --stocks CODES     also these stocks, one sheet for each market and period
      --database FILE    the database (default ARCHIVE/history.db)
      --lock-wait TIME   wait TIME for another run of ARCHIVE (default 10m)
  -h, --help             print this text

Exit status: 0 done, 1 no question has an answer, 64 usage, 65 a list is
damaged, else as kis-archive history and kis-toxlsx.

Examples:
  kis-archive report ~/kis -o week.xlsx
  kis-archive report ~/kis -o kosdaq.xlsx --markets kosdaq --top 20
  kis-archive report ~/kis -o old.xlsx --date 20240805 --stocks 005930,000660"

# What every question about stocks begins with.
stock_fields="'market', h.market, 'period', h.period, 'rank', h.rank,
	'fetched_at', h.fetched_at, 'mksc_shrn_iscd', h.code,
	'hts_kor_isnm', h.name, 'stck_prpr', h.price, 'prdy_vrss', h.change,
	'prdy_vrss_sign', h.direction, 'prdy_ctrt', h.change_ratio,
	'acml_vol', h.volume, 'acml_tr_pbmn', h.trading_value,
	'ssts_cntg_qty', h.short_volume, 'ssts_vol_rlim', h.short_volume_ratio,
	'ssts_tr_pbmn', h.short_value, 'ssts_tr_pbmn_rlim', h.short_value_ratio,
	'stnd_date1', h.first_date, 'stnd_date2', h.date,
	'avrg_prc', h.average_short_price"

# Of each list asked for, the newest that is not after the date; and an order
# of markets.
lists_sql() {
	local market_filter='' period_filter=''
	[ -z "$only_markets" ] || market_filter=" AND market IN ($only_markets)"
	[ -z "$only_periods" ] || period_filter=" AND period IN ($only_periods)"
	cat <<-SQL
		CREATE TEMP TABLE shown AS
		SELECT market, period, max(date) AS date FROM list
		WHERE date <= $date$market_filter$period_filter
		GROUP BY market, period;
	SQL
	market_sql
	echo 'CREATE TEMP VIEW s AS SELECT shown.*, korean, place
		FROM shown JOIN market ON market.name = shown.market;'
}

# A question about stocks: its sheet, further fields, the view, rows, order.
ask() { # sheet fields view where order
	cat <<-SQL
		SELECT json_object('질문', '$1', $stock_fields$2)
		FROM s CROSS JOIN $3 h
		WHERE h.market = s.market AND h.period = s.period AND h.date = s.date$4
		ORDER BY s.period, s.place, $5;
	SQL
}

# A column such as "kospi 3, kospi200 2" in Korean.
korean_markets() { # column
	local sql="replace($1 || ',', ',', '위,')" code name korean
	while read -r code name korean; do
		sql="replace($sql, '$name ', '$korean ')"
	done <<<"$markets"
	echo "rtrim($sql, ',')"
}

iso() { # column: a date as people read it
	echo "substr($1, 1, 4) || '-' || substr($1, 5, 2) || '-' || substr($1, 7, 2)"
}

# The months up to the date; the month of the date itself up to the date.
months_sql() {
	cat <<-SQL
		CREATE TEMP TABLE last_month AS
		SELECT market, $date / 100 AS month FROM shown WHERE period = '1d';
		CREATE TEMP TABLE last_sums AS
	SQL
	month_query last_month "$date"
	cat <<-SQL
		;
		CREATE TEMP VIEW months AS
		SELECT * FROM month_history WHERE month < $date / 100
		UNION ALL
		SELECT market, month, rank, code, name, days, lists, depth,
			volume, trading_value, short_volume, short_value,
			round(100.0 * short_value / nullif(trading_value, 0), 2)
				AS short_value_ratio
		FROM last_sums;
	SQL
}

questions_sql() {
	local n code
	n=$(sql "SELECT value FROM setting WHERE name = 'top'") || exit 74
	echo '.mode list'
	ask "상위 $n 신규 진입" ", '비교일', $(iso h.compared_with)" \
		new_in_top_history '' 'h.rank'
	ask "상위 $n 연속 등재" ", '연속일수', h.days, '연속 시작일', $(iso h.since)" \
		streak_history '' 'h.days DESC, h.rank'
	ask '비중 증감' ", '전일 비중 (%)', h.ratio_1,
			'전일대비 (%p)', h.change_1, '5일 전 대비 (%p)', h.change_5,
			'20일 전 대비 (%p)', h.change_20" \
		ratio_change_history ' AND coalesce(h.change_1, h.change_5, h.change_20)
			IS NOT NULL' 'h.change_1 DESC, h.rank'
	ask '공매도평균가 하회' '' price_vs_average_history \
		' AND h.price < h.average_short_price' 'h.price_vs_average, h.rank'
	for code in "${codes[@]}"; do
		cat <<-SQL
			SELECT json_object('질문', '$code', $stock_fields)
			FROM shown s CROSS JOIN course h
			WHERE h.code = '$code' AND h.market = s.market
				AND h.period = s.period AND h.date <= s.date
			ORDER BY h.period, h.market, h.date;
		SQL
	done
	cat <<-SQL
		SELECT json_object('질문', '복수 시장 상위 $n', 'period', h.period,
			'fetched_at', max(l.fetched_at), 'mksc_shrn_iscd', h.code,
			'hts_kor_isnm', h.name, 'ssts_tr_pbmn_rlim', h.short_value_ratio,
			'stnd_date2', h.date, '해당 시장 수', h.markets, '시장과 순위', $(korean_markets h.ranks))
		FROM (SELECT period, max(date) AS date FROM shown GROUP BY period) s
		CROSS JOIN overlap_history h
		JOIN list l ON l.date = h.date AND l.period = h.period
		WHERE h.date = s.date AND h.period = s.period
		GROUP BY h.period, h.code
		ORDER BY h.period, h.markets DESC, h.short_value_ratio DESC, h.code;
		SELECT json_object('질문', '월별', 'market', h.market, 'period', '1d',
			'rank', h.rank, 'mksc_shrn_iscd', h.code, 'hts_kor_isnm', h.name,
			'acml_vol', h.volume, 'acml_tr_pbmn', h.trading_value,
			'ssts_cntg_qty', h.short_volume, 'ssts_tr_pbmn', h.short_value,
			'ssts_tr_pbmn_rlim', h.short_value_ratio,
			'월', substr(h.month, 1, 4) || '-' || substr(h.month, 5, 2),
			'등재일수', h.days, '집계일수', h.lists,
			'집계 범위', CASE h.depth WHEN 'complete' THEN '전체' ELSE '상위 $n' END)
		FROM s CROSS JOIN months h
		WHERE s.period = '1d' AND h.market = s.market AND h.rank <= $n
		ORDER BY s.place, h.month DESC, h.rank;
		SELECT json_object('질문', '목록 현황', '시장', s.korean,
			'기간', replace(replace(replace(s.period, 'd', '일'), 'w', '주'),
				'm', '개월'),
			'최근 기준일', $(iso s.date), '목록 종목 수', l.rows,
			'목록 구분', CASE l.class WHEN 'complete' THEN '전체'
				WHEN 'partial' THEN '일부' ELSE '상위' END,
			'조회시각', l.fetched_at,
			'최신 여부', CASE WHEN s.date = (SELECT max(date) FROM shown)
				THEN '최신' ELSE '갱신 지연' END)
		FROM s JOIN list l USING (market, period, date)
		ORDER BY s.period, s.place;
	SQL
}

report_run() {
	local given=() top='' tmp db db_state loaded history_status database=''
	local output='' date=99999999 stocks='' codes=() word
	local wanted_markets='' wanted_periods='' only_markets only_periods
	read_options '-o --output text output
		-m --market --markets text wanted_markets
		-d --period --periods text wanted_periods
		--top number top
		--date date date
		--stock --stocks text stocks
		--database text database' "$@"
	only_markets=$(quote_list market_name market "$wanted_markets") || exit
	only_periods=$(quote_list period_name period "$wanted_periods") || exit
	IFS=', ' read -ra codes <<<"$stocks"
	for word in "${codes[@]}"; do
		[[ $word =~ ^[0-9A-Z]{6,9}$ ]] || usage_error "invalid stock code '$word'"
	done
	[ ${#given[@]} = 1 ] || usage_error 'expected one archive'
	[ -n "$output" ] || usage_error 'no output file given; add -o FILE'
	[ "$output" = - ] || output=$(realpath -m -- "$output")
	archive=${given[0]}
	begin_history "$database"
	update_history
	{
		lists_sql
		months_sql
		questions_sql
		echo ".output stale"
		echo "SELECT market || '-' || period || ' is of ' || date FROM shown
			WHERE date < (SELECT max(date) FROM shown) ORDER BY 1;"
	} >"$tmp/questions.sql"
	(cd "$tmp" && sqlite3 -bail -batch -cmd '.timeout 60000' "$db" \
		<questions.sql >answers) || exit 74
	[ "$(sql "SELECT count(*) FROM list WHERE date <= $date")" != 0 ] ||
		fail 1 "'$archive' has no list of $date or before"
	grep -v '"질문":"목록 현황"' "$tmp/answers" >"$tmp/some" || true
	[ -s "$tmp/some" ] || fail 1 'no question has an answer'
	kis-toxlsx --sheet-by 질문 -o "$output" "$tmp/answers"
	while read -r word; do
		warn "the newest list of $word"
	done <"$tmp/stale"
	exit "$history_status"
}

# Prints names as a list for SQL: 'kospi','kosdaq'.
quote_list() { # function, what, list
	local word words name joined=''
	IFS=', ' read -ra words <<<"$3"
	for word in "${words[@]}"; do
		[ -n "$word" ] || continue
		name=$($1 "$word") || usage_error "unknown $2 '$word'"
		joined+="${joined:+,}'$name'"
	done
	[ -n "$joined" ] || [ -z "$3" ] || usage_error "no $2 given"
	echo "$joined"
}
# shellcheck source=/dev/null
. "$parts/history.sh"
run() { report_run "$@"; }
