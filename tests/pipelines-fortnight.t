#!/bin/bash
# Runs kis-archive nightly on the evenings and mornings of two weeks with two
# holidays: once undisturbed, and once with killed runs, a full disk, a rate
# limit, an expired token and no server. At the end, both archives contain the
# same lists.
# KIS_TEST_KILLS: number of runs that are killed (default 6)
# KIS_TEST_SEED: seed of the random moments and processes
. "$(dirname "$0")/lib.sh"
need jq setsid pgrep
PATH=$ROOT/pipelines:$PATH
kills=${KIS_TEST_KILLS:-6}
RANDOM=${KIS_TEST_SEED:=$$}
note "KIS_TEST_SEED=$KIS_TEST_SEED"
holidays=20261112,20261118
days='20261109 20261110 20261111 20261112 20261113
	20261116 20261117 20261118 20261119 20261120'
trading=$(echo $days | tr ' ' '\n' | grep -v -e 20261112 -e 20261118)

serve() { # arguments: today rollover [kis-sim's options]
	sim_start --today "$1" --rollover "$2" --holidays $holidays \
		--rate 1000 --minute 0 "${@:3}"
}

night() { run kis-archive nightly "$1" --init --stale 0; }

stored() { # prints name, inode and checksum of every raw file
	(cd "$1/raw" && find . -type f -printf '%p %i ' -exec cksum {} \; | sort)
}

# Prints the lists without prices and query times: the remaining fields depend
# only on the base date.
figures() { # arguments: archive
	local file
	for file in "$1"/raw/*/*.ndjson*; do
		echo "${file#"$1"}"
		jq -c 'del(.fetched_at, .stck_prpr, .prdy_vrss,
			.prdy_vrss_sign, .prdy_ctrt)' "$file" || return
	done
}

whole() { # true if lists and derived files of an archive are complete
	rm -rf again
	mkdir again
	cp -r "$1/raw" again
	kis-archive derive again -j 2 &&
		diff -r -x .lock -x .run -x .dates -x holidays again "$1" || return
	for file in "$1"/raw/*/*.ndjson; do
		[ "$(jq -c . "$file" | wc -l)" = 30 ] || return
	done
}

names() { find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | xargs; }

next_day() { date -ud "$1 +1 day" +%Y%m%d; }

# --- A schedule of turns. Each turn has the day, the time of day, the current
# date of the run and the time of the base-date rollover. On odd days, the lists
# are published in the evening; on even days, only the next morning.
schedule=()
for day in $days; do
	rollover=00:00
	[ $((10#$day % 2)) = 1 ] || rollover=24:00
	schedule+=("$day evening $day $rollover")
	schedule+=("$day morning $(next_day "$day") 24:00")
done

# --- Undisturbed runs store both lists of each trading day. span_us is the
# duration of the longest undisturbed run except the first.
span_us=0
wrong='' silent='' was=''
for turn in "${schedule[@]}"; do
	read -r day time today rollover <<<"$turn"
	serve "$today" "$rollover"
	start=$EPOCHREALTIME
	night calm
	took=$((${EPOCHREALTIME/./} - ${start/./}))
	[ -z "$was" ] || [ "$took" -lt "$span_us" ] || span_us=$took
	[ "$status" = 0 ] && [ -z "$(grep -v 'was a holiday' "$err")" ] ||
		wrong+="$day $time: $status $(cat "$err"); "
	[ "$(requests '.method == "GET"')" = 2 ] || wrong+="$day $time: requests; "
	[[ ,$holidays, != *,$day,* ]] || silent+=$(grep -v 'nothing new for\|: 0 new, 2 known' "$out")
	now=$(stored calm)
	[ -z "$was" ] || [ -z "$(comm -23 <(echo "$was") <(echo "$now"))" ] ||
		wrong+="$day $time: something stored was touched; "
	was=$now
done
is 'undisturbed runs: exit status 0, one request per list, stored files unchanged' "$wrong" ''
is 'undisturbed runs on holidays: report only "nothing new"' "$silent" ''
is 'undisturbed runs: one directory for each trading day' "$(names calm/raw)" "$(echo $trading)"
is 'undisturbed runs: both lists of each trading day' "$(find calm/raw -name '*.ndjson*' | wc -l | tr -d ' ')" 16
ok 'undisturbed runs: lists and derived files are complete' whole calm
is 'gaps: reports the two holidays only' "$(kis-archive gaps calm | cut -d: -f1 | xargs)" '20261112 20261118'
echo ${holidays/,/$'\n'} | tr ' ' '\n' >calm/holidays
is 'gaps with the holidays in the file: reports nothing' "$(kis-archive gaps calm)" ''
rm calm/holidays

# --- disturbed runs store the same lists as undisturbed runs
mkdir rough
small=''
if mount -t tmpfs -o size=16m,mode=700 tmpfs rough 2>err; then
	small=1
	trap 'umount "$T/rough"; cleanup' EXIT
else
	skip 'nightly on a full disk' "no tmpfs can be mounted: $(cat err)"
fi

# Starts a run and kills it, or one of its processes, at a random moment within
# the duration of an undisturbed run. Counts the kills that hit a process.
tries=0 hit=0
kill_run() {
	local pid pause victims victim
	setsid kis-archive nightly rough --init --stale 0 >"$out" 2>"$err" &
	pid=$!
	pause=$((RANDOM * span_us / 32768))
	sleep "$((pause / 1000000)).$(printf '%06d' $((pause % 1000000)))"
	tries=$((tries + 1))
	# select only running processes, not zombies
	mapfile -t victims < <(pgrep -g "$pid" -r D,R,S)
	if [ ${#victims[@]} -gt 0 ]; then
		victim=${victims[RANDOM % ${#victims[@]}]}
		[ $((RANDOM % 2)) = 0 ] || victim=-$pid
		! kill -9 -- "$victim" 2>err || hit=$((hit + 1))
	else # the run ended before the kill, so the next pause is shorter
		span_us=$((span_us * 3 / 4 + 1000))
	fi
	{ wait "$pid"; } 2>err
	# wait until the remaining processes have ended
	for _ in {1..100}; do
		pgrep -g "$pid" >victims || return
		sleep 0.1
	done
	diag "a killed run goes on: $(cat victims)"
}

kill_runs() { # kills runs until $1 processes were hit
	while [ "$hit" -lt "$1" ] && [ "$tries" -lt $((kills * 20)) ]; do
		kill_run
	done
}

printed=''
disturb() { # sets extra options of kis-sim for the turn
	case $1 in
	2) options=(--fault rate:2) ;;
	4) options=(--fault rate) ;;
	6) options=(--fault expired:1 --token-keep 0) ;;
	*) options=() ;;
	esac
}

fill_disk() { # fills the disk except for $1 KiB
	dd if=/dev/zero of=rough/fill bs=1k 2>err
	truncate -s "-$1K" rough/fill
}

expect() { # arguments: name, pattern of the exit status
	[[ $status =~ ^($2)$ ]] || printed+="$1: $status $(cat "$err"); "
}

age_token() { # back-dates the cache, so that a token may be requested at once
	jq '.asked -= 120' "$XDG_CACHE_HOME"/kis/*.token >aged &&
		cat aged >"$(echo "$XDG_CACHE_HOME"/kis/*.token)"
}

turns=${#schedule[@]}
for ((turn = 0; turn < turns; turn++)); do
	read -r day time today rollover <<<"${schedule[turn]}"
	disturb $turn
	serve "$today" "$rollover" "${options[@]}"
	# In these turns, the run below must fail because of a fault or a full
	# disk. Do not start and kill other runs before that run.
	[[ $turn == @(4|8|12) ]] || kill_runs $((kills * turn / turns))
	case $turn in
	# the rate limit rejects requests for the whole evening
	4)
		night rough
		expect "$day rate limit" 75
		;;
	6)
		kis-token >token 2>err
		age_token
		night rough
		expect "$day expired token" 0
		;;
	8 | 12)
		[ -z "$small" ] || fill_disk $((turn == 8 ? 0 : 40))
		night rough
		[ -z "$small" ] || expect "$day full disk" '73|74'
		rm -f rough/fill
		;;
	# the server does not run in the evening
	14 | 16)
		KIS_BASE_URL=https://127.0.0.1:1 night rough
		expect "$day server down" 75
		;;
	*)
		night rough
		expect "$day $time" 0
		;;
	esac
done
kill_runs "$kills"
night rough
expect 'the last run' 0
is 'disturbed runs: exit status of the failure' "$printed" ''
note "$tries runs to be killed within $((span_us / 1000)) ms, $hit of them hit"
is "disturbed runs: $kills were killed before their end" "$hit" "$kills"
ok 'disturbed archive: every list equals the undisturbed archive' \
	diff <(figures calm) <(figures rough)
ok 'disturbed archive: lists and derived files are complete' whole rough
is 'disturbed archive: no other file is left' "$(names rough)" '.dates .derived .lock csv latest.xlsx raw xlsx'
is 'disturbed runs: no temporary file is left' "$(ls -A "$TMPDIR")" ''

# --- a missed day is reported
serve 20261116 00:00
night missed
check 'nightly on the first day: reports 30 rows' 0 '^kospi-1d: 30 rows for 20261116$' ''
serve 20261117 00:00
KIS_BASE_URL=https://127.0.0.1:1 night missed
check 'nightly without a server in the evening: exit status 75' 75 ': 0 new' 'cannot connect'
KIS_BASE_URL=https://127.0.0.1:1 night missed
check 'nightly without a server in the morning: exit status 75' 75 ': 0 new' 'cannot connect'
serve 20261119 00:00
echo '20261118' >missed/holidays
night missed
check 'nightly after a missed day: reports its missing lists' 0 '*' ' 20261117: no kosdaq-1d kospi-1d'
is 'nightly after a missed day: reports nothing else' "$(wc -l <"$err" | tr -d ' ')" 1

done_testing
