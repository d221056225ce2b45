#!/bin/bash
# kis-tocsv: what spreadsheets need: --excel, --guard, --encoding cp949.
. "$(dirname "$0")/lib.sh"

stdin=in
cat >in <<'END'
{"market":"1001","mksc_shrn_iscd":"005930","hts_kor_isnm":"삼성전자","prdy_vrss":"-100","prdy_ctrt":"+1.26","x":"007"}
{"market":"1001","mksc_shrn_iscd":"0013E0","hts_kor_isnm":"=1+1","prdy_vrss":"-cmd","prdy_ctrt":"1.26","x":"7"}
{"market":"1001","mksc_shrn_iscd":"00680K","hts_kor_isnm":"-5","prdy_vrss":"@x","prdy_ctrt":"0.00","x":-7}
{"market":"1001","mksc_shrn_iscd":"138930","hts_kor_isnm":"+a, \"b\"","prdy_vrss":"\tx","prdy_ctrt":"\rx","x":12345678901234567890}
END
run kis-tocsv --guard --header none
is '--guard' "$(cat "$out")" "1001,005930,삼성전자,-100,+1.26,007
1001,0013E0,'=1+1,'-cmd,1.26,7
1001,00680K,-5,'@x,0.00,-7
$(printf "1001,138930,\"'+a, \"\"b\"\"\",'\tx,\"'\rx\",12345678901234567890")"
run kis-tocsv --excel
check '--excel' 0 '*' ''
is 'starts with a byte order mark' "$(head -c 3 "$out" | od -An -tx1)" \
	' ef bb bf'
is 'ends rows with CRLF' "$(grep -c $'\r$' "$out")" 5
tail -c +4 "$out" | tr -d '\r' >got
is 'text stays text, numbers numbers' "$(cat got)" \
	'시장,종목코드,종목명,전일대비,등락률,x
코스닥,"=""005930""",삼성전자,-100,+1.26,"=""007"""
코스닥,"=""0013E0""",'\''=1+1,'\''-cmd,1.26,"=""7"""
코스닥,00680K,"=""-5""",'\''@x,0.00,"=""-7"""
코스닥,"=""138930""","'\''+a, ""b""",'\'$'\tx,"\'x","=""12345678901234567890"""'
run kis-tocsv --excel --header key
is 'a header that was asked for' "$(head -n 1 "$out" | tail -c +4)" \
	$'market,mksc_shrn_iscd,hts_kor_isnm,prdy_vrss,prdy_ctrt,x\r'
run kis-tocsv --excel --quote all --header none
is 'all quoted' "$(head -n 1 "$out" | tail -c +4)" \
	$'"코스닥","=""005930""","삼성전자","-100","+1.26","=""007"""\r'
printf '%s\n' '{"=cmd()":"1"}' >in
run kis-tocsv --guard
is 'a header is guarded too' "$(head -n 1 "$out")" "'=cmd()"
printf '%s\n' '{"007":"1","a\"b\nc":"2"," x":"3"}' >in
run kis-tocsv --excel
is 'and protected, and quoted' "$(tail -c +4 "$out" | head -n 2 | tr -d '\r')" \
	'"=""007""","a""b
c"," x"'
printf '%s\n' '{"mksc_shrn_iscd":5930,"prdy_vrss_sign":"2","stnd_date1":"20240102","stnd_date2":"0","x":-1e9}' >in
run kis-tocsv --excel --header none
is 'signs, dates and JSON numbers stay such, a code is text' \
	"$(tail -c +4 "$out" | tr -d '\r')" '"=""5930""",2,2024-01-02,0,-1e9'
printf '{"a":-1%01100000d}\n' 0 >in
run kis-tocsv --guard --header none
is 'however long they are' "$(head -c 3 "$out")" '-10'

# text that Excel takes for dates, times and truths, and names that it does not
cell() { # member json-value
	printf '{"%s":%s}\n' "$1" "$2" >in
	run kis-tocsv --excel --header none
	tail -c +4 "$out" | tr -d '\r'
}
for text in MAR1 mar-1 'SEPT 2' 1-Jan 'Jan-24' '1 January 2024' 'March 5, 2024' \
	TRUE false '12:30 PM' '12:30 pm ' '5pm' '3 A' '2024년 1월 5일' 2024년 '1월5일' \
	'오전 9:30' '오후 3시 30분' '1/2 오전'; do
	for member in hts_kor_isnm other; do
		is "protected: $text in $member" "$(cell $member "\"$text\"")" \
			"\"=\"\"$text\"\"\""
	done
done
for text in 삼성전자2우B 'KODEX 200' 'TIGER 200 IT' MAR Mar May TRUE1 '2024년생' \
	'5 AMX' 'ACE 1' 일월 '오전 오후' '3A' 'A3' 00680K '1일차' 'SK 3우' JANET1 MA1; do
	is "readable: $text" "$(cell hts_kor_isnm "\"$text\"")" "$text"
done
is 'a truth of JSON is no text' "$(cell other true)" true
is 'text in a column of numbers is text' "$(cell stck_prpr '"TRUE"')" '"=""TRUE"""'
digits=$(printf '1%.0s' {1..255})
is 'a formula holds 255 characters' "$(cell hts_kor_isnm "\"$digits\"")" \
	"\"=\"\"$digits\"\"\""
is 'longer text has the guard' "$(cell hts_kor_isnm "\"${digits}1\"")" \
	"'${digits}1"
printf '{"prdy_vrss":"+12345678901234567","x":"+-1"}\n' >in
run kis-tocsv --guard --header none
is 'a number is one by its form, not by its size' "$(cat "$out")" \
	"+12345678901234567,'+-1"

# cp949
printf '%s\n' '{"hts_kor_isnm":"삼성전자","a":"똠방각하, 펲"}' >in
run kis-tocsv --encoding cp949 --header ko
check '--encoding cp949' 0 '*' ''
is 'comes back from cp949' "$(iconv -f CP949 -t UTF-8 "$out")" \
	'종목명,a
삼성전자,"똠방각하, 펲"'
run kis-tocsv --excel --encoding cp949
is 'no byte order mark in it' "$(head -c 2 "$out" | od -An -tx1)" ' c1 be'
printf '%s\n' '{"a":"가"}' '{"a":"x😀y"}' >in
run kis-tocsv --encoding cp949
check 'a character that cp949 lacks' 65 '' ":2: .*CP949 has no character .*😀.*U\+1F600"
printf '%s\n' '{"a":"x\udb40\udc41y"}' >tag
run kis-tocsv --encoding cp949 tag
check 'one that iconv would leave out' 65 '' 'tag:1: .*CP949 has no character .*U\+E0041'
printf '%s\n' '{"a":"\u1112\u1161\u11ab"}' >jamo
run kis-tocsv --encoding cp949 jamo
check 'combining Hangul' 65 '' 'jamo:1: .*CP949 has no character .*U\+1112'
run kis-tocsv --encoding utf-8
check 'UTF-8 by name' 0 '😀' ''

# what a spreadsheet makes of it
if command -v soffice >"$T/.soffice" && command -v unzip >>"$T/.soffice"; then
	cat >in <<'END'
{"mksc_shrn_iscd":"005930","hts_kor_isnm":"=1+1","prdy_vrss":"-100"}
{"mksc_shrn_iscd":"0013E0","hts_kor_isnm":"삼성","prdy_vrss":"5"}
END
	run kis-tocsv --excel -o calc.csv
	soffice --headless --convert-to fods calc.csv >"$T/.soffice" 2>&1 \
		</dev/null
	sed -n 's:.*<text\:p>\(.*\)</text\:p>.*:\1:p' calc.fods >shown
	ok 'LibreOffice shows 005930' grep -qx 005930 shown
	ok 'and 0013E0' grep -qx 0013E0 shown
	ok 'and no sum' grep -qx "'=1+1\|&apos;=1+1" shown
	ok 'and a number' grep -q 'value="-100"' calc.fods
else
	skip 'LibreOffice' 'it is not installed'
fi
done_testing
