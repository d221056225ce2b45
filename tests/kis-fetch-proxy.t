#!/bin/bash
# kis-fetch and kis-token do not retry a connection that a proxy rejected with
# 403, 405 or 407. An https proxy may have a private certificate.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" openssl
proxy=''
proxy_start() { # arguments: status [cert key]
	[ -z "$proxy" ] || { kill "$proxy"; wait "$proxy" 2>.none; }
	rm -f port log
	: >log
	"$PYTHON" "$ROOT/tests/proxy.py" port log "$@" 2>proxy.err &
	proxy=$!
	for _ in $(seq 200); do
		[ ! -e port ] || break
		sleep 0.02
	done
	PORT=$(cat port)
}
trap '[ -z "$proxy" ] || kill "$proxy"; cleanup' EXIT
sim_start --with-token --minute 0 --rate 1000
export NO_PROXY=''

proxy_start 200
HTTPS_PROXY=http://127.0.0.1:$PORT run kis-fetch --token-file "$SIM/token"
check 'proxy: records are fetched' 0 '^\{"market"' ''
while IFS='|' read -r code wanted text; do
	proxy_start "$code"
	HTTPS_PROXY=http://user:wrongpassword@127.0.0.1:$PORT \
		run kis-fetch --token-file "$SIM/token" --max-time 20
	check "kis-fetch, proxy returns $code: exit status $wanted" "$wanted" '' "$text"
	is "kis-fetch, proxy returns $code: one request to the proxy" "$(wc -l <log | tr -d ' ')" 1
	ok "kis-fetch, proxy returns $code: no password in the message" \
		eval '! grep -q wrongpassword "$err"'
	proxy_start "$code"
	HTTPS_PROXY=http://user:wrongpassword@127.0.0.1:$PORT run kis-token --force
	check "kis-token, proxy returns $code: exit status $wanted" "$wanted" '' "$text"
	is "kis-token, proxy returns $code: one request to the proxy" "$(wc -l <log | tr -d ' ')" 1
done <<'TABLE'
407|78|the proxy requires a user name and password, or rejected those
403|69|the proxy refused to connect \(HTTP 403\)
405|69|the proxy refused to connect
TABLE
proxy_start 503
HTTPS_PROXY=http://127.0.0.1:$PORT run kis-fetch --token-file "$SIM/token" --retries 1
check 'kis-fetch --retries 1, proxy returns 503: exit status 75' 75 '' '.'
is 'kis-fetch --retries 1, proxy returns 503: two requests to the proxy' "$(wc -l <log | tr -d ' ')" 2

# only the file in KIS_CACERT contains the certificate authority of this https
# proxy
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
	-keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 \
	-addext subjectAltName=IP:127.0.0.1 2>openssl.err
proxy_start 200 cert.pem key.pem
HTTPS_PROXY=https://127.0.0.1:$PORT run kis-fetch --token-file "$SIM/token" --retries 0
check 'https proxy of an unknown authority: exit status 76' 76 '' 'certificate'
cat cert.pem "$KIS_CACERT" >both.pem
KIS_CACERT=$PWD/both.pem HTTPS_PROXY=https://127.0.0.1:$PORT \
	run kis-fetch --token-file "$SIM/token" --retries 0
check 'https proxy of an authority in KIS_CACERT: records are fetched' 0 '^\{"market"' ''
done_testing
