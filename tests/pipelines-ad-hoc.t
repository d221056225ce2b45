#!/bin/bash
# Every one-liner of ad-hoc.md, as it stands there.
. "$(dirname "$0")/lib.sh"
need jq
page=$ROOT/pipelines/ad-hoc.md

# the commands, one a line
sed -n '/^```sh$/,/^```$/p' "$page" | grep -v '^```' >commands
ok 'a dozen at least' [ "$(wc -l <commands)" -ge 12 ]
is 'every command is one line' "$(grep -c '^```sh$' "$page")" "$(wc -l <commands | tr -d ' ')"

use_duckdb

lists() { # for the day before and the day, of one market
	sim_start --rollover 00:00 --today 20261119
	kis-token 2>err | kis-fetch -m kosdaq -o yesterday.ndjson
	sim_start --rollover 00:00 --today 20261120
	kis-token 2>err | kis-fetch -m kosdaq -o today.ndjson
}
lists
is 'two days to work with' "$(jq -r .stnd_date2 yesterday.ndjson today.ndjson | uniq | xargs)" \
	'20261119 20261120'

# an archive for the questions over time
for day in 20261116 20261117 20261118 20261119 20261120; do
	sim_start --rollover 00:00 --today $day --rate 1000
	run "$ROOT/pipelines/kis-archive" nightly kis --init --stale 0 -m all,kosdaq
done
if command -v sqlite3 >"$out"; then
	run "$ROOT/pipelines/kis-archive" history kis
	check 'an archive' 0 '10 lists read' ''
fi

like 'the command at the top' "$(grep -c '^    kis-token | kis-fetch -m kosdaq > today.ndjson$' "$page")" '^1$'

# What each must print: a pattern, or how many lines, found without it.
rows=$(wc -l <today.ndjson | tr -d ' ')
shares=$(jq -r '.ssts_vol_rlim' today.ndjson | sort -nr)
known=$(jq -r .mksc_shrn_iscd yesterday.ndjson | sort)
new=$(jq -r .mksc_shrn_iscd today.ndjson | sort | comm -23 - <(echo "$known") | wc -l | tr -d ' ')
electronics=$(grep -c 전자 today.ndjson)
below=0
total=0
while read -r price average value; do
	[ "$price" -ge "$average" ] || below=$((below + 1))
	total=$((total + value))
done < <(jq -r '"\(.stck_prpr) \(.avrg_prc) \(.ssts_tr_pbmn)"' today.ndjson)

lines() { wc -l <"$out" | tr -d ' '; }
missing() { # of the programs in a command
	local tool
	for tool in mlr sqlite3 watch duckdb; do
		[[ $1 != *"$tool "* ]] || command -v "$tool" >"$out" || echo "$tool"
	done
}
ran=0
while read -r command; do
	name=${command:0:60}
	lacks=$(missing "$command")
	if [ -n "$lacks" ]; then
		skip "$name" "$lacks is not installed"
		continue
	fi
	ran=$((ran + 1))
	case $command in
	watch*) # its command once; watch itself for seconds on a terminal
		inner=${command#*\'}
		run bash -o pipefail -c "${inner%\'*}"
		check "$name" 0 '^rank,hts_kor_isnm,stck_prpr$' ''
		is "$name: 20 lines" "$(lines)" 20
		if command -v script >"$out"; then
			for seconds in 2 8 32; do # until it had its turn on a busy machine
				# exec: in a process group of its own, as dash would
				# leave it, watch must not draw
				run timeout 60 script -qec \
					"TERM=vt100 exec timeout $seconds ${command/600/1}" /dev/null
				! grep -q 'rank,hts_kor_isnm' "$out" || break
			done
			check "$name: watch shows it" 124 'rank,hts_kor_isnm' ''
		else
			skip "$name: watch" 'script is not installed'
		fi
		continue
		;;
	esac
	run bash -o pipefail -c "$command"
	case $command in
	'sqlite3 -csv'*)
		check "$name" 0 . ''
		tr -d '"\r' <"$out" | sed 's/\.0$//; s/\(\.[1-9]\)0$/\1/' >answer
		;;
	duckdb*)
		check "$name" 0 . ''
		is "$name: the answer of the view" \
			"$(tr -d '"\r' <"$out" | sed 's/\.0$//; s/\(\.[1-9]\)0$/\1/')" "$(cat answer)"
		;;
	*'mlr --icsv --opprint sort'*)
		check "$name" 0 '^hts_kor_isnm +ssts_vol_rlim +ssts_cntg_qty$' ''
		is "$name: the largest shares" "$(awk 'NR > 1 { print $(NF - 1) }' "$out" | xargs)" \
			"$(head -n 10 <<<"$shares" | xargs)"
		;;
	*'sort -nr | head'*)
		check "$name" 0 . ''
		is "$name: the largest shares" "$(cut -f1 "$out" | xargs)" \
			"$(head -n 10 <<<"$shares" | xargs)"
		;;
	*전자*)
		check "$name" 0 '*' ''
		is "$name: each that has it" "$(lines)" "$electronics"
		;;
	*'| add'*) check "$name" 0 "^$total\$" '' ;;
	*average:*)
		check "$name" 0 '*' ''
		is "$name: those below" "$(lines)" "$below"
		;;
	join*)
		check "$name" 0 '*' ''
		is "$name: those not in the other" "$(lines)" "$new"
		;;
	diff*)
		check "$name" 1 '^> ' ''
		ok "$name: rows of both" grep -q '^< ' "$out"
		;;
	*old_*)
		check "$name" 0 '^mksc_shrn_iscd +change$' ''
		is "$name: in order" "$(awk 'NR > 1 { print $2 }' "$out" | sort -nrc 2>&1)" ''
		;;
	*:memory:*)
		check "$name" 0 "│ 1001 +│ $rows +│ $(jq -s 'map(.ssts_cntg_qty | tonumber) | add' today.ndjson) +│" ''
		;;
	*tenth.xlsx)
		check "$name" 0 '' ''
		ok "$name: a workbook" [ -s tenth.xlsx ]
		;;
	*short.csv*)
		check "$name" 0 '' ''
		ok "$name: Korean header" grep -q '종목명,' short.csv
		is "$name: all rows" "$(wc -l <short.csv | tr -d ' ')" $((rows + 1))
		;;
	*floor*) check "$name" 0 '' '' ;;
	*--status*) check "$name" 0 . ;;
	*) is "$name: its result is known to this test" no yes ;;
	esac
done <commands
ok 'some were run' [ "$ran" -gt 0 ]
is 'a list that contradicts itself is found' \
	"$(jq -c '.avrg_prc += "0"' today.ndjson | sed -n 1p >wrong.ndjson
	grep floor commands | sed 's/today/wrong/' >one; bash one | wc -l | tr -d ' ')" 1

done_testing
