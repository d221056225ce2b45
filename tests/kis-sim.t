#!/bin/bash
# kis-sim, the simulated server, follows KIS's rules and produces the faults
# that --fault selects.
. "$(dirname "$0")/lib.sh"
need curl jq

RANKING=/uapi/domestic-stock/v1/ranking/short-sale
DAY='--today 20261120 --rollover 24:00'

call() { curl -sS --max-time "${limit:-30}" --cacert "$KIS_CACERT" "$@"; }

ask_token() { # arguments: curl's options
	call -H "content-type: ${type-application/json}" -d "{\"grant_type\":\
\"client_credentials\",\"appkey\":\"${key-$KIS_APPKEY}\",\
\"appsecret\":\"${secret-$KIS_APPSECRET}\"}" "$@" \
		"$KIS_BASE_URL/oauth2/tokenP"
}

revoke() { # arguments: token
	call -H 'content-type: application/json' -d "{\"appkey\":\
\"$KIS_APPKEY\",\"appsecret\":\"$KIS_APPSECRET\",\"token\":\"$1\"}" \
		"$KIS_BASE_URL/oauth2/revokeP"
}

query() { # arguments: market period count low high
	printf '%s' "FID_COND_MRKT_DIV_CODE=J&FID_COND_SCR_DIV_CODE=20482" \
		"&FID_INPUT_ISCD=${1-0000}&FID_PERIOD_DIV_CODE=${2-D}" \
		"&FID_INPUT_CNT_1=${3-0}&FID_APLY_RANG_VOL=" \
		"&FID_TRGT_CLS_CODE=&FID_TRGT_EXLS_CLS_CODE=" \
		"&FID_APLY_RANG_PRC_1=${4-}&FID_APLY_RANG_PRC_2=${5-}"
}

rank() { # arguments: query, curl's options; uses $token, $person
	local q=$1
	shift
	call -H 'Content-Type: application/json; charset=utf-8' \
		-H "authorization: Bearer $token" -H "appkey: $KIS_APPKEY" \
		-H "appsecret: $KIS_APPSECRET" -H 'tr_id: FHPST04820000' \
		-H "custtype: ${person-P}" -H 'tr_cont;' "$@" \
		"$KIS_BASE_URL$RANKING?$q"
}

status_code() { # prints HTTP status and error code of a ranking response
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

rejects() { kis-sim --dir "$T/none" "$@" 2>printed; [ $? = 64 ]; }

run kis-sim --help
check '--help: prints the usage' 0 '^usage: kis-sim' ''
run kis-sim --wrong
check 'unknown option: exit status 64' 64 '' '^usage:'
run kis-sim
check 'no --dir: exit status 64' 64 '' 'dir is missing'
ok '--fault with an unknown fault: exit status 64' rejects --fault nonsense
ok '--fault with an unknown token fault: exit status 64' rejects --fault token.rows31
ok '--fault with an invalid count: exit status 64' rejects --fault rate:x
ok '--bounds with an unknown choice: exit status 64' rejects --bounds open
ok '--today with an impossible date: exit status 64' rejects --today 20260231
run kis-sim --list-faults
check '--list-faults: prints the faults' 0 'gzip-bomb' ''
run kis-sim --dir /nowhere/at/all
check '--dir cannot be created: exit status 73' 73 '' 'cannot create'

start --with-token --dump $DAY
is 'DIR and DIR/env: readable by the owner only' "$(stat -c %a "$SIM/env" "$SIM" | xargs)" '600 700'
is 'appkey and appsecret: 36 and 180 characters' "${#KIS_APPKEY} ${#KIS_APPSECRET}" '36 180'
is 'DIR/env: is one line' "$(wc -l <"$SIM/env")" 1

# --- kis-sim issues tokens by KIS's rules
is 'token request, wrong appkey: 403 EGW00103' "$(key=x token_code)" '403 EGW00103'
is 'token request, wrong appsecret: 403 EGW00105' "$(secret=x token_code)" '403 EGW00105'
is 'token request, wrong content type: 403 EGW00132' "$(type=text/plain token_code)" \
	'403 EGW00132'
is 'token request: 200 with a token' "$(token_code)" '200 Bearer'
is 'token request: returns the valid token again' "$(jq -r .access_token body)" \
	"$token"
is 'token response: its fields in order' "$(jq -c keys_unsorted body)" '["access_token",'\
'"access_token_token_expired","token_type","expires_in"]'
is 'second token request within a minute: 403 EGW00133' "$(token_code)" '403 EGW00133'
is 'request log: contains the five token requests' "$(requests '.path == "/oauth2/tokenP"')" 5

# --- kis-sim returns rankings, and rejects requests, by KIS's rules
is 'ranking request: 200 MCA00000' "$(status_code "$(query)" -D headers)" '200 MCA00000'
ok 'ranking response: header tr_cont in lower case' grep -q '^tr_cont:' headers
ok 'ranking response: header Content-Type in mixed case' grep -q '^Content-Type: app' headers
is 'ranking response: 30 rows' "$(jq '.output | length' body)" 30
is 'ranking response: output is the first field' "$(jq -c keys_unsorted body)" \
	'["output","rt_cd","msg_cd","msg1"]'
is 'ranking response: all values are strings' "$(jq -c '[.output[][] | type] | unique' body)" \
	'["string"]'
is 'ranking response: base dates in the first row only' \
	"$(jq -c '[.output[].stnd_date2] | unique' body)" '["0","20261119"]'
is 'ranking response: descending short volume' "$(jq '[.output[].ssts_cntg_qty | tonumber] |
	. == (sort | reverse)' body)" true
is 'ranking request without a parameter: 200 OPSQ2001' "$(status_code "$(query | sed 's/&FID_TRGT_CLS_CODE=//')")" \
	'200 OPSQ2001'
is 'ranking request, unknown market: 200 OPSQ2001' "$(status_code "$(query 9999)")" '200 OPSQ2001'
is 'ranking request, invalid period: 200 OPSQ2001' "$(status_code "$(query 0000 M 0)")" '200 OPSQ2001'
is 'ranking request, empty period: daily ranking' "$(status_code "$(query 0000 '')")" \
	'200 MCA00000'
rank "$(query 0000 D 14)" -o body
is 'ranking request, 14 days: base period of 15 business days' "$(jq -r '.output[0] |
	.stnd_date1 + .stnd_date2' body)" 2026103020261119
rank "$(query 0000 M 3)" -o body
is 'ranking request, 3 months: base period starts 3 months earlier' "$(jq -r '.output[0].stnd_date1' body)" 20260819
is 'ranking request, invalid custtype: 500 EGW00208' "$(person=X status_code "$(query)")" '500 EGW00208'
is 'ranking request, unknown token: 500 EGW00121' "$(token=x status_code "$(query)")" '500 EGW00121'
is 'ranking request, wrong appsecret: 500 EGW00304' "$(KIS_APPSECRET=x status_code "$(query)")" \
	'500 EGW00304'
corporate=(-H 'personalseckey: k' -H 'seq_no: 001' -H 'ip_addr: 10.0.0.1'
	-H 'mac_address: 001122334455' -H 'phone_number: 01012345678')
person=B
is 'ranking request, custtype B without its headers: 500 EGW00304' "$(status_code "$(query)")" \
	'500 EGW00304'
is 'ranking request, custtype B with its headers: 200 MCA00000' "$(status_code "$(query)" "${corporate[@]}" \
	-H 'gt_uid: one')" '200 MCA00000'
is 'ranking request, repeated gt_uid: 500 EGW00101' "$(status_code "$(query)" "${corporate[@]}" \
	-H 'gt_uid: one')" '500 EGW00101'
person=P
for at in 0001 1001 2001 4001 3003; do
	rank "$(query $at)" -o body
	jq -r '.output[].mksc_shrn_iscd' body >got
	jq -r --arg m $at 'select(.markets | index($m)).mksc_shrn_iscd' \
		"$SIM/market.ndjson" | head -n 30 >wanted
	ok "ranking of market $at: equals the top 30 of the dump" cmp got wanted
	sleep 0.2
done
is 'market dump: average short prices are consistent' "$(jq -s 'map(select(
	(.ssts_tr_pbmn | tonumber) as $t | (.ssts_cntg_qty | tonumber) as $q |
	(.avrg_prc | tonumber) != ($t / $q | floor))) | length' \
	"$SIM/market.ndjson")" 0
ok 'request log: contains no secret' [ "$(grep -c -e "$KIS_APPKEY" \
	-e "$KIS_APPSECRET" -e "$token" "$SIM/requests.ndjson")" = 0 ]
call -o body "$KIS_BASE_URL/x" -o body "$KIS_BASE_URL/y"
is 'request log: requests of one connection have the same number' "$(jq -s '.[-1].conn - .[-2].conn' \
	"$SIM/requests.ndjson")" 0
sim_stop
is 'SIGTERM: exit status 0' "$sim_status" 0

# --- --bounds selects the meaning of the price limits
for kind in inclusive:2 half-open:1 exclusive:0 ignored:30; do
	start --with-token --dump --prices narrow --bounds ${kind%:*} $DAY
	low=$(jq -r .stck_prpr "$SIM/market.ndjson" | sort -n | uniq -c |
		awk '$1 == 1 && last == 1 { print prev, $2; exit }
			{ last = $1; prev = $2 }')
	rank "$(query 0000 D 0 ${low% *} ${low#* })" -o body
	is "--bounds ${kind%:*}: number of rows in a range between two prices" "$(jq '.output | length' body)" "${kind#*:}"
done
start --dump --prices equal $DAY
is '--prices equal: 40 stocks at one price' "$(jq -c 'select(.stck_prpr == "5000")' \
	"$SIM/market.ndjson" | wc -l)" 40

# --- tokens have a limited lifetime (here 8 seconds) and can be revoked
start --minute 0 --token-life 8 --token-keep 2 --rate 3 --clock-skew 3600
token=$(ask_token -D headers | jq -r .access_token)
date=$(sed -n 's/^Date: //p' headers | tr -d '\r')
is '--clock-skew 3600: the Date header is an hour off' \
	$((($(date -d "$date" +%s) - $(date +%s) + 60) / 120)) 30
is 'token request while a token is valid: returns the same token' "$(ask_token | jq -r .access_token)" "$token"
# one curl sends all four requests within a second, even on a busy machine
rank "$(query)&n=[1-4]" -o body -w '%{http_code} ' >codes
is '--rate 3: the fourth request within a second gets EGW00201' "$(xargs <codes) $(jq -r .msg_cd body)" '200 200 200 500 EGW00201'
is 'revoke request: 200' "$(revoke "$token" | jq .code)" 200
is 'ranking request with a revoked token: 500 EGW00121' "$(status_code "$(query)")" '500 EGW00121'
old=$token
token=$(ask_token | jq -r .access_token)
ok 'token request after revocation: returns a new token' [ "$token" != "$old" ]
sleep 2.1
ok 'token request after --token-keep: returns a new token' [ "$(ask_token | jq -r .access_token)" != \
	"$token" ]
is 'ranking request with the previous token: still valid' "$(status_code "$(query)")" '200 MCA00000'

# --- each fault changes the next responses as its name indicates
start --with-token --minute 0 --fault dead-token:1 --fault html502:1 \
	--fault stall:1 --fault ranking.redirect:1 --fault cut:1 \
	--fault rows31:1 --fault token.html503:1 $DAY
is 'fault dead-token: the token is rejected' "$(status_code "$(query)")" '500 EGW00121'
is 'fault html502: gateway page with status 502' "$(rank "$(query)" -o body -w '%{http_code}')" 502
is 'faults: used in the given order; a wrong token is rejected before stall' "$(token=x status_code "$(query)")" '500 EGW00121'
is 'fault token.html503: the token request gets 503' "$(ask_token -o body -w '%{http_code}')" 503
is 'fault dead-token: the token endpoint returns the rejected token again' \
	"$(ask_token | jq -r .access_token)" "$token"
revoke "$token" >body
token=$(ask_token | jq -r .access_token)
limit=0.5
run rank "$(query)"
check 'fault stall: the response stops midway' 28 '^\{"output"' 'timed out'
limit=30
run rank "$(query)" -L
is 'fault redirect: a client that follows it reveals its credentials to the other host' \
	"$(requests '.host == "other" and .saw_secret')" 1
run rank "$(query)"
check 'fault cut: the connection is closed midway' 18
is 'fault rows31: 31 rows' "$(rank "$(query)" | jq '.output | length')" 31
is 'faults with a count of 1: no fault after they were used' "$(rank "$(query)" | jq '.output | length')" 30

start --with-token --fault stall $DAY
limit=20 rank "$(query)" -o body 2>printed &
client=$!
sleep 0.3
limit=0.3 ask_token -o body
is 'fault stall: other requests are served meanwhile' "$(requests '.status == 200')" 2
before=$(date +%s%N)
sim_stop
ok 'SIGTERM during a stalled response: ends within a second' \
	[ $((($(date +%s%N) - before) / 1000000)) -lt 1000 ]
is 'SIGTERM during a stalled response: exit status 0' "$sim_status" 0
ok 'SIGTERM: DIR/env is removed' test ! -e "$SIM/env"
wait "$client"

for fault in tls11:35 cert-expired:60 cert-name:60 cert-selfsigned:60 \
	reset:35 stall-tls:28 stall-connect:28; do
	sim_start --fault ${fault%:*}
	limit=0.5
	run ask_token --tlsv1.2
	check "fault ${fault%:*}: curl exits with ${fault#*:}" "${fault#*:}" ''
done
limit=30
start --with-token --fault gzip-bomb:1 --fault huge:1
is 'fault gzip-bomb: less than 500,000 bytes are sent' $(($(rank "$(query)" -o body -w '%{size_download}') \
	< 500000)) 1
is 'fault gzip-bomb: decompresses to 64 MiB' "$(gzip -dc body | wc -c)" 67108919
is 'fault huge: 50,000,000 bytes' "$(rank "$(query)" -o body -w '%{size_download}')" \
	50000000
echo '{"any": "thing" }' >file
start --with-token --body file
rank "$(query)" -o body
ok '--body: serves the file byte for byte' cmp body file
sim_start --for 1
wait "$sim_pid"
is '--for 1: exit status 0 after a second' $? 0
sim_pid=''
start --with-token
cp "$SIM/ca.pem" ca.before
run kis-sim --dir "$SIM" --for 1
check 'a second server in the same directory: fails' 73 '' 'is in use by another kis-sim'
ok 'a second server in the same directory: the certificate is unchanged' cmp "$SIM/ca.pem" ca.before
is 'a second server in the same directory: the address remains' "$(ls "$SIM/env")" "$SIM/env"
kill -HUP "$sim_pid"
wait "$sim_pid"
ok 'SIGHUP: the file env is removed' [ ! -e "$SIM/env" ]
sim_pid=''
done_testing
