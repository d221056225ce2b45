#!/bin/bash
# The pipe, end to end, on the simulated market and on recorded answers.
. "$(dirname "$0")/lib.sh"

read_back() { # file: what a reader of the workbook sees of its first sheet
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

bash_pipe() { # command line under pipefail
	status=0
	bash -c "set -o pipefail; $1" >"$out" 2>"$err" </dev/null || status=$?
}

sim_start --rate 1000
bash_pipe 'kis-token | kis-fetch --market 1001 | kis-toxlsx > r.xlsx'
check 'the pipe' 0 '' ''
read_back r.xlsx >r.json
is '30 rows in the workbook' "$(jq '.rows | length' r.json)" 30
like '1001 is KOSDAQ in the name' "$(jq -r .sheet r.json)" '코스닥'
like '1001 is KOSDAQ in the title' "$(jq -r '.title | map(select(. != null)) | join(" ")' r.json)" '코스닥'
ok 'codes are text' jq -e 'all(.rows[]; .["종목코드"] | type == "string" and length >= 6)' r.json
ok 'quantities are numbers' jq -e 'all(.rows[]; .["공매도거래량 (주)"] | type == "number")' r.json
ok 'every row has its base dates' jq -e 'all(.rows[]; .["기준시작일"] and .["기준종료일"])' r.json
is 'one token was issued' "$(requests '.method == "POST"')" 1
bash_pipe 'kis-token | kis-fetch --market 1001 | kis-tocsv > r.csv'
check 'the pipe to CSV' 0 '' ''
is 'a header and 30 rows' "$(wc -l <r.csv | tr -d ' ')" 31
is 'no second token was issued' "$(requests '.method == "POST"')" 1
kis-token >a && kis-token >b
ok 'the same token again' cmp a b

# letters in codes survive
kis-token | kis-fetch --complete --rate 100 -m kosdaq >all.ndjson 2>err
code=$(jq -r .mksc_shrn_iscd all.ndjson | grep -m1 '^00.*[A-Z]')
grep "\"$code\"" all.ndjson >letters.ndjson
run kis-toxlsx -o l.xlsx letters.ndjson
is "$code is that text in the workbook" \
	"$(read_back l.xlsx | jq -r '.rows[0]["종목코드"]')" "$code"

run kis-toxlsx </dev/null
check 'nothing in: 66, nothing out' 66 '' 'no record'
bash -c 'false | kis-toxlsx > x' 2>err
is 'false | kis-toxlsx: 66' $? 66
is 'and x is empty' "$(wc -c <x | tr -d ' ')" 0

# recorded answers
recorded() { # file rows date1 date2
	local body=$RECORDED/$1
	if [ ! -e "$body" ]; then
		skip "$1" "the recorded answers are not here"
		return
	fi
	sim_start --body "$body"
	kis-token | kis-fetch -m all >rec.ndjson 2>err
	is "$1: $2 rows" "$(wc -l <rec.ndjson | tr -d ' ')" "$2"
	is "$1: base dates in every row" \
		"$(jq -r '.stnd_date1 + ".." + .stnd_date2' rec.ndjson | sort -u)" "$3..$4"
	is "$1: every other value as recorded" \
		"$(jq -c 'del(.market, .period, .rank, .list, .list_rows, .fetched_at, .stnd_date1, .stnd_date2)' rec.ndjson | cksum)" \
		"$(jq -c '.output[] | del(.stnd_date1, .stnd_date2)' "$body" | cksum)"
	kis-token | kis-fetch -m all --raw | cmp - "$body"
	is "$1: --raw is the body, byte for byte" "$?" 0
	run kis-toxlsx -o rec.xlsx rec.ndjson
	check "$1: a workbook" 0 '' ''
	read_back rec.xlsx >rec.json
	is "$1: $2 rows in it" "$(jq '.rows | length' rec.json)" "$2"
	is "$1: base dates in every row of it" \
		"$(jq -r '.rows[] | .["기준시작일"] + ".." + .["기준종료일"]' rec.json | sort -u)" "$3..$4"
	is "$1: value traded, the same numbers" \
		"$(jq -c '[.rows[]["거래대금 (백만원)"]]' rec.json)" \
		"$(jq -c '[.output[].acml_tr_pbmn | tonumber]' "$body")"
	is "$1: codes, the same text" \
		"$(jq -c '[.rows[]["종목코드"]]' rec.json)" \
		"$(jq -c '[.output[].mksc_shrn_iscd]' "$body")"
	kis-tocsv rec.ndjson >rec.csv
	is "$1: CSV reads back the same" \
		"$($PYTHON -c 'import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
empty = {row.pop("filter") for row in rows} # the records have none
print(empty == {""} and json.dumps(rows) ==
	json.dumps([json.loads(l) for l in open(sys.argv[2])]))' rec.csv rec.ndjson)" True
}
recorded official-short-sale.json 30 20240329 20240329
recorded openkis-short-sale-20240626.json 2 20240604 20240625
[ ! -e rec.json ] || is '23,401,356,654,068 is that number' \
	"$(jq '.rows[0]["거래대금 (백만원)"]' rec.json)" 23401356654068

# no secret in what anybody can see during a run with -v
sim_start --fault slow
kis-token >token 2>err
kis-token -v >token2 2>seen
kis-fetch -v -o slow.ndjson <token 2>>seen &
fetching=$!
sleep 1
tr '\0' ' ' <"/proc/$fetching/cmdline" >>seen
wait "$fetching"
is 'the slow run ends well' $? 0
ok 'its command line and messages were there to look at' grep -q 'kis-fetch -v' seen
for secret in "$KIS_APPKEY" "$KIS_APPSECRET" "$(cat token)"; do
	is 'no secret in messages, command lines, logs' \
		"$(cat seen slow.ndjson "$SIM/requests.ndjson" | grep -cF "$secret")" 0
done

done_testing
