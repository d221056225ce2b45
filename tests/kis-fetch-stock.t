#!/bin/bash
# kis-fetch --stock prints the daily short sales of all requested stocks, or
# nothing.
. "$(dirname "$0")/lib.sh"
need jq "$PYTHON"

TODAY=20261127
HOLIDAYS=20250101,20250127,20250128,20250129,20250130,20250303,20250505,20250506,20251003,20251006,20251007,20251008,20251009,20251225,20260101,20260216,20260217,20260218
begin() { # arguments: kis-sim's options
	sim_start --with-token --rate 10000 --shares 60 --today $TODAY --now 19:00 \
		--holidays $HOLIDAYS --dump "$@"
}
fetch() { run kis-fetch --token-file "$SIM/token" --rate 100 "$@"; }
bare() { jq -c 'del(.fetched_at)' "$@"; }
days() { jq -r .stck_bsop_date "$out"; }
weekdays() { # prints the business days from FIRST to LAST
	"$PYTHON" - "$1" "$2" $HOLIDAYS <<'END'
import datetime, sys
day, last = (datetime.datetime.strptime(d, "%Y%m%d") for d in sys.argv[1:3])
while day <= last:
    text = day.strftime("%Y%m%d")
    if day.weekday() < 5 and text not in sys.argv[3].split(","):
        print(text)
    day += datetime.timedelta(1)
END
}

begin
fetch -s 005930 --from 20260102 --to 2026-11-26
check '--stock: exit status 0 and records of the stock' 0 \
	'^\{"mksc_shrn_iscd":"005930","fetched_at":"20..-..-..T..:..:..\+09:00","stck_bsop_date":"20260102","stck_clpr":"' ''
weekdays 20260102 20261126 >wanted
is '--stock: every business day once, oldest first' "$(days)" "$(cat wanted)"
is '--stock: leaves out the sums over the period' "$(jq -r keys_unsorted[] "$out" |
	grep -Ec 'smtn|^acml_ssts')" 0
is "--stock: fields in the server's order" "$(head -n 1 "$out" |
	jq -r 'keys_unsorted | join(" ")')" \
	'mksc_shrn_iscd fetched_at stck_bsop_date stck_clpr prdy_vrss prdy_vrss_sign prdy_ctrt acml_vol ssts_cntg_qty ssts_vol_rlim acml_tr_pbmn ssts_tr_pbmn ssts_tr_pbmn_rlim stck_oprc stck_hgpr stck_lwpr avrg_prc'
is '--stock: one request for each 100 days' "$(requests '.path | endswith("daily-short-sale")')" 3
fetch -s 005930 --from 20260214 --to 20260301
is '--stock, --from on a holiday: starts on the next business day' "$(days)" "$(weekdays 20260214 20260301)"
fetch -s 005930 --from 20231101 --to 20231110
is '--stock during the short-selling ban: rows of zeros are kept' "$(days)" "$(weekdays 20231101 20231110)"
fetch -s 005930 --from 20260704 --to 20260705
check '--stock, no row in the period: exit status 1, reports stock and period' 1 '' \
	'no rows for 005930: no such stock, or no trading day from 20260704 to 20260705'
fetch -s 999999
check '--stock, unknown code: exit status 1, reports the code' 1 '' 'no rows for 999999'
fetch -s 999999,005930 --from 20261120 -o some
check '--stock, one of two codes without rows: exit status 0, reports the code' 0 '' 'no rows for 999999$'
is "--stock, one of two codes without rows: the other stock's rows are written" \
	"$(jq -r .mksc_shrn_iscd some | sort -u)" 005930

# ---- a small row limit and transient faults do not change the rows ----
fetch -s 005930 --from 20170102 --to 20261126
bare "$out" >ten
is '--stock, ten years: every business day once' "$(jq -r .stck_bsop_date ten)" \
	"$(weekdays 20170102 20261126)"
for page in 30 7; do
	begin --page $page
	fetch -s 005930 --from 20170102 --to 20261126
	bare "$out" >pages
	ok "--stock, ten years in pages of $page rows: the same records" cmp ten pages
done
weekdays 20250102 20261126 >two-years
for fault in EGW00316@500:3 EGW00316@200:2 cut:2 rate:2 ledger-rate:1 html502:2 \
	stall:1 status503-retry:2 OPSQ0008@500:2; do
	begin --page 30 --fault "daily.$fault"
	fetch -s 005930 --from 20250102 --to 20261126
	check "--stock, fault $fault: retried, exit status 0" 0 '^\{' ''
	bare "$out" >faulty
	ok "--stock, fault $fault: the same records as without it" cmp faulty \
		<(tail -n "$(wc -l <two-years)" ten)
	ok "--stock, fault $fault: the request was repeated" [ "$(requests '.path | endswith("daily-short-sale")')" -gt 16 ]
done
for fault in empty null-output empty-rows no-output; do
	begin --page 30 --fault "daily.$fault:1"
	fetch -s 005930 --from 20260102 --to 20261126
	is "--stock, fault $fault once: requested again, all days returned" "$(days)" "$(cat wanted)"
done
begin --fault daily.EGW00316@500
fetch -s 005930 --retries 2 -o kept
check '--stock, persistent rate limit: exit status 75' 75 '' 'EGW00316'
ok '--stock, persistent rate limit: -o creates no file' [ ! -e kept ]
for case in no-rtcd:76 string-output:76 opsq2001:69 expired:77 rtcd-number:76; do
	begin --fault "daily.${case%:*}"
	fetch -s 005930
	check "--stock, fault ${case%:*}: exit status ${case#*:}" "${case#*:}" '' '^kis-fetch: 005930: '
done
begin --fault daily.extra-typed
fetch -s 005930 --from 20261120 --to 20261126
check '--stock, unknown fields in the response: copied to the record' 0 '"[a-z_]+":"\{' ''

# ---- kis-fetch also handles server behaviour that KIS does not document ----
listed() { # prints code and first day of a stock listed after January 2018
	for code in $(jq -r .mksc_shrn_iscd "$SIM/market.ndjson"); do
		kis-fetch --token-file "$SIM/token" --rate 100 -s "$code" \
			--from 20180102 --to 20261126 >one 2>"$err" || continue
		jq -r .stck_bsop_date one | head -n 1 | grep -qv '^201801' || continue
		echo "$code $(jq -r .stck_bsop_date one | head -n 1)"
		return
	done
}
begin
read -r young first < <(listed)
ok 'simulated market: has a stock listed after 2018' [ -n "$young" ]
fetch -s "$young" --from 20180102 --to 20261126
check '--stock, --from before the listing: a warning with the first day' 0 '^\{' \
	"$young: no rows before $first: the stock was first listed on that day, or the server omitted rows"
is '--stock, --from before the listing: every business day since the listing' "$(days | comm -3 - \
	<(weekdays "$first" 20261126) | wc -l | tr -d ' ')" 0
begin --assume before-listing=zero
fetch -s "$young" --from 20180102 --to 20261126
is '--stock, zero rows before the listing: kept' "$(days | head -n 1)" 20180102
begin --assume unknown-code=missing
fetch -s 999999
check '--stock, response without output2: exit status 1, reports the code' 1 '' 'no rows for 999999: no such stock'
begin --assume window=page --page 30
fetch -s 005930 --from 20260102 --to 20261126
is '--stock, sums over each page instead of the period: the same days' "$(days | tr '\n' ' ')" "$(tr '\n' ' ' <wanted)"

# find a stock that was traded in 2015 and has been delisted since
sim_start --rate 10000 --shares 60 --today 20150105 --now 19:00 --dump
cp "$SIM/market.ndjson" before
begin
jq -r .mksc_shrn_iscd before | sort >codes-before
jq -r .mksc_shrn_iscd "$SIM/market.ndjson" | sort >codes-now
gone=''
for code in $(comm -23 codes-before codes-now); do
	fetch -s "$code" --from 20261102
	[ "$status" != 1 ] || gone=$code
done
ok 'simulated market: has a stock that was delisted' [ -n "$gone" ]
fetch -s "$gone" --from 20150102 --to 20261126
check '--stock, delisted: exit status 0 with the rows before the delisting' 0 '^\{' ''
last=$(days | tail -n 1)
is '--stock, delisted: every business day until the delisting' "$(days | comm -3 - \
	<(weekdays 20150102 "$last") | wc -l | tr -d ' ')" 0
ok '--stock, delisted: no day after the delisting' [ "$last" -lt 20261126 ]
fetch -s "$gone" --from 20261102
check '--stock, only days after the delisting: exit status 1' 1 '' "no rows for $gone"

# ---- today's row is omitted until its short sales are known ----
begin
fetch -s 005930 --from 20261124
is "--stock before today's short sales are known: omits today" "$(days | tail -n 1)" 20261126
fetch -v -s 005930 --from 20261124
like "--stock -v before today's short sales are known: reports the omitted row" "$(cat "$err")" \
	"005930 20261127: short sales are not known yet, row omitted"
fetch -s 005930 --from 20261127
check '--stock, only today, short sales not known: exit status 1' 1 '' 'no rows for 005930'
sim_start --with-token --rate 10000 --shares 60 --today $TODAY --now 21:00 --holidays $HOLIDAYS
fetch -s 005930 --from 20261124
is "--stock after today's short sales are known: includes today" "$(days | tail -n 1)" 20261127
sim_start --with-token --rate 3 --shares 60 --today $TODAY --now 23:59:58 \
	--rollover 24:00 --holidays $HOLIDAYS --page 7
run kis-fetch --token-file "$SIM/token" --rate 3 -s 005930,000660,035720 --from 20261026
is '--stock across midnight: today remains the date of the first response' \
	"$(jq -r 'select(.stck_bsop_date == "20261127")' "$out" | wc -l | tr -d ' ')" 0

sim_start --with-token --rate 10000 --shares 60
fetch -s 005930
is '--stock without --from: 20 weeks' "$(days | sed -n 1p)" \
	"$(weekdays "$(TZ=Asia/Seoul date -d '140 days ago' +%Y%m%d)" 20991231 | sed -n 1p)"

# ---- daily rows have the same figures as the ranking ----
# The volume of a ranking row is the sum of its daily rows, unless the stock was
# split within the period. A split is recognized by a day whose average short
# price is far outside the day's prices.
cat >sums.jq <<'END'
($s | group_by(.mksc_shrn_iscd) | map({key: .[0].mksc_shrn_iscd, value: .}) |
	from_entries) as $of |
$r[] | . as $row | [$of[.mksc_shrn_iscd][] |
	select(.stck_bsop_date >= $row.stnd_date1 and
		.stck_bsop_date <= $row.stnd_date2)] as $days |
($days | map(select((.avrg_prc | tonumber) > 0 and
	((.avrg_prc | tonumber) > 1.2 * (.stck_hgpr | tonumber) or
	(.avrg_prc | tonumber) < 0.8 * (.stck_lwpr | tonumber)))) | length) as $split |
["ssts_cntg_qty", "ssts_tr_pbmn", "acml_tr_pbmn",
	if $split == 0 then "acml_vol" else empty end][] as $f |
select(($days | map(.[$f] | tonumber) | add // 0) != ($row[$f] | tonumber)) |
"\(.mksc_shrn_iscd) \(.market) \(.period) \($f)"
END
for seed in 1 2 3 4 5; do
	begin --seed $seed
	rm -f ranking stocks
	fetch -m all,kospi,kosdaq,kospi200,krx100,kosdaq150 \
		-d 1d,2d,3d,4d,1w,2w,3w,1m,2m,3m -o ranking
	fetch --stocks ranking --from 20260701 --to 20261126 -o stocks
	is "--stocks RANKING, seed $seed: each stock of the ranking once, with its name" \
		"$(jq -r '.mksc_shrn_iscd + .hts_kor_isnm' stocks | uniq | sort)" \
		"$(jq -r '.mksc_shrn_iscd + .hts_kor_isnm' ranking | sort -u)"
	ok "ranking, seed $seed: rows of all markets and periods" \
		[ "$(jq -r '.market + .period' ranking | sort -u | wc -l)" -ge 50 ]
	jq -rn --slurpfile r ranking --slurpfile s stocks -f sums.jq >differences
	is "--stocks, seed $seed: each ranking row is the sum of its stock's days" \
		"$(head -n 3 differences)" ''
done

# ---- --stocks reads the codes from a file ----
begin
other=$(jq -r .mksc_shrn_iscd "$SIM/market.ndjson" | grep -v 005930 | head -n 1)
printf '\xef\xbb\xbf005930\r\n\n %s \n005930\n' "$other" >codes
fetch --stocks codes --from 20261126 --to 20261126
is '--stocks: one code per line, duplicates requested once' "$(jq -r .mksc_shrn_iscd "$out" | paste -sd' ')" \
	"005930 $other"
printf '# mine\n005930 삼성전자\n="%s","둘"\nA005930;\n' "$other" >codes
fetch --stocks codes --from 20261126 --to 20261126
is '--stocks: accepts names after codes, comments and =""' \
	"$(jq -r '.mksc_shrn_iscd + .hts_kor_isnm' "$out" | paste -sd' ')" "005930삼성전자 ${other}둘"
printf '005930,000660\n' >codes
fetch --stocks codes
check '--stocks, two codes on one line: exit status 65' 65 '' 'codes:1: two stock codes on one line'
for line in '005930 000660 035420' '005930,000660,035420' 'a005930 0013E0 삼성'; do
	printf '%s\n' "$line" >codes
	fetch --stocks codes
	check "--stocks, line '$line': exit status 65" 65 '' 'codes:1: two stock codes on one line'
done
printf '005930 SAMSUNG\n' >codes
fetch --stocks codes --from 20261126 --to 20261126
is '--stocks: accepts a name of 7 letters' "$(jq -r .hts_kor_isnm "$out")" SAMSUNG
printf '005930\nsamsung!\n' >codes
fetch --stocks codes
check '--stocks, line that is not a code: exit status 65' 65 '' "codes:2: invalid stock code 'samsung!'"
echo '{"code":"005930"}' >codes
fetch --stocks codes
check '--stocks, record without a stock code: exit status 65' 65 '' 'codes:1: the record has no stock code'
: >codes
fetch --stocks codes
check '--stocks, empty file: exit status 66' 66 '' "no stock code in 'codes'"
echo 005930 >codes
stdin=codes fetch --stocks - --from 20261126 --to 20261126
check '--stocks -: reads codes from standard input' 0 '^\{"mksc_shrn_iscd":"005930"' ''
run kis-fetch --stocks - --token-file -
check '--stocks - and --token-file -: exit status 64' 64 '' 'requires --token-file'
fetch --stocks none
check '--stocks, file does not exist: exit status 66' 66 '' "cannot open 'none'"
seq 100000 100250 >codes
fetch --stocks codes
check '--stocks, more than 250 codes: exit status 64' 64 '' 'at most 250 per run; .*run: split -l 250'
for code in 12345 1234567890 00-593 ''; do
	fetch -s "$code"
	check "--stock '$code': exit status 64" 64 '' "invalid stock code '$code'"
done
fetch --stocks codes --stocks codes
check '--stocks given twice: exit status 64' 64 '' '--stocks can be given only once'
fetch -s 005930 -m kospi
check '--stock with --market: exit status 64' 64 '' 'cannot be combined'
fetch -s 005930 --complete
check '--stock with --complete: exit status 64' 64 '' 'cannot be combined'
fetch --from 20260101
check '--from without --stock: exit status 64' 64 '' 'require --stock'
fetch -s 005930 --from 20260102 --to 20260101
check '--from after --to: exit status 64' 64 '' '--from 20260102 is after --to 20260101'
fetch -s 005930 --from 20260230
check '--from with an impossible date: exit status 64' 64 '' "invalid date '20260230' for --from"
fetch -s 005930 --query FID_INPUT_DATE_1=20200101
check '--query FID_INPUT_DATE_1: exit status 64' 64 '' 'use --stock, --from and --to'

# ---- --raw, --from-raw and --dry-run work for daily rows too ----
fetch -s 005930 --from 20261102 --to 20261126
bare "$out" >direct
fetch -s 005930 --from 20261102 --to 20261126 --raw -o body
check '--stock --raw: writes one page' 0 '' ''
jq -r '.output2[].stck_bsop_date' body | sort >body.days
run kis-fetch --from-raw body -s 005930 --from 20261102 --to 20261126
ok '--stock --from-raw: the same records as without --raw' cmp direct <(bare "$out")
run kis-fetch --from-raw body -s 005930 --to 20261110
is '--stock --from-raw: only days of the period' "$(days | sed -n '1p;$p' | paste -sd' ')" \
	"$(head -n 1 body.days) 20261110"
run kis-fetch --from-raw body -s 005930,000660
check '--from-raw with two stocks: exit status 64' 64 '' '--from-raw requires exactly one --stock'
run kis-fetch -s 005930,000660 --from 20261102 --to 20261126 --dry-run
is '--stock --dry-run: prints the first request for each stock' "$(grep -c '^GET .*FID_INPUT_DATE_1=20261019&FID_INPUT_DATE_2=20261126$' "$out")" 2
like '--stock --dry-run: prints the tr_id' "$(cat "$out")" 'tr_id: FHPST04830000'
if [ -e "$RECORDED/openkis-daily-short-sale-20240702.json" ]; then
	cp "$RECORDED/openkis-daily-short-sale-20240702.json" recorded
	run kis-fetch --from-raw recorded -s 005930
	jq -c '.output2[0] | del(.stnd_vol_smtn, .acml_ssts_cntg_qty,
		.acml_ssts_cntg_qty_rlim, .stnd_tr_pbmn_smtn, .acml_ssts_tr_pbmn,
		.acml_ssts_tr_pbmn_rlim)' recorded >wanted
	is '--stock --from-raw, recorded response: every value unchanged' \
		"$(jq -c 'del(.mksc_shrn_iscd, .fetched_at)' "$out")" "$(cat wanted)"
	cp "$out" record
	begin --body recorded
	fetch -s 005930 --from 20240601 --to 20240702
	is '--stock, recorded response from the server: every value unchanged' \
		"$(jq -c 'del(.mksc_shrn_iscd, .fetched_at)' "$out")" "$(cat wanted)"
	check '--stock, server repeats the same days: a warning' 0 '^\{' \
		'no rows before 20240701: .*it repeated rows of an earlier response'
	fetch -s 005930 --from 20240101 --to 20240630
	check '--stock, server ignores the dates: exit status 76' 76 '' \
		'a row for 20240701 is later than the requested last day, 20240630'
	is 'kis-tocsv --excel, recorded response: code as text, date and price' "$(kis-tocsv --excel record | sed -n 2p |
		cut -d, -f 2-5)" '"=""005930""",2024-07-01,81800,300'
else
	skip '--stock, recorded response: every value unchanged' "$RECORDED does not exist"
fi

# --- a response with a row of a different stock is rejected
begin
run kis-fetch --token-file "$SIM/token" -s 005930 --raw
cp "$out" page
for own in 000660 ../../x '*' -rf; do
	jq -c --arg own "$own" '.output2[3].mksc_shrn_iscd = $own' page >other
	run kis-fetch --from-raw other -s 005930
	check "--from-raw, a row of stock $own: exit status 76" 76 '' 'not the requested stock 005930'
	begin --body other
	fetch -s 005930
	check "--stock, a row of stock $own: exit status 76" 76 '' 'not the requested stock 005930'
done
jq -c '.output2[].mksc_shrn_iscd = "005930"' page >same
run kis-fetch --from-raw same -s 005930
check '--from-raw, rows with the code of the stock: accepted' 0 '^\{"mksc_shrn_iscd":"005930",' ''
done_testing
