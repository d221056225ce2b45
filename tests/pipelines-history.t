#!/bin/bash
# The archive in SQLite: the same however often it is read, and answers that
# another program gives too.
# KIS_TEST_DAYS: base dates of the synthetic archive (default 60), of
# KIS_TEST_SHARES shares (default 200); 2500 and 2653 are ten years
. "$(dirname "$0")/lib.sh"
need sqlite3 jq xlsx2csv awk
PATH=$ROOT/pipelines:$PATH
days=${KIS_TEST_DAYS:-60} shares=${KIS_TEST_SHARES:-200}

# Lists as kis-fetch writes them. About every fiftieth share is not in a list,
# another one each day.
synthetic() { # days shares
	seq 0 $(($1 * 7 / 5 + 3)) | sed 's/.*/20170102 & days/' |
		date -u -f - '+%u %Y%m%d' | awk -v n="$2" -v days="$1" '
	$1 > 5 || done >= days { next }
	{
		done++
		dir = "raw/" $2
		system("mkdir -p " dir)
		for (m = 0; m < 2; m++) {
			file = dir (m ? "/kosdaq-1d.ndjson" : "/kospi-1d.ndjson")
			list($2, m, m ? "1001" : "0001", file)
			close(file)
		}
	}
	function list(d, m, market, file,   rank, i, h, vol, q, price, avg) {
		for (i = m; i < n; i += 2) {
			h = (i * 7919 + done * 104729) % 65521
			if ((i * 7 + done * 13) % 50 == 0)
				continue
			vol = 10000 + h * 37
			q = int(vol * (h % 3000) / 10000) + 1
			price = 1000 + (i * 131) % 90000
			avg = price + (h % 41) - 20
			printf "{\"market\":\"%s\",\"period\":\"1d\",\"rank\":\"%d\"," \
				"\"fetched_at\":\"%s-%s-%sT18:40:03+09:00\"," \
				"\"mksc_shrn_iscd\":\"%06d\"," \
				"\"hts_kor_isnm\":\"종목 \\\"%d\\\", 우\"," \
				"\"stck_prpr\":\"%d\",\"prdy_vrss\":\"-10\"," \
				"\"prdy_vrss_sign\":\"5\",\"prdy_ctrt\":\"-0.98\"," \
				"\"acml_vol\":\"%d\",\"acml_tr_pbmn\":\"%.0f\"," \
				"\"ssts_cntg_qty\":\"%d\",\"ssts_vol_rlim\":\"%.2f\"," \
				"\"ssts_tr_pbmn\":\"%.0f\",\"ssts_tr_pbmn_rlim\":\"%.2f\"," \
				"\"stnd_date1\":\"%s\",\"stnd_date2\":\"%s\"," \
				"\"avrg_prc\":\"%d\"}\n", market, ++rank, substr(d, 1, 4),
				substr(d, 5, 2), substr(d, 7, 2), i, i, price, vol,
				vol * price, q, 100 * q / vol, q * avg, 100 * q / vol,
				d, d, avg >file
		}
	}'
}

ask() { sqlite3 -bail -batch A/history.db "$1"; }

everything() { ask 'SELECT * FROM ranking ORDER BY 1, 2, 3, 6' | cksum; }

for script in history.sh history-report.sh; do
	run "$script" --help
	check "$script --help" 0 "^usage: $script" ''
	run "$script" --wrong
	check "$script --wrong: 64 and usage" 64 '' "usage: $script"
done
run history.sh nowhere
check 'no archive: 66' 66 '' nowhere

mkdir A
(cd A && synthetic "$days" "$shares")
SECONDS=0
run history.sh A
check 'a first load' 0 "^[0-9]+ rows of $((days * 2)) lists$" ''
note "$(cat "$out") in $SECONDS s"
rows=$(cat A/raw/*/*.ndjson | wc -l | tr -d ' ')
is "all $rows rows" "$(ask 'SELECT count(*) FROM ranking')" "$rows"
was=$(everything)
run history.sh A
check 'again: nothing new' 0 '^nothing new$' ''
touch A/raw/*/kosdaq-1d.ndjson
run history.sh A
check 'files that were touched are read again' 0 "of $days lists" ''
is 'and change nothing' "$(everything)" "$was"
mkdir B
mv A/raw/2017011* B
gone=$(find B -name '*.ndjson' | wc -l | tr -d ' ')
run history.sh A
check 'what the archive no longer has goes' 0 "^0 rows of 0 lists; $gone lists are gone$" ''
is 'the rows that are left' "$(ask 'SELECT count(*) FROM ranking')" \
	"$(cat A/raw/*/*.ndjson | wc -l | tr -d ' ')"
is 'and the lists' "$(ask 'SELECT count(*) FROM list')" $((days * 2 - gone))
mv B/* A/raw
run history.sh A
check 'dates between others come later' 0 "rows of $gone lists$" ''
is 'the same again' "$(everything)" "$was"
list=$(find A/raw -name kosdaq-1d.ndjson | sort | tail -n 1)
mv "$list" B/whole
tail -n +2 B/whole >"$list"
run history.sh A
check 'a list that has lost a row' 0 'rows of 1 lists$' ''
is 'that row is not kept' "$(ask 'SELECT count(*) FROM ranking')" $((rows - 1))
cp B/whole "$list"
run history.sh A
is 'nor the other' "$(everything)" "$was"

# --- folders that are not dates, names that are not lists
mkdir -p A/raw/backup 'A/raw/20261120 copy'
cp "$list" A/raw/backup
cp "$list" 'A/raw/20261120 copy'
cp "$list" "${list%/*}/kosdaq-1d copy.ndjson"
run history.sh A
check 'other folders and names are left alone' 0 '^nothing new$' ''
rm -r A/raw/backup 'A/raw/20261120 copy' "${list%/*}/kosdaq-1d copy.ndjson"

# --- a quote in the name, a folder that is not there, a reader
mkdir "it's"
mkdir "it's/raw"
cp -r "${list%/*}" "it's/raw"
run history.sh "it's"
check 'a quote in the name' 0 'rows of 2 lists$' ''
run history.sh -d nodir/x.db A
check 'no folder for the database: 73, named' 73 '' 'nodir/x.db'
touch A/raw/*/kosdaq-1d.ndjson
mkfifo go
sqlite3 -batch A/history.db 'BEGIN' 'SELECT min(date) FROM ranking' \
	'.system echo > go; sleep 1' 'COMMIT' >"$T/reader" 2>&1 &
reader=$!
read -r _ <go
run history.sh A
check 'while somebody reads' 0 "of $days lists" ''
wait "$reader"
is 'with the same rows after' "$(everything)" "$was"
is 'nothing but the database is left' "$(find A -maxdepth 1 -printf '%f ' | xargs -n 1 | sort | xargs)" \
	'A history.db raw'

# --- a value of each kind, as the record has it
first=$(find A/raw -name 'kospi-1d.ndjson' | sort | head -n 1)
is 'a row is the record' \
	"$(ask "SELECT json_array(date, market, period, rank, fetched_at, code, name,
		price, change, sign, change_rate, volume, value, short_volume,
		short_share, short_value, short_value_share, first_date,
		average_price) FROM ranking WHERE code = '000002' ORDER BY date LIMIT 1" |
		jq -c .)" \
	"$(jq -c 'select(.mksc_shrn_iscd == "000002") |
		[(.stnd_date2 | tonumber), .market, .period, (.rank | tonumber),
		.fetched_at, .mksc_shrn_iscd, .hts_kor_isnm, (.stck_prpr,
		.prdy_vrss, .prdy_vrss_sign, .prdy_ctrt, .acml_vol, .acml_tr_pbmn,
		.ssts_cntg_qty, .ssts_vol_rlim, .ssts_tr_pbmn, .ssts_tr_pbmn_rlim,
		.stnd_date1, .avrg_prc | tonumber)]' "$first")"

# --- the views against jq over the files
mapfile -t dates < <(find A/raw -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)
last=${dates[-1]} before=${dates[-2]}
codes() { jq -r .mksc_shrn_iscd "A/raw/$1/kosdaq-1d.ndjson" | sort; }
is 'entered' \
	"$(ask "SELECT code FROM entered WHERE date = $last AND market = 'kosdaq' ORDER BY 1" | xargs)" \
	"$(comm -23 <(codes "$last") <(codes "$before") | xargs)"
is 'entered: not on the first date, when all would be' \
	"$(ask "SELECT count(*) FROM entered WHERE date = ${dates[0]}")" 0
streaks() { # code and base dates in a row, by going through the files
	local i
	for ((i = ${#dates[@]} - 1; i >= 0; i--)); do
		codes "${dates[i]}"
		echo /
	done | awk '
		$1 == "/" { day++; next }
		day == n[$1] + 0 { n[$1]++ }
		END { for (c in n) if (n[c]) print c, n[c] }' | sort
}
if [ "$days" -le 100 ]; then
	is 'streak' \
		"$(ask "SELECT code || ' ' || days FROM streak WHERE market = 'kosdaq' ORDER BY 1" | cksum)" \
		"$(streaks | cksum)"
else
	skip 'streak' 'more than 100 dates are too many for jq'
fi
share() { jq -c '[.mksc_shrn_iscd, (.ssts_vol_rlim | tonumber)]' "A/raw/$1/kosdaq-1d.ndjson"; }
is 'rise' \
	"$(ask "SELECT code || ' ' || rise FROM rise WHERE date = $last AND market = 'kosdaq' ORDER BY rise DESC, code LIMIT 5" | xargs)" \
	"$({ share "$before"; echo null; share "$last"; } | jq -rs '
		(.[:index([null])] | map({(.[0]): .[1]}) | add) as $old |
		.[index([null]) + 1:] | map(select($old[.[0]]) |
			[.[0], ((.[1] - $old[.[0]]) * 100 | round) / 100]) |
		sort_by(-.[1], .[0])[:5][] | "\(.[0]) \(.[1])"' | xargs)"
is 'below' \
	"$(ask "SELECT count(*) FROM below WHERE date = $last")" \
	"$(cat "A/raw/$last"/*.ndjson | jq -c 'select((.stck_prpr | tonumber) < (.avrg_prc | tonumber))' | wc -l | tr -d ' ')"
is 'course' \
	"$(ask "SELECT short_volume FROM course WHERE code = '000007' ORDER BY date" | cksum)" \
	"$(cat A/raw/*/kosdaq-1d.ndjson | grep '"mksc_shrn_iscd":"000007"' | jq -r .ssts_cntg_qty | cksum)"
SECONDS=0
for view in 'entered WHERE date = (SELECT max(date) FROM list)' streak \
	'rise WHERE date = (SELECT max(date) FROM list)' \
	'below WHERE date = (SELECT max(date) FROM list)' \
	"course WHERE code = '000007'"; do
	start=$EPOCHREALTIME
	count=$(ask "SELECT count(*) FROM $view")
	note "$view: $count rows in $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) ms"
done

# --- the workbook
run history-report.sh -o h.xlsx -n 20 -c 000007 A/history.db entered streak rise below course
check 'a workbook' 0 '^h.xlsx$' ''
is 'a sheet for each question' "$(xlsx2csv -a h.xlsx | grep '^-------- ' | cut -d' ' -f4 | xargs)" \
	'entered streak rise below course'
like 'code and name, as text' "$(xlsx2csv -n rise h.xlsx | sed -n 2p)" '^rise,[0-9]{8},[a-z]+,1d,"?[0-9]{6} 종목'
run history-report.sh -o h.xlsx A/history.db nonsense
check 'no such view: 64' 64 '' "'nonsense' is not a view"
run history-report.sh -t 19990101 -o none.xlsx A/history.db entered
check 'a date without rows: 1' 1 '' 'entered has no rows'
run history-report.sh nowhere.db
check 'no database: 66' 66 '' 'history.sh'
ok 'no workbook, no temporary file' [ ! -e none.xlsx -a -z "$(ls -A "$TMPDIR")" ]

# --- what cannot be read changes nothing
mkdir A/raw/20991231
head -c 100 "$first" >A/raw/20991231/kospi-1d.ndjson
run history.sh A
check 'a cut file: 65, named' 65 '' '20991231/kospi-1d.ndjson'
is 'the database is as it was' "$(everything)" "$was"
cp "$first" A/raw/20991231/kospi-1d.ndjson
run history.sh A
check 'a list of another date: 65, named' 65 '' '20991231/kospi-1d.ndjson'
: >A/raw/20991231/kospi-1d.ndjson
touch "$list"
run history.sh A
check 'an empty file beside others: 65, named' 65 '' '20991231/kospi-1d.ndjson'
is 'the database is as it was' "$(everything)" "$was"
rm -r A/raw/20991231
if mkdir small && mount -t tmpfs -o size=1m,mode=700 tmpfs small 2>err; then
	run history.sh -d small/h.db A
	check 'a full disk: 74' 74
	is 'nothing was read' "$(sqlite3 small/h.db 'SELECT count(*) FROM source' 2>err || cat err)" 0
	umount small
else
	skip 'a full disk' "no tmpfs can be mounted: $(cat err)"
fi

done_testing
