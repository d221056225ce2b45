#!/bin/bash
# Tests the options and queries of kis-fetch, and invalid combinations of
# options.
. "$(dirname "$0")/lib.sh"

wrong() { # arguments: name regex option...
	local name=$1 pattern=$2
	shift 2
	run kis-fetch "$@"
	check "$name: exit status 64" 64 '' "$pattern"
	ok "$name: refers to --help" grep -q "^Try 'kis-fetch --help'" "$err"
}

run kis-fetch --help
check '--help: prints the usage' 0 '^usage: kis-fetch' ''
run kis-fetch --version
check '--version: prints the version' 0 '^kis-fetch [0-9]+\.[0-9]+\.[0-9]+$' ''

wrong 'unknown option' unrecognized --nonsense
wrong 'unexpected argument' 'unexpected argument' file
wrong 'unknown market' "unknown market 'kosdak'" -m kospi,kosdak
wrong 'empty market' "unknown market ''" -m kospi,
wrong 'unknown period' "unknown period '5d'" -d 5d
wrong '--raw with two lists' 'one market and one period' --raw -m kospi,kosdaq
wrong '--raw with --complete' 'mutually exclusive' --raw --complete
wrong '--partial without --complete' 'requires --complete' --partial
wrong '--min-price above --max-price' above --min-price 10 --max-price 9
wrong '--min-price 1e3' 'expected an integer' --min-price 1e3
wrong '--query without =' KEY=VALUE --query FID
wrong '--query with invalid UTF-8' UTF-8 --query $'FID=\xff'
wrong '--complete with a price in --query' 'cannot be combined with --query' --complete \
	--query FID_APLY_RANG_PRC_1=5
wrong '--rate 0' 'expected an integer' --rate 0
wrong '--query of a market with two markets' 'cannot be combined' \
	-m kospi,kosdaq --query FID_INPUT_ISCD=2001
for key in FID_PERIOD_DIV_CODE=M FID_INPUT_CNT_1=3; do
	wrong "--query $key with two periods" 'cannot be combined' \
		-d 1d,2d --query $key
done

# kis-fetch reads a token from standard input or a file and checks it
printf '' >empty
printf 'a b\n' >blank
printf 'a\nb\n' >two
head -c 5000 /dev/zero | tr '\0' x >long
export KIS_APPKEY=k KIS_APPSECRET=s
stdin=empty run kis-fetch
check 'empty standard input instead of a token: exit status 66' 66 '' 'no token received'
stdin=blank run kis-fetch
check 'token with a space: exit status 65' 65 '' 'invalid token'
stdin=two run kis-fetch
check 'token of two lines: exit status 65' 65 '' 'invalid token'
stdin=long run kis-fetch
check 'token of 5000 bytes: exit status 65' 65 '' 'invalid token'
printf '\357\273\277eyJabc\r\n' >marked
stdin=marked run kis-fetch --retries 0
check 'token with a byte order mark and CR LF: accepted' 75 '' 'cannot connect'
echo eyJabc | iconv -f UTF-8 -t UTF-16 >utf16
stdin=utf16 run kis-fetch
check 'token as UTF-16 text: exit status 65 with the remedy' 65 '' 'invalid token: UTF-16 text; save it as UTF-8'
head -c 400 /dev/zero >zeros
stdin=zeros run kis-fetch
check 'token of NULs: exit status 65' 65 '' 'invalid token: contains whitespace or other'
(head -c 4096 long; echo) >longest
stdin=longest run kis-fetch --retries 0
check 'token of 4096 bytes: accepted' 75 '' 'cannot connect'
(head -c 4097 long; echo) >longest
stdin=longest run kis-fetch
check 'token of 4097 bytes: exit status 65' 65 '' 'longer than 4096'
run kis-fetch --token-file nowhere
check '--token-file does not exist: exit status 66' 66 '' "cannot open .*'nowhere'"
run kis-fetch -o "$T/no/such/folder/x" --token-file long
check '-o in a missing directory: exit status 73, checked first' 73 '' 'cannot create'
unset KIS_APPKEY KIS_APPSECRET
stdin=long run kis-fetch
check 'no credentials: exit status 78 with the setup command' 78 '' 'kis-token --setup'

run kis-fetch -m all --dry-run
check '--dry-run without credentials: exit status 78' 78 '' 'kis-token --setup'
ok '--help: --dry-run requires credentials' eval 'kis-fetch --help | grep -A 1 -e --dry-run | grep -q credentials'
ok 'manual: --dry-run requires credentials' \
	grep -q 'credentials are required' "$ROOT/cmd/kis-fetch/kis-fetch.1"

# --dry-run needs no network, and prints the requests without the token or the
# credentials
secret=$(printf 's%.0s' {1..180})
export KIS_APPKEY=PSabcdef KIS_APPSECRET=$secret
run kis-fetch --dry-run -m 1001 -d 2w --min-price 1000 --max-price 5000
check '--dry-run: prints the URL' 0 'GET https://127.0.0.1:1/uapi/domestic-stock/v1/ranking/short-sale' ''
url=$(head -n 1 "$out")
for pair in FID_COND_MRKT_DIV_CODE=J FID_COND_SCR_DIV_CODE=20482 \
	FID_INPUT_ISCD=1001 FID_PERIOD_DIV_CODE=D FID_INPUT_CNT_1=9 \
	FID_APLY_RANG_VOL= FID_TRGT_CLS_CODE= FID_TRGT_EXLS_CLS_CODE= \
	FID_APLY_RANG_PRC_1=1000 FID_APLY_RANG_PRC_2=5000; do
	like "--dry-run: URL contains $pair" "$url" "[?&]$pair(&|\$)"
done
ok '--dry-run: prints the length of the appsecret' grep -q 'appsecret: (180 characters)' "$out"
is '--dry-run: does not print the appsecret' "$(grep -c "$secret" "$out")" 0
is '--dry-run: does not print the appkey' "$(grep -c PSabcdef "$out")" 0

is '--dry-run: all headers in order' "$(sed -n '2,/^$/s/:.*//p' "$out" | tr '\n' ' ')" \
	'content-type authorization appkey appsecret tr_id tr_cont custtype '
ok '--dry-run: custtype is P' grep -qx 'custtype: P' "$out"
ok '--dry-run: tr_cont is empty' grep -qx 'tr_cont:' "$out"

run kis-fetch --dry-run --query FID_TRGT_EXLS_CLS_CODE=1111111111 \
	--query 'FID_NEW=a b&c'
url=$(head -n 1 "$out")
like '--query: replaces a parameter' "$url" 'FID_TRGT_EXLS_CLS_CODE=1111111111(&|$)'
like '--query: adds a parameter, percent-encoded' "$url" 'FID_NEW=a%20b%26c$'
is '--query: a replaced parameter appears once' \
	"$(printf '%s' "$url" | grep -o FID_TRGT_EXLS_CLS_CODE | wc -l | tr -d ' ')" 1

run kis-fetch --dry-run -m kospi,kosdaq,KOSPI,0001 -m 1001 -d 1d,1m,1d
is '--dry-run, lists of -m and -d: by market, then period, without duplicates' \
	"$(grep -o 'FID_INPUT_ISCD=[0-9]*&FID_PERIOD_DIV_CODE=.&FID_INPUT_CNT_1=[0-9]*' "$out" |
		tr '\n' ' ')" \
	"FID_INPUT_ISCD=0001&FID_PERIOD_DIV_CODE=D&FID_INPUT_CNT_1=0 FID_INPUT_ISCD=0001&FID_PERIOD_DIV_CODE=M&FID_INPUT_CNT_1=1 FID_INPUT_ISCD=1001&FID_PERIOD_DIV_CODE=D&FID_INPUT_CNT_1=0 FID_INPUT_ISCD=1001&FID_PERIOD_DIV_CODE=M&FID_INPUT_CNT_1=1 "
unset KIS_APPKEY KIS_APPSECRET

# the following options need the simulated server
sim_start --with-token
run kis-fetch --token-file "$SIM/token" -m kosdaq
check '-m kosdaq: prints records of market 1001' 0 '^\{"market":"1001","period":"1d","rank":"1","list":"top","list_rows":"30","fetched_at":"20' ''
is '-m kosdaq: 30 records' "$(wc -l <"$out" | tr -d ' ')" 30
is 'records: base dates in every record' \
	"$(jq -r '.stnd_date1 + .stnd_date2' "$out" | sort -u | sed -E 's/^20[0-9]{14}$/dates/')" dates
is 'records: ranks 1 to 30' "$(jq -r .rank "$out" | tr '\n' ' ')" "$(seq 30 | tr '\n' ' ')"
cp "$out" plain
run kis-fetch --token-file "$SIM/token" -m 1001 --raw
check '--raw: prints the response' 0 '"rt_cd":"0"' ''
is '--raw: same values as in the records' \
	"$(jq -c '.output[] | del(.stnd_date1, .stnd_date2)' "$out" | cksum)" \
	"$(jq -c 'del(.market, .period, .rank, .list, .list_rows, .fetched_at, .stnd_date1, .stnd_date2)' plain | cksum)"
run kis-fetch --token-file "$SIM/token" --min-price 5000 --max-price 9000
is '--min-price and --max-price: prices within the range' \
	"$(jq -r 'select((.stck_prpr | tonumber) < 5000 or (.stck_prpr | tonumber) > 9000)' "$out" | wc -l | tr -d ' ')" 0
stdin=$SIM/token run kis-fetch --query FID_INPUT_ISCD=3003
check '--query FID_INPUT_ISCD=3003: records contain this market' 0 '^\{"market":"3003"' ''
run kis-fetch --token-file "$SIM/token" -o r.ndjson
check '-o: exit status 0' 0 '' ''
is '-o: the file contains the records' "$(wc -l <r.ndjson | tr -d ' ')" 30
run kis-fetch --token-file "$SIM/token" -o /dev/full
check '-o /dev/full: exit status 74' 74 '' 'cannot write'
cp "$SIM/token" loose && chmod 644 loose
run kis-fetch --token-file loose
check '--token-file readable by others: a warning' 0 '^\{"market"' 'chmod 600'

# corporate customers (custtype B) send additional headers
mkdir -p "$HOME/.config/kis"
jq -n --arg k "$KIS_APPKEY" --arg s "$KIS_APPSECRET" '{corp: {appkey: $k,
	appsecret: $s, custtype: "B", personalseckey: "psk", phone_number:
	"01012345678", ip_addr: "192.0.2.1", mac_address: "001122334455"}}' \
	>"$HOME/.config/kis/credentials.json"
chmod 600 "$HOME/.config/kis/credentials.json"
run kis-fetch -p corp --token-file "$SIM/token" -m kospi,kosdaq
check 'custtype B: records are fetched' 0 '^\{"market":"0001"' ''
is 'custtype B: a different gt_uid for each request' \
	"$(jq -r 'select(.custtype == "B") | .gt_uid' "$SIM/requests.ndjson" | sort -u | wc -l | tr -d ' ')" 2

# error messages name the list whose request failed
sim_start --with-token
run kis-fetch --token-file "$SIM/token" -m kospi --query FID_INPUT_ISCD=9999
check '--query FID_INPUT_ISCD: the message names this market, not that of -m' 69 '' 'kis-fetch: 9999 1d: '
sim_start --with-token --fault empty
run kis-fetch --token-file "$SIM/token" --query FID_INPUT_ISCD=1001 \
	--query FID_PERIOD_DIV_CODE=M --query FID_INPUT_CNT_1=2
check '--query of market and period: the message uses their names' 1 '' 'no rows for kosdaq 2m'
cat >terminal.py <<'PY'
import os, pty, sys
code = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(code))
PY
for option in '' '--token-file -'; do
	# shellcheck disable=SC2086 # $option is empty or two words
	run timeout 20 "$PYTHON" terminal.py kis-fetch $option
	check "terminal as standard input, '$option': exit status 64" 64 'kis-token \| kis-fetch' '*'
done
done_testing
