#!/bin/bash
# kis-toxlsx writes to files and standard output. A failure leaves no output.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" unzip

one='{"market":"1001","period":"1d","rank":"1","fetched_at":"2026-11-20T18:40:03+09:00","mksc_shrn_iscd":"005930","hts_kor_isnm":"삼성전자","stck_prpr":"81300","ssts_tr_pbmn":"89937102700","ssts_tr_pbmn_rlim":"0.38","avrg_prc":"78840"}'
echo "$one" >in

run kis-toxlsx
check 'no record: exit status 66' 66 '' 'no records received: the previous command failed'
run kis-toxlsx -o r.xlsx
check 'no record, -o: exit status 66' 66 '' 'no records received'
ok 'no record, -o: no file is created' test ! -e r.xlsx
run kis-toxlsx missing
check 'missing file: exit status 66' 66 '' 'missing'
mkfifo waits
run timeout 5 kis-toxlsx -o r.xlsx waits missing
check 'missing second file: reported before the first file is read' 66 '' 'missing'
run kis-toxlsx --nonsense
check 'unknown option: exit status 64' 64 '' "^Try 'kis-toxlsx --help'"
run kis-toxlsx --top 51 in
check '--top 51: exit status 64' 64 '' 'for --top: expected an integer from 0 to 50'
run kis-toxlsx --title "$(printf '\377')" in
check '--title in invalid UTF-8: exit status 64' 64 '' 'not valid UTF-8'
run kis-toxlsx -h
check '-h: prints the usage' 0 '^usage: kis-toxlsx' ''
run kis-toxlsx -V
check '-V: prints the version' 0 '^kis-toxlsx [0-9]' ''

run kis-toxlsx in
check 'output to standard output: exit status 0' 0 '*' ''
cp "$out" stdout.xlsx
ok 'output to standard output: is a ZIP file' unzip -tq stdout.xlsx
run kis-toxlsx -o r.xlsx in
ok '-o: the same bytes as on standard output' cmp r.xlsx stdout.xlsx
stdin=in
run kis-toxlsx -o r.xlsx -
ok 'input from standard input: the same bytes as from a file' cmp r.xlsx stdout.xlsx
stdin=/dev/null
run env TZ=Asia/Seoul LC_ALL=ko_KR.UTF-8 kis-toxlsx -o r2.xlsx in
ok 'other time zone and locale: the same bytes' cmp r2.xlsx stdout.xlsx
sleep 1.1
run env TZ=America/New_York LC_ALL=de_DE.UTF-8 kis-toxlsx -o r2.xlsx in
ok 'later run in another time zone: the same bytes' cmp r2.xlsx stdout.xlsx
like 'document properties: creation time is the query time' \
	"$(unzip -p r.xlsx docProps/core.xml)" '>2026-11-20T09:40:03Z<'
echo '{"a":1}' >other
run kis-toxlsx -o r2.xlsx other
like 'document properties without a query time: fixed creation date' "$(unzip -p r2.xlsx docProps/core.xml)" \
	'>2000-01-01T00:00:00Z<'
like 'document properties of a report: have a subject' \
	"$(unzip -p r.xlsx docProps/core.xml)" '<dc:subject>국내주식 공매도'
ok 'document properties of other records: no subject' eval \
	'! unzip -p r2.xlsx docProps/core.xml | grep -q "dc:subject\|공매도"'
SOURCE_DATE_EPOCH=1700000000 run kis-toxlsx -o r2.xlsx other
like 'SOURCE_DATE_EPOCH: sets the creation time' "$(unzip -p r2.xlsx docProps/core.xml)" \
	'>2023-11-14T22:13:20Z<'

# a failure leaves the old file unchanged
cp r.xlsx old.xlsx
printf '%s\n{"a":\n' "$one" >bad
run kis-toxlsx -o r.xlsx bad
check 'invalid JSON, -o: exit status 65' 65 '' 'bad:2:'
ok 'invalid JSON, -o: the old file is unchanged' cmp r.xlsx old.xlsx
printf '%s' "$one" >cut.ndjson
run kis-toxlsx -o r.xlsx cut.ndjson
check 'truncated file, -o: exit status 65' 65 '' 'cut.ndjson:1:'
ok 'truncated file, -o: the old file is unchanged' cmp r.xlsx old.xlsx
run kis-toxlsx -o nowhere/r.xlsx in
check '-o in a missing directory: exit status 73' 73 '' 'nowhere/r.xlsx'
TMPDIR=$T/nowhere run kis-toxlsx -o r.xlsx in
check 'TMPDIR does not exist, short report: exit status 0' 0 '' ''
run kis-toxlsx -o . in
check '-o directory: exit status 73' 73 '' 'is a directory'
status=0
kis-toxlsx in >/dev/full 2>"$err" || status=$?
: >"$out"
check 'standard output /dev/full: exit status 74' 74 '' 'No space left'
run kis-toxlsx -o /dev/full in
check '-o /dev/full: exit status 74' 74 '' 'No space left'
is 'failed runs: no file is left in TMPDIR' "$(ls "$TMPDIR")" ''
is 'failed runs: no temporary file is left next to the output' "$(find . -name '.kis-*')" ''

"$PYTHON" - <<'END' >many
import random
random.seed(1)
for i in range(9000):
    print('{"a":%d,"b":"%x","c":%d}' % (i, random.getrandbits(200), random.getrandbits(40)))
END
cat many many >long
# the rows of this input do not fit in kis-toxlsx's memory buffers, even when
# compressed
python3 - >large <<'END'
import random
random.seed(2)
for i in range(20000):
    print('{"a":%d,"b":"%x"}' % (i, random.getrandbits(2000)))
END

# input is rejected if it contains an API response, or if the first record of a
# sheet has no fields
for answer in '{"rt_cd":"0","msg_cd":"MCA00000","msg1":"x","output":[]}' \
	'{"rt_cd":"1","msg_cd":"EGW00201","msg1":"초당 거래건수를 초과"}'; do
	{ echo "$one"; echo "$answer"; } >raw
	run kis-toxlsx -o r.xlsx raw
	check 'API response as input: exit status 65 with the remedy' 65 '' 'raw:2: input is a response .*kis-fetch --from-raw'
	ok 'API response as input, -o: the old file is unchanged' cmp r.xlsx old.xlsx
done
{ cat long; echo '{"rt_cd":"0","output":[]}'; } >raw
run kis-toxlsx --plain -o r.xlsx raw
check "API response in a large workbook's input: exit status 65" 65 '' 'raw:18001: input is a response'
printf '\357\273\277%s\n' "$one" >bom
run kis-toxlsx bom
check 'byte order mark: exit status 65' 65 '' 'bom:1:'
echo '{}' >none
for _ in $(seq 10001); do echo '{}'; done >none-long
for input in none none-long; do
	for options in '' --plain '--sheet-by a'; do
		# shellcheck disable=SC2086 # $options is a list of options
		run kis-toxlsx $options -o r.xlsx $input
		check "empty first record, $input $options: exit status 65" 65 '' "$input:1: first record of a sheet is empty"
	done
done
printf '%s\n' '{"a":1}' '{"n":"x","a":1}' '{}' >none
run kis-toxlsx --sheet-by n -o none.xlsx none
check 'empty record after others: exit status 0' 0 '' ''
for options in '' --plain; do
	for copies in 1 10001; do
		yes '{"":"1"}' | head -n $copies >none
		# shellcheck disable=SC2086 # $options is a list of options
		run kis-toxlsx $options -o none.xlsx none
		check "empty field name, $copies records $options: exit status 0" 0 '' ''
	done
done

# kis-toxlsx does not write a workbook to a terminal
if command -v script >"$out"; then
	run script -qec "kis-toxlsx $T/in" typescript
	check 'standard output is a terminal: exit status 64' 64 '*' '*'
	like 'standard output is a terminal: the message has the remedy' "$(cat typescript "$out")" '> r\.xlsx'
else
	skip 'standard output is a terminal: exit status 64' 'script(1) is not installed'
fi

# the rows of large workbooks are buffered in TMPDIR, which is full here
mkdir small
full() { # arguments: command...
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
	check 'TMPDIR full, large workbook: exit status 74' 74 '' 'TMPDIR|temporary'
	ok 'TMPDIR full, large workbook, -o: the old file is unchanged' cmp r.xlsx old.xlsx
	is 'TMPDIR full, large workbook: prints one line' "$(wc -l <"$err" | tr -d ' ')" 1
	full kis-toxlsx large
	check 'TMPDIR full, large workbook to standard output: exit status 74' 74 '' '*'
	is 'TMPDIR full, large workbook: no file is left in TMPDIR' "$left" ''
	full kis-toxlsx -o r.xlsx many
	check 'TMPDIR full, report: exit status 0' 0 '' ''
	ok 'TMPDIR full, report: valid ZIP file' unzip -tq r.xlsx
	is 'TMPDIR full, report: no file is left in TMPDIR' "$left" ''
else
	skip 'TMPDIR full: report or exit status 74' \
		"no tmpfs can be mounted: $(head -n 1 "$err")"
fi

# if a file size limit prevents libxlsxwriter from writing its temporary file,
# no output is written
run env GCOV_PREFIX="$T/gcov" GCOV_ERROR_FILE="$T/.gcov" \
	bash -c 'trap "" XFSZ; ulimit -f 4; kis-toxlsx in | cat; exit "${PIPESTATUS[0]}"'
check 'file size limit: exit status 74' 74 '' 'cannot write'

# if the stack limit is too low, kis-toxlsx raises it or, if the hard limit
# prevents that, prints the command to raise it
if ! nm "$(command -v kis-toxlsx)" 2>"$err" | grep -q -e __asan_init -e __gcov; then
	for limit in 16 32 64; do
		run bash -c "ulimit -s $limit; exec kis-toxlsx in"
		check "stack limit of $limit KiB: exit status 71 with the remedy" 71 '' 'stack limit is too low; run: ulimit -s 256'
	done
	run bash -c 'ulimit -Ss 64; exec kis-toxlsx -o stack.xlsx in'
	check 'soft stack limit of 64 KiB: raised' 0 '' ''
else
	skip 'small stack limit: raised or exit status 71' \
		'a build with sanitizers or for coverage, which needs more stack'
fi

# SIGTERM ends kis-toxlsx and leaves no file
mkfifo pipe
kis-toxlsx -o killed.xlsx pipe 2>"$err" &
pid=$!
exec 3>pipe
echo "$one" >&3
sleep 0.2
kill -TERM "$pid"
wait "$pid" 2>>"$err"
exec 3>&-
ok 'SIGTERM: no output file' test ! -e killed.xlsx
is 'SIGTERM: no temporary file next to the output' "$(find . -name '.kis-*')" ''
is 'SIGTERM: no file in TMPDIR' "$(ls "$TMPDIR")" ''

# --- the output must not replace the input
echo '{"a":"1"}' >same
cp same kept
run kis-toxlsx same -o same
check 'the output is the input: exit status 64' 64 '' "'same' is both input and output"
ok 'the output is the input: unchanged' cmp kept same
done_testing
