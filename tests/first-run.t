#!/bin/bash
# What a person meets on the first day, typed as they would type it: each
# mistake is answered by a message that says what to type next. The
# transcripts are in this file.
. "$(dirname "$0")/lib.sh"
PIPE='kis-token | kis-fetch --market 1001 | kis-toxlsx > r.xlsx'

typed() { # command: by a shell that is not told of pipefail
	run bash -c "$1"
}
# says NAME LINE…: standard error is these lines, sorted, as programs of a
# pipe speak in any order, and no other; * is any text
says() {
	local name=$1 wanted got
	shift
	mapfile -t got < <(sort "$err")
	if [ "${#got[@]}" != $# ]; then
		report 1 "$name"
		diag "${#got[@]} lines, wanted $#: $(cat "$err")"
		return
	fi
	for wanted; do
		# shellcheck disable=SC2053 # it is a pattern
		if [[ ${got[0]} != $wanted ]]; then
			report 1 "$name"
			diag "got:    ${got[0]}" "wanted: $wanted"
			return
		fi
		got=("${got[@]:1}")
	done
	report 0 "$name"
}
# The same on a terminal: standard input and output are one. $out is all.
cat >terminal.py <<'PY'
import os, pty, sys
seen = b""
def read(fd):
    data = os.read(fd, 4096)
    if b"appkey" in data:
        os.write(fd, os.environ["TYPE_KEY"].encode() + b"\n")
    if b"appsecret" in data:
        os.write(fd, os.environ["TYPE_SECRET"].encode() + b"\n")
    return data
code = pty.spawn(["bash", "-c", sys.argv[1]], read, lambda fd: b"")
sys.exit(os.waitstatus_to_exitcode(code))
PY
at_terminal() { run $PYTHON terminal.py "$1"; }

# no key
unset KIS_BASE_URL
typed "$PIPE; echo \"\${PIPESTATUS[@]}\""
is 'no key: who failed' "$(cat "$out")" '78 78 66'
says 'no key: what to type' \
	"kis-fetch: no credentials found *; run: kis-token --setup" \
	"kis-token: no credentials found *; run: kis-token --setup" \
	"kis-toxlsx: no records received: the previous command failed*"
export KIS_APPKEY=PSonly
typed "$PIPE"
like 'half a key: what to do' "$(cat "$err")" \
	'kis-token: KIS_APPKEY is set but KIS_APPSECRET is not; export both'
unset KIS_APPKEY

# keys pasted with quotes, at the terminal and into the environment
sim_start --minute 1
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
export TYPE_KEY="  \"$key\" " TYPE_SECRET="'$secret'"
at_terminal 'kis-token --setup'
check '--setup, quotes pasted' 0 'credentials verified' ''
is 'and the secret is not shown' "$(grep -cF "$secret" "$out")" 0
typed "$PIPE"
check 'then the pipe' 0 '' ''
ok 'and there is a workbook' test -s r.xlsx
rm -r "$HOME/.config"
KIS_APPKEY="\"$key\"" KIS_APPSECRET="'$secret'" typed "$PIPE"
check 'quotes in the environment' 0 '' ''

# a wrong key
KIS_APPKEY=PS0000000000000000000000000000000000 KIS_APPSECRET=$secret typed kis-token
check 'wrong appkey: 77' 77 '' '*'
says 'wrong appkey: what to type' \
	'*EGW00103*unknown appkey*KIS_APPKEY*run: kis-token --setup)*at 127.0.0.1:*set by KIS_BASE_URL)'
rm -rf "$XDG_CACHE_HOME/kis"
KIS_APPKEY=$key KIS_APPSECRET=not${secret:3} typed kis-token
check 'wrong appsecret: 77' 77 '' '*'
says 'wrong appsecret: what to type' \
	'*EGW00105*incorrect appsecret*KIS_APPSECRET*run: kis-token --setup)*at 127.0.0.1:*set by KIS_BASE_URL)'
export KIS_APPKEY=$key KIS_APPSECRET=$secret
typed 'echo eyJ.old.token | kis-fetch -m kosdaq'
says 'an old token: what to type' '*EGW00121*run: kis-token --force*'

# no network, a corporate proxy: its address, then its certificate authority;
# all tries at a time, as each takes some seconds
try() { # number VARIABLE=VALUE…
	local number=$1
	shift
	env XDG_CACHE_HOME="$T/try$number" "$@" kis-token >"$number.out" \
		2>"$number.err" </dev/null
	echo $? >"$number.status"
}
answered() { # number name status text
	status=$(cat "$1.status")
	cp "$1.out" "$out" && cp "$1.err" "$err"
	check "$2: $3" "$3" '' "$4"
}
tries=()
try 1 KIS_BASE_URL=https://nowhere.invalid &
tries+=($!)
try 2 KIS_BASE_URL=https://127.0.0.1:1 &
tries+=($!)
try 3 NO_PROXY= HTTPS_PROXY=http://proxy.invalid:8080 &
tries+=($!)
try 4 NO_PROXY= HTTPS_PROXY=http://127.0.0.1:1 &
tries+=($!)
try 5 KIS_CACERT=
wait "${tries[@]}"
answered 1 'no network' 75 'check the network'
answered 2 'nobody listens' 75 'check the network'
answered 3 'a proxy without a name' 75 'check HTTPS_PROXY'
answered 4 'a proxy that is not there' 75 'HTTPS_PROXY'
answered 5 'a certificate nobody vouches for' 76 'set KIS_CACERT'

# a wrong clock
sim_start --fault cert-expired
typed 'kis-token --wait 0'
check 'a certificate of another time: 76' 76 '' 'check the system clock'
sim_start --clock-skew -864000
typed kis-token
check 'a server of another day: the token, and' 0 '^eyJ' 'check the system clock'

# a terminal instead of a pipe
sim_start --rate 1000
at_terminal 'kis-fetch -m kosdaq'
check 'kis-fetch alone: 64' 64 'run: kis-token \| kis-fetch' ''
at_terminal 'kis-tocsv'
check 'kis-tocsv alone: 64' 64 'run: kis-tocsv FILE, or kis-token \| kis-fetch' ''
at_terminal 'kis-toxlsx'
check 'kis-toxlsx alone: 64' 64 'run: kis-token \| kis-fetch \| kis-toxlsx >' ''
at_terminal 'kis-token | kis-fetch -m kosdaq | kis-toxlsx'
check 'kis-toxlsx to a terminal: 64' 64 'use -o r.xlsx or > r.xlsx' ''
is 'and no byte of a workbook' "$(grep -ac PK "$out")" 0

# a forgotten >
for name in q.xlsx q.csv; do
	program=kis-to${name#*.}
	typed "kis-token | kis-fetch -m kosdaq | $program $name"
	check "$program $name: 66" 66 '' "no such file; to write to it, use -o '$name'"
done
typed "$PIPE"
at_terminal 'kis-toxlsx r.xlsx | cat'
check 'kis-toxlsx r.xlsx that is there' 0 'an Excel workbook, not NDJSON' ''
cp r.xlsx before.xlsx
typed 'kis-token | kis-fetch -m kosdaq | kis-toxlsx r.xlsx'
ok 'and it stays' cmp r.xlsx before.xlsx

# CSV of its own for records, in each language, and what it says to type
typed 'kis-token | kis-fetch -m kosdaq | kis-tocsv >made.csv'
for how in --header=key --header=ko --header=en --excel '-c hts_kor_isnm,rank' \
	'-c stck_prpr --header=en --quote=all' '-t ;'; do
	typed "kis-token | kis-fetch -m kosdaq | kis-tocsv ${how/;/\\;} >own.csv"
	typed 'kis-toxlsx own.csv >own.xlsx'
	check "the CSV of $how: 65" 65 '' 'own.csv:1: input is CSV, not NDJSON; run: mlr'
done
typed 'kis-tocsv made.csv'
check 'to kis-tocsv as well' 65 '' 'input is CSV, not NDJSON'
line=$(sed -n 's/.*run: \(mlr .*\) | ….*/\1/p' "$err")
if command -v mlr >which; then
	typed "$line | kis-tocsv >again.csv"
	check 'and what it says works' 0 '' ''
	ok 'to the byte' cmp made.csv again.csv
else
	skip 'what it says' 'mlr is not installed'
fi
printf 'market data\n' >text
typed 'kis-tocsv text'
check 'other text is no CSV' 65 '' 'invalid JSON'

# a program left out, an option's word as operand, a name mistyped
typed 'kis-token | kis-tocsv'
check 'no kis-fetch between: 65' 65 '' 'run: kis-token \| kis-fetch \|'
is 'and nothing of the token is shown' \
	"$(grep -cF "$(kis-token | cut -c1-12)" "$err")" 0
typed 'kis-token | kis-fetch kosdaq'
check 'an operand: 64, and where to read on' 64 '' "Try 'kis-fetch --help'"
typed 'kis-token | kis-fetch -m kosdak'
check 'a market mistyped: 64 and those there are' 64 '' 'choose from: all .*kospi .*kosdaq'
typed 'kis-token | kis-fetch -d 5d'
check 'a period that is none: 64 and those there are' 64 '' 'choose from: 1d .*2d'
typed 'kis-token | kis-fetch --market'
check 'an option without its word: 64' 64 '' 'requires an argument'
done_testing
