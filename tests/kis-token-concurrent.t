#!/bin/bash
# Many runs of kis-token at the same time print the same token and leave a valid
# cache, even if some runs are killed.
# KIS_TEST_KILLS: number of runs killed at random moments (default 40)
# KIS_TEST_SEED: seed of the random moments of the kills
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq strace
RANDOM=${KIS_TEST_SEED:=$$}
note "KIS_TEST_SEED=$KIS_TEST_SEED"

# Starts COUNT runs at the same time, and collects their statuses and tokens.
crowd() {
	local n=$1 i pids=()
	shift
	rm -rf crowd
	mkdir crowd
	for i in $(seq "$n"); do
		timeout 100 kis-token "$@" >"crowd/$i.out" 2>"crowd/$i.err" &
		pids+=($!)
	done
	for i in $(seq "$n"); do
		wait "${pids[i - 1]}"
		echo $? >"crowd/$i.status"
	done
}

crowd_is() { # checks that COUNT runs printed the same token
	is "$1: all succeed" "$(cat crowd/*.status | sort | uniq -c |
		tr -s ' ')" " $2 0"
	is "$1: $2 tokens are printed" "$(cat crowd/*.out | grep -c '^eyJ')" "$2"
	is "$1: all tokens are equal" "$(cat crowd/*.out | sort -u | wc -l)" 1
	is "$1: nothing on standard error" "$(cat crowd/*.err)" ''
}

# Runs COMMAND and writes its pid and exit status to files. The subshell
# discards the shell's message about a killed job.
victim() {
	(
		"$@" >victim.out 2>victim.err &
		echo $! >victim.pid
		wait $!
		echo $? >victim.status
	) 2>"$T/.none" &
	victim_shell=$!
}

sim_start
crowd 50
crowd_is '50 runs at once without a cache' 50
is '50 runs at once without a cache: one request' "$(posts)" 1
ok '50 runs at once without a cache: the cache is valid' whole_cache
sim_start
write_cache about.to.expire 590
crowd 50
crowd_is '50 runs at once, cached token about to expire' 50
is '50 runs at once, cached token about to expire: one request' "$(posts)" 1
# --- The process that gets the lock first is killed, in each run at a different
# step. A step is one system call, identified by its name and count.
lock_holder() { # waits until a process has locked the cache
	local inode
	for _ in $(seq 50); do
		inode=$(stat -c %i "$(cache_file).lock" 2>"$T/.none") &&
			grep -q "FLOCK.*:$inode " /proc/locks && return 0
		sleep 0.02
	done
	return 1
}
sim_start --minute 0
strace -o trace -e trace='/^(sendto|write|read|poll|unlink|'\
'rename|fsync|flock|connect|openat|close)' kis-token >token 2>"$err"
# each traced system call from the lock to the end of the run is a step
awk '{ sub(/\(.*/, ""); n[$0]++ } /flock/ { on = 1 }
	on && /^[a-z]+$/ { print $0 ":" n[$0] }' trace >steps
awk -F: '$1 == "read" || $1 == "poll" || $1 == "openat" || $1 == "close" {
	if (n[$1]++ % 3) next } 1' steps >chosen
ok "steps of a run: at least 15 of them are tested ($(wc -l <chosen) of $(wc -l <steps))" \
	[ "$(wc -l <chosen)" -ge 15 ]
for kind in flock connect fsync rename; do
	ok "steps of a run: include $kind" grep -q "^$kind" chosen
done
bad=0 killed=0
while IFS=: read -r call nth; do
	if [ $((killed % 2)) = 0 ]; then
		rm -f "$(cache_file)"*
	else
		write_cache about.to.expire 590
	fi
	# delay the process after flock(), so that other runs wait for the lock
	hold=(-e inject=flock:delay_exit=200000)
	[ "$call" != flock ] || hold=()
	victim strace -o trace -e "trace=$call,flock" "${hold[@]}" \
		-e "inject=$call:signal=KILL:when=$nth" kis-token
	[ "$call" = flock ] || lock_holder
	crowd 4
	wait $victim_shell
	[ "$(cat victim.status)" != 137 ] || killed=$((killed + 1))
	if [ "$(cat crowd/*.status | sort -u)" != 0 ] ||
		[ "$(cat crowd/*.out | sort -u | grep -c '^eyJ')" != 1 ] ||
		! whole_cache >"$T/.whole"; then
		bad=$((bad + 1))
		diag "killed at $call $nth: $(cat crowd/*.status | xargs)" \
			"$(head -n 1 crowd/*.err)"
	fi
done <chosen
is 'process with the lock killed at each step: the others succeed with one token' $bad 0
ok "process with the lock killed at each step: most kills hit it ($killed)" \
	[ $((killed * 10)) -ge $(($(wc -l <chosen) * 7)) ]

# --- the first of 50 runs is killed during the response, while the others wait
# for the lock
sim_start --minute 0 --fault token.slow:1
victim kis-token
lock_holder || diag 'no process acquired the lock'
(sleep 0.7 && kill -9 "$(cat victim.pid)") &
killer=$!
crowd 49
crowd_is 'first of 50 runs killed' 49
wait $killer $victim_shell
is 'first of 50 runs killed: was killed' "$(cat victim.status)" 137
is 'first of 50 runs killed: two requests' "$(posts)" 2

# --- runs are killed at random moments
kills=${KIS_TEST_KILLS:-40}
sim_start --minute 0
start_ms=$(date +%s%3N)
for i in 1 2 3 4 5; do
	rm -f "$(cache_file)"
	kis-token >victim.out
done
last_us=$((($(date +%s%3N) - start_ms) * 1000 / 6))
broken=0 failed=0 killed=0 absent=0 old=0 new=0
for i in $(seq "$kills"); do
	if [ $((i % 2)) = 0 ]; then
		rm -f "$(cache_file)"
	else
		write_cache about.to.expire 590
	fi
	kis-token >victim.out 2>victim.err &
	victim=$!
	sleep "$(printf '0.%06d' $(((RANDOM * 32768 + RANDOM) % last_us)))"
	kill -9 $victim 2>"$T/.none"
	wait $victim 2>"$T/.none"
	[ $? != 137 ] || killed=$((killed + 1))
	if [ ! -e "$(cache_file)" ]; then
		absent=$((absent + 1))
	elif ! whole_cache >"$T/.whole"; then
		broken=$((broken + 1))
	elif [ "$(cached_token)" = about.to.expire ]; then
		old=$((old + 1))
	else
		new=$((new + 1))
	fi
	run kis-token --wait 0
	if [ $status != 0 ] || ! printed_token; then
		failed=$((failed + 1))
		diag "run $i: status $status, $(head -n 1 "$err")"
	fi
done
note "$kills runs, $killed killed in time: cache absent $absent," \
	"old $old, new $new"
is "$kills runs killed at random: the cache is absent or valid" $broken 0
is "$kills runs killed at random: the next run succeeds" $failed 0
ok "$kills runs killed at random: at least a quarter before their end" \
	[ $((killed * 4)) -ge "$kills" ]
is 'killed runs: at most one file in addition to token and lock' \
	$(($(ls "$(dirname "$(cache_file)")" | wc -l) <= 3)) 1

# --- the cache directory is deleted while a run waits for the lock
rm -f "$(cache_file)"
mkdir -p "$(dirname "$(cache_file)")"
exec 8>"$(cache_file).lock"
flock 8
kis-token -v >waiter.out 2>waiter.err 8>&- &
waiter=$!
sleep 0.4
ok 'lock held by another process: kis-token waits' kill -0 $waiter
before=$(posts)
rm -r "$(dirname "$(cache_file)")"
run kis-token 8>&-
check 'cache directory deleted during the wait: another run takes a new lock' 0 '^eyJ'
exec 8>&-
wait $waiter
is 'cache directory deleted during the wait: the waiting run succeeds' $? 0
ok 'cache directory deleted during the wait: both runs print the same token' cmp waiter.out "$out"
is 'cache directory deleted during the wait: one request for both runs' $(($(posts) - before)) 1
done_testing
