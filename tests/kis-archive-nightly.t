#!/bin/bash
# kis-archive nightly takes the base dates from the responses, loses no list,
# and ends with an exit status that identifies the failure. It also works while
# another run uses the archive, and reports each run to a monitoring server.
. "$(dirname "$0")/lib.sh"
need jq xlsx2csv curl ps
P=$ROOT/pipelines
PATH=$P:$PATH
DAY='--rollover 00:00 --rate 1000'

sim() { # shellcheck disable=SC2086 # $DAY contains several options
	sim_start $DAY "$@"
}

# Runs nightly. --stale 0 disables the warning that the newest list is old.
night() { run kis-archive nightly A --init --stale 0 "$@"; }

asked() { requests '.method == "GET"'; }

age_token() { # back-dates the cache, so that a token may be requested at once
	local file
	for file in "$XDG_CACHE_HOME"/kis/*.token; do
		jq '.asked -= 120' "$file" >aged && cat aged >"$file"
	done
}

archived() { # prints name, inode and checksum of every raw file
	find A/raw -type f -exec stat -c '%n %i' {} + -exec cksum {} + | sort
}

derived() { (cd A && find csv xlsx latest.xlsx -type f -exec cksum {} + | sort); }

rest() { # prints files that should not exist
	mkdir -p A/raw A/csv A/xlsx
	find A -mindepth 1 ! -path 'A/raw*' ! -path 'A/csv*' ! -path 'A/xlsx*' \
		! -path A/latest.xlsx ! -path A/.lock ! -path A/holidays \
		! -path A/.dates ! -path 'A/.derived*' ! -path 'A/unplaced*'
	find A/raw A/csv A/xlsx -type f ! -name '*.ndjson' ! -name '*.csv' \
		! -name '*.xlsx' ! -name '*.ndjson.2*T*' ! -name SHA256SUMS
	ls -A "$TMPDIR"
}

run kis-archive --help
check 'kis-archive --help: prints the usage' 0 '^usage: kis-archive COMMAND' ''
run kis-archive --version
check 'kis-archive --version: prints the version' 0 '^kis-archive [0-9]' ''
for wrong in '' nonsense --wrong 'nightly' 'nightly A B' 'nightly A --wrong' \
	'nightly A --stale x' 'nightly A --retry-for 5x' 'nightly A --markets' \
	'nightly A --markets ,' 'nightly A -m nowhere' 'nightly A -d 5d' 'gaps' \
	'gaps A --since x' 'derive A 2026x' 'derive A -j 0' 'merge A' \
	'verify A B' 'merge A --wrong'; do
	# shellcheck disable=SC2086 # $wrong contains several arguments
	run kis-archive $wrong
	check "kis-archive $wrong: exit status 64 and where to read on" 64 '' "^Try 'kis-archive"
	is "kis-archive $wrong: prints two lines" "$(wc -l <"$err" | tr -d ' ')" 2
done
for command in nightly derive gaps verify merge history; do
	run kis-archive $command --help
	check "kis-archive $command --help: prints the usage" 0 "^usage: kis-archive $command" ''
	run kis-archive $command nowhere nowhere
	[ $command = merge ] || run kis-archive $command nowhere
	check "kis-archive $command without an archive: exit status 66" 66 '' "no archive at 'nowhere'"
	ok "kis-archive $command without an archive: creates no directory" [ ! -e nowhere ]
done
run kis-archive nightly A
check 'nightly without --init: exit status 66 if the archive does not exist' 66 '' 'add --init'
ok 'nightly without --init: creates no archive' [ ! -e A ]
run nightly.sh --help
check 'nightly.sh --help: prints the usage' 0 '^usage: nightly.sh' ''
run nightly.sh STATUS=x
check 'nightly.sh with an unknown argument: exit status 64' 64 '' "unknown argument 'STATUS=x'"
run nightly.sh ARCHIVE=A
check 'nightly.sh without credentials: exit status 78' 78 '*' 'no credentials'
ok 'nightly.sh without credentials: creates the archive, as earlier releases did' [ -d A/raw ]
rm -r A

sim --today 20261120
night --periods 1d,1w
check 'first run: reports 30 rows for each list' 0 '^kospi-1w: 30 rows for 20261120$' ''
is 'first run: raw contains one file for each market and period' "$(cd A/raw && find . -name '*.ndjson' | sort | xargs)" \
	'./20261120/kosdaq-1d.ndjson ./20261120/kosdaq-1w.ndjson ./20261120/kospi-1d.ndjson ./20261120/kospi-1w.ndjson'
is 'first run: sends one request per list' "$(asked)" 4
is 'first run: requests one token' "$(requests '.method == "POST"')" 1
kis-tocsv A/raw/20261120/kospi-1d.ndjson >wanted.csv
ok 'first run: the CSV file equals the output of kis-tocsv for the raw list' cmp wanted.csv A/csv/20261120/kospi-1d.csv
is 'first run: one workbook for the date, with a sheet for each list' \
	"$(xlsx2csv -a A/xlsx/20261120.xlsx | grep -c '^-------- ')" 6
ok 'first run: latest.xlsx is a copy of the workbook of the date' cmp A/latest.xlsx A/xlsx/20261120.xlsx
is 'first run: archive contains only the expected files' "$(rest)" ''

was=$(archived) made=$(derived)
night --periods 1d,1w
check 'second run, same lists: reports nothing new' 0 '^kosdaq-1d: nothing new for 20261120$' ''
is 'second run, same lists: sends one request per list' "$(asked)" 8
is 'second run, same lists: raw is unchanged' "$(archived)" "$was"
is 'second run, same lists: archive contains only the expected files' "$(rest)" ''
night --markets 1001,KOSPI,코스닥
check '--markets: codes, upper case and Korean names select the same lists' 0 '^kospi-1d: nothing new' ''
is '--markets with other names of the same markets: raw is unchanged' "$(archived)" "$was"

# --- nightly finds nothing new on a holiday and before the base-date rollover
sim --today 20261123 --holidays 20261123
night -d 1d,1w
check 'run on a holiday: reports nothing new' 0 '^kospi-1w: nothing new for 20261120$' ''
sim --today 20261123 --rollover 24:00
night -d 1d,1w
check 'run before the base-date rollover: reports nothing new' 0 '^kospi-1w: nothing new for 20261120$' ''
is 'runs on a holiday and before the rollover: raw is unchanged' "$(archived)" "$was"

# --- derived files are created from raw files, without a server
rm -rf A/csv A/xlsx A/latest.xlsx
sim_stop
export KIS_BASE_URL=https://127.0.0.1:1
run kis-archive derive A -j 4
check 'derive: works without a server' 0 '' ''
is 'derive: restores the deleted CSV files and workbooks with equal contents' "$(derived)" "$made"
mkdir 'two words'
cp -r A/raw 'two words'
run kis-archive derive 'two words'
check 'derive: accepts an archive directory with a space in its name' 0 '' ''
ok 'derive: the workbook is the same in a directory with a space in its name' cmp A/latest.xlsx 'two words/latest.xlsx'
run kis-archive derive A 2025
check 'derive for dates without lists: exit status 66' 66 '' 'no list for 2025'

# --- if the server returns different figures for an archived date, both
# versions are kept
sim --today 20261120 --seed 7
# wait, so that the query times of the two versions are in different seconds;
# otherwise, either version could get the name of the newest one
sleep 1
night
check 'revision of a list: both versions are kept, with a warning' 0 ' 0 failed' \
	'warning: kosdaq-1d: the server returned different figures for 20261120'
first=$(find A/raw -name '*.ndjson.2*' | wc -l | tr -d ' ')
is 'revision of a list: the earlier versions get another name' "$first" 2
is 'revision of a list: the earlier versions keep their contents' "$(archived | grep -c -F "$(grep -o '^[0-9]* [0-9]* ' <<<"$was")")" 4
night
check 'the same revision again: reports nothing new' 0 'nothing new' ''
is 'the same revision again: no third version is stored' "$(find A/raw -name '*.ndjson.2*' | wc -l | tr -d ' ')" 2
sim --today 20261120
sleep 1
night
check 'return to the first figures: stored as the newest version, with a warning' 0 '2 new' \
	'returned different figures'
is 'return to the first figures: the workbook contains the newest version' "$(xlsx2csv -n '코스닥 1일' A/latest.xlsx | cksum)" \
	"$(kis-toxlsx A/raw/20261120/*.ndjson -o first.xlsx && xlsx2csv -n '코스닥 1일' first.xlsx | cksum)"
night
check 'the first figures fetched again: reports nothing new' 0 'nothing new' ''
is 'revisions: no unexpected file is left' "$(rest)" ''
rm -r A
sim --today 20261120
night
cp A/raw/20261120/kosdaq-1d.ndjson saved
# Replaces the list A/raw/20261120/kosdaq-1d.ndjson with FILE. Deletes the
# earlier versions of the list and the file SHA256SUMS of its date, as both may
# be missing in a restored archive.
put() { # arguments: file
	cp "$1" A/raw/20261120/kosdaq-1d.ndjson
	rm -f A/raw/20261120/SHA256SUMS A/raw/20261120/kosdaq-1d.ndjson.*
}
# a list with a different figure is a revision; a list that differs only in
# prices is not
jq -c '.fetched_at |= sub("2"; "1") |
	.acml_vol |= if input_line_number == 7 then . + "0" else . end' saved >other
put other
night --markets kosdaq
check 'list with one different figure: stored as a revision, with a warning' 0 ' 0 failed' 'warning: kosdaq-1d'
ok 'list with one different figure: the earlier version is kept' cmp other A/raw/20261120/kosdaq-1d.ndjson.1*
jq -c '.stck_prpr += "0" | .fetched_at |= sub("2"; "1")' saved >other
put other
night --markets kosdaq
check 'list with different prices and times only: reports nothing new' 0 'nothing new' ''
head -n 29 saved >other
put other
night --markets kosdaq
check 'list with one more row: stored as a revision, with a warning' 0 ' 0 failed' 'warning: kosdaq-1d'
rm -r A

sim --today 20261120 --shares 150
night --complete --markets kosdaq,krx100
check '--complete: reports the number of rows' 0 '^kosdaq-1d: [0-9]+ rows for 20261120$' ''
ok '--complete: the list has more than 30 rows' [ "$(wc -l <A/raw/20261120/kosdaq-1d.ndjson)" -gt 30 ]
before=$(asked) was=$(archived)
night --complete --markets kosdaq,krx100
check '--complete, same list again: reports nothing new' 0 'kosdaq-1d: nothing new' ''
is '--complete, same list again: sends one request per list' $(($(asked) - before)) 2
night --markets kosdaq,krx100
check 'top 30 of an archived complete list: reports nothing new' 0 'kosdaq-1d: nothing new' ''
is 'top 30 of an archived complete list: raw is unchanged' "$(archived)" "$was"
sim --today 20261120 --shares 150 --seed 2
night --complete --markets kosdaq
check '--complete, different figures: stored as a revision, with a warning' 0 ' 0 failed' 'warning: kosdaq-1d'
night --markets kosdaq
check 'top 30 list after a complete one: does not replace it' 0 'nothing new' ''
rm -r A
sim --today 20261120 --shares 150
night --markets kosdaq
cp A/raw/20261120/kosdaq-1d.ndjson saved
night --complete --markets kosdaq
check '--complete after a 30-row list: reports how many rows were archived already' 0 \
	'^kosdaq-1d: [0-9]+ rows for 20261120, 30 of them already in the archive$' ''
ok '--complete after a 30-row list: the complete list gets the name without a suffix' \
	[ "$(wc -l <A/raw/20261120/kosdaq-1d.ndjson)" -gt 30 ]
ok '--complete after a 30-row list: the 30-row list is kept' cmp saved A/raw/20261120/kosdaq-1d.ndjson.2*
is '--complete after a 30-row list: the CSV file contains the complete list' \
	"$(($(wc -l <A/csv/20261120/kosdaq-1d.csv) - 1))" \
	"$(wc -l <A/raw/20261120/kosdaq-1d.ndjson | tr -d ' ')"
is '--complete after a 30-row list: archive contains only the expected files' "$(rest)" ''
was=$(archived)
for complete in '' --complete; do
	# shellcheck disable=SC2086 # $complete is an option or empty
	night $complete --markets kosdaq
	check "run $complete after a complete list: reports nothing new" 0 'kosdaq-1d: nothing new' ''
done
is 'runs after a complete list: raw is unchanged' "$(archived)" "$was"
jq -c 'select(.rank | tonumber | . <= 31 and . != 5)' \
	A/raw/20261120/kosdaq-1d.ndjson >holed
rm A/raw/20261120/kosdaq-1d.ndjson.*
put holed
night --complete --markets kosdaq
check 'archived list that lacks a row: replaced by the complete one' 0 'already in the archive' ''
rm -r A
sim --today 20261120 --shares 150
mkdir stubs
cat >stubs/kis-fetch <<END
#!/bin/sh
case "\$*" in *--complete*) exit 76 ;; esac
exec "$BIN/kis-fetch" "\$@"
END
chmod +x stubs/kis-fetch
PATH=$PWD/stubs:$PATH night --complete --markets kosdaq
check '--complete fails in kis-fetch: exit status of kis-fetch' 76 '*' '*'
is '--complete fails in kis-fetch: the 30-row list is kept' \
	"$(wc -l <A/raw/20261120/kosdaq-1d.ndjson | tr -d ' ')" 30
rm -r A stubs

# --- nightly replaces a corrupt list of the newest date and keeps the corrupt
# file
sim --today 20261120
night
good=$(cksum <A/raw/20261120/kosdaq-1d.ndjson)
for damage in 'printf "{\"cut" >>' ': >' 'sed -i "3s/:\"[0-9]/:\"x/"' 'head -c 5000 saved >'; do
	cp A/raw/20261120/kosdaq-1d.ndjson saved
	bash -c "$damage A/raw/20261120/kosdaq-1d.ndjson"
	cp A/raw/20261120/kosdaq-1d.ndjson damaged
	# in half of the cases, delete the list's checksum too
	[[ $damage != ': >' && $damage != printf* ]] || sed -i '/kosdaq-1d.ndjson$/d' A/raw/20261120/SHA256SUMS
	night
	check "corrupted by $damage: the list just fetched replaces it" 0 \
		'kosdaq-1d: 30 rows' 'was corrupt'
	is "corrupted by $damage: the list is valid again" "$(jq -c . A/raw/20261120/kosdaq-1d.ndjson | wc -l | tr -d ' ')" 30
	ok "corrupted by $damage: the corrupt file is kept" \
		cmp damaged "A/raw/20261120/kosdaq-1d.ndjson.damaged-$(sha256sum <damaged | cut -c 1-12)"
done
run kis-archive verify A
check 'verify after corrupt lists were replaced: reports 0 faults' 0 ' 0 faults$' ''
rm -r A

# --- a run waits until another run of the same archive has ended
sim --today 20261120 --fault slow:2
kis-archive nightly A --init --stale 0 >first 2>&1 &
first=$!
sleep 0.2
run kis-archive nightly A --lock-wait 1
check 'run during another run, --lock-wait 1: exit status 75 after a second' 75 '' 'in use by another run'
night
check 'run during another run: waits, then reports nothing new' 0 'nothing new' ''
wait "$first"
is 'run that another one waits for: exit status 0' $? 0
like 'run that another one waits for: keeps its lists' "$(xargs <first)" 'kospi-1d: 30 rows'
is 'two runs at once: archive contains only the expected files' "$(rest)" ''
rm -r A

# --- after nightly was killed while it stored a list, the next run keeps or
# fetches the list
sim --today 20261120
for victim in mv sync sha256sum kis-tocsv kis-fetch kis-toxlsx; do
	sim --today 20261119
	night
	sim --today 20261120
	mkdir stubs
	real=$(command -v "$victim")
	cat >stubs/$victim <<END
#!/bin/bash
[ -e "$T/armed" ] || exec "$real" "\$@"
[[ $victim != kis-* ]] || "$real" "\$@"
pkill -9 -s 0 -f 'kis-archive nightly A' || :
exit 137
END
	chmod +x stubs/$victim
	: >armed
	PATH=$PWD/stubs:$PATH run setsid kis-archive nightly A --init --stale 0
	is "nightly killed in $victim: exit status 137" "$status" 137
	rm armed
	sim --today 20261123
	night
	check "nightly killed in $victim: the next run succeeds" 0 '*' '*'
	is "nightly killed in $victim: archive contains only the expected files" "$(rest)" ''
	run kis-archive verify A
	check "nightly killed in $victim: verify reports 0 faults" 0 ' 0 faults$' ''
	like "nightly killed in $victim: lists already fetched are kept" "$(ls A/raw)" \
		"$([[ $victim != kis-fetch ]] && echo 20261120 || echo 20261123)"
	sim --today 20261120
	rm -r A stubs
done

# --- nightly does not wait for a background process that appsecret_command
# starts
sim --today 20261120
printf '%s' "$KIS_APPSECRET" >the-secret
cat >agent <<END
#!/bin/sh
sleep 60 >agent.out 2>&1 &
echo \$! >"$PWD/agent.pid"
cat "$PWD/the-secret"
END
chmod +x agent
mkdir -p -m 700 "$HOME/.config/kis"
printf '{"default":{"appkey":"%s","appsecret_command":["%s"]}}' \
	"$KIS_APPKEY" "$PWD/agent" >"$HOME/.config/kis/credentials.json"
chmod 600 "$HOME/.config/kis/credentials.json"
run timeout 50 env -u KIS_APPKEY -u KIS_APPSECRET kis-archive nightly A --init --stale 0
check 'appsecret_command with a background process: the list is fetched' 0 'kosdaq-1d: 30 rows' ''
ok 'appsecret_command with a background process: nightly does not wait for it' kill "$(cat agent.pid)"
rm -r A "$HOME/.config"

# --- if one list fails, nightly ends with the exit status of that failure and
# keeps the other lists
sim --today 20261120 --fault opsq2001:1
night --markets kospi,kosdaq,krx100
check 'one list fails: its exit status, and the other lists are fetched' 69 '^krx100-1d: 30 rows' 'OPSQ2001'
is 'one list fails: the other lists are kept and derived' \
	"$(cd A && find raw csv -type f ! -name SHA256SUMS | sort | xargs)" \
	'csv/20261120/kosdaq-1d.csv csv/20261120/krx100-1d.csv raw/20261120/kosdaq-1d.ndjson raw/20261120/krx100-1d.ndjson'
is 'one list fails: archive contains only the expected files' "$(rest)" ''
night --markets kospi,kosdaq,krx100
check 'run after a failed list: fetches that list' 0 '^kospi-1d: 30 rows' ''
rm -r A

# --- if several lists fail, exit status 77 takes precedence over 75, and 75
# over all others; each line below has two faults and the expected exit status
while IFS='|' read -r first second wanted; do
	sim --today 20261120 --minute 0 --token-keep 0 \
		--fault "$first" --fault "$second"
	kis-token >token 2>err && age_token
	night --markets kospi,kosdaq
	check "lists fail with $first and $second: exit status $wanted" "$wanted" '*' '.'
	rm -r A
done <<'TABLE'
empty:1|ledger-rate|75
empty:1|opsq2001|69
opsq2001:1|ledger-rate|75
opsq2001:1|empty|69
empty:1|empty|1
ledger-rate:5|expired|77
TABLE
# --- nightly ends with the expected exit status after each fault; each line has
# the fault, the exit status, the number of requests for lists, the number of
# token requests, and a pattern of the message
while IFS='|' read -r fault wanted gets posts pattern; do
	sim --today 20261120 --minute 0 --token-keep 0 --fault "$fault"
	[[ $fault == token.* ]] || { kis-token >token 2>err && age_token; }
	night --markets kosdaq
	check "fault $fault: exit status $wanted" "$wanted" '*' "$pattern"
	is "fault $fault: number of requests and token requests" "$(asked) $(requests '.method == "POST"')" "$gets $posts"
	is "fault $fault: archive contains only the expected files" "$(rest)" ''
	is "fault $fault: a list is stored only with exit status 0" "$(find A/raw -name '*.ndjson' | wc -l | tr -d ' ')" \
		$((wanted == 0))
	rm -r A
done <<'TABLE'
expired:1|0|2|2|requesting one new token
expired|77|2|2|EGW00123
token.bad-secret|77|0|1|EGW00105
token.not-permitted|69|0|1|EGW00206
empty|1|1|1|list is empty
bad-secret|77|2|2|EGW00304
status404|69|1|1|404
notjson|76|1|1|not JSON
date-zero|76|1|1|base date
rate:2|0|3|1|
TABLE
sim_stop
export KIS_BASE_URL=https://127.0.0.1:1
night
check 'no server: exit status 75' 75 ' failed' 'cannot connect'
unset KIS_APPKEY KIS_APPSECRET
night
check 'no credentials: exit status 78' 78 ' failed' 'no credentials'
echo text >file
run kis-archive nightly file --init
check 'archive is a regular file: exit status 73' 73 '' 'file'
is 'failed runs: archive contains only the expected files' "$(rest)" ''
rm -rf A

# --- if the renewal of a rejected token fails once, no list is lost
sim --today 20261120 --minute 0 --token-keep 0 --fault expired:1
kis-token >token 2>err && age_token
mkdir stubs
cat >stubs/kis-token <<END
#!/bin/sh
case "\$*" in *--force*) [ -e "$T/tried" ] || { : >"$T/tried"; exit 75; } ;; esac
exec "$BIN/kis-token" "\$@"
END
chmod +x stubs/kis-token
PATH=$PWD/stubs:$PATH night -m kospi,kosdaq,krx100 --retry-for 20
check 'token renewal with a transient error: retried, and every list is kept' 0 '3 new' 'retrying'
rm -r A stubs

# --- a list that cannot be stored does not affect other lists or later runs
sim --today 20261120
mkdir -p A/raw/20261120/kosdaq-1d.ndjson
night
check 'directory at the path of a list: exit status 74, other lists are fetched' 74 '^kospi-1d: 30 rows' "cannot store 'kosdaq-1d.ndjson' now"
sim --today 20261123
night
check 'run after a list that could not be stored: stores its new lists' 0 '2 new' 'cannot store a list of an earlier run yet'
run kis-archive verify A
check 'verify: reports the directory at the path of a list' 65 '20261120/kosdaq-1d.ndjson: unexpected file' '*'
rmdir A/raw/20261120/kosdaq-1d.ndjson
night
is 'directory at the path of a list removed: the next run stores the waiting list' "$(wc -l <A/raw/20261120/kosdaq-1d.ndjson | tr -d ' ')" 30
rm -r A
mkdir -p A/raw
: >A/raw/20261123
night
check 'regular file at the path of a date: exit status 73, no list is stored' 73 ' 2 failed' .
rm A/raw/20261123
night
check 'regular file at the path of a date removed: the next run stores the lists' 0 'nothing new for 20261123' ''
rm -r A

# --- nightly reports an error if its output cannot be written, and rejects
# impossible base dates
run bash -c 'kis-archive nightly A --init --stale 0 >/dev/full'
is 'standard output full: exit status 74' "$status" 74
is 'standard output full: all lists are kept and derived' \
	"$(cd A && find raw csv -name 'k*' | wc -l | tr -d ' ')" 4
rm -r A
mkdir stubs
cat >stubs/kis-fetch <<END
#!/bin/sh
"$BIN/kis-fetch" "\$@" || exit
for last; do :; done
sed -i "s/\"stnd_date2\":\"[0-9]*\"/\"stnd_date2\":\"\$WRONG\"/" "\$last"
END
chmod +x stubs/kis-fetch
for wrong in 99999999 20991231 20250230; do
	WRONG=$wrong PATH=$PWD/stubs:$PATH night -m kosdaq
	check "base date $wrong: exit status 76" 76 ' 1 failed' 'impossible base date'
	is "base date $wrong: no directory for that date" "$(ls A/raw)" ''
	ok "base date $wrong: the list is kept in unplaced" [ -s A/unplaced/*.ndjson ]
	rm -r A
done
rm -r stubs

# --- nightly accepts relative paths and several forms of options, and runs no
# program that is stored in the archive
cp "$KIS_CACERT" ca.pem
KIS_CACERT=ca.pem night -m kosdaq
check 'KIS_CACERT with a relative path: the list is fetched' 0 '1 new' ''
mkdir elsewhere
night -m $'kospi\nkrx100' --stale=0
check '--markets separated by a newline: both lists are fetched' 0 '2 new' ''
night -mkospi -d1d
check '-m and -d with the value attached: accepted' 0 '1 known' ''
run kis-archive nightly --init=A
check '--init=A: exit status 64, the option takes no value' 64 '' 'takes no value'
OLDPWD=$T/elsewhere run kis-archive nightly --init --stale 0 -m kosdaq -- -
check 'archive named "-": created and filled' 0 "^'-': 1 new" ''
is 'archive named "-": no file is written to OLDPWD' "$(ls -A elsewhere)" ''
printf '#!/bin/sh\ntouch "%s/PWN"\n' "$T" >A/sort
cp A/sort A/awk
chmod +x A/sort A/awk
PATH=:$PATH run kis-archive gaps A
PATH=$PATH:. run kis-archive verify A
is 'gaps and verify with an empty entry or . in PATH: run no program of the archive' "$(ls PWN 2>&1 | grep -c '^PWN$')" 0
rm -r A ./-

# --- a list without a base date is kept in the directory "unplaced"
sim --today 20261120 --fault date-zero
night --markets kosdaq
check 'list without a base date: exit status 76' 76 '*' "has no base date; kept as 'A/unplaced/"
is 'list without a base date: kept in unplaced' "$(cat A/unplaced/*.ndjson | wc -l | tr -d ' ')" 30
rm -r A

# --- transient errors (75) are retried within --retry-for
sim --today 20261120 --fault ledger-rate:5
night --markets kosdaq --retry-for 20
check '--retry-for: a transient error is retried until the list is fetched' 0 'kosdaq-1d: 30 rows' 'retrying'
rm -r A
mkdir stubs
printf '#!/bin/sh\nexit 75\n' >stubs/kis-fetch
chmod +x stubs/kis-fetch
SECONDS=0
PATH=$PWD/stubs:$PATH night --markets kosdaq --retry-for 4
rm -r stubs
check '--retry-for, error persists: exit status 75' 75 ' failed' 'retrying in 1 s'
ok '--retry-for 4, error persists: ends within 30 seconds' [ "$SECONDS" -le 30 ]
sim --today 20261120 --fault opsq2001
night --markets kosdaq --retry-for 20
check '--retry-for, request rejected: exit status 69 without a retry' 69 '*' 'OPSQ2001'
is '--retry-for, request rejected: sends one request' "$(asked)" 1
rm -r A

# --- the last line that nightly prints counts the lists, and --stale limits the
# age of the newest list
sim --today 20261120 --fault opsq2001:1
night --markets kospi,kosdaq
check 'last line of the report: counts the lists and names the workbook' 69 \
	"^'A': 1 new, 0 known, 0 empty, 1 failed; workbook 'A/latest.xlsx' \(20261120\)$"
rm -r A
export KIS_BASE_URL=https://127.0.0.1:1
# nightly warns if the newest list is more than 3 business days old
mkdir -p A/raw
days_ago() { # prints the date N weekdays before today in Korea
	local date n=$1
	date=$(TZ=KST-9 date +%Y%m%d)
	while [ "$n" -gt 0 ]; do
		date=$(date -ud "$date - 1 day" +%Y%m%d)
		[ "$(date -ud "$date" +%u)" -ge 6 ] || n=$((n - 1))
	done
	echo "$date"
}
for days in 3 4; do
	rm -rf A/raw/2*
	mkdir "A/raw/$(days_ago $days)"
	sed 's/x/x/' saved >"A/raw/$(days_ago $days)/kosdaq-1d.ndjson"
	run kis-archive nightly A --markets kosdaq
	is "newest list $days business days old: a warning if more than 3" \
		"$(grep -c "'A': the newest list is for $(days_ago $days), which is older than" "$err")" \
		$((days > 3))
	run kis-archive nightly A --markets kosdaq --stale $days
	is "newest list $days business days old, --stale $days: no warning" "$(grep -c 'newest list' "$err")" 0
done
rm -rf A/.pending
days_ago 1 >A/holidays
run kis-archive nightly A --markets kosdaq
is '--stale: dates in the file holidays are not business days' "$(grep -c 'newest list' "$err")" \
	0
rm -r A

# --- nightly sends pings to the monitoring server in KIS_PING_URL
printf '%s\n' 'import http.server, sys' \
	'class H(http.server.BaseHTTPRequestHandler):' \
	'    def do_POST(self):' \
	'        text = self.rfile.read(int(self.headers["Content-Length"]))' \
	'        print(self.path, text.decode().splitlines()[0], flush=True)' \
	'        open("ping-text", "a").write(text.decode())' \
	'        self.send_response(200)' \
	'        self.end_headers()' \
	'    def log_message(self, *a):' \
	'        pass' \
	's = http.server.HTTPServer(("127.0.0.1", 0), H)' \
	'open("port", "w").write(str(s.server_port) + "\n")' \
	'for i in range(7): s.handle_request()' >pings.py
timeout 60 $PYTHON pings.py >pings &
pinged=$!
for _ in {1..100}; do [ -s port ] && break; sleep 0.05; done
port=$(cat port)
export KIS_PING_URL=http://127.0.0.1:$port/my-check/
sim --today 20261120 --fault ledger-rate:5
night --retry-for 20
check 'ping, with a retry: the lists are fetched' 0 'rows for' '.'
sim --today 20261120 --fault opsq2001
night
check 'ping, request rejected: exit status 69' 69 ' failed' 'OPSQ2001'
run kis-archive nightly nowhere
check 'ping, no archive: exit status 66' 66 '' 'nowhere'
exec 9>>A/.lock
flock 9
run kis-archive nightly A --lock-wait 0
check 'ping, archive in use by another run: exit status 75' 75 '' 'in use'
exec 9>&-
run kis-archive nightly A --lists x
check 'ping, usage error: exit status 64' 64 '' 'unknown option'
mkdir readonly
: >readonly/raw
run kis-archive nightly readonly/raw/x --init
check 'ping, archive cannot be created: exit status 73' 73 '' '*'
wait "$pinged"
is 'pings: one for each start and one with each exit status; none for a usage error' "$(cut -d' ' -f1 pings | xargs)" \
	'/my-check/start /my-check/0 /my-check/start /my-check/69 /my-check/66 /my-check/75 /my-check/73'
like 'pings: the text has the result of each list' "$(cat ping-text)" '^kospi-1d: new, status 0$'
like 'pings: the first line of the text is the last line of the report' "$(sed -n 2p pings)" "'A': 2 new"
sim --today 20261120
KIS_PING_URL=http://127.0.0.1:1/x night
check 'ping that fails: warning only' 0 'nothing new' 'the ping failed'
KIS_PING_URL='http://127.0.0.1:1/"; x' night
check 'KIS_PING_URL that is not an address: warning only' 0 'nothing new' 'is not an address'
unset KIS_PING_URL
rm -r A

# --- kis-archive gaps reports missing days and missing lists
mkdir -p A/raw/{20261102,20261103,20261106,20261109}
touch A/raw/{20261102,20261103,20261106,20261109}/kosdaq-1d.ndjson
touch A/raw/{20261103,20261106}/kospi-1d.ndjson
run kis-archive gaps A
check 'gaps: reports a weekday without lists' 0 '^20261104: no kosdaq-1d kospi-1d ' ''
is 'gaps: reports the missing lists of each weekday' "$(cut -d'(' -f1 "$out" | xargs)" \
	'20261104: no kosdaq-1d kospi-1d 20261105: no kosdaq-1d kospi-1d 20261109: no kospi-1d'
echo '20261104 a holiday' >A/holidays
run kis-archive gaps A
check 'gaps: leaves out dates in the file holidays' 0 '^20261105: ' ''
is 'gaps: reports the two remaining weekdays' "$(wc -l <"$out" | tr -d ' ')" 2
run kis-archive gaps A --since 20261106
check 'gaps --since: leaves out earlier dates' 0 '^20261109: no kospi-1d' ''
run kis-archive gaps A --lists 'kospi-1d all-1d'
check 'gaps --lists: reports the given list' 0 '^20261109: no kospi-1d ' ''
is 'gaps --lists: leaves out other lists' "$(grep -c kosdaq "$out")" 0
mkdir -p A/raw/backup 'A/raw/20261109 copy'
touch A/raw/backup/kospi-1d.ndjson 'A/raw/20261109 copy/kospi-1d.ndjson' \
	'A/raw/20261109/kospi-1d copy.ndjson'
run kis-archive gaps A
check 'gaps: ignores copies of directories and lists' 0 '^20261109: no kospi-1d ' ''
rm -r A
sim --today 20261119
night
sim --today 20261120
night --markets KOSDAQ
check 'gaps in nightly: a market that is no longer requested is not reported' 0 '^kosdaq-1d: 30 rows' ''
night --markets 0001
check 'gaps in nightly: a market requested again is fetched' 0 '^kospi-1d: 30 rows' ''
sim --today 20261123 --fault opsq2001:1
night
check 'gaps in nightly: a list that failed is reported' 69 'kosdaq-1d: 30 rows' ' 20261123: no kospi-1d'

# --- nightly ignores directories below raw that are not dates, and names with
# spaces
mkdir -p A/raw/backup 'A/raw/20261120 copy' A/raw/20991231
cp A/raw/20261120/kosdaq-1d.ndjson A/raw/backup
cp A/raw/20261120/kosdaq-1d.ndjson 'A/raw/20261120 copy'
cp A/raw/20261120/kosdaq-1d.ndjson 'A/raw/20261120/kosdaq-1d copy.ndjson'
sim --today 20261123
night
check 'other directories and names in raw: ignored' 0 'kospi-1d: 30 rows' ''
is 'other directories and names in raw: no file is derived from them' \
	"$(find A/csv A/xlsx -name '*copy*' -o -name '*backup*')" ''
ok 'date directory without a list: latest.xlsx is for the last date with a list' \
	cmp A/latest.xlsx A/xlsx/20261123.xlsx
run nightly.sh --derive ARCHIVE=A 'DATES=202611*'
check 'nightly.sh --derive, other directories and names in raw: exit status 0' 0 '' ''
rm -r A

# --- nightly.sh accepts a crontab line written for the previous release
mkdir -p A/raw
run nightly.sh ARCHIVE=A MARKETS=kospi,kosdaq PERIODS=1d,1w COMPLETE=0 LOCK_WAIT=5 -j 2
check 'nightly.sh with all its settings: the lists are fetched' 0 'kospi-1w: ' '*'
rm -r A/csv
run nightly.sh --derive ARCHIVE=A -j 2
check 'nightly.sh --derive: exit status 0' 0 '' ''
is 'nightly.sh --derive: writes the CSV files' "$(ls A/csv/20261123)" "$(printf '%s\n' {kosdaq,kospi}-1{d,w}.csv)"
rm -r A

# --- shell code in names and option values is not executed
sim --today 20261120
evil='x$(touch ${IFS}PWN)`touch PWN`; touch PWN;#'
run kis-archive nightly "$evil" --init --stale 0
check 'archive with shell code in its name: the lists are fetched' 0 'kosdaq-1d: 30 rows' ''
for values in "-m kospi;touch\${IFS}PWN" "-d \$(touch\${IFS}PWN)" \
	"--stale \`touch\${IFS}PWN\`" "-m \$\$(shell\${IFS}touch\${IFS}PWN)"; do
	# shellcheck disable=SC2086 # $values is an option and its value
	run kis-archive nightly "$evil" $values
	check "nightly $values: exit status 64" 64 '' .
done
for name in 'x-$(touch${IFS}PWN).ndjson' 'x-`touch PWN`.ndjson' \
	"x-1d'; touch PWN; '.ndjson" $'x\n-1d.ndjson' '-rf.ndjson' \
	'kospi-1d.ndjson;touch PWN' '$(shell touch PWN)-1d.ndjson'; do
	cp "$evil/raw/20261120/kospi-1d.ndjson" "$evil/raw/20261120/$name"
done
mkdir "$evil/raw/\$(touch PWN)" "$evil/raw/20261121;touch PWN"
sim --today 20261123
run kis-archive nightly "$evil" --stale 0
check 'shell code in names below raw: ignored, the lists are fetched' 0 'kosdaq-1d: 30 rows' ''
for command in derive gaps verify; do
	CDPATH=/:/tmp run kis-archive $command "$evil"
	check "kis-archive $command with shell code in names: its normal exit status" "$([ $command = verify ] && echo 65 || echo 0)" '*' ''
done
is 'verify: reports each name with shell code' "$(grep -c 'unexpected file' "$out")" 9
is 'shell code in names and option values: never executed' "$(find . -name 'PWN*')" ''
# shellcheck disable=SC2088 # the ~ must remain unexpanded
run kis-archive nightly '~/kis' --init
check 'archive path with an unexpanded ~: exit status 64' 64 '' 'HOME'
ok 'archive path with an unexpanded ~: no directory named ~ is created' [ ! -e '~' ]

done_testing
