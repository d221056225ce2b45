#!/bin/bash
# daily.sh: today's report under its own name, one new token at most, nothing
# left behind.
. "$(dirname "$0")/lib.sh"
need jq xlsx2csv
PATH=$ROOT/pipelines:$PATH

# The token in the cache was asked for two minutes ago: kis-token need not
# wait before it may ask again.
age_token() {
	local file
	for file in "$XDG_CACHE_HOME"/kis/*.token; do
		jq '.asked -= 120' "$file" >aged && cat aged >"$file"
	done
}

tidy() { # nothing in the temporary folder, nothing but reports in the given
	ls -A "$TMPDIR"
	find "$1" -mindepth 1 ! -name "short_sales_[0-9]*_[0-9]*.xlsx"
}

run daily.sh --help
check '--help' 0 '^usage: daily.sh' ''
run daily.sh --wrong
check 'an unknown option: 64 and where to read on' 64 '' "^Try 'daily.sh --help'"
run daily.sh -o
check 'an option without its value: 64' 64 '' 'requires a value'
run daily.sh operand
check 'an operand: 64' 64 '' "unknown argument 'operand'"

sim_start --today 20261120 --rollover 00:00
run daily.sh -o 'my reports'
check 'a report' 0 '^my reports/short_sales_20261120_[0-9]{6}\.xlsx$' ''
file=$(cat "$out")
ok 'it is the file that was named' [ -s "$file" ]
is 'both markets, what they are, and cells of charts' "$(xlsx2csv -a "$file" | grep -c '^-------- ')" 4
is 'nothing else is left' "$(tidy 'my reports')" ''
kis-token 2>err | kis-fetch -m kosdaq -o now.ndjson
is 'the base date is not today' "$(jq -r .stnd_date2 now.ndjson | sort -u)" 20261120

run daily.sh -m kosdaq,krx100 -d 1d,1w -o lists
check 'markets and periods' 0 '^lists/' ''
is 'a sheet for each list, and two more' "$(xlsx2csv -a "$(cat "$out")" | grep -c '^-------- ')" 6
is 'one token for all of it' "$(requests '.method == "POST"')" 1

# a file of one's own choice, and Excel
run daily.sh -o desk/short.xlsx
check 'a name that ends in .xlsx is the file' 0 '^desk/short.xlsx$' ''
before=$(cksum desk/short.xlsx)
if mount --bind desk/short.xlsx desk/short.xlsx 2>err; then
	# what cannot be replaced, as a file that Excel holds under Windows
	run daily.sh -o desk/short.xlsx
	check 'held open: 73 and what to do' 73 '' 'open in Excel, close it'
	umount desk/short.xlsx
	is 'held open: the old one stays' "$(cksum desk/short.xlsx)" "$before"
	is 'held open: alone' "$(ls -A desk)" short.xlsx
else
	skip 'held open' "nothing can be mounted here: $(cat err)"
fi
echo text >blocked
run daily.sh -o blocked/reports
check 'a folder that cannot be made: 73' 73 '' 'blocked'
is 'nothing is left of failures' "$(ls -A "$TMPDIR")" ''

# --open: each system's way, by programs that write down how they were called
opener() { # folder, program, text of it
	mkdir -p "$1"
	printf '#!/bin/bash\n%s\n' "$3" >"$1/$2"
	chmod +x "$1/$2"
}
opener linux xdg-open 'printf "%s\n" "$@" >>"'"$T"'/opened"'
opener wsl wslpath 'printf "W:%s\n" "$2"'
opener wsl explorer.exe 'printf "%s\n" "$@" >>"'"$T"'/opened"; exit 1'
opener broken xdg-open 'exit 4'
PATH=$T/linux:$PATH run daily.sh -o there --open
check '--open' 0 '^there/short_sales' ''
PATH=$T/wsl:$PATH run daily.sh -o there --open
check '--open under WSL, whose explorer always ends with 1' 0 '^there/' ''
is 'the folder is shown, in its spelling' "$(xargs <opened)" 'there W:there'
PATH=$T/broken:$PATH run daily.sh -o there --open
check 'an opener that fails: said, and the report is saved' 0 '^there/' \
	'the report is saved there'

# tokens
sim_start --fault expired:1 --token-keep 0 --minute 0
kis-token >first
age_token
run daily.sh -o again
check 'a refused token: a new one, once' 0 '^again/' 'requesting a new one'
is 'two were issued in all' "$(requests '.method == "POST"')" 2
is 'nothing else is left' "$(tidy again)" ''
sim_start --fault expired --token-keep 0 --minute 0
kis-token >first
age_token
run daily.sh -o never
check 'refused again: 77, no third' 77 '' 'EGW00123'
is 'two were issued in all' "$(requests '.method == "POST"')" 2
ok 'no folder without a report' [ ! -e never ]

# the failing program's own code
sim_start --fault token.bad-secret
run daily.sh -o never
check 'kis-token fails: its code' 77 '' '^kis-token: '
is 'a wrong secret is not asked twice' "$(requests '.method == "POST"')" 1
sim_start --fault empty
run daily.sh -o never
check 'no rows: 1' 1 '' 'kis-fetch'
sim_start --fault opsq2001
run daily.sh -o never
check 'refused for good: 69' 69 '' 'OPSQ2001'
ok 'no folder without a report' [ ! -e never ]
is 'nothing is left' "$(ls -A "$TMPDIR")" ''

done_testing
