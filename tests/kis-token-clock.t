#!/bin/bash
# Expiry is Korean time, judged to the second, whatever the machine's zone.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need jq

sim_start
# The cached token stops being good when 600 seconds are left. Four zones and
# two locales ask again and again while that moment passes; a run that began
# and ended in one second tells what was decided for that second; not within
# its first 20 ms, since time(2) reads the clock of the last tick.
zones='Asia/Seoul UTC America/Los_Angeles Pacific/Kiritimati'
ask() { # zone locale file
	local began from to said
	while began=$EPOCHREALTIME from=${began%.*} &&
		[ "$from" -le $((edge + 1)) ]; do
		TZ=$1 LC_ALL=$2 kis-token --status >"$3.out" 2>"$3.err"
		said=$?
		to=$(date +%s)
		[ "$from" != "$to" ] || [ $((10#${began#*.})) -lt 20000 ] ||
			echo "$((from - edge)) $said"
	done >>"$3"
}
pass_the_edge() {
	local asking=() zone
	write_cache edge.token $((600 + 3))
	edge=$(($(date -d "$(jq -r .expires "$(cache_file)")+09:00" +%s) - 600))
	for zone in $zones; do
		ask "$zone" C "${zone#*/}" &
		asking+=($!)
	done
	ask Asia/Seoul C.UTF-8 utf8 &
	asking+=($!)
	wait "${asking[@]}"
}
both_sides() { # file: the last second before and the first after were asked
	awk '$1 == -1 { before++ } $1 == 0 { after++ }
		END { exit !(before && after) }' "$1"
}
for _ in 1 2 3 4; do # a busy machine may need more than one
	pass_the_edge
	all=yes
	for name in Seoul UTC Los_Angeles Kiritimati utf8; do
		both_sides $name || all=no
	done
	[ $all = no ] || break
done
for name in Seoul UTC Los_Angeles Kiritimati utf8; do
	is "$name: good until 601 seconds are left, not with 600" \
		"$(awk '{ want = $1 < 0 ? 0 : 77 }
			$2 != want { print "at", $1, "got", $2 }' $name)" ''
	if both_sides $name; then
		ok "$name: the seconds on both sides were asked" true
	else
		skip "$name: the seconds on both sides were asked" \
			'too busy here: no run began and ended in one second'
	fi
done

for zone in $zones; do
	rm -f "$(cache_file)"
	sim_start
	TZ=$zone run kis-token
	check "$zone: a new token" 0 '^eyJ' ''
	TZ=$zone run kis-token --status
	check "$zone: 24 hours" 0 '(23 h 59|24 h 00) min'
	is "$zone: the server's text is kept" "$(cut -c 13-31 "$out")" \
		"$(jq -r .expires "$(cache_file)")"
	TZ=$zone run kis-token
	is "$zone: one request" "$(posts)" 1
done

# --- lives of another length are as the server tells
sim_start --token-life 7776000
run kis-token
run kis-token --status
check 'three months' 0 '\((2159|2160) h'
sim_start --token-life 300 --minute 0
run kis-token
check 'five minutes' 0 '^eyJ' ''
first=$(cat "$out")
run kis-token
is 'within the minute it is used all the same' "$(cat "$out")" "$first"
run kis-token --status
check 'and told' 0 '\(0 h 0[45] min left\)'
is 'one request' "$(posts)" 1
jq '.handed -= 40 | .asked -= 40' "$(cache_file)" >older
cp older "$(cache_file)"
run kis-token --wait 0
is '40 seconds later: the same' "$status $(cat "$out")" "0 $first"
jq '.handed -= 22 | .asked -= 22' older >"$(cache_file)"
run kis-token
check '62 seconds later' 0 '^eyJ'
is '62 seconds later: asked' "$(posts)" 2

# --- a token is not good because the server was asked just now
write_cache expired.token -60
jq '.asked = (now | floor)' "$(cache_file)" >just
cp just "$(cache_file)"
run kis-token --wait 0
check 'an expired token, asked a moment ago' 75 '' 'one token per minute'

# --- clocks that are wrong
sim_start --minute 0 --fault token.expired-token:1
run kis-token
check 'expired when handed out: printed, and said' 0 '^eyJ' \
	"expired at 20.* KST, according to the server; check the system clock"
for skew in -3600 3600; do
	sim_start --clock-skew $skew
	run kis-token -v
	check "a server's clock off by $skew: said with -v" 0 '^eyJ' \
		"clock is 3(599|600|601) seconds $([ $skew = 3600 ] &&
			echo behind || echo ahead)"
	sim_start --clock-skew $skew
	run kis-token
	check "a server's clock off by $skew: silent without" 0 '^eyJ' ''
done
sim_start --clock-skew 120
run kis-token -v
ok 'two minutes are no matter' [ "$(grep -c 'clock is' "$err")" = 0 ]

# the clock was set back after the last issue: that time does not count
sim_start
write_cache '' 7200 -5000
run kis-token --wait 0
check 'asked in the future: not waited for' 0 '^eyJ' ''
is 'asked in the future: one request' "$(posts)" 1
write_cache from.the.future 7200 -5000
run kis-token
check 'handed out in the future: used until its end' 0 '^from.the.future$' ''
write_cache from.the.future 60 -5000
run kis-token --wait 0
check 'handed out in the future, near its end: not used' 75 '' 'EGW00133|minute'
done_testing
