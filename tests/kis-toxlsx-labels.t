#!/bin/bash
# The labels in a report of kis-toxlsx describe the list correctly, even if the
# input was filtered, sorted, truncated or duplicated. Columns with one repeated
# value are hidden, and sheets are linked.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" jq unzip
"$PYTHON" -c 'import openpyxl' 2>"$err" || skip_all 'openpyxl is not installed'
XLSX=$ROOT/tests/xlsx.py

# Prints the records of one list, by descending short volume.
list() { # arguments: rows kind list_rows [jq assignments]
	jq -cn --argjson n "$1" --arg kind "$2" --arg rows "$3" \
		'range($n) | {market: "1001", period: "1d", rank: "\(. + 1)",
		list: $kind, list_rows: $rows,
		fetched_at: "2026-11-20T18:40:03+09:00",
		mksc_shrn_iscd: "\(100000 + .)",
		hts_kor_isnm: "아주긴이름의종목이름번호\(.)", stck_prpr: "\(100 + .)",
		prdy_vrss: "-1", prdy_vrss_sign: "5", prdy_ctrt: "-0.50",
		acml_vol: "1000000", acml_tr_pbmn: "100000000",
		ssts_cntg_qty: "\(1000 - .)", ssts_vol_rlim: "1.00",
		ssts_tr_pbmn: "\((. * 7919 % 1000 + 1) * 100000)",
		ssts_tr_pbmn_rlim: "\(. * 31 % 97 / 10)",
		stnd_date1: "20261120", stnd_date2: "20261120",
		avrg_prc: "101"}'" | ${4:-.}"
}
# Prints three labels of the sheet: the start of the title in row 1, the last
# part of row 2, which describes the list, and the title of the first chart
# from the word 평균가대비 on.
label() {
	kis-toxlsx -o r.xlsx in 2>"$err" || cat "$err"
	"$PYTHON" "$XLSX" rows r.xlsx '코스닥 1일' | sed -n '1p;2p' |
		sed 's/\t.*//; 1s/ · .*//; 2s/.*  |  //'
	unzip -p r.xlsx xl/charts/chart1.xml 2>"$err" | grep -o '<a:t>[^<]*' |
		sed 's/<a:t>//' | grep -o '평균가대비.*' | head -n 1
}
labelled() { # arguments: input, expected labels
	is "labels, $1" "$(label | paste -sd'|')" "$2"
}
list 30 top 30 >top
list 12 top 12 >few
list 200 complete 200 >all

cp top in
labelled 'top list of 30: names the row limit' \
	'공매도 상위종목|공매도 거래량 상위 30종목 (KIS 조회 한도)|평균가대비 (공매도 거래량 상위 30종목 중)'
cp few in
labelled 'top list of 12: all stocks of the market' \
	'공매도 상위종목|공매도 거래량 순 12종목|평균가대비'
cp all in
labelled 'complete list: all 200 stocks' '공매도 상위종목|공매도 거래량 순 전체 200종목|평균가대비'
list 40 partial 40 >in
labelled 'partial list: rows of this sheet' \
	'공매도 종목|공매도 거래량 순 40종목 (일부 목록)|평균가대비 (이 시트 40행 중)'
head -n 50 all >in
labelled 'first 50 rows of a complete list: top 50 of 200' \
	'공매도 상위종목|목록 200종목 중 공매도 거래량 상위 50종목|평균가대비 (공매도 거래량 상위 50종목 중)'
jq -c 'select((.rank | tonumber) % 3 == 1)' top >in
labelled 'filtered list: 10 of 30 stocks' \
	'공매도 종목|목록 30종목 중 10종목, 공매도 거래량 순|평균가대비 (이 시트 10행 중)'
jq -sc 'sort_by(.ssts_tr_pbmn_rlim | tonumber) | reverse[]' top >in
labelled 'list sorted by another field: not in order of short volume' \
	'공매도 종목|30종목, 공매도 거래량 순 아님|평균가대비 (공매도 거래량 상위 30종목 중)'
jq -sc 'reverse[:7][]' top >in
labelled 'list filtered and sorted by another field: 7 of 30 stocks' \
	'공매도 종목|목록 30종목 중 7종목, 공매도 거래량 순 아님|평균가대비 (이 시트 7행 중)'
jq -sc 'sort_by(-(.ssts_tr_pbmn_rlim | tonumber))[:10] | to_entries[] |
	.value + {rank: "\(.key + 1)"}' top >in
labelled 'list ranked by another field: not in order of short volume' \
	'공매도 종목|목록 30종목 중 10종목, 공매도 거래량 순 아님|평균가대비 (이 시트 10행 중)'
cat top top >in
labelled 'one list twice: 60 rows of several lists' '공매도 종목|여러 목록의 60행|평균가대비 (이 시트 60행 중)'
sed 's/18:40:03/19:40:03/' top | cat top - >in
labelled 'two queries: rows of several lists' '공매도 종목|여러 목록의 60행|평균가대비 (최종 조회 30행 중)'
list 30 top 30 '.filter = "FID_APLY_RANG_PRC_1=1000&FID_APLY_RANG_PRC_2=50000"' >in
labelled 'price range: both prices' \
	'공매도 상위종목|공매도 거래량 상위 30종목 (KIS 조회 한도), 가격 1,000~50,000원|평균가대비 (이 시트 30행 중)'
list 5 top 5 '.filter = "FID_APLY_RANG_PRC_1=1000"' >in
labelled 'minimum price: the price' \
	'공매도 상위종목|공매도 거래량 순 5종목, 가격 1,000원 이상|평균가대비 (이 시트 5행 중)'
list 5 top 5 '.filter = "FID_TRGT_CLS_CODE=1"' >in
labelled 'another filter: its query parameter' \
	'공매도 상위종목|공매도 거래량 순 5종목, 조회조건 FID_TRGT_CLS_CODE=1|평균가대비 (이 시트 5행 중)'
jq -c 'del(.list, .list_rows)' top >in
labelled 'records without list fields: number of rows only' \
	'공매도 종목|30행|평균가대비 (이 시트 30행 중)'
jq -c 'del(.rank)' top >in
labelled 'records without ranks: number of rows only' \
	'공매도 종목|30행|평균가대비 (이 시트 30행 중)'
list 30 top 20 >in
labelled 'more ranks than rows in the list: number of rows only' \
	'공매도 종목|30행|평균가대비 (이 시트 30행 중)'
list 30 odd 30 >in
labelled 'unknown kind of list: number of rows only' \
	'공매도 종목|30행|평균가대비 (이 시트 30행 중)'
head -n 1 top >in
is 'one row: no chart' "$(label >"$out"; unzip -l r.xlsx | grep -c chart)" 0

# ---- columns with one repeated value are hidden ----
cp top in
kis-toxlsx -o r.xlsx in
hidden() {
	"$PYTHON" - <<'END'
import openpyxl
book = openpyxl.load_workbook("r.xlsx")
sheet = book["코스닥 1일"]
hidden = set()
for letter, d in sheet.column_dimensions.items():
    if d.hidden:
        for i in range(d.min, d.max + 1):
            hidden.add(sheet.cell(4, i).value)
print(",".join(sorted(h for h in hidden if h)))
END
}
is 'columns with one repeated value: hidden' "$(hidden)" \
	'기간,기준시작일,기준종료일,등락구분,목록구분,목록종목수,시장,조회시각'
list 3 top 3 '.stnd_date1 = (if .rank == "2" then "20261119" else "20261120" end)' >in
kis-toxlsx -o r.xlsx in
is 'base dates that differ: shown' "$(hidden)" \
	'기간,등락구분,목록구분,목록종목수,시장,조회시각'
cp top in
kis-toxlsx -o r.xlsx in
is 'one list: two columns with data bars' "$(unzip -p r.xlsx xl/worksheets/sheet1.xml |
	grep -o '<cfRule type="dataBar"' | wc -l | tr -d ' ')" 2
like 'chart labels: long names are shortened' \
	"$(unzip -p r.xlsx xl/charts/chart1.xml)" '<c:v>아주긴이름의종목이… \('
header() { # arguments: option
	kis-toxlsx -o r.xlsx --header "$1" in
	"$PYTHON" "$XLSX" rows r.xlsx '코스닥 1일' | sed -n 4p | cut -f 4,8,11
}
is '--header ko: Korean titles with units' "$(header ko)" $'현재가 (원)\t거래대금 (백만원)\t공매도거래대금 (백만원)'
is '--header en: English titles with units' "$(header en)" $'price (won)\ttrading value (million won)\tshort value (million won)'
is '--header key: field names' "$(header key)" $'stck_prpr\tacml_tr_pbmn\tssts_tr_pbmn'
is '--header key: amounts in won' "$("$PYTHON" "$XLSX" cells r.xlsx '코스닥 1일' |
	awk -F'\t' '$1 == "K5" { print $3 }')" '#,##0_ '
run kis-toxlsx -o r.xlsx --header x in
check '--header x: exit status 64' 64 '' \
	"invalid value 'x' for --header: expected one of ko, en, key"
printf '%s\n' '{"hts_kor_isnm":"x","ssts_tr_pbmn":"12345678","mine":"1"}' >in
kis-toxlsx -o r.xlsx in
is 'records of another query with known fields: titles and formats' \
	"$("$PYTHON" "$XLSX" cells r.xlsx 데이터 | cut -f 3,4 | paste -sd'|')" \
	"General	'종목명'|General	'공매도거래대금 (백만원)'|General	'mine'|General	'x'|#,##0,,_ 	12345678|General	1"

is 'top list of 30, sheet 정보: explains the row limit' \
	"$(kis-toxlsx -o r.xlsx top && "$PYTHON" "$XLSX" rows r.xlsx 정보 | grep -c '조회 한도')" 1
is 'complete list, sheet 정보: no row limit' \
	"$(kis-toxlsx -o r.xlsx all && "$PYTHON" "$XLSX" rows r.xlsx 정보 | grep -c '조회 한도')" 0
list 5 top 5 '.filter = "FID_APLY_RANG_PRC_1=1000"' >cheap
is 'filtered list of fewer than 30 rows, sheet 정보: no row limit' \
	"$(kis-toxlsx -o r.xlsx cheap && "$PYTHON" "$XLSX" rows r.xlsx 정보 | grep -c '조회 한도')" 0
jq -c '.hts_kor_isnm = "s" + .rank' top >short
cat short short >in
kis-toxlsx -o r.xlsx in
is 'one list twice: the charts show each stock once' "$("$PYTHON" "$XLSX" rows r.xlsx '차트 데이터' |
	cut -f 1 | head -n 10 | sort | uniq -d)" ''

# ---- --sheet-by gives a sheet for each date, with links between sheets ----
for day in $(seq 10 24); do
	list 8 top 8 ".stnd_date1 = \"202611$day\" | .stnd_date2 = .stnd_date1"
done >in
for day in 9 8 7; do
	list 8 top 8 ".stnd_date1 = \"2026110$day\" | .stnd_date2 = .stnd_date1"
done >>in
kis-toxlsx -o r.xlsx --sheet-by stnd_date2 in
is '--sheet-by stnd_date2: the newest date is first' "$("$PYTHON" "$XLSX" names r.xlsx |
	sed 's/.* //' | paste -sd,)" \
	'목차,20261124,20261123,20261122,20261121,20261120,20261119,20261118,20261117,20261116,20261115,20261114,20261113,20261112,20261111,20261110,20261109,20261108,20261107,정보,데이터'
is '--sheet-by stnd_date2: 목차 and 정보 link every sheet; the newest one is active' \
	"$("$PYTHON" - <<'END'
import openpyxl
book = openpyxl.load_workbook("r.xlsx")
lists = [n for n in book.sheetnames if n.startswith("코스닥")]
for name in ("목차", "정보"):
    links = [cell.hyperlink.location for row in book[name].iter_rows()
             for cell in row if cell.hyperlink]
    print(len(links), links == ["'%s'!A1" % n for n in lists])
print(book.active.title, book["차트 데이터"].sheet_state)
END
)" '18 True
18 True
코스닥 1일 20261124 hidden'
# the input contains a stock that moves up, a new stock, and a stock of a
# different market
day() { # arguments: date code:rank:ratio…
	local date=$1
	shift
	for row; do
		IFS=: read -r code rank ratio <<<"$row"
		list 1 top 3 ".rank = \"$rank\" | .ssts_tr_pbmn_rlim = \"$ratio\" |
			.mksc_shrn_iscd = \"$code\" | .stnd_date1 = \"$date\" |
			.stnd_date2 = \"$date\""
	done
}
day 20261118 100001:1:2.00 100002:2:5.50 100003:3:1.00 >in
day 20261119 100002:1:4.25 100001:2:2.00 100004:3:9.00 >>in
list 1 top 1 '.market = "0001" | .mksc_shrn_iscd = "100003" |
	.stnd_date2 = "20261119"' >>in
day 20261120 100004:1:9.50 100003:2:1.00 >>in
changes() { # arguments: day
	"$PYTHON" "$XLSX" rows r.xlsx "코스닥 1일 $1" | sed -n '4,$p' |
		cut -f 1-3,16 | paste -sd'|'
}
kis-toxlsx -o r.xlsx --sheet-by stnd_date2 in
like 'rank changes: line 2 names the date of comparison' \
	"$("$PYTHON" "$XLSX" rows r.xlsx '코스닥 1일 20261120' | sed -n 2p)" '변동은 2026-11-19 대비'
is 'rank changes: empty on the first date' "$(changes 20261118)" \
	$'순위\t순위변동\t종목코드\t비중변동 (%p)|1\t\t100001\t|2\t\t100002\t|3\t\t100003\t'
is 'rank changes: places gained, and difference of the ratio' "$(changes 20261119)" \
	$'순위\t순위변동\t종목코드\t비중변동 (%p)|1\t1\t100002\t-0.0125|2\t-1\t100001\t0|3\t\t100004\t'
is 'rank changes: compared with the previous date only' "$(changes 20261120)" \
	$'순위\t순위변동\t종목코드\t비중변동 (%p)|1\t2\t100004\t0.005|2\t\t100003\t'
kis-toxlsx -o r2.xlsx --sheet-by 기준종료일 in
ok '--sheet-by: accepts a column title' cmp r.xlsx r2.xlsx
run kis-toxlsx -o none.xlsx --sheet-by stnd_date in
check '--sheet-by with an unknown field: exit status 65 with the known fields' 65 '' \
	"no record has the field 'stnd_date' given by --sheet-by; choose from: market period rank"
kis-toxlsx -o r.xlsx in
is 'rank changes: no column without --sheet-by' \
	"$("$PYTHON" "$XLSX" rows r.xlsx '코스닥 1일' | grep -c 순위변동)" 0
jq -sc 'reverse[]' in >turned
run kis-toxlsx -v -o r.xlsx --sheet-by stnd_date2 turned
check 'rank changes: left out if dates are descending' 0 '' 'not sorted by stnd_date2'
for day in $(seq 1000 1255); do
	list 1 top 1 ".stnd_date2 = \"2026$day\""
done >in
run kis-toxlsx -o none.xlsx --sheet-by stnd_date2 in
check 'more sheets than a workbook can have: exit status 65 with the remedy' 65 '' 'fewer input files'
# --- --plain adds no columns for changes since the previous date, and a record
# of a kis-archive report (here with the field "sheet_note") needs no stock code
cat >dates <<'IN'
{"market":"1001","rank":"1","mksc_shrn_iscd":"005930","ssts_tr_pbmn_rlim":"7.32","stnd_date2":"20261119"}
{"market":"1001","rank":"1","mksc_shrn_iscd":"005930","ssts_tr_pbmn_rlim":"7.52","stnd_date2":"20261120"}
IN
run kis-toxlsx --plain --sheet-by stnd_date2 -o plain.xlsx dates
check '--plain --sheet-by stnd_date2: exit status 0' 0 '' ''
is '--plain --sheet-by stnd_date2: the first column has the markets' \
	"$("$PYTHON" -W ignore -c 'import openpyxl
print([s["A2"].value for s in openpyxl.load_workbook("plain.xlsx")])')" "['1001', '1001']"
echo '{"sheet_note":"x","a":1}' >note
run kis-toxlsx -o note.xlsx note
check 'report record without a stock code: exit status 0' 0 '' ''
is 'report record without a stock code: the note is on the sheet' \
	"$("$PYTHON" -W ignore -c 'import openpyxl
print(any("x" == c.value for s in openpyxl.load_workbook("note.xlsx") for r in s.iter_rows() for c in r))')" True

done_testing
