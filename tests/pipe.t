#!/bin/bash
# Runs the pipe from kis-token to the workbook or CSV file, on the simulated
# market and on recorded responses.
. "$(dirname "$0")/lib.sh"

read_back() { # prints the first sheet of a workbook as JSON
	$PYTHON -W ignore - "$1" <<'PY'
import json, sys
import openpyxl
book = openpyxl.load_workbook(sys.argv[1], data_only=True)
sheet = book.worksheets[0]
rows = [[c.value for c in row] for row in sheet.iter_rows()]
head = next(i for i, r in enumerate(rows) if "종목코드" in r)
names = rows[head]
data = [r for r in rows[head + 1:] if r[names.index("종목코드")] is not None]
def plain(v):
    return v.strftime("%Y%m%d") if hasattr(v, "strftime") else v
print(json.dumps({"sheet": sheet.title, "title": rows[0], "sheets":
    book.sheetnames, "rows": [dict(zip([n for n in names if n],
    [plain(v) for n, v in zip(names, r) if n])) for r in data]},
    ensure_ascii=False))
PY
}

bash_pipe() { # runs a command line with pipefail
	status=0
	bash -c "set -o pipefail; $1" >"$out" 2>"$err" </dev/null || status=$?
}

sim_start --rate 1000
bash_pipe 'kis-token | kis-fetch --market 1001 | kis-toxlsx > r.xlsx'
check 'pipe to a workbook: exit status 0' 0 '' ''
read_back r.xlsx >r.json
is 'pipe to a workbook: 30 rows' "$(jq '.rows | length' r.json)" 30
like 'market 1001: sheet is named 코스닥' "$(jq -r .sheet r.json)" '코스닥'
like 'market 1001: title contains 코스닥' "$(jq -r '.title | map(select(. != null)) | join(" ")' r.json)" '코스닥'
ok 'workbook: stock codes are text' jq -e 'all(.rows[]; .["종목코드"] | type == "string" and length >= 6)' r.json
ok 'workbook: short volumes are numbers' jq -e 'all(.rows[]; .["공매도거래량 (주)"] | type == "number")' r.json
ok 'workbook: base dates in every row' jq -e 'all(.rows[]; .["기준시작일"] and .["기준종료일"])' r.json
is 'pipe to a workbook: one token is issued' "$(requests '.method == "POST"')" 1
bash_pipe 'kis-token | kis-fetch --market 1001 | kis-tocsv > r.csv'
check 'pipe to a CSV file: exit status 0' 0 '' ''
is 'pipe to a CSV file: a header and 30 rows' "$(wc -l <r.csv | tr -d ' ')" 31
is 'pipe to a CSV file: no second token is issued' "$(requests '.method == "POST"')" 1
kis-token >a && kis-token >b
ok 'kis-token twice: the same token' cmp a b

# a stock code with letters is text in the workbook
kis-token | kis-fetch --complete --rate 100 -m kosdaq >all.ndjson 2>err
code=$(jq -r .mksc_shrn_iscd all.ndjson | grep -m1 '^00.*[A-Z]')
grep "\"$code\"" all.ndjson >letters.ndjson
run kis-toxlsx -o l.xlsx letters.ndjson
is "stock code $code: text in the workbook" \
	"$(read_back l.xlsx | jq -r '.rows[0]["종목코드"]')" "$code"

run kis-toxlsx </dev/null
check 'kis-toxlsx without input: exit status 66, no output' 66 '' 'no record'
bash -c 'false | kis-toxlsx > x' 2>err
is 'false | kis-toxlsx: exit status 66' $? 66
is 'false | kis-toxlsx: no output' "$(wc -c <x | tr -d ' ')" 0

# every value of recorded responses of KIS reaches the workbook and the CSV file
recorded() { # arguments: file rows date1 date2
	local body=$RECORDED/$1
	if [ ! -e "$body" ]; then
		skip "recorded response $1" "the recorded responses are not available"
		return
	fi
	sim_start --body "$body"
	kis-token | kis-fetch -m all >rec.ndjson 2>err
	is "recorded response $1: $2 records" "$(wc -l <rec.ndjson | tr -d ' ')" "$2"
	is "recorded response $1: base dates in every record" \
		"$(jq -r '.stnd_date1 + ".." + .stnd_date2' rec.ndjson | sort -u)" "$3..$4"
	is "recorded response $1: every other value unchanged" \
		"$(jq -c 'del(.market, .period, .rank, .list, .list_rows, .fetched_at, .stnd_date1, .stnd_date2)' rec.ndjson | cksum)" \
		"$(jq -c '.output[] | del(.stnd_date1, .stnd_date2)' "$body" | cksum)"
	kis-token | kis-fetch -m all --raw | cmp - "$body"
	is "recorded response $1: --raw prints it byte for byte" "$?" 0
	run kis-toxlsx -o rec.xlsx rec.ndjson
	check "recorded response $1, workbook: exit status 0" 0 '' ''
	read_back rec.xlsx >rec.json
	is "recorded response $1, workbook: $2 rows" "$(jq '.rows | length' rec.json)" "$2"
	is "recorded response $1, workbook: base dates in every row" \
		"$(jq -r '.rows[] | .["기준시작일"] + ".." + .["기준종료일"]' rec.json | sort -u)" "$3..$4"
	is "recorded response $1, workbook: the same trading values" \
		"$(jq -c '[.rows[]["거래대금 (백만원)"]]' rec.json)" \
		"$(jq -c '[.output[].acml_tr_pbmn | tonumber]' "$body")"
	is "recorded response $1, workbook: the same stock codes" \
		"$(jq -c '[.rows[]["종목코드"]]' rec.json)" \
		"$(jq -c '[.output[].mksc_shrn_iscd]' "$body")"
	kis-tocsv rec.ndjson >rec.csv
	is "recorded response $1, CSV: the same values" \
		"$($PYTHON -c 'import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
empty = {row.pop("filter") for row in rows} # the records have no field filter
print(empty == {""} and json.dumps(rows) ==
	json.dumps([json.loads(l) for l in open(sys.argv[2])]))' rec.csv rec.ndjson)" True
}
recorded official-short-sale.json 30 20240329 20240329
recorded openkis-short-sale-20240626.json 2 20240604 20240625
[ ! -e rec.json ] || is 'workbook: trading value 23,401,356,654,068 is exact' \
	"$(jq '.rows[0]["거래대금 (백만원)"]' rec.json)" 23401356654068

# with -v, no secret appears in messages, command lines or logs
sim_start --fault slow
kis-token >token 2>err
kis-token -v >token2 2>seen
kis-fetch -v -o slow.ndjson <token 2>>seen &
fetching=$!
sleep 1
tr '\0' ' ' <"/proc/$fetching/cmdline" >>seen
wait "$fetching"
is 'kis-fetch -v, slow response: exit status 0' $? 0
ok 'kis-fetch -v, slow response: its command line was recorded' grep -q 'kis-fetch -v' seen
for secret in "$KIS_APPKEY" "$KIS_APPSECRET" "$(cat token)"; do
	is 'kis-fetch -v, slow response: no secret in messages, command line, logs' \
		"$(cat seen slow.ndjson "$SIM/requests.ndjson" | grep -cF "$secret")" 0
done

done_testing
