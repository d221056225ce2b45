#!/bin/bash
# Tests how kis-token handles transient errors, unexpected responses and
# untrusted connections.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq openssl

fault() { # arguments: fault status regex [posts]; all requests fail
	sim_start --fault "token.$1"
	run kis-token --wait 0
	check "fault $1: exit status $2" "$2" '' "$3"
	[ -z "${4-}" ] || is "fault $1: number of requests is $4" "$(posts)" "$4"
	is "fault $1: no token in the cache" \
		"$(grep -c '"token"' "$(cache_file)" 2>"$T/.none")" "${5-}"
}

once() { # checks a fault of the first request only
	sim_start --fault "token.$1:1" --minute 0
	run kis-token --wait 0 -v
	check "fault $1 once: retried, prints a token" 0 '^eyJ' 'retrying in'
	is "fault $1 once: sends two requests" "$(posts)" 2
}

# --- transient errors are retried, but rejected requests are not
source='environment \(KIS_APPKEY\)'
fault bad-key 77 "$source.*EGW00103" 1
fault bad-secret 77 "$source.*EGW00105" 1
fault other-shape 77 "$source.*EGW00103" 1
fault minute 75 'one token per minute' 1 0
fault not-permitted 69 EGW00206 1
fault msg-control 69 'EGW00115.*\\x1B' 1
fault status400 69 'HTTP 400' 1
fault status401 69 'HTTP 401' 1
fault status403 75 'web page instead of JSON' 1
fault status404 69 'HTTP 404' 1
for passing in html502 html503 html504 html500 empty502 status408 temporary \
	server-error time-out cut; do
	once $passing
done
once status429
ok 'fault status429 once: waits for Retry-After' grep -q 'retrying in 1.0 s' "$err"
once status503-retry

# slow faults run at the same time, each with its own server
long() { # arguments: fault number
	(
		sim_pid='' sim_count=$2
		trap sim_stop EXIT
		sim_start --minute 0 --fault "token.$1"
		run kis-token
		echo "$status $(posts) $(tail -n 1 "$err")" >"long.$1"
	) &
	longs+=($!)
}
longs=()
out_was=$out err_was=$err
for name in html502 temporary empty502 cut; do
	out=$T/.out.$name err=$T/.err.$name
	long $name $((100 + ${#longs[@]}))
done
out=$out_was err=$err_was
wait "${longs[@]}"
like 'fault html502 always: four retries, exit status 75' "$(cat long.html502)" \
	'^75 5 .*HTTP 502'
like 'fault temporary always: four retries, exit status 75' "$(cat long.temporary)" '^75 5 .*EGW00001'
like 'fault empty502 always: four retries, exit status 75' "$(cat long.empty502)" '^75 5 .*HTTP 502'
like 'fault cut always: four retries, exit status 75' "$(cat long.cut)" '^75 5 .*truncated'

# --- unexpected responses are rejected
for odd in notjson empty200 array-json bom junk-after duplicate \
	invalid-utf8 nul-byte nul-escape deep bad-expiry token-crlf \
	empty-token huge endless redirect redirect-http; do
	fault $odd 76 '.' 1
done
fault html200 75 'KIS may be down for maintenance' 1
fault status304 76 'unexpected response' 1
fault redirect 76 'sent a redirect' 1
is 'fault redirect: the other host receives no request' "$(requests '.host == "other"')" 0
fault redirect-http 76 'sent a redirect' 1
is 'fault redirect-http: the other host receives no request' "$(requests '.host == "other"')" 0
fault token-crlf 76 "invalid access_token"
sim_start --fault token.status429-long
run kis-token
check 'Retry-After of an hour: not waited for, exit status 75' 75 '' 'HTTP 429'
sim_start --fault token.wrong-type
run kis-token
check 'token response with another Content-Type: accepted' 0 '^eyJ' ''
sim_start --fault token.slow
run kis-token
check 'slow token response: accepted' 0 '^eyJ' ''
sim_start --fault token.gzip-bomb
run kis-token
check 'compressed token response that was not requested: exit status 76' 76 '' '.'
sim_start --fault token.dead-token
run kis-token
check 'token that the server will reject: printed' 0 '^eyJ' ''

# --- credentials are not sent if the connection is not trusted
no_secret() { # arguments: name status stderr
	sim_start "${@:4}"
	run kis-token
	check "$1: exit status $2" "$2" '' "$3"
	is "$1: no request is sent" "$(requests '.path | length > 1')" 0
}
no_secret 'expired certificate' 76 'certificate' --fault cert-expired
no_secret 'certificate of another host' 76 'certificate' --fault cert-name
no_secret 'self-signed certificate' 76 'certificate' --fault cert-selfsigned
no_secret 'TLS 1.1' 76 'TLS' --fault tls11
no_secret 'connection reset' 75 '.' --fault reset
sim_start
ca=$KIS_CACERT
unset KIS_CACERT
run kis-token
check 'unknown certificate authority: exit status 76' 76 '' 'certificate'
is 'unknown certificate authority: no request is sent' "$(posts)" 0
export KIS_CACERT=$PWD/missing.pem
run kis-token
check 'KIS_CACERT does not exist: exit status 78' 78 '' 'missing.pem.*No such file'
echo junk >"$KIS_CACERT"
run kis-token
check 'KIS_CACERT is not a certificate file: exit status 78' 78 '' 'KIS_CACERT'
export KIS_CACERT=$ca

# this server has no TLS and records the received bytes
"$PYTHON" - "$PWD/port" "$PWD/heard" <<'EOP' &
import socket, sys, os
server = socket.create_server(("127.0.0.1", 0))
server.settimeout(60)
with open(sys.argv[1] + ".new", "w") as f:
    print(server.getsockname()[1], file=f)
os.rename(sys.argv[1] + ".new", sys.argv[1])
with open(sys.argv[2], "ab", buffering=0) as heard:
    while True:
        client, _ = server.accept()
        client.settimeout(2)
        heard.write(b"[connection]" + client.recv(4096))
        client.close()
EOP
plain=$!
for _ in $(seq 100); do
	[ ! -e port ] || break
	sleep 0.05
done
url=http://127.0.0.1:$(cat port)
for name in http_proxy https_proxy ALL_PROXY; do
	unset $name
done
KIS_BASE_URL=$url run kis-token
check 'KIS_BASE_URL with http: exit status 78' 78 '' 'must start with https'
ok 'KIS_BASE_URL with http: no connection' [ ! -s heard ]
KIS_BASE_URL=https${url#http} run kis-token
like 'https to a server without TLS: exit status 75 or 76' "$status" '^7[56]$'
ok 'https to a server without TLS: connects' \
	grep -qa 'connection' heard
is 'https to a server without TLS: no secret is sent' \
	"$(grep -ca -e "$KIS_APPKEY" -e "$KIS_APPSECRET" -e appkey heard)" 0
kill $plain
wait $plain 2>"$T/.none"
for url in ftp://127.0.0.1 127.0.0.1:9 https:// https:///x \
	https://user:word@127.0.0.1 'https://a b' 'https://a?b' HTTPS://x; do
	KIS_BASE_URL=$url run kis-token
	check "KIS_BASE_URL=$url: exit status 78" 78 '' 'KIS_BASE_URL'
done
KIS_BASE_URL=https://nowhere.invalid:1 NO_PROXY='*' run kis-token
check 'unknown host name: exit status 75' 75 '' "cannot resolve"

# --- an error message that repeats the credentials is printed without them
sim_start --fault token.echo
run kis-token -v
check "credentials in the server's error message: exit status 69 with *** in their place" 69 '' 'EGW00115.*\*\*\*'
is "credentials in the server's error message: not printed" "$(grep -c -e "${KIS_APPKEY:0:12}" \
	-e "${KIS_APPSECRET:0:12}" "$err")" 0

# --- the token request has the method, path, query and content type that KIS
# documents
sim_start
KIS_BASE_URL=$KIS_BASE_URL// run kis-token
check 'KIS_BASE_URL with trailing slashes: accepted' 0 '^eyJ' ''
is 'token request: method, path, query and content type' "$(jq -c '[.method, .path, .query, ."content-type"]' \
	"$SIM/requests.ndjson")" \
	'["POST","/oauth2/tokenP",{},"application/json; charset=utf-8"]'
is 'KIS_BASE_URL with trailing slashes: the same cache as without' "$(kis-token)" "$(cat "$out")"

# --- excessive values of Retry-After end the run at once
for name in status429-ages status429-wrap; do
	sim_start --fault "token.$name"
	SECONDS=0
	run timeout 60 kis-token --wait 0
	check "fault $name: exit status 75 without waiting" 75 '' 'HTTP 429'
	is "fault $name: sends one request" "$(posts)" 1
done
done_testing
