# shellcheck shell=bash disable=SC2034,SC2154 # sourced by kis-archive
# Implements kis-archive report, which writes the views of history.sql to one
# Korean workbook. Each sheet has the result of a query, whose rows have the
# field names of the records (lib/record.c), so that kis-toxlsx knows the title,
# types and format of each sheet.
define_usage "usage: kis-archive report ARCHIVE -o FILE [-m LIST] [-d LIST] [--top N]
                          [--date DATE] [--stocks CODES] [--database FILE]
                          [--lock-wait TIME] [-h]

Update the database as 'kis-archive history' does, and write a Korean workbook
with a sheet for each analysis, market and period: stocks new in the top, days
in a row in the top, changes in the short value ratio, prices below the average
short price, stocks in several markets, monthly sums, and the date of each list.
No sheet is truncated.

  -o, --output FILE      the workbook
  -m, --markets LIST     only these markets (default: all in the archive)
  -d, --periods LIST     only these periods (default: all in the archive)
      --top N            treat ranks 1 to N as the top, and store N in the
                         database (default: the value set last, otherwise 30)
      --date DATE        use the newest lists that are not later than DATE,
                         YYYYMMDD or YYYY-MM-DD (default: the newest)
      --stocks CODES     add a sheet for each of these stocks, per market and
                         period
      --database FILE    the database (default ARCHIVE/history.db)
      --lock-wait TIME   wait up to TIME for another run on ARCHIVE to
                         end (default 10m)
  -h, --help             print this text

Exit status: 0 success, 1 no list or no rows, 64 usage error, 65 a list is
corrupt, 66 no archive, 71 sqlite3 is not installed, 73 or 74 a file cannot be
written, 75 another run is using the archive.

Examples:
  kis-archive report ~/kis -o week.xlsx
  kis-archive report ~/kis -o kosdaq.xlsx --markets kosdaq --top 20
  kis-archive report ~/kis -o old.xlsx --date 20240805 --stocks 005930,000660"

# Every query about stocks selects the fields in stock_fields first, then the
# fields of its own analysis, and those in figure_fields last.
stock_fields="'market', h.market, 'period', h.period, 'rank', h.rank,
	'fetched_at', h.fetched_at, 'mksc_shrn_iscd', h.code,
	'hts_kor_isnm', h.name"
ratio_field=", 'ssts_tr_pbmn_rlim', h.short_value_ratio"
date_fields=", 'stnd_date1', h.first_date, 'stnd_date2', h.date"
figure_fields="'stck_prpr', h.price, 'prdy_vrss', h.change,
	'prdy_vrss_sign', h.direction, 'prdy_ctrt', h.change_ratio,
	'acml_vol', h.volume, 'acml_tr_pbmn', h.trading_value,
	'ssts_cntg_qty', h.short_volume, 'ssts_vol_rlim', h.short_volume_ratio,
	'ssts_tr_pbmn', h.short_value$ratio_field,
	'avrg_prc', h.average_short_price$date_fields"

# Prints the SQL that selects the newest list that is not later than the date,
# for each requested market and period. The SQL also adds the Korean names and
# the order of the markets.
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

# Prints the query for one analysis of stocks. The arguments are the name of the
# sheet, its note, the fields of the analysis, the view, a condition that begins
# with AND, and the order of the rows.
ask() {
	local figures=$figure_fields
	[[ $3 != *"$ratio_field"* ]] || figures=${figures/"$ratio_field"/}
	cat <<-SQL
		SELECT json_object('분석 구분', '$1', 'sheet_note', '$2', $stock_fields$3,
			$figures)
		FROM s CROSS JOIN $4 h
		WHERE h.market = s.market AND h.period = s.period AND h.date = s.date$5
		ORDER BY s.period, s.place, $6;
	SQL
}

# Prints the SQL that translates the market names in a column, such as "kospi 3,
# kospi200 2", to Korean.
korean_markets() { # argument: a column
	local sql="replace($1 || ',', ',', '위,')" code name korean
	while read -r code name korean; do
		sql="replace($sql, '$name ', '$korean ')"
	done <<<"$markets"
	echo "rtrim($sql, ',')"
}

# Prints the SQL for the monthly sums up to $date. The sums of the last month
# include only the days up to $date.
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
	local n code in_top
	n=$(sql "SELECT value FROM setting WHERE name = 'top'") || exit 74
	in_top="공매도 거래량 상위 ${n}위"
	echo '.mode list'
	ask "상위 $n 신규 진입" "직전 목록에서는 $in_top 밖이던 종목, 순위 순" \
		", 'compared_with', h.compared_with" new_in_top_history '' 'h.rank'
	ask "상위 $n 연속 등재" \
		"기준일까지 연속으로 ${in_top}에 든 영업일 수, 많은 순. 연속 시작 직전 영업일의 목록이 없으면 실제 연속일수는 더 길 수 있음" \
		", 'streak_days', h.days, 'streak_since', h.since,
		'list_before', CASE WHEN h.gap_before THEN '없음' END" \
		streak_history '' 'h.days DESC, h.rank'
	ask '비중 증감' \
		'공매도 거래대금 비중의 1·5·20영업일 전 대비 증감, 전일 대비 증가폭이 큰 순. 빈칸은 그날 목록이 없거나 그 목록에 종목이 없음' \
		"$ratio_field, 'ratio_before', h.ratio_1, 'ratio_change_1', h.change_1,
		'ratio_change_5', h.change_5, 'ratio_change_20', h.change_20" \
		ratio_change_history ' AND coalesce(h.change_1, h.change_5, h.change_20)
			IS NOT NULL' 'h.change_1 DESC, h.rank'
	ask '공매도평균가 하회' \
		'현재가가 공매도평균가보다 낮은 종목(기준기간에 공매도한 물량은 평균적으로 평가이익), 평균가대비가 낮은 순' '' \
		price_vs_average_history ' AND h.price < h.average_short_price' \
		'h.price_vs_average, h.rank'
	for code in "${codes[@]}"; do
		cat <<-SQL
			SELECT json_object('분석 구분', '$code ' || (SELECT name FROM ranking
				WHERE code = '$code' ORDER BY date DESC LIMIT 1),
				'sheet_note', '목록에 있는 날만, 오래된 날부터. 목록이 없거나 순위 밖인 날은 빠짐',
				$stock_fields, 'base_date', h.date,
				${figure_fields/"$date_fields"/})
			FROM s CROSS JOIN course h
			WHERE h.code = '$code' AND h.market = s.market
				AND h.period = s.period AND h.date <= s.date
			ORDER BY s.period, s.place, h.date;
		SQL
	done
	cat <<-SQL
		SELECT json_object('분석 구분', '복수 시장 상위 $n', 'sheet_note',
			'여러 목록에서 ${in_top}에 든 종목, 등재 목록 수가 많은 순, 같으면 공매도 거래대금 비중이 높은 순. 코스피200·코스닥150·KRX100 종목은 코스피·코스닥에도, 모든 종목은 전체에도 들어 있음',
			'period', h.period, 'fetched_at', max(l.fetched_at),
			'mksc_shrn_iscd', h.code, 'hts_kor_isnm', h.name,
			'market_count', h.markets, 'market_ranks', $(korean_markets h.ranks),
			'ssts_tr_pbmn_rlim', h.short_value_ratio,
			'stnd_date1', h.date, 'stnd_date2', h.date)
		FROM (SELECT period, max(date) AS date FROM shown GROUP BY period) s
		CROSS JOIN overlap_history h
		JOIN list l ON l.date = h.date AND l.period = h.period
		WHERE h.date = s.date AND h.period = s.period AND EXISTS (
			SELECT 1 FROM shown m JOIN streak_day d ON d.market = m.market
				AND d.period = h.period AND d.date = h.date
				AND d.code = h.code
			WHERE m.period = h.period)
		GROUP BY h.period, h.code
		ORDER BY h.period, h.markets DESC, h.short_value_ratio DESC, h.code;
		SELECT json_object('분석 구분', '월별', 'sheet_note',
			'1일 목록의 합계, 달마다 공매도 거래대금 상위 ${n}종목. 순위 범위가 상위 ${n}위인 달은 그 순위에 든 날만 합산. 가장 최근 달은 '
			|| substr(s.date, 1, 4) || '-' || substr(s.date, 5, 2) || '-' ||
			substr(s.date, 7, 2) || '까지',
			'market', h.market, 'period', '1d', 'base_month',
			substr(h.month, 1, 4) || '-' || substr(h.month, 5, 2),
			'value_rank', h.rank, 'mksc_shrn_iscd', h.code,
			'hts_kor_isnm', h.name, 'days_in_top', h.days, 'lists_of_month', h.lists, 'known_ranks',
			CASE h.depth WHEN 'complete' THEN '전체' ELSE '상위 ${n}위' END,
			'acml_vol', h.volume, 'acml_tr_pbmn', h.trading_value,
			'ssts_cntg_qty', h.short_volume, 'ssts_tr_pbmn', h.short_value,
			'ssts_tr_pbmn_rlim', h.short_value_ratio)
		FROM s CROSS JOIN months h
		WHERE s.period = '1d' AND h.market = s.market AND h.rank <= $n
		ORDER BY s.place, h.month DESC, h.rank;
		SELECT json_object('분석 구분', '목록 현황', 'sheet_note',
			'시장·기간별 최신 목록', 'market', s.market,
			'period', s.period, 'base_date', s.date,
			'list_is_newest', CASE WHEN s.date = (SELECT max(date) FROM shown)
				THEN '최신' ELSE '이전' END,
			'list_rows', l.rows, 'known_ranks', CASE l.class
				WHEN 'complete' THEN '전체' WHEN 'partial' THEN '일부'
				ELSE '상위 ' || l.rows || '위' END,
			'fetched_at', l.fetched_at)
		FROM s JOIN list l USING (market, period, date)
		ORDER BY s.period, s.place;
	SQL
}

report_run() {
	local given=() top='' tmp db db_state loaded history_status none database=''
	local output='' date=99999999 stocks='' codes=() word words
	local wanted_markets='' wanted_periods='' only_markets only_periods
	read_options '-o --output text output
		-m --market --markets names wanted_markets
		-d --period --periods names wanted_periods
		--top number top
		--date date date
		--stock --stocks names stocks
		--database text database' "$@"
	only_markets=$(quote_list market "$wanted_markets") || exit
	only_periods=$(quote_list period "$wanted_periods") || exit
	IFS=, read -ra words <<<"$stocks"
	for word in "${words[@]}"; do
		word=$(stock_code "$word") || exit
		[[ " ${codes[*]} " == *" $word "* ]] || codes+=("$word")
	done
	[ ${#given[@]} = 1 ] || usage_error 'expected one archive'
	[ -n "$output" ] || usage_error 'no output file given; add -o FILE'
	[ "$output" = - ] || output=$(realpath -m -- "$output")
	archive=${given[0]}
	begin_history "$database" "$output"
	update_history
	{
		lists_sql
		months_sql
		questions_sql
		# These lines begin with a space, unlike the records before them.
		echo "SELECT ' ' || market || '-' || period || ' ' || date FROM shown
			WHERE date < (SELECT max(date) FROM shown) ORDER BY 1;"
	} >"$tmp/questions.sql" || exit 74
	# sqlite3 does not report a failed write, but tee and sed do.
	sql <"$tmp/questions.sql" | tee "$tmp/lines" | sed '/^ /d' >"$tmp/answers" &&
		sed -n 's/^ //p' "$tmp/lines" >"$tmp/stale" || exit 74
	none=$((history_status ? history_status : 1))
	if [ ! -s "$tmp/answers" ]; then
		[ -z "$only_markets$only_periods" ] || [ "$date" != 99999999 ] ||
			fail $none "'%s' has no list of these markets and periods" "$archive"
		[ "$date" != 99999999 ] || fail $none "'%s' has no list" "$archive"
		fail $none "'%s' has no list for %s or earlier" "$archive" "$date"
	fi
	grep -qv '"분석 구분":"목록 현황"' "$tmp/answers" || fail $none 'no sheet has rows'
	kis-toxlsx --sheet-by '분석 구분' --title '공매도 순위 분석' --top 0 -o "$output" \
		"$tmp/answers" || exit
	for word in "${codes[@]}"; do
		grep -qF "\"분석 구분\":\"$word " "$tmp/answers" ||
			warn 'no list has the stock %s' "$word"
	done
	while read -r word name; do
		warn 'the newest list of %s is for %s' "$word" "$name"
	done <"$tmp/stale"
	exit "$history_status"
}

# Prints the names of markets or periods as a list for SQL, such as
# 'kospi','kosdaq'. Prints an empty line if no name is given. Fails with 64 if a
# name is unknown.
quote_list() { # arguments: market or period, a list of names
	local word words name joined=''
	IFS=, read -ra words <<<"$2"
	for word in "${words[@]}"; do
		if ! name=$("${1}_name" "$word"); then
			[ "$1" = market ] || usage_error "unknown period '%s'" "$word"
			usage_error "unknown market '%s'" "$word"
		fi
		joined+="${joined:+,}'$name'"
	done
	echo "$joined"
}
load history.sh
run() { report_run "$@"; }
