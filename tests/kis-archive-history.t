#!/bin/bash
# kis-archive history does not change the database if it loads the same lists
# again, and skips corrupt lists. Its results and those of kis-archive report
# equal those of history_oracle.py.
# KIS_TEST_DAYS: number of base dates in the archive (default 60)
# KIS_TEST_SHARES: number of stocks in the archive (default 200)
# An archive of all stocks for ten years has 2500 days and 2653 stocks.
. "$(dirname "$0")/lib.sh"
need sqlite3 jq xlsx2csv awk
PATH=$ROOT/pipelines:$PATH
days=${KIS_TEST_DAYS:-60} shares=${KIS_TEST_SHARES:-200}

# Writes lists to the subdirectory raw. Each list lacks about one stock in
# fifty; the missing stocks differ from day to day.
synthetic() { # arguments: days stocks
	seq 0 $(($1 * 7 / 5 + 3)) | sed 's/.*/20170102 & days/' |
		date -u -f - '+%u %Y%m%d' |
		awk -v n="$2" -v days="$1" -v drop=50 -f "$ROOT/tests/lists.awk"
}

ask() { sqlite3 -bail -batch A/history.db "$1"; }

everything() { ask 'SELECT * FROM ranking ORDER BY 1, 2, 3, 6' | cksum; }

run kis-archive history nowhere
check 'history without an archive: exit status 66' 66 '' nowhere
mkdir -p bare/raw
mkdir few
for tool in bash env readlink dirname sed cat mkdir rm rmdir mv flock mktemp realpath \
	sha256sum find xargs grep awk sort cmp gzip kis-token kis-fetch kis-tocsv \
	kis-toxlsx; do
	ln -s "$(command -v $tool)" few/
done
PATH=$T/few run "$(command -v bash)" "$ROOT/pipelines/kis-archive" history bare
check 'history without sqlite3: exit status 71' 71 '' 'sqlite3 is not installed; on Debian'
is 'history without sqlite3: leaves no database file' "$(find bare -name '*.db*')" ''

mkdir A
(cd A && synthetic "$days" "$shares")
SECONDS=0
run kis-archive history A
check 'history, first load: reads all lists' 0 "^'A': $((days * 2)) lists read$" ''
note "$(cat "$out") in $SECONDS s"
rows=$(cat A/raw/*/*.ndjson | wc -l | tr -d ' ')
is "history, first load: contains all $rows rows" "$(ask 'SELECT count(*) FROM ranking')" "$rows"
was=$(everything)
run kis-archive history A
check 'history, second load: nothing new' 0 "^'A': nothing new$" ''
touch A/raw/*/kosdaq-1d.ndjson
run kis-archive history A
check 'history, lists with a new modification time: reads them again' 0 ": $days lists read$" ''
is 'history, lists with a new modification time: the rows are unchanged' "$(everything)" "$was"
mkdir B
mv A/raw/2017011* B
gone=$(find B -name '*.ndjson' | wc -l | tr -d ' ')
run kis-archive history A
check 'history, dates deleted from the archive: removes their lists' 0 "0 lists read, $gone lists removed$" ''
is 'history, dates deleted from the archive: keeps the remaining rows' "$(ask 'SELECT count(*) FROM ranking')" \
	"$(cat A/raw/*/*.ndjson | wc -l | tr -d ' ')"
is 'history, dates deleted from the archive: keeps the remaining lists' "$(ask 'SELECT count(*) FROM list')" $((days * 2 - gone))
mv B/* A/raw
run kis-archive history A
check 'history, dates added between others: reads their lists' 0 ": $gone lists read$" ''
is 'history, dates added between others: the rows equal a full load' "$(everything)" "$was"
list=$(find A/raw -name kosdaq-1d.ndjson | sort | tail -n 1)
mv "$list" B/whole
tail -n +2 B/whole >"$list"
run kis-archive history A
check 'history, list that lost a row: reads it again' 0 ': 1 list read$' ''
is 'history, list that lost a row: the row is removed' "$(ask 'SELECT count(*) FROM ranking')" $((rows - 1))
cp B/whole "$list"
run kis-archive history A
is 'history, list with the row restored: the rows equal a full load' "$(everything)" "$was"

# --- kis-archive history ignores directories that are not dates and files that
# are not lists
mkdir -p A/raw/backup 'A/raw/20261120 copy'
cp "$list" A/raw/backup
cp "$list" 'A/raw/20261120 copy'
cp "$list" "${list%/*}/kosdaq-1d copy.ndjson"
cp "$list" "${list%/*}/\$(touch PWN)-1d.ndjson"
run kis-archive history A
check 'history, other names in raw: ignored' 0 'nothing new$' ''
rm -r A/raw/backup 'A/raw/20261120 copy' "${list%/*}/kosdaq-1d copy.ndjson" \
	"${list%/*}/\$(touch PWN)-1d.ndjson"

# --- kis-archive history accepts an apostrophe in the path, and works while
# another process uses the database; a missing directory is an error
mkdir "it's \$(x)"
mkdir "it's \$(x)/raw"
cp -r "${list%/*}" "it's \$(x)/raw"
run kis-archive history "it's \$(x)"
check 'history, apostrophe in the path: reads the lists' 0 ' 2 lists read$' ''
run kis-archive history A --database nodir/x.db
check 'history --database, directory does not exist: exit status 73 with the path' 73 '' 'nodir/x.db'
touch A/raw/*/kosdaq-1d.ndjson
mkfifo go
sqlite3 -batch A/history.db 'BEGIN' 'SELECT min(date) FROM ranking' \
	'.system echo > go; sleep 1' 'COMMIT' >"$T/reader" 2>&1 &
reader=$!
read -r _ <go
run kis-archive history A
check 'history while another process reads the database: reads the lists' 0 ": $days lists read" ''
wait "$reader"
is 'history while another process reads the database: the rows are unchanged' "$(everything)" "$was"
is 'history: leaves no file but the database' "$(find A -maxdepth 1 -printf '%f ' | xargs -n 1 | sort | xargs)" \
	'.dates .lock A history.db raw'

# --- each column of the database has the value of its field
first=$(find A/raw -name 'kospi-1d.ndjson' | sort | head -n 1)
is 'history, one row: each column equals the field of the record' \
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

# --- every view can be queried; bench/history.sh measures how long the queries
# take
for view in new_in_top streak ratio_change price_vs_average overlap month \
	newest "course WHERE code = '000007'"; do
	start=$EPOCHREALTIME
	count=$(ask "SELECT count(*) FROM $view")
	note "$view: $count rows in $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) ms"
done

# --- a database of the previous release is rebuilt; a database of another
# program and a corrupt database are rejected
cp A/history.db own.db
rm A/history.db
sqlite3 A/history.db 'CREATE TABLE ranking (x); CREATE TABLE source (x);
	CREATE TABLE list (x)'
run kis-archive history A
check 'history, database of the previous release: rebuilt' 0 "$((days * 2)) lists read" ''
is 'history, database of the previous release: the rows equal a full load' "$(everything)" "$was"
sqlite3 other.db 'CREATE TABLE mine (x); INSERT INTO mine VALUES (1)'
run kis-archive history A --database other.db
check 'history, database of another program: exit status 65' 65 '' 'of another program'
is 'history, database of another program: unchanged' "$(sqlite3 other.db 'SELECT * FROM mine')" 1
head -c 5000 own.db >broken.db
printf 'not a database at all, but text of more than a few bytes' >text.db
for file in broken text; do
	run kis-archive history A --database $file.db
	check "history, $file file as database: exit status 65" 65 '' "$file.db"
done
rm -f text.db broken.db

# --- corrupt lists are skipped, and all other lists are read
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
check 'history, corrupt lists: exit status 65, the valid list is read' 65 ': 1 list read$' 'kospi-1d.ndjson.*skipped'
is 'history, corrupt lists: reports each' "$(grep -c 'skipped$' "$err")" 4
is 'history, corrupt lists: the valid list is in the database' "$(ask 'SELECT market FROM list WHERE date = 20991231')" all
run kis-archive history A
check 'history, corrupt lists, second load: exit status 65, nothing new' 65 'nothing new' 'skipped$'
rm -r A/raw/20991231
cp "$list" B/list
printf '{"cut' >>"$list"
run kis-archive history A
check 'history, list corrupted after it was read: exit status 65' 65 'list removed' 'skipped$'
is 'history, list corrupted after it was read: its rows are kept' "$(everything)" "$was"
cp B/list "$list"
run kis-archive history A
check 'history, corrupted list restored: exit status 0' 0 '*' ''
mkfifo fifo.db
for command in history 'report -o y.xlsx' "ranking --date $(ls A/raw | tail -n 1)"; do
	# shellcheck disable=SC2046,SC2086 # the shell must split the options
	run kis-archive ${command%% *} A $(echo "$command" | cut -s -d' ' -f 2-) --database fifo.db
	check "$command, the database is a FIFO: exit status 73" 73 '*' "'$T/fifo.db': it is not a regular file"
	ok "$command, the database is a FIFO: it remains" [ -p fifo.db ]
done
if mkdir small && mount -t tmpfs -o size=1m,mode=700 tmpfs small 2>err; then
	run kis-archive history A --database small/h.db
	check 'history, full disk: exit status 74' 74
	is 'history, full disk: leaves no file' "$(ls -A small)" ''
	umount small
else
	skip 'history, full disk: exit status 74' "no tmpfs can be mounted: $(cat err)"
fi

mkdir disk
if mount -t tmpfs -o size=24m,mode=700 tmpfs disk 2>err; then
	cp -r A disk/A
	run kis-archive history disk/A
	check 'history, before the disk is full: exit status 0' 0 '*' ''
	run kis-archive report disk/A -o free.xlsx
	check 'report, before the disk is full: exit status 0' 0 '*' ''
	codes='' wrong=''
	for free in 16 32 64 128 4096; do
		left=$(df --output=avail -k disk | tail -n 1)
		head -c $(((left - free) * 1024)) /dev/zero >disk/filler
		rm -f full.xlsx
		run kis-archive report disk/A -o full.xlsx
		codes+="$status "
		if [ "$status" = 0 ]; then
			cmp full.xlsx free.xlsx || wrong+=" $free"
		else
			[ ! -e full.xlsx ] || wrong+=" $free"
		fi
		rm disk/filler
	done
	is 'report, full disk: no workbook or the whole workbook' "$wrong" ''
	like 'report, full disk: exit status 73 or 74' "$codes" '^(7[34] )+(0 )+$'
	umount disk
else
	skip 'report, full disk: exit status 73 or 74' "no tmpfs can be mounted: $(cat err)"
fi

# --- a read-only database
mkdir locked
cp -r A/. locked
rm locked/raw/*/kosdaq-1d.ndjson
if [ "$(id -u)" != 0 ]; then
	chmod 400 locked/history.db
	chmod 500 locked
elif ! mount --bind locked locked 2>err || ! mount -o remount,ro,bind locked 2>>err; then
	skip 'read-only database: exit status 73' "nothing can be mounted: $(cat err)"
	rm -r locked
fi
if [ -d locked ]; then
	for command in history 'report -o y.xlsx' "ranking --date $(ls A/raw | tail -n 1)"; do
		# shellcheck disable=SC2046 # the shell must split the options
		run kis-archive "${command%% *}" locked $(echo "$command" | cut -s -d' ' -f 2-)
		check "${command%% *}, read-only database: exit status 73" 73 '*' \
			"cannot write to '$T/locked/history.db'; to use another database, add --database FILE"
	done
	[ "$(id -u)" != 0 ] || umount locked
	chmod 700 locked
fi

# --- nothing in the name of an archive is a command
name=$'B\ne touch pwned\n#'
cp -r A "$name"
rm -f y.xlsx
for command in history 'report -o y.xlsx' verify derive; do
	# shellcheck disable=SC2046 # the shell must split the options
	run kis-archive "${command%% *}" "$name" $(echo "$command" | cut -s -d' ' -f 2-)
done
ok 'name with line breaks: report writes the workbook' [ -s y.xlsx ]
is 'name with line breaks: no command was run' "$(find . -name pwned)" ''
rm -r "$name"

# --- a newline in a stock code affects only the list with that code, and an
# empty line is ignored
mkdir shift
cp -r A/raw shift
other=$(find shift/raw -name kospi-1d.ndjson | sort | head -n 1)
odd=$(find shift/raw -name kosdaq-1d.ndjson | sort | tail -n 1)
sed -i '2s/"mksc_shrn_iscd":"/&\\n/' "$odd"
echo >>"$other"
run timeout 60 kis-archive history shift
check 'history, newline in a stock code: exit status 65, all other lists are read' 65 \
	": $(($(find shift/raw -name '*.ndjson' | wc -l) - 1)) lists read" \
	'kosdaq-1d.ndjson: a value contains a line break.*skipped'
is 'history, newline in a stock code: reports one list' "$(wc -l <"$err" | tr -d ' ')" 1

# --- a stock name with a newline, a comma and quotes is stored unchanged
mkdir -p odd/raw/20261120
jq -c '.stnd_date2 = "20261120" | .hts_kor_isnm = "a,\"b\"\n0001,1d"' "$first" \
	>odd/raw/20261120/kospi-1d.ndjson
run kis-archive history odd
check 'history, stock names with a newline, comma and quotes: exit status 0' 0 '1 list read' ''
is 'history, stock names with a newline, comma and quotes: stored unchanged' "$(sqlite3 odd/history.db "SELECT count(*) FROM ranking
	WHERE name = 'a,\"b\"' || char(10) || '0001,1d'")" "$(wc -l <"$first" | tr -d ' ')"

# --- history_oracle.py checks archives with holidays and with missing,
# truncated and complete lists
if $PYTHON -c 'import openpyxl' 2>err; then
	for seed in ${KIS_TEST_SEED:-1 2}; do
		$PYTHON "$ROOT/tests/archive_made.py" "made$seed" 60 "$seed"
		run kis-archive history "made$seed"
		check "history, synthetic archive of seed $seed: loaded" 0 'lists read' ''
		run kis-archive report "made$seed" -o r.xlsx
		check "report, seed $seed: exit status 0" 0 '*' '*'
		run $PYTHON "$ROOT/tests/history_oracle.py" "made$seed" \
			"made$seed/history.db" r.xlsx
		check "history and report, seed $seed: views and sheets equal the oracle's" 0 '*' '*'
		day=$(find "made$seed/raw" -name '2*' -printf '%f\n' | sort | sed -n 40p)
		run kis-archive report "made$seed" -o r.xlsx --top 10 --date "$day"
		check "report --top 10 --date $day, seed $seed: exit status 0" 0 '*' '*'
		run $PYTHON "$ROOT/tests/history_oracle.py" "made$seed" \
			"made$seed/history.db" r.xlsx "$day"
		check "report --top 10 --date $day, seed $seed: sheets equal the oracle's" 0 '*' '*'
		run kis-archive report "made$seed" -o r.xlsx --top 50
		check "report --top 50, seed $seed: exit status 0" 0 '*' '*'
		run $PYTHON "$ROOT/tests/history_oracle.py" "made$seed" \
			"made$seed/history.db" r.xlsx
		check "report --top 50, seed $seed: sheets equal the oracle's" 0 '*' '*'
	done
else
	skip "history and report: views and sheets equal the oracle's" 'python3-openpyxl is not installed'
fi

# --- a list dated Saturday counts as a separate day
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
is 'history, list dated Saturday: no duplicate row in ratio_change' "$(sqlite3 sat/history.db \
	"SELECT count(*) - count(DISTINCT code) FROM ratio_change WHERE market = 'kosdaq'")" 0
is 'history, list dated Saturday: one day after Friday' "$(sqlite3 sat/history.db \
	"SELECT max(day) - min(day) FROM list WHERE date >= $friday")" 1

run kis-archive report A
check 'report without -o: exit status 64' 64 '' 'add -o FILE'
run kis-archive report A -o r.xlsx --date x
check 'report, invalid --date: exit status 64' 64 '' 'invalid value'
run kis-archive report A -o r.xlsx -m nowhere
check 'report, unknown market: exit status 64' 64 '' "unknown market 'nowhere'"
run kis-archive report A -o r.xlsx --date 20269999
check 'report, impossible --date: exit status 64' 64 '' "invalid value '20269999'"
run kis-archive report A -o nodir/r.xlsx
check 'report -o, directory does not exist: exit status 73' 73 '' 'nodir'
run kis-archive report A -o r.xlsx --stocks 12
check 'report, invalid stock code: exit status 64' 64 '' "invalid stock code '12'"
run kis-archive report A -o r.xlsx --stocks 999999
check 'report, stock in no list: reported' 0 '' 'no list has the stock 999999'
run kis-archive report A -o none.xlsx --date 19990101
check 'report, date before all lists: exit status 1' 1 '' 'no list for 19990101 or earlier'
ok 'report, date before all lists: writes no workbook' [ ! -e none.xlsx ]
run kis-archive report A -o two.xlsx -m kosdaq --stocks A000007 --stocks 000009,000007,
check 'report, one market and two stocks: exit status 0' 0 '' ''
is 'report, one market and two stocks: one sheet for each stock' "$(xlsx2csv -a two.xlsx | grep -c '^-------- .* 코스닥 1일 00000[79] ')" 2
is 'report, one market and two stocks: all days of the stock' "$(xlsx2csv -n "$(xlsx2csv -a two.xlsx | sed -n 's/^-------- [0-9]* - \(코스닥 1일 000007 .*\)/\1/p')" two.xlsx | grep -c ',000007,')" \
	"$(cat A/raw/*/kosdaq-1d.ndjson | grep -c '"mksc_shrn_iscd":"000007"')"
if $PYTHON -c 'import openpyxl' 2>err; then
	is 'report: formats, colours, first sheet and titles of the workbook' "$($PYTHON -W ignore - two.xlsx <<'EOF'
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
	skip 'report: formats, colours, first sheet and titles of the workbook' 'python3-openpyxl is not installed'
fi
rm "${list%/*}/kospi-1d.ndjson"
run kis-archive report A -o r.xlsx
check 'report, market missing on the newest date: reported' 0 '' \
	'the newest list of kospi-1d is for'
ok 'report, market missing on the newest date: its sheets are written' eval "xlsx2csv -a r.xlsx | grep -q '^-------- .* 코스피 1일 비중 증감$'"
is 'report: leaves no temporary file' "$(ls -A "$TMPDIR")" ''

done_testing
