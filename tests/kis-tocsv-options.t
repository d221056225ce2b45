#!/bin/bash
# Tests the options, arguments, columns and exit statuses of kis-tocsv.
. "$(dirname "$0")/lib.sh"

feed() { # sets the standard input of the next run
	printf '%s\n' "$1" >in
	stdin=in
}

content() { is "$1" "$(cat "$out")" "$2"; }

two='{"a":"1","b":"x"}
{"a":"2","b":"y"}'

feed "$two"
run kis-tocsv
check 'two records: exit status 0' 0 '*' ''
content 'two records: a header and two rows' 'a,b
1,x
2,y'
run kis-tocsv --help
check '--help: prints the usage' 0 '^usage: kis-tocsv' ''
run kis-tocsv -V
check '-V: prints the version' 0 '^kis-tocsv [0-9]' ''
for wrong in '-t ab' '-t é' '--header x' '--quote x' '--encoding x' \
	'-c a,,b' '-c a,a' '-c ,' '--nonsense'; do
	set -f
	# shellcheck disable=SC2086 # $wrong contains several arguments
	run kis-tocsv $wrong
	set +f
	check "$wrong: exit status 64" 64 '' "^Try 'kis-tocsv --help'"
done
for wrong in '' '"' $'\n' $'\r' $'\xff' 가; do
	run kis-tocsv -t "$wrong"
	check "-t with bytes$(printf %s "$wrong" | od -An -tx1): exit status 64" 64 '' \
		'one ASCII character'
done

run kis-tocsv -c b
content '-c b: one column' 'b
x
y'
run kis-tocsv -c b -c a
content '-c b -c a: columns in the given order' 'b,a
x,1
y,2'
run kis-tocsv -c b,z
check '-c with an unknown field: exit status 65' 65 '' "no field 'z' in the first records"
run kis-tocsv -c b,avrg_prc
content '-c with a known field that no record has: empty column' 'b,avrg_prc
x,
y,'
feed '{"hts_kor_isnm":"삼성전자","stck_prpr":"81300","price":"x"}'
run kis-tocsv -c 종목명,price,현재가
content '-c with titles: fields of the record precede titles' \
	'종목명,price,현재가
삼성전자,x,81300'
run kis-tocsv -c ' 종목명 , "price" '
content '-c: whitespace and quotes around names are removed' '종목명,price
삼성전자,x'
run kis-tocsv --header en -c 종목명
content '-c with --header en: the title of --header' 'name
삼성전자'
feed '{"a,b":"1","c\"d":"2","":"3"}'
run kis-tocsv -c '"a,b","c""d"'
content '-c with quoted names: name with a comma, name with a quote' '"a,b","c""d"
1,2'
for names in 'a,,' ,a '"a' '"a"b' ''; do
	run kis-tocsv -c "$names"
	check "-c '$names': exit status 64" 64 '' 'invalid value for -c'
done
feed '{"hts_kor_isnm":"삼성전자","stck_prpr":"81300","price":"x"}'
run kis-tocsv -c 종목명,name
check '-c with two titles of one field: exit status 64' 64 '' "'hts_kor_isnm' and 'name' are the same"
run kis-tocsv -c 'short value'
content '-c with a title of a field that no record has: empty column' 'short value
""'
: >empty
run kis-tocsv --allow-empty -c '종목명,short value' empty
check '--allow-empty -c without records: names as typed' 0 '^종목명,short value$' ''
feed '{"b":"1","a":"2"}
{"a":"3","b":"4"}
{"a":"5"}
{}'
run kis-tocsv
content 'fields in another order or missing in later records: the first order, empty cells' 'b,a
1,2
4,3
,5
,'
feed '{"a":"1"}
{"a":"2"}
{"a":"3","new":"4"}'
run kis-tocsv
content 'fields that differ between records: columns are their union' 'a,new
1,
2,
3,4'
{ seq 10001 | sed 's/.*/{"a":"&"}/'; echo '{"a":"x","late":"y"}'; } >late
stdin=late
run kis-tocsv
check 'new field after the lookahead: exit status 65' 65 '' ":10002: unexpected field 'late' "
run kis-tocsv --ignore-extra late
check '--ignore-extra, new field after the lookahead: exit status 0' 0 '*' ''
is '--ignore-extra, new field after the lookahead: column is left out' "$(tail -n 1 "$out")" x
run kis-tocsv -o made late
check '-o, new field after the lookahead of a file: exit status 0' 0 '' ''
is '-o, new field after the lookahead of a file: gets a column' "$(head -n 2 made | xargs) $(tail -n 1 made)" 'a,late 1, x,y'
run kis-tocsv -o made
is '-o, new field after the lookahead of standard input from a file: gets a column' "$status $(tail -n 1 made)" '0 x,y'
stdin=/dev/null
mkfifo pipe
cat late >pipe &
run kis-tocsv -o made2 pipe
check '-o, new field after the lookahead of a pipe: exit status 65' 65 '' ":10002: unexpected field 'late' "
ok '-o, new field after the lookahead of a pipe: no file is created' [ ! -e made2 ]
rm made pipe
stdin=in
run kis-tocsv -c a
content '-c a: other fields are left out' 'a
1
2
3'
feed '{"zz":"9","avrg_prc":"3","hts_kor_isnm":"가","mksc_shrn_iscd":"005930"}'
run kis-tocsv
content 'known fields: first, in their fixed order' \
	'mksc_shrn_iscd,hts_kor_isnm,avrg_prc,zz
005930,가,3,9'
run kis-tocsv --header ko
content '--header ko: Korean titles' '종목코드,종목명,공매도평균가,zz
005930,가,3,9'
run kis-tocsv --header en
content '--header en: English titles' 'code,name,average short price,zz
005930,가,3,9'
run kis-tocsv --header none
content '--header none: no header' '005930,가,3,9'
feed '{"market":"1001","period":"1d","rank":"1","fetched_at":"t","new":"n"}'
run kis-tocsv
is 'record of kis-fetch: all columns of a ranking' \
	"$(head -n 1 "$out" | tr ',' '\n' | wc -l) $(tail -n 1 "$out")" \
	"23 1001,1d,1,,,,t,,,,,,,,,,,,,,,,n"

feed '{"a":"1;2","b":"x,y"}'
run kis-tocsv -t ';'
content "-t ';': cells with the delimiter are quoted" 'a;b
"1;2";x,y'
run kis-tocsv -t '\t'
content '-t \t: cells are separated by a tab' "a	b
1;2	x,y"
run kis-tocsv --quote all
content '--quote all: every cell is quoted' '"a","b"
"1;2","x,y"'
feed '{"a":""}
{"a":null}
{}
{"a":" "}'
run kis-tocsv
content 'one column with empty cells: quoted' 'a
""
""
""
" "'

stdin=/dev/null
run kis-tocsv
check 'no record: exit status 66' 66 '' 'no records received'
run kis-tocsv -c a,b --allow-empty
check '--allow-empty -c: prints the header' 0 '^a,b$' ''
run kis-tocsv --allow-empty
is '--allow-empty without -c: all columns of a ranking' "$(tr ',' '\n' <"$out" | wc -l)" 22
run kis-tocsv --allow-empty --header none
check '--allow-empty --header none: no output' 0 '' ''
printf '\n \r\n' >blank
run kis-tocsv blank
check 'lines of whitespace only: exit status 66' 66 '' 'no record'
printf '{"a":"1"}\n' >one
printf '{"a":"2"}\n' >two
stdin=two
run kis-tocsv one - one
content 'three files, one of them -: rows in order, one header' 'a
1
2
1'
run kis-tocsv one nowhere
check 'missing second file: exit status 66 before any output' 66 '' "'nowhere': No such"
run kis-tocsv -v one two
check '-v: reports the number of records' 0 '^a$' '2 records'
run kis-tocsv /
check 'directory as input: exit status 74' 74 '' 'directory'
printf '{"b":"2"}\n' >other
run kis-tocsv one other
content 'second file with other fields: columns of both' 'a,b
1,
,2'
printf '{"b":\n' >other

run kis-tocsv -o made one
check '-o: exit status 0' 0 '' ''
is '-o: writes the file' "$(cat made)" 'a
1'
chmod 640 made
run kis-tocsv -o made one other
check '-o, invalid input: exit status 65' 65 '' 'other:1'
is '-o, invalid input: the old file is unchanged' "$(cat made) $(stat -c %a made)" 'a
1 640'
is '-o, invalid input: no temporary file is left' "$(find . -name '.kis-*')" ''
run kis-tocsv -o nowhere/x one
check '-o in a missing directory: exit status 73' 73 '' 'cannot create'
status=0
kis-tocsv one >/dev/full 2>"$err" || status=$?
: >"$out"
check 'standard output full: exit status 74' 74 '' 'No space left'
run bash -c 'exec kis-tocsv one >&-'
check 'standard output closed: exit status 74' 74 '' 'standard output'
if script -qec true /dev/null >"$T/.script" 2>&1 </dev/null; then
	run script -qec "kis-tocsv 2>&1" /dev/null
	check 'standard input is a terminal: exit status 64 with the remedy' 64 'is a terminal; run'
else
	skip 'standard input is a terminal: exit status 64 with the remedy' 'script(1) is not installed'
fi

# --- the output must not replace the input
cp one same
for command in 'kis-tocsv same -o same' 'kis-tocsv one same -o ./same' 'kis-tocsv -o same <same'; do
	run bash -c "$command"
	check "$command: exit status 64" 64 '' "'(./)?same' is both input and output"
	ok "$command: the input is unchanged" cmp one same
done
# The shell has already changed the file when these commands start.
for command in 'kis-tocsv same >>same' 'kis-tocsv <same >>same' 'kis-tocsv same -o - 1<>same'; do
	run bash -c "$command"
	check "$command: exit status 64" 64 '' "('same' is both input and output|standard input and standard output are the same file)"
	ok "$command: the input is unchanged" cmp one same
done
ln one twin
run kis-tocsv one -o twin
check 'the output is a hard link to the input: exit status 64' 64 '' "'twin' is both input and output"
done_testing
