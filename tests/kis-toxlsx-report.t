#!/bin/bash
# Tests the report that kis-toxlsx makes from records of kis-fetch.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" unzip xlsx2csv
"$PYTHON" -c 'import openpyxl' 2>"$err" || skip_all 'openpyxl is not installed'
XLSX=$ROOT/tests/xlsx.py

# Prints one record; jq assignments can change each field.
record() { # arguments: jq assignments
	jq -cn '{market: "1001", period: "1d", rank: "1",
		fetched_at: "2026-11-20T18:40:03+09:00",
		mksc_shrn_iscd: "005930", hts_kor_isnm: "삼성전자",
		stck_prpr: "81300", prdy_vrss: "500", prdy_vrss_sign: "2",
		prdy_ctrt: "0.62", acml_vol: "297211074",
		acml_tr_pbmn: "23401356654068", ssts_cntg_qty: "1140742",
		ssts_vol_rlim: "7.32", ssts_tr_pbmn: "89937102700",
		ssts_tr_pbmn_rlim: "0.38", stnd_date1: "20261119",
		stnd_date2: "20261120", avrg_prc: "78840"}'" | ${1:-.}"
}
# Prints the type, format and value of the first cell below a column title.
cell() { # arguments: title
	"$PYTHON" "$XLSX" cells r.xlsx '코스닥 1일' >cells
	local place
	place=$(awk -F'\t' -v t="'$1'" '$4 == t && $1 ~ /^[A-Z]+4$/ {
		sub(/4$/, "5", $1); print $1 }' cells)
	awk -F'\t' -v p="$place" '$1 == p { print $2 " " $3 " " $4 }' cells
}
shown() { # arguments: title jq-assignments expected-cell
	record "$2" >in
	run kis-toxlsx -o r.xlsx in
	is "cell $1, record with $2: expected type, format and value" "$(cell "$1")" "$3"
}

for body in official-short-sale:1001:1d openkis-short-sale-20240626:0001:3w; do
	IFS=: read -r name market period <<<"$body"
	[ -e "$RECORDED/$name.json" ] || {
		skip "recorded response $name: the workbook contains every value" 'the recorded responses are not available'
		continue
	}
	records_of "$RECORDED/$name.json" "$market" "$period" \
		2026-11-20T18:40:03+09:00 >in
	run kis-toxlsx -o r.xlsx in
	check "recorded response $name: exit status 0" 0 '' ''
	ok "recorded response $name: the workbook contains every value" "$PYTHON" "$XLSX" same r.xlsx in
done

for market in 0000 0001 1001 2001 4001 3003; do
	for period in 1d 3m; do
		record ".market = \"$market\" | .period = \"$period\""
		record ".market = \"$market\" | .period = \"$period\" |
			.rank = \"2\" | .mksc_shrn_iscd = \"00680K\""
	done
done >in
run kis-toxlsx -o r.xlsx in
check 'six markets and two periods: exit status 0' 0 '' ''
ok 'six markets and two periods: the workbook contains every value' "$PYTHON" "$XLSX" same r.xlsx in
is 'six markets and two periods: one sheet each, and 정보' \
	"$("$PYTHON" "$XLSX" names r.xlsx | paste -sd,)" \
	'목차,전체 1일,전체 3개월,코스피 1일,코스피 3개월,코스닥 1일,코스닥 3개월,코스피200 1일,코스피200 3개월,KRX100 1일,KRX100 3개월,코스닥150 1일,코스닥150 3개월,정보,차트 데이터'
is 'six markets and two periods: two charts each' "$(unzip -l r.xlsx | grep -c 'xl/charts/chart')" 24
is 'six markets and two periods: one table each' "$(unzip -l r.xlsx | grep -c 'xl/tables/table')" 12

shown 종목코드 . "s @ '005930'"
shown 종목코드 '.mksc_shrn_iscd = "0013E0"' "s @ '0013E0'"
shown '현재가 (원)' . 'n #,##0_  81300'
shown '현재가 (원)' '.stck_prpr = "00000138600.0000"' 'n #,##0_  138600'
shown '현재가 (원)' '.stck_prpr = "  7 "' 'n #,##0_  7'
shown '현재가 (원)' '.stck_prpr = ""' ''
shown '현재가 (원)' '.stck_prpr = "x"' "s General 'x'"
shown '거래대금 (백만원)' . 'n #,##0,,_  23401356654068'
shown '거래대금 (백만원)' '.acml_tr_pbmn = "999999999999999"' 'n #,##0,,_  999999999999999'
shown '거래대금 (백만원)' '.acml_tr_pbmn = "1234567890123456"' \
	"s General '1234567890123456'"
shown '등락률 (%)' '.prdy_ctrt = "+1.26"' 'n +0.00%;-0.00%;0.00% 0.0126'
shown '등락률 (%)' '.prdy_ctrt = "-0.13"' 'n +0.00%;-0.00%;0.00% -0.0013'
shown '등락률 (%)' '.prdy_ctrt = "          0.0000"' 'n +0.00%;-0.00%;0.00% 0'
shown '공매도거래량비중 (%)' . 'n 0.00%_  0.0732'
shown '공매도거래량비중 (%)' '.ssts_vol_rlim = "NaN"' "s General 'NaN'"
shown '전일대비 (원)' '.prdy_vrss = "-10"' 'n "▲" #,##0;"▼" #,##0;#,##0 -10'
shown 기준시작일 . 'd yyyy-mm-dd datetime.datetime(2026, 11, 19, 0, 0)'
shown 기준시작일 '.stnd_date1 = "0"' ''
shown 기준시작일 '.stnd_date1 = "20260229"' "s General '20260229'"
shown 조회시각 . 'd yyyy-mm-dd hh:mm:ss datetime.datetime(2026, 11, 20, 18, 40, 3)'
shown 시장 . "s General '코스닥'"
for sign in '0 없음' '1 ↑ 상한가' '2 ▲ 상승' '3 보합' '4 ↓ 하한가' '5 ▼ 하락' '7 7'; do
	shown 등락구분 ".prdy_vrss_sign = \"${sign%% *}\"" \
		"s General '${sign#* }'"
done
shown new_fld '.new_fld = "12.5"' 'n General 12.5'
shown new_fld '.new_fld = "0012"' "s General '0012'"
is 'unknown field: the sheet keeps its table' \
	"$(unzip -l r.xlsx | grep -c 'xl/tables/table')" 1

record . >in
run kis-toxlsx -o r.xlsx in
like '평균가대비: price relative to the average short price' "$(cell '평균가대비 (%)')" \
	'^n .* 0\.0312'
like '평균가대비: is a formula with its cached value' "$(unzip -p r.xlsx xl/worksheets/sheet1.xml)" \
	'<f>D5/M5-1</f><v>0\.0312'
shown '평균가대비 (%)' '.avrg_prc = "0"' ''
like 'stock code: links to Naver Finance' \
	"$(unzip -p r.xlsx xl/worksheets/_rels/sheet1.xml.rels)" \
	'finance\.naver\.com/item/main\.naver\?code=005930"'
like 'stock codes: no warning for numbers stored as text' \
	"$(unzip -p r.xlsx xl/worksheets/sheet1.xml)" 'numberStoredAsText="1"'
record '.mksc_shrn_iscd = "Q530036"' >in
run kis-toxlsx -o r.xlsx in
like 'stock code of an ETN: the link leaves out the Q' \
	"$(unzip -p r.xlsx xl/worksheets/_rels/sheet1.xml.rels)" 'code=530036"'
sheet=$(unzip -p r.xlsx xl/worksheets/sheet1.xml)
for part in 'state="frozen"' 'orientation="landscape"' 'paperSize="9"' \
	'fitToPage="1"' 'type="dataBar"' 'tableParts'; do
	like "page setup: sheet has $part" "$sheet" "$part"
done
like 'page setup: the header rows are repeated' "$(unzip -p r.xlsx xl/workbook.xml)" \
	"_xlnm.Print_Titles.*'코스닥 1일'.\\\$1:\\\$4"

run kis-toxlsx -o r.xlsx --title '월요일 & <보고>' in
check '--title: exit status 0' 0 '' ''
like '--title: on the sheet' \
	"$("$PYTHON" "$XLSX" rows r.xlsx '코스닥 1일' | sed -n 1p)" \
	'^월요일 & <보고> · 코스닥 1일'
like '--title: in the document properties' "$(unzip -p r.xlsx docProps/core.xml)" \
	'월요일 &amp; &lt;보고&gt;'
run kis-toxlsx -o r.xlsx --top 0 in
is '--top 0: no charts' "$(unzip -l r.xlsx | grep -c chart)" 0
run kis-toxlsx -o r.xlsx --plain in
is '--plain: field names in row 1, values below' \
	"$("$PYTHON" "$XLSX" names r.xlsx)$("$PYTHON" "$XLSX" rows r.xlsx \
		'코스닥 1일' | cut -f 1-5)" \
	"코스닥 1일$(printf 'market\tperiod\trank\tfetched_at\tmksc_shrn_iscd\n1001\t1d\t1\t2026-11-20 18:40:03\tQ530036')"

# rows 2 and 3 of the sheet show the base period and the query time
heads() {
	run kis-toxlsx -o r.xlsx in
	"$PYTHON" "$XLSX" cells r.xlsx '코스닥 1일' | awk -F'\t' \
		'$1 ~ /^[A-Z]+[23]$/ { gsub(/\047/, "", $4); print $4 }'
}
record >in
is 'one query: lines 2 and 3 have base period and query time' "$(heads)" \
	'기준기간 2026-11-19 ~ 2026-11-20  |  현재가 2026-11-20 18:40 조회  |  1행
조회시각 2026-11-20 18:40
기준기간 2026-11-19 ~ 2026-11-20'
record 'del(.stnd_date1, .stnd_date2, .fetched_at)' >in
is 'records without dates: lines 2 and 3 have no dates' "$(heads)" '1행
조회시각
기준기간'
record >in
record '.fetched_at = "2026-11-23T18:40:00+09:00" | .stnd_date1 = "20261123" |
	.stnd_date2 = "20261123"' >>in
is 'two queries: line 3 refers to the rows' "$(heads)" \
	'기준기간 2026-11-19 ~ 2026-11-23  |  현재가는 행별 조회시각 기준  |  여러 목록의 2행
조회시각 (행별)
기준기간 (행별)'
jq -sc reverse in | jq -c '.[]' >turned && mv turned in
like 'two queries, the newer first: the same base period' "$(heads)" \
	'^기준기간 2026-11-19 ~ 2026-11-23 '
# add rows with invalid dates, impossible dates, and dates within the base
# period
for day in 0 '' 20261131 2026111 202611191 2026112a 20261120 20261122; do
	record ".stnd_date1 = \"$day\" | .stnd_date2 = \"$day\""
done >>in
like 'invalid dates: the base period is unchanged' "$(heads)" \
	'^기준기간 2026-11-19 ~ 2026-11-23 '

# the charts are placed where no page break cuts them
for rows in 40 41; do
	sed -n 1p in | jq -c --argjson n $rows '. as $r | range($n) |
		$r + {hts_kor_isnm: "s\(.)"}' >edge
	run kis-toxlsx -o edge.xlsx edge
	echo "$rows rows: column $(unzip -p edge.xlsx xl/drawings/drawing1.xml |
		grep -o '<xdr:from><xdr:col>[0-9]*' | sed 's/.*>//' |
		head -n 1), $(unzip -p edge.xlsx xl/worksheets/sheet1.xml |
		grep -c 'fitToHeight="0"') to go on, area $(unzip -p edge.xlsx \
		xl/workbook.xml | grep -c '_xlnm.Print_Area')"
done >edges
is 'charts: below a table of 40 rows, to the right of one of 41' "$(cat edges)" \
	'40 rows: column 0, 1 to go on, area 0
41 rows: column 21, 1 to go on, area 1'

# create records with as many columns as a sheet can have
"$PYTHON" - <<'END' >wide
import json
record = json.loads(open("in").readline())
for i in range(41):
    print(json.dumps(dict(record, hts_kor_isnm="s%d" % i,
                          **{"m%d" % m: "x" for m in range(16363)})))
END
run kis-toxlsx -o wide.xlsx wide
check '16,384 columns: exit status 0' 0 '' ''
is '16,384 columns: no table, which would need too much memory' \
	"$(unzip -l wide.xlsx | grep -c 'xl/tables/table')" 0
if [ -x /usr/bin/time ] && ! nm "$(command -v kis-toxlsx)" 2>"$err" |
	grep -q __asan_init; then
	run /usr/bin/time -f %M -o peak kis-toxlsx -o wide.xlsx wide
	ok '16,384 columns: less than 256 MiB of memory' test "$(tail -n 1 peak)" -lt 262144
else
	skip '16,384 columns: less than 256 MiB of memory' 'no time(1), or a build with sanitizers'
fi
is '16,384 columns: the charts are within the sheet' "$(unzip -p wide.xlsx \
	xl/drawings/drawing1.xml | grep -o '<xdr:col>[0-9]*' |
	sed 's/.*>//' | sort -n | tail -n 1 | awk '{ print $1 < 16384 }')" 1
head -n 40 wide >wide40
run kis-toxlsx -o wide.xlsx wide40
is '16,384 columns, 40 rows: the charts below the table keep their width' "$(unzip -p wide.xlsx \
	xl/drawings/drawing1.xml | grep -o '<xdr:col>[0-9]*' |
	sed 's/.*>//' | sort -n | tail -n 1 | awk '{ print $1 < 80 }')" 1
is 'xlsx2csv: reads code and name' "$(xlsx2csv -n '코스닥 1일' r.xlsx | sed -n '5,$p' | cut -d, -f 2,3 | sort -u)" \
	'005930,삼성전자'
done_testing
