#!/bin/bash
# CSV files and workbooks of several years, made with GNU parallel, ssh or
# Slurm, have the same bytes as those of kis-archive derive. If a list is
# corrupt, the exit status is that of the failing program.
. "$(dirname "$0")/lib.sh"
need jq
P=$ROOT/pipelines
PATH=$P:$PATH:/usr/sbin
pids=()

finish() {
	local pid
	for pid in "${pids[@]}"; do
		kill "$pid" 2>"$T/.kill-err"
		wait "$pid" 2>"$T/.kill-err"
	done
	cleanup
}
trap finish EXIT

free_port() {
	$PYTHON -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for() { # arguments: seconds command…
	local turns=$(($1 * 10))
	shift
	while ! "$@" >"$T/.waited" 2>&1; do
		[ $((turns -= 1)) -gt 0 ] || return 1
		sleep 0.1
	done
}

for script in rebuild.sh rebuild-slurm.sh; do
	run "$script" --help
	check "$script --help: prints the usage" 0 "^usage: $script" ''
	run "$script" --wrong
	check "$script --wrong: exit status 64 and the usage" 64 '' "usage: $script"
done
run rebuild.sh nowhere
check 'rebuild.sh, no archive: exit status 66' 66 '' nowhere
run rebuild-slurm.sh nowhere 2019 2020
check 'rebuild-slurm.sh, no archive: exit status 66' 66 '' nowhere
run rebuild-slurm.sh . 2020 2019
check 'rebuild-slurm.sh, first year after last year: exit status 64' 64 '' 'two years'

# --- create an archive of several dates in three years, and its derived files
sim_start --today 20261120 --rollover 00:00
for market in kospi kosdaq; do
	kis-token 2>err | kis-fetch -m $market -o $market.ndjson
done
for date in 20180102 20180103 20180205 20190102 20190607 20201230; do
	mkdir -p "A/raw/$date"
	for market in kospi kosdaq; do
		sed "s/20261120/$date/g" $market.ndjson >"A/raw/$date/$market-1d.ndjson"
	done
done
sim_stop

derived() { (cd A && find csv xlsx latest.xlsx -type f -exec cksum {} + | sort -k 3); }
anew() { rm -rf A/csv A/xlsx A/latest.xlsx A/.derived; }
damage() { printf '{"cut' >>A/raw/20190102/kospi-1d.ndjson; }
repair() { cp A/saved A/raw/20190102/kospi-1d.ndjson; }

cp A/raw/20190102/kospi-1d.ndjson A/saved
kis-archive derive A
wanted=$(derived)
is 'derive: 12 CSV files, 6 workbooks and latest.xlsx' "$(wc -l <<<"$wanted" | tr -d ' ')" 19
anew
run kis-archive derive A '2018*'
check 'derive 2018*: exit status 0' 0 '' ''
is 'derive 2018*: writes workbooks of these dates only' "$(find A/xlsx -type f | wc -l | tr -d ' ')" 3
run kis-archive derive A 20190102 2020
check 'derive 20190102 2020: exit status 0' 0 '' ''
is 'derive 20190102 2020: writes two more workbooks' "$(find A/xlsx -type f | wc -l | tr -d ' ')" 5

# --- the command in scale.md converts input that is split between lines, as by
# Spark and Hadoop
split_command=$(sed -n 's/^So: `\(.*\)`\.$/\1/p' "$P/scale.md")
cat A/raw/*/*.ndjson >whole.ndjson
split -l 50 whole.ndjson split.
: >split.zz
failed=''
for part in split.*; do
	bash -c "$split_command" <"$part" >>parts.csv || failed+="$part "
done
is 'command in scale.md for splits: succeeds for each split, also an empty one' "$failed" ''
is 'command in scale.md for splits: one row for each record' "$(wc -l <parts.csv)" "$(wc -l <whole.ndjson)"
ok 'command in scale.md for splits: the parts equal the conversion of the whole' cmp parts.csv \
	<(bash -c "$split_command" <whole.ndjson)
head -c 500 whole.ndjson >split.cut
bash -c "$split_command" <split.cut >cut.csv 2>"$err"
is 'command in scale.md for splits, truncated input: exit status 65' $? 65

# --- rebuild.sh runs kis-archive derive with GNU parallel
if command -v parallel >"$out"; then
	anew
	run rebuild.sh -j 2 A
	check 'rebuild.sh -j 2: exit status 0' 0 '' ''
	is 'rebuild.sh -j 2: the same bytes as derive' "$(derived)" "$wanted"
	damage
	run rebuild.sh -j 2 A
	check 'rebuild.sh -j 2, corrupt list: exit status 65' 65 '*' '20190102/kospi-1d.ndjson'
	repair
	run rebuild.sh -j 2 A
	check 'rebuild.sh -j 2, list repaired: exit status 0' 0 '' ''
	is 'rebuild.sh -j 2, list repaired: the same bytes as derive' "$(derived)" "$wanted"
	anew
	run rebuild.sh -j 2 --sshlogin : A
	check 'rebuild.sh --sshlogin : (local machine): exit status 0' 0 '' ''
	is 'rebuild.sh --sshlogin : (local machine): the same bytes as derive' "$(derived)" "$wanted"
	mkdir B B/raw
	run rebuild.sh B
	check 'rebuild.sh, archive without lists: exit status 0' 0 '' ''
else
	skip 'rebuild.sh' 'parallel is not installed'
fi

# --- one sshd on loopback simulates two hosts
start_sshd() {
	port=$(free_port)
	mkdir -p remote
	ssh-keygen -q -t ed25519 -N '' -f host_key
	ssh-keygen -q -t ed25519 -N '' -f user_key
	[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
	cat >sshd.conf <<-CONF
		ListenAddress 127.0.0.1
		Port $port
		HostKey $T/host_key
		AuthorizedKeysFile $T/user_key.pub
		PidFile none
		StrictModes no
		SetEnv PATH=$BIN:$P:/usr/bin:/bin HOME=$T/remote
		ForceCommand cd; eval "\$SSH_ORIGINAL_COMMAND"
	CONF
	cat >ssh.conf <<-CONF
		Host one two
		HostName 127.0.0.1
		Port $port
		IdentityFile $T/user_key
		UserKnownHostsFile $T/known_hosts
		StrictHostKeyChecking no
		LogLevel ERROR
	CONF
	/usr/sbin/sshd -D -e -f sshd.conf 2>sshd.log &
	pids+=($!)
	wait_for 5 ssh -F ssh.conf one true
}
if ! command -v parallel >"$out" || ! command -v sshd >"$out" ||
	! command -v rsync >"$out"; then
	skip 'rebuild.sh --sshlogin' 'parallel, sshd or rsync is not installed'
elif ! start_sshd; then
	skip 'rebuild.sh --sshlogin' "sshd on loopback does not answer: $(tail -n 1 sshd.log .waited | xargs)"
else
	export PARALLEL_SSH="ssh -F $T/ssh.conf"
	anew
	run rebuild.sh -j 1 --sshlogin one,two A
	check 'rebuild.sh --sshlogin one,two: exit status 0' 0 '' ''
	is 'rebuild.sh --sshlogin one,two: the same bytes as derive' "$(derived)" "$wanted"
	ok 'rebuild.sh --sshlogin one,two: uses both hosts' [ "$(grep -c '^Accepted publickey' sshd.log)" -gt 2 ]
	is 'rebuild.sh --sshlogin one,two: leaves no file on the hosts' "$(find remote -name 'kis-*')" ''
	anew
	run rebuild.sh -j 1 --sshlogin one,: A
	check 'rebuild.sh --sshlogin one,: (a host and the local machine): exit status 0' 0 '' ''
	is 'rebuild.sh --sshlogin one,: (a host and the local machine): the same bytes as derive' "$(derived)" "$wanted"
	is 'rebuild.sh --sshlogin one,: leaves no file on the host or locally' \
		"$(find remote A -name 'kis-*')" ''
	damage
	anew
	run rebuild.sh -j 1 --sshlogin one,two A
	check 'rebuild.sh --sshlogin one,two, corrupt list: exit status 65' 65 '*' '20190102/kospi-1d.ndjson'
	is 'rebuild.sh --sshlogin one,two, corrupt list: leaves no file on the hosts' "$(find remote -name 'kis-*')" ''
	repair
fi

# --- run Slurm with a cluster that consists of this machine
start_slurm() {
	local me
	me=$(id -un)
	mkdir -p slurm/state slurm/spool
	head -c 1024 /dev/urandom >slurm/key
	chmod 400 slurm/key
	export SLURM_CONF=$T/slurm/slurm.conf
	cat >"$SLURM_CONF" <<-CONF
		ClusterName=test
		SlurmctldHost=$(hostname -s)(127.0.0.1)
		SlurmUser=$me
		SlurmdUser=$me
		SlurmctldPort=$(free_port)
		SlurmdPort=$(free_port)
		AuthInfo=socket=$T/slurm/munge
		StateSaveLocation=$T/slurm/state
		SlurmdSpoolDir=$T/slurm/spool
		SlurmctldPidFile=$T/slurm/slurmctld.pid
		SlurmdPidFile=$T/slurm/slurmd.pid
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		JobAcctGatherType=jobacct_gather/none
		SwitchType=switch/none
		MpiDefault=none
		ReturnToService=2
		SchedulerParameters=sched_interval=1,batch_sched_delay=0
		SelectType=select/cons_tres
		SelectTypeParameters=CR_CPU
		NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=2
		PartitionName=all Nodes=ALL Default=YES State=UP
	CONF
	munged -F --force --key-file=slurm/key --socket=slurm/munge \
		--pid-file=slurm/munged.pid --seed-file=slurm/seed 2>slurm/munged.log &
	pids+=($!)
	wait_for 5 [ -S slurm/munge ] || return
	slurmctld -D >slurm/slurmctld.log 2>&1 &
	pids+=($!)
	slurmd -D >slurm/slurmd.log 2>&1 &
	pids+=($!)
	wait_for 20 sh -c 'sinfo -h -o %T | grep -q idle'
}
task() { # prints index, state and exit code of the job's tasks
	scontrol -o show job "$1" |
		sed -n 's/.*ArrayTaskId=\([0-9]*\).*JobState=\([A-Z_]*\).* ExitCode=\([0-9:]*\).*/\1 \2 \3/p' |
		sort | xargs
}
alert_state() {
	scontrol -o show job | sed -n 's/.*JobName=kis-alert.*JobState=\([A-Z_]*\).*/\1/p' |
		tail -n 1
}
queue_is_empty() { [ -z "$(squeue -h)" ]; }
if ! command -v slurmctld >"$out" || ! command -v munged >"$out"; then
	skip 'rebuild-slurm.sh' 'slurmctld or munged is not installed'
elif ! start_slurm; then
	skip 'rebuild-slurm.sh' "no node became idle: $(tail -n 1 slurm/*.log | xargs)"
else
	anew
	run rebuild-slurm.sh --alert "echo alarm >$T/alarm" A 2017 2020
	check 'rebuild-slurm.sh: prints the job number' 0 '^[0-9]+$'
	job=$(cat "$out")
	ok 'rebuild-slurm.sh: all jobs end' wait_for 60 queue_is_empty
	is 'rebuild-slurm.sh: every task succeeds, also for a year without lists' "$(task "$job")" \
		'0 COMPLETED 0:0 1 COMPLETED 0:0 2 COMPLETED 0:0 3 COMPLETED 0:0'
	is 'rebuild-slurm.sh: the same bytes as derive' "$(derived)" "$wanted"
	is 'rebuild-slurm.sh: the alert command is not run' "$(alert_state)$(ls alarm 2>&1)" \
		"CANCELLEDls: cannot access 'alarm': No such file or directory"
	damage
	anew
	run rebuild-slurm.sh --alert "echo alarm >$T/alarm" A 2018 2020
	job=$(cat "$out")
	ok 'rebuild-slurm.sh, corrupt list: all jobs end' wait_for 60 queue_is_empty
	is 'rebuild-slurm.sh, corrupt list: only its year fails, with exit code 65' "$(task "$job")" \
		'0 COMPLETED 0:0 1 FAILED 65:0 2 COMPLETED 0:0'
	is 'rebuild-slurm.sh, corrupt list: the alert command is run' "$(alert_state) $(cat alarm)" \
		'COMPLETED alarm'
	ok 'rebuild-slurm.sh, corrupt list: the log names it' \
		grep -q '20190102/kospi-1d.ndjson' A/rebuild-1.log
	repair
fi

# --- the DuckDB commands in scale.md give the expected types, with codes as
# text
rm -rf D
mkdir -p D/stocks D/csv/20261120 D/raw/20261120
cp kosdaq.ndjson D/raw/20261120/kosdaq-1d.ndjson
kis-tocsv kosdaq.ndjson >D/csv/20261120/kosdaq-1d.csv
sim_start --today 20261120 --rollover 00:00
kis-token 2>err | kis-fetch -s 005930 --from 20261001 -o D/stocks/005930.ndjson
sim_stop
use_duckdb
mapfile -t lines < <(sed -n 's/^    \(duckdb .*\)/\1/p' "$P/scale.md")
is 'scale.md: contains four DuckDB commands' "${#lines[@]}" 4
if command -v duckdb >"$out"; then
	cd D || exit 1
	run bash -c "${lines[0]}"
	check 'DuckDB command for lists: reads them in place' 0 . ''
	is 'DuckDB command for lists: the first row has the highest ratio' "$(sed -n 1p "$out")" \
		"$(jq -rs 'max_by(.ssts_tr_pbmn_rlim | tonumber) | "\(.mksc_shrn_iscd),\(.ssts_tr_pbmn_rlim | tonumber)"' raw/*/*.ndjson)"
	run bash -c "${lines[1]}"
	is 'DuckDB command for daily rows: counts the days with short sales' "$(cat "$out")" \
		"$(jq -c 'select(.ssts_cntg_qty != "0")' stocks/*.ndjson | wc -l | tr -d ' ')"
	run bash -c "${lines[2]}"
	like 'DuckDB command for CSV files: stock codes are text' "$(cat "$out")" \
		"$(jq -rs '.[0].mksc_shrn_iscd' raw/*/*.ndjson)"
	run bash -c "${lines[3]}"
	check 'DuckDB command for Parquet: exit status 0' 0 '*' ''
	run duckdb -c "SELECT min(code), typeof(any_value(code)), typeof(any_value(date)),
		typeof(any_value(short_value)), typeof(any_value(short_value_ratio)),
		count(*), sum(short_value) FROM 'days.parquet'"
	is 'DuckDB command for Parquet: types, number of rows and sums' "$(cat "$out")" "005930,VARCHAR,DATE,BIGINT,DOUBLE,$(
		jq -rs '"\(length),\(map(.ssts_tr_pbmn | tonumber) | add)"' stocks/005930.ndjson)"
	cd .. || exit 1
else
	skip 'DuckDB commands in scale.md' 'neither duckdb nor @duckdb/node-api is installed'
fi

done_testing
