#!/bin/bash
# Tests kis-fetch with proxies, terminals, inconsistent figures, ~/.netrc, and
# servers that do not respond.
. "$(dirname "$0")/lib.sh"

sim_start --with-token

# this proxy forwards connections and records the requests it receives
cat >proxy.py <<'PY'
import socket, sys, threading
seen = open("proxy.seen", "wb", buffering=0)
def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
    except OSError:
        pass
    finally:
        for s in (a, b):
            try: s.shutdown(socket.SHUT_RDWR)
            except OSError: pass
def serve(c):
    head = b""
    while b"\r\n\r\n" not in head:
        data = c.recv(4096)
        if not data: return
        head += data
    seen.write(head)
    host, port = head.split()[1].decode().rsplit(":", 1)
    up = socket.create_connection((host, int(port)))
    c.sendall(b"HTTP/1.1 200 ok\r\n\r\n")
    threading.Thread(target=pump, args=(up, c), daemon=True).start()
    pump(c, up)
s = socket.create_server(("127.0.0.1", 0))
open("proxy.port.new", "w").write(str(s.getsockname()[1]))
import os; os.rename("proxy.port.new", "proxy.port")
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
PY
$PYTHON proxy.py &
proxy=$!
for _ in $(seq 100); do
	[ ! -e proxy.port ] || break
	sleep 0.05
done
port=$(cat proxy.port)
NO_PROXY='' HTTPS_PROXY=http://127.0.0.1:$port run kis-fetch --token-file "$SIM/token"
check 'proxy: records are fetched' 0 '^\{"market"' ''
like 'proxy: receives a CONNECT request' "$(head -n 1 proxy.seen)" '^CONNECT 127.0.0.1:'
for secret in "$KIS_APPKEY" "$KIS_APPSECRET" "$(cat "$SIM/token")"; do
	is 'proxy: receives no secret' "$(grep -cF "$secret" proxy.seen)" 0
done
kill "$proxy"
wait "$proxy" 2>"$err"
NO_PROXY='' HTTPS_PROXY=http://127.0.0.1:$port run kis-fetch \
	--token-file "$SIM/token" --retries 1
check 'no proxy at the address: exit status 75' 75 '' 'cannot connect'
for proxy in 'http://me:geheim@[bad:1' 'odd://me:geheim@127.0.0.1:9'; do
	NO_PROXY='' HTTPS_PROXY=$proxy run kis-fetch --token-file "$SIM/token"
	check 'HTTPS_PROXY invalid: exit status 78' 78 '' 'HTTPS_PROXY'
	is 'HTTPS_PROXY invalid: its password is not printed' "$(grep -c geheim "$err")" 0
done
KIS_BASE_URL=https://127.0.0.1:1 run kis-fetch --token-file "$SIM/token" --retries 1
check 'no server at the address: exit status 75' 75 '' 'cannot connect'
KIS_BASE_URL=https://nowhere.invalid run kis-fetch --token-file "$SIM/token" --retries 0
check 'unknown host name: exit status 75' 75 '' 'cannot resolve'
KIS_BASE_URL=http://127.0.0.1:1 run kis-fetch --token-file "$SIM/token"
check 'KIS_BASE_URL with http: exit status 78' 78 '' 'must start with https'
KIS_CACERT=/nowhere run kis-fetch --token-file "$SIM/token"
check 'KIS_CACERT does not exist: exit status 78' 78 '' 'KIS_CACERT'
KIS_CACERT=$SIM/env run kis-fetch --token-file "$SIM/token"
check 'KIS_CACERT is not a certificate file: exit status 78' 78 '' 'KIS_CACERT'
(
	unset KIS_CACERT
	exec kis-fetch --token-file "$SIM/token"
) >"$out" 2>"$err"
is 'unknown certificate authority: exit status 76' $? 76

# kis-fetch does not read ~/.netrc, because a password from that file must not
# be sent to the server
host=${KIS_BASE_URL#https://}
printf 'machine %s login x password y\n' "${host%%:*}" >"$HOME/.netrc"
chmod 600 "$HOME/.netrc"
if ! strace -qq -o trace -e trace=none true 2>"$err"; then
	skip 'netrc and SIGPIPE of a connection: ignored' "strace cannot be used: $(cat "$err")"
else
	ASAN_OPTIONS=detect_leaks=0 run strace -f -qq -o trace \
		-e trace=openat,open,stat,newfstatat kis-fetch --token-file "$SIM/token"
	check 'netrc for the server: records are fetched' 0 '^\{"market"' ''
	if [ "$(id -u)" = 0 ]; then
		ok 'strace: lists the opened files' grep -q "$SIM/token" trace
		is 'netrc for the server: not opened' "$(grep -c netrc trace)" 0
	else
		skip 'netrc for the server: not opened' "$only_root"
	fi

	# OpenSSL may raise SIGPIPE by writing to a closed connection; only a
	# closed standard output must end the run
	ASAN_OPTIONS=detect_leaks=0 run strace -f -qq -o trace -e trace=sendto \
		-e inject=sendto:signal=SIGPIPE:when=3 \
		kis-fetch --token-file "$SIM/token"
	check 'SIGPIPE of a connection: records are fetched' 0 '^\{"market"' ''
	ok 'SIGPIPE of a connection: the signal was sent' grep -q 'SIGPIPE' trace
fi

# progress is shown on a terminal only
cat >terminal.py <<'PY'
import os, pty, sys
code = pty.spawn(sys.argv[1:], lambda fd: os.read(fd, 4096))
sys.exit(os.waitstatus_to_exitcode(code))
PY
run $PYTHON terminal.py bash -c \
	"kis-fetch --token-file '$SIM/token' --complete --rate 8 -m kospi200 >t.ndjson"
check 'terminal, --complete: shows progress' 0 'stocks: [0-9]+, requests: [0-9]+' ''
run $PYTHON terminal.py bash -c \
	"kis-fetch --token-file '$SIM/token' --rate 4 -d 1d,2d,3d,4d,1w,2w,3w >t.ndjson"
check 'terminal, seven lists: shows progress' 0 '[5-7] of 7 lists' ''
ok 'terminal, seven lists: the progress line is erased at the end' \
	[ "$(tail -c 4 "$out" | od -An -c | tr -d ' ')" = '\r033[K' ]
run $PYTHON terminal.py kis-fetch --token-file "$SIM/token" -o short.ndjson
check 'terminal, short run: no progress' 0 '' ''
is 'terminal, short run: writes the list' "$(wc -l <short.ndjson | tr -d ' ')" 30
run kis-fetch --token-file "$SIM/token" --complete --rate 8 -m kospi200
check 'no terminal: no progress' 0 '^\{"market"' ''
run $PYTHON terminal.py bash -c "kis-fetch -m kospi"
check 'standard input is a terminal: exit status 64 with the pipe' 64 'kis-token \| kis-fetch' ''

# if a connection stalls, kis-fetch gives up before the time limit --max-time
for fault in stall-tls stall; do
	sim_start --with-token --fault $fault
	SECONDS=0
	run kis-fetch --token-file "$SIM/token" --retries 0 --max-time 45
	check "fault $fault: exit status 75" 75 '' 'in time'
	ok "fault $fault: ends before --max-time 45 ($SECONDS s)" [ "$SECONDS" -le 42 ]
done
sim_start --with-token

# inconsistent figures are kept, and -v reports them
run kis-fetch --token-file "$SIM/token" --raw
jq -c '.output[0].avrg_prc = "1" | .output[1].ssts_vol_rlim = "99.99"' \
	"$out" >odd.json
sim_start --with-token --body odd.json
run kis-fetch --token-file "$SIM/token" -v
check '-v, wrong average short price: warns and keeps the value' 0 '"avrg_prc":"1"' 'avrg_prc is 1 but'
ok '-v, wrong ratio: warns' grep -q 'ssts_vol_rlim is 99.99' "$err"
is '-v, two inconsistent figures: two warnings' "$(grep -c 'kept as received' "$err")" 2
run kis-fetch --token-file "$SIM/token"
check 'inconsistent figures without -v: no warning' 0 '"ssts_vol_rlim":"99.99"' ''

done_testing
