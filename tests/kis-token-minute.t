#!/bin/bash
# The minute between two issues, in real time: the program's own is not scaled
# for tests. All cases run at once, each with a server of its own.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq

cases=()
begin() { # name sim-options…: its own folder, server and streams
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

# refused with EGW00133, though the cache knows of no issue
waited() (
	begin waited --fault token.minute:1
	run timeout 90 kis-token -v
	echo "$status $(grep -c ^eyJ "$out") $(posts)" >result
	date +%s >ended
)
waited &
cases+=($!)

# the minute of our own last issue: the server need not refuse
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

# the first of twelve is killed when its token is on the way: for the others
# the minute has begun, nobody knows of it, the cache holds an old token
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

# an answer that never ends is given up after the time for one issue
stalled() (
	begin stalled --minute 0 --fault token.stall
	run timeout 90 kis-token
	echo "$status" >result
	cp "$err" said
)
stalled &
cases+=($!)

# --- meanwhile, what does not take a minute
sim_start --fault token.minute
run kis-token --wait 0
check '--wait 0: 75 at once' 75 '' 'one token per minute; retry in 61 sec'
is '--wait 0: asked once' "$(posts)" 1
run kis-token --wait 0
is '--wait 0: the minute is remembered, not asked again' "$status $(posts)" \
	'75 1'
run kis-token --wait 30
check '--wait 30 is not enough' 75 '' 'or use --wait [3-6][0-9]'
write_cache expired.token -60
run kis-token --wait 0
check 'an expired token in the cache: refused' 75 ''  'one token per minute'
is 'asked' "$(posts)" 2
run kis-token --wait 0
check 'the refusal does not make it good' 75 '' 'one token per minute'
is 'nor is the server asked again' "$(posts)" 2

sim_start
kis-token >first
kis-token --revoke
for signal in TERM INT HUP; do
	env --default-signal=INT kis-token >waiting.out 2>waiting.err &
	waiter=$!
	sleep 0.4
	run kis-token --wait 0
	is "while one waits the lock is free ($signal)" $status 75
	kill -$signal $waiter
	wait $waiter 2>.none
	is "SIG$signal ends the wait" $? $((128 + $(kill -l $signal)))
	is "SIG$signal: nothing printed but the wait" \
		"$(sed "/^kis-token: last token was issued less than a minute ago; waiting [0-9]* s$/d" \
			waiting.out waiting.err)" ''
done
is 'nothing left in the cache folder but cache and lock' \
	"$(ls "$(dirname "$(cache_file)")" | wc -l)" 2

# progress on a terminal, and only there
write_cache '' 7200 58
if command -v script >.none; then
	run script -qefc 'kis-token >waited-for' /dev/null
	check 'a terminal: a line that counts' 0 'waiting [23] s: .*one token'
	ok 'and the token' grep -q ^eyJ waited-for
else
	skip 'a terminal: a line that counts' 'script is not installed'
fi

wait "${cases[@]}"
is 'EGW00133: waited out, then a token, two requests' \
	"$(cat waited/result)" '0 1 2'
took=$(($(cat waited/ended) - start_s))
ok "EGW00133: that took a minute ($took s)" [ $((took / 15)) = 4 ]
ok 'EGW00133: -v says so' grep -q 'less than a minute ago; waiting 61 s' \
	waited/.err
is 'our own minute: waited out without being refused' \
	"$(cat remembered/result)" '0 1 2 0'
is 'the first killed: the others get one token after the minute' \
	"$(cat killed/result)" 'victim 137
 11 other 0
tokens 11 1
asked 3 refused 1'
is 'a stalled answer: 75' "$(cat stalled/result)" 75
like 'a stalled answer: said' "$(cat stalled/said)" 'did not respond in time'
done_testing
