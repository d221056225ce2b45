#!/bin/bash
# kis-token waits a minute between two token requests. The test takes real time,
# because the wait cannot be shortened. The cases run at the same time, each
# with its own server.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq

cases=()
# Creates and enters the directory NAME and starts a server with its own output
# files.
begin() {
	mkdir "$T/$1"
	cd "$T/$1" || exit 1
	sim_pid='' sim_count="-$1"
	trap sim_stop EXIT
	out=$PWD/.out err=$PWD/.err
	T=$PWD
	SIM=$T/sim
	sim_count=0
	sim_start "${@:2}"
}
start_s=$(date +%s)

# the server rejects the request with EGW00133, although the cache records no
# recent request
waited() (
	begin waited --fault token.minute:1
	run timeout 90 kis-token -v
	echo "$status $(grep -c ^eyJ "$out") $(posts)" >result
	date +%s >ended
)
waited &
cases+=($!)

# kis-token waits a minute after its own last request, so the server does not
# reject the next request
remembered() (
	begin remembered
	kis-token >first
	kis-token --revoke
	run timeout 90 kis-token
	echo "$status $(grep -c ^eyJ "$out") $(posts) $(requests \
		'.code == "EGW00133"')" >result
)
remembered &
cases+=($!)

# Kills the first of twelve runs while it waits for the response. From then on
# the server rejects token requests for one minute, but the cache contains only
# an expired token and not the time of the killed run's request.
killed() (
	begin killed --fault token.slow:1
	write_cache expired.token -86400
	kis-token >first 2>first.err &
	victim=$!
	sleep 0.7
	pids=()
	for n in $(seq 11); do
		timeout 90 kis-token >"$n.out" 2>"$n.err" &
		pids+=($!)
	done
	kill -9 $victim
	wait $victim 2>.none
	echo "victim $?" >result
	for pid in "${pids[@]}"; do
		wait "$pid"
		echo "other $?"
	done >statuses
	sort statuses | uniq -c | tr -s ' ' >>result
	echo "tokens $(cat ./*.out | grep -c ^eyJ) $(cat ./*.out |
		sort -u | wc -l)" >>result
	echo "asked $(posts) refused $(requests '.code == "EGW00133"')" \
		>>result
)
killed &
cases+=($!)

# if a response never ends, kis-token gives up after the time limit of a request
stalled() (
	begin stalled --minute 0 --fault token.stall
	run timeout 90 kis-token
	echo "$status" >result
	cp "$err" printed
)
stalled &
cases+=($!)

# --- cases that take less than a minute run while the others wait
sim_start --fault token.minute
run kis-token --wait 0
check '--wait 0, token limit reached: exit status 75' 75 '' 'one token per minute; retry in 61 s'
is '--wait 0, token limit reached: one request' "$(posts)" 1
run kis-token --wait 0
is '--wait 0 again: exit status 75 without a request' "$status $(posts)" \
	'75 1'
run kis-token --wait 30
check '--wait 30, 61 seconds to wait: exit status 75' 75 '' 'or use --wait [3-6][0-9]'
write_cache expired.token -60
run kis-token --wait 0
check '--wait 0, expired token in the cache: exit status 75' 75 ''  'one token per minute'
is '--wait 0, expired token in the cache: sends a request' "$(posts)" 2
run kis-token --wait 0
check '--wait 0 again, expired token: exit status 75' 75 '' 'one token per minute'
is '--wait 0 again, expired token: no further request' "$(posts)" 2

sim_start
kis-token >first
kis-token --revoke
for signal in TERM INT HUP; do
	env --default-signal=INT kis-token >waiting.out 2>waiting.err &
	waiter=$!
	sleep 0.4
	run kis-token --wait 0
	is "--wait 0 while another run waits ($signal): does not wait for the lock" $status 75
	kill -$signal $waiter
	wait $waiter 2>.none
	is "SIG$signal during the wait: ends kis-token" $? $((128 + $(kill -l $signal)))
	is "SIG$signal during the wait: no output but the waiting message" \
		"$(sed "/^kis-token: last token was issued less than a minute ago; waiting [0-9]* s$/d" \
			waiting.out waiting.err)" ''
done
is 'SIG TERM, INT, HUP during the wait: the cache directory has token and lock only' \
	"$(ls "$(dirname "$(cache_file)")" | wc -l)" 2

# progress is shown on a terminal only
write_cache '' 7200 58
if command -v script >.none; then
	run script -qefc 'kis-token >waited-for' /dev/null
	check 'terminal, waiting for the minute: shows the remaining seconds' 0 'waiting [23] s: .*one token'
	ok 'terminal, after the wait: prints the token' grep -q ^eyJ waited-for
else
	skip 'terminal, waiting for the minute: shows the remaining seconds' 'script is not installed'
fi

wait "${cases[@]}"
is 'EGW00133: waits, then prints a token after two requests' \
	"$(cat waited/result)" '0 1 2'
took=$(($(cat waited/ended) - start_s))
ok "EGW00133: waits for a minute ($took s)" [ $((took / 15)) = 4 ]
ok 'EGW00133, -v: reports the wait' grep -q 'less than a minute ago; waiting 61 s' \
	waited/.err
is 'own request within a minute: waits, is not rejected' \
	"$(cat remembered/result)" '0 1 2 0'
is 'first of 12 runs killed: the others get one token after the minute' \
	"$(cat killed/result)" 'victim 137
 11 other 0
tokens 11 1
asked 3 refused 1'
is 'stalled response: exit status 75' "$(cat stalled/result)" 75
like 'stalled response: reported' "$(cat stalled/printed)" 'did not respond in time'
done_testing
