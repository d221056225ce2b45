#!/bin/bash
# Compares kis-toxlsx with libxlsxwriter, exceljs, XlsxWriter and openpyxl in
# their streaming modes. All write the same records to one sheet. Only
# kis-toxlsx adds a table, links and charts. See race.sh.
#
#	toxlsx.sh [RUNS]        default: 5 runs with 20,000 records
#
# If KIS_OLD is set, kis-toxlsx of that directory is measured too.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/race.sh"
runs=${1:-5}

kis_toxlsx() { kis-toxlsx "$in" >"$out"; }
old_kis_toxlsx() { "$KIS_OLD/kis-toxlsx" "$in" >"$out"; }
libxlsxwriter() { "$bench/lxw-toxlsx" "$in" "$out"; }
exceljs() { node "$here/exceljs-toxlsx.js" "$in" "$out"; }
xlsxwriter() { /usr/bin/python3 "$here/xlsxwriter-toxlsx.py" "$in" "$out"; }
openpyxl() { /usr/bin/python3 "$here/openpyxl-toxlsx.py" "$in" "$out"; }
kis_toxlsx_of_30() { for _ in {1..20}; do kis-toxlsx "$in" >"$out"; done; }
old_kis_toxlsx_of_30() {
	for _ in {1..20}; do "$KIS_OLD/kis-toxlsx" "$in" >"$out"; done
}
libxlsxwriter_of_30() {
	for _ in {1..20}; do "$bench/lxw-toxlsx" "$in" "$out"; done
}

# Writes COUNT records to the input file, all of one market and period, so that
# they belong to one sheet.
records() { # arguments: COUNT
	"$bench/gen-records" "$1" 1 | sed \
		's/"market":"[0-9]*","period":"[0-9a-z]*"/"market":"0001","period":"1d"/' \
		>"$in"
}

# Writes 10,000 records to each of 250 sheets.
many_sheets() {
	for ((i = 0; i < 250; i++)); do
		sed "s/\"market\":\"0001\"/\"market\":\"$i\"/" "$dir/10000"
	done >"$in"
}

heading
old=''
[ -z "${KIS_OLD-}" ] || old=old_kis_toxlsx
export KIS_OLD=${KIS_OLD-}
peers="kis_toxlsx $old libxlsxwriter"
offer exceljs node -e 'require("exceljs")'
offer xlsxwriter /usr/bin/python3 -c 'import xlsxwriter'
offer openpyxl /usr/bin/python3 -c 'import openpyxl'
records 20000
# shellcheck disable=SC2086 # the shell must split the list of names
race 'workbook of 20,000 records' "$runs" $peers
records 1000000
# shellcheck disable=SC2086
race 'workbook of 1,000,000 records' 3 kis_toxlsx $old libxlsxwriter
records 5000000
race 'workbook of 5,000,000 records' 1 kis_toxlsx
records 10000
mv "$in" "$dir/10000"
many_sheets
race '250 sheets of 10,000 records' 1 kis_toxlsx
records 30
repeats=20
# shellcheck disable=SC2086
race 'workbook of 30 records' 5 kis_toxlsx_of_30 ${old:+old_kis_toxlsx_of_30} libxlsxwriter_of_30
