#!/bin/bash
# kis-fetch ended in the middle: no file, no half list, no temporary file.
. "$(dirname "$0")/lib.sh"

sim_start --with-token --fault slow
mkdir here

left() { ls -A here | tr '\n' ' '; }

for signal in INT TERM HUP KILL; do
	for delay in 0.02 0.3 1; do
		# a shell's background job ignores INT: set it back
		$PYTHON -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' kis-fetch --token-file "$SIM/token" \
			-o here/r.ndjson -m kospi,kosdaq &
		pid=$!
		# until then INT is ignored
		until [ "$(cat "/proc/$pid/comm")" = kis-fetch ]; do
			sleep 0.01
		done
		sleep "$delay"
		kill -s "$signal" "$pid"
		{ wait "$pid"; } 2>"$err"
		code=$?
		is "$signal after $delay s: ended by it" "$code" \
			$((128 + $(kill -l "$signal")))
		is "$signal after $delay s: nothing is left" "$(left)" ''
	done
done

# a crash would leave nothing to read secrets from
kis-fetch --token-file "$SIM/token" >"$out" 2>"$err" &
pid=$!
sleep 0.3
is 'no core is written' "$(awk '/^Max core/ { print $5, $6 }' "/proc/$pid/limits")" '0 0'
wait "$pid"
if strace -qq -o trace -e trace=prctl kis-fetch --version >"$out" 2>"$err"; then
	ok 'nor may others look at the process' \
		grep -q 'PR_SET_DUMPABLE, SUID_DUMP_DISABLE' trace
else
	skip 'nor may others look at the process' "$(cat "$err")"
fi

echo old >here/r.ndjson
kis-fetch --token-file "$SIM/token" -o here/r.ndjson &
pid=$!
sleep 0.3
kill -9 "$pid"
{ wait "$pid"; } 2>"$err"
is 'the old file stays' "$(cat here/r.ndjson)" old
is 'alone' "$(left)" 'r.ndjson '

sim_start --with-token
bash -c 'kis-fetch --token-file "$0" | true; exit ${PIPESTATUS[0]}' \
	"$SIM/token" >"$out" 2>"$err"
code=$?
ok "a reader that has gone: ended by SIGPIPE, or it was done before ($code)" \
	[ "$code" = 141 -o "$code" = 0 ]
bash -c 'kis-fetch --token-file "$0" >&-' "$SIM/token" >"$out" 2>"$err"
is 'a closed stdout: 74' $? 74
for closed in '<&-' '2>&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	bash -c "kis-fetch --token-file '$SIM/token' -v -o '$T/closed' $closed" \
		>"$out" 2>"$err"
	is "$closed: done" $? 0
	is "$closed: no message is among the records" \
		"$(grep -c '^{"market":.*}$' closed) of $(wc -l <closed | tr -d ' ')" '30 of 30'
	is "$closed: nor in the shared file" \
		"$(tr -d '0-9 \n' <"$(echo "$XDG_CACHE_HOME"/kis/*.rate)")" ''
done

# a full disk
mkdir tiny
if ! mount -t tmpfs -o size=4k,mode=700 tmpfs tiny 2>"$err"; then
	skip 'a full disk' "no tmpfs can be mounted: $(cat "$err")"
	done_testing
fi
echo old >tiny/r.ndjson
run kis-fetch --token-file "$SIM/token" -o tiny/r.ndjson
check 'a full disk: 74' 74 '' 'No space left'
is 'a full disk: the old file stays' "$(cat tiny/r.ndjson)" old
is 'a full disk: alone' "$(ls -A tiny)" r.ndjson
umount tiny

done_testing
