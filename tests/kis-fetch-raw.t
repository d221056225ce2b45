#!/bin/bash
# kis-fetch --raw stores a response, and --from-raw converts it to records. Each
# record has fields that describe its list.
. "$(dirname "$0")/lib.sh"
need jq

sim_start --with-token --rate 1000 --shares 400
fetch() { run kis-fetch --token-file "$SIM/token" --rate 100 "$@"; }
bare() { jq -c 'del(.fetched_at)' "$1"; }

# --- --raw and --from-raw together give the same records as a normal run
fetch -m kosdaq -d 1w
cp "$out" direct
fetch -m kosdaq -d 1w --raw
cp "$out" body
touch -d '2026-11-20 09:40:03 UTC' body
before=$(requests)
run env -u KIS_APPKEY -u KIS_APPSECRET kis-fetch --from-raw body -m 코스닥 -d 1주
check '--from-raw: needs no credentials, token or server' 0 '^\{"market":"1001"' ''
is '--from-raw: sends no request' "$(requests)" "$before"
cp "$out" read
ok '--from-raw: the same records as without --raw, except fetched_at' \
	diff <(bare direct) <(bare read)
is '--from-raw FILE: fetched_at is the modification time of the file' \
	"$(jq -r .fetched_at read | sort -u)" 2026-11-20T18:40:03+09:00
stdin=body run kis-fetch --from-raw - -m kosdaq -d 1w -o piped
check '--from-raw -: exit status 0' 0 '' ''
ok '--from-raw -: the same records' diff <(bare direct) <(bare piped)
stdin=body run bash -c 'cat | kis-fetch --from-raw - -m kosdaq -d 1w'
ok '--from-raw - from a pipe: fetched_at is the current time' [ \
	$(($(date +%s) - $(date -d "$(jq -r .fetched_at "$out" | head -n 1)" +%s))) -le 5 ]
if [ -e "$RECORDED/official-short-sale.json" ]; then
	run kis-fetch --from-raw "$RECORDED/official-short-sale.json"
	check '--from-raw, recorded response: exit status 0' 0 '"list":"top","list_rows":"30"' ''
	is '--from-raw, recorded response: 30 records' "$(wc -l <"$out" | tr -d ' ')" 30
else
	skip '--from-raw, recorded response: 30 records' "$RECORDED does not exist"
fi

# --- --from-raw ends with the same exit status as a run that fetches the
# response
reject() { # arguments: status pattern body
	printf '%s' "$3" >bad
	run kis-fetch --from-raw bad
	check "--from-raw $3: exit status $1" "$1" '' "$2"
}
reject 1 'every list is empty' '{"output":[],"rt_cd":"0"}'
reject 69 'OPSQ2001' '{"rt_cd":"2","msg_cd":"OPSQ2001","msg1":"no"}'
reject 75 'SESSION FULL' '{"rt_cd":"1","msg_cd":"OPSQ1002","msg1":"SESSION FULL"}'
reject 75 'truncated response body' '{"output":[{"mksc_shrn_iscd":"0'
reject 76 "'bad'.*not JSON" 'hello'
reject 75 'web page' '<html>'
reject 66 'is empty' ''
run kis-fetch --from-raw none
check '--from-raw, file does not exist: exit status 66' 66 '' "cannot open 'none'"
for other in --raw --complete --dry-run '--token-file x' '-m kospi,kosdaq' '-d 1d,1w'; do
	# shellcheck disable=SC2086 # $other contains several arguments
	run kis-fetch --from-raw body $other
	check "--from-raw with $other: exit status 64" 64 '' 'from-raw'
done

# --- each record has fields that describe its list
about() { # checks the result of a jq filter for all records
	is "$1" "$(jq -c "$2" "$out" | sort -u)" "$3"
}
fetch
about 'top list: list=top, 30 rows, no filter' '[.list,.list_rows,has("filter")]' '["top","30",false]'
is 'records: order of the first fields' "$(head -n 1 "$out" | jq -c 'keys_unsorted[:6]')" \
	'["market","period","rank","list","list_rows","fetched_at"]'
fetch --min-price 1000 --max-price 5000
about '--min-price and --max-price: list=top with the filter' '[.list,.filter]' \
	'["top","FID_APLY_RANG_PRC_1=1000&FID_APLY_RANG_PRC_2=5000"]'
fetch --query FID_TRGT_EXLS_CLS_CODE=0000001000
about '--query: list=top with the filter' '[.list,.filter]' \
	'["top","FID_TRGT_EXLS_CLS_CODE=0000001000"]'
fetch --query FID_TRGT_CLS_CODE=0
about '--query that excludes no stock: no filter' 'has("filter")' false
fetch -m kospi --complete
cp "$out" complete
about '--complete: list=complete, list_rows is the number of records' '[.list,.list_rows]' \
	"[\"complete\",\"$(wc -l <complete | tr -d ' ')\"]"
head -n 100 complete >"$out"
about 'head of a complete list: list_rows is unchanged' '[.list,.list_rows]' \
	"[\"complete\",\"$(wc -l <complete | tr -d ' ')\"]"
fetch -m kospi --complete --min-price 5000
about '--complete with --min-price: list=complete with the filter' '[.list,.filter]' '["complete","FID_APLY_RANG_PRC_1=5000"]'
sim_start --with-token --rate 1000 --shares 400 --prices equal
fetch -m kospi --complete --partial
about '--partial, truncated list: list=partial' .list '"partial"'

# --- kis-tocsv and kis-toxlsx also accept records from earlier releases, which
# lack the fields "list", "list_rows" and "filter"
sim_start --with-token
fetch -m kosdaq
cp "$out" new
jq -c 'del(.list, .list_rows, .filter)' new >old
for files in 'new' 'old' 'old new' 'new old'; do
	# shellcheck disable=SC2086 # $files contains several names
	run kis-tocsv $files
	check "kis-tocsv $files: all columns of a list" 0 '^market,period,rank,list,list_rows,filter,fetched_at,' ''
	# shellcheck disable=SC2086 # $files contains several names
	run kis-toxlsx -o r.xlsx $files
	check "kis-toxlsx $files: exit status 0" 0 '' ''
done
run kis-tocsv old
like 'kis-tocsv, records without list fields: empty cells' "$(sed -n 2p "$out")" '^1001,1d,1,,,,20'
run kis-tocsv --header ko new
like 'kis-tocsv --header ko: Korean titles of list fields' "$(head -n 1 "$out")" '^시장,기간,순위,목록구분,목록종목수,조회조건,조회시각,'

# each of the columns "list", "list_rows" and "filter" is hidden unless its
# values differ within a sheet
hidden() { # prints which of these columns the workbook shows
	$PYTHON -W ignore -c 'import openpyxl, sys
ws = openpyxl.load_workbook(sys.argv[1]).worksheets[0]
row = next(r for r in ws.iter_rows(min_row=1, max_row=8) if any(
    c.value == "종목코드" for c in r))
hidden = {}
for d in ws.column_dimensions.values():
    for i in range(d.min, d.max + 1):
        hidden[i] = d.hidden
print(*(c.value for c in row if c.value in ("목록구분", "목록종목수", "조회조건")
        and not hidden.get(c.column)))' "$1"
}
fetch -m kosdaq --max-price 100000
cp "$out" filtered
for case in 'new|' 'filtered|' 'new filtered|목록구분 목록종목수 조회조건' \
	'new old|목록구분 목록종목수'; do
	# shellcheck disable=SC2086 # $case contains several names
	run kis-toxlsx -o r.xlsx ${case%|*}
	is "kis-toxlsx ${case%|*}: shown columns of list, list_rows and filter" "$(hidden r.xlsx)" "${case#*|}"
done

# --- kis-fetch accepts English and Korean names of markets and periods
sim_start --with-token --rate 1000
fetch -m 'kospi, 코스닥' -d '1일,	1주 '
check 'Korean names and whitespace in -m and -d: accepted' 0 '^\{"market":"0001","period":"1d"' ''
is '-m and -d with two names each: four lists' "$(jq -r '.market + .period' "$out" | uniq | xargs)" '00011d 00011w 10011d 10011w'
fetch -m nasdaq
check 'unknown market: exit status 64 with the markets and their Korean names' 64 '' \
	"unknown market 'nasdaq'; choose from: all \(0000, 전체\), kospi \(0001, 코스피\)"
fetch -d 5d
check 'unknown period: exit status 64 with the periods' 64 '' "unknown period '5d'; choose from: 1d \(1일\)"
fetch -m 'kospi,,kosdaq'
check 'empty market in -m: exit status 64' 64 '' "unknown market ''"

# --- the output must not replace an input
echo 005930 >same
cp same kept
for options in '--from-raw same -m kospi' '--stocks same --token-file x' '--token-file same -m kospi'; do
	# shellcheck disable=SC2086 # the shell must split the options
	run kis-fetch $options -o same
	check "$options -o same: exit status 64" 64 '' "'same' is both input and output"
	ok "$options -o same: the input is unchanged" cmp kept same
done
run bash -c 'kis-fetch -m kospi -o same <same'
check 'the token from the output file: exit status 64' 64 '' "'same' is both input and output"
ok 'the token from the output file: unchanged' cmp kept same
run kis-fetch -m kospi --dry-run --token-file same -o same
check 'dry run, the token file is the output: exit status 64' 64 '' "'same' is both input and output"
run bash -c 'kis-fetch -m kospi --dry-run -o same <same'
check 'dry run, which does not read standard input: exit status 0' 0
cp kept same
run bash -c 'kis-fetch -m kospi <same >>same'
check 'the token from the standard output: exit status 64' 64 '' 'standard input and standard output are the same file'
ok 'the token from the standard output: unchanged' cmp kept same

done_testing
