#!/bin/bash
# The means, highlights and summary that kis-toxlsx writes for daily rows of
# stocks equal those of an independent computation.
. "$(dirname "$0")/lib.sh"
need "$PYTHON" jq unzip
"$PYTHON" -c 'import openpyxl' 2>"$err" || skip_all 'openpyxl is not installed'
XLSX=$ROOT/tests/xlsx.py

# The input has the daily rows of 30 simulated stocks over a period of two years
# that includes the ban on short sales. Some of the stocks were split, listed,
# delisted or suspended.
sim_start --with-token --rate 10000 --shares 300 --seed 5 --today 20251128 --dump
jq -r 'select(.markets | index("1001")) | .mksc_shrn_iscd' "$SIM/market.ndjson" |
	head -n 30 >codes
kis-fetch --token-file "$SIM/token" -m kospi,kosdaq -o ranking
jq -c 'select(.rank | tonumber <= 15)' ranking >names
kis-fetch --token-file "$SIM/token" --rate 100 --stocks names --from 20231101 \
	--to 20251127 -o in
is 'input: 30 stocks' "$(jq -r .mksc_shrn_iscd in | sort -u | wc -l | tr -d ' ')" 30
# the simulated server splits few stocks, so create a split here: divide the
# earlier prices of one stock by 5, because KIS returns adjusted prices
first=$(head -n 1 in | jq -r .mksc_shrn_iscd)
jq -c --arg code "$first" 'if .mksc_shrn_iscd == $code and
	.stck_bsop_date < "20240601" then
	(.stck_clpr, .stck_oprc, .stck_hgpr, .stck_lwpr) |= "\((tonumber / 5) | floor)"
	else . end' in >adjusted && mv adjusted in
run kis-toxlsx -o r.xlsx in
check 'daily rows of 30 stocks: exit status 0' 0 '' ''
cat >compute.py <<'END'
import datetime, json, math, warnings
import openpyxl
warnings.simplefilter("ignore")
book = openpyxl.load_workbook("r.xlsx", data_only=True)
stocks = {}
for line in open("in"):
    row = json.loads(line)
    stocks.setdefault(row["mksc_shrn_iscd"], []).append(row)
wrong = []
cells = 0

def same(what, got, wanted):
    global cells
    cells += 1
    if wanted is None or got is None:
        if wanted is not got:
            wrong.append("%s: %r, wanted %r" % (what, got, wanted))
    elif isinstance(wanted, float):
        if abs(got - wanted) > 6e-7:
            wrong.append("%s: %r, wanted %r" % (what, got, wanted))
    elif got != wanted:
        wrong.append("%s: %r, wanted %r" % (what, got, wanted))

def day(text):
    return datetime.datetime.strptime(text, "%Y%m%d")

summary = {r[0]: r for r in book["요약"].iter_rows(min_row=5, values_only=True)}
for code, rows in stocks.items():
    name = rows[0].get("hts_kor_isnm", "")
    title = (name + " " + code).strip()
    sheet = book[title]
    heads = [c.value for c in sheet[4]]
    at = {h.split(" (")[0]: i for i, h in enumerate(heads) if h}
    ratios = [float(r["ssts_tr_pbmn_rlim"]) / 100 for r in rows]
    means = {}
    for i, row in enumerate(rows):
        cell = [c.value for c in sheet[5 + i]]
        same(title + " 일자", cell[at["일자"]], day(row["stck_bsop_date"]))
        close, average = int(row["stck_clpr"]), int(row["avrg_prc"])
        same(title + " 종가", cell[at["종가"]], close)
        same(title + " 비중", cell[at["공매도거래대금비중"]], ratios[i])
        vs = close / average - 1 if average else None
        same(title + " 평균가대비", cell[at["평균가대비"]], vs)
        for span in (5, 20, 40):
            mean = math.fsum(ratios[i + 1 - span:i + 1]) / span if i + 1 >= span else None
            means[span] = mean
            same("%s %d일" % (title, span), cell[at["%d일 평균 비중" % span]], mean)
    marked = sum(1 for r in rows if int(r["avrg_prc"]) > 0 and (
        int(r["avrg_prc"]) > int(r["stck_hgpr"]) * 1.2 or
        int(r["avrg_prc"]) < int(r["stck_lwpr"]) * 0.8))
    line = sheet["A2"].value
    same(title + " marked", ("노란색 %d일" % marked) in line if marked
         else "노란색" in line, bool(marked))
    same(title + " last", ("종가 {:,}원 · 비중 {:.2f}%".format(
        close, ratios[-1] * 100)) in line, True)
    best = max(range(len(rows)), key=lambda i: ratios[i])
    got = summary[title]
    for what, g, w in zip(
            ("code", "day", "close", "ratio", "5", "20", "40", "times", "highest", "its day", "vs"), got[1:],
            (code, day(rows[-1]["stck_bsop_date"]), close, ratios[-1], means[5], means[20], means[40],
             ratios[-1] / means[20] if means[20] else None, ratios[best],
             day(rows[best]["stck_bsop_date"]), vs)):
        same(title + " 요약 " + what, g, w)
    if book[title].max_row != 4 + len(rows):
        wrong.append(title + ": rows")
print(len(stocks), "stocks,", len(wrong), "wrong")
print("\n".join(wrong[:5]))
open("cells", "w").write(str(cells))
END
is 'daily rows of 30 stocks: every value, mean and summary equals the computed one' \
	"$("$PYTHON" compute.py | paste -sd' ')" '30 stocks, 0 wrong '
ok 'daily rows of 30 stocks: more than 50,000 cells were compared' [ "$(cat cells)" -gt 50000 ]
names=$("$PYTHON" "$XLSX" names r.xlsx)
is 'sheets: 요약 first, 정보 last' "$(sed -n '1p;$p' <<<"$names" | paste -sd' ')" '요약 정보'
sheet=$(jq -rs '.[0] | .hts_kor_isnm + " " + .mksc_shrn_iscd' in)
is 'sheets: named for name and code of the stock' "$(sed -n 2p <<<"$names")" "$sheet"
line=$("$PYTHON" "$XLSX" rows r.xlsx "$sheet" | sed -n 2p)
like 'line 2: period, number of days, last close and the ban' "$line" \
	'^2023-11-01 ~ 2025-11-27  \|  [0-9]+일  \|  마지막 종가 .*조회 .*회색: 공매도 금지 2023-11-06 ~ 2025-03-30'
like 'line 2: number of rows before a split' "$line" '노란색 [1-9][0-9]*일: 액면분할·병합 전으로 추정'
xml=$(unzip -p r.xlsx xl/worksheets/sheet2.xml)
like 'days of the ban: highlighted' "$xml" 'AND\(\$A5&gt;=45236,\$A5&lt;=45746\)'
like 'rows before a split: highlighted' "$xml" 'OR\(\$J5&gt;\$M5\*1.2,\$J5&lt;\$N5\*0.8\)'
like 'means: formulas in the first 300 rows' "$xml" '<f>AVERAGE\(G300:G304\)</f>'
ok 'means: values after row 300' eval '! grep -q "AVERAGE(G301:G305)" <<<"$xml"'
is 'daily rows of 30 stocks: two charts each' "$(unzip -l r.xlsx | grep -c 'xl/charts/chart')" 60
like 'charts: the last 250 days' "$(unzip -p r.xlsx xl/charts/chart1.xml)" '종가 \(원\) \(최근 250일\)'
like 'charts: moving average of 20 days' "$(unzip -p r.xlsx xl/charts/chart2.xml)" \
	'movingAvg"/><c:period val="20"/>'
# if the name of a sheet consists of digits, LibreOffice draws a chart only if
# the ranges of the chart quote the name
jq -c 'del(.hts_kor_isnm)' in | head -n 60 >digits
run kis-toxlsx -o digits.xlsx digits
like 'charts: a sheet name of digits is quoted in the ranges' \
	"$(unzip -p digits.xlsx xl/charts/chart1.xml)" "<c:f>'$first'!\\\$A\\\$5:"
is 'one stock: its sheet is active' "$("$PYTHON" -c 'import openpyxl
print(openpyxl.load_workbook("digits.xlsx").active.title)' 2>"$err")" "$first"
ok 'every business day present: no note on missing days' eval \
	'! "$PYTHON" "$XLSX" rows digits.xlsx "$first" | grep -q "빠진 날"'
awk 'NR % 5 == 1' digits | kis-toxlsx -o few.xlsx
like 'filtered days: line 2 notes that the means count rows' \
	"$("$PYTHON" "$XLSX" rows few.xlsx "$first" | sed -n 2p)" '평일 [0-9]+일 중 빠진 날이 있어 평균은 행 기준'
is 'links: from 요약 to each sheet and back' "$("$PYTHON" - <<'END'
import openpyxl, warnings
warnings.simplefilter("ignore")
book = openpyxl.load_workbook("r.xlsx")
there = sum(1 for r in book["요약"].iter_rows() for c in r if c.hyperlink)
back = sum(1 for s in book if s["A3"].hyperlink and s["A3"].hyperlink.location == "'요약'!A1")
print(there, back, book.active.title)
END
)" '30 30 요약'
run kis-toxlsx -o again.xlsx in
ok 'the same input again: the same bytes' cmp r.xlsx again.xlsx

jq -c 'del(.hts_kor_isnm)' in | head -n 3 >short
run kis-toxlsx -o r.xlsx short
check 'three days without a name: exit status 0' 0 '' ''
is 'stock without a name: the sheet is named for the code' "$("$PYTHON" "$XLSX" names r.xlsx | sed -n 2p)" "$first"
cat short ranking | kis-toxlsx -o r.xlsx
is 'rankings and daily rows: separate sheets for each' \
	"$("$PYTHON" "$XLSX" names r.xlsx | paste -sd,)" \
	"요약,코스피 1일,코스닥 1일,$first,정보,차트 데이터"
run kis-toxlsx --plain -o r.xlsx short
is '--plain: one sheet with field names in row 1' \
	"$("$PYTHON" "$XLSX" names r.xlsx | paste -sd,) $("$PYTHON" "$XLSX" rows r.xlsx "$first" |
		sed -n 1p | cut -f 1-4)" $"$first mksc_shrn_iscd	fetched_at	stck_bsop_date	stck_clpr"
newest() { "$PYTHON" "$XLSX" cells r.xlsx 요약 | awk -F'\t' '$1 == "C5" { print $4 }'; }
kis-toxlsx -o r.xlsx short && newest >in-order
tac short | kis-toxlsx -o r.xlsx
like 'days out of order: line 2 reports it' \
	"$("$PYTHON" "$XLSX" rows r.xlsx "$first" | sed -n 2p)" '\|  3행 .*날짜가 중복되거나 순서가 맞지 않아'
is 'days out of order: 요약 shows the newest day' "$(newest)" "$(cat in-order)"
jq -c '.ssts_tr_pbmn_rlim = "" | .stck_clpr = "x"' short | kis-toxlsx -o r.xlsx
is 'values that are not numbers: derived cells are empty' \
	"$("$PYTHON" "$XLSX" cells r.xlsx 요약 | awk -F'\t' '$1 ~ /^[D-K]5$/' | wc -l | tr -d ' ')" 0
done_testing
