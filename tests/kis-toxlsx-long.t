#!/bin/bash
# Input of more than 10,000 records, the lookahead of kis-toxlsx, gives a large
# workbook.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" unzip
"$PYTHON" -c 'import openpyxl' 2>"$err" || skip_all 'openpyxl is not installed'
XLSX=$ROOT/tests/xlsx.py

"$PYTHON" - <<'END' >in
for i in range(10001):
    market = ("0001", "1001")[i // 3 % 2]
    print('{"market":"%s","period":"1d","rank":"%d","fetched_at":'
          '"2026-11-%02dT18:40:03+09:00","mksc_shrn_iscd":"%06d",'
          '"hts_kor_isnm":"종목 %d","stck_prpr":"%d","prdy_vrss":"-1",'
          '"prdy_vrss_sign":"5","prdy_ctrt":"-%d.%02d","stnd_date1":"20261101",'
          '"stnd_date2":"20261102","avrg_prc":"7"}'
          % (market, i, 1 + i % 28, i, i, i, i % 30, i % 100))
END
run kis-toxlsx -o r.xlsx in
check 'two markets alternating, 10,001 records: exit status 0' 0 '' ''
ok 'two markets alternating, 10,001 records: the workbook contains every value' "$PYTHON" "$XLSX" same r.xlsx in
is 'two markets alternating, 10,001 records: one table per sheet' "$(unzip -l r.xlsx | grep -c 'xl/tables/')" 2
is 'large workbook: title in row 1, header in row 4' \
	"$("$PYTHON" "$XLSX" rows r.xlsx '코스피 1일' |
		sed -n '1p; 4p' | cut -f 1-3 | paste -sd'|')" \
	"$(printf '공매도 종목 · 코스피 1일\t\t|순위\t종목코드\t종목명')"
is 'large workbook: no charts' "$(unzip -l r.xlsx | grep -c 'xl/charts/chart')" 0
is 'large workbook: links to stocks' "$(unzip -p r.xlsx xl/worksheets/sheet1.xml | grep -o '<hyperlink ' | wc -l | tr -d ' ')" 5001

# a field that first appears after the lookahead (10,000 records) is appended as
# a column
late='{"market":"1001","period":"1d","mksc_shrn_iscd":"1","late":"x","stck_prpr":"6","avrg_prc":"3"}'
{ cat in; echo "$late"; } >late
mkfifo pipe
cat late >pipe &
run kis-toxlsx -o r.xlsx pipe
check 'new field after the lookahead of a pipe: exit status 0' 0 '' ''
"$PYTHON" "$XLSX" rows r.xlsx '코스닥 1일' >rows
is 'new field after the lookahead of a pipe: last column' "$(sed -n 4p rows | awk -F'\t' '{ print $NF }')" late
is 'new field after the lookahead of a pipe: value in the last row' "$(tail -n 1 rows | awk -F'\t' '{ print $NF }')" x
is 'new field after the lookahead of a pipe: other columns keep their places' \
	"$(sed -n 4p rows | cut -f 1-3)" "$(printf '순위\t종목코드\t종목명')"
is 'new field after the lookahead of a pipe: not on the other sheet' \
	"$("$PYTHON" "$XLSX" rows r.xlsx '코스피 1일' | sed -n 4p | grep -c late)" 0
run kis-toxlsx -o again.xlsx late
check 'new field after the lookahead of a file: exit status 0' 0 '' ''
"$PYTHON" "$XLSX" rows again.xlsx '코스닥 1일' >rows
is 'new field after the lookahead of a file: column before 조회시각' \
	"$(sed -n 4p rows | tr '\t' '\n' | grep -n -e late -e 조회시각 | cut -d: -f 2 | paste -sd,)" \
	late,조회시각
# a field that appears late does not change the types of the other columns, or
# the warning about values that do not have the type of their column
(yes '{"a":1}' | head -10001; printf '{"a":"x%d"}\n' 1 2 3 4 5; echo '{"b":1}'; echo '{"a":"x6"}') >typed
warning="field 'a': 6 values that do not have the type of their column"
run kis-toxlsx -o typed.xlsx typed
check 'new field after texts in a column of numbers, -o: a warning counts the texts' 0 '' "$warning"
is 'new field after texts in a column of numbers, -o: numbers stay numbers' \
	"$("$PYTHON" "$XLSX" cells typed.xlsx 데이터 | awk -F'\t' '$4 == "1"' | wc -l | tr -d ' ')" 10002
run kis-tocsv --excel -o typed.csv typed
check 'kis-tocsv --excel, new field after texts: a warning counts the texts' 0 '' "$warning"
is 'kis-tocsv --excel, new field after texts: numbers stay numbers' "$(sed -n 2p typed.csv | tr -d '\r')" 1,

# a derived column is appended if the field from which it is computed first
# appears after the lookahead (10,000 records)
{ seq 10001 | sed 's/.*/{"mksc_shrn_iscd":"000001","market":"0001","stck_prpr":"&"}/'; echo "$late"
  echo '{"mksc_shrn_iscd":"000002","market":"0001","avrg_prc":"3","stck_prpr":"6"}'; } >late
cat late >pipe &
run kis-toxlsx -o r.xlsx pipe
"$PYTHON" "$XLSX" rows r.xlsx 전체 >rows 2>"$err" || "$PYTHON" "$XLSX" rows r.xlsx 코스피 >rows
is '평균가대비 after the lookahead: computed in the last column' "$(tail -n 1 rows | awk -F'\t' '{ print $(NF - 1), $NF }')" '3 1'

# the first 5,000 rows have formulas, and sheets of up to 20,000 rows have links
seq 20001 | sed 's/.*/{"mksc_shrn_iscd":"000001","market":"0001","period":"1d","stck_prpr":"6","avrg_prc":"3"}/' >in
run kis-toxlsx -o r.xlsx in
unzip -p r.xlsx xl/worksheets/sheet1.xml >sheet
is '20,001 rows: formulas in the first 5,000' "$(grep -o '<f>' sheet | wc -l | tr -d ' ')" 5000
is '20,001 rows: no links' "$(grep -c '<hyperlink ' sheet)" 0
head -n 20000 in >most
run kis-toxlsx -o r.xlsx most
unzip -p r.xlsx xl/worksheets/sheet1.xml >sheet
is '20,000 rows: a link in each' "$(grep -o '<hyperlink ' sheet | wc -l | tr -d ' ')" 20000
is '20,000 rows: all links share one address' "$(unzip -p r.xlsx xl/worksheets/_rels/sheet1.xml.rels |
	grep -o 'relationships/hyperlink' | wc -l | tr -d ' ')" 1

{ head -n 10500 in; echo '{'; } >bad
run kis-toxlsx -o bad.xlsx bad
check 'invalid JSON after the lookahead: exit status 65' 65 '' 'bad:10501'
ok 'invalid JSON after the lookahead: no output file' test ! -e bad.xlsx
is 'invalid JSON after the lookahead: no file in TMPDIR' "$(ls "$TMPDIR")" ''

# these 40 records contain about 5 MB of text
"$PYTHON" - <<'END' >in
for i in range(40):
    print('{"market":"1001","period":"1d","mksc_shrn_iscd":"%06d",%s}' % (
        i, ",".join('"c%d":"%s"' % (k, "y" * 32000) for k in range(4))))
END
run kis-toxlsx -o r.xlsx in
check '40 records of 5.3 MB: exit status 0' 0 '' ''
is '40 records of 5.3 MB: a report with a table' "$(unzip -l r.xlsx | grep -c xl/tables/)" 1

# With this input, the last rows of the first sheet are flushed while rows of
# the second sheet are compressed.
"$PYTHON" - <<'END' >in
members = ",".join('"c%d":"%s"' % (k, "y" * 32000) for k in range(20))
print('{"g":"big",%s}' % members)
for i in range(20001):
    print('{"g":"full","c1":"%d %s"}' % (i, "x" * 40))
END
run kis-toxlsx --sheet-by g -o r.xlsx in
check 'sheet of one large row and sheet of 20,001 rows: exit status 0' 0 '' ''
ok 'sheet of one large row and sheet of 20,001 rows: valid ZIP file' unzip -tq r.xlsx
if [ -x /usr/bin/time ] && ! nm "$(command -v kis-toxlsx)" 2>"$err" |
	grep -q __asan_init; then
	# Prints the peak memory of kis-toxlsx in KiB for an input of short rows
	# and COUNT rows of several MB, whose text hardly compresses.
	peak() {
		"$PYTHON" - "$1" <<-'END' >in
			import random, sys
			random.seed(1)
			text = "".join(random.choices("0123456789abcdef", k=32000))
			row = ",".join('"c%d":"%s"' % (k, text[k:]) for k in range(200))
			for i in range(14000):
			    print('{%s}' % row if 12000 <= i < 12000 + int(sys.argv[1])
			          else '{"c%d":"%d"}' % (i % 200, i))
		END
		/usr/bin/time -f %M -o peak kis-toxlsx -o peak.xlsx in
		tail -n 1 peak
	}
	one=$(peak 1)
	ok 'large rows: memory does not grow with their number' test "$(peak 8)" -le $((one + 12288))
else
	skip 'large rows: memory does not grow with their number' 'no time(1), or a build with sanitizers'
fi

"$PYTHON" -c 'for i in range(1048577): print("{\"a\":%d}" % i)' >in
run kis-toxlsx -o r.xlsx in
check 'more records than rows of a sheet: exit status 0' 0 '' ''
is 'more records than rows of a sheet: a second sheet' \
	"$(unzip -p r.xlsx xl/workbook.xml | grep -o '<sheet name="[^"]*"' | paste -sd,)" \
	'<sheet name="데이터",<sheet name="데이터 (2)"'
is 'more records than rows of a sheet: the first is full' \
	"$(unzip -p r.xlsx xl/worksheets/sheet1.xml | grep -o '<row ' | wc -l | tr -d ' ')" \
	1048576
is 'more records than rows of a sheet: the second has the remaining ones' \
	"$(unzip -p r.xlsx xl/worksheets/sheet2.xml |
		grep -o '<v>[^<]*' | paste -sd,)" '<v>0,<v>1048575,<v>1048576'
is 'more records than rows of a sheet: the second has a header' "$(unzip -p r.xlsx xl/sharedStrings.xml |
	grep -o '<t>[^<]*' | paste -sd,)" '<t>a'
for part in 'dimension ref="A1:A3"' 'autoFilter ref="A1:A3"' \
	'sqref="A2:A3"'; do
	like "second sheet of two rows: has $part" \
		"$(unzip -p r.xlsx xl/worksheets/sheet2.xml)" "<.*$part"
done
done_testing
