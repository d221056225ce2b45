#!/bin/bash
# The archive: dates from the answers, nothing overwritten, exit codes that
# say what failed, two runs at once.
. "$(dirname "$0")/lib.sh"
need jq xlsx2csv curl ps
P=$ROOT/pipelines
PATH=$P:$PATH
DAY='--rollover 00:00 --rate 1000'

sim() { # shellcheck disable=SC2086 # the options are words
	sim_start $DAY "$@"
}

night() { run nightly.sh ARCHIVE=A "$@"; }

asked() { requests '.method == "GET"'; }

age_token() { # kis-token need not wait before it may ask again
	local file
	for file in "$XDG_CACHE_HOME"/kis/*.token; do
		jq '.asked -= 120' "$file" >aged && cat aged >"$file"
	done
}

archived() { # every raw file: name, inode, contents
	find A/raw -type f -exec stat -c '%n %i' {} + -exec cksum {} + | sort
}

derived() { (cd A && find csv xlsx latest.xlsx -type f -exec cksum {} + | sort); }

rest() { # what should not be there
	mkdir -p A/raw A/csv A/xlsx
	find A -mindepth 1 ! -path 'A/raw*' ! -path 'A/csv*' ! -path 'A/xlsx*' \
		! -path A/latest.xlsx ! -path A/.lock ! -path A/holidays
	find A/raw A/csv A/xlsx -type f ! -name '*.ndjson' ! -name '*.csv' \
		! -name '*.xlsx' ! -name '*.ndjson.2*T*'
	ls -A "$TMPDIR"
}

for script in nightly.sh keep.sh gaps.sh; do
	run "$script" --help
	check "$script --help" 0 "^usage: $script" ''
	run "$script" --wrong
	check "$script --wrong: 64 and usage" 64 '' "usage: $script"
done
run nightly.sh STATUS=x
check 'nightly.sh with a setting that is not for users: 64' 64 '' 'not known'
run nightly.sh 'DATES=2026*'
check 'nightly.sh with a setting of --derive: 64' 64 '' 'DATES is for'
run nightly.sh -j x
check 'nightly.sh -j x: 64' 64 '' 'number'

# --- a first run, a second one
sim --today 20261120
night PERIODS=1d,1w -j 4
check 'a first run' 0 '^kospi-1w: 30 rows for 20261120$' ''
is 'four lists' "$(cd A/raw && find . -type f | sort | xargs)" \
	'./20261120/kosdaq-1d.ndjson ./20261120/kosdaq-1w.ndjson ./20261120/kospi-1d.ndjson ./20261120/kospi-1w.ndjson'
is 'one request per list' "$(asked)" 4
is 'one token' "$(requests '.method == "POST"')" 1
kis-tocsv A/raw/20261120/kospi-1d.ndjson >want.csv
ok 'CSV is what kis-tocsv makes of raw' cmp want.csv A/csv/20261120/kospi-1d.csv
is 'the day in one workbook, a sheet per list' \
	"$(xlsx2csv -a A/xlsx/20261120.xlsx | grep -c '^-------- ')" 6
ok 'latest.xlsx is that' cmp A/latest.xlsx A/xlsx/20261120.xlsx
is 'nothing else' "$(rest)" ''

was=$(archived) made=$(derived)
night PERIODS=1d,1w -j 4
check 'again: nothing new' 0 '^kosdaq-1d: nothing new for 20261120$' ''
is 'again: one request per list' "$(asked)" 8
is 'again: raw is as it was' "$(archived)" "$was"
is 'nothing else' "$(rest)" ''
night MARKETS=1001,KOSPI
check 'codes and capitals are the same lists' 0 '^kospi-1d: nothing new' ''
is 'raw is as it was' "$(archived)" "$was"

# --- a holiday and the hours before the roll-over
sim --today 20261123 --holidays 20261123
night PERIODS=1d,1w
check 'a holiday: nothing new' 0 '^kospi-1w: nothing new for 20261120$' ''
sim --today 20261123 --rollover 24:00
night PERIODS=1d,1w
check 'before the roll-over: nothing new' 0 '^kospi-1w: nothing new for 20261120$' ''
is 'raw is as it was' "$(archived)" "$was"

# --- derived from raw alone
rm -rf A/csv A/xlsx A/latest.xlsx
sim_stop
export KIS_BASE_URL=https://127.0.0.1:1
run make -s -f "$P/nightly.mk" ARCHIVE=A derive -j 4
check 'derive: without a server' 0 '' ''
is 'derive: the same files' "$(derived)" "$made"
mkdir 'two words'
cp -r A/raw 'two words'
run make -s -f "$P/nightly.mk" 'ARCHIVE=two words' derive
check 'a folder with a blank in its name' 0 '' ''
ok 'a folder with a blank: the same' cmp A/latest.xlsx 'two words/latest.xlsx'
run make -s -f "$P/nightly.mk" ARCHIVE=A derive 'DATES=2025*'
check 'derive: dates that are not there' 0 '' ''

# --- other figures for the same date
sim --today 20261120 --seed 7
night
check 'other figures: kept beside, with a warning' 0 '' \
	'warning: kosdaq-1d: 20261120 was served with other figures'
is 'the first stays' "$(archived | grep -v 'ndjson\.')" "$was"
beside=$(find A/raw -name '*.ndjson.*' | wc -l | tr -d ' ')
is 'both are beside' "$beside" 2
night
check 'the same other figures: not kept twice' 0 'nothing new' ''
is 'no third' "$(find A/raw -name '*.ndjson.*' | wc -l | tr -d ' ')" 2
is 'nothing else' "$(rest)" ''
rm A/raw/*/*.ndjson.*
cp A/raw/20261120/kosdaq-1d.ndjson saved
# one figure of one share; then its price alone
sim --today 20261120
jq -c '.acml_vol |= if input_line_number == 7 then . + "0" else . end' \
	saved >A/raw/20261120/kosdaq-1d.ndjson
night MARKETS=kosdaq
check 'one figure differs: a warning' 0 '' 'warning: kosdaq-1d'
rm A/raw/*/*.ndjson.*
jq -c '.stck_prpr += "0" | .fetched_at |= sub("2"; "1")' \
	saved >A/raw/20261120/kosdaq-1d.ndjson
night MARKETS=kosdaq
check 'prices and times differ: nothing new' 0 'nothing new' ''
head -n 29 saved >A/raw/20261120/kosdaq-1d.ndjson
night MARKETS=kosdaq
check 'a row more: a warning' 0 '' 'warning: kosdaq-1d'
rm -r A

# --- whole lists
sim --today 20261120 --shares 150
night COMPLETE=1 MARKETS=kosdaq,krx100
check 'COMPLETE=1' 0 '^kosdaq-1d: [0-9]+ rows for 20261120$' ''
ok 'more than 30 rows' [ "$(wc -l <A/raw/20261120/kosdaq-1d.ndjson)" -gt 30 ]
before=$(asked) was=$(archived)
night COMPLETE=1 MARKETS=kosdaq,krx100
check 'COMPLETE=1 again: nothing new' 0 'kosdaq-1d: nothing new' ''
is 'COMPLETE=1 again: one request per list' $(($(asked) - before)) 2
night MARKETS=kosdaq,krx100
check 'its first 30 rows: nothing new' 0 'kosdaq-1d: nothing new' ''
is 'raw is as it was' "$(archived)" "$was"
sim --today 20261120 --shares 150 --seed 2
night COMPLETE=1 MARKETS=kosdaq
check 'COMPLETE=1, other figures: a warning' 0 '' 'warning: kosdaq-1d'
rm -r A
sim --today 20261120 --shares 150
night MARKETS=kosdaq
cp A/raw/20261120/kosdaq-1d.ndjson saved
night COMPLETE=1 MARKETS=kosdaq
check 'COMPLETE=1 after 30 rows brings the rest' 0 \
	'^kosdaq-1d: [0-9]+ rows for 20261120, of which 30 were here$' ''
ok 'the whole list has the name' \
	[ "$(wc -l <A/raw/20261120/kosdaq-1d.ndjson)" -gt 30 ]
ok 'the first rows lie beside' cmp saved A/raw/20261120/kosdaq-1d.ndjson.2*
is 'all is derived from the whole one' \
	"$(($(wc -l <A/csv/20261120/kosdaq-1d.csv) - 1))" \
	"$(wc -l <A/raw/20261120/kosdaq-1d.ndjson | tr -d ' ')"
is 'nothing else' "$(rest)" ''
was=$(archived)
for complete in 0 1; do
	night COMPLETE=$complete MARKETS=kosdaq
	check "then nothing is new, COMPLETE=$complete" 0 \
		'kosdaq-1d: nothing new' ''
done
is 'raw is as it was' "$(archived)" "$was"
jq -c 'select(.rank | tonumber | . <= 31 and . != 5)' \
	A/raw/20261120/kosdaq-1d.ndjson >holed
rm A/raw/20261120/kosdaq-1d.ndjson*
cp holed A/raw/20261120/kosdaq-1d.ndjson
night COMPLETE=1 MARKETS=kosdaq
check 'rows that lack one in their midst were not cut' 0 '' 'warning: kosdaq-1d'
ok 'they stay' cmp holed A/raw/20261120/kosdaq-1d.ndjson
rm A/raw/20261120/kosdaq-1d.ndjson*
cp saved A/raw/20261120/kosdaq-1d.ndjson
beside=A/raw/20261120/kosdaq-1d.ndjson.$(jq -r .fetched_at saved |
	head -n 1 | tr -dc 0-9T | head -c 15)
jq -c '.acml_vol += "0"' saved | tee other >"$beside"
night COMPLETE=1 MARKETS=kosdaq
check 'another list with the name beside: 73' 73 '' 'ln: '
ok 'it stays' cmp other "$beside"
ok 'and so does the first' cmp saved A/raw/20261120/kosdaq-1d.ndjson
cp saved "$beside"
night COMPLETE=1 MARKETS=kosdaq
check 'the same list beside already: the rest comes' 0 \
	'of which 30 were here$' ''
ok 'it stays' cmp saved "$beside"
rm A/raw/20261120/kosdaq-1d.ndjson*
cp saved A/raw/20261120/kosdaq-1d.ndjson
mkdir stubs
cat >stubs/kis-tocsv <<END
#!/bin/sh
[ "\$5" != ssts_cntg_qty ] || [ "\$8" = "\${8#.run}" ] || exit 74
exec "$BIN/kis-tocsv" "\$@"
END
chmod +x stubs/kis-tocsv
PATH=$PWD/stubs:$PATH night COMPLETE=1 MARKETS=kosdaq
check 'the new list cannot be read to its end: 74' 74 '' 'Error 74'
ok 'the old one stays' cmp saved A/raw/20261120/kosdaq-1d.ndjson
is 'alone' "$(ls A/raw/20261120)" kosdaq-1d.ndjson
rm -r A stubs

# --- two runs at once
sim --today 20261120 --fault slow:2
nightly.sh ARCHIVE=A >first 2>&1 &
first=$!
sleep 0.2
run nightly.sh ARCHIVE=A LOCK_WAIT=1
check 'two at once: the second waits its time, 75' 75 '' 'another run'
night
check 'two at once: the second waits' 0 'nothing new' ''
wait "$first"
is 'two at once: the first goes on' $? 0
like 'two at once: it kept the lists' "$(xargs <first)" 'kospi-1d: 30 rows'
is 'nothing else' "$(rest)" ''
rm -r A

# --- the make that fetches is killed, the run goes on: what that had started
# ends first, or a list could come too late for its workbook and be older
sim --today 20261120
mkdir stubs
cat >stubs/ln <<'END'
#!/bin/bash
[[ $* != */kosdaq-1d.ndjson ]] || {
	recipe=$(ps -o ppid= "$PPID")
	kill -9 "$(ps -o ppid= "${recipe// /}" | tr -d ' ')"
	sleep 1
}
exec /bin/ln "$@"
END
chmod +x stubs/ln
PATH=$PWD/stubs:$PATH night -j 2
check 'the make that fetches is killed: 70' 70 'kosdaq-1d: 30 rows' 'Error 137'
ok 'what it had fetched is kept' [ -s A/raw/20261120/kosdaq-1d.ndjson ]
night
check 'the next run' 0 'kosdaq-1d: nothing new' ''
is 'both lists are in the workbook' \
	"$(xlsx2csv -a A/xlsx/20261120.xlsx | grep -c '^-------- ')" 4
is 'nothing else' "$(rest)" ''
rm -r A stubs

# --- an agent that the command for the secret leaves behind holds up nothing
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
run timeout 50 env -u KIS_APPKEY -u KIS_APPSECRET nightly.sh ARCHIVE=A
check 'with an agent left behind' 0 'kosdaq-1d: 30 rows' ''
ok 'it was not waited for' kill "$(cat agent.pid)"
rm -r A "$HOME/.config"

# --- one list fails: its code; the others are kept
sim --today 20261120 --fault opsq2001:1
night MARKETS=kospi,kosdaq,krx100
check 'one list fails: 69' 69 '^krx100-1d: 30 rows' 'OPSQ2001'
is 'one list fails: the others are kept and derived' \
	"$(cd A && find raw csv -type f | sort | xargs)" \
	'csv/20261120/kosdaq-1d.csv csv/20261120/krx100-1d.csv raw/20261120/kosdaq-1d.ndjson raw/20261120/krx100-1d.ndjson'
is 'nothing else' "$(rest)" ''
night MARKETS=kospi,kosdaq,krx100
check 'the next run has the rest' 0 '^kospi-1d: 30 rows' ''
rm -r A

# --- two lists fail, each in its own way: what is worth a retry decides
while IFS='|' read -r first second want; do
	sim --today 20261120 --minute 0 --token-keep 0 \
		--fault "$first" --fault "$second"
	kis-token >token 2>err && age_token
	night MARKETS=kospi,kosdaq
	check "$first, $second: $want" "$want" '*' '.'
	rm -r A
done <<'TABLE'
empty:1|ledger-rate|75
empty:1|opsq2001|69
opsq2001:1|ledger-rate|75
opsq2001:1|empty|69
empty:1|empty|1
ledger-rate:5|expired|77
TABLE
run make -f "$P/nightly.mk" ARCHIVE=A MARKETS=nowhere
check 'make itself ends with 2' 2 '*' 'nowhere'
night MARKETS=nowhere
check 'nightly.sh: 64' 64 '' 'nowhere'
rm -r A

# --- what fails, its code, and how often the server was asked
while IFS='|' read -r fault want gets posts pattern; do
	sim --today 20261120 --minute 0 --token-keep 0 --fault "$fault"
	[[ $fault == token.* ]] || { kis-token >token 2>err && age_token; }
	night MARKETS=kosdaq
	check "$fault: $want" "$want" '*' "$pattern"
	is "$fault: requests" "$(asked) $(requests '.method == "POST"')" "$gets $posts"
	is "$fault: nothing else" "$(rest)" ''
	is "$fault: a list with 0 alone" "$(find A/raw -type f | wc -l | tr -d ' ')" \
		$((want == 0))
	rm -r A
done <<'TABLE'
expired:1|0|2|2|asking for a new one
expired|77|2|2|EGW00123
token.bad-secret|77|0|1|EGW00105
token.not-permitted|69|0|1|EGW00206
empty|1|1|1|has rows
bad-secret|77|2|2|EGW00304
status404|69|1|1|404
notjson|76|1|1|not JSON
date-zero|76|1|1|base date
rate:2|0|3|1|
TABLE
sim_stop
export KIS_BASE_URL=https://127.0.0.1:1
night
check 'no server: 75' 75 '' 'no connection'
unset KIS_APPKEY KIS_APPSECRET
night
check 'no credentials: 78' 78 '' 'no credentials'
echo text >file
run nightly.sh ARCHIVE=file
check 'an archive that is a file: 73' 73 '' 'file'
is 'nothing else' "$(rest)" ''
rm -rf A

# --- the ping
printf '%s\n' 'import http.server, sys' \
	'class H(http.server.BaseHTTPRequestHandler):' \
	'    def do_GET(self):' \
	'        print(self.path, flush=True)' \
	'        self.send_response(200)' \
	'        self.end_headers()' \
	'    def log_message(self, *a):' \
	'        pass' \
	's = http.server.HTTPServer(("127.0.0.1", 0), H)' \
	'open("port", "w").write(str(s.server_port) + "\n")' \
	's.handle_request()' 's.handle_request()' >pings.py
timeout 30 $PYTHON pings.py >pings &
pinged=$!
for _ in {1..100}; do [ -s port ] && break; sleep 0.05; done
port=$(cat port)
export KIS_PING_URL=http://127.0.0.1:$port/my-check/
sim --today 20261120
night
check 'with a ping' 0 'rows for' ''
sim --today 20261120 --fault opsq2001
night
check 'with a ping: 69' 69 '' 'OPSQ2001'
wait "$pinged"
is 'the pings carry the exit codes' "$(xargs <pings)" '/my-check/0 /my-check/69'
sim --today 20261120
KIS_PING_URL=http://127.0.0.1:1/x night
check 'a ping that fails changes nothing' 0 'nothing new' 'the ping failed'
unset KIS_PING_URL
rm -r A

# --- gaps
mkdir -p A/raw/{20261102,20261103,20261106,20261109}
touch A/raw/{20261102,20261103,20261106,20261109}/kosdaq-1d.ndjson
touch A/raw/{20261103,20261106}/kospi-1d.ndjson
run gaps.sh A
check 'gaps' 0 '^20261104: no kosdaq-1d kospi-1d ' ''
is 'gaps: each weekday, the list that is missing' "$(cut -d'(' -f1 "$out" | xargs)" \
	'20261104: no kosdaq-1d kospi-1d 20261105: no kosdaq-1d kospi-1d 20261109: no kospi-1d'
echo '20261104 a holiday' >A/holidays
run make -s -f "$P/nightly.mk" ARCHIVE=A gaps
check 'gaps: not the holidays' 0 '^20261105: ' ''
is 'gaps: two are left' "$(wc -l <"$out" | tr -d ' ')" 2
run gaps.sh --since 20261106 A
check 'gaps: since' 0 '^20261109: no kospi-1d' ''
run gaps.sh --lists 'kospi-1d all-1d' A
check 'gaps: of these lists' 0 '^20261109: no kospi-1d ' ''
is 'gaps: of no others' "$(grep -c kosdaq "$out")" 0
run make -s -f "$P/nightly.mk" ARCHIVE=A MARKETS=0001 gaps
check 'gaps: by make, of these markets' 0 '^20261105: no kospi-1d ' ''
mkdir -p A/raw/backup 'A/raw/20261109 copy'
touch A/raw/backup/kospi-1d.ndjson 'A/raw/20261109 copy/kospi-1d.ndjson' \
	'A/raw/20261109/kospi-1d copy.ndjson'
run gaps.sh A
check 'gaps: copies are no lists' 0 '^20261109: no kospi-1d ' ''
run gaps.sh nowhere
check 'gaps: no archive, 66' 66 '' nowhere
rm -r A
sim --today 20261119
night
sim --today 20261120
night MARKETS=KOSDAQ
check 'a market that is no longer asked is no gap' 0 '^kosdaq-1d: 30 rows' ''
night MARKETS=0001
check 'asked again' 0 '^kospi-1d: 30 rows' ''
sim --today 20261123 --fault opsq2001:1
night
check 'one that fails is' 69 'kosdaq-1d: 30 rows' '^20261123: no kospi-1d'

# --- other folders below raw, and names with blanks
mkdir -p A/raw/backup 'A/raw/20261120 copy' A/raw/20991231
cp A/raw/20261120/kosdaq-1d.ndjson A/raw/backup
cp A/raw/20261120/kosdaq-1d.ndjson 'A/raw/20261120 copy'
cp A/raw/20261120/kosdaq-1d.ndjson 'A/raw/20261120/kosdaq-1d copy.ndjson'
sim --today 20261123
night
check 'other folders and names below raw: left alone' 0 'kospi-1d: 30 rows' ''
is 'nothing is derived from them' \
	"$(find A/csv A/xlsx -name '*copy*' -o -name '*backup*')" ''
ok 'latest.xlsx is of the last date that has a list' \
	cmp A/latest.xlsx A/xlsx/20261123.xlsx
run nightly.sh --derive ARCHIVE=A 'DATES=202611*'
check 'nor by --derive' 0 '' ''
rm -r A

# --- a list that was moved over another keeps its time; as README says
night
mv A/raw/20261123/kosdaq-1d.ndjson A/raw/20261123/kosdaq-1d.ndjson.1
head -n 5 A/raw/20261123/kosdaq-1d.ndjson.1 \
	>A/raw/20261123/kosdaq-1d.ndjson.20261124T073000
touch -d '1 hour ago' A/raw/20261123/kosdaq-1d.ndjson.20261124T073000
line=$(sed -n 's/^    \(mv .* touch .*\)$/\1/p' "$P/README.md")
(cd A/raw/20261123 && bash -c "$line")
run nightly.sh --derive ARCHIVE=A
check 'moved over' 0 '' ''
is 'the CSV follows' "$(wc -l <A/csv/20261123/kosdaq-1d.csv | tr -d ' ')" 6
rm -r A

# --- what is not an archive, and what is not a number
run nightly.sh --derive ARCHIVE=mistyped
check '--derive: no archive, 66' 66 '' "no folder 'mistyped/raw'"
run make -s -f "$P/nightly.mk" ARCHIVE=mistyped gaps
check 'gaps: no archive' 2 '' "no folder 'mistyped/raw'"
ok 'neither makes it' [ ! -e mistyped ]
# shellcheck disable=SC2088 # as a shell other than bash leaves it
run nightly.sh 'ARCHIVE=~/kis'
check 'a ~ that no shell has replaced: 64' 64 '' 'write \$HOME'
ok 'no folder of that name' [ ! -e '~' ]
night LOCK_WAIT=x
check 'LOCK_WAIT=x: 64' 64 '' 'LOCK_WAIT=x is not a number'
ok 'nothing is made' [ ! -e A ]

done_testing
