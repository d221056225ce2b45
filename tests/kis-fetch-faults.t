#!/bin/bash
# With each fault of the simulated server, kis-fetch ends with the documented
# exit status. A failed run prints one message and no records.
. "$(dirname "$0")/lib.sh"

token=$(printf 'x%.0s' {1..300})

# The simulated server accepts only tokens that it issued, so a new token is
# read after each start.
start() {
	sim_start --with-token "$@"
	token=$SIM/token
}

one_line() { # true if stderr is one line "kis-fetch: …"
	[ "$(wc -l <"$err")" = 1 ] && grep -q '^kis-fetch: ' "$err"
}

fault() { # arguments: name status stderr-regex [option...]
	local name=$1 wanted=$2 pattern=$3
	shift 3
	start --fault "$name"
	SECONDS=0
	run kis-fetch --token-file "$token" --retries 0 --max-time 20 "$@"
	if [ "$wanted" = 0 ]; then
		check "fault $name: exit status 0 with records" 0 '^\{"market"' "$pattern"
	else
		check "fault $name: exit status $wanted" "$wanted" '' "$pattern"
		ok "fault $name: prints one line" one_line
	fi
	case $name in
	# check that --max-time ended the run: the other time limits (10 s to
	# connect, 15 s without data) would end it later
	stall*) ok "fault $name: ends soon after --max-time 2 ($SECONDS s)" [ "$SECONDS" -le 8 ] ;;
	esac
}

# Each line has a fault, the exit status, a pattern of the message, and options.
while IFS='|' read -r name wanted pattern options; do
	[ -n "$name" ] || continue
	# shellcheck disable=SC2086 # $options contains several arguments
	fault "$name" "$wanted" "$pattern" $options
done <<'TABLE'
slow|0||
stall|75|did not respond in time|--max-time 2
stall-headers|75|did not respond in time|--max-time 2
stall-tls|75|did not respond in time|--max-time 2
stall-connect|75|.|--max-time 2
reset|75|.|
cut|75|truncated response \(|
huge|76|exceeds 8 MiB|
endless|76|exceeds 8 MiB|
gzip-bomb|76|unexpected response|
tls11|76|TLS|
cert-expired|76|certificate|
cert-name|76|certificate|
cert-selfsigned|76|certificate|
html502|75|HTTP 502|
html503|75|HTTP 503|
html504|75|HTTP 504|
html500|75|HTTP 500|
html200|75|web page instead of JSON.*maintenance|
empty502|75|HTTP 502|
empty200|76|empty response body|
status400|69|HTTP 400|
status401|69|HTTP 401|
status403|75|web page instead of JSON.*maintenance|
status304|76|unexpected response|
status404|69|HTTP 404|
status408|75|HTTP 408|
status429|75|HTTP 429|
status429-long|75|HTTP 429|
redirect|76|sent a redirect|
redirect-http|76|sent a redirect|
rate|75|EGW00201|
rate200|75|EGW00201|
rate-nomsgcd|75|EGW00201|
rate200-nomsgcd|75|EGW00201|
ledger-rate|75|EGW00215|
good-rate|75|EGW00201|
good-invalid-token|77|EGW00121|
good-unknown-code|69|APBK9999|
expired|77|EGW00123.*kis-token --force|
invalid-token|77|EGW00121.*kis-token --force|
bad-secret|77|EGW00304|
bad-key|77|EGW00103|
not-permitted|69|EGW00206|
paper|69|EGW02004.*paper trading|
paper-host|69|EGW02006.*paper trading|
temporary|75|EGW00001|
server-error|75|EGW00002|
time-out|75|EGW00301|
opsq2001|69|OPSQ2001|
unknown-code|69|rejected|
notjson|76|not JSON|
array-json|76|not a JSON object|
bom|76|not JSON|
junk-after|76|not JSON|
duplicate|76|not JSON.*duplicate|
duplicate-row-member|76|not JSON.*duplicate|
wrong-type|0||
invalid-utf8|76|not JSON|
nul-byte|76|not JSON|
nul-escape|76|not JSON|
deep|76|.|
empty|1|every list is empty|
null-output|1|every list is empty|
no-output|1|every list is empty|
empty-rows|1|every list is empty|
output1|76|rows in .output1.|
extra-typed|0||
object-output|76|'output' is not an array|
string-output|76|'output' is not an array|
numbers|76|is not a string|
nulls|76|is not a string|
missing-member|0||
no-code|76|row 2 has no code|
extra-member|0||
secret-row|76|contains a credential or the token|
token-row|76|contains a credential or the token|
no-rtcd|76|no rt_cd|
rtcd-number|76|rt_cd|
rtcd-number-empty|76|rt_cd|
padded|0||
swapped|0||
date-zero|0||
rows31|0||
rows100|0||
TABLE

# kis-fetch itself rejects TLS 1.1, even if OpenSSL's configuration allows it
cat >lax.cnf <<'CNF'
openssl_conf = lax
[lax]
ssl_conf = ssl
[ssl]
system_default = all
[all]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
CNF
OPENSSL_CONF=$T/lax.cnf fault tls11 76 TLS

start --fault msg-control
run kis-fetch --token-file "$token"
check 'control characters in msg1: exit status 69' 69 '' 'OPSQ2001'
ok 'control characters in msg1: escaped, one line' one_line
is 'control characters in msg1: not printed' \
	"$(tr -d '\n -~\200-\377' <"$err" | wc -c | tr -d ' ')" 0

# secrets that the server repeats in an error message are not printed
for name in echo echo-rate; do
	start --fault "$name"
	run kis-fetch --token-file "$token" --retries 1 -v
	like "fault $name: the message has *** in place of the secrets" "$(cat "$err")" 'appkey \*\*\*'
	ok "fault $name: no secret is printed" test -z "$(grep -Fo \
		-e "$KIS_APPKEY" -e "$KIS_APPSECRET" -e "$(cat "$token")" "$err")"
done

# no eight consecutive characters of a secret are printed, in any encoding
pieces() { # prints the pieces of secrets that standard error contains
	$PYTHON -c 'import re, sys, urllib.parse
text = open(sys.argv[1]).read()
text = re.sub(r"\\\\u00(..)", lambda m: chr(int(m[1], 16)), text)
text = urllib.parse.unquote(text).lower()
print(*{s[i:i + 8] for s in sys.argv[2:] for i in range(len(s) - 7)
        if s[i:i + 8].lower() in text})' "$err" "$KIS_APPKEY" "$KIS_APPSECRET"
}
start --fault echo-encoded
run kis-fetch --token-file "$token" --retries 0 -v
check 'fault echo-encoded: exit status 69' 69 '' 'EGW00206'
is 'fault echo-encoded: no piece of a secret is printed' "$(pieces)" ''
sim_start --fault token.echo-encoded
run kis-token -v
check 'kis-token, fault echo-encoded: exit status 69' 69 '' 'EGW00115'
is 'kis-token, fault echo-encoded: no piece of a secret is printed' "$(pieces)" ''

start --fault rows31
run kis-fetch --token-file "$token"
is 'fault rows31: 31 records' "$(wc -l <"$out" | tr -d ' ')" 31

start --fault extra-member
run kis-fetch --token-file "$token"
ok 'fault extra-member: the unknown field is copied to the record' \
	jq -e 'keys - ["market","period","rank","list","list_rows","fetched_at"] | length == 16' "$out"

start --fault extra-typed
run kis-fetch --token-file "$token"
is 'fault extra-typed: fields of other types are copied as JSON text' \
	"$(jq -c 'select(.rank == "30") | [.new_null, .new_number, .new_object]' "$out")" \
	'["null","12345","{\"a\":[\"x y\",true]}"]'

start --fault redirect
run kis-fetch --token-file "$token"
is 'fault redirect: the other host receives no request' "$(requests '.host == "other"')" 0

# transient errors are retried at most --retries times
start --fault rate:2
run kis-fetch --token-file "$token"
check 'fault rate:2: retried, prints records' 0 '^\{"market"' ''
is 'fault rate:2: sends three requests' "$(requests '.method == "GET"')" 3

start --fault html502:1
run kis-fetch --token-file "$token" -v
check 'fault html502:1, -v: reports the retry, prints records' 0 '^\{"market"' 'retrying in'

start --fault cut:1
run kis-fetch --token-file "$token"
check 'fault cut:1: retried, prints records' 0 '^\{"market"' ''

start --fault status429:1
began=$(date +%s%N)
run kis-fetch --token-file "$token"
check 'fault status429:1: retried, prints records' 0 '^\{"market"' ''
ok 'fault status429:1: waits for Retry-After: 1' \
	[ $((($(date +%s%N) - began) / 1000000)) -ge 1000 ]

start --fault rate
run kis-fetch --token-file "$token" --retries 2
check 'fault rate, --retries 2: exit status 75' 75 '' 'EGW00201'
is 'fault rate, --retries 2: sends three requests' "$(requests '.method == "GET"')" 3

start --fault status429-long
run kis-fetch --token-file "$token" --max-time 3
check 'fault status429-long: no retry if Retry-After exceeds --max-time' 75 '' 'HTTP 429'

for name in status429-ages status429-wrap; do
	start --fault "$name"
	SECONDS=0
	run kis-fetch --token-file "$token" --max-time 30
	check "fault $name: exit status 75" 75 '' 'HTTP 429'
	ok "fault $name: ends at once ($SECONDS s)" [ "$SECONDS" -le 15 ]
	is "fault $name: sends one request" "$(requests '.method == "GET"')" 1
done

start --fault expired
run kis-fetch --token-file "$token"
is 'fault expired: not retried' "$(requests '.method == "GET"')" 1

# if the request for one list fails, no list is printed
start --fault empty:1 --fault opsq2001
run kis-fetch --token-file "$token" -m all,kospi,kosdaq
check 'two lists fail: exit status of the first in request order' 69 '' 'kospi 1d: .*OPSQ2001'

start --fault empty:1
run kis-fetch --token-file "$token" -m kospi,kosdaq
check 'one of two lists empty: reported, the other is printed' 0 '^\{"market":"1001"' \
	'warning: no rows for kospi 1d$'
ok 'one of two lists empty: prints one line' one_line

start --fault empty
echo old >r.ndjson
run kis-fetch --token-file "$token" -m kospi,kosdaq -o r.ndjson
check 'all lists empty: exit status 1' 1 '' 'no rows for kospi 1d, kosdaq 1d: .* every list is empty'
ok 'all lists empty: prints one line' one_line
is 'all lists empty, -o: the old file is unchanged' "$(cat r.ndjson)" old

done_testing
