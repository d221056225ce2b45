#!/bin/bash
# kis-tocsv: its options, operands, columns and exit codes.
. "$(dirname "$0")/lib.sh"

feed() { # text: becomes the next run's standard input
	printf '%s\n' "$1" >in
	stdin=in
}

content() { is "$1" "$(cat "$out")" "$2"; }

two='{"a":"1","b":"x"}
{"a":"2","b":"y"}'

feed "$two"
run kis-tocsv
check 'NDJSON becomes CSV' 0 '*' ''
content 'a header and two rows' 'a,b
1,x
2,y'
run kis-tocsv --help
check '--help' 0 '^usage: kis-tocsv' ''
run kis-tocsv -V
check '-V' 0 '^kis-tocsv [0-9]' ''
for wrong in '-t ab' '-t é' '--header x' '--quote x' '--encoding x' \
	'-c a,,b' '-c a,a' '-c ,' '--nonsense'; do
	set -f
	# shellcheck disable=SC2086
	run kis-tocsv $wrong
	set +f
	check "wrong: $wrong" 64 '' "^Try 'kis-tocsv --help'"
done
for wrong in '' '"' $'\n' $'\r' $'\xff' 가; do
	run kis-tocsv -t "$wrong"
	check "wrong delimiter: $(printf %s "$wrong" | od -An -tx1)" 64 '' \
		'one ASCII character'
done

# columns
run kis-tocsv -c b
content '-c chooses' 'b
x
y'
run kis-tocsv -c b -c a
content '-c orders, and can be repeated' 'b,a
x,1
y,2'
run kis-tocsv -c b,z
check 'a chosen name that nobody knows' 65 '' "no field 'z' in the first records"
run kis-tocsv -c b,avrg_prc
content 'a chosen member of the suite that is absent' 'b,avrg_prc
x,
y,'
feed '{"hts_kor_isnm":"삼성전자","stck_prpr":"81300","price":"x"}'
run kis-tocsv -c 종목명,price,현재가
content 'titles are names too, after the members of the record' \
	'종목명,price,현재가
삼성전자,x,81300'
run kis-tocsv -c ' 종목명 , "price" '
content 'whitespace around names, and quotes' '종목명,price
삼성전자,x'
run kis-tocsv --header en -c 종목명
content 'a header that was asked for' 'name
삼성전자'
feed '{"a,b":"1","c\"d":"2","":"3"}'
run kis-tocsv -c '"a,b","c""d"'
content 'a name with a comma, one with a quote' '"a,b","c""d"
1,2'
for names in 'a,,' ,a '"a' '"a"b' ''; do
	run kis-tocsv -c "$names"
	check "-c '$names': 64" 64 '' 'invalid value for -c'
done
feed '{"hts_kor_isnm":"삼성전자","stck_prpr":"81300","price":"x"}'
run kis-tocsv -c 종목명,name
check 'one column by two titles' 64 '' "'hts_kor_isnm' and 'name' are the same"
run kis-tocsv -c 'short value'
content 'a title of what the record lacks: an empty column' 'short value
""'
: >empty
run kis-tocsv --allow-empty -c '종목명,short value' empty
check 'without a record names stay as they were typed' 0 '^종목명,short value$' ''
feed '{"b":"1","a":"2"}
{"a":"3","b":"4"}
{"a":"5"}
{}'
run kis-tocsv
content 'order in later records does not matter, missing ones are empty' 'b,a
1,2
4,3
,5
,'
feed '{"a":"1"}
{"a":"2"}
{"a":"3","new":"4"}'
run kis-tocsv
content 'the columns are the union of the fields' 'a,new
1,
2,
3,4'
{ seq 10001 | sed 's/.*/{"a":"&"}/'; echo '{"a":"x","late":"y"}'; } >late
stdin=late
run kis-tocsv
check 'a field after the lookahead' 65 '' ":10002: unexpected field 'late' "
run kis-tocsv --ignore-extra late
check 'is left out on demand' 0 '*' ''
is 'and the rest is there' "$(tail -n 1 "$out")" x
run kis-tocsv -o made late
check '-o and a regular file: begun anew with it' 0 '' ''
is 'a column of its own' "$(head -n 2 made | xargs) $(tail -n 1 made)" 'a,late 1, x,y'
run kis-tocsv -o made
is 'standard input, if it is a file' "$status $(tail -n 1 made)" '0 x,y'
stdin=/dev/null
mkfifo pipe
cat late >pipe &
run kis-tocsv -o made2 pipe
check 'a pipe cannot be read again' 65 '' ":10002: unexpected field 'late' "
ok 'and no file appears' [ ! -e made2 ]
rm made pipe
stdin=in
run kis-tocsv -c a
content 'or when columns were chosen' 'a
1
2
3'
feed '{"zz":"9","avrg_prc":"3","hts_kor_isnm":"가","mksc_shrn_iscd":"005930"}'
run kis-tocsv
content "the suite's members first, in their order" \
	'mksc_shrn_iscd,hts_kor_isnm,avrg_prc,zz
005930,가,3,9'
run kis-tocsv --header ko
content 'a Korean header' '종목코드,종목명,공매도평균가,zz
005930,가,3,9'
run kis-tocsv --header en
content 'an English header' 'code,name,average short price,zz
005930,가,3,9'
run kis-tocsv --header none
content 'no header' '005930,가,3,9'
feed '{"market":"1001","period":"1d","rank":"1","fetched_at":"t","new":"n"}'
run kis-tocsv
is "a record of the suite has all the suite's columns" \
	"$(head -n 1 "$out" | tr ',' '\n' | wc -l) $(tail -n 1 "$out")" \
	"23 1001,1d,1,,,,t,,,,,,,,,,,,,,,,n"

# form
feed '{"a":"1;2","b":"x,y"}'
run kis-tocsv -t ';'
content '-t' 'a;b
"1;2";x,y'
run kis-tocsv -t '\t'
content '-t \t' "a	b
1;2	x,y"
run kis-tocsv --quote all
content '--quote all' '"a","b"
"1;2","x,y"'
feed '{"a":""}
{"a":null}
{}
{"a":" "}'
run kis-tocsv
content 'an empty cell alone is quoted' 'a
""
""
""
" "'

# empty, missing, many
stdin=/dev/null
run kis-tocsv
check 'no record' 66 '' 'no records received'
run kis-tocsv -c a,b --allow-empty
check '--allow-empty' 0 '^a,b$' ''
run kis-tocsv --allow-empty
is 'without -c all columns' "$(tr ',' '\n' <"$out" | wc -l)" 22
run kis-tocsv --allow-empty --header none
check 'nothing at all' 0 '' ''
printf '\n \r\n' >blank
run kis-tocsv blank
check 'blank lines are no record' 66 '' 'no record'
printf '{"a":"1"}\n' >one
printf '{"a":"2"}\n' >two
stdin=two
run kis-tocsv one - one
content 'files in order, one header' 'a
1
2
1'
run kis-tocsv one nowhere
check 'a missing file, before anything is written' 66 '' "'nowhere': No such"
run kis-tocsv -v one two
check '-v' 0 '^a$' '2 records'
run kis-tocsv /
check 'a folder' 74 '' 'directory'
printf '{"b":"2"}\n' >other
run kis-tocsv one other
content 'a second file with other fields' 'a,b
1,
,2'
printf '{"b":\n' >other

# output
run kis-tocsv -o made one
check '-o' 0 '' ''
is 'the file is there' "$(cat made)" 'a
1'
chmod 640 made
run kis-tocsv -o made one other
check 'a failure with -o' 65 '' 'other:1'
is 'leaves the old file' "$(cat made) $(stat -c %a made)" 'a
1 640'
is 'and nothing beside it' "$(find . -name '.kis-*')" ''
run kis-tocsv -o nowhere/x one
check 'a folder that is not there' 73 '' 'cannot create'
status=0
kis-tocsv one >/dev/full 2>"$err" || status=$?
: >"$out"
check 'a full disk' 74 '' 'No space left'
run bash -c 'exec kis-tocsv one >&-'
check 'a closed stdout' 74 '' 'standard output'
if script -qec true /dev/null >"$T/.script" 2>&1 </dev/null; then
	run script -qec "kis-tocsv 2>&1" /dev/null
	check 'a terminal on stdin: a hint' 64 'is a terminal; run'
else
	skip 'a terminal on stdin' 'script(1) is not here'
fi
done_testing
