#!/bin/bash
# kis-toxlsx accepts any characters in names and uses them in headers,
# properties and names of sheets. Every part of the workbook is valid XML.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" unzip jq
"$PYTHON" -c 'import openpyxl' 2>"$err" || skip_all 'openpyxl is not installed'
XLSX=$ROOT/tests/xlsx.py

# Creates two files of 10,001 records, which are enough for a large workbook.
# One contains records like those of kis-fetch; the other does not.
"$PYTHON" - <<'END'
import json
with open("filler", "w") as f:
    for i in range(10001):
        f.write('{"market":"0001","period":"1d","mksc_shrn_iscd":"%d"}\n' % i)
with open("filler-other", "w") as f:
    for i in range(10001):
        f.write('{"n":"x","v":%d}\n' % i)
END
is_xml() {
	ok "$1: every part is XML" "$PYTHON" -c '
import sys, xml.dom.minidom, zipfile
z = zipfile.ZipFile(sys.argv[1])
for name in z.namelist():
    if z.getinfo(name).file_size < 1 << 20:
        xml.dom.minidom.parseString(z.read(name))' "$2"
	ok "$1: openpyxl reads it" "$PYTHON" "$XLSX" names "$2"
}
named() { # arguments: name text-as-JSON
	printf '{"market":%s,"period":"1d","mksc_shrn_iscd":"1","v":"x"}\n' \
		"$2" >own
	cat own filler >own-long
	printf '{"n":%s,"v":"x"}\n' "$2" >other
	cat other filler-other >other-long
	for input in own own-long; do
		run kis-toxlsx -o $input.xlsx $input
		check "name with $1, input $input: exit status 0" 0 '' ''
		is_xml "name with $1, input $input" $input.xlsx
	done
	for input in other other-long; do
		run kis-toxlsx --sheet-by n -o $input.xlsx $input
		check "name with $1, input $input: exit status 0" 0 '' ''
		is_xml "name with $1, input $input" $input.xlsx
	done
}

named 'a picture code' '"R&G A&[Picture]B &&G &"'
like 'name with a picture code: text in the page header' "$(unzip -p other.xlsx xl/worksheets/sheet1.xml | tr -d '\n' |
	sed 's/&amp;/\&/g')" \
	'"&8 R&&&8G A&&&8\[Picture\]B &&&&&8G &&&R'
ok 'name with a picture code, large workbook: no picture' eval '! unzip -l other-long.xlsx | grep -i vml'
named '200 picture codes' "\"$(printf '&G%.0s' {1..200})\""
named 'control characters' '"a\u0001b\nc\td\u007fe\u001f"'
like 'name with control characters: replaced in the page header' "$(unzip -p other.xlsx \
	xl/worksheets/sheet1.xml)" '"&amp;8 a_b_c_d_e_&amp;R'
named 'U+FFFE and U+FFFF' '"x\ufffey\uffffz"'
named '32,767 characters' \
	"$("$PYTHON" -c 'print("\"" + "가" * 32767 + "\"")')"
named '16,383 surrogate pairs' \
	"$("$PYTHON" -c 'print("\"" + "😀" * 16383 + "\"")')"

# --title accepts Excel's header codes and rejects control characters
printf '{"market":"0001","period":"1d","mksc_shrn_iscd":"1"}\n' >in
for title in '&G' 'R&G' '&[Picture]' "$(printf '&%.0s' {1..240})" \
	"$(printf '가%.0s' {1..80})" "$(printf '&G%.0s' {1..120})" 'x&' '&8' '12'; do
	run kis-toxlsx -o r.xlsx --title "$title" in
	check "--title ${title:0:20}: exit status 0" 0 '' ''
	is_xml "--title ${title:0:20}" r.xlsx
	is "--title ${title:0:20}: in the document properties" "$(unzip -p r.xlsx docProps/core.xml |
		sed 's:.*<dc\:title>\(.*\)</dc\:title>.*:\1:; s/&amp;/\&/g' |
		tail -n 1)" "$title"
done
for title in $'\xef\xbf\xbe' $'a\xef\xbf\xbf' $'\x01' $'\n' $'\x7f'; do
	run kis-toxlsx -o bad.xlsx --title "$title" in
	check "--title with bytes$(printf %s "$title" | od -An -tx1): exit status 64" 64 '' \
		'contains (a control character|U\+FFF[EF])'
done

# Excel ignores case in names of sheets and columns, also outside ASCII
printf '{"n":"%s","v":1}\n' É é Ａ ａ Ω ω Ж ж a A ß >in
run kis-toxlsx --sheet-by n -o r.xlsx in
is 'names of sheets that differ only in case: get a number' \
	"$("$PYTHON" "$XLSX" names r.xlsx | paste -sd,)" \
	'목차,É,é (2),Ａ,ａ (2),Ω,ω (2),Ж,ж (2),a,A (2),ß'
for pair in É:é Ａ:ａ Ω:ω Ж:ж a:A; do
	printf '{"market":"0001","period":"1d","mksc_shrn_iscd":"1","%s":"1","%s":"2"}\n' \
		"${pair%:*}" "${pair#*:}" >in
	run kis-toxlsx -o r.xlsx in
	is "columns $pair, which differ only in case: no table" \
		"$status $(unzip -l r.xlsx | grep -c xl/tables/)" '0 0'
done
"$PYTHON" -c 'for i in range(255): print("{\"n\":\"%s%d\"}" % ("é" * 31, i))' >in
run kis-toxlsx --sheet-by n -o r.xlsx in
check '255 names that start alike: exit status 0' 0 '' ''

# with --sheet-by FIELD, kis-toxlsx writes a sheet for each market, period and
# value of FIELD
for day in 20261120 20261123 20261120; do
	printf '{"market":"1001","period":"1d","mksc_shrn_iscd":"%s","stnd_date2":"%s"}\n' \
		000660 $day
done >in
names_by() { # prints the names of the sheets with --sheet-by
	run kis-toxlsx --sheet-by "$1" -o r.xlsx in
	"$PYTHON" "$XLSX" names r.xlsx | paste -sd,
}
is '--sheet-by stnd_date2: a sheet for each date' "$(names_by stnd_date2)" \
	'코스닥 1일 20261123,코스닥 1일 20261120,정보'
is '--sheet-by market: no second market in the name' "$(names_by market)" '코스닥 1일,정보'
echo '{"market":"1001","period":"1d","mksc_shrn_iscd":"1"}' >>in
is '--sheet-by stnd_date2, record without it: a sheet without a date' "$(names_by stnd_date2)" \
	'코스닥 1일 20261123,코스닥 1일 20261120,코스닥 1일,정보'
for value in 'a b' a_b a-b 'a (2)' A a "it's" '&<>' '—' '😀' 20261120; do
	printf '{"market":"1001","period":"1d","mksc_shrn_iscd":"1","b":"%s"}\n' \
		"$value"
done >values
run kis-toxlsx --sheet-by b -o r.xlsx values
check '--sheet-by, values that are not table names: exit status 0' 0 '' ''
is '--sheet-by, values that are not table names: a table on each sheet' "$(unzip -l r.xlsx | grep -c xl/tables/)" 11
is '--sheet-by, values that are not table names: no duplicate table name' "$(unzip -p r.xlsx 'xl/tables/*' |
	grep -o ' name="[^"]*" displayName' | sort -f | uniq -di)" ''
like '--sheet-by, a date: part of the table name' "$(unzip -p r.xlsx 'xl/tables/*')" \
	' displayName="코스닥_1일_20261120"'
for copies in 1 2501; do
	for _ in $(seq $copies); do cat in; done >many
	run kis-toxlsx --sheet-by ctiy -o bad.xlsx many
	check "--sheet-by with an unknown field, $copies copies: exit status 65" 65 '' "field 'ctiy' given by --sheet-by"
	ok "--sheet-by with an unknown field, $copies copies: no file is created" test ! -e bad.xlsx
done

# the names of sheets are quoted in formulas
printf '{"n":"%s","v":1}\n' 2024 A1 R1C1 TRUE 1e5 abc "it's" >in
run kis-toxlsx --sheet-by n -o r.xlsx in
unzip -p r.xlsx xl/workbook.xml | grep -o '<definedName [^<]*' >defined
is 'defined names: two for each sheet' "$(wc -l <defined | tr -d ' ')" 14
is 'defined names: every sheet name is quoted' "$(grep -v ">'.*'!" defined)" ''
like 'defined names: an apostrophe is doubled' "$(cat defined)" ">'it''s'!.1:.1"
run "$PYTHON" "$XLSX" names r.xlsx
check 'sheet name with an apostrophe: read by openpyxl' 0 "^it's$" ''
done_testing
