#!/bin/bash
# Tests the cells that kis-toxlsx writes for records that are not from
# kis-fetch.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" unzip
"$PYTHON" -c 'import openpyxl' 2>"$err" || skip_all 'openpyxl is not installed'
XLSX=$ROOT/tests/xlsx.py

typed() { # arguments: json-value expected-cell
	printf '{"a":%s}\n' "$1" >in
	run kis-toxlsx -o r.xlsx in
	is "JSON value $1: type, format and value of the cell" "$("$PYTHON" "$XLSX" cells r.xlsx 데이터 | grep -P '^A2\t' | cut -f 2-)" \
		"$2"
}
t=$(printf '\t')
typed '"12"' "n${t}General${t}12"
typed 12 "n${t}General${t}12"
typed '"-1.5"' "n${t}General${t}-1.5"
typed '"-1.50"' "s${t}General${t}'-1.50'"
typed -1.50 "n${t}General${t}-1.5"
typed '"-0"' "s${t}General${t}'-0'"
typed '"1e3"' "s${t}General${t}'1e3'"
typed 1e3 "n${t}General${t}1000.0"
typed '"0"' "n${t}General${t}0"
typed '123456789012345' "n${t}0${t}123456789012345"
typed '"1234567890123456"' "s${t}General${t}'1234567890123456'"
typed '12345678901234567890' "s${t}General${t}'12345678901234567890'"
typed '"1234567890123450"' "s${t}General${t}'1234567890123450'"
typed '10000000000000000000' "s${t}General${t}'10000000000000000000'"
typed '"20261120184003000000"' "s${t}General${t}'20261120184003000000'"
typed '"1234567890123450.0"' "s${t}General${t}'1234567890123450.0'"
typed '"100000000000000"' "n${t}0${t}100000000000000"
typed '"0.100000000000000000"' "s${t}General${t}'0.100000000000000000'"
typed '"12345678901234.500000"' "s${t}General${t}'12345678901234.500000'"
typed 12345678901234.500000 "n${t}General${t}12345678901234.5"
typed '1e20' "n${t}General${t}1e+20"
typed '"0.1234567890123456"' "s${t}General${t}'0.1234567890123456'"
typed 0.1234567890123456 "n${t}General${t}0.1234567890123456"
typed 0.333333333333333333333333333333333333333 "n${t}General${t}0.3333333333333333"
typed 1e400 "s${t}General${t}'1e400'"
typed '"1e400"' "s${t}General${t}'1e400'"
typed '"1e-400"' "s${t}General${t}'1e-400'"
for text in 005930 00680K +5 NaN nan inf -inf Infinity 0x10 1,000 ' 1' '1 ' 1. .5 \
	=1+1 +A1 -A1 @x '=HYPERLINK(1)' 01 1e 1_000 '#N/A' TRUE '_x0041_'; do
	typed "\"$text\"" "s${t}General${t}'$text'"
done
typed true "b${t}General${t}True"
typed false "b${t}General${t}False"
typed null ''
typed '""' ''
typed '[1.10,{"b":12345678901234567890}]' \
	"s${t}General${t}'[1.10,{\"b\":12345678901234567890}]'"
typed '"a\nb"' "s${t}General${t}'a\\nb'"
typed '" a "' "s${t}General${t}' a '"
typed '"<&>\"'"'"'"' "s${t}General${t}'<&>\"\\''"
typed '"😀한글"' "s${t}General${t}'😀한글'"

# kis-toxlsx writes control characters as Excel's escapes such as _x0001_.
# Readers that do not support escapes show them as text.
escaped() { # arguments: json-string xml
	printf '{"a":"%s"}\n' "$1" >in
	run kis-toxlsx -o r.xlsx in
	check "JSON string $1: exit status 0" 0 '' ''
	like "JSON string $1: escaped as by Excel" "$(unzip -p r.xlsx xl/sharedStrings.xml)" \
		"<t>$2</t>"
	ok "JSON string $1: the shared strings are XML" "$PYTHON" -c '
import sys, xml.dom.minidom, zipfile
xml.dom.minidom.parseString(zipfile.ZipFile("r.xlsx").read("xl/sharedStrings.xml"))'
}
escaped 'x\u0001y' 'x_x0001_y'
escaped 'x\ufffey' 'x_xFFFE_y'
escaped 'x\uffffy' 'x_xFFFF_y'
escaped 'x\ry' 'x_x000D_y'
escaped 'x_x000D_y' 'x_x005F_x000D_y'
printf '%s\n' '{"a":"\ud800"}' >in
run kis-toxlsx -o bad.xlsx in
check 'half a surrogate pair: exit status 65' 65 '' 'in:1:'

# texts have a maximum length, and records a maximum number of fields
"$PYTHON" -c 'print("{\"a\":\"%s\"}" % ("가" * 32767))' >in
run kis-toxlsx -o r.xlsx in
check 'text of 32,767 characters: accepted' 0 '' ''
"$PYTHON" -c 'print("{\"b\":\"1\"}\n{\"a\":\"%s\"}" % ("가" * 32768))' >in
run kis-toxlsx -o bad.xlsx in
check 'text of 32,768 characters: exit status 65' 65 '' "in:2: name or value of field 'a' exceeds 32767"
"$PYTHON" -c 'print("{\"a\":\"%s\"}" % ("😀" * 16384))' >in
run kis-toxlsx -o bad.xlsx in
check 'text of 16,384 surrogate pairs: exit status 65, counted in UTF-16' 65 '' "in:1: name or value of field 'a'"
"$PYTHON" -c 'print("{\"a\":\"%s\"}" % ("\\u0001" * 5000))' >in
run kis-toxlsx -o bad.xlsx in
check 'text of 5,000 control characters: exit status 65, counted as escapes' 65 '' "in:1: name or value of field 'a'"
"$PYTHON" -c 'print("{" + ",".join("\"%d\":%d" % (i, i) for i in range(16383)) + "}")' >in
run kis-toxlsx -o r.xlsx in
check '16,383 fields: accepted' 0 '' ''
"$PYTHON" -c 'print("{" + ",".join("\"%d\":%d" % (i, i) for i in range(16400)) + "}")' >in
run kis-toxlsx -o bad.xlsx in
check '16,400 fields: exit status 65' 65 '' 'in:1: too many fields'
ok 'invalid records: no output file' test ! -e bad.xlsx

# columns have the order of the fields, and sheets have valid, unique names
printf '%s\n' '{"a":1}' '{"b":2,"a":3}' '{}' '{"c":"x","a":4}' >in
run kis-toxlsx -o r.xlsx in
is 'columns: in the order in which their fields first appear' \
	"$("$PYTHON" "$XLSX" rows r.xlsx 데이터)" \
	"a${t}b${t}c
1${t}${t}
3${t}2${t}
${t}${t}
4${t}${t}x"
printf '%s\n' '{"a":1,"A":2,"":3,"a_x0041_":4}' >in
run kis-toxlsx -o r.xlsx in
check 'field names that are invalid in tables: accepted' 0 '' ''
long=123456789012345678901234567890
for name in a:b A_B "'q'" History "${long}12" "${long}13" '' 데이터 '[x]*?/\\'; do
	printf '{"n":"%s","v":1}\n' "$name"
done >in
printf '{"v":2}\n{"n":null,"v":3}\n' >>in
run kis-toxlsx -o r.xlsx --sheet-by n in
is '--sheet-by: characters that Excel rejects are replaced, duplicates get a number' \
	"$("$PYTHON" "$XLSX" names r.xlsx)" "목차
a_b
A_B (2)
_q_
History (2)
${long}1
${long:0:27} (2)
(값 없음)
데이터
_x_____"
is '--sheet-by: missing, null and empty values share a sheet' \
	"$("$PYTHON" "$XLSX" rows r.xlsx '(값 없음)')" "n${t}v
${t}1
${t}2
${t}3"
printf '{"market":%s"mksc_shrn_iscd":"1","period":"1d"}\n' '"",' 'null,' >in
printf '{"mksc_shrn_iscd":"1","period":"1d"}\n' >>in
run kis-toxlsx -o r.xlsx in
is 'market missing, null or empty: one sheet' "$("$PYTHON" "$XLSX" names r.xlsx | paste -sd,)" \
	'1일,정보'
"$PYTHON" -c 'for i in range(255): print("{\"n\":%d}" % i)' >in
run kis-toxlsx -o r.xlsx --sheet-by n in
check '--sheet-by with 255 values: accepted' 0 '' ''
echo '{"n":256}' >>in
run kis-toxlsx -o bad.xlsx --sheet-by n in
check '--sheet-by with 256 values: exit status 65 with the remedy' 65 '' 'in:256: .*choose another field for --sheet-by'
done_testing
