#!/bin/bash
# Tests kis-tocsv --excel, --guard and --encoding cp949.
. "$(dirname "$0")/lib.sh"

stdin=in
cat >in <<'END'
{"market":"1001","mksc_shrn_iscd":"005930","hts_kor_isnm":"삼성전자","prdy_vrss":"-100","prdy_ctrt":"+1.26","x":"007"}
{"market":"1001","mksc_shrn_iscd":"0013E0","hts_kor_isnm":"=1+1","prdy_vrss":"-cmd","prdy_ctrt":"1.26","x":"7"}
{"market":"1001","mksc_shrn_iscd":"00680K","hts_kor_isnm":"-5","prdy_vrss":"@x","prdy_ctrt":"0.00","x":-7}
{"market":"1001","mksc_shrn_iscd":"138930","hts_kor_isnm":"+a, \"b\"","prdy_vrss":"\tx","prdy_ctrt":"\rx","x":12345678901234567890}
END
run kis-tocsv --guard --header none
is '--guard: texts that could be formulas are prefixed, numbers are not' "$(cat "$out")" "1001,005930,삼성전자,-100,+1.26,007
1001,0013E0,'=1+1,'-cmd,1.26,7
1001,00680K,-5,'@x,0.00,-7
$(printf "1001,138930,\"'+a, \"\"b\"\"\",'\tx,\"'\rx\",12345678901234567890")"
run kis-tocsv --excel
check '--excel: exit status 0' 0 '*' ''
is '--excel: starts with a byte order mark' "$(head -c 3 "$out" | od -An -tx1)" \
	' ef bb bf'
is '--excel: rows end with CRLF' "$(grep -c $'\r$' "$out")" 5
tail -c +4 "$out" | tr -d '\r' >got
is '--excel: texts that look like numbers are protected, numbers are not' "$(cat got)" \
	'시장,종목코드,종목명,전일대비,등락률,x
코스닥,"=""005930""",삼성전자,-100,+1.26,"=""007"""
코스닥,"=""0013E0""",'\''=1+1,'\''-cmd,1.26,"=""7"""
코스닥,00680K,"=""-5""",'\''@x,0.00,"=""-7"""
코스닥,"=""138930""","'\''+a, ""b""",'\'$'\tx,"\'x","=""12345678901234567890"""'
run kis-tocsv --excel --header key
is '--excel --header key: field names' "$(head -n 1 "$out" | tail -c +4)" \
	$'market,mksc_shrn_iscd,hts_kor_isnm,prdy_vrss,prdy_ctrt,x\r'
run kis-tocsv --excel --quote all --header none
is '--excel --quote all: every cell is quoted' "$(head -n 1 "$out" | tail -c +4)" \
	$'"코스닥","=""005930""","삼성전자","-100","+1.26","=""007"""\r'
printf '%s\n' '{"=cmd()":"1"}' >in
run kis-tocsv --guard
is '--guard: the header is guarded too' "$(head -n 1 "$out")" "'=cmd()"
printf '%s\n' '{"007":"1","a\"b\nc":"2"," x":"3"}' >in
run kis-tocsv --excel
is '--excel: the header is protected and quoted' "$(tail -c +4 "$out" | head -n 2 | tr -d '\r')" \
	'"=""007""","a""b
c"," x"'
printf '%s\n' '{"mksc_shrn_iscd":5930,"prdy_vrss_sign":"2","stnd_date1":"20240102","stnd_date2":"0","x":-1e9}' >in
run kis-tocsv --excel --header none
is '--excel: signs, dates and JSON numbers unchanged, stock codes as text' \
	"$(tail -c +4 "$out" | tr -d '\r')" '"=""5930""",2,2024-01-02,0,-1e9'
printf '{"a":-1%01100000d}\n' 0 >in
run kis-tocsv --guard --header none
is '--guard: number of 1,100,000 digits unchanged' "$(head -c 3 "$out")" '-10'

# --excel protects texts that Excel would convert to dates, times or logical
# values, but does not protect names that only resemble such texts
cell() { # arguments: field json-value
	printf '{"%s":%s}\n' "$1" "$2" >in
	run kis-tocsv --excel --header none
	tail -c +4 "$out" | tr -d '\r'
}
for text in MAR1 mar-1 'SEPT 2' 1-Jan 'Jan-24' '1 January 2024' 'March 5, 2024' \
	TRUE false ' TRUE' '  #N/A' '12:30 PM' '12:30 pm ' '5pm' '3 A' '2024년 1월 5일' 2024년 '1월5일' \
	'오전 9:30' '오후 3시 30분' '1/2 오전'; do
	for member in hts_kor_isnm other; do
		is "--excel, $text in $member: protected" "$(cell $member "\"$text\"")" \
			"\"=\"\"$text\"\"\""
	done
done
for text in 삼성전자2우B 'KODEX 200' 'TIGER 200 IT' MAR Mar May TRUE1 '2024년생' \
	'5 AMX' 'ACE 1' 일월 '오전 오후' '3A' 'A3' 00680K '1일차' 'SK 3우' JANET1 MA1; do
	is "--excel, $text: not protected" "$(cell hts_kor_isnm "\"$text\"")" "$text"
done
is '--excel, JSON true: not protected' "$(cell other true)" true
is '--excel, text in a numeric field: protected' "$(cell stck_prpr '"TRUE"')" '"=""TRUE"""'
digits=$(printf '1%.0s' {1..255})
is '--excel, 255 digits: protected by a formula' "$(cell hts_kor_isnm "\"$digits\"")" \
	"\"=\"\"$digits\"\"\""
is '--excel, 256 digits: guarded by an apostrophe' "$(cell hts_kor_isnm "\"${digits}1\"")" \
	"'${digits}1"
printf '{"prdy_vrss":"+12345678901234567","x":"+-1"}\n' >in
run kis-tocsv --guard --header none
is '--guard: a number of any size is not prefixed' "$(cat "$out")" \
	"+12345678901234567,'+-1"

printf '%s\n' '{"hts_kor_isnm":"삼성전자","a":"똠방각하, 펲"}' >in
run kis-tocsv --encoding cp949 --header ko
check '--encoding cp949: exit status 0' 0 '*' ''
is '--encoding cp949: iconv restores the text' "$(iconv -f CP949 -t UTF-8 "$out")" \
	'종목명,a
삼성전자,"똠방각하, 펲"'
run kis-tocsv --excel --encoding cp949
is '--excel --encoding cp949: no byte order mark' "$(head -c 2 "$out" | od -An -tx1)" ' c1 be'
printf '%s\n' '{"a":"가"}' '{"a":"x😀y"}' >in
run kis-tocsv --encoding cp949
check '--encoding cp949, emoji: exit status 65 with line and character' 65 '' ":2: .*CP949 has no character .*😀.*U\+1F600"
printf '%s\n' '{"a":"x\udb40\udc41y"}' >tag
run kis-tocsv --encoding cp949 tag
check '--encoding cp949, tag character that iconv ignores: exit status 65' 65 '' 'tag:1: .*CP949 has no character .*U\+E0041'
printf '%s\n' '{"a":"\u1112\u1161\u11ab"}' >jamo
run kis-tocsv --encoding cp949 jamo
check '--encoding cp949, combining Hangul: exit status 65' 65 '' 'jamo:1: .*CP949 has no character .*U\+1112'
run kis-tocsv --encoding utf-8
check '--encoding utf-8: accepted' 0 '😀' ''

# LibreOffice reads the expected values from the CSV
if command -v soffice >"$T/.soffice" && command -v unzip >>"$T/.soffice"; then
	cat >in <<'END'
{"mksc_shrn_iscd":"005930","hts_kor_isnm":"=1+1","prdy_vrss":"-100"}
{"mksc_shrn_iscd":"0013E0","hts_kor_isnm":"삼성","prdy_vrss":"5"}
END
	run kis-tocsv --excel -o calc.csv
	soffice --headless --convert-to fods calc.csv >"$T/.soffice" 2>&1 \
		</dev/null
	sed -n 's:.*<text\:p>\(.*\)</text\:p>.*:\1:p' calc.fods >shown
	ok 'LibreOffice opens --excel output: code 005930 as text' grep -qx 005930 shown
	ok 'LibreOffice opens --excel output: code 0013E0 as text' grep -qx 0013E0 shown
	ok 'LibreOffice opens --excel output: =1+1 as text' grep -qx "'=1+1\|&apos;=1+1" shown
	ok 'LibreOffice opens --excel output: -100 as a number' grep -q 'value="-100"' calc.fods
else
	skip 'LibreOffice opens --excel output' 'it is not installed'
fi
done_testing
