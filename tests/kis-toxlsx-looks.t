#!/bin/bash
# The file kis-toxlsx-looks.txt contains the expected looks of workbooks:
# colours for rising and falling prices, frozen panes, order and widths of
# columns, formats, conditional formats, page setup and charts. After an
# intended change, run this test with KIS_TEST_UPDATE=1, which rewrites the
# file, and commit the file with the change.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" jq
"$PYTHON" -c 'import openpyxl' 2>"$err" || skip_all 'openpyxl is not installed'
LOOKS=$ROOT/tests/kis-toxlsx-looks.txt

list() { # arguments: count
	jq -cn --argjson n "$1" 'range($n) | {market: "1001", period: "1d",
		rank: "\(. + 1)", list: "top", list_rows: "\($n)",
		fetched_at: "2026-11-20T18:40:03+09:00",
		mksc_shrn_iscd: ["005930", "00680K", "0013E0"][. % 3],
		hts_kor_isnm: ["삼성전자", "미래에셋증권2우B", "=1+1"][. % 3],
		stck_prpr: ["81300", "4500", "100"][. % 3],
		prdy_vrss: ["500", "-120", "0"][. % 3],
		prdy_vrss_sign: ["2", "5", "3"][. % 3],
		prdy_ctrt: ["0.62", "-2.60", "0.00"][. % 3],
		acml_vol: "297211074", acml_tr_pbmn: "23401356654068",
		ssts_cntg_qty: ["1140742", "9", "8"][. % 3],
		ssts_vol_rlim: "7.32", ssts_tr_pbmn: "89937102700",
		ssts_tr_pbmn_rlim: ["0.38", "12.5", "1.00"][. % 3],
		stnd_date1: "20261119", stnd_date2: "20261120",
		avrg_prc: ["78840", "4600", "100"][. % 3], new: "x"}'
}
looks() { # arguments: name sheet
	echo "== $1"
	"$PYTHON" "$ROOT/tests/xlsx_looks.py" r.xlsx "$2" 2>"$err" || cat "$err"
}
{
	list 3 >in
	kis-toxlsx -o r.xlsx in
	looks 'a list' '코스닥 1일'
	looks 'information' 정보
	list 1200 >in
	kis-toxlsx -o r.xlsx in
	looks 'a complete list' '코스닥 1일' | grep -v '^[A-Z]*[5-7] '
	kis-toxlsx --plain -o r.xlsx in
	looks 'plain' '코스닥 1일' | grep -v '^[A-Z]*[3-9] '
	# the days of one stock include the end of the short-sale ban, and a
	# split on the third day
	jq -cn 'range(6) | {mksc_shrn_iscd: "005930", hts_kor_isnm: "삼성전자",
		fetched_at: "2026-11-20T18:40:03+09:00",
		stck_bsop_date: "202503\(26 + .)",
		stck_clpr: "1\(.)00", prdy_vrss: "-10", prdy_vrss_sign: "5",
		prdy_ctrt: "-0.98", acml_vol: "1000", ssts_cntg_qty: "10",
		ssts_vol_rlim: "1.00", acml_tr_pbmn: "1000000",
		ssts_tr_pbmn: "10000", ssts_tr_pbmn_rlim: "1.0\(.)",
		stck_oprc: "1\(.)00", stck_hgpr: "1\(.)50", stck_lwpr: "1\(.)00",
		avrg_prc: (if . < 2 then "5000" else "1\(.)20" end)}' >in
	kis-toxlsx -o r.xlsx in
	looks 'a stock' '삼성전자 005930'
	looks 'a summary' 요약
	for day in 1 2 3 4 5 6; do list 2 | sed "s/20261120\"/2026111$day\"/"; done >in
	kis-toxlsx --sheet-by stnd_date2 -o r.xlsx in
	looks 'contents' 목차
	printf '%s\n' '{"name":"x","n":1234567890123,"d":1.5,"t":true,"l":"a\nb"}' \
		'{"name":"y","n":2,"d":null}' >in
	kis-toxlsx -o r.xlsx in
	looks 'other records' 데이터
} >now 2>"$err"
[ -z "${KIS_TEST_UPDATE-}" ] || cp now "$LOOKS"
sed -n 's/^== //p' "$LOOKS" >names
while read -r name; do
	for file in "$LOOKS" now; do
		sed -n "/^== $name\$/,/^== /p" "$file" | grep -v '^== ' >part
		mv part "part.$(basename "$file")"
	done
	ok "looks of '$name': equal to kis-toxlsx-looks.txt" diff part.kis-toxlsx-looks.txt part.now
done <names
is 'looks: all eight sections were compared' "$(grep -c '^== ' now) $(wc -l <names | tr -d ' ')" '8 8'
done_testing
