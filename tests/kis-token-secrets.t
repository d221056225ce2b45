#!/bin/bash
# Other users cannot see the appkey, the appsecret or the token in messages,
# logs, file names, command lines, environments or memory dumps of kis-token and
# kis-fetch.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq strace "$PYTHON"

# Prints pieces of 10 characters of a secret, one for every 5 characters, so
# that a search also finds parts of the secret.
pieces() {
	local i
	for ((i = 0; i + 10 <= ${#1}; i += 5)); do
		printf '%s\n' "${1:i:10}"
	done
}
clean() { # checks that no file contains a piece of a secret
	is "$1" "$(grep -lF -f pieces "${@:2}" | xargs)" ''
}
sim_start
pieces "$KIS_APPKEY" >pieces
pieces "$KIS_APPSECRET" >>pieces
printf '%s' "$KIS_APPSECRET" >self
ok 'search for secrets: finds one that is in a file' grep -qF -f pieces self

# --- the messages of every mode with -v contain no secret
mkdir runs
n=0
run_verbose() {
	n=$((n + 1))
	kis-token -v "$@" <"$stdin" >"runs/$n.out" 2>"runs/$n.err"
	echo $? >"runs/$n.status"
}
run_verbose -o token
pieces "$(cut -c 40-300 token)" >>pieces
run_verbose -o token2
run_verbose --status
run_verbose --force --wait 0
run_verbose --revoke
run_verbose --wait 0
KIS_APPSECRET=${KIS_APPSECRET}x run_verbose --force --wait 0
KIS_APPKEY=${KIS_APPKEY}x run_verbose --wait 0
KIS_APPKEY="${KIS_APPKEY} x" run_verbose
KIS_APPSECRET= run_verbose
KIS_PROFILE=x run_verbose
printf '%s\n%s x\n' "$KIS_APPKEY" "$KIS_APPSECRET" >in
stdin=in run_verbose --setup
printf '%s\n%s\n' "$KIS_APPKEY" "$KIS_APPSECRET" >in
rm -r "$XDG_CACHE_HOME"
sleep 0.1
sim_log=$SIM/requests.ndjson
cp "$sim_log" log.1
sim_start --minute 0
for fault in echo html502:1 notjson token-crlf bad-expiry redirect cut:1 \
	junk-after duplicate invalid-utf8; do
	sim_start --minute 0 --fault "token.$fault"
	pieces "$KIS_APPKEY" >>pieces
	pieces "$KIS_APPSECRET" >>pieces
	run_verbose
	cp "$SIM/requests.ndjson" "log.$fault"
	[ "$(cat runs/$n.status)" != 0 ] || pieces "$(cut -c 40-300 \
		runs/$n.out)" >>pieces
done
is 'kis-token: all 22 runs were made' $n 22
clean 'kis-token -v: no secret on standard error' runs/*.err
clean 'server log: no secret' log.*
is 'kis-token: standard output has only tokens and --status' \
	"$(cat runs/*.out | grep -Ev '^(eyJ|valid until)' )" ''

# --- the names and contents of cache files contain no credentials
sim_start
kis-token >token
pieces "$KIS_APPKEY" >pieces
pieces "$KIS_APPSECRET" >>pieces
find "$XDG_CACHE_HOME" >names
ok 'token cache: has files' [ "$(wc -l <names)" -ge 4 ]
clean 'token cache: no secret in file names' names
clean 'token cache: no credentials in its files' "$XDG_CACHE_HOME"/kis/*

# --- the running process has no secret in its command line or in data that
# other users can read
sim_start
key=$KIS_APPKEY secret=$KIS_APPSECRET
pieces "$key" >>pieces
pieces "$secret" >>pieces
cat >command <<'EOC'
#!/bin/bash
parent=$PPID
for pid in $parent $$; do
	tr '\0' '\n' </proc/$pid/cmdline
done >seen-cmdlines
tr '\0' '\n' </proc/$$/environ >seen-environ
grep -E '^(Uid|Max core)' /proc/$parent/status /proc/$parent/limits >seen-limits
stat -c %u:%g /proc/$parent/mem >seen-owner
[ -r /proc/$parent/environ ] && echo readable >seen-readable
printf '%s\n' "$(cat the-secret)"
EOC
chmod +x command
printf '%s' "$secret" >the-secret
write_credentials "{\"default\": {\"appkey\": \"$key\",
	\"appsecret_command\": [\"$PWD/command\"]}}"
run env KIS_APPKEY="$key" KIS_APPSECRET="$secret" kis-token -p default
check 'kis-token with appsecret_command: prints a token' 0 '^eyJ' ''
like 'appsecret_command: its parent is kis-token' "$(cat seen-cmdlines)" 'kis-token'
clean 'command lines of kis-token and appsecret_command: no secret' seen-cmdlines
clean 'environment of appsecret_command: no secret' seen-environ
like 'kis-token: core files are disabled' "$(tr -s ' ' <seen-limits)" \
	'Max core file size 0 0 bytes'
is 'kis-token is not dumpable: its /proc entries belong to root' "$(cat seen-owner)" 0:0
if [ "$(id -u)" = 0 ]; then
	skip 'kis-token: its environment is not readable by the same user' \
		'root reads everything'
else
	ok 'kis-token: its environment is not readable by the same user' \
		[ ! -e seen-readable ]
fi

# --- a crash of kis-token writes no core dump; sleep(1) is crashed first, to
# find out whether this system writes core dumps
cat >crash.py <<'EOP'
import os, resource, signal, subprocess, sys, time
resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
for argv in (["sleep", "9"], ["kis-token"]):
    p = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    time.sleep(0.6)
    os.kill(p.pid, signal.SIGSEGV)
    _, status = os.waitpid(p.pid, 0)
    print(argv[0], os.WTERMSIG(status), os.WCOREDUMP(status))
EOP
sim_start --fault token.stall-headers
ulimit -Hc unlimited 2>"$T/.none"
mkdir crash
cd crash || exit 1
"$PYTHON" ../crash.py >../crashed 2>&1
cd ..
if is_sanitized; then
	skip 'crash of kis-token: writes no core' 'the sanitizer catches crashes'
elif [ "$(head -n 1 crashed)" = 'sleep 11 True' ]; then
	is 'crash of kis-token: writes no core where sleep writes one' \
		"$(tail -n 1 crashed)" 'kis-token 11 False'
	rm -f crash/core*
else
	skip 'crash of kis-token: writes no core' "this system writes no core dumps: $(
		head -n 1 crashed)"
fi

# --- the memory at exit contains no secret. The memory during the connection
# contains the appsecret, which shows that the search finds secrets.
cat >memory.py <<'EOP'
import os, re, sys
pid, wanted = int(sys.argv[1]), [p.encode() for p in sys.argv[2:]]
found = 0
with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
    for line in maps:
        m = re.match(r"(\w+)-(\w+) rw", line)
        if not m or "[stack]" in line:
            continue
        low, high = int(m[1], 16), int(m[2], 16)
        mem.seek(low)
        data = mem.read(high - low)
        found += sum(data.count(w) for w in wanted)
print(found)
EOP
halt_at() { # starts a run that stops at a system call; sets $child
	rm -f printed
	env strace -o halted -e "trace=$1" -e "inject=$1:delay_enter=30000000" \
		kis-token -o printed &
	tracer=$!
	# strace first starts short-lived children, to test ptrace(2)
	for _ in $(seq 100); do
		child=$(pgrep -x -P $tracer kis-token) && break
		sleep 0.1
	done
}
let_go() {
	kill -9 "$child" "$tracer"
	wait "$tracer" 2>"$T/.none"
}
until_at_end() { # waits until the token is printed and the process is stopped
	local still=0
	for _ in $(seq 200); do
		still=$((still + 1))
		[ -s printed ] && grep -q '^State:.t' "/proc/$child/status" ||
			still=0
		[ $still -lt 10 ] || return 0
		sleep 0.1
	done
	return 1
}
until_found() { # waits until the memory of $child contains the text
	for _ in $(seq 200); do
		[ "$(finds "$@")" = 0 ] || return 0
		sleep 0.05
	done
	return 1
}
finds() { "$PYTHON" memory.py "$child" "$@"; }
if is_sanitized; then
	skip 'memory at exit: no secret and no token on the heap' 'the sanitizer keeps what was freed'
elif [ "$(id -u)" = 0 ]; then
	sim_start
	key=$KIS_APPKEY secret=$KIS_APPSECRET
	printf '%s' "$secret" >the-secret
	write_credentials "{\"default\": {\"appkey\": \"$key\",
		\"appsecret_command\": [\"cat\", \"$PWD/the-secret\"]}}"
	halt_at connect
	ok 'memory when kis-token connects: contains the appsecret' until_found "${secret:60:40}"
	let_go
	sim_start --minute 0
	key=$KIS_APPKEY secret=$KIS_APPSECRET
	printf '%s' "$secret" >the-secret
	write_credentials "{\"default\": {\"appkey\": \"$key\",
		\"appsecret_command\": [\"cat\", \"$PWD/the-secret\"]}}"
	halt_at exit_group
	ok 'kis-token: stops before exit_group' until_at_end
	token=$(cat printed)
	is 'memory at exit: no appsecret on the heap' "$(finds \
		"${secret:0:40}" "${secret:60:40}" "${secret:130:40}")" 0
	is 'memory at exit: no token on the heap' \
		"$(finds "${token:60:40}" "${token:200:40}")" 0
	let_go
else
	skip 'memory at exit: no secret and no token on the heap' 'only root may look into it'
fi

# --- when a library frees memory that contained secrets, the memory has already
# been wiped
spy=$BIN/../torture/spy.so
watched() { # starts kis-sim, lists its secrets for the spy
	sim_start --with-token --minute 0 "$@"
	cut -c 40-300 "$SIM/token" >token
	{
		pieces "$KIS_APPSECRET" | head -n 20
		pieces "$(cat token)" | head -n 20
	} >pieces
}
spied() { # prints the exit status and unwiped blocks that were freed
	: >spied
	run env LD_PRELOAD="$spy" SPY_PIECES="$PWD/pieces" \
		SPY_LOG="$PWD/spied" "$@"
	echo "$status, $(sort spied | uniq -c | xargs)"
}
cat >move.py <<'EOP'
import ctypes
text = open("token", "rb").read()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.realloc.restype = ctypes.c_void_p
block = ctypes.c_void_p(libc.malloc(ctypes.c_size_t(len(text))))
ctypes.memmove(block, text, len(text))
libc.malloc(ctypes.c_size_t(len(text)))
libc.realloc(block, ctypes.c_size_t(1 << 26))
EOP
if is_sanitized; then
	skip 'freed memory: wiped' 'the sanitizer has its own free()'
elif [ ! -e "$spy" ]; then
	skip 'freed memory: wiped' 'make check builds the spy'
else
	watched
	like 'spy: detects unwiped memory freed by jq' "$(spied jq -R . token)" '^0, [0-9]+ free'
	like 'spy: detects unwiped memory moved by realloc' "$(spied "$PYTHON" move.py)" ' realloc$'
	is 'kis-token, new token: all freed secrets are wiped' "$(spied kis-token)" '0, '
	ok 'kis-token, new token: it is the one the spy looks for' grep -qF -f pieces "$out"
	is 'kis-token, cached token: all freed secrets are wiped' "$(spied kis-token)" '0, '
	is 'kis-fetch: all freed secrets are wiped' "$(spied kis-fetch --token-file "$SIM/token")" '0, '
	is 'kis-token --revoke: all freed secrets are wiped' "$(spied kis-token --revoke)" '0, '
	watched
	printf '%s\n%s\n' "$KIS_APPKEY" "$KIS_APPSECRET" >in
	stdin=in
	is 'kis-token --setup: all freed secrets are wiped' "$(spied kis-token --setup)" '0, '
	stdin=/dev/null
	is 'kis-token with a credentials file: all freed secrets are wiped' "$(spied env -u KIS_APPKEY -u KIS_APPSECRET \
		kis-token)" '0, '
	watched
	printf '%s' "$KIS_APPSECRET" >the-secret
	write_credentials "{\"default\": {\"appkey\": \"$KIS_APPKEY\",
		\"appsecret_command\": [\"env\", \"-u\", \"LD_PRELOAD\",
		\"cat\", \"$PWD/the-secret\"]}}"
	is 'kis-token with appsecret_command: all freed secrets are wiped' "$(spied kis-token)" '0, '
	for fault in echo echo-encoded bad-secret cut junk-after duplicate deep token-crlf; do
		watched --fault "token.$fault"
		like "kis-token, fault token.$fault: all freed secrets are wiped" "$(spied kis-token)" '^[1-9][0-9], $'
	done
	for fault in echo echo-encoded expired cut junk-after notjson; do
		watched --fault "ranking.$fault"
		like "kis-fetch, fault ranking.$fault: all freed secrets are wiped" "$(spied kis-fetch \
			--token-file "$SIM/token")" '^[1-9][0-9], $'
	done
fi

# SSLKEYLOGFILE must be ignored, because the keys in its file can decrypt the
# connection
sim_start
SSLKEYLOGFILE=$PWD/keylog run kis-token
check 'SSLKEYLOGFILE: prints a token' 0 '^eyJ' ''
ok 'SSLKEYLOGFILE: no key log is written' test ! -e keylog

# --- error messages mask a secret that was given in place of another value, and
# the part of a proxy's password that libcurl takes for the name of the proxy
secret=PSabcdefghijklmnopqrstuvwxyz0123456789ABCDEF
while IFS= read -r command; do
	run bash -c "$command"
	ok "a secret in the wrong place, ${command/$secret/SECRET}: not in the message" \
		eval '[ "$status" != 0 ] && ! grep -qF "${secret:4:20}" "$err"'
done <<END
kis-token $secret
kis-token -p $secret
KIS_PROFILE=$secret kis-token
kis-fetch $secret
kis-fetch --token-file $secret
kis-fetch --token-file $secret$secret$secret$secret$secret$secret$secret
kis-fetch -m $secret
kis-tocsv $secret
kis-tocsv -c $secret </dev/null
kis-toxlsx -o x.xlsx $secret
KIS_CACERT=$secret KIS_APPKEY=$secret KIS_APPSECRET=$secret kis-token
END
run env HTTPS_PROXY='http://user:p@hunter2#x@127.0.0.1:9' NO_PROXY= KIS_APPKEY=$secret \
	KIS_APPSECRET=$secret kis-token --wait 0
check 'HTTPS_PROXY whose password contains @: exit status 75' 75 '' \
	'cannot resolve the name of the proxy'
ok 'HTTPS_PROXY whose password contains @: no part of it is in the message' \
	eval '! grep -q hunter "$err"'
done_testing
