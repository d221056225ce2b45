#!/bin/bash
# The simulated server keeps KIS's rules and fails as it is told.
. "$(dirname "$0")/lib.sh"
need curl jq

RANKING=/uapi/domestic-stock/v1/ranking/short-sale
DAY='--today 20261120 --rollover 24:00'

call() { curl -sS --max-time "${limit:-30}" --cacert "$KIS_CACERT" "$@"; }

ask_token() { # curl's options
	call -H "content-type: ${type-application/json}" -d "{\"grant_type\":\
\"client_credentials\",\"appkey\":\"${key-$KIS_APPKEY}\",\
\"appsecret\":\"${secret-$KIS_APPSECRET}\"}" "$@" \
		"$KIS_BASE_URL/oauth2/tokenP"
}

revoke() { # token
	call -H 'content-type: application/json' -d "{\"appkey\":\
\"$KIS_APPKEY\",\"appsecret\":\"$KIS_APPSECRET\",\"token\":\"$1\"}" \
		"$KIS_BASE_URL/oauth2/revokeP"
}

query() { # market period count low high
	printf '%s' "FID_COND_MRKT_DIV_CODE=J&FID_COND_SCR_DIV_CODE=20482" \
		"&FID_INPUT_ISCD=${1-0000}&FID_PERIOD_DIV_CODE=${2-D}" \
		"&FID_INPUT_CNT_1=${3-0}&FID_APLY_RANG_VOL=" \
		"&FID_TRGT_CLS_CODE=&FID_TRGT_EXLS_CLS_CODE=" \
		"&FID_APLY_RANG_PRC_1=${4-}&FID_APLY_RANG_PRC_2=${5-}"
}

rank() { # query, curl's options; $token, $person
	local q=$1
	shift
	call -H 'Content-Type: application/json; charset=utf-8' \
		-H "authorization: Bearer $token" -H "appkey: $KIS_APPKEY" \
		-H "appsecret: $KIS_APPSECRET" -H 'tr_id: FHPST04820000' \
		-H "custtype: ${person-P}" -H 'tr_cont;' "$@" \
		"$KIS_BASE_URL$RANKING?$q"
}

status_code() { # of a ranking: HTTP status and code
	rank "$@" -o body -w '%{http_code} '
	jq -r '.msg_cd // .error_code // .message // "-"' body
}

token_code() {
	ask_token -o body -w '%{http_code} ' "$@"
	jq -r '.error_code // .token_type' body
}

start() {
	sim_start "$@"
	[ ! -e "$SIM/token" ] || token=$(cat "$SIM/token")
}

rejects() { kis-sim --dir "$T/none" "$@" 2>said; [ $? = 64 ]; }

# --- options and files
run kis-sim --help
check 'help' 0 '^usage: kis-sim' ''
run kis-sim --wrong
check 'a wrong option' 64 '' '^usage:'
run kis-sim
check 'no --dir' 64 '' 'dir is missing'
ok 'an unknown fault' rejects --fault nonsense
ok 'an unknown token fault' rejects --fault token.rows31
ok 'a wrong count' rejects --fault rate:x
ok 'a wrong choice' rejects --bounds open
ok 'a wrong day' rejects --today 20260231
run kis-sim --list-faults
check 'the list of faults' 0 'gzip-bomb' ''
run kis-sim --dir /nowhere/at/all
check 'a folder that cannot be made' 73 '' 'cannot create'

start --with-token --dump $DAY
is 'env is private' "$(stat -c %a "$SIM/env" "$SIM" | xargs)" '600 700'
is 'keys have their lengths' "${#KIS_APPKEY} ${#KIS_APPSECRET}" '36 180'
is 'env is one line' "$(wc -l <"$SIM/env")" 1

# --- the token
is 'a wrong key' "$(key=x token_code)" '403 EGW00103'
is 'a wrong secret' "$(secret=x token_code)" '403 EGW00105'
is 'another content type' "$(type=text/plain token_code)" \
	'403 EGW00132'
is 'a token' "$(token_code)" '200 Bearer'
is 'the token is the one that was there' "$(jq -r .access_token body)" \
	"$token"
is 'its members' "$(jq -c keys_unsorted body)" '["access_token",'\
'"access_token_token_expired","token_type","expires_in"]'
is 'once a minute' "$(token_code)" '403 EGW00133'
is 'the log counts' "$(requests '.path == "/oauth2/tokenP"')" 5

# --- the ranking
is 'a ranking' "$(status_code "$(query)" -D headers)" '200 MCA00000'
ok 'header case' grep -q '^tr_cont:' headers
ok 'header case of the usual ones' grep -q '^Content-Type: app' headers
is 'thirty rows' "$(jq '.output | length' body)" 30
is 'output comes first' "$(jq -c keys_unsorted body)" \
	'["output","rt_cd","msg_cd","msg1"]'
is 'all strings' "$(jq -c '[.output[][] | type] | unique' body)" \
	'["string"]'
is 'dates in the first row only' \
	"$(jq -c '[.output[].stnd_date2] | unique' body)" '["0","20261119"]'
is 'ordered by quantity' "$(jq '[.output[].ssts_cntg_qty | tonumber] |
	. == (sort | reverse)' body)" true
is 'a key missing' "$(status_code "$(query | sed 's/&FID_TRGT_CLS_CODE=//')")" \
	'200 OPSQ2001'
is 'a wrong market' "$(status_code "$(query 9999)")" '200 OPSQ2001'
is 'a wrong period' "$(status_code "$(query 0000 M 0)")" '200 OPSQ2001'
is 'a blank period is days' "$(status_code "$(query 0000 '')")" \
	'200 MCA00000'
rank "$(query 0000 D 14)" -o body
is 'fifteen business days' "$(jq -r '.output[0] |
	.stnd_date1 + .stnd_date2' body)" 2026103020261119
rank "$(query 0000 M 3)" -o body
is 'three months' "$(jq -r '.output[0].stnd_date1' body)" 20260819
is 'no custtype' "$(person=X status_code "$(query)")" '500 EGW00208'
is 'an unknown token' "$(token=x status_code "$(query)")" '500 EGW00121'
is 'a wrong secret' "$(KIS_APPSECRET=x status_code "$(query)")" \
	'500 EGW00304'
corporate=(-H 'personalseckey: k' -H 'seq_no: 001' -H 'ip_addr: 10.0.0.1'
	-H 'mac_address: 001122334455' -H 'phone_number: 01012345678')
person=B
is 'a corporation without its headers' "$(status_code "$(query)")" \
	'500 EGW00304'
is 'a corporation' "$(status_code "$(query)" "${corporate[@]}" \
	-H 'gt_uid: one')" '200 MCA00000'
is 'a gt_uid twice' "$(status_code "$(query)" "${corporate[@]}" \
	-H 'gt_uid: one')" '500 EGW00101'
person=P
for at in 0001 1001 2001 4001 3003; do
	rank "$(query $at)" -o body
	jq -r '.output[].mksc_shrn_iscd' body >got
	jq -r --arg m $at 'select(.markets | index($m)).mksc_shrn_iscd' \
		"$SIM/market.ndjson" | head -n 30 >want
	ok "market $at agrees with the dump" cmp got want
	sleep 0.2
done
is 'the dump is consistent' "$(jq -s 'map(select(
	(.ssts_tr_pbmn | tonumber) as $t | (.ssts_cntg_qty | tonumber) as $q |
	(.avrg_prc | tonumber) != ($t / $q | floor))) | length' \
	"$SIM/market.ndjson")" 0
ok 'the log holds no secret' [ "$(grep -c -e "$KIS_APPKEY" \
	-e "$KIS_APPSECRET" -e "$token" "$SIM/requests.ndjson")" = 0 ]
call -o body "$KIS_BASE_URL/x" -o body "$KIS_BASE_URL/y"
is 'one connection, one number' "$(jq -s '.[-1].conn - .[-2].conn' \
	"$SIM/requests.ndjson")" 0
sim_stop
is 'it ends well' "$sim_status" 0

# --- price bands
for kind in inclusive:2 half-open:1 exclusive:0 ignored:30; do
	start --with-token --dump --prices narrow --bounds ${kind%:*} $DAY
	low=$(jq -r .stck_prpr "$SIM/market.ndjson" | sort -n | uniq -c |
		awk '$1 == 1 && last == 1 { print prev, $2; exit }
			{ last = $1; prev = $2 }')
	rank "$(query 0000 D 0 ${low% *} ${low#* })" -o body
	is "bounds ${kind%:*}" "$(jq '.output | length' body)" "${kind#*:}"
done
start --dump --prices equal $DAY
is 'forty at one price' "$(jq -c 'select(.stck_prpr == "5000")' \
	"$SIM/market.ndjson" | wc -l)" 40

# --- the life of a token, in seconds
start --minute 0 --token-life 8 --token-keep 2 --rate 3 --clock-skew 3600
token=$(ask_token -D headers | jq -r .access_token)
date=$(sed -n 's/^Date: //p' headers | tr -d '\r')
is 'the clock is an hour wrong, as asked' \
	$((($(date -d "$date" +%s) - $(date +%s) + 60) / 120)) 30
is 'the same again' "$(ask_token | jq -r .access_token)" "$token"
# one curl, so that a busy machine asks all four within the second too
rank "$(query)&n=[1-4]" -o body -w '%{http_code} ' >codes
is 'the rate' "$(xargs <codes) $(jq -r .msg_cd body)" '200 200 200 500 EGW00201'
is 'revoked' "$(revoke "$token" | jq .code)" 200
is 'refused then' "$(status_code "$(query)")" '500 EGW00121'
old=$token
token=$(ask_token | jq -r .access_token)
ok 'a new one after revocation' [ "$token" != "$old" ]
sleep 2.1
ok 'a new one after its hours' [ "$(ask_token | jq -r .access_token)" != \
	"$token" ]
is 'the old one lives' "$(status_code "$(query)")" '200 MCA00000'

# --- faults
start --with-token --minute 0 --fault dead-token:1 --fault html502:1 \
	--fault stall:1 --fault ranking.redirect:1 --fault cut:1 \
	--fault rows31:1 --fault token.html503:1 $DAY
is 'killed' "$(status_code "$(query)")" '500 EGW00121'
is 'a gateway page' "$(rank "$(query)" -o body -w '%{http_code}')" 502
is 'in the order given' "$(token=x status_code "$(query)")" '500 EGW00121'
is 'a token fault' "$(ask_token -o body -w '%{http_code}')" 503
is 'the dead token is handed out again' \
	"$(ask_token | jq -r .access_token)" "$token"
revoke "$token" >body
token=$(ask_token | jq -r .access_token)
limit=0.5
run rank "$(query)"
check 'stalled' 28 '^\{"output"' 'timed out'
limit=30
run rank "$(query)" -L
is 'a redirect is seen by the other host' \
	"$(requests '.host == "other" and .saw_secret')" 1
run rank "$(query)"
check 'cut' 18
is 'thirty-one' "$(rank "$(query)" | jq '.output | length')" 31
is 'all used up' "$(rank "$(query)" | jq '.output | length')" 30

start --with-token --fault stall $DAY
limit=20 rank "$(query)" -o body 2>said &
client=$!
sleep 0.3
limit=0.3 ask_token -o body
is 'others are served meanwhile' "$(requests '.status == 200')" 2
before=$(date +%s%N)
sim_stop
ok 'it ends within a second all the same' \
	[ $((($(date +%s%N) - before) / 1000000)) -lt 1000 ]
is 'and well' "$sim_status" 0
ok 'and takes its settings with it' test ! -e "$SIM/env"
wait "$client"

for fault in tls11:35 cert-expired:60 cert-name:60 cert-selfsigned:60 \
	reset:35 stall-tls:28 stall-connect:28; do
	sim_start --fault ${fault%:*}
	limit=0.5
	run ask_token --tlsv1.2
	check "${fault%:*}" "${fault#*:}" ''
done
limit=30
start --with-token --fault gzip-bomb:1 --fault huge:1
is 'a bomb is small' $(($(rank "$(query)" -o body -w '%{size_download}') \
	< 500000)) 1
is 'and large' "$(gzip -dc body | wc -c)" 67108952
is 'fifty megabytes' "$(rank "$(query)" -o body -w '%{size_download}')" \
	50000000
echo '{"any": "thing" }' >file
start --with-token --body file
rank "$(query)" -o body
ok 'a given body, byte for byte' cmp body file
sim_start --for 1
wait "$sim_pid"
is 'it ends after its time' $? 0
sim_pid=''
done_testing
