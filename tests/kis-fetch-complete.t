#!/bin/bash
# kis-fetch --complete prints every stock with short sales exactly once, or ends
# with an exit status that identifies the reason. Without --partial, it never
# ends with exit status 0 if a list is truncated.
# KIS_TEST_SEEDS: number of simulated markets of each kind (default 2)
. "$(dirname "$0")/lib.sh"
seeds=${KIS_TEST_SEEDS:-2}

# Prints the short volume and code of each stock of the market, by rank.
truth() { # arguments: market
	jq -r --arg m "$1" 'select(.markets | index($m)) |
		[.ssts_cntg_qty, .mksc_shrn_iscd] | @tsv' "$SIM/market.ndjson" |
		sort -k1,1nr -k2,2
}

listed() { # prints short volume and code of the fetched records
	jq -r '[(.ssts_cntg_qty | gsub(" +$"; "")), .mksc_shrn_iscd] | @tsv' "$out"
}

fetch() {
	run kis-fetch --token-file "$SIM/token" --complete --rate 100 "$@"
}

complete() { # arguments: name market-code [rows per request]
	local asked rows per=${3-8}
	asked=$(requests '.method == "GET"')
	fetch -m "$2"
	check "--complete, $1: exit status 0" 0 '^\{"market"' ''
	listed >got
	truth "$2" >wanted
	rows=$(wc -l <wanted | tr -d ' ')
	ok "--complete, $1: all $rows stocks once, in order" cmp got wanted
	is "--complete, $1: ranks from 1" "$(jq -r .rank "$out" | cksum)" "$(seq "$rows" | cksum)"
	asked=$(($(requests '.method == "GET"') - asked))
	ok "--complete, $1: $asked requests, at most rows/$per + 10" \
		[ "$asked" -le $((rows / per + 10)) ]
}

sim_start --with-token --dump --rate 1000
for market in 0000 0001 1001 2001 4001 3003; do
	complete "market $market" "$market"
done

fetch -m 0000 --min-price 10000 --max-price 20000
is '--complete with a price range: all its stocks' "$(listed | cut -f2 | sort | cksum)" \
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

# with --prices equal, 40 stocks have the same price, and the server returns
# only 30 of them
sim_start --with-token --dump --rate 1000 --prices equal
price=$(jq -r .stck_prpr "$SIM/market.ndjson" | sort | uniq -c | sort -nr |
	awk 'NR == 1 { print $2 }')
fetch
check '--complete, more than 30 stocks at one price: exit status 69 with the price' 69 '' "at $price won"
fetch --partial
check '--complete --partial: a warning with the price' 0 '^\{"market"' "warning: .*priced at $price won"
is '--complete --partial: warns once for each price' \
	"$(grep -o 'price of [0-9]* won' "$err" | sort | uniq -d)" ''
is '--complete --partial: all stocks at other prices' \
	"$(jq -r --arg p "$price" 'select(.stck_prpr != $p) | .mksc_shrn_iscd' "$out" | sort | cksum)" \
	"$(jq -r --arg p "$price" 'select(.stck_prpr != $p) | .mksc_shrn_iscd' "$SIM/market.ndjson" | sort | cksum)"
is '--complete --partial: 30 stocks at that price' \
	"$(jq -r --arg p "$price" 'select(.stck_prpr == $p) | .rank' "$out" | wc -l | tr -d ' ')" 30

# If the server does not treat both price limits as inclusive, the list must be
# complete, or the exit status must be 76.
for bounds in half-open exclusive ignored; do
	for prices in log narrow; do
		sim_start --with-token --dump --rate 1000 --bounds "$bounds" \
			--prices "$prices"
		fetch
		if [ "$status" = 0 ]; then
			listed >got
			truth 0000 >wanted
			ok "--complete, bounds $bounds, prices $prices: complete" cmp got wanted
		else
			check "--complete, bounds $bounds, prices $prices: exit status 76" 76 '' \
				'--complete cannot work'
		fi
	done
done

# With --min-price and --max-price, kis-fetch cannot find out from the rows of a
# neighbouring range whether the outer limits are inclusive. The list must be
# complete, or the exit status must be 76.
for bounds in inclusive half-open exclusive; do
	sim_start --with-token --dump --rate 1000 --bounds "$bounds" \
		--prices narrow
	fetch --min-price 1200 --max-price 1500
	if [ "$status" = 0 ]; then
		is "--complete, bounds $bounds, 1200 to 1500 won: complete" \
			"$(listed | cut -f2 | sort | cksum)" \
			"$(jq -r 'select((.stck_prpr | tonumber) >= 1200 and
				(.stck_prpr | tonumber) <= 1500) | .mksc_shrn_iscd' \
				"$SIM/market.ndjson" | sort | cksum)"
	else
		check "--complete, bounds $bounds, 1200 to 1500 won: exit status 76" 76 '' \
			'--complete cannot work'
	fi
done
price=$(jq -r .stck_prpr "$SIM/market.ndjson" | sort | uniq -c |
	awk '$1 < 10 { print $2; exit }')
for bounds in inclusive half-open exclusive; do
	sim_start --with-token --dump --rate 1000 --bounds "$bounds" \
		--prices narrow
	fetch --min-price "$price" --max-price "$price"
	is "--complete, bounds $bounds, a single price: all its stocks" \
		"$status $(listed | cut -f2 | sort | xargs)" \
		"0 $(jq -r --arg p "$price" 'select(.stck_prpr == $p) |
			.mksc_shrn_iscd' "$SIM/market.ndjson" | sort | xargs)"
done
sim_start --with-token --rate 1000 --prices narrow --shares 120 --fault hole
fetch
check '--complete, stocks missing from some price ranges: exit status 76' 76 '' '--complete cannot work'

# a list with fewer rows than the row limit needs only one request
sim_start --with-token --dump --shares 20
fetch
check '--complete, list of 20 stocks: exit status 0' 0 '^\{"market"' ''
is '--complete, list of 20 stocks: one request' "$(requests '.method == "GET"')" 1

# During trading hours, prices change between requests. A stock that moves into
# a price range that was already fetched cannot be found; each stock that is
# found appears once.
sim_start --with-token --dump --rate 1000 --fault moving --shares 600
fetch
check '--complete, changing prices: exit status 0' 0 '^\{"market"' ''
jq -r .mksc_shrn_iscd "$out" | sort >got
jq -r .mksc_shrn_iscd "$SIM/market.ndjson" | sort >wanted
is '--complete, changing prices: no duplicate stock' "$(uniq -d got)" ''
is '--complete, changing prices: no unknown stock' "$(comm -23 got wanted)" ''
note "$(comm -13 got wanted | wc -l) of $(wc -l <wanted) shares crossed a bound and were missed"
ok '--complete, changing prices: at most 12 stocks are missed' \
	[ "$(comm -13 got wanted | wc -l)" -le 12 ]

sim_start --with-token --fault out-of-band-row --shares 600
fetch
check '--complete, row outside the requested range: exit status 76' 76 '' 'outside the requested range'
sim_start --with-token --fault rows100 --dump --rate 1000
complete 'server with a limit of 100 rows' 0000 25
sim_start --with-token --rate 1000 --fault padded --dump
complete 'padded and signed numbers' 0000
run kis-fetch --token-file "$SIM/token" --raw
for price in 'del(.output[3].stck_prpr)' '.output[3].stck_prpr = "-"'; do
	jq -c "$price" "$out" >odd.json
	sim_start --with-token --body odd.json
	fetch
	check "--complete, stock without a price ($price): exit status 76" 76 '' 'has no price'
	run kis-fetch --token-file "$SIM/token" --raw
done
sim_start --with-token --fault empty
fetch
check '--complete, empty list: exit status 1' 1 '' 'every list is empty'
sim_start --with-token --fault rate:3 --shares 300
fetch -v
check '--complete, rate limit exceeded: retried, records are fetched' 0 '^\{"market"' 'EGW00201'

done_testing
