#!/bin/bash
# kis-fetch --complete: every share with short sales exactly once, or an exit
# code that says why not; never a shorter list with 0.
# KIS_TEST_SEEDS: how many synthetic markets of each kind (default 2).
. "$(dirname "$0")/lib.sh"
seeds=${KIS_TEST_SEEDS:-2}

# code and quantity of the simulator's own list, in order
truth() { # market
	jq -r --arg m "$1" 'select(.markets | index($m)) |
		[.ssts_cntg_qty, .mksc_shrn_iscd] | @tsv' "$SIM/market.ndjson" |
		sort -k1,1nr -k2,2
}

listed() { # padding taken off
	jq -r '[(.ssts_cntg_qty | gsub(" +$"; "")), .mksc_shrn_iscd] | @tsv' "$out"
}

fetch() {
	run kis-fetch --token-file "$SIM/token" --complete --rate 100 "$@"
}

complete() { # what market-code [rows for each request]
	local asked rows per=${3-8}
	asked=$(requests '.method == "GET"')
	fetch -m "$2"
	check "$1: done" 0 '^\{"market"' ''
	listed >got
	truth "$2" >want
	rows=$(wc -l <want | tr -d ' ')
	ok "$1: all $rows shares once, in order" cmp got want
	is "$1: ranked anew" "$(jq -r .rank "$out" | cksum)" "$(seq "$rows" | cksum)"
	asked=$(($(requests '.method == "GET"') - asked))
	ok "$1: $asked requests, at most rows/$per + 10" \
		[ "$asked" -le $((rows / per + 10)) ]
}

sim_start --with-token --dump --rate 1000
for market in 0000 0001 1001 2001 4001 3003; do
	complete "market $market" "$market"
done

fetch -m 0000 --min-price 10000 --max-price 20000
is 'a price range is completed too' "$(listed | cut -f2 | sort | cksum)" \
	"$(jq -r 'select((.stck_prpr | tonumber) >= 10000 and
		(.stck_prpr | tonumber) <= 20000) | .mksc_shrn_iscd' \
		"$SIM/market.ndjson" | sort | cksum)"

for seed in $(seq "$seeds"); do
	sim_start --with-token --dump --rate 1000 --seed "$((seed + 1))"
	complete "prices over five decades, seed $seed" 0000
	sim_start --with-token --dump --rate 1000 --seed "$((seed + 1))" \
		--prices narrow
	complete "prices within 1,000 to 2,000, seed $seed" 0000
done

# 40 shares at one price cannot be told apart
sim_start --with-token --dump --rate 1000 --prices equal
price=$(jq -r .stck_prpr "$SIM/market.ndjson" | sort | uniq -c | sort -nr |
	awk 'NR == 1 { print $2 }')
fetch
check 'over 30 at one price: 69 naming it' 69 '' "at $price won"
fetch --partial
check '--partial: a warning' 0 '^\{"market"' "warning: .*priced at $price won"
is '--partial: told once for each price' \
	"$(grep -o 'price of [0-9]* won' "$err" | sort | uniq -d)" ''
is '--partial: all but what is hidden at that price' \
	"$(jq -r --arg p "$price" 'select(.stck_prpr != $p) | .mksc_shrn_iscd' "$out" | sort | cksum)" \
	"$(jq -r --arg p "$price" 'select(.stck_prpr != $p) | .mksc_shrn_iscd' "$SIM/market.ndjson" | sort | cksum)"
is '--partial: 30 at that price' \
	"$(jq -r --arg p "$price" 'select(.stck_prpr == $p) | .rank' "$out" | wc -l | tr -d ' ')" 30

# other bounds than we hope for: complete, or found out
for bounds in half-open exclusive ignored; do
	for prices in log narrow; do
		sim_start --with-token --dump --rate 1000 --bounds "$bounds" \
			--prices "$prices"
		fetch
		if [ "$status" = 0 ]; then
			listed >got
			truth 0000 >want
			ok "bounds $bounds, $prices: complete" cmp got want
		else
			check "bounds $bounds, $prices: found out" 76 '' \
				'--complete cannot work'
		fi
	done
done

# at the ends of a range asked for there is no neighbour to prove the bound
for bounds in inclusive half-open exclusive; do
	sim_start --with-token --dump --rate 1000 --bounds "$bounds" \
		--prices narrow
	fetch --min-price 1200 --max-price 1500
	if [ "$status" = 0 ]; then
		is "bounds $bounds, 1200 to 1500 won: complete" \
			"$(listed | cut -f2 | sort | cksum)" \
			"$(jq -r 'select((.stck_prpr | tonumber) >= 1200 and
				(.stck_prpr | tonumber) <= 1500) | .mksc_shrn_iscd' \
				"$SIM/market.ndjson" | sort | cksum)"
	else
		check "bounds $bounds, 1200 to 1500 won: found out" 76 '' \
			'--complete cannot work'
	fi
done
price=$(jq -r .stck_prpr "$SIM/market.ndjson" | sort | uniq -c |
	awk '$1 < 10 { print $2; exit }')
for bounds in inclusive half-open exclusive; do
	sim_start --with-token --dump --rate 1000 --bounds "$bounds" \
		--prices narrow
	fetch --min-price "$price" --max-price "$price"
	is "bounds $bounds: one price" \
		"$status $(listed | cut -f2 | sort | xargs)" \
		"0 $(jq -r --arg p "$price" 'select(.stck_prpr == $p) |
			.mksc_shrn_iscd' "$SIM/market.ndjson" | sort | xargs)"
done
sim_start --with-token --rate 1000 --prices narrow --shares 120 --fault hole
fetch
check 'shares that some bands leave out' 76 '' '--complete cannot work'

# a list within the cap needs one request, whatever the bounds
sim_start --with-token --dump --shares 20
fetch
check 'a short list' 0 '^\{"market"' ''
is 'one request' "$(requests '.method == "GET"')" 1

# In market hours prices move between requests. A share that crosses into a
# part already read cannot be found by anybody; what is found stands once.
sim_start --with-token --dump --rate 1000 --fault moving --shares 600
fetch
check 'moving prices: done' 0 '^\{"market"' ''
jq -r .mksc_shrn_iscd "$out" | sort >got
jq -r .mksc_shrn_iscd "$SIM/market.ndjson" | sort >want
is 'moving prices: no share twice' "$(uniq -d got)" ''
is 'moving prices: no share that is none' "$(comm -23 got want)" ''
note "$(comm -13 got want | wc -l) of $(wc -l <want) shares crossed a bound and were missed"
ok 'moving prices: hardly one is missed' \
	[ "$(comm -13 got want | wc -l)" -le 12 ]

sim_start --with-token --fault out-of-band-row --shares 600
fetch
check 'a row out of its band' 76 '' 'outside the requested range'
sim_start --with-token --fault rows100 --dump --rate 1000
complete 'a server that answers 100 rows' 0000 25
sim_start --with-token --rate 1000 --fault padded --dump
complete 'padded and signed numbers' 0000
run kis-fetch --token-file "$SIM/token" --raw
for price in 'del(.output[3].stck_prpr)' '.output[3].stck_prpr = "-"'; do
	jq -c "$price" "$out" >odd.json
	sim_start --with-token --body odd.json
	fetch
	check "a share without a price, $price" 76 '' 'has no price'
	run kis-fetch --token-file "$SIM/token" --raw
done
sim_start --with-token --fault empty
fetch
check 'an empty list' 1 '' 'every list is empty'
sim_start --with-token --fault rate:3 --shares 300
fetch -v
check 'refusals on the way are tried again' 0 '^\{"market"' 'EGW00201'

done_testing
