#!/bin/bash
# The simulated market of kis-sim is consistent. A ranking row is the sum of its
# stock's daily rows for every market, period and seed. Figures have realistic
# orders of magnitude, and requests of real clients are accepted.
# KIS_TEST_SEEDS: number of seeds (default 2)
. "$(dirname "$0")/lib.sh"
need curl "$PYTHON"

# Requests all markets and periods, then the daily rows of some stocks of each
# response, on one connection.
cat >sums.py <<'PY'
import http.client, json, os, random, ssl, sys
from urllib.parse import urlencode
base = os.environ["KIS_BASE_URL"].split("//")[1]
context = ssl.create_default_context(cafile=os.environ["KIS_CACERT"])
# disable the strict checks of Python 3.13: for the server's temporary CA, they
# require more than TLS does
context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
connection = http.client.HTTPSConnection(base, context=context)
token = open(sys.argv[1]).read().strip()
def ask(tr_id, path, query):
    connection.request("GET", path + "?" + urlencode(query), headers={
        "Content-Type": "application/json", "Authorization": "Bearer " + token,
        "AppKey": os.environ["KIS_APPKEY"], "Custtype": "P", "Tr_Id": tr_id,
        "AppSecret": os.environ["KIS_APPSECRET"]})
    answer = json.load(connection.getresponse())
    assert answer["rt_cd"] == "0", answer
    return answer
def ranking(market, unit, count):
    return ask("FHPST04820000", "/uapi/domestic-stock/v1/ranking/short-sale", {
        "FID_COND_MRKT_DIV_CODE": "J", "FID_COND_SCR_DIV_CODE": "20482",
        "FID_INPUT_ISCD": market, "FID_PERIOD_DIV_CODE": unit,
        "FID_INPUT_CNT_1": count, "FID_APLY_RANG_VOL": "",
        "FID_TRGT_CLS_CODE": "", "FID_TRGT_EXLS_CLS_CODE": "",
        "FID_APLY_RANG_PRC_1": "", "FID_APLY_RANG_PRC_2": ""})["output"]
def daily(code, first, last):
    return ask("FHPST04830000",
        "/uapi/domestic-stock/v1/quotations/daily-short-sale", {
        "FID_COND_MRKT_DIV_CODE": "J", "FID_INPUT_ISCD": code,
        "FID_INPUT_DATE_1": first, "FID_INPUT_DATE_2": last})["output2"]
rows = wrong = split = 0
chance = random.Random(int(sys.argv[2]))
for market in "0000 0001 1001 2001 4001 3003".split():
    for unit, count in [("D", n) for n in (0, 1, 2, 3, 4, 9, 14)] + \
            [("M", n) for n in (1, 2, 3)]:
        answer = ranking(market, unit, count)
        first, last = answer[0]["stnd_date1"], answer[0]["stnd_date2"]
        for row in chance.sample(answer, min(3, len(answer))):
            days = daily(row["mksc_shrn_iscd"], first, last)
            sums = [sum(int(d[k]) for d in days) for k in
                    ("ssts_cntg_qty", "ssts_tr_pbmn", "acml_tr_pbmn",
                     "acml_vol")]
            got = [int(row[k]) for k in ("ssts_cntg_qty", "ssts_tr_pbmn",
                                         "acml_tr_pbmn", "acml_vol")]
            rows += 1
            if sums[3] != got[3]: # the stock was split
                split += 1
                got.pop(), sums.pop()
            if sums != got:
                wrong += 1
                print(market, unit, count, row, sums)
print("%d rows, %d not the sum of their days, %d with a split" % (rows, wrong, split))
sys.exit(wrong != 0)
PY
for seed in $(seq "${KIS_TEST_SEEDS:-2}"); do
	sim_start --with-token --seed "$seed" --rate 10000 --shares 600
	run "$PYTHON" sums.py "$SIM/token" "$seed"
	check "seed $seed: ranking rows are the sums of their daily rows" 0 ', 0 not the sum'
	note "$(tail -n 1 "$out")"
done

# --- values have the order of magnitude of real markets and of the recorded
# response
sim_start --with-token --dump --today 20261120 --now 21:00 --rate 10000
token=$(cat "$SIM/token")
number() { jq -s "map($1 | tonumber) | $2" "$SIM/market.ndjson"; }
within() { # arguments: name value low high
	ok "$1: $2 is within $3 to $4" [ "$2" -ge "$3" -a "$2" -le "$4" ]
}
within 'largest trading value of a stock, won' "$(number .acml_tr_pbmn max)" 100000000000 5000000000000
within 'trading value of all stocks, won' "$(number .acml_tr_pbmn add)" 5000000000000 60000000000000
within 'median trading value, won' "$(number .acml_tr_pbmn 'sort | .[length/2|floor]')" 50000000 5000000000
within 'largest short value, won' "$(number .ssts_tr_pbmn max)" 3000000000 500000000000
within 'highest price, won' "$(number .stck_prpr max)" 500000 3200000
if [ -e "$RECORDED/official-short-sale.json" ]; then
	head -n 30 "$SIM/market.ndjson" | jq -s '{output: .}' >top
	for key in stck_prpr acml_vol acml_tr_pbmn ssts_cntg_qty ssts_tr_pbmn; do
		median() { jq "[.output[].$key | tonumber] | sort | .[15]" "$1"; }
		# allow a factor of 100, because ssts_cntg_qty and derived
		# fields were recorded during the ban on short sales
		ratio=$(($(median top) * 100 / $(median "$RECORDED/official-short-sale.json")))
		within "$key: median of 30 rows, % of the recorded median" "$ratio" 1 30000
	done
else
	skip 'median of 30 rows: order of magnitude of the recorded response' "$RECORDED does not exist"
fi

# --- kis-sim accepts requests as sent by other clients, such as KIS's Postman
# collection, and returns the same rows as for kis-fetch
RANKING=$KIS_BASE_URL/uapi/domestic-stock/v1/ranking/short-sale
foreign() { # expects the same rows as for kis-fetch
	local name=$1 query=$2
	shift 2
	run curl -sS --cacert "$KIS_CACERT" -H "authorization: Bearer $token" \
		-H "appkey: $KIS_APPKEY" -H "appsecret: $KIS_APPSECRET" \
		-H 'tr_id: FHPST04820000' "$@" "$RANKING?$query"
	is "request of $name: accepted, same rows as for kis-fetch" \
		"$(jq -c '[.rt_cd, (.output | map(.mksc_shrn_iscd))]' "$out")" "[\"0\",$own]"
}
own=$(kis-fetch --token-file "$SIM/token" | jq -sc 'map(.mksc_shrn_iscd)')
keys='FID_COND_MRKT_DIV_CODE=J&FID_COND_SCR_DIV_CODE=20482&FID_INPUT_ISCD=0000'
json='content-type: application/json; charset=utf-8'
foreign "KIS's Postman collection" "$keys&FID_PERIOD_DIV_CODE=D&FID_INPUT_CNT_1=000000000000&FID_APLY_RANG_VOL=0&FID_TRGT_CLS_CODE=0&FID_TRGT_EXLS_CLS_CODE=0&FID_APLY_RANG_PRC_1=&FID_APLY_RANG_PRC_2=" -H "$json" -H 'custtype: P'
foreign "a client without custtype" "$keys&FID_PERIOD_DIV_CODE=D&FID_INPUT_CNT_1=0&FID_APLY_RANG_VOL=&FID_TRGT_CLS_CODE=&FID_TRGT_EXLS_CLS_CODE=&FID_APLY_RANG_PRC_1=&FID_APLY_RANG_PRC_2=" -H "$json"
foreign 'a client with an empty period, count 0, headers in mixed case' "$keys&FID_PERIOD_DIV_CODE=&FID_INPUT_CNT_1=0&FID_APLY_RANG_VOL=&FID_TRGT_CLS_CODE=&FID_TRGT_EXLS_CLS_CODE=&FID_APLY_RANG_PRC_1=&FID_APLY_RANG_PRC_2=" -H 'Content-Type: application/json' -H 'CustType: P'
foreign 'a client with volume 10000000' "$keys&FID_PERIOD_DIV_CODE=D&FID_INPUT_CNT_1=0&FID_APLY_RANG_VOL=10000000&FID_TRGT_CLS_CODE=0&FID_TRGT_EXLS_CLS_CODE=0000000000&FID_APLY_RANG_PRC_1=0&FID_APLY_RANG_PRC_2=99999999" -H "$json" -H 'custtype: P'

# --- kis-sim returns daily rows in the format of KIS's responses
DAILY=$KIS_BASE_URL/uapi/domestic-stock/v1/quotations/daily-short-sale
days() { # arguments: code from to
	curl -sS --cacert "$KIS_CACERT" -H "authorization: Bearer $token" \
		-H "appkey: $KIS_APPKEY" -H "appsecret: $KIS_APPSECRET" -H "$json" \
		-H 'tr_id: FHPST04830000' -H 'custtype: P' \
		"$DAILY?FID_COND_MRKT_DIV_CODE=J&FID_INPUT_ISCD=$1&FID_INPUT_DATE_1=$2&FID_INPUT_DATE_2=$3" >days
}
days 005930 20231101 20231110
is 'daily response: output1 first, rt_cd after output2' "$(jq -c keys_unsorted days)" '["output1","output2","rt_cd","msg_cd","msg1"]'
is 'daily response: fields of a row in order' "$(jq -r '.output2[0] | keys_unsorted | join(" ")' days)" \
	'stck_bsop_date stck_clpr prdy_vrss prdy_vrss_sign prdy_ctrt acml_vol stnd_vol_smtn ssts_cntg_qty ssts_vol_rlim acml_ssts_cntg_qty acml_ssts_cntg_qty_rlim acml_tr_pbmn stnd_tr_pbmn_smtn ssts_tr_pbmn ssts_tr_pbmn_rlim acml_ssts_tr_pbmn acml_ssts_tr_pbmn_rlim stck_oprc stck_hgpr stck_lwpr avrg_prc'
if [ -e "$RECORDED/openkis-daily-short-sale-20240702.json" ]; then
	is 'daily response: same fields as the recorded one' "$(jq -c '.output2[0] | keys_unsorted' days)" \
		"$(jq -c '.output2[0] | keys_unsorted' "$RECORDED/openkis-daily-short-sale-20240702.json")"
fi
is 'daily response: newest day first' "$(jq -r '[.output2[].stck_bsop_date] | join(" ")' days)" \
	'20231110 20231109 20231108 20231107 20231106 20231103 20231102 20231101'
days 000001 20260101 20260110
is 'daily request, unknown code: no rows' "$(jq -c .output2 days)" '[]'
days 005930 20260110 20260101
is 'daily request, start after end: one empty row' "$(jq -c .output2 days)" '[{}]'
days 005930 2026011 20260101
is 'daily request, invalid date: error message' "$(jq -r .msg1 days)" 'ERROR INVALID FID_INPUT_DATE_1'
code=$(head -n 1 "$SIM/market.ndjson" | jq -r .mksc_shrn_iscd)
days "$code" 20231113 20250328
ok 'daily response for the ban: hardly any short sales' [ "$(jq '[.output2[].ssts_tr_pbmn_rlim | tonumber] | max < 2' days)" = true ]

# --- --today and --now set the clock of the simulated server
sim_start --with-token --today 20261231 --now 23:59:58 --rate 1000
token=$(cat "$SIM/token") DAILY=$KIS_BASE_URL/uapi/domestic-stock/v1/quotations/daily-short-sale
header_date() { curl -sS --cacert "$KIS_CACERT" -o body -D - "$KIS_BASE_URL/" | sed -n 's/^Date: //p' | tr -d '\r'; }
like '--today and --now: set the Date header' "$(TZ=UTC-9 date -d "$(header_date)" '+%F %T')" '^2026-12-31 23:59:5'
sleep 2.2
like '--now 23:59:58: the date changes after two seconds' "$(TZ=UTC-9 date -d "$(header_date)" '+%F %T')" '^2027-01-01 00:00:0'
days 005930 20261228 20270101
is 'daily response after midnight: today has a row of zeros' "$(jq -c '[.output2[0] | .stck_bsop_date, .ssts_cntg_qty]' days)" '["20270101","0"]'
is 'daily response after midnight: yesterday has short sales' "$(jq -r '.output2[1].ssts_cntg_qty != "0"' days)" true
done_testing
