#!/bin/bash
# Runs commands with typical mistakes of new users. Each error message must name
# the remedy.
. "$(dirname "$0")/lib.sh"
PIPE='kis-token | kis-fetch --market 1001 | kis-toxlsx > r.xlsx'

typed() { # runs a command line in a shell without pipefail
	run bash -c "$1"
}
# reports NAME LINE... checks that standard error has exactly these lines. In a
# LINE, * matches any text. The lines of standard error are sorted before the
# comparison, because the programs of a pipe run at the same time.
reports() {
	local name=$1 wanted got
	shift
	mapfile -t got < <(sort "$err")
	if [ "${#got[@]}" != $# ]; then
		report 1 "$name"
		diag "${#got[@]} lines, wanted $#: $(cat "$err")"
		return
	fi
	for wanted; do
		# shellcheck disable=SC2053 # $wanted is a pattern
		if [[ ${got[0]} != $wanted ]]; then
			report 1 "$name"
			diag "got:    ${got[0]}" "wanted: $wanted"
			return
		fi
		got=("${got[@]:1}")
	done
	report 0 "$name"
}
# Runs a command on a terminal; $out contains standard output and standard
# error.
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

unset KIS_BASE_URL
typed "$PIPE; echo \"\${PIPESTATUS[@]}\""
is 'no credentials: exit statuses of the pipe' "$(cat "$out")" '78 78 66'
reports 'no credentials: each message has the setup command' \
	"kis-fetch: no credentials found *; run: kis-token --setup" \
	"kis-token: no credentials found *; run: kis-token --setup" \
	"kis-toxlsx: no records received: the previous command failed*"
export KIS_APPKEY=PSonly
typed "$PIPE"
like 'KIS_APPKEY without KIS_APPSECRET: the message has the remedy' "$(cat "$err")" \
	'kis-token: KIS_APPKEY is set but KIS_APPSECRET is not; export both'
unset KIS_APPKEY

sim_start --minute 1
key=$KIS_APPKEY secret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
export TYPE_KEY="  \"$key\" " TYPE_SECRET="'$secret'"
at_terminal 'kis-token --setup'
check '--setup, credentials with quotes: verified' 0 'credentials verified' ''
is '--setup, credentials with quotes: the appsecret is not printed' "$(grep -cF "$secret" "$out")" 0
typed "$PIPE"
check 'pipe after --setup: exit status 0' 0 '' ''
ok 'pipe after --setup: writes a workbook' test -s r.xlsx
rm -r "$HOME/.config"
KIS_APPKEY="\"$key\"" KIS_APPSECRET="'$secret'" typed "$PIPE"
check 'credentials with quotes in the environment: exit status 0' 0 '' ''

KIS_APPKEY=PS0000000000000000000000000000000000 KIS_APPSECRET=$secret typed kis-token
check 'wrong appkey: exit status 77' 77 '' '*'
reports 'wrong appkey: the message has the setup command' \
	'*EGW00103*unknown appkey); correct KIS_APPKEY and KIS_APPSECRET (at 127.0.0.1:*set by KIS_BASE_URL)'
rm -rf "$XDG_CACHE_HOME/kis"
KIS_APPKEY=$key KIS_APPSECRET=not${secret:3} typed kis-token
check 'wrong appsecret: exit status 77' 77 '' '*'
reports 'wrong appsecret: the message has the setup command' \
	'*EGW00105*incorrect appsecret); correct KIS_APPKEY and KIS_APPSECRET (at 127.0.0.1:*set by KIS_BASE_URL)'
export KIS_APPKEY=$key KIS_APPSECRET=$secret
typed 'echo eyJ.old.token | kis-fetch -m kosdaq'
reports 'rejected token: the message has kis-token --force' '*EGW00121*run: kis-token --force*'

# the runs without a network start at the same time, because each takes several
# seconds
try() { # arguments: number VARIABLE=VALUE…
	local number=$1
	shift
	env XDG_CACHE_HOME="$T/try$number" "$@" kis-token >"$number.out" \
		2>"$number.err" </dev/null
	echo $? >"$number.status"
}
answered() { # arguments: number name status text
	status=$(cat "$1.status")
	cp "$1.out" "$out" && cp "$1.err" "$err"
	check "$2: exit status $3" "$3" '' "$4"
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
answered 2 'no server at the address' 75 'check the network'
answered 3 'unknown host name of the proxy' 75 'check HTTPS_PROXY'
answered 4 'no proxy at the address' 75 'HTTPS_PROXY'
answered 5 'certificate of an unknown authority' 76 'set KIS_CACERT'

sim_start --fault cert-expired
typed 'kis-token --wait 0'
check 'expired certificate: exit status 76, refers to the clock' 76 '' 'check the system clock'
sim_start --clock-skew -864000
typed kis-token
check 'server clock ten days off: prints the token, refers to the clock' 0 '^eyJ' 'check the system clock'

sim_start --rate 1000
at_terminal 'kis-fetch -m kosdaq'
check 'kis-fetch at a terminal without a pipe: exit status 64 with the pipe' 64 'run: kis-token \| kis-fetch' ''
at_terminal 'kis-tocsv'
check 'kis-tocsv at a terminal without input: exit status 64 with the pipe' 64 'run: kis-tocsv FILE, or kis-token \| kis-fetch' ''
at_terminal 'kis-toxlsx'
check 'kis-toxlsx at a terminal without input: exit status 64 with the pipe' 64 'run: kis-token \| kis-fetch \| kis-toxlsx >' ''
at_terminal 'kis-token | kis-fetch -m kosdaq | kis-toxlsx'
check 'kis-toxlsx with output to a terminal: exit status 64 with the remedy' 64 'use -o r.xlsx or > r.xlsx' ''
is 'kis-toxlsx with output to a terminal: no byte of a workbook is printed' "$(grep -ac PK "$out")" 0

for name in q.xlsx q.csv; do
	program=kis-to${name#*.}
	typed "kis-token | kis-fetch -m kosdaq | $program $name"
	check "$program $name in a pipe, > missing: exit status 66 with the remedy" 66 '' "no such file; to write to it, use -o '$name'"
done
typed "$PIPE"
at_terminal 'kis-toxlsx r.xlsx | cat'
check 'kis-toxlsx with a workbook as input: reports an Excel workbook' 0 'an Excel workbook, not NDJSON' ''
cp r.xlsx before.xlsx
typed 'kis-token | kis-fetch -m kosdaq | kis-toxlsx r.xlsx'
ok 'kis-toxlsx r.xlsx in a pipe: the existing workbook is unchanged' cmp r.xlsx before.xlsx

# kis-toxlsx and kis-tocsv reject a CSV file with any kind of header row (field
# names, Korean, English) and print a command that converts it to records
typed 'kis-token | kis-fetch -m kosdaq | kis-tocsv >made.csv'
for how in --header=key --header=ko --header=en --excel '-c hts_kor_isnm,rank' \
	'-c stck_prpr --header=en --quote=all' '-t ;'; do
	typed "kis-token | kis-fetch -m kosdaq | kis-tocsv ${how/;/\\;} >own.csv"
	typed 'kis-toxlsx own.csv >own.xlsx'
	check "kis-toxlsx with CSV of kis-tocsv $how: exit status 65 with the mlr command" 65 '' 'own.csv:1: input is CSV, not NDJSON; run: mlr'
done
typed 'kis-tocsv made.csv'
check 'kis-tocsv with CSV: exit status 65' 65 '' 'input is CSV, not NDJSON'
line=$(sed -n 's/.*run: \(mlr .*\) | ….*/\1/p' "$err")
if command -v mlr >which; then
	typed "$line | kis-tocsv >again.csv"
	check 'mlr command from the message: exit status 0' 0 '' ''
	ok 'mlr command from the message: restores the same CSV' cmp made.csv again.csv
else
	skip 'mlr command from the message: restores the same CSV' 'mlr is not installed'
fi
printf 'market data\n' >text
typed 'kis-tocsv text'
check 'kis-tocsv with other text: exit status 65, not reported as CSV' 65 '' 'invalid JSON'

typed 'kis-token | kis-tocsv'
check 'kis-token | kis-tocsv: exit status 65 with the pipe' 65 '' 'run: kis-token \| kis-fetch \|'
is 'kis-token | kis-tocsv: the token is not printed' \
	"$(grep -cF "$(kis-token | cut -c1-12)" "$err")" 0
typed 'kis-token | kis-fetch kosdaq'
check 'kis-fetch kosdaq: exit status 64, refers to --help' 64 '' "Try 'kis-fetch --help'"
typed 'kis-token | kis-fetch -m kosdak'
check 'kis-fetch -m kosdak: exit status 64 with the markets' 64 '' 'choose from: all .*kospi .*kosdaq'
typed 'kis-token | kis-fetch -d 5d'
check 'kis-fetch -d 5d: exit status 64 with the periods' 64 '' 'choose from: 1d .*2d'
typed 'kis-token | kis-fetch --market'
check 'kis-fetch --market without a value: exit status 64' 64 '' 'requires an argument'
done_testing
