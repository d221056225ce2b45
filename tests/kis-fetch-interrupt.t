#!/bin/bash
# A signal that ends kis-fetch during a run leaves no output file, no partial
# list and no temporary file.
. "$(dirname "$0")/lib.sh"

sim_start --with-token --fault slow
mkdir here

left() { ls -A here | tr '\n' ' '; }

for signal in INT TERM HUP KILL; do
	for delay in 0.02 0.3 1; do
		# a shell's background jobs ignore SIGINT, so restore the
		# default action
		$PYTHON -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' kis-fetch --token-file "$SIM/token" \
			-o here/r.ndjson -m kospi,kosdaq &
		pid=$!
		# wait until kis-fetch has replaced the Python process, which
		# may still ignore SIGINT
		until [ "$(cat "/proc/$pid/comm")" = kis-fetch ]; do
			sleep 0.01
		done
		sleep "$delay"
		kill -s "$signal" "$pid"
		{ wait "$pid"; } 2>"$err"
		code=$?
		is "SIG$signal after $delay s: ends kis-fetch" "$code" \
			$((128 + $(kill -l "$signal")))
		is "SIG$signal after $delay s: no file is left" "$(left)" ''
	done
done

# core dumps are disabled, because they would contain secrets
kis-fetch --token-file "$SIM/token" >"$out" 2>"$err" &
pid=$!
sleep 0.3
is 'running kis-fetch: core files are disabled' "$(awk '/^Max core/ { print $5, $6 }' "/proc/$pid/limits")" '0 0'
wait "$pid"
if strace -qq -o trace -e trace=prctl kis-fetch --version >"$out" 2>"$err"; then
	ok 'running kis-fetch: not dumpable' \
		grep -q 'PR_SET_DUMPABLE, SUID_DUMP_DISABLE' trace
else
	skip 'running kis-fetch: not dumpable' "$(cat "$err")"
fi

echo old >here/r.ndjson
kis-fetch --token-file "$SIM/token" -o here/r.ndjson &
pid=$!
sleep 0.3
kill -9 "$pid"
{ wait "$pid"; } 2>"$err"
is 'SIGKILL with -o: the old file is unchanged' "$(cat here/r.ndjson)" old
is 'SIGKILL with -o: no other file is left' "$(left)" 'r.ndjson '

sim_start --with-token
bash -c 'kis-fetch --token-file "$0" | true; exit ${PIPESTATUS[0]}' \
	"$SIM/token" >"$out" 2>"$err"
code=$?
ok "reader of the pipe exits: ended by SIGPIPE, or exit status 0 if done before ($code)" \
	[ "$code" = 141 -o "$code" = 0 ]
bash -c 'kis-fetch --token-file "$0" >&-' "$SIM/token" >"$out" 2>"$err"
is 'standard output closed: exit status 74' $? 74
for closed in '<&-' '2>&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	bash -c "kis-fetch --token-file '$SIM/token' -v -o '$T/closed' $closed" \
		>"$out" 2>"$err"
	is "-o with $closed: exit status 0" $? 0
	is "-o with $closed: no message in the output file" \
		"$(grep -c '^{"market":.*}$' closed) of $(wc -l <closed | tr -d ' ')" '30 of 30'
	is "-o with $closed: no message in the shared rate file" \
		"$(tr -d '0-9 \n' <"$(echo "$XDG_CACHE_HOME"/kis/*.rate)")" ''
done

mkdir tiny
if ! mount -t tmpfs -o size=4k,mode=700 tmpfs tiny 2>"$err"; then
	skip 'full disk: exit status 74' "no tmpfs can be mounted: $(cat "$err")"
	done_testing
fi
echo old >tiny/r.ndjson
run kis-fetch --token-file "$SIM/token" -o tiny/r.ndjson
check 'full disk: exit status 74' 74 '' 'No space left'
is 'full disk: the old file is unchanged' "$(cat tiny/r.ndjson)" old
is 'full disk: no other file is left' "$(ls -A tiny)" r.ndjson
umount tiny

done_testing
