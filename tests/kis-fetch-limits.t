#!/bin/bash
# kis-fetch never waits forever for a FIFO, for a slow server, or for its turn
# to send a request. Processes share the time of the next turn in a rate file
# (--rate), which may be from before a reboot or from a different host.
. "$(dirname "$0")/lib.sh"
need jq "$PYTHON" openssl
sim_start --with-token --minute 0 --rate 1000
mkfifo fifo

# --- kis-fetch waits until --max-time for another process to open a FIFO
SECONDS=0
run kis-fetch --token-file fifo --max-time 2
check '--token-file FIFO without a writer: exit status 75 after --max-time' 75 '' "no token received from 'fifo' in time"
run kis-fetch --token-file "$SIM/token" -o fifo --max-time 2
check '-o FIFO without a reader: exit status 75 after --max-time' 75 '' "no program opened 'fifo'"
run kis-fetch --from-raw fifo --max-time 2
check '--from-raw FIFO without a writer: exit status 75 after --max-time' 75 '' "timed out waiting for data from 'fifo'"
ok "FIFOs without another process: three waits of two seconds ($SECONDS s)" [ "$SECONDS" -le 12 ]
KIS_CACERT=$PWD/fifo run kis-fetch --token-file "$SIM/token" --max-time 2
check 'KIS_CACERT is a FIFO: exit status 78 at once' 78 '' 'not a regular file'
(sleep 0.5; cat "$SIM/token") >fifo &
other=$!
run kis-fetch --token-file fifo
check '--token-file FIFO with a slow writer: records are fetched' 0 '^\{"market"' ''
wait $other
(sleep 0.5; cat fifo >read) &
other=$!
run kis-fetch --token-file "$SIM/token" -o fifo
check '-o FIFO with a slow reader: exit status 0' 0 '' ''
wait $other
is '-o FIFO with a slow reader: it receives all records' "$(wc -l <read | tr -d ' ')" 30
(exec 9>fifo; sleep 5) &
other=$!
run kis-fetch --token-file fifo --max-time 2
check '--token-file FIFO whose writer writes nothing: exit status 75' 75 '' 'in time'
wait $other

# --- kis-fetch waits for a server that responds after 17 seconds
cat >slow.py <<'PY'
import socket, ssl, sys, threading, time
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
listener = socket.create_server(("127.0.0.1", 0))
open("port.new", "w").write(str(listener.getsockname()[1]))
import os; os.rename("port.new", "port")
while True:
    c, _ = listener.accept()
    c = context.wrap_socket(c, server_side=True)
    c.recv(65536)
    time.sleep(float(sys.argv[1]))
    body = open("body", "rb").read()
    c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    c.close()
PY
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
	-keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1 \
	-addext subjectAltName=IP:127.0.0.1 2>openssl.err
echo '{"output":[{"mksc_shrn_iscd":"005930"}],"rt_cd":"0"}' >body
"$PYTHON" slow.py "${KIS_TEST_SLOW:-17}" &
slow=$!
for _ in $(seq 100); do
	[ ! -e port ] || break
	sleep 0.02
done
KIS_BASE_URL=https://127.0.0.1:$(cat port) KIS_CACERT=$PWD/cert.pem \
	run kis-fetch --token-file "$SIM/token" --retries 0
check 'server that responds after 17 s: records are fetched' 0 '^\{"market"' ''
kill $slow
wait $slow 2>.none

# --- kis-fetch ignores a rate file from an earlier boot, a different host or an
# earlier release
rm -rf "$XDG_CACHE_HOME"
fetch() { run kis-fetch --token-file "$SIM/token" --rate 8 "$@"; }
fetch
state=$(find "$XDG_CACHE_HOME" -name '*.rate')
read -r next boot <"$state"
late=$(printf '%019d' $((10#$next + 60000)))
quick() { # arguments: name contents
	echo "$2" >"$state"
	SECONDS=0
	fetch --max-time 30
	check "rate state $1: no delay" 0 '^\{"market"' ''
	ok "rate state $1: fetched at once ($SECONDS s)" [ "$SECONDS" -le 3 ]
	is "rate state $1: replaced" "$(($(cut -d' ' -f2 "$state" | sed 's/^0*//') / 60000))" \
		"$((10#$boot / 60000))"
}
quick 'of an earlier boot' "$late $(printf '%019d' $((10#$boot - 86400000)))"
quick 'of another host' "$late $(printf '%019d' $((10#$boot + 7200000)))"
quick 'of an earlier release' "$late"
quick 'far in the future' "$(printf '%019d' $((10#$next + 86400000))) $boot"
echo "$late $boot" >"$state"
fetch --max-time 2
check 'rate state of this boot: waited for, exit status 75 after --max-time' 75 '' '--max-time'
rm "$state"
if unshare -T --monotonic 100000 true 2>"$err"; then
	unshare -T --monotonic 100000 kis-fetch --token-file "$SIM/token" >"$out"
	SECONDS=0
	fetch --max-time 30
	check 'rate state of a longer uptime (time namespace): records are fetched' 0 '^\{"market"' ''
	ok "rate state of a longer uptime (time namespace): no delay ($SECONDS s)" [ "$SECONDS" -le 3 ]
else
	skip 'rate state of a longer uptime (time namespace): no delay' "$(head -n 1 "$err")"
fi

# --- control characters are replaced on a terminal and kept in pipes and files
cat >onterminal.py <<'PY'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
data = b""
while True:
    try:
        piece = os.read(fd, 65536)
    except OSError:
        break
    if not piece:
        break
    data += piece
os.waitpid(pid, 0)
sys.stdout.buffer.write(data)
PY
printf '{"output":[{"mksc_shrn_iscd":"A","hts_kor_isnm":"a\\u001b]0;x\\u0007\xe2\x80\xaeb\x7f한"}],"rt_cd":"0"}' >body
shown() { "$PYTHON" onterminal.py "$@" | tr -d '\r'; }
is 'NDJSON on a terminal: control characters as \u escapes' \
	"$(shown kis-fetch --from-raw body | grep -o '"hts_kor_isnm":"[^"]*"')" \
	'"hts_kor_isnm":"a\u001B]0;x\u0007\u202eb\u007f한"'
is '--dry-run on a terminal: no control characters' "$(shown kis-fetch --token-file "$SIM/token" --dry-run | tr -d '\n -~' | wc -c | tr -d ' ')" 0
run kis-fetch --from-raw body
ok 'NDJSON in a pipe: unchanged' grep -q $'\xe2\x80\xaeb\x7f한' "$out"
cp "$out" in
is 'CSV on a terminal: control characters replaced by U+FFFD' "$(shown kis-tocsv --header none -c hts_kor_isnm in)" \
	$'a\xef\xbf\xbd]0;x\xef\xbf\xbd\xef\xbf\xbdb\xef\xbf\xbd한'
run kis-tocsv --header none -c hts_kor_isnm in
ok 'CSV in a pipe: unchanged' grep -qa $'a\x1b]0;x\x07\xe2\x80\xaeb\x7f한' "$out"
is 'CSV on a terminal, -t \t: tabs between cells are kept' "$(shown kis-tocsv -t '\t' --header none -c market,period in)" $'0000\t1d'
is 'CSV on a terminal: a tab in a cell is replaced' "$(printf '{"a":"x\\ty"}\n' >tab; shown kis-tocsv --header none tab)" $'x\xef\xbf\xbdy'
run "$PYTHON" onterminal.py kis-tocsv --encoding cp949 --header none -c hts_kor_isnm tab
printf '{"a":"한\\u001bx"}\n' >cp
ok 'CP949 on a terminal: no escape character' eval '! "$PYTHON" onterminal.py kis-tocsv --encoding cp949 --header none cp | grep -qa $'"'\\x1b'"
done_testing
