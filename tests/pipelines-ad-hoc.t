#!/bin/bash
# Runs every one-liner in ad-hoc.md exactly as printed.
. "$(dirname "$0")/lib.sh"
need jq
page=$ROOT/pipelines/ad-hoc.md

# write the commands to a file, one per line
sed -n '/^```sh$/,/^```$/p' "$page" | grep -v '^```' >commands
ok 'ad-hoc.md: at least 12 commands' [ "$(wc -l <commands)" -ge 12 ]
is 'ad-hoc.md: every command is on one line' "$(grep -c '^```sh$' "$page")" "$(wc -l <commands | tr -d ' ')"

use_duckdb

lists() { # fetches the lists of two days of one market
	sim_start --rollover 00:00 --today 20261119
	kis-token 2>err | kis-fetch -m kosdaq -o yesterday.ndjson
	sim_start --rollover 00:00 --today 20261120
	kis-token 2>err | kis-fetch -m kosdaq -o today.ndjson
}
lists
is 'lists for the commands: two days' "$(jq -r .stnd_date2 yesterday.ndjson today.ndjson | uniq | xargs)" \
	'20261119 20261120'

# some commands read an archive of several days
for day in 20261116 20261117 20261118 20261119 20261120; do
	sim_start --rollover 00:00 --today $day --rate 1000
	run "$ROOT/pipelines/kis-archive" nightly kis --init --stale 0 -m all,kosdaq
done
if command -v sqlite3 >"$out"; then
	run "$ROOT/pipelines/kis-archive" history kis
	check 'archive for the commands: history reads 10 lists' 0 '10 lists read' ''
fi

like 'ad-hoc.md: begins with the command that writes today.ndjson' "$(grep -c '^    kis-token | kis-fetch -m kosdaq > today.ndjson$' "$page")" '^1$'

# The expected output of each command is a pattern or a number computed here.
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
missing() { # prints the missing programs of a command
	local tool
	for tool in mlr sqlite3 watch duckdb; do
		[[ $1 != *"$tool "* ]] || command -v "$tool" >"$out" || echo "$tool"
	done
}
ran=0
while read -r command; do
	name="command ${command:0:60}"
	lacks=$(missing "$command")
	if [ -n "$lacks" ]; then
		skip "$name" "$lacks is not installed"
		continue
	fi
	ran=$((ran + 1))
	case $command in
	# run the command inside watch(1) once, then watch(1) itself for several
	# seconds
	watch*)
		inner=${command#*\'}
		run bash -o pipefail -c "${inner%\'*}"
		check "$name: exit status 0" 0 '^rank,hts_kor_isnm,stck_prpr$' ''
		is "$name: 20 lines" "$(lines)" 20
		if command -v script >"$out"; then
			for seconds in 2 8 32; do # repeat if the machine is busy
				# exec, because otherwise dash runs watch in
				# a different process group, which cannot write
				# to the terminal
				run timeout 60 script -qec \
					"TERM=vt100 exec timeout $seconds ${command/600/1}" /dev/null
				! grep -q 'rank,hts_kor_isnm' "$out" || break
			done
			check "$name: watch shows the rows" 124 'rank,hts_kor_isnm' ''
		else
			skip "$name: watch" 'script is not installed'
		fi
		continue
		;;
	esac
	run bash -o pipefail -c "$command"
	case $command in
	'sqlite3 -csv'*)
		check "$name: exit status 0" 0 . ''
		tr -d '"\r' <"$out" | sed 's/\.0$//; s/\(\.[1-9]\)0$/\1/' >answer
		;;
	duckdb*)
		check "$name: exit status 0" 0 . ''
		is "$name: same result as the SQLite view" \
			"$(tr -d '"\r' <"$out" | sed 's/\.0$//; s/\(\.[1-9]\)0$/\1/')" "$(cat answer)"
		;;
	*'mlr --icsv --opprint sort'*)
		check "$name: exit status 0 with a header" 0 '^hts_kor_isnm +ssts_vol_rlim +ssts_cntg_qty$' ''
		is "$name: rows with the highest ratios" "$(awk 'NR > 1 { print $(NF - 1) }' "$out" | xargs)" \
			"$(head -n 10 <<<"$shares" | xargs)"
		;;
	*'sort -nr | head'*)
		check "$name: exit status 0" 0 . ''
		is "$name: rows with the highest ratios" "$(cut -f1 "$out" | xargs)" \
			"$(head -n 10 <<<"$shares" | xargs)"
		;;
	*전자*)
		check "$name: exit status 0" 0 '*' ''
		is "$name: every stock with 전자 in its name" "$(lines)" "$electronics"
		;;
	*'| add'*) check "$name: prints the sum" 0 "^$total\$" '' ;;
	*average:*)
		check "$name: exit status 0" 0 '*' ''
		is "$name: every stock below its average short price" "$(lines)" "$below"
		;;
	join*)
		check "$name: exit status 0" 0 '*' ''
		is "$name: every stock that is not in the other list" "$(lines)" "$new"
		;;
	diff*)
		check "$name: exit status 1" 1 '^> ' ''
		ok "$name: rows of both lists" grep -q '^< ' "$out"
		;;
	*old_*)
		check "$name: exit status 0 with a header" 0 '^mksc_shrn_iscd +change$' ''
		is "$name: sorted by the change" "$(awk 'NR > 1 { print $2 }' "$out" | sort -nrc 2>&1)" ''
		;;
	*:memory:*)
		check "$name: prints number of rows and sum" 0 "│ 1001 +│ $rows +│ $(jq -s 'map(.ssts_cntg_qty | tonumber) | add' today.ndjson) +│" ''
		;;
	*tenth.xlsx)
		check "$name: exit status 0" 0 '' ''
		ok "$name: writes a workbook" [ -s tenth.xlsx ]
		;;
	*short.csv*)
		check "$name: exit status 0" 0 '' ''
		ok "$name: writes a Korean header" grep -q '종목명,' short.csv
		is "$name: writes all rows" "$(wc -l <short.csv | tr -d ' ')" $((rows + 1))
		;;
	*floor*) check "$name: no output for consistent figures" 0 '' '' ;;
	*--status*) check "$name: exit status 0" 0 . ;;
	*) is "$name: has an expected result in this test" no yes ;;
	esac
done <commands
ok 'ad-hoc.md: at least one command was run' [ "$ran" -gt 0 ]
is 'command with floor: finds an inconsistent row' \
	"$(jq -c '.avrg_prc += "0"' today.ndjson | sed -n 1p >wrong.ndjson
	grep floor commands | sed 's/today/wrong/' >one; bash one | wc -l | tr -d ' ')" 1

done_testing
