#!/bin/bash
# wire.py sends truncated responses, unsolicited responses, and bodies that
# could need much memory.
# KIS_TEST_CUT_STEP: number of bytes between two truncations (1: truncate after
# every byte)
. "$(dirname "$0")/lib.sh"
need "$PYTHON" openssl jq
wire() { run "$PYTHON" "$ROOT/tests/wire.py" "$@"; }

printf '%s' '{"output":[{"mksc_shrn_iscd":"005930","hts_kor_isnm":"삼성전자","stck_prpr":"71000","new":"A\u0041\"\\","n":-12345678901234567890.5e+10,"t":true,"z":null,"o":{"a":[1,"}"]}}],"rt_cd":"0","msg_cd":"MCA00000","msg1":"정상처리 되었습니다."}' >body
printf '%s' '{"access_token":"eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzUxMiJ9.abcdefghij","access_token_token_expired":"2030-12-22 08:16:59","token_type":"Bearer","expires_in":86400}' >token

wire cut kis-fetch body "${KIS_TEST_CUT_STEP:-7}"
check 'kis-fetch, response truncated anywhere: exit status 75, no record' 0 ', 0 taken wrongly$'
note "$(tail -n 1 "$out")"
wire cut kis-token token "${KIS_TEST_CUT_STEP:-330}"
check 'kis-token, response truncated anywhere: exit status 75 after a retry' 0 ', 0 taken wrongly$'
note "$(tail -n 1 "$out")"
wire unasked body
check 'unsolicited data from the server: not taken as the next response' 0 '^6 ways, 0 taken wrongly$'
ok 'no unsolicited data: the connection is reused' \
	grep -q '^as asked: 0, 1 connections' "$out"

# --- a response with a known error code is an error, whatever else it contains
while IFS='|' read -r program http wanted pattern filter; do
	case $program in
	kis-token) jq -c "$filter" token >odd ;;
	*) jq -c "$filter" body >odd ;;
	esac
	wire body "$program" odd "$http"
	like "$program, HTTP $http, $filter: exit status $wanted without output" \
		"$(cat "$out")" "^$wanted [0-9?]* 0 .*$pattern"
done <<'TABLE'
kis-fetch|200|75|EGW00201|.msg_cd = "EGW00201"
kis-fetch|500|77|EGW00123|.msg_cd = "EGW00123"
kis-fetch|200|69|OPSQ2001|.msg_cd = "OPSQ2001"
kis-fetch|200|77|EGW00121|.rt_cd = 0 | .msg_cd = "EGW00121"
kis-token|403|77|EGW00105|.error_code = "EGW00105"
kis-token|200|77|EGW00103|.error_code = "EGW00103"
kis-token|403|75|only one token per minute|.error_code = "EGW00133"
kis-token|403|69|HTTP 403|.
kis-token|401|69|HTTP 401|.
kis-token|302|76|redirect|.
kis-token|200|76|contains a credential|.access_token = ("s" * 180)
kis-token|200|76|contains a credential|.access_token = "eyJ.PSxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.x"
TABLE
jq -c .msg_cd=\"APBK0000\" body >odd
wire body kis-fetch odd 500
like 'kis-fetch, HTTP 500, rows without a known error code: exit status 0' "$(cat "$out")" '^0 '

# --- a secret in a row is masked in messages about the row
secret=tokentokentokentokentokentokentokentokentokentoken # wire.py's token
# Prints the messages of kis-fetch about a response with one row. The row has
# the variable secret, or, if escaped is 1, the same text with a JSON escape.
escaped=''
about() { # arguments: FIELD VALUE [OPTION…]
	jq -c --arg key "$1" --arg value "$2" --arg secret "$secret" '.output[0] +=
		{mksc_shrn_iscd: $secret, ssts_cntg_qty: "10", ssts_tr_pbmn: "1000", avrg_prc: "100"} |
		.output[0][$key] = $value | .output2 = [.output[0] + {stck_bsop_date: $secret}]' body |
		sed "${escaped:+s/$secret/\\\\u0074${secret:1}/g}" >row
	wire body kis-fetch row 200 "${@:3}"
}
for escaped in '' 1; do
	about x x
	like "the token in a row${escaped:+, escaped}: rejected" "$(cat "$out")" '^76 .* 0 .*contains a credential or the token'
	ok "the token in a row${escaped:+, escaped}: not in messages" eval '! grep -qF "${secret:0:9}" "$out"'
done
# Elsewhere in the response, the token is escaped, too.
while IFS='|' read -r what filter options; do
	jq -c --arg secret "$secret" "$filter" body | sed "s/$secret/\\\\u0074${secret:1}/g" >row
	# shellcheck disable=SC2086 # the shell must split the options
	wire body kis-fetch row 200 $options
	like "the token in $what, escaped: rejected" "$(cat "$out")" '^76 .* 0 .*contains a credential or the token'
done <<'TABLE'
a nested value|.output[0].x = {a: [$secret]}
a nested name|.output[0].x = {($secret): 1}
msg1, --raw|.msg1 = $secret|--raw
a top-level name, --raw|.[$secret] = 1|--raw
TABLE
escaped='' secret=${secret%?} # a part of the token is masked too
while IFS='|' read -r wanted field value options; do
	about "$field" "$value" $options
	like "a secret in a row, $options: $wanted" "$(cat "$out")" "$wanted"
	ok "a secret in a row, $options: not in messages" eval '! grep -qF "${secret:0:9}" "$out"'
done <<'TABLE'
'\*+' is not a date|x|x|-s 005930
stock \*+ has no price|stck_prpr|x|--complete
stock \*+: avrg_prc is 1|avrg_prc|1|-v
TABLE

# kis-fetch needs at most 64 MiB of memory for any body of 8 MiB
"$PYTHON" - <<'PY'
n = (8 << 20) - 200
def write(name, head, unit, tail):
    with open("big-" + name, "wb") as f:
        f.write(head + unit * ((n - len(head) - len(tail)) // len(unit)) + tail)
rows, end = b'{"output":[', b'],"rt_cd":"0"}'
row = rows + b'{"mksc_shrn_iscd":"005930","x":'
write("objects", rows, b"{},", b"{}" + end)
write("arrays", rows, b"[],", b"[]" + end)
write("strings", rows, b'"",', b'""' + end)
write("numbers", rows, b"1,", b"1" + end)
write("open", b"", b'[{"a":', b"")
write("text", row + b'"', b"a", b'"}' + end)
write("escapes", row + b'"', b"\\u0001", b'"}' + end)
write("digits", row, b"9", b"}" + end)
write("message", b'{"rt_cd":"1","msg1":"', b"y", b'"}')
with open("big-members", "wb") as f:
    f.write(row + b'""' + b"".join(b',"k%d":1' % i for i in range(500000)) +
            b"}" + end)
with open("big-wide", "wb") as f:
    f.write(rows + b'{"mksc_shrn_iscd":"0"' + b"".join(
        b',"%066d":""' % i for i in range(75000)) + b"}" + end)
with open("big-rows", "wb") as f:
    f.write(rows + b",".join(
        b'{"mksc_shrn_iscd":"%06d","a":"%s"}' % (i, b"x" * 300)
        for i in range(20000)) + end)
day, end = b'{"output2":[{"stck_bsop_date":"@DAY@","x":', b'}],"rt_cd":"0"}'
write("day", day + b'"', b"a", b'"' + end)
write("dayescapes", day + b'"', b"\\u0001", b'"' + end)
write("daydigits", day, b"9", end)
write("lastday", day + b'"', b"a", b'"},{"stck_bsop_date":"20200101"' + end)
PY
if [ ! -x /usr/bin/time ]; then
	skip 'response of 8 MiB: at most 64 MiB of memory' 'GNU time is not installed'
elif nm "$(command -v kis-fetch)" 2>"$err" | grep -q __asan_; then
	skip 'response of 8 MiB: at most 64 MiB of memory' 'a build with sanitizers'
else
	while read -r kind wanted; do
		for program in kis-fetch kis-token; do
			[ $program = kis-fetch ] || [ "$wanted" = 76 ] || continue
			wire body $program "big-$kind" 200
			like "$program, response of 8 MiB of $kind: exit status $wanted" \
				"$(cut -d' ' -f1 "$out")" "^$wanted$"
			ok "$program, response of 8 MiB of $kind: at most 64 MiB of memory" \
				[ "$(cut -d' ' -f2 "$out")" -le 65536 ]
		done
	done <<-'TABLE'
		objects 76
		arrays 76
		strings 76
		numbers 76
		open 75
		members 76
		text 0
		escapes 0
		digits 0
		rows 0
		wide 0
		message 76
	TABLE
	while read -r kinds wanted pattern; do
		wire body kis-fetch "big-${kinds//,/,big-}" 200 -s 005930 --from 20240101
		like "daily rows of $kinds: exit status $wanted" "$(cat "$out")" "^$wanted .*$pattern"
		ok "daily rows of $kinds: at most 64 MiB of memory" [ "$(cut -d' ' -f2 "$out")" -le 65536 ]
	done <<-'TABLE'
		lastday 0 [0-9]* 8388
		day 76 exceed 8 MiB
		day,dayescapes 76 exceed 8 MiB
		day,daydigits 76 exceed 8 MiB
	TABLE
	wire body kis-fetch big-text 200 -m all,kospi,kosdaq,kospi200,krx100,kosdaq150
	like 'kis-fetch, six lists of 8 MiB: written' "$(cut -d' ' -f1,3 "$out")" '^0 503[0-9]{5}$'
	ok 'kis-fetch, six lists of 8 MiB: at most 64 MiB of memory' [ "$(cut -d' ' -f2 "$out")" -le 65536 ]
fi
done_testing
