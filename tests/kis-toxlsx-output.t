#!/bin/bash
# kis-toxlsx: what is published, and when nothing is.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" unzip

one='{"market":"1001","period":"1d","rank":"1","fetched_at":"2026-11-20T18:40:03+09:00","mksc_shrn_iscd":"005930","hts_kor_isnm":"삼성전자","stck_prpr":"81300","ssts_tr_pbmn":"89937102700","ssts_tr_pbmn_rlim":"0.38","avrg_prc":"78840"}'
echo "$one" >in

run kis-toxlsx
check 'no record' 66 '' 'no records received: the previous command failed'
run kis-toxlsx -o r.xlsx
check 'no record, with -o' 66 '' 'no records received'
ok 'leaves nothing' test ! -e r.xlsx
run kis-toxlsx missing
check 'a missing file' 66 '' 'missing'
mkfifo waits
run timeout 5 kis-toxlsx -o r.xlsx waits missing
check 'one behind another file, which is not read first' 66 '' 'missing'
run kis-toxlsx --nonsense
check 'a wrong option' 64 '' "^Try 'kis-toxlsx --help'"
run kis-toxlsx --top 51 in
check '--top too large' 64 '' 'for --top: expected an integer from 0 to 50'
run kis-toxlsx --title "$(printf '\377')" in
check 'a title that is not valid UTF-8' 64 '' 'not valid UTF-8'
run kis-toxlsx -h
check 'help' 0 '^usage: kis-toxlsx' ''
run kis-toxlsx -V
check 'version' 0 '^kis-toxlsx [0-9]' ''

run kis-toxlsx in
check 'to stdout' 0 '*' ''
cp "$out" stdout.xlsx
ok 'it is a zip' unzip -tq stdout.xlsx
run kis-toxlsx -o r.xlsx in
ok 'the same bytes by -o' cmp r.xlsx stdout.xlsx
stdin=in
run kis-toxlsx -o r.xlsx -
ok 'and from stdin' cmp r.xlsx stdout.xlsx
stdin=/dev/null
run env TZ=Asia/Seoul LC_ALL=ko_KR.UTF-8 kis-toxlsx -o r2.xlsx in
ok 'the same in another zone and locale' cmp r2.xlsx stdout.xlsx
sleep 1.1
run env TZ=America/New_York LC_ALL=de_DE.UTF-8 kis-toxlsx -o r2.xlsx in
ok 'and at another time' cmp r2.xlsx stdout.xlsx
like 'created is the time of the query' \
	"$(unzip -p r.xlsx docProps/core.xml)" '>2026-11-20T09:40:03Z<'
echo '{"a":1}' >other
run kis-toxlsx -o r2.xlsx other
like 'or a fixed day' "$(unzip -p r2.xlsx docProps/core.xml)" \
	'>2000-01-01T00:00:00Z<'
like 'a report has its subject' \
	"$(unzip -p r.xlsx docProps/core.xml)" '<dc:subject>국내주식 공매도'
ok 'other records do not' eval \
	'! unzip -p r2.xlsx docProps/core.xml | grep -q "dc:subject\|공매도"'
SOURCE_DATE_EPOCH=1700000000 run kis-toxlsx -o r2.xlsx other
like 'or SOURCE_DATE_EPOCH' "$(unzip -p r2.xlsx docProps/core.xml)" \
	'>2023-11-14T22:13:20Z<'

# failures leave the old file
cp r.xlsx old.xlsx
printf '%s\n{"a":\n' "$one" >bad
run kis-toxlsx -o r.xlsx bad
check 'bad input' 65 '' 'bad:2:'
ok 'the old file stays' cmp r.xlsx old.xlsx
printf '%s' "$one" >cut.ndjson
run kis-toxlsx -o r.xlsx cut.ndjson
check 'a cut file' 65 '' 'cut.ndjson:1:'
ok 'the old file stays again' cmp r.xlsx old.xlsx
run kis-toxlsx -o nowhere/r.xlsx in
check 'no such folder' 73 '' 'nowhere/r.xlsx'
TMPDIR=$T/nowhere run kis-toxlsx -o r.xlsx in
check 'a short report needs no folder for temporary files' 0 '' ''
run kis-toxlsx -o . in
check 'a folder' 73 '' 'is a directory'
status=0
kis-toxlsx in >/dev/full 2>"$err" || status=$?
: >"$out"
check '/dev/full' 74 '' 'No space left'
run kis-toxlsx -o /dev/full in
check '-o /dev/full' 74 '' 'No space left'
is 'no temporary file is left' "$(ls "$TMPDIR")" ''
is 'nor any beside the target' "$(find . -name '.kis-*')" ''

"$PYTHON" - <<'END' >many
import random
random.seed(1)
for i in range(9000):
    print('{"a":%d,"b":"%x","c":%d}' % (i, random.getrandbits(200), random.getrandbits(40)))
END
cat many many >long
# more than is kept in memory when it is packed
python3 - >large <<'END'
import random
random.seed(2)
for i in range(20000):
    print('{"a":%d,"b":"%x"}' % (i, random.getrandbits(2000)))
END

# what is no record
for answer in '{"rt_cd":"0","msg_cd":"MCA00000","msg1":"x","output":[]}' \
	'{"rt_cd":"1","msg_cd":"EGW00201","msg1":"초당 거래건수를 초과"}'; do
	{ echo "$one"; echo "$answer"; } >raw
	run kis-toxlsx -o r.xlsx raw
	check 'an answer of the API' 65 '' 'raw:2: input is a response .*kis-fetch --from-raw'
	ok 'the old file stays, again' cmp r.xlsx old.xlsx
done
{ cat long; echo '{"rt_cd":"0","output":[]}'; } >raw
run kis-toxlsx --plain -o r.xlsx raw
check 'in long input too' 65 '' 'raw:18001: input is a response'
printf '\357\273\277%s\n' "$one" >bom
run kis-toxlsx bom
check 'a byte order mark' 65 '' 'bom:1:'
echo '{}' >none
for _ in $(seq 10001); do echo '{}'; done >none-long
for input in none none-long; do
	for options in '' --plain '--sheet-by a'; do
		# shellcheck disable=SC2086 # options
		run kis-toxlsx $options -o r.xlsx $input
		check "no member: $input $options" 65 '' "$input:1: first record of a sheet is empty"
	done
done
printf '%s\n' '{"a":1}' '{"n":"x","a":1}' '{}' >none
run kis-toxlsx --sheet-by n -o none.xlsx none
check 'later a record may have none' 0 '' ''
for options in '' --plain; do
	for copies in 1 10001; do
		yes '{"":"1"}' | head -n $copies >none
		# shellcheck disable=SC2086 # options
		run kis-toxlsx $options -o none.xlsx none
		check "a member without a name, $copies times $options" 0 '' ''
	done
done

# a terminal gets no workbook
if command -v script >"$out"; then
	run script -qec "kis-toxlsx $T/in" typescript
	check 'a terminal as stdout' 64 '*' '*'
	like 'with the hint' "$(cat typescript "$out")" '> r\.xlsx'
else
	skip 'a terminal as stdout' 'script(1) is not installed'
fi

# A temporary folder that fills: rows of long input wait there.
mkdir small
full() { # command...
	if [ "$(id -u)" = 0 ]; then
		mount -t tmpfs -o size=64k tmpfs small 2>"$err" || return 99
		TMPDIR=$T/small run "$@"
		left=$(ls small)
		umount small
	else
		unshare -rm sh -c 'mount -t tmpfs -o size=64k tmpfs small && exec true' \
			2>"$err" || return 99
		run unshare -rm sh -c 'mount -t tmpfs -o size=64k tmpfs small &&
			TMPDIR=$PWD/small exec "$@"' sh "$@"
		left=''
	fi
}
cp old.xlsx r.xlsx
if full kis-toxlsx -o r.xlsx large; then
	check 'a full temporary folder, long input' 74 '' 'TMPDIR|temporary'
	ok 'the old file stays' cmp r.xlsx old.xlsx
	is 'one line of error' "$(wc -l <"$err" | tr -d ' ')" 1
	full kis-toxlsx large
	check 'and on stdout' 74 '' '*'
	is 'no file is left there' "$left" ''
	full kis-toxlsx -o r.xlsx many
	check 'a full temporary folder does not matter to a report' 0 '' ''
	ok 'which is whole' unzip -tq r.xlsx
	is 'and left nothing there' "$left" ''
else
	skip 'a full temporary folder' \
		"no tmpfs can be mounted: $(head -n 1 "$err")"
fi

# the library's file may not grow: nothing is written
run bash -c 'trap "" XFSZ; ulimit -f 4; kis-toxlsx in | cat; exit "${PIPESTATUS[0]}"'
check 'a limit of file sizes' 74 '' 'cannot write'

# a small stack: it is raised where that is allowed, else the program says so
if ! nm "$(command -v kis-toxlsx)" 2>"$err" | grep -q __asan_init; then
	for limit in 16 32 64; do
		run bash -c "ulimit -s $limit; exec kis-toxlsx in"
		check "a stack of $limit KiB: 71" 71 '' 'stack limit is too low; run: ulimit -s 256'
	done
	run bash -c 'ulimit -Ss 64; exec kis-toxlsx -o stack.xlsx in'
	check 'a soft limit of 64 KiB is raised' 0 '' ''
else
	skip 'a small stack' 'a build with sanitizers'
fi

# ended by a signal: nothing is left
mkfifo pipe
kis-toxlsx -o killed.xlsx pipe 2>"$err" &
pid=$!
exec 3>pipe
echo "$one" >&3
sleep 0.2
kill -TERM "$pid"
wait "$pid" 2>>"$err"
exec 3>&-
ok 'ended by a signal, nothing is there' test ! -e killed.xlsx
is 'nor beside it' "$(find . -name '.kis-*')" ''
is 'nor in the temporary folder' "$(ls "$TMPDIR")" ''
done_testing
