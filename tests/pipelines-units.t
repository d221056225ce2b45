#!/bin/bash
# Tests the systemd units, the crontab in cron's environment, and the alerts.
. "$(dirname "$0")/lib.sh"
need jq
P=$ROOT/pipelines

# --- systemd accepts the units, here with the programs of this checkout
if command -v systemd-analyze >"$out"; then
	mkdir units
	for unit in "$P"/systemd/*; do
		sed "s|^ExecStart=kis-archive|ExecStart=$P/kis-archive|" "$unit" \
			>"units/${unit##*/}"
	done
	run systemd-analyze verify --man=no units/*
	check 'systemd-analyze verify: no complaint about the units' 0 '' ''
	sed '/^ExecStart=/d' units/kis-nightly.service >units/wrong.service
	run systemd-analyze verify --man=no units/wrong.service
	check 'systemd-analyze verify: rejects a unit without ExecStart' 1 '' 'has no ExecStart'
	for when in $(sed -n 's/^OnCalendar=//p' units/kis-nightly.timer | tr ' ' '_'); do
		run systemd-analyze calendar "${when//_/ }"
		check "OnCalendar ${when//_/ }: valid" 0 'Next elapse'
	done
	run systemd-analyze security --offline=true --threshold=15 \
		units/kis-nightly.service
	check 'systemd-analyze security: exposure at most 1.5' 0 '.' ''
else
	skip 'systemd units' 'systemd-analyze is not installed'
fi

# --- kis-archive nightly uses only system calls that its unit allows. calls_of
# prints the system calls of a set, including those of nested sets.
calls_of() {
	local name
	systemd-analyze syscall-filter "$1" | sed '1d; s/^ *//; /^#/d; /^$/d' |
		while read -r name; do
			case $name in
			@*) calls_of "$name" ;;
			*) echo "$name" ;;
			esac
		done
}
if nm "$BIN/kis-tocsv" 2>"$err" | grep -q __asan_init; then
	skip 'system calls of nightly: allowed by the unit' 'the leak check does not work under strace'
elif command -v systemd-analyze >"$out" && command -v strace >"$out"; then
	sim_start --today 20261120 --rollover 00:00
	strace -f -qq -o trace "$P/kis-archive" nightly traced --init >"$out" 2>"$err"
	is 'nightly under strace: exit status 0' $? 0
	sed -n 's/^[0-9]* *\([a-z_0-9]*\)(.*/\1/p' trace | sort -u >used
	calls_of @system-service | sort -u >allowed
	ok 'strace: recorded the system calls of nightly' \
		grep -Eq '^(setrlimit|prlimit64)$' used
	is 'system calls of nightly: all are in @system-service' "$(comm -23 used allowed | xargs)" ''
else
	skip 'system calls of nightly: allowed by the unit' 'systemd-analyze or strace is not installed'
fi

# --- run the lines of the crontab in cron's environment
crontab=$P/crontab
is 'crontab: two commands with five time fields each' \
	"$(grep -cE '^([0-9*,-]+ +){5}chronic ' "$crontab")" 2
# The environment has Debian's default PATH, which the settings of the crontab
# may replace. This build and a copy of the pipelines are used in place of the
# directories of make install.
cp -r "$P" share
mapfile -t settings < <(grep -E '^[A-Z_]+=' "$crontab" |
	sed "s|/usr/local/bin|$BIN:$T/share|")
in_cron() { # arguments: command line
	env -i HOME="$HOME" LOGNAME=me SHELL=/bin/sh PATH=/usr/bin:/bin \
		KIS_BASE_URL="$KIS_BASE_URL" KIS_CACERT="$KIS_CACERT" \
		KIS_APPKEY="$KIS_APPKEY" KIS_APPSECRET="$KIS_APPSECRET" \
		NO_PROXY=127.0.0.1 "${settings[@]}" /bin/sh -c "$1"
}
# Remove --retry-for, which would wait for minutes; kis-archive-nightly.t tests
# it. Use today's date, so that the list is not older than --stale.
today=$(TZ=KST-9 date +%Y%m%d)
if command -v chronic >"$out"; then
	mkdir -p "$HOME/kis/raw"
	while read -r _ _ _ _ _ line; do
		last=${line/--retry-for [0-9]h/}
		line=$last
		sim_start --today "$today" --rollover 00:00
		run in_cron "$line"
		check 'cron: no output on success' 0 '' ''
		sim_start --fault opsq2001
		run in_cron "$line"
		check 'cron, request rejected: exit status 69 with the message' 69 '*' OPSQ2001
	done < <(grep chronic "$crontab" | grep -v '^#')
	is 'cron: lists are in the archive' \
		"$(find "$HOME/kis/raw" -name '*.ndjson' | wc -l | tr -d ' ')" 2
	base=$(ls "$HOME/kis/raw")
	ok 'cron: base date within the last year' [ "$base" -gt $((today - 10000)) ]
	# give the list an earlier date, so that days are missing
	earlier=$base
	for _ in 1 2 3 4; do
		earlier=$(date -ud "$earlier - 1 day" +%Y%m%d)
		while [ "$(date -ud "$earlier" +%u)" -ge 6 ]; do
			earlier=$(date -ud "$earlier - 1 day" +%Y%m%d)
		done
	done
	mv "$HOME/kis/raw/$base" "$HOME/kis/raw/$earlier"
	sed -i "s/$base/$earlier/" "$HOME"/kis/raw/*/*.ndjson
	rm "$HOME"/kis/raw/*/SHA256SUMS
	sim_start --today "$today" --rollover 00:00
	run in_cron "$last"
	check 'cron, missing day: reported' 2 '*' ': no kosdaq-1d'
	sim_start --today "$today" --rollover 00:00 --seed 7
	# sleep, so that the query times of the two versions are in different
	# seconds; otherwise, either version could get the name of the newest
	# one
	sleep 1
	run in_cron "$last"
	check 'cron, revision: reported' 2 '*' "warning: kosdaq-1d: .* for $base"
	rm -r "$HOME/kis/raw/$earlier"
	sim_start --today "$today" --rollover 00:00 --seed 7
	run in_cron "$last"
	check 'cron, next run after a revision: no output' 0 '' ''
	KIS_BASE_URL=https://127.0.0.1:1 run in_cron "$last"
	check 'cron, no server: exit status 75 with the message' 75 ' 2 failed' 'cannot connect'
else
	skip 'crontab' 'chronic (package moreutils) is not installed'
fi

# --- the alert sends a mail with the status of the unit
mkdir stubs
printf '#!/bin/sh\necho "status of $*"; exit 3\n' >stubs/systemctl
printf '#!/bin/sh\nprintf "%%s|" "$@"; cat\n' >stubs/mail
chmod +x stubs/*
line=$(sed -n 's/^ExecStart=//p' "$P/systemd/kis-alert@.service" |
	sed 's/%i/kis-nightly.service/g; s/%H/here/g')
PATH=$T/stubs:$PATH run sh -c "$line"
check 'alert: subject and status of the unit' 0 \
	'^-s\|kis-nightly.service failed on here\|root\|status of status --full' ''

done_testing
