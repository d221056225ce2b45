#!/bin/bash
# kis-archive history and report: the database is the same however often lists
# are read, its answers are those of history_oracle.py, damaged lists are
# skipped.
# KIS_TEST_DAYS: base dates of the synthetic archive (default 60), of
# KIS_TEST_SHARES shares (default 200); 2500 and 2653 are ten years
. "$(dirname "$0")/lib.sh"
need sqlite3 jq xlsx2csv awk
PATH=$ROOT/pipelines:$PATH
days=${KIS_TEST_DAYS:-60} shares=${KIS_TEST_SHARES:-200}

# About every fiftieth stock is not in a list, another one each day.
synthetic() { # days stocks
	seq 0 $(($1 * 7 / 5 + 3)) | sed 's/.*/20170102 & days/' |
		date -u -f - '+%u %Y%m%d' |
		awk -v n="$2" -v days="$1" -v drop=50 -f "$ROOT/tests/lists.awk"
}

ask() { sqlite3 -bail -batch A/history.db "$1"; }

everything() { ask 'SELECT * FROM ranking ORDER BY 1, 2, 3, 6' | cksum; }

run kis-archive history nowhere
check 'no archive: 66' 66 '' nowhere
mkdir -p bare/raw
need_all() { PATH=$T/few:$PATH; }
mkdir few
for tool in bash env readlink dirname sed cat mkdir rm rmdir mv flock mktemp realpath kis-tocsv; do
	ln -s "$(command -v $tool)" few/
done
PATH=$T/few run "$(command -v bash)" "$ROOT/pipelines/kis-archive" history bare
check 'without sqlite3: 71' 71 '' 'sqlite3 is not installed; on Debian'
is 'and no database is left' "$(find bare -name '*.db*')" ''

mkdir A
(cd A && synthetic "$days" "$shares")
SECONDS=0
run kis-archive history A
check 'a first load' 0 "^'A': $((days * 2)) lists read$" ''
note "$(cat "$out") in $SECONDS s"
rows=$(cat A/raw/*/*.ndjson | wc -l | tr -d ' ')
is "all $rows rows" "$(ask 'SELECT count(*) FROM ranking')" "$rows"
was=$(everything)
run kis-archive history A
check 'again: nothing new' 0 "^'A': nothing new$" ''
touch A/raw/*/kosdaq-1d.ndjson
run kis-archive history A
check 'files that were touched are read again' 0 ": $days lists read$" ''
is 'and change nothing' "$(everything)" "$was"
mkdir B
mv A/raw/2017011* B
gone=$(find B -name '*.ndjson' | wc -l | tr -d ' ')
run kis-archive history A
check 'what the archive no longer has goes' 0 "0 lists read, $gone lists removed$" ''
is 'the rows that are left' "$(ask 'SELECT count(*) FROM ranking')" \
	"$(cat A/raw/*/*.ndjson | wc -l | tr -d ' ')"
is 'and the lists' "$(ask 'SELECT count(*) FROM list')" $((days * 2 - gone))
mv B/* A/raw
run kis-archive history A
check 'dates between others come later' 0 ": $gone lists read$" ''
is 'the same again' "$(everything)" "$was"
list=$(find A/raw -name kosdaq-1d.ndjson | sort | tail -n 1)
mv "$list" B/whole
tail -n +2 B/whole >"$list"
run kis-archive history A
check 'a list that has lost a row' 0 ': 1 list read$' ''
is 'that row is not kept' "$(ask 'SELECT count(*) FROM ranking')" $((rows - 1))
cp B/whole "$list"
run kis-archive history A
is 'nor the other' "$(everything)" "$was"

# --- directories that are not dates, names that are not lists
mkdir -p A/raw/backup 'A/raw/20261120 copy'
cp "$list" A/raw/backup
cp "$list" 'A/raw/20261120 copy'
cp "$list" "${list%/*}/kosdaq-1d copy.ndjson"
cp "$list" "${list%/*}/\$(touch PWN)-1d.ndjson"
run kis-archive history A
check 'other names are left alone' 0 'nothing new$' ''
rm -r A/raw/backup 'A/raw/20261120 copy' "${list%/*}/kosdaq-1d copy.ndjson" \
	"${list%/*}/\$(touch PWN)-1d.ndjson"

# --- a quote in the name, a directory that is not there, a reader
mkdir "it's \$(x)"
mkdir "it's \$(x)/raw"
cp -r "${list%/*}" "it's \$(x)/raw"
run kis-archive history "it's \$(x)"
check 'a quote in the name' 0 ' 2 lists read$' ''
run kis-archive history A --database nodir/x.db
check 'no directory for the database: 73, named' 73 '' 'nodir/x.db'
touch A/raw/*/kosdaq-1d.ndjson
mkfifo go
sqlite3 -batch A/history.db 'BEGIN' 'SELECT min(date) FROM ranking' \
	'.system echo > go; sleep 1' 'COMMIT' >"$T/reader" 2>&1 &
reader=$!
read -r _ <go
run kis-archive history A
check 'while somebody reads' 0 ": $days lists read" ''
wait "$reader"
is 'with the same rows after' "$(everything)" "$was"
is 'nothing but the database is left' "$(find A -maxdepth 1 -printf '%f ' | xargs -n 1 | sort | xargs)" \
	'.dates .lock A history.db raw'

# --- a value of each kind, as the record has it
first=$(find A/raw -name 'kospi-1d.ndjson' | sort | head -n 1)
is 'a row is the record' \
	"$(ask "SELECT json_array(date, market, period, rank, fetched_at, code, name,
		price, change, direction, change_ratio, volume, trading_value,
		short_volume, short_volume_ratio, short_value, short_value_ratio,
		first_date, average_short_price)
		FROM ranking WHERE code = '000002' ORDER BY date LIMIT 1" | jq -c .)" \
	"$(jq -c 'select(.mksc_shrn_iscd == "000002") |
		[(.stnd_date2 | tonumber), "kospi", .period, (.rank | tonumber),
		.fetched_at, .mksc_shrn_iscd, .hts_kor_isnm, (.stck_prpr,
		.prdy_vrss, .prdy_vrss_sign, .prdy_ctrt, .acml_vol, .acml_tr_pbmn,
		.ssts_cntg_qty, .ssts_vol_rlim, .ssts_tr_pbmn, .ssts_tr_pbmn_rlim,
		.stnd_date1, .avrg_prc | tonumber)]' "$first")"

# --- every view on its own: how long it takes is for bench/history.sh
for view in new_in_top streak ratio_change price_vs_average overlap month \
	newest "course WHERE code = '000007'"; do
	start=$EPOCHREALTIME
	count=$(ask "SELECT count(*) FROM $view")
	note "$view: $count rows in $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) ms"
done

# --- a database of the release before, one of something else, none at all
cp A/history.db ours.db
rm A/history.db
sqlite3 A/history.db 'CREATE TABLE ranking (x); CREATE TABLE source (x);
	CREATE TABLE list (x)'
run kis-archive history A
check 'a database of the release before is made anew' 0 "$((days * 2)) lists read" ''
is 'it is the same' "$(everything)" "$was"
sqlite3 other.db 'CREATE TABLE mine (x); INSERT INTO mine VALUES (1)'
run kis-archive history A --database other.db
check 'a database of something else: 65' 65 '' 'of another program'
is 'it stays' "$(sqlite3 other.db 'SELECT * FROM mine')" 1
head -c 5000 ours.db >broken.db
printf 'not a database at all, but text of more than a few bytes' >text.db
for file in broken text; do
	run kis-archive history A --database $file.db
	check "a $file file: 65" 65 '' "$file.db"
done
rm -f text.db broken.db

# --- what is damaged is skipped, everything else is read
mkdir A/raw/20991231
head -c 100 "$first" >A/raw/20991231/kospi-1d.ndjson
cp "$first" A/raw/20991231/kosdaq-1d.ndjson
sed "s/\"stnd_date2\":\"[0-9]*\"/\"stnd_date2\":\"20991231\"/; s/\"market\":\"0001\"/\"market\":\"0000\"/" \
	"$first" >A/raw/20991231/all-1d.ndjson
: >A/raw/20991231/krx100-1d.ndjson
printf '%s  kospi200-1d.ndjson\n' "$(echo | sha256sum | cut -c 1-64)" \
	>A/raw/20991231/SHA256SUMS
sed "s/\"stnd_date2\":\"[0-9]*\"/\"stnd_date2\":\"20991231\"/; s/\"market\":\"0001\"/\"market\":\"2001\"/" \
	"$first" >A/raw/20991231/kospi200-1d.ndjson
run kis-archive history A
check 'damaged lists: 65, and the good one is read' 65 ': 1 list read$' 'kospi-1d.ndjson.*skipped'
is 'each is named' "$(grep -c 'skipped$' "$err")" 4
is 'the good one is there' "$(ask 'SELECT market FROM list WHERE date = 20991231')" all
run kis-archive history A
check 'again: 65, nothing new' 65 'nothing new' 'skipped$'
rm -r A/raw/20991231
cp "$list" B/list
printf '{"cut' >>"$list"
run kis-archive history A
check 'a list that is damaged later: 65' 65 'list removed' 'skipped$'
is 'what was read before stays' "$(everything)" "$was"
cp B/list "$list"
run kis-archive history A
check 'whole again' 0 '*' ''
if mkdir small && mount -t tmpfs -o size=1m,mode=700 tmpfs small 2>err; then
	run kis-archive history A --database small/h.db
	check 'a full disk: 74' 74
	is 'nothing is left' "$(ls -A small)" ''
	umount small
else
	skip 'a full disk' "no tmpfs can be mounted: $(cat err)"
fi

# --- a line end in a code shifts no other list; a blank line is none
mkdir shift
cp -r A/raw shift
other=$(find shift/raw -name kospi-1d.ndjson | sort | head -n 1)
odd=$(find shift/raw -name kosdaq-1d.ndjson | sort | tail -n 1)
sed -i '2s/"mksc_shrn_iscd":"/&\\n/' "$odd"
echo >>"$other"
run timeout 60 kis-archive history shift
check 'a line end in a code: 65, everything else is read' 65 \
	": $(($(find shift/raw -name '*.ndjson' | wc -l) - 1)) lists read" \
	'kosdaq-1d.ndjson: a value contains a line end.*skipped'
is 'one list is named' "$(wc -l <"$err" | tr -d ' ')" 1

# --- a stock's name with a line end, a comma and quotes
mkdir -p odd/raw/20261120
jq -c '.stnd_date2 = "20261120" | .hts_kor_isnm = "a,\"b\"\n0001,1d"' "$first" \
	>odd/raw/20261120/kospi-1d.ndjson
run kis-archive history odd
check 'names that CSV must quote' 0 '1 list read' ''
is 'they are whole' "$(sqlite3 odd/history.db "SELECT count(*) FROM ranking
	WHERE name = 'a,\"b\"' || char(10) || '0001,1d'")" "$(wc -l <"$first" | tr -d ' ')"

# --- the oracle, on an archive of all the kinds of nights
if $PYTHON -c 'import openpyxl' 2>err; then
	for seed in ${KIS_TEST_SEED:-1 2}; do
		$PYTHON "$ROOT/tests/archive_made.py" "made$seed" 60 "$seed"
		run kis-archive history "made$seed"
		check "seed $seed: loaded" 0 'lists read' ''
		run kis-archive report "made$seed" -o r.xlsx
		check "seed $seed: a report" 0 '*' '*'
		run $PYTHON "$ROOT/tests/history_oracle.py" "made$seed" \
			"made$seed/history.db" r.xlsx
		check "seed $seed: every view and sheet is as the manual defines it" 0 '*' '*'
		day=$(find "made$seed/raw" -name '2*' -printf '%f\n' | sort | sed -n 40p)
		run kis-archive report "made$seed" -o r.xlsx --top 10 --date "$day"
		check "seed $seed: a report of $day, the top 10" 0 '*' '*'
		run $PYTHON "$ROOT/tests/history_oracle.py" "made$seed" \
			"made$seed/history.db" r.xlsx "$day"
		check "seed $seed: and it is right" 0 '*' '*'
		run kis-archive report "made$seed" -o r.xlsx --top 50
		check "seed $seed: the top 50, more than most lists know" 0 '*' '*'
		run $PYTHON "$ROOT/tests/history_oracle.py" "made$seed" \
			"made$seed/history.db" r.xlsx
		check "seed $seed: right too" 0 '*' '*'
	done
else
	skip 'the oracle' 'python3-openpyxl is not installed'
fi

# --- a list of a Saturday counts as a day of its own
mkdir sat
cp -r A/raw sat
before=$(find sat/raw -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | tail -n 1)
friday=$(date -ud "$before + $(((12 - $(date -ud "$before" +%u)) % 7)) days" +%Y%m%d)
saturday=$(date -ud "$friday + 1 day" +%Y%m%d)
for day in $friday $saturday; do
	mkdir -p "sat/raw/$day"
	sed "s/\"stnd_date2\":\"[0-9]*\"/\"stnd_date2\":\"$day\"/" "$list" \
		>"sat/raw/$day/kosdaq-1d.ndjson"
done
run kis-archive history sat
is 'a list of a Saturday doubles no row' "$(sqlite3 sat/history.db \
	"SELECT count(*) - count(DISTINCT code) FROM ratio_change WHERE market = 'kosdaq'")" 0
is 'and comes a day after Friday' "$(sqlite3 sat/history.db \
	"SELECT max(day) - min(day) FROM list WHERE date >= $friday")" 1

# --- report
run kis-archive report A
check 'no file: 64' 64 '' 'add -o FILE'
run kis-archive report A -o r.xlsx --date x
check 'a date that is none: 64' 64 '' 'invalid value'
run kis-archive report A -o r.xlsx -m nowhere
check 'an unknown market: 64' 64 '' "unknown market 'nowhere'"
run kis-archive report A -o r.xlsx --date 20269999
check 'a date that the calendar lacks: 64' 64 '' "invalid value '20269999'"
run kis-archive report A -o nodir/r.xlsx
check 'no directory for the workbook: 73' 73 '' 'nodir'
run kis-archive report A -o r.xlsx --stocks 999999
check 'a stock that no list has is named' 0 '' 'no list has the stock 999999'
run kis-archive report A -o none.xlsx --date 19990101
check 'a date before all lists: 1' 1 '' 'no list for 19990101 or earlier'
ok 'no workbook' [ ! -e none.xlsx ]
run kis-archive report A -o two.xlsx -m kosdaq --stocks 000007,000009
check 'a market and two stocks' 0 '' ''
is 'their sheets' "$(xlsx2csv -a two.xlsx | grep -c '^-------- .* 코스닥 1일 00000[79] ')" 2
is 'all their days' "$(xlsx2csv -n "$(xlsx2csv -a two.xlsx | sed -n 's/^-------- [0-9]* - \(코스닥 1일 000007 .*\)/\1/p')" two.xlsx | grep -c ',000007,')" \
	"$(cat A/raw/*/kosdaq-1d.ndjson | grep -c '"mksc_shrn_iscd":"000007"')"
if $PYTHON -c 'import openpyxl' 2>err; then
	is 'the looks of the report' "$($PYTHON -W ignore - two.xlsx <<'EOF'
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
print("opens at", book.active.title)
for sheet in book:
    if sheet.column_dimensions["A"].hidden:
        print(sheet.title, "hides its title")
def shown(name, title):
    sheet = book[name]
    header = [c.value for c in sheet[4]]
    at = header.index(title) + 1
    cells = [sheet.cell(r, at) for r in range(5, sheet.max_row + 1)]
    return sheet, at, [c for c in cells if c.value is not None]
for name, title in (("비중 증감", "전일 대비 비중 증감 (%p)"), ("비중 증감", "전일 비중 (%)"),
                    ("상위 30 연속 등재", "연속 시작일"), ("상위 30 연속 등재", "연속일수"),
                    ("월별", "해당 월 목록 수 (개)")):
    sheet, at, cells = shown("코스닥 1일 " + name, title)
    letter = openpyxl.utils.get_column_letter(at)
    print(title, cells[0].number_format, type(cells[0].value).__name__,
          "hidden" if sheet.column_dimensions[letter].hidden else "shown")
sheet, at, cells = shown("코스닥 1일 비중 증감", "전일 대비 비중 증감 (%p)")
for c in cells[0], cells[-1]:
    print(c.value > 0, c.font.color.rgb)
print(book["목록 현황"]["A1"].value)
print(book["목록 현황"]["A2"].value)
EOF
)" "opens at 목차
전일 대비 비중 증감 (%p) +0.00%\"p\";-0.00%\"p\";0.00%\"p\" float shown
전일 비중 (%) 0.00%_  float shown
연속 시작일 yyyy-mm-dd datetime shown
연속일수 #,##0_  int shown
해당 월 목록 수 (개) #,##0_  int shown
True FFC00000
False FF0050B5
공매도 순위 분석 · 목록 현황
2017-03-24 18:40 조회  |  1행  |  시장·기간별 최신 목록"
else
	skip 'the looks of the report' 'python3-openpyxl is not installed'
fi
rm "${list%/*}/kospi-1d.ndjson"
run kis-archive report A -o r.xlsx
check 'a market that is missing on the newest date is named' 0 '' \
	'the newest list of kospi-1d is for'
ok 'and has its sheets' eval "xlsx2csv -a r.xlsx | grep -q '^-------- .* 코스피 1일 비중 증감$'"
is 'nothing is left' "$(ls -A "$TMPDIR")" ''

done_testing
