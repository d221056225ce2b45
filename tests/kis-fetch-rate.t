#!/bin/bash
# kis-fetch's calls a second: spaced evenly, over all processes of a key, and
# unharmed by whatever stands in the shared file.
. "$(dirname "$0")/lib.sh"

# The most calls in any window of a second, by the simulator's own clock. On a
# busy machine calls arrive in bunches; a limit that is not shared gives 18 and
# refusals.
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
check 'all 60 lists in one call' 0 '^\{"market":"0000"' ''
is '60 requests' "$(requests '.method == "GET"')" 60
is 'one connection' "$(jq -r 'select(.method == "GET") | .conn' "$SIM/requests.ndjson" | sort -u | wc -l | tr -d ' ')" 1
ok "they are spaced: $took_ms ms for 60 at 8 a second" \
	[ "$took_ms" -ge 7300 ]
note "took $took_ms ms; 60/8 s are 7500"
ok "no second far above 8 ($(busiest))" [ "$(busiest)" -le 12 ]
cp "$out" together
: >alone
for market in ${all//,/ }; do
	for period in ${periods//,/ }; do
		kis-fetch --token-file "$SIM/token" -m "$market" -d "$period" \
			--rate 100 >>alone || echo "failed: $market $period"
	done
done
is 'the same records as asked one by one' \
	"$(jq -c 'del(.fetched_at)' together | cksum)" \
	"$(jq -c 'del(.fetched_at)' alone | cksum)"

# four processes share the limit
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
ok "four processes: no second far above 8 ($(busiest))" [ "$(busiest)" -le 12 ]
ok "four processes: $took_ms ms for 48" [ "$took_ms" -ge 5800 ]
is 'four processes: nobody was refused' "$(requests '.status != 200')" 0

# the shared file: junk, the far future, a directory, a symlink
state=$(echo "$XDG_CACHE_HOME"/kis/*.rate)
ok 'the shared file tells nothing by its name' \
	[ "$(basename "$state" | grep -cE '^[0-9a-f]{64}\.rate$')" = 1 ]
for junk in '' 'junk' '99999999999999999999' '9223372036854775807' '-5' '1e9'; do
	printf '%s' "$junk" >"$state"
	run kis-fetch --token-file "$SIM/token" --max-time 5
	check "shared state '$junk' does no harm" 0 '^\{"market"' ''
done
rm "$state"
mkdir "$state"
run kis-fetch --token-file "$SIM/token"
check 'a directory in its place: a warning' 0 '^\{"market"' 'warning: rate limit'
rmdir "$state"
echo untouched >elsewhere
ln -s "$T/elsewhere" "$state"
run kis-fetch --token-file "$SIM/token"
check 'a symlink in its place: a warning' 0 '^\{"market"' 'warning: rate limit'
is 'and it is not followed' "$(cat elsewhere)" untouched
rm "$state"

# a killed holder: the lock goes with it
bash -c 'exec 9>"$0"; flock 9; kill -9 $$' "$state" &
{ wait $!; } 2>"$err"
is 'the holder was killed' $? 137
run kis-fetch --token-file "$SIM/token" --max-time 5
check 'a killed holder holds up nobody' 0 '^\{"market"' ''

# who cannot wait for a turn takes none: later ones find no queue of the dead
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
ok "most of 30 processes at one a second gave up ($refused)" \
	[ "$refused" -ge 26 ]
now_ms=$(awk '{ print int($1 * 1000) }' /proc/uptime)
ahead_ms=$(($(cut -d' ' -f1 "$state" | sed 's/^0*//') - now_ms))
ok "the queue did not grow: $ahead_ms ms" [ "$ahead_ms" -le 3000 ]

# a file that cannot be written (as on a full disk) still spaces one's own
rm "$state"
began=$(date +%s%N)
bash -c 'ulimit -f 0; kis-fetch --token-file "$0" --rate 4 \
	-m all,kospi,kosdaq,krx100,kospi200; echo $?' "$SIM/token" 2>"$err" |
	cat >"$out"
took_ms=$((($(date +%s%N) - began) / 1000000))
is 'a shared file that cannot be written: done' "$(tail -n 1 "$out")" 0
ok "and calls are spaced: $took_ms ms for 5 at 4 a second" [ "$took_ms" -ge 1000 ]

# one that was stopped in the few system calls while it holds the lock
exec 9>>"$state"
flock 9
run kis-fetch --token-file "$SIM/token" --max-time 2
check 'a holder that is stopped: 75 in time' 75 '' 'another process holds'
exec 9>&-

# the file and its folder are taken away between two calls
rm -rf "$XDG_CACHE_HOME"
kis-fetch --token-file "$SIM/token" -m $all --rate 2 >"$out" 2>"$err" &
pid=$!
for _ in $(seq 100); do
	[ -e "$state" ] && break
	sleep 0.05
done
rm "$state"
wait "$pid"
is 'a cache that is cleaned meanwhile is no matter' "$? $(cat "$err")" '0 '
ok 'the file is made anew' [ -s "$state" ]

if strace -qq -o trace -e trace=none true 2>"$err"; then
	ASAN_OPTIONS=detect_leaks=0 run strace -f -qq -o trace \
		-e trace=flock -e inject=flock:error=ENOLCK \
		kis-fetch --token-file "$SIM/token" -m kospi,kosdaq
	check 'a file system without locks: rows' 0 '^\{"market"' \
		'warning: rate limit.*No locks'
	is 'a file system without locks: said once' "$(wc -l <"$err")" 1
else
	skip 'a file system without locks' "strace cannot be used: $(cat "$err")"
fi

XDG_CACHE_HOME=/proc/nowhere run kis-fetch --token-file "$SIM/token"
check 'no cache folder: a warning' 0 '^\{"market"' 'warning: rate limit'

# the server refuses for the rate although we keep to ours
sim_start --with-token --rate 3
run kis-fetch --token-file "$SIM/token" -m $all --rate 20 --retries 8
check 'slower after refusals, and all is had' 0 '^\{"market"' ''

# each refusal halves the speed, down to two calls a second
sim_start --with-token --fault rate:6
run kis-fetch --token-file "$SIM/token" -m kospi,kosdaq,krx100,kospi200 \
	--rate 20 --retries 8
check 'six refusals' 0 '^\{"market"' ''
gaps=$(jq -r 'select(.method == "GET") | .steady_ms' "$SIM/requests.ndjson" |
	tail -n 4 | awk 'NR > 1 { print $1 - last } { last = $1 }')
note "then the calls are apart, in ms:" $gaps
# taken together: one that comes late on a busy machine is near the next
ok 'then two calls a second, no more' \
	awk 'BEGIN { exit !(ARGV[1] + ARGV[2] + ARGV[3] > 1150) }' $gaps
ok 'and no fewer' \
	awk 'BEGIN { exit !(ARGV[1] + ARGV[2] + ARGV[3] < 4500) }' $gaps

done_testing
