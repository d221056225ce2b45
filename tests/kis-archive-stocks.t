#!/bin/bash
# Tests the commands stocks and ranking of kis-archive. Also tests its commands
# verify, merge and history on archives with files in stocks/. Killed and
# disturbed runs give the same rows as an undisturbed run. A later night needs
# one request per stock. The ranking of a past date equals the server's ranking.
# KIS_TEST_STOCKS: number of stocks (default 40; the full test uses 200)
# KIS_TEST_FROM: first date (default 20250101; the full test uses 20170101)
# KIS_TEST_KILLS: number of runs that are killed (default 8)
# KIS_TEST_SEED: seed of the random moments of the kills
. "$(dirname "$0")/lib.sh"
need jq setsid sqlite3
PATH=$ROOT/pipelines:$PATH
RANDOM=${KIS_TEST_SEED:=$$}
note "KIS_TEST_SEED=$KIS_TEST_SEED"
stocks=${KIS_TEST_STOCKS:-40} from=${KIS_TEST_FROM:-20250101}

market() { # arguments: date, kis-sim's options
	sim_start --today "$1" --rollover 00:00 --rate 1000 --shares $((stocks + 20)) \
		"${@:2}"
}

night() { # arguments: archive, date
	market "$2"
	run kis-archive nightly "$1" --init --stale 0 -m kospi,kosdaq,kospi200 --complete
	[ "$status" = 0 ] || diag "nightly: $(cat "$err")"
}

asked() { requests '.path | endswith("daily-short-sale")'; }

content() { # prints a checksum of the daily rows without query times
	(cd "$1/stocks" && find . -maxdepth 1 -name '*.ndjson' -print0 | sort -z |
		xargs -0 sed 's/"fetched_at":"[^"]*",//' | sha256sum)
}

rows() { cat "$1"/stocks/*.ndjson | wc -l | tr -d ' '; }

run kis-archive stocks
check 'stocks without an archive: exit status 64' 64 '' 'expected an archive'
run kis-archive stocks nowhere
check 'stocks, archive does not exist: exit status 66' 66 '' "no archive at 'nowhere'"
run kis-archive stocks nowhere 12
check 'stocks with an invalid code: exit status 64' 64 '' "invalid stock code '12'"
mkdir -p Empty/raw
run kis-archive stocks Empty
check 'stocks, archive without lists: exit status 66' 66 '' 'add stock codes to the command'
run kis-archive stocks Empty all
check 'stocks all, archive without complete lists: exit status 66' 66 '' 'no complete list'
run kis-archive ranking Empty
check 'ranking without --date: exit status 64' 64 '' 'add --date'

# --- an undisturbed first run fetches every stock of the lists
night A 20261118
cp -r A B
codes=$(cat A/raw/*/*.ndjson | jq -r .mksc_shrn_iscd | sort -u)
count=$(wc -l <<<"$codes" | tr -d ' ')
run kis-archive stocks A --from "$from" --rate 100
check 'stocks, first run: fetches every stock of the lists' 0 "^'A': $count stocks fetched$" ''
is 'stocks, first run: one file for each stock' "$(cd A/stocks && echo *.ndjson | xargs -n 1 basename -s .ndjson)" \
	"$codes"
code=$(head -n 1 <<<"$codes")
run bash -c "kis-token | kis-fetch -s $code --from $from"
is 'stocks: the file of a stock contains the rows that kis-fetch returns' \
	"$(jq -cS 'del(.fetched_at, .hts_kor_isnm)' "A/stocks/$code.ndjson" | cksum)" \
	"$(jq -cS 'del(.fetched_at, .hts_kor_isnm)' "$out" | cksum)"
ok 'stocks: every row contains the name of the stock from the lists' jq -es 'all(.hts_kor_isnm != null)' "A/stocks/$code.ndjson"
run kis-archive verify A
check 'verify, daily rows: 0 faults' 0 ' 0 faults$' ''

# --- killed and disturbed runs end with the same rows as the undisturbed run
killed=0 runs=0
market 20261118 --fault daily.rate:6 --fault daily.cut:4 --fault daily.html502:4
for ((i = 0; i < ${KIS_TEST_KILLS:-8}; i++)); do
	setsid kis-archive stocks B --from "$from" --rate 100 >"$out" 2>"$err" &
	pid=$!
	sleep "$((RANDOM % 3)).$((RANDOM % 900 + 100))"
	if kill -KILL -- -$pid 2>/dev/null; then
		killed=$((killed + 1))
	fi
	wait $pid 2>/dev/null
done
note "$killed of ${KIS_TEST_KILLS:-8} runs were killed"
while [ $runs -lt 8 ]; do
	run kis-archive stocks B --from "$from" --rate 100 --retry-for 60
	runs=$((runs + 1))
	[ "$status" != 0 ] || break
done
check 'stocks after killed runs and server faults: exit status 0 within 8 runs' 0 "^'B': " '*'
is 'stocks after killed runs and server faults: the same rows as an undisturbed run' "$(content B)" "$(content A)"
is 'stocks after killed runs: no .run directory is left' "$(find B/stocks -name '.run*')" ''
is 'stocks after killed runs: no day is recorded as revised' "$(find B/stocks/revisions -type f)" ''

# --- the second night needs one request per stock
night A 20261119
before=$(rows A)
run kis-archive stocks A --rate 100
check 'stocks on the second night: fetches the stocks' 0 "^'A': [0-9]* stocks fetched$" ''
is 'stocks on the second night: sends one request per stock' "$(asked)" "$(find A/stocks -maxdepth 1 -name '*.ndjson' | wc -l | tr -d ' ')"
ok 'stocks on the second night: adds rows' [ "$(rows A)" -gt "$before" ]
run kis-archive stocks A --rate 100
check 'stocks again on the same night: up to date' 0 'up to date' ''
was=$(rows A)
market 20261119
run kis-archive stocks A --limit 5 --rate 100
check 'stocks --limit 5: fetches 5 stocks' 0 "^'A': 5 stocks fetched$" ''
is 'stocks --limit 5: sends 5 requests' "$(asked)" 5
oldest=$(sort -k 4,4n A/stocks/.fetched | awk '{ last[$1] = $4 } END { for (c in last) print last[c], c }' | sort -n | head -n 1 | cut -d' ' -f2)
run kis-archive stocks A --limit 1 --rate 100
is 'stocks --limit 1: fetches the least recently fetched stock' "$(requests '.path | endswith("daily-short-sale")' >/dev/null; jq -r 'select(.path | endswith("daily-short-sale")) | .query.FID_INPUT_ISCD' "$SIM/requests.ndjson" | tail -n 1)" \
	"$oldest"
is 'stocks --limit: number of rows is unchanged' "$(rows A)" "$was"

# --- a rejected stock does not affect other stocks; without a connection to the
# server, the exit status is 75
market 20261119 --fault daily.opsq2001:2
run kis-archive stocks A "$code" ZZZZZZ 000001 --rate 100
check 'stocks, one stock rejected: exit status 69, the other stocks are fetched' 69 'stocks? fetched.*1 failed' \
	OPSQ2001
KIS_BASE_URL=https://127.0.0.1:1 run kis-archive stocks A "$code"
check 'stocks, no connection to the server: exit status 75' 75 '' '.'
mkdir stubs
printf '#!/bin/sh\nexit 75\n' >stubs/kis-fetch
chmod +x stubs/kis-fetch
for options in '' '--from 20200101'; do
	rm -rf E
	mkdir E
	cp -r A/raw E
	# shellcheck disable=SC2086 # the shell must split the options
	PATH=$PWD/stubs:$PATH run kis-archive stocks E $options
	check "stocks, every request fails, $options: ends after 3 stocks" 75 ", 3 failed; [0-9]+ left" ''
done
rm -r stubs

# --- if --from is earlier than in the first run, the next run also fetches the
# earlier days
cp -r A C
earlier=$(date -ud "$from - 100 days" +%Y%m%d)
market 20261119
run kis-archive stocks C --from "$earlier" --rate 100
is 'stocks with an earlier --from: fetches every stock from that date' \
	"$(head -qn 1 C/stocks/*.ndjson | jq -r .stck_bsop_date | sort | uniq -c | sort -nr | head -n 1 | awk '{ print $1 }')" \
	"$(kis-token 2>/dev/null | kis-fetch --rate 100 --stocks C/stocks/.met --from "$earlier" -q 2>/dev/null |
		jq -r '[.mksc_shrn_iscd, .stck_bsop_date] | join(" ")' | sort -u -k 1,1 | cut -d' ' -f2 | sort | uniq -c | sort -nr | head -n 1 | awk '{ print $1 }')"
rm -rf C

# --- if the server revises a day, the later row is used and the earlier row is
# kept
cp -r A C
day=$(tail -n 3 "C/stocks/$code.ndjson" | head -n 1 | jq -r .stck_bsop_date)
sed -i "/\"stck_bsop_date\":\"$day\"/s/\"acml_vol\":\"/&9/" "C/stocks/$code.ndjson"
odd=$(grep "\"stck_bsop_date\":\"$day\"" "C/stocks/$code.ndjson")
market 20261119
run kis-archive stocks C "$code" --rate 100
check 'stocks, revised day: reports 1 day revised' 0 '1 day revised' ''
is "stocks, revised day: the file contains the server's new row" "$(content C)" "$(content A)"
is 'stocks, revised day: the earlier row is kept in revisions' "$(cat "C/stocks/revisions/$code.ndjson")" "$odd"
is 'stocks, revised day: sends one request' "$(asked)" 1
# A stock split changes the rows of all days, so they are fetched again from the
# first day. Wait, because the new rows must get a later query time than the old
# ones.
sleep 1
sed -i -E 's/"stck_clpr":"([0-9]+)"/"stck_clpr":"\19"/' "C/stocks/$code.ndjson"
run kis-archive stocks C "$code" --rate 100
check 'stocks after a stock split: reports the revised days' 0 'days revised' ''
is 'stocks after a stock split: every day has the new prices' "$(content C)" "$(content A)"
# a corrupt file of a stock is fetched again
printf '{"cut' >>"C/stocks/$code.ndjson"
run kis-archive verify C
check 'verify, corrupt file of a stock: exit status 65' 65 "stocks/$code.ndjson:" ''
run kis-archive history C
check 'history, corrupt file of a stock: skipped with exit status 65' 65 'stocks? read \(daily rows: ' 'skipped$'
run kis-archive stocks C "$code" --rate 100
check 'stocks, corrupt file of a stock: fetched again and counted once' 0 "^'C': 1 stock fetched$" 'was corrupt'
is 'stocks, corrupt file of a stock: all rows are restored' "$(content C)" "$(content A)"
is 'stocks, corrupt file of a stock: the corrupt file is kept' "$(find C/stocks -name "$code.ndjson.damaged-*" | wc -l | tr -d ' ')" 1
# line ends that git or an editor has changed are no corruption
cp -r A D
sed -i 's/$/\r/' D/stocks/*.ndjson
run kis-archive verify D
check 'verify, daily rows with CRLF line ends: 0 faults' 0 ' 0 faults$' ''
before=$(asked)
run kis-archive stocks D "$code" --rate 100
check 'stocks, file with CRLF line ends: not corrupt' 0 "^'D': 1 stock fetched$" ''
is 'stocks, file with CRLF line ends: sends one request' $(($(asked) - before)) 1
is 'stocks, file with CRLF line ends: same rows' "$(tr -d '\r' <"D/stocks/$code.ndjson" | cksum)" "$(cksum <"A/stocks/$code.ndjson")"
ok 'stocks, file with CRLF line ends: has LF line ends again' eval "! grep -q $'\r' D/stocks/$code.ndjson"
cp -r A E
run kis-archive merge E D
check 'merge, OTHER has CRLF line ends: exit status 0' 0 '*' ''
is 'merge, OTHER has CRLF line ends: same rows' "$(content E)" "$(content A)"
rm -r D E
for damage in 's/"ssts_tr_pbmn":"/&9/' 's/"avrg_prc":"/&9/' "s/$code/000001/"; do
	cp -r A D
	line=$(($(wc -l <"D/stocks/$code.ndjson") - 9))
	sed -i "$line$damage" "D/stocks/$code.ndjson"
	run kis-archive verify D
	check "verify, daily rows changed by $damage: reports file and line" 65 "stocks/$code.ndjson:$line: " ''
	rm -r D
done
: >"A/stocks/x y"
run kis-archive verify A
check 'verify, unexpected file in stocks: exit status 65' 65 'unexpected file' ''
rm "A/stocks/x y"

echo junk >>"C/stocks/revisions/$code.ndjson"
run kis-archive verify C
check 'verify, corrupt file of revisions: exit status 65' 65 "stocks/revisions/$code.ndjson" ''
sed -i '$d' "C/stocks/revisions/$code.ndjson"
run kis-archive stocks C ZZZZZZ --rate 100
check 'stocks, code without daily rows: named, exit status 1' 1 '0 stocks fetched, 1 without daily rows$' \
	'no rows for ZZZZZZ'

# --- A merged into B has the same files as B merged into A
run kis-archive merge B C
check 'merge of archives with daily rows: exit status 0' 0 '*' '*'
cp -r A E
run kis-archive merge A B
run kis-archive merge B E
merged() { (cd "$1/stocks" && sha256sum -- *.ndjson .fetched; cat revisions/* 2>/dev/null | cksum); }
is 'merge of archives with daily rows: both orders give the same files' "$(diff <(merged A) <(merged B))" ''

# --- the next run restores the rows of deleted, truncated and corrupt files
market 20261119
content A >before
sturdy() { # arguments: name, command run in the archive C
	rm -rf C
	cp -r A C
	(cd C && eval "$2") || diag "$1: the action failed"
	run kis-archive stocks C ${3:+"$3"} --rate 100
	[ "$status" = 0 ] || diag "stocks: $(cat "$err")"
	is "stocks, $1: the next run restores all rows" "$(content C)" "$(cat before)"
}
sturdy 'deleted file of a stock' "rm stocks/$code.ndjson"
sturdy 'file without its first rows' "sed -i 1,20d stocks/$code.ndjson"
sturdy 'file with an impossible date' \
	"sed -i '2s/\"stck_bsop_date\":\"[0-9]*\"/\"stck_bsop_date\":\"20259999\"/' stocks/$code.ndjson" "$code"
sturdy 'file without its last rows' "sed -i '200,\$d' stocks/$code.ndjson"
sturdy 'file without some middle rows' "sed -i 40,60d stocks/$code.ndjson"
sturdy 'file with a truncated last line' "truncate -s -200 stocks/$code.ndjson"
sturdy 'a file without a line in .fetched' \
	"sed -i 60,\\\$d stocks/$code.ndjson; sed -i '/^$code /d' stocks/.fetched"
sturdy 'empty .met' ': >stocks/.met'
sturdy 'corrupt .met' 'echo junk >>stocks/.met'
sturdy 'truncated line in .fetched' "printf '00593' >>stocks/.fetched"
sturdy 'compressed lists without .met' 'rm stocks/.met && gzip raw/*/*.ndjson'
printf '%s 20250101 20260105 1 20250102\n' "$code" >line
rm -rf C
cp -r A C
sed -i "s/^$code .*/$(cat line)/" C/stocks/.fetched
sed -i '/"stck_bsop_date":"2026\(010[6-9]\|01[1-3]\|0[2-9]\|1\)/d' "C/stocks/$code.ndjson"
run kis-archive stocks C --rate 100
check 'stocks, last day of a stock in the first week of January: fetched' 0 fetched ''
# kis-archive stocks must also find new lists in a copy of an archive, in which
# all files have new modification times
rm -rf C D
cp -r A C
night C 20261120
cp -r C D
run kis-archive stocks C --rate 100
run kis-archive stocks D --rate 100
is 'stocks, copied archive: finds the stocks of new lists' "$(ls D/stocks)" "$(ls C/stocks)"
# a stock with a transient error does not delay the other stocks
mkdir stubs
cat >stubs/kis-fetch <<END
#!/bin/sh
for last; do :; done
if grep -q '"$code"' "$T/C/stocks/.run/list"; then echo 'kis-fetch: later' >&2; exit 75; fi
exec "$BIN/kis-fetch" "\$@"
END
chmod +x stubs/kis-fetch
rm C/stocks/*.ndjson
PATH=$PWD/stubs:$PATH run kis-archive stocks C --rate 100
check 'stocks, one stock always fails with 75: the other stocks are fetched' 75 \
	'stocks fetched, 1 failed$' 'later'
rm -r stubs
# if a kis-fetch run fetches only a delisted stock, the other stocks are not
# marked as complete
rm -rf C
cp -r A C
sed -i '/"stck_bsop_date":"2026\(0[5-9]\|1\)/d' "C/stocks/$code.ndjson"
mkdir stubs
cat >stubs/kis-fetch <<END
#!/bin/sh
for out; do :; done
"$BIN/kis-fetch" "\$@" || exit
sed -i '/"mksc_shrn_iscd":"$code".*"stck_bsop_date":"2026\(0[5-9]\|1\)/d' "\$out"
END
chmod +x stubs/kis-fetch
market 20261120
PATH=$PWD/stubs:$PATH run kis-archive stocks C --rate 100
rm -r stubs
rm -rf D
cp -r A D
run kis-archive stocks D --rate 100
without_new_day() { (cd "$1/stocks" && grep -L '"stck_bsop_date":"20261120"' -- *.ndjson); }
is 'stocks, delisted stock alone in its chunk: all other stocks get the new day' \
	"$(without_new_day C)" "$({ without_new_day D; echo "$code.ndjson"; } | sort -u)"
market 20261119
# after a merge into a corrupt file, or into a file with prices from before a
# split, the next run fetches the stock again
for damage in "printf '{\"cut' >>M/stocks/$code.ndjson" \
	"sed -i -E 's/\"stck_clpr\":\"([0-9]+)\"/\"stck_clpr\":\"\\19\"/' M/stocks/$code.ndjson"; do
	rm -rf D M
	cp -r A M
	eval "$damage"
	cp -r A D
	tail -n 20 "A/stocks/$code.ndjson" | sed 's/"fetched_at":"20../"fetched_at":"2099/' >"D/stocks/$code.ndjson"
	run kis-archive merge M D
	run kis-archive stocks M --rate 100
	is "stocks after a merge into a file changed by ${damage:0:12}: has every day again" \
		"$(jq -r .stck_bsop_date "M/stocks/$code.ndjson" | cksum)" \
		"$(jq -r .stck_bsop_date "A/stocks/$code.ndjson" | cksum)"
done
rm -rf D
cp -r A D
printf '{"cut' >>"D/stocks/$code.ndjson"
rm -rf M
cp -r A M
run kis-archive merge M D
check 'merge, corrupt file of a stock in OTHER: not merged, exit status 65' 65 '*' 'is corrupt and is not merged'
# after a merge of files from before and after a split, the stock must be
# fetched again
rm -rf C D
cp -r A C
sed -i -E 's/"stck_clpr":"([0-9]+)"/"stck_clpr":"\19"/' "C/stocks/$code.ndjson"
cp -r A D
tail -n 50 "A/stocks/$code.ndjson" | sed 's/"fetched_at":"20../"fetched_at":"2099/' >"D/stocks/$code.ndjson"
first=$(head -n 1 "D/stocks/$code.ndjson" | jq -r .stck_bsop_date)
sed -i -E "s/^($code) [0-9]+ ([0-9]+) ([0-9]+) .*/\1 $first \2 \3 $first/" D/stocks/.fetched
for pair in 'C D' 'D C'; do
	rm -rf M
	cp -r "${pair% *}" M
	run kis-archive merge M "${pair#* }"
	is "merge $pair, before and after a split: marks the stock to be fetched again" \
		"$(grep "^$code " M/stocks/.fetched | cut -d' ' -f3)" 0
done
run kis-archive stocks A --from 20991231
check 'stocks --from in the future: exit status 64' 64 '' 'the date is in the future'

# --- kis-archive history skips files of daily rows that are damaged in any way
run kis-archive history A
sqlite3 A/history.db 'SELECT * FROM day ORDER BY 1, 2' | cksum >rows
while IFS='|' read -r name action; do
	rm -rf C
	cp -r A C
	rm C/history.db
	(cd C/stocks && eval "$action")
	run kis-archive history C
	check "history, $name: exit status 65" 65 'stocks? read \(daily rows: ' 'skipped$'
	run kis-archive verify C
	check "verify, $name: exit status 65" 65 "$code.ndjson" ''
done <<TABLE
a duplicate day|sed -i 5p $code.ndjson
reversed days|tac $code.ndjson >x && mv x $code.ndjson
rows of another stock|cp "\$(ls *.ndjson | tail -n 1)" $code.ndjson
invalid date|sed -i '5s/"stck_bsop_date":"..../"stck_bsop_date":"2026x/' $code.ndjson
a ratio that is not a number|sed -i '5s/"ssts_tr_pbmn_rlim":"/&a/' $code.ndjson
TABLE
# if the files of the first and the last stock are corrupt, kis-archive history
# and verify report both files
rm -rf C
cp -r A C
rm C/history.db
: >"C/stocks/$code.ndjson"
second=$(find C/stocks -maxdepth 1 -name '*.ndjson' | sort | tail -n 1)
printf '{"cut' >>"$second"
run kis-archive verify C
check 'verify, an empty and a truncated file: reports the empty one' 65 "^stocks/$code.ndjson: " ''
like 'verify, an empty and a truncated file: reports the truncated one' "$(cat "$out")" "stocks/${second##*/}:[0-9]+: "
run kis-archive history C
check 'history, an empty and a truncated file: skips both, reads the others' 65 'stocks? read \(daily rows: ' "stocks/$code.ndjson: .*skipped"
is 'history, an empty and a truncated file: reports each once' "$(grep -c 'skipped$' "$err")" 2
rm -rf C
cp -r A C
# fetch earlier days too: they change the means of the later days, which
# kis-archive history must compute again
earlier=$(date -ud "$from - 200 days" +%Y%m%d)
run kis-archive stocks C --from "$earlier" --rate 100
run kis-archive history C
cp C/history.db parts.db
rm C/history.db
run kis-archive history C
for table in day "(SELECT code, name, first_date, last_date, rows FROM stock)"; do
	is "history after earlier days were added: ${table:0:15} equals a full load" \
		"$(sqlite3 parts.db "SELECT * FROM $table ORDER BY 1, 2" | cksum)" \
		"$(sqlite3 C/history.db "SELECT * FROM $table ORDER BY 1, 2" | cksum)"
done
mkdir -p N/raw
run kis-archive stocks N "$code"
run kis-archive history N
cp -r A/raw N
run kis-archive history N
is 'history: the name of a stock comes from a list that was added later' \
	"$(sqlite3 N/history.db "SELECT name FROM stock")" \
	"$(jq -rs '.[-1].hts_kor_isnm' "A/stocks/$code.ndjson")"
run kis-archive ranking A --date 20261112 -m krx100
check 'ranking, market without lists: exit status 1' 1 '' 'has no list of this market'
run kis-archive ranking A --date 20261112 -m ''
check "ranking -m '': exit status 64" 64 '' 'requires a value'

# --- rankings of past days, made from daily rows, equal the server's rankings
# of the stocks that the archive knows
for date in 20260716 20260820 20260921 20261022 20261112; do
	night A $date
done
market 20261119
run kis-archive stocks A --from "$from" --rate 100
fixed='{market, period, mksc_shrn_iscd, hts_kor_isnm, acml_vol, acml_tr_pbmn, ssts_cntg_qty,
	ssts_vol_rlim, ssts_tr_pbmn, ssts_tr_pbmn_rlim, stnd_date1, stnd_date2, avrg_prc}'
date=20261118 days=0 differ='' unknown=0 compared=0
while [ $days -lt "${KIS_TEST_DAYS:-4}" ]; do
	date=$(date -ud "$date - $((RANDOM % 9 + 1)) days" +%Y%m%d)
	[ "$(date -ud "$date" +%u)" -lt 6 ] || continue
	days=$((days + 1))
	market "$date"
	for name in kospi kosdaq kospi200 all; do
		kis-token 2>"$err" | kis-fetch -m $name --complete -o served 2>>"$err" ||
			differ+=" $date-$name-served"
		lists=$name-1d
		[ $name != all ] || lists='*'
		# shellcheck disable=SC2086 # $lists is a pattern
		cat A/raw/*/$lists.ndjson | grep -o '"mksc_shrn_iscd":"[^"]*"' | sort -u >known
		grep -F -f known served >expected
		unknown=$((unknown + $(wc -l <served) - $(wc -l <expected)))
		compared=$((compared + $(wc -l <expected)))
		kis-archive ranking A --date "$date" -m $name >rebuilt 2>"$err"
		jq -cS "$fixed" expected | sort >one
		jq -cS "$fixed" rebuilt | sort >other
		if ! cmp -s one other; then
			differ+=" $date-$name"
			diff one other | head -n 2 | cut -c 1-400 >&2
		fi
		[ "$(jq -r .rank rebuilt | xargs)" = "$(seq "$(wc -l <rebuilt)" | xargs)" ] ||
			differ+=" $date-$name-ranks"
	done
done
note "$compared rows compared, $unknown of stocks that the archive does not know"
ok 'ranking of past days: more than 100 rows were compared' [ "$compared" -gt 100 ]
is "ranking of $days past days: equals the server's ranking" "$differ" ''
run bash -c "kis-archive ranking A --date $date -m kospi --top 10 | kis-toxlsx"
like 'ranking | kis-toxlsx: the workbook names the base date and the top 10 stocks' "$(cp "$out" r.xlsx; xlsx2csv r.xlsx | sed -n 2p)" \
	"기준일 ${date:0:4}-${date:4:2}-${date:6}.*상위 10종목"
rm "A/stocks/$code.ndjson"
run kis-archive ranking A --date "$date"
check 'ranking, stock without a row for the date: reported' 0 '^{' "stocks without a row for $date: [0-9]+"
run kis-archive ranking A --date 19990104
check 'ranking, date without any rows: exit status 1' 1 '' 'no stock has a row for 19990104'

# --- kis-archive history stores the same daily rows whether it loads them in
# parts or all at once
run kis-archive history A
mv A/history.db parts.db
run kis-archive history A
check 'history: loads all daily rows' 0 'stocks? read \(daily rows: ' ''
for table in 'day' "(SELECT code, name, first_date, last_date, rows, highest_ratio,
	highest_date FROM stock)" ratio_vs_mean highest_ratio; do
	is "history loaded in parts: ${table:0:15} equals a full load" \
		"$(sqlite3 parts.db "SELECT * FROM $table ORDER BY 1, 2" | cksum)" \
		"$(sqlite3 A/history.db "SELECT * FROM $table ORDER BY 1, 2" | cksum)"
done
code=$(tail -n 1 <<<"$codes")
is 'history: the means equal the means of the rows' "$(paste -d '|' <(sqlite3 A/history.db "SELECT date, mean_5, mean_20,
	mean_40 FROM day WHERE code = '$code' ORDER BY date") <(jq -rs '
	[.[] | .ssts_tr_pbmn_rlim | tonumber] as $ratios | range($ratios | length) as $i |
	[(5, 20, 40 | . as $n | if $i + 1 < $n then "" else
		($ratios[$i - $n + 1:$i + 1] | add) / $n end)] | join("|")' \
	"A/stocks/$code.ndjson") | awk -F '|' '{ for (i = 2; i <= 4; i++)
		if (($i == "") != ($(i + 3) == "") || ($i - $(i + 3)) ^ 2 > 0.0001 ^ 2) print }')" ''
is 'history: the highest ratio equals the maximum of the rows' "$(sqlite3 A/history.db "SELECT highest_ratio FROM stock
	WHERE code = '$code'")" "$(jq -rs 'map(.ssts_tr_pbmn_rlim | tonumber) | max' "A/stocks/$code.ndjson")"

# --- days that the server omits are fetched by a later run
mkdir -p O/raw
market 20261127 --since 2026
run kis-archive stocks O "$code" --from 20251001
check 'stocks, no rows before this year: a warning names the first day' 0 '1 stock fetched' \
	"$code: no rows before 202601"
market 20261127
run kis-archive stocks O "$code" --from 20251001
check 'stocks, the same --from again: fetches the days again' 0 '1 stock fetched' ''
wanted=$(kis-token | kis-fetch -s "$code" --from 20251001 | wc -l | tr -d ' ')
is 'stocks, the same --from again: all days are in the file' "$(rows O)" "$wanted"
rm -r O/stocks
market 20251215
run kis-archive stocks O "$code" --from 20251001
check 'stocks, up to December' 0 '1 stock fetched' ''
market 20261127 --since 2026
run kis-archive stocks O "$code"
check 'stocks, rows up to the newest known day are missing: exit status 76' 76 '1 failed' \
	"$code: the server omitted the row for 202512"
run kis-archive stocks O "$code"
check 'stocks, the same rows are missing again: exit status 76' 76 '1 failed' \
	"$code: the server omitted the row for 202510"
market 20261127
run kis-archive stocks O "$code"
check 'stocks, after that: fetches all days' 0 '1 stock fetched' ''
is 'stocks, after that: all days are in the file' "$(rows O)" "$wanted"
printf '{"mksc_shrn_iscd":"%s"}\n' "$code" ZZZZZZ >>O/stocks/.met
run kis-archive stocks O
check 'stocks of the lists, one without daily rows: no warning' 0 '1 stock fetched, 1 without daily rows$' ''
run kis-archive verify O
check 'stocks, after that: verify finds no fault' 0 '0 faults' ''
mkdir "O/stocks/000001.ndjson"
run kis-archive verify O
check 'verify, a directory as the file of a stock: reported' 65 'stocks/000001.ndjson: unexpected file' ''
rmdir "O/stocks/000001.ndjson"

# --- a stock of several years is fetched in a run of kis-fetch of its own
mkdir stubs
cat >stubs/kis-fetch <<END
#!/bin/sh
wc -l <"$T/E/stocks/.run/list" >>"$T/chunks"
exec "$BIN/kis-fetch" "\$@"
END
chmod +x stubs/kis-fetch
for case in '20260801 3' '20240101 1,1,1'; do
	rm -rf E chunks
	mkdir E
	cp -r A/raw E
	PATH=$PWD/stubs:$PATH run kis-archive stocks E --limit 3 --from "${case% *}"
	check "stocks --from ${case% *}: fetches 3 stocks" 0 '3 stocks fetched' '*'
	is "stocks --from ${case% *}: stocks in each run of kis-fetch" "$(paste -sd, chunks)" "${case#* }"
done

# --- a full disk
mkdir disk
if mount -t tmpfs -o size=4m,mode=700 tmpfs disk 2>err; then
	cp -r A/raw disk
	codes=''
	for free in 0 8 32 128; do
		left=$(df --output=avail -k disk | tail -n 1)
		head -c $(((left - free) * 1024)) /dev/zero >disk/filler
		run kis-archive stocks disk
		codes+="$status "
		rm disk/filler
	done
	like 'stocks, full disk: exit status 73 or 74' "$codes" '^(7[34] ){3}(0|74) $'
	run kis-archive stocks disk
	check 'stocks, after the full disk: exit status 0' 0 "^'disk': " ''
	rm -rf E
	mkdir E
	cp -r A/raw E
	run kis-archive stocks E
	is 'stocks, after the full disk: all rows' "$(content disk)" "$(content E)"
	run kis-archive verify disk
	check 'stocks, after the full disk: verify finds no fault' 0 ' 0 faults' ''
	umount disk
else
	skip 'stocks, full disk: exit status 73 or 74' "no tmpfs can be mounted: $(cat err)"
fi
done_testing
