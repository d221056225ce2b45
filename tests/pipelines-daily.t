#!/bin/bash
# daily.sh writes the report of the day, requests at most one new token, and
# leaves no temporary file.
. "$(dirname "$0")/lib.sh"
need jq xlsx2csv
PATH=$ROOT/pipelines:$PATH

# Back-dates the token cache by two minutes, so that kis-token may request a
# token immediately.
age_token() {
	local file
	for file in "$XDG_CACHE_HOME"/kis/*.token; do
		jq '.asked -= 120' "$file" >aged && cat aged >"$file"
	done
}

tidy() { # prints unexpected files in the directory and in TMPDIR
	ls -A "$TMPDIR"
	find "$1" -mindepth 1 ! -name "short_sales_[0-9]*_[0-9]*.xlsx"
}

run daily.sh --help
check '--help: prints the usage' 0 '^usage: daily.sh' ''
run daily.sh --wrong
check 'unknown option: exit status 64, refers to --help' 64 '' "^Try 'daily.sh --help'"
run daily.sh -o
check '-o without a value: exit status 64' 64 '' 'requires a value'
run daily.sh -o ''
check "-o '': exit status 64" 64 '' "the value of '-o' is empty"
run daily.sh operand
check 'unexpected argument: exit status 64' 64 '' "unknown argument 'operand'"

# exit status 1 means that there are no rows; other failures have other statuses
for script in daily nightly rebuild rebuild-slurm demo; do
	run bash -c "$script.sh --help >/dev/full"
	check "$script.sh --help, standard output is full: exit status 74" 74 '' .
done
run env TMPDIR="$T/nowhere" daily.sh
check 'TMPDIR that does not exist: exit status 73' 73 '' 'nowhere'

sim_start --today 20261120 --rollover 00:00
run bash -c 'daily.sh -o full >/dev/full'
check 'standard output is full: exit status 74' 74 '' '^daily.sh: cannot write to standard output$'
ok 'standard output is full: the report is saved' [ -n "$(ls full)" ]
run daily.sh -o -dash
check "-o -dash: writes into this directory" 0 '^-dash/short_sales_20261120' ''
run daily.sh -o -dash/x.xlsx
check "-o -dash/x.xlsx: writes this file" 0 '^-dash/x.xlsx$' ''
run daily.sh -o 'my reports'
check "-o 'my reports': prints the path of the report" 0 '^my reports/short_sales_20261120_[0-9]{6}\.xlsx$' ''
file=$(cat "$out")
ok "-o 'my reports': the report exists" [ -s "$file" ]
is 'report: sheets for two markets, 정보 and chart data' "$(xlsx2csv -a "$file" | grep -c '^-------- ')" 4
is "-o 'my reports': no other file is left" "$(tidy 'my reports')" ''
kis-token 2>err | kis-fetch -m kosdaq -o now.ndjson
is 'report: base date is that of the list' "$(jq -r .stnd_date2 now.ndjson | sort -u)" 20261120

run daily.sh -m kosdaq,krx100 -d 1d,1w -o lists
check '-m and -d: exit status 0' 0 '^lists/' ''
is '-m and -d: a sheet for each list, and two more' "$(xlsx2csv -a "$(cat "$out")" | grep -c '^-------- ')" 6
is '-m and -d: one token' "$(requests '.method == "POST"')" 1

# -o NAME.xlsx writes a file instead of a directory; a file that is open in
# Excel cannot be replaced
run daily.sh -o desk/short.xlsx
check '-o NAME.xlsx: writes this file' 0 '^desk/short.xlsx$' ''
before=$(cksum desk/short.xlsx)
if mount --bind desk/short.xlsx desk/short.xlsx 2>err; then
	# a bind mount simulates a file that is open in Excel and cannot be
	# replaced
	run daily.sh -o desk/short.xlsx
	check '-o file that cannot be replaced: exit status 73 with the remedy' 73 '' 'open in Excel, close it'
	umount desk/short.xlsx
	is '-o file that cannot be replaced: unchanged' "$(cksum desk/short.xlsx)" "$before"
	is '-o file that cannot be replaced: no other file is left' "$(ls -A desk)" short.xlsx
else
	skip '-o file that cannot be replaced' "nothing can be mounted here: $(cat err)"
fi
echo text >blocked
run daily.sh -o blocked/reports
check '-o directory that cannot be created: exit status 73' 73 '' 'blocked'
is 'failed runs: no temporary file is left' "$(ls -A "$TMPDIR")" ''

# --open runs the system's file opener (xdg-open on Linux, explorer.exe on WSL);
# stubs replace both openers and record their arguments
opener() { # arguments: directory program script
	mkdir -p "$1"
	printf '#!/bin/bash\n%s\n' "$3" >"$1/$2"
	chmod +x "$1/$2"
}
opener linux xdg-open 'printf "%s\n" "$@" >>"'"$T"'/opened"'
opener wsl wslpath 'printf "W:%s\n" "$2"'
opener wsl explorer.exe 'printf "%s\n" "$@" >>"'"$T"'/opened"; exit 1'
opener broken xdg-open 'exit 4'
PATH=$T/linux:$PATH run daily.sh -o there --open
check '--open with xdg-open: exit status 0' 0 '^there/short_sales' ''
PATH=$T/wsl:$PATH run daily.sh -o there --open
check '--open on WSL: exit status 0 although explorer.exe exits with 1' 0 '^there/' ''
is '--open: opens the directory, on WSL with its Windows path' "$(xargs <opened)" 'there W:there'
PATH=$T/broken:$PATH run daily.sh -o there --open
check '--open, program fails: the report is saved, with a message' 0 '^there/' \
	'the report is saved there'

# if a token is rejected, daily.sh requests one new token
sim_start --fault expired:1 --token-keep 0 --minute 0
kis-token >first
age_token
run daily.sh -o again
check 'rejected token: a new one is requested once' 0 '^again/' 'requesting one new token'
is 'rejected token: two tokens issued in all' "$(requests '.method == "POST"')" 2
is 'rejected token: no other file is left' "$(tidy again)" ''
sim_start --fault expired --token-keep 0 --minute 0
kis-token >first
age_token
run daily.sh -o never
check 'new token rejected too: exit status 77' 77 '' 'EGW00123'
is 'new token rejected too: no third token is requested' "$(requests '.method == "POST"')" 2
ok 'new token rejected too: no directory is created' [ ! -e never ]

# daily.sh ends with the exit status of the program that failed
sim_start --fault token.bad-secret
run daily.sh -o never
check 'kis-token fails: its exit status' 77 '' '^kis-token: '
is 'wrong appsecret: one token request' "$(requests '.method == "POST"')" 1
sim_start --fault empty
run daily.sh -o never
check 'no rows: exit status 1' 1 '' 'kis-fetch'
sim_start --fault opsq2001
run daily.sh -o never
check 'request rejected: exit status 69' 69 '' 'OPSQ2001'
ok 'request rejected: no directory is created' [ ! -e never ]
is 'failed runs: no temporary file is left' "$(ls -A "$TMPDIR")" ''

# --- options that are given twice add their values; an empty value is an error
sim_start
run daily.sh -m kospi -m kosdaq -o twice.xlsx
check 'daily.sh with two -m: exit status 0' 0 'twice.xlsx' ''
is 'daily.sh with two -m: both sheets' "$(unzip -p twice.xlsx xl/workbook.xml | grep -oE 'name="(코스피|코스닥) 1일"' | sort -u | wc -l | tr -d ' ')" 2
run daily.sh -m ''
check 'daily.sh with an empty -m: exit status 64' 64 '' "the value of '-m' is empty"

done_testing
