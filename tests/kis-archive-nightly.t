#!/bin/bash
# kis-archive nightly: dates from the answers, nothing lost, exit statuses that
# say what failed, two runs at once, pings, and what it costs to have years.
. "$(dirname "$0")/lib.sh"
need jq xlsx2csv curl ps
P=$ROOT/pipelines
PATH=$P:$PATH
DAY='--rollover 00:00 --rate 1000'

sim() { # shellcheck disable=SC2086 # the options are words
	sim_start $DAY "$@"
}

# The archive's dates are long past on most days that the test runs.
night() { run kis-archive nightly A --init --stale 0 "$@"; }

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
		! -path A/latest.xlsx ! -path A/.lock ! -path A/holidays \
		! -path A/.dates ! -path 'A/.derived*' ! -path 'A/unplaced*'
	find A/raw A/csv A/xlsx -type f ! -name '*.ndjson' ! -name '*.csv' \
		! -name '*.xlsx' ! -name '*.ndjson.2*T*' ! -name SHA256SUMS
	ls -A "$TMPDIR"
}

run kis-archive --help
check 'kis-archive --help' 0 '^usage: kis-archive COMMAND' ''
run kis-archive --version
check 'kis-archive --version' 0 '^kis-archive [0-9]' ''
for wrong in '' nonsense --wrong 'nightly' 'nightly A B' 'nightly A --wrong' \
	'nightly A --stale x' 'nightly A --retry-for 5x' 'nightly A --markets' \
	'nightly A --markets ,' 'nightly A -m nowhere' 'nightly A -d 5d' 'gaps' \
	'gaps A --since x' 'derive A 2026x' 'derive A -j 0' 'merge A' \
	'verify A B' 'merge A --wrong'; do
	# shellcheck disable=SC2086 # words
	run kis-archive $wrong
	check "kis-archive $wrong: 64, one line and where to read on" 64 '' "^Try 'kis-archive"
	is "kis-archive $wrong: two lines" "$(wc -l <"$err" | tr -d ' ')" 2
done
for command in nightly derive gaps verify merge history; do
	run kis-archive $command --help
	check "kis-archive $command --help" 0 "^usage: kis-archive $command" ''
	run kis-archive $command nowhere nowhere
	[ $command = merge ] || run kis-archive $command nowhere
	check "kis-archive $command: no archive, 66" 66 '' "no archive at 'nowhere'"
	ok "kis-archive $command makes none" [ ! -e nowhere ]
done
run kis-archive nightly A
check 'nightly without --init makes no archive' 66 '' 'add --init'
ok 'nothing is made' [ ! -e A ]
run nightly.sh --help
check 'nightly.sh --help' 0 '^usage: nightly.sh' ''
run nightly.sh STATUS=x
check 'nightly.sh with another argument: 64' 64 '' "unknown argument 'STATUS=x'"
run nightly.sh ARCHIVE=A
check 'nightly.sh creates the archive, as in earlier releases' 78 '*' 'no credentials'
ok 'it is there' [ -d A/raw ]
rm -r A

# --- a first run, a second one
sim --today 20261120
night --periods 1d,1w
check 'a first run' 0 '^kospi-1w: 30 rows for 20261120$' ''
is 'four lists' "$(cd A/raw && find . -name '*.ndjson' | sort | xargs)" \
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
night --periods 1d,1w
check 'again: nothing new' 0 '^kosdaq-1d: nothing new for 20261120$' ''
is 'again: one request per list' "$(asked)" 8
is 'again: raw is as it was' "$(archived)" "$was"
is 'nothing else' "$(rest)" ''
night --markets 1001,KOSPI,코스닥
check 'codes and capitals are the same lists' 0 '^kospi-1d: nothing new' ''
is 'raw is as it was' "$(archived)" "$was"

# --- a holiday and the hours before the roll-over
sim --today 20261123 --holidays 20261123
night -d 1d,1w
check 'a holiday: nothing new' 0 '^kospi-1w: nothing new for 20261120$' ''
sim --today 20261123 --rollover 24:00
night -d 1d,1w
check 'before the roll-over: nothing new' 0 '^kospi-1w: nothing new for 20261120$' ''
is 'raw is as it was' "$(archived)" "$was"

# --- derived from raw alone
rm -rf A/csv A/xlsx A/latest.xlsx
sim_stop
export KIS_BASE_URL=https://127.0.0.1:1
run kis-archive derive A -j 4
check 'derive: without a server' 0 '' ''
is 'derive: the same files' "$(derived)" "$made"
mkdir 'two words'
cp -r A/raw 'two words'
run kis-archive derive 'two words'
check 'a folder with a blank in its name' 0 '' ''
ok 'a folder with a blank: the same' cmp A/latest.xlsx 'two words/latest.xlsx'
run kis-archive derive A 2025
check 'derive: dates that are not there: 66' 66 '' 'no list for 2025'

# --- other figures for the same date
sim --today 20261120 --seed 7
sleep 1 # of two lists of one second either may have the plain name
night
check 'different figures: both are kept, with a warning' 0 ' 0 failed' \
	'warning: kosdaq-1d: the server returned different figures for 20261120'
first=$(find A/raw -name '*.ndjson.2*' | wc -l | tr -d ' ')
is 'the first lists have another name' "$first" 2
is 'with the same contents' "$(archived | grep -c -F "$(grep -o '^[0-9]* [0-9]* ' <<<"$was")")" 4
night
check 'the same different figures: nothing new' 0 'nothing new' ''
is 'no third' "$(find A/raw -name '*.ndjson.2*' | wc -l | tr -d ' ')" 2
sim --today 20261120
sleep 1
night
check 'the first figures again: they are the newest' 0 '2 new' \
	'returned different figures'
is 'the workbook is of them' "$(xlsx2csv -n '코스닥 1일' A/latest.xlsx | cksum)" \
	"$(kis-toxlsx A/raw/20261120/*.ndjson -o first.xlsx && xlsx2csv -n '코스닥 1일' first.xlsx | cksum)"
night
check 'the first figures once more: nothing new' 0 'nothing new' ''
is 'no other file is left' "$(rest)" ''
rm -r A
sim --today 20261120
night
cp A/raw/20261120/kosdaq-1d.ndjson saved
# put in OTHER's place with its checksum, as a restored archive has it
put() { # file
	cp "$1" A/raw/20261120/kosdaq-1d.ndjson
	rm -f A/raw/20261120/SHA256SUMS A/raw/20261120/kosdaq-1d.ndjson.*
}
# one figure of one stock; then its price alone
jq -c '.fetched_at |= sub("2"; "1") |
	.acml_vol |= if input_line_number == 7 then . + "0" else . end' saved >other
put other
night --markets kosdaq
check 'one figure differs: a warning' 0 ' 0 failed' 'warning: kosdaq-1d'
ok 'what was there is kept' cmp other A/raw/20261120/kosdaq-1d.ndjson.1*
jq -c '.stck_prpr += "0" | .fetched_at |= sub("2"; "1")' saved >other
put other
night --markets kosdaq
check 'prices and times differ: nothing new' 0 'nothing new' ''
head -n 29 saved >other
put other
night --markets kosdaq
check 'a row more: a warning' 0 ' 0 failed' 'warning: kosdaq-1d'
rm -r A

# --- complete lists
sim --today 20261120 --shares 150
night --complete --markets kosdaq,krx100
check '--complete' 0 '^kosdaq-1d: [0-9]+ rows for 20261120$' ''
ok 'more than 30 rows' [ "$(wc -l <A/raw/20261120/kosdaq-1d.ndjson)" -gt 30 ]
before=$(asked) was=$(archived)
night --complete --markets kosdaq,krx100
check '--complete again: nothing new' 0 'kosdaq-1d: nothing new' ''
is '--complete again: one request per list' $(($(asked) - before)) 2
night --markets kosdaq,krx100
check 'its first 30 rows: nothing new' 0 'kosdaq-1d: nothing new' ''
is 'raw is as it was' "$(archived)" "$was"
sim --today 20261120 --shares 150 --seed 2
night --complete --markets kosdaq
check '--complete, different figures: a warning' 0 ' 0 failed' 'warning: kosdaq-1d'
night --markets kosdaq
check 'a top list does not replace a complete one' 0 'nothing new' ''
rm -r A
sim --today 20261120 --shares 150
night --markets kosdaq
cp A/raw/20261120/kosdaq-1d.ndjson saved
night --complete --markets kosdaq
check '--complete after 30 rows brings the rest' 0 \
	'^kosdaq-1d: [0-9]+ rows for 20261120, 30 of them already in the archive$' ''
ok 'the complete list has the name' \
	[ "$(wc -l <A/raw/20261120/kosdaq-1d.ndjson)" -gt 30 ]
ok 'the first rows are kept too' cmp saved A/raw/20261120/kosdaq-1d.ndjson.2*
is 'the CSV is of the complete list' \
	"$(($(wc -l <A/csv/20261120/kosdaq-1d.csv) - 1))" \
	"$(wc -l <A/raw/20261120/kosdaq-1d.ndjson | tr -d ' ')"
is 'nothing else' "$(rest)" ''
was=$(archived)
for complete in '' --complete; do
	# shellcheck disable=SC2086 # a word or none
	night $complete --markets kosdaq
	check "then nothing is new $complete" 0 'kosdaq-1d: nothing new' ''
done
is 'raw is as it was' "$(archived)" "$was"
jq -c 'select(.rank | tonumber | . <= 31 and . != 5)' \
	A/raw/20261120/kosdaq-1d.ndjson >holed
rm A/raw/20261120/kosdaq-1d.ndjson.*
put holed
night --complete --markets kosdaq
check 'a list that lacks a row: the new one is complete' 0 'already in the archive' ''
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
check '--complete fails: its status' 76 '*' '*'
is 'its first 30 rows are kept' \
	"$(wc -l <A/raw/20261120/kosdaq-1d.ndjson | tr -d ' ')" 30
rm -r A stubs

# --- a damaged list on the newest date
sim --today 20261120
night
good=$(cksum <A/raw/20261120/kosdaq-1d.ndjson)
for damage in 'printf "{\"cut" >>' ': >' 'sed -i "3s/:\"[0-9]/:\"x/"' 'head -c 5000 saved >'; do
	cp A/raw/20261120/kosdaq-1d.ndjson saved
	bash -c "$damage A/raw/20261120/kosdaq-1d.ndjson"
	cp A/raw/20261120/kosdaq-1d.ndjson damaged
	# also without a checksum
	[[ $damage != ': >' && $damage != printf* ]] || sed -i '/kosdaq-1d.ndjson$/d' A/raw/20261120/SHA256SUMS
	night
	check "damaged by $damage: the list just fetched has its place" 0 \
		'kosdaq-1d: 30 rows' 'was corrupt'
	is "$damage: valid again" "$(jq -c . A/raw/20261120/kosdaq-1d.ndjson | wc -l | tr -d ' ')" 30
	ok "$damage: the damaged file is kept" \
		cmp damaged "A/raw/20261120/kosdaq-1d.ndjson.damaged-$(sha256sum <damaged | cut -c 1-12)"
done
run kis-archive verify A
check 'verify then finds no fault' 0 ' 0 faults$' ''
rm -r A

# --- two runs at once
sim --today 20261120 --fault slow:2
kis-archive nightly A --init --stale 0 >first 2>&1 &
first=$!
sleep 0.2
run kis-archive nightly A --lock-wait 1
check 'two at once: the second waits its time, 75' 75 '' 'in use by another run'
night
check 'two at once: the second waits' 0 'nothing new' ''
wait "$first"
is 'two at once: the first goes on' $? 0
like 'two at once: it kept the lists' "$(xargs <first)" 'kospi-1d: 30 rows'
is 'nothing else' "$(rest)" ''
rm -r A

# --- killed while a list is put in its place: the next run has it
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
	is "killed in $victim" "$status" 137
	rm armed
	sim --today 20261123
	night
	check "killed in $victim: the next run" 0 '*' '*'
	is "killed in $victim: nothing else" "$(rest)" ''
	run kis-archive verify A
	check "killed in $victim: no fault" 0 ' 0 faults$' ''
	like "killed in $victim: what was fetched is kept" "$(ls A/raw)" \
		"$([[ $victim != kis-fetch ]] && echo 20261120 || echo 20261123)"
	sim --today 20261120
	rm -r A stubs
done

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
run timeout 50 env -u KIS_APPKEY -u KIS_APPSECRET kis-archive nightly A --init --stale 0
check 'with an agent left behind' 0 'kosdaq-1d: 30 rows' ''
ok 'it was not waited for' kill "$(cat agent.pid)"
rm -r A "$HOME/.config"

# --- one list fails: its code; the others are kept
sim --today 20261120 --fault opsq2001:1
night --markets kospi,kosdaq,krx100
check 'one list fails: 69' 69 '^krx100-1d: 30 rows' 'OPSQ2001'
is 'one list fails: the others are kept and derived' \
	"$(cd A && find raw csv -type f ! -name SHA256SUMS | sort | xargs)" \
	'csv/20261120/kosdaq-1d.csv csv/20261120/krx100-1d.csv raw/20261120/kosdaq-1d.ndjson raw/20261120/krx100-1d.ndjson'
is 'nothing else' "$(rest)" ''
night --markets kospi,kosdaq,krx100
check 'the next run has the rest' 0 '^kospi-1d: 30 rows' ''
rm -r A

# --- two lists fail, each in its own way: what is worth a retry decides
while IFS='|' read -r first second want; do
	sim --today 20261120 --minute 0 --token-keep 0 \
		--fault "$first" --fault "$second"
	kis-token >token 2>err && age_token
	night --markets kospi,kosdaq
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
# --- what fails, its code, and how often the server was asked
while IFS='|' read -r fault want gets posts pattern; do
	sim --today 20261120 --minute 0 --token-keep 0 --fault "$fault"
	[[ $fault == token.* ]] || { kis-token >token 2>err && age_token; }
	night --markets kosdaq
	check "$fault: $want" "$want" '*' "$pattern"
	is "$fault: requests" "$(asked) $(requests '.method == "POST"')" "$gets $posts"
	is "$fault: nothing else" "$(rest)" ''
	is "$fault: a list with 0 alone" "$(find A/raw -name '*.ndjson' | wc -l | tr -d ' ')" \
		$((want == 0))
	rm -r A
done <<'TABLE'
expired:1|0|2|2|requesting a new one
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
check 'no server: 75' 75 ' failed' 'cannot connect'
unset KIS_APPKEY KIS_APPSECRET
night
check 'no credentials: 78' 78 ' failed' 'no credentials'
echo text >file
run kis-archive nightly file --init
check 'an archive that is a file: 73' 73 '' 'file'
is 'nothing else' "$(rest)" ''
rm -rf A

# --- a rejected token whose renewal fails for now: no list is lost
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
check 'a renewal that fails for now is tried again' 0 '3 new' 'retrying'
rm -r A stubs

# --- one list that cannot be kept costs no other, now or later
sim --today 20261120
mkdir -p A/raw/20261120/kosdaq-1d.ndjson
night
check 'a directory in the place of a list: 74' 74 '^kospi-1d: 30 rows' 'cannot keep kosdaq-1d'
sim --today 20261123
night
check 'the next night is as any other' 0 '2 new' 'cannot be kept yet'
run kis-archive verify A
check 'verify names it' 65 '20261120/kosdaq-1d.ndjson: unexpected file' '*'
rmdir A/raw/20261120/kosdaq-1d.ndjson
night
is 'what waited is kept then' "$(wc -l <A/raw/20261120/kosdaq-1d.ndjson | tr -d ' ')" 30
rm -r A
mkdir -p A/raw
: >A/raw/20261123
night
check 'a file in the place of a date: no list, its status' 73 ' 2 failed' .
rm A/raw/20261123
night
check 'what waited is kept then' 0 'nothing new for 20261123' ''
rm -r A

# --- output that cannot be written, and base dates that cannot be
run bash -c 'kis-archive nightly A --init --stale 0 >/dev/full'
is 'stdout full: 74' "$status" 74
is 'stdout full: all lists are kept and derived' \
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
	check "base date $wrong: 76" 76 ' 1 failed' 'impossible base date'
	is "base date $wrong: no such date" "$(ls A/raw)" ''
	ok "base date $wrong: the list stays" [ -s A/unplaced/*.ndjson ]
	rm -r A
done
rm -r stubs

# --- where it runs, and how options may be written
cp "$KIS_CACERT" ca.pem
KIS_CACERT=ca.pem night -m kosdaq
check 'a relative KIS_CACERT' 0 '1 new' ''
mkdir elsewhere
night -m $'kospi\nkrx100' --stale=0
check 'markets on two lines' 0 '2 new' ''
night -mkospi -d1d
check 'values without a blank' 0 '1 known' ''
run kis-archive nightly --init=A
check '--init=A: 64' 64 '' 'takes no value'
OLDPWD=$T/elsewhere run kis-archive nightly --init --stale 0 -m kosdaq -- -
check 'an archive called -' 0 "^'-': 1 new" ''
is 'nothing elsewhere' "$(ls -A elsewhere)" ''
printf '#!/bin/sh\ntouch "%s/PWN"\n' "$T" >A/sort
cp A/sort A/awk
chmod +x A/sort A/awk
PATH=:$PATH run kis-archive gaps A
PATH=$PATH:. run kis-archive verify A
is 'a program in the archive is not run' "$(ls PWN 2>&1 | grep -c '^PWN$')" 0
rm -r A ./-

# --- a list that is not placed stays in the archive
sim --today 20261120 --fault date-zero
night --markets kosdaq
check 'no base date: 76' 76 '*' "has no base date; kept as 'A/unplaced/"
is 'it is kept' "$(cat A/unplaced/*.ndjson | wc -l | tr -d ' ')" 30
rm -r A

# --- 75 is tried again as long as --retry-for allows
sim --today 20261120 --fault ledger-rate:5
night --markets kosdaq --retry-for 20
check '--retry-for: what fails for now is tried again' 0 'kosdaq-1d: 30 rows' 'retrying'
rm -r A
mkdir stubs
printf '#!/bin/sh\nexit 75\n' >stubs/kis-fetch
chmod +x stubs/kis-fetch
SECONDS=0
PATH=$PWD/stubs:$PATH night --markets kosdaq --retry-for 4
rm -r stubs
check '--retry-for ends with 75' 75 ' failed' 'retrying in 1 s'
ok 'within its time, about' [ "$SECONDS" -le 30 ]
sim --today 20261120 --fault opsq2001
night --markets kosdaq --retry-for 20
check 'what does not pass is not tried again' 69 '*' 'OPSQ2001'
is 'one request' "$(asked)" 1
rm -r A

# --- the closing line and --stale
sim --today 20261120 --fault opsq2001:1
night --markets kospi,kosdaq
check 'the last line says how many' 69 \
	"^'A': 1 new, 0 known, 0 empty, 1 failed; workbook 'A/latest.xlsx' \(20261120\)$"
rm -r A
export KIS_BASE_URL=https://127.0.0.1:1
# the newest list is so many business days old
mkdir -p A/raw
days_ago() { # weekdays before today in Korea
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
	is "$days business days: warned of" \
		"$(grep -c "'A': the newest list is for $(days_ago $days), older than the limit" "$err")" \
		$((days > 3))
	run kis-archive nightly A --markets kosdaq --stale $days
	is "$days business days, --stale $days" "$(grep -c 'newest list' "$err")" 0
done
rm -rf A/.pending
days_ago 1 >A/holidays
run kis-archive nightly A --markets kosdaq
is 'holidays are no business days' "$(grep -c 'newest list' "$err")" \
	0
rm -r A

# --- the ping
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
check 'with a ping and a retry' 0 'rows for' '.'
sim --today 20261120 --fault opsq2001
night
check 'with a ping: 69' 69 ' failed' 'OPSQ2001'
run kis-archive nightly nowhere
check 'with a ping: no archive' 66 '' 'nowhere'
exec 9>>A/.lock
flock 9
run kis-archive nightly A --lock-wait 0
check 'with a ping: another run has the archive' 75 '' 'in use'
exec 9>&-
run kis-archive nightly A --lists x
check 'with a ping: a usage error sends none' 64 '' 'unknown option'
mkdir readonly
: >readonly/raw
run kis-archive nightly readonly/raw/x --init
check 'with a ping: no archive can be created' 73 '' '*'
wait "$pinged"
is 'pings: the start, and how it ended at last' "$(cut -d' ' -f1 pings | xargs)" \
	'/my-check/start /my-check/0 /my-check/start /my-check/69 /my-check/66 /my-check/75 /my-check/73'
like 'and each list' "$(cat ping-text)" '^kospi-1d: new, status 0$'
like 'with what happened' "$(sed -n 2p pings)" "'A': 2 new"
sim --today 20261120
KIS_PING_URL=http://127.0.0.1:1/x night
check 'a ping that fails changes nothing' 0 'nothing new' 'the ping failed'
KIS_PING_URL='http://127.0.0.1:1/"; x' night
check 'an address that is none' 0 'nothing new' 'is not an address'
unset KIS_PING_URL
rm -r A

# --- gaps
mkdir -p A/raw/{20261102,20261103,20261106,20261109}
touch A/raw/{20261102,20261103,20261106,20261109}/kosdaq-1d.ndjson
touch A/raw/{20261103,20261106}/kospi-1d.ndjson
run kis-archive gaps A
check 'gaps' 0 '^20261104: no kosdaq-1d kospi-1d ' ''
is 'gaps: each weekday, the list that is missing' "$(cut -d'(' -f1 "$out" | xargs)" \
	'20261104: no kosdaq-1d kospi-1d 20261105: no kosdaq-1d kospi-1d 20261109: no kospi-1d'
echo '20261104 a holiday' >A/holidays
run kis-archive gaps A
check 'gaps: not the holidays' 0 '^20261105: ' ''
is 'gaps: two are left' "$(wc -l <"$out" | tr -d ' ')" 2
run kis-archive gaps A --since 20261106
check 'gaps: since' 0 '^20261109: no kospi-1d' ''
run kis-archive gaps A --lists 'kospi-1d all-1d'
check 'gaps: of these lists' 0 '^20261109: no kospi-1d ' ''
is 'gaps: of no others' "$(grep -c kosdaq "$out")" 0
mkdir -p A/raw/backup 'A/raw/20261109 copy'
touch A/raw/backup/kospi-1d.ndjson 'A/raw/20261109 copy/kospi-1d.ndjson' \
	'A/raw/20261109/kospi-1d copy.ndjson'
run kis-archive gaps A
check 'gaps: copies are no lists' 0 '^20261109: no kospi-1d ' ''
rm -r A
sim --today 20261119
night
sim --today 20261120
night --markets KOSDAQ
check 'a market that is no longer asked is no gap' 0 '^kosdaq-1d: 30 rows' ''
night --markets 0001
check 'asked again' 0 '^kospi-1d: 30 rows' ''
sim --today 20261123 --fault opsq2001:1
night
check 'one that fails is' 69 'kosdaq-1d: 30 rows' ' 20261123: no kospi-1d'

# --- other folders below raw, and names with blanks
mkdir -p A/raw/backup 'A/raw/20261120 copy' A/raw/20991231
cp A/raw/20261120/kosdaq-1d.ndjson A/raw/backup
cp A/raw/20261120/kosdaq-1d.ndjson 'A/raw/20261120 copy'
cp A/raw/20261120/kosdaq-1d.ndjson 'A/raw/20261120/kosdaq-1d copy.ndjson'
sim --today 20261123
night
check 'other directories and names in raw are ignored' 0 'kospi-1d: 30 rows' ''
is 'nothing is derived from them' \
	"$(find A/csv A/xlsx -name '*copy*' -o -name '*backup*')" ''
ok 'latest.xlsx is of the last date that has a list' \
	cmp A/latest.xlsx A/xlsx/20261123.xlsx
run nightly.sh --derive ARCHIVE=A 'DATES=202611*'
check 'nor by --derive' 0 '' ''
rm -r A

# --- a crontab line of the release before
mkdir -p A/raw
run nightly.sh ARCHIVE=A MARKETS=kospi,kosdaq PERIODS=1d,1w COMPLETE=0 LOCK_WAIT=5 -j 2
check 'nightly.sh with all its settings' 0 'kospi-1w: ' '*'
rm -r A/csv
run nightly.sh --derive ARCHIVE=A -j 2
check 'nightly.sh --derive' 0 '' ''
is 'it derived' "$(ls A/csv/20261123)" "$(printf '%s\n' {kosdaq,kospi}-1{d,w}.csv)"
rm -r A

# --- names and values are data
sim --today 20261120
evil='x$(touch ${IFS}PWN)`touch PWN`; touch PWN;#'
run kis-archive nightly "$evil" --init --stale 0
check 'an archive with a hostile name' 0 'kosdaq-1d: 30 rows' ''
for values in "-m kospi;touch\${IFS}PWN" "-d \$(touch\${IFS}PWN)" \
	"--stale \`touch\${IFS}PWN\`" "-m \$\$(shell\${IFS}touch\${IFS}PWN)"; do
	# shellcheck disable=SC2086 # an option and its value
	run kis-archive nightly "$evil" $values
	check "$values: 64" 64 '' .
done
for name in 'x-$(touch${IFS}PWN).ndjson' 'x-`touch PWN`.ndjson' \
	"x-1d'; touch PWN; '.ndjson" $'x\n-1d.ndjson' '-rf.ndjson' \
	'kospi-1d.ndjson;touch PWN' '$(shell touch PWN)-1d.ndjson'; do
	cp "$evil/raw/20261120/kospi-1d.ndjson" "$evil/raw/20261120/$name"
done
mkdir "$evil/raw/\$(touch PWN)" "$evil/raw/20261121;touch PWN"
sim --today 20261123
run kis-archive nightly "$evil" --stale 0
check 'hostile names below raw: left alone' 0 'kosdaq-1d: 30 rows' ''
for command in derive gaps verify; do
	CDPATH=/:/tmp run kis-archive $command "$evil"
	check "$command among hostile names" "$([ $command = verify ] && echo 65 || echo 0)" '*' ''
done
is 'verify names each' "$(grep -c 'unexpected file' "$out")" 9
is 'nothing of a name was executed' "$(find . -name 'PWN*')" ''
# shellcheck disable=SC2088 # as a shell other than bash leaves it
run kis-archive nightly '~/kis' --init
check 'a ~ that no shell has replaced: 64' 64 '' 'HOME'
ok 'no directory of that name' [ ! -e '~' ]

done_testing
