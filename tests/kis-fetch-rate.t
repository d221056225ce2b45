#!/bin/bash
# kis-fetch --rate spaces the requests of all processes with the same appkey
# evenly. The processes share a rate file in the cache directory; if it is
# corrupt, they still run.
. "$(dirname "$0")/lib.sh"

# Prints the highest number of requests within one second, by the clock of the
# simulated server. On a busy machine, requests arrive in bursts. Four processes
# without a shared limit would send 18 requests in a second, and some would be
# rejected.
busiest() {
	jq -r 'select(.method == "GET") | .steady_ms' "$SIM/requests.ndjson" |
		sort -n | awk '{ t[NR] = $1; while (t[NR] - t[low + 1] >= 1000)
			low++; if (NR - low > most) most = NR - low }
			END { print most + 0 }'
}

all=all,kospi,kosdaq,kospi200,krx100,kosdaq150
periods=1d,2d,3d,4d,1w,2w,3w,1m,2m,3m

sim_start --with-token
began=$(date +%s%N)
run kis-fetch --token-file "$SIM/token" -m $all -d $periods
took_ms=$((($(date +%s%N) - began) / 1000000))
check '60 lists in one run: exit status 0' 0 '^\{"market":"0000"' ''
is '60 lists in one run: 60 requests' "$(requests '.method == "GET"')" 60
is '60 lists in one run: one connection' "$(jq -r 'select(.method == "GET") | .conn' "$SIM/requests.ndjson" | sort -u | wc -l | tr -d ' ')" 1
ok "60 lists in one run: requests are spaced ($took_ms ms at 8 per second)" \
	[ "$took_ms" -ge 7300 ]
note "took $took_ms ms; 60/8 s are 7500"
ok "60 lists in one run: at most 12 requests within a second ($(busiest))" [ "$(busiest)" -le 12 ]
cp "$out" together
: >alone
for market in ${all//,/ }; do
	for period in ${periods//,/ }; do
		kis-fetch --token-file "$SIM/token" -m "$market" -d "$period" \
			--rate 100 >>alone || echo "failed: $market $period"
	done
done
is '60 lists in one run: the same records as from 60 runs' \
	"$(jq -c 'del(.fetched_at)' together | cksum)" \
	"$(jq -c 'del(.fetched_at)' alone | cksum)"

# four processes share the rate limit
sim_start --with-token
began=$(date +%s%N)
pids=
for i in 1 2 3 4; do
	kis-fetch --token-file "$SIM/token" -m $all -d 1d,1w >"shared$i" &
	pids="$pids $!"
done
failed=0
for pid in $pids; do
	wait "$pid" || failed=$((failed + 1))
done
took_ms=$((($(date +%s%N) - began) / 1000000))
is 'four processes: all succeed' "$failed" 0
is 'four processes: 48 requests' "$(requests '.method == "GET"')" 48
ok "four processes: at most 12 requests within a second ($(busiest))" [ "$(busiest)" -le 12 ]
ok "four processes: requests are spaced ($took_ms ms for 48)" [ "$took_ms" -ge 5800 ]
is 'four processes: no request is rejected' "$(requests '.status != 200')" 0

# kis-fetch works even if the shared rate file contains garbage or a time in the
# far future, or is a directory or a symbolic link
state=$(echo "$XDG_CACHE_HOME"/kis/*.rate)
ok 'shared rate file: its name is a digest' \
	[ "$(basename "$state" | grep -cE '^[0-9a-f]{64}\.rate$')" = 1 ]
for junk in '' 'junk' '99999999999999999999' '9223372036854775807' '-5' '1e9'; do
	printf '%s' "$junk" >"$state"
	run kis-fetch --token-file "$SIM/token" --max-time 5
	check "shared rate file contains '$junk': records are fetched" 0 '^\{"market"' ''
done
rm "$state"
mkdir "$state"
run kis-fetch --token-file "$SIM/token"
check 'shared rate file is a directory: a warning' 0 '^\{"market"' 'warning: rate limit'
rmdir "$state"
echo untouched >elsewhere
ln -s "$T/elsewhere" "$state"
run kis-fetch --token-file "$SIM/token"
check 'shared rate file is a symbolic link: a warning' 0 '^\{"market"' 'warning: rate limit'
is 'shared rate file is a symbolic link: its target is unchanged' "$(cat elsewhere)" untouched
rm "$state"

# if a process is killed while it holds the lock of the shared rate file, the
# kernel releases the lock
bash -c 'exec 9>"$0"; flock 9; kill -9 $$' "$state" &
{ wait $!; } 2>"$err"
is 'process with the lock: was killed' $? 137
run kis-fetch --token-file "$SIM/token" --max-time 5
check 'process with the lock killed: records are fetched' 0 '^\{"market"' ''

# a process that gives up must not reserve a turn, because later processes would
# have to wait until that turn is over
pids=
for _ in $(seq 30); do
	kis-fetch --token-file "$SIM/token" --rate 1 --max-time 2 --retries 0 \
		>"$out" 2>"$err" &
	pids="$pids $!"
done
refused=0
for pid in $pids; do
	wait "$pid" || refused=$((refused + 1))
done
ok "30 processes at 1 request per second: most give up ($refused)" \
	[ "$refused" -ge 26 ]
now_ms=$(awk '{ print int($1 * 1000) }' /proc/uptime)
ahead_ms=$(($(cut -d' ' -f1 "$state" | sed 's/^0*//') - now_ms))
ok "30 processes that gave up: the next turn is at most 3 s ahead ($ahead_ms ms)" [ "$ahead_ms" -le 3000 ]

# if the shared rate file cannot be written (full disk), a process still spaces
# its own requests
rm "$state"
began=$(date +%s%N)
env GCOV_PREFIX="$T/gcov" GCOV_ERROR_FILE="$T/.gcov" bash -c 'ulimit -f 0; kis-fetch --token-file "$0" --rate 4 \
	-m all,kospi,kosdaq,krx100,kospi200; echo $?' "$SIM/token" 2>"$err" |
	cat >"$out"
took_ms=$((($(date +%s%N) - began) / 1000000))
is 'shared rate file not writable: exit status 0' "$(tail -n 1 "$out")" 0
ok "shared rate file not writable: requests are spaced ($took_ms ms for 5 at 4 per second)" [ "$took_ms" -ge 1000 ]

# lock the shared rate file in this shell, which thus holds the lock like a
# process that was stopped with SIGSTOP
exec 9>>"$state"
flock 9
run kis-fetch --token-file "$SIM/token" --max-time 2
check 'lock held by a stopped process: exit status 75 after --max-time' 75 '' 'another process holds'
exec 9>&-

# the shared rate file is deleted between two requests of a run
rm -rf "$XDG_CACHE_HOME"
kis-fetch --token-file "$SIM/token" -m $all --rate 2 >"$out" 2>"$err" &
pid=$!
for _ in $(seq 100); do
	[ -e "$state" ] && break
	sleep 0.05
done
rm "$state"
wait "$pid"
is 'cache directory deleted during the run: exit status 0 without a message' "$? $(cat "$err")" '0 '
ok 'cache directory deleted during the run: the shared file is created again' [ -s "$state" ]

if strace -qq -o trace -e trace=none true 2>"$err"; then
	ASAN_OPTIONS=detect_leaks=0 run strace -f -qq -o trace \
		-e trace=flock -e inject=flock:error=ENOLCK \
		kis-fetch --token-file "$SIM/token" -m kospi,kosdaq
	check 'file system without locks: records with a warning' 0 '^\{"market"' \
		'warning: rate limit.*No locks'
	is 'file system without locks: warns once' "$(wc -l <"$err")" 1
else
	skip 'file system without locks: records with a warning' "strace cannot be used: $(cat "$err")"
fi

XDG_CACHE_HOME=/proc/nowhere run kis-fetch --token-file "$SIM/token"
check 'cache directory cannot be created: records with a warning' 0 '^\{"market"' 'warning: rate limit'

# if the server's rate limit is lower than --rate, kis-fetch slows down
sim_start --with-token --rate 3
run kis-fetch --token-file "$SIM/token" -m $all --rate 20 --retries 8
check 'server limit below --rate: retried more slowly, records are fetched' 0 '^\{"market"' ''

# each rejected request halves the rate, down to two requests per second
sim_start --with-token --fault rate:6
run kis-fetch --token-file "$SIM/token" -m kospi,kosdaq,krx100,kospi200 \
	--rate 20 --retries 8
check 'six requests rejected for the rate limit: records are fetched' 0 '^\{"market"' ''
gaps=$(jq -r 'select(.method == "GET") | .steady_ms' "$SIM/requests.ndjson" |
	tail -n 4 | awk 'NR > 1 { print $1 - last } { last = $1 }')
note "then the calls are apart, in ms:" $gaps
# compare the sum of the intervals between requests, because a request that is
# late on a busy machine shortens the next interval
ok 'after six rejected requests: at most two requests per second' \
	awk 'BEGIN { exit !(ARGV[1] + ARGV[2] + ARGV[3] > 1150) }' $gaps
ok 'after six rejected requests: at least one request per 1.5 s' \
	awk 'BEGIN { exit !(ARGV[1] + ARGV[2] + ARGV[3] < 4500) }' $gaps

done_testing
