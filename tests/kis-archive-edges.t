#!/bin/bash
# Tests kis-archive with mistakes of its user and with unusual files: an empty
# archive name, an output that cannot be written, a missing program or
# directory, files that are not regular, invalid holidays, and outputs that
# would overwrite the archive. No run hangs, and exit status 1 means only that
# there is no data.
. "$(dirname "$0")/lib.sh"
need jq sqlite3 timeout
PATH=$ROOT/pipelines:$PATH
bash=$(command -v bash)
script=$ROOT/pipelines/kis-archive

# --- an empty archive name, as from an unset variable, is rejected
mkdir empty
cd empty || exit 1
had_raw=$(ls -d /raw 2>&1)
for command in 'nightly <> --init' 'nightly <>' 'stocks <> --init' 'stocks <> 005930' \
	'derive <>' 'derive -- <>' 'gaps <>' 'verify <>' 'verify -- <>' 'merge <> x' \
	'merge x <>' 'history <>' 'ranking <> --date 20261120' 'report <> -o x.xlsx'; do
	read -ra words <<<"$command"
	[ "${words[1]}" != x ] || mkdir -p x/raw
	run kis-archive "${words[@]/#<>/}"
	check "kis-archive ${command/<>/\"\"}: exit status 64" 64 '' 'the name of the archive is empty'
	rm -rf x
done
is 'empty archive name: no file is created' "$(ls -A)" ''
is 'empty archive name: no directory /raw is created' "$(ls -d /raw 2>&1)" "$had_raw"
[ "$had_raw" = /raw ] || rmdir /raw 2>"$err"
run rebuild-slurm.sh '' 2024 2025
check 'rebuild-slurm.sh with an empty archive name: exit status 64' 64 '' 'the name of the archive is empty'
cd "$T" || exit 1

# --- dates may be given as YYYY-MM-DD
sim_start --today 20261120 --rollover 00:00 --rate 1000
run kis-archive nightly A --init --stale 0
check 'nightly: creates the archive' 0 '2 new' ''
code=$(head -n 1 A/raw/20261120/kosdaq-1d.ndjson | jq -r .mksc_shrn_iscd)
run kis-archive stocks A "$code" --from 2026-06-01
check 'stocks --from YYYY-MM-DD: exit status 0' 0 '1 stock fetched' ''
is 'stocks --from YYYY-MM-DD: .fetched has YYYYMMDD' "$(cut -d' ' -f2 A/stocks/.fetched | sort -u)" 20260601
run kis-archive ranking A --date 2026-11-20
check 'ranking --date YYYY-MM-DD: exit status 0 or 1' "$((status == 1))" '*' 'on 20261120: '
mkdir -p G/raw/{20261102,20261104,20261106}
touch G/raw/{20261102,20261104,20261106}/kosdaq-1d.ndjson
run kis-archive gaps G --since 2026-11-04
check 'gaps --since YYYY-MM-DD: leaves out earlier dates' 0 '^20261105: ' ''
is 'gaps --since YYYY-MM-DD: reports one day' "$(wc -l <"$out" | tr -d ' ')" 1
for date in 2026-13-01 2026-1-01 202611-20 2026-11-20x; do
	run kis-archive gaps G --since $date
	check "gaps --since $date: exit status 64" 64 '' 'expected YYYYMMDD or YYYY-MM-DD'
done

# --- no failure ends with exit status 1, which means that there is no data
cp -r A Same
for command in --help --version 'nightly --help' 'verify --help' 'nightly A --stale 0' \
	'verify A' 'history A' 'gaps G' 'merge A Same' "stocks A $code" 'verify G'; do
	# shellcheck disable=SC2086 # $command contains several arguments
	run "$bash" -c 'kis-archive "$@" >/dev/full' - $command
	check "kis-archive $command, standard output is full: exit status 74" 74 '' \
		'^kis-archive: cannot write to standard output$'
	is "kis-archive $command, standard output is full: no message of bash" \
		"$(grep -c 'line [0-9]*:\|write error' "$err")" 0
done
run "$bash" -c 'kis-archive --wrong 2>/dev/full'
is 'usage error, standard error is full: exit status 64' "$status" 64
run env PATH="$T" "$bash" "$script" --help
check 'no basic programs in PATH: exit status 71' 71 '' "^kis-archive: 'readlink' is not installed$"
mkdir tools
for tool in readlink dirname sha256sum find xargs sed awk flock; do
	ln -s "$(command -v $tool)" tools
done
run env PATH="$T/tools" "$bash" "$script" verify A
check 'no grep in PATH: exit status 71' 71 '' "^kis-archive: 'grep' is not installed$"
mkdir alone
cp "$script" alone
run alone/kis-archive verify A
check 'script without its directory: exit status 71' 71 '' "cannot read '.*/alone/archive/lists.sh'; install kis-archive together"
cp -r "$ROOT/pipelines/archive" alone
rm alone/archive/days.sh
run alone/kis-archive verify A
check 'script without one of its files: exit status 71' 71 '*' "cannot read '.*/alone/archive/days.sh'"
run env TMPDIR="$T/nowhere" kis-archive history A --database x.db
check 'TMPDIR that does not exist: not needed for a writable archive' 0 '1 stock read' ''

# --- an archive that cannot be searched is not reported as missing
mkdir -p N/raw
chmod 700 N
chmod 755 "$T"
as_nobody=()
if [ "$(id -u)" = 0 ]; then
	as_nobody=(setpriv --reuid=65534 --clear-groups)
else
	chmod 600 N
fi
if "${as_nobody[@]}" test -x "$script" 2>"$err"; then
	for command in 'nightly N' 'derive N' 'gaps N' 'verify N' 'merge N A' 'merge A N' \
		'stocks N' 'history N' 'report N -o x.xlsx'; do
		# shellcheck disable=SC2086 # $command contains several arguments
		run "${as_nobody[@]}" kis-archive $command
		check "kis-archive $command without permission to search N: exit status 66" 66 '' \
			"cannot read 'N': permission denied"
	done
	chmod 755 N
	chmod 000 N/raw
	run "${as_nobody[@]}" kis-archive verify N
	check 'verify without permission to read N/raw: exit status 66' 66 '' "cannot read 'N/raw': permission denied"
	chmod 755 N/raw
else
	skip 'archive without permission to search it' "no other user can run $script"
fi

# --- only regular files in raw are lists; no command opens other files
commands_on() { # argument: a name; runs every command on the archive X
	local command want
	for command in derive gaps history verify 'merge Good2 X' 'merge X Good'; do
		want='^0$'
		[ "$command" != verify ] || want='^65$'
		rm -rf Good2
		cp -r Good Good2
		# A merge must not replace the other file, so it fails.
		[ "$command" != 'merge X Good' ] || want='^(0|74)$'
		[[ $command == merge* ]] || command="$command X"
		# shellcheck disable=SC2086 # $command contains several arguments
		run timeout 30 kis-archive $command
		like "$1, $command: expected exit status" "$status" "$want"
		[ "$command" != 'verify X' ] || like "$1: verify reports it" "$(cat "$out")" "^raw/$2: unexpected file"
	done
	run timeout 60 kis-archive nightly X --stale 0
	like "$1, nightly: ends" "$status" '^(0|74)$'
	[ "$status" = 0 ] || like "$1, nightly: reports the path" "$(cat "$err")" \
		"cannot write 'X/raw/$2': it is not a regular file"
}
cp -r A Good
while IFS='|' read -r name path action; do
	rm -rf X
	cp -r Good X
	rm -rf "X/raw/${path:?}"
	(cd X/raw && eval "$action") || diag "$name: the action failed"
	before=$(stat -c '%F %N' "X/raw/$path")
	commands_on "$name" "$path"
	is "$name: it is not replaced" "$(stat -c '%F %N' "X/raw/$path")" "$before"
	rm -r "X/raw/$path"
	run timeout 60 kis-archive nightly X --stale 0
	check "$name, after its removal: the next run stores the list" 0 ' 0 failed' '*'
	run kis-archive verify X --adopt
	check "$name, after its removal: verify finds no fault" 0 ' 0 faults' '*'
done <<'TABLE'
FIFO named like a list|20261120/kosdaq-1d.ndjson|mkfifo 20261120/kosdaq-1d.ndjson
link to a device named like a list|20261120/kosdaq-1d.ndjson|ln -s /dev/zero 20261120/kosdaq-1d.ndjson
directory named like a list|20261120/kosdaq-1d.ndjson|mkdir 20261120/kosdaq-1d.ndjson
link to a file named like a list|20261120/kosdaq-1d.ndjson|cp 20261120/kospi-1d.ndjson ../../other; ln -s ../../../other 20261120/kosdaq-1d.ndjson
FIFO named SHA256SUMS|20261120/SHA256SUMS|mkfifo 20261120/SHA256SUMS
directory named SHA256SUMS|20261120/SHA256SUMS|mkdir 20261120/SHA256SUMS
FIFO named like a copy|20261120/kosdaq-1d.ndjson.20261119T200000|mkfifo 20261120/kosdaq-1d.ndjson.20261119T200000
TABLE
rm -rf X
cp -r Good X
rm "X/stocks/$code.ndjson"
mkfifo "X/stocks/$code.ndjson"
run timeout 30 kis-archive stocks X "$code"
check 'FIFO named like a file of daily rows: exit status 74' 74 '' \
	"cannot write 'X/stocks/$code.ndjson': it is not a regular file"

# --- merge reports corrupt lists of the other archive
for damage in 'head -c 3000 $list >x; mv x $list' 'sed -i "7s/\"acml_vol\":\"./&9/" $list' \
	'head -c 3000 $list >x; mv x $list; rm raw/20261120/SHA256SUMS'; do
	rm -rf X Y
	cp -r Good X
	cp -r Good Y
	list=raw/20261120/kosdaq-1d.ndjson
	(cd Y && eval "$damage")
	for round in first second; do
		run kis-archive merge X Y
		check "merge, OTHER after ${damage//\"/}, $round merge: exit status 65" 65 "^'X': 0 lists added" \
			"warning: 'Y/$list' is corrupt; it is kept as 'X/$list.damaged-[0-9a-f]{12}'"
	done
	ok "merge, OTHER after ${damage//\"/}: the valid list is unchanged" cmp Good/$list X/$list
	ok "merge, OTHER after ${damage//\"/}: the corrupt list is kept" cmp Y/$list X/$list.damaged-*
	# the copy was reported under its own name
	rm -rf Y
	mkdir -p Y/raw
	run kis-archive merge Y X
	check 'merge, OTHER has a copy named damaged: exit status 0' 0 '2 lists added' ''
done

# --- the file holidays
calendar() { # arguments: name, contents, the days without lists, warning or ''
	printf "$2" >G/holidays
	run kis-archive gaps G
	check "holidays, $1: exit status 0" 0 '*' "$4"
	is "holidays, $1: the remaining days" "$(cut -d: -f1 "$out" | xargs)" "$3"
	[ -z "$4" ] || is "holidays, $1: one warning" "$(wc -l <"$err" | tr -d ' ')" 1
}
calendar 'one date' '20261103\n' 20261105 ''
calendar 'byte order mark' '\357\273\27720261103\n20261105\n' '' ''
calendar 'byte order mark after a merge' '20261103\n\357\273\27720261105\n' '' ''
calendar 'leading blanks' '  20261103\n\t20261105 x\n' '' ''
calendar 'YYYY-MM-DD' '2026-11-03\n2026-11-05, a holiday\n' '' ''
calendar 'CRLF, no line end at the end' '20261103\r\n\r\n20261105' '' ''
calendar 'comments and empty lines' '# days\n\n20261103\n20261105 # x\n' '' ''
calendar 'other text' '20261103\nFriday\n11/05\n' 20261105 "'G/holidays': line 2 does not begin with a date"
calendar 'impossible date' '20261103\n20261305\n' 20261105 'line 2 does not begin'
calendar 'too many digits' '202611030\n20261105\n' 20261103 'line 1 does not begin'
run kis-archive nightly G --stale 1
is 'holidays, nightly: warns once' "$(grep -c 'line 1 does not begin' "$err")" 1
cp -r Good H
printf '2026-11-03\nx\n' >H/holidays
run kis-archive history H
check 'holidays, history: warns' 0 'list' "'H/holidays': line 2 does not begin"
is 'holidays, history: reads YYYY-MM-DD' "$(sqlite3 H/history.db 'SELECT date FROM holiday')" 20261103
rm G/holidays
mkdir G/holidays
run kis-archive gaps G
check 'holidays is a directory: warning' 0 '20261103: ' "warning: 'G/holidays' is not a regular file"
cp -r G G2
rm -r G2/holidays
echo 20261103 >G2/holidays
run kis-archive merge G G2
check 'merge, holidays is a directory: warning' 0 '*' "warning: 'G/holidays' is not a regular file"

# --- outputs that would overwrite the archive are rejected
rm -rf X
cp -r Good X
mkdir X/unplaced
ln -s X/raw link
run kis-archive history X
before=$(find X -type f ! -name .lock -exec cksum {} + | sort)
for path in raw/20261120/kosdaq-1d.ndjson raw/new.xlsx stocks/x.xlsx stocks/.fetched \
	unplaced/x holidays .dates .lock; do
	run kis-archive report X -o "X/$path"
	check "report -o X/$path: exit status 64" 64 '' "for -o: expected a file outside 'X/"
	for command in 'report -o y.xlsx' history 'ranking --date 20261120'; do
		read -ra words <<<"$command"
		run kis-archive "${words[0]}" X "${words[@]:1}" --database "X/$path"
		check "${words[0]} --database X/$path: exit status 64" 64 '' "for --database: expected a file outside 'X/"
	done
done
run kis-archive report X -o link/x.xlsx
check 'report -o in raw through a link: exit status 64' 64 '' 'expected a file outside'
run kis-archive report X -o X/history.db
check 'report -o history.db: exit status 64' 64 '' 'it is the database'
run kis-archive report X -o other.db --database other.db
check 'report with one file for both: exit status 64' 64 '' 'it is the database'
is 'rejected outputs: the archive is unchanged' "$(find X -type f ! -name .lock -exec cksum {} + | sort)" "$before"
run kis-archive report X -o X/week.xlsx --database X/my.db
check 'report -o X/week.xlsx: exit status 0' 0 '' ''

# --- verify and derive report an empty list without options of kis-tocsv
rm -rf X
cp -r Good X
: >X/raw/20261120/kosdaq-1d.ndjson
rm X/raw/20261120/SHA256SUMS
: >"X/stocks/$code.ndjson"
mkdir -p X/stocks/revisions
: >X/stocks/revisions/000660.ndjson
run kis-archive verify X
check 'verify, empty list: reports it' 65 '^raw/20261120/kosdaq-1d.ndjson: the list is empty$' ''
like 'verify, empty file of a stock: reports it' "$(cat "$out")" "^stocks/$code.ndjson: the file is empty$"
like 'verify, empty file of revisions: reports it' "$(cat "$out")" '^stocks/revisions/000660.ndjson: the file is empty$'
is 'verify, empty list: does not mention --allow-empty' "$(grep -c allow-empty "$out")" 0
run kis-archive derive X
check 'derive, empty list: exit status 65' 65 '' '^kis-archive: X/raw/20261120/kosdaq-1d.ndjson: the list is empty$'
run kis-archive history X
check 'history, empty list: skipped' 65 '1 list read' 'kosdaq-1d.ndjson: the list is empty; skipped$'

# --- a derive that ends while another derive copies a workbook to latest.xlsx
rm -rf X
cp -r Good X
rm -f X/latest.xlsx
mkdir second
cat >second/cp <<EOF
#!/bin/sh
env PATH="$PATH" kis-archive derive "$T/X" >"$T/second/out" 2>&1 && : >"$T/second/ended"
exec $(command -v cp) "\$@"
EOF
chmod +x second/cp
run env PATH="$T/second:$PATH" kis-archive derive X
check 'derive while another derive ends: exit status 0' 0 '*' ''
ok 'derive while another derive ends: the other has ended too' [ -e second/ended ]
ok 'derive while another derive ends: latest.xlsx is there' cmp -s X/latest.xlsx X/xlsx/20261120.xlsx

# --- options that are given twice add their values, as for kis-fetch
run kis-archive nightly twice --init --stale 0 -m kospi -m kosdaq -d 1d --period 1w
check 'nightly with two -m and two -d: exit status 0' 0 '4 new' ''
is 'nightly with two -m and two -d: every list' "$(ls twice/raw/*/ | grep -c 'ndjson$')" 4
run kis-archive ranking twice --date 20261120 -m kospi -m kosdaq
like 'ranking with two -m: both markets' "$(cat "$err")" '^kis-archive: kospi: '
like 'ranking with two -m: both markets (2)' "$(cat "$err")" '^kis-archive: kosdaq: '

# --- names of stocks and lists in the forms that kis-fetch accepts
run kis-archive stocks twice "a$code"
check 'stocks with the code a...: exit status 0' 0 '1 stock fetched' ''
is 'stocks with the code a...: the file has the code' "$(ls twice/stocks)" "$(printf '%s\n' "$code.ndjson" revisions)"
for lists in kosdq-1d kosdaq-5d kosdaq 1001-1x; do
	run kis-archive gaps twice --lists "$lists"
	check "gaps --lists $lists: exit status 64" 64 '' "unknown (market|period)|expected names such as"
done
mkdir -p Gaps/raw/{20261102,20261104}
touch Gaps/raw/{20261102,20261104}/kosdaq-1d.ndjson
run kis-archive gaps Gaps --lists 1001-1D
check 'gaps --lists 1001-1D: the gaps of kosdaq-1d' 0 '^20261103: no kosdaq-1d' ''
for wrong in "ranking twice --date 20990101" "stocks twice --rate 101"; do
	read -ra words <<<"$wrong"
	run kis-archive "${words[@]}"
	check "kis-archive $wrong: exit status 64" 64 '' 'invalid value'
done
run kis-archive report twice -o x.xlsx -m krx100
check 'report of a market without lists: the message names the cause' 1 '' 'no list of these markets'

# --- closed standard streams
for closed in '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	rm -rf S
	run "$bash" -c "kis-archive nightly S --init --stale 0 $closed"
	wanted=0
	[[ $closed != *'>&-'* || $closed == '<&- 2>&-' ]] || wanted=74
	is "nightly $closed: exit status $wanted" "$status" $wanted
	is "nightly $closed: both lists are in raw" "$(ls S/raw/20261120 | grep -c 'ndjson$')" 2
	is "nightly $closed: none is unplaced" "$(ls S/unplaced 2>/dev/null)" ''
	mkdir -p T/raw
	run "$bash" -c "kis-archive merge T S $closed"
	run kis-archive verify T
	check "merge $closed: the archive has all files and no fault" 0 'T.: 2 files, 0 faults' ''
	rm -rf T
done

# --- POSIXLY_CORRECT does not change how options are read
for command in 'verify twice' 'gaps twice' 'report twice -o x.xlsx' 'derive twice'; do
	read -ra words <<<"$command"
	POSIXLY_CORRECT=1 run kis-archive "${words[@]}"
	check "kis-archive $command with POSIXLY_CORRECT: exit status 0" 0 '*' ''
done

# --- an installed kis-archive finds the programs in its own directory
mkdir -p inst/bin inst/share/kis
cp -r "$ROOT/pipelines/archive" inst/share/kis
cp "$script" "$KIS_TEST_BIN"/kis-* inst/bin
run env PATH=/usr/bin:/bin inst/bin/kis-archive nightly P --init --stale 0
check 'installed kis-archive without its directory in PATH: exit status 0' 0 '2 new' ''
rm inst/bin/kis-toxlsx
run env PATH=/usr/bin:/bin inst/bin/kis-archive nightly P --init --stale 0
check 'kis-toxlsx is missing: exit status 71' 71 '' "'kis-toxlsx' is not installed"

# --- state files that are FIFOs or symbolic links
: >victim
for file in .lock stocks/.lock stocks/.fetched stocks/.met stocks/.lists; do
	for how in fifo link; do
		mv twice/$file saved 2>/dev/null
		case $how in
		fifo) mkfifo twice/$file ;;
		link) ln -s "$T/victim" twice/$file ;;
		esac
		echo kept >victim
		run timeout 20 kis-archive stocks twice --lock-wait 1 "$code"
		[ $file != .lock ] || run timeout 20 kis-archive verify twice --lock-wait 1
		check "$how as $file: exit status 73" 73 '' "$file': it is not a regular file"
		is "$how as $file: the file outside is unchanged" "$(cat victim)" kept
		rm twice/$file
		[ ! -e saved ] || mv saved twice/$file
	done
done
mv twice/stocks/$code.ndjson saved
mkfifo twice/stocks/$code.ndjson
run timeout 20 kis-archive verify twice
check 'FIFO as the file of a stock: verify reports it' 65 "stocks/$code.ndjson: unexpected file" ''
rm twice/stocks/$code.ndjson
mv saved twice/stocks/$code.ndjson

# --- file systems that cannot sync
mkdir nosync
printf '#!/bin/sh\necho "sync: error syncing: Invalid argument" >&2\nexit 1\n' >nosync/sync
chmod +x nosync/sync
run env PATH="$T/nosync:$PATH" kis-archive nightly N --init --stale 0
check 'sync reports an invalid argument: exit status 0' 0 '2 new' ''
for error in 'Operation not supported' 'Operation not permitted' 'Function not implemented' 'Read-only file system'; do
	rm -rf N
	printf '#!/bin/sh\necho "sync: error syncing: %s" >&2\nexit 1\n' "$error" >nosync/sync
	run env PATH="$T/nosync:$PATH" kis-archive nightly N --init --stale 0
	check "sync reports '$error': exit status 0" 0 '2 new' ''
done
sed -i 's/: Read-only file system/: Input\/output error/' nosync/sync
run env PATH="$T/nosync:$PATH" kis-archive nightly M --init --stale 0
check 'sync reports an input/output error: exit status 74' 74 '*' 'Input/output error'

rm -rf M/.run
: >M/.run
run kis-archive derive M
check '.run is a file: derive exits with 73' 73 '' "cannot write to 'M/.run'"

# --- .run is a link to a directory of the user
rm -f M/.run
mkdir -p user/tmp user/fetched
echo data | tee user/tmp/thesis user/latest.notes >user/fetched/.hidden
was=$(find user -type f | sort)
ln -s "$T/user" M/.run
for command in nightly verify 'report -o y.xlsx' 'merge Good'; do
	# shellcheck disable=SC2046,SC2086 # the shell must split the options
	run kis-archive ${command%% *} M $(echo "$command" | cut -s -d' ' -f 2-)
	check "$command, .run is a link: exit status 73" 73 '' "'M/.run': it is a symbolic link"
done
is '.run is a link: the linked files remain' "$(find user -type f | sort)" "$was"
rm M/.run

# --- --init does not mix an archive with other files
mkdir -p source/lib
: >source/lib/a.c
for command in nightly 'stocks 000007'; do
	# shellcheck disable=SC2046,SC2086 # the shell must split the options
	run kis-archive ${command%% *} source $(echo "$command" | cut -s -d' ' -f 2-) --init
	check "$command --init, directory with other files: exit status 73" 73 '' \
		"'source' is not an archive and contains other files"
done
is 'nightly --init, directory with other files: unchanged' "$(ls -A source)" lib
mkdir early
printf '2026-11-03\n' >early/holidays
run kis-archive nightly early --init --stale 0
check 'nightly --init, directory with the file holidays only: exit status 0' 0 '2 new' ''

# --- outputs that are not regular files
day=$(find early/raw -mindepth 1 -printf '%f\n' -quit)
for path in ".derived/$day" "xlsx/$day.xlsx" "csv/$day/kospi-1d.csv"; do
	run kis-archive derive early
	check "${path%%/*} is a regular file: derive exits with 0" 0 '' ''
	rm -f "early/$path" "early/csv/$day/kosdaq-1d.csv"
	mkfifo "early/$path"
	run timeout 20 kis-archive derive early
	check "${path%%/*} is a FIFO: derive exits with 73" 73 '' 'is not a regular file'
	rm "early/$path"
done

run kis-archive derive early
echo mine >mine
ln -sf "$T/mine" "early/.derived/$day"
rm "early/xlsx/$day.xlsx"
run kis-archive derive early
check '.derived/DATE is a link: derive exits with 73' 73 '' 'is not a regular file'
is '.derived/DATE is a link: the linked file is unchanged' "$(cat mine)" mine

for path in "xlsx/$day.xlsx" "csv/$day/kospi-1d.csv"; do
	rm -rf early/.derived "early/$path"
	ln -s "$T/mine" "early/$path"
	run kis-archive derive early
	check "${path%%/*} is a link: derive exits with 73" 73 '' "'early/$path': it is not a regular file"
	is "${path%%/*} is a link: the linked file is unchanged" "$(cat mine)" mine
	rm "early/$path"
done
rm "early/.derived/$day" 2>/dev/null
run kis-archive derive early
check 'derive without links: exit status 0' 0 '' ''

# --- a FIFO in one date does not affect other dates
cp -r early two
cp -r "two/raw/$day" two/raw/20261102
mkfifo two/csv/20261102.fifo
mkdir two/csv/20261102
mv two/csv/20261102.fifo two/csv/20261102/kospi-1d.csv
rm "two/xlsx/$day.xlsx"
run timeout 20 kis-archive derive two
check 'FIFO in one date: derive exits with 73' 73 '' 'csv/20261102/kospi-1d.csv.: it is not a regular file'
ok 'FIFO in one date: the other date is derived' unzip -tq "two/xlsx/$day.xlsx"
rm -r two/raw/20261102 two/csv/20261102 "two/xlsx/$day.xlsx"
mkfifo "two/xlsx/$day.xlsx"
run timeout 20 kis-archive nightly two --stale 0
check 'FIFO as the newest workbook: nightly ends' 0 '2 known' ''

# --- FIFOs and links in the working directories
for path in ".pending/$day" .run/fetched/x.ndjson ".run/keep/$day.kospi-1d.arranging"; do
	for how in fifo link directory; do
		mkdir -p "early/${path%/*}"
		case $how in
		fifo) mkfifo "early/$path" ;;
		link) ln -s "$T/mine" "early/$path" ;;
		directory) mkdir "early/$path" ;;
		esac
		for command in nightly verify 'merge two'; do
			# shellcheck disable=SC2046 # the shell must split the arguments
			run timeout 20 kis-archive "${command%% *}" early $(echo "$command" | cut -s -d' ' -f 2)
			check "$how as $path: ${command%% *} exits with 73" 73 '' "'early/$path': it is not a regular file"
		done
		is "$how as $path: the linked file is unchanged" "$(cat mine)" mine
		rm -r "early/${path:?}"
	done
done
mkdir -p early/.run/keep
rmdir early/.run/fetched
mkdir linked
echo mine >linked/.hidden
ln -s "$T/linked" early/.run/fetched
run kis-archive nightly early
check '.run/fetched is a link: nightly exits with 73' 73 '' "'early/.run/fetched': it is a symbolic link"
ok '.run/fetched is a link: the linked files remain' [ -s linked/.hidden ]
rm early/.run/fetched
rm -rf early/.run early/.pending

# --- directories of the user in place of the directories of derive
rm -r "early/csv/$day"
echo mine | tee linked/kospi-1d.csv >linked/kosdaq-1w.csv
ln -s "$T/linked" "early/csv/$day"
run kis-archive derive early
check 'csv/DATE is a link: derive exits with 73' 73 '' "'early/csv/$day': it is a symbolic link"
is 'csv/DATE is a link: the linked files are unchanged' "$(cat linked/*.csv)" $'mine\nmine'
rm "early/csv/$day"
mv early/xlsx early/csv .
ln -s ../xlsx ../csv early
run kis-archive derive early
check 'csv and xlsx are links: derive exits with 0' 0 '' ''
was=$(stat -c %i xlsx/*.xlsx csv/*/*.csv)
run kis-archive derive early
is 'csv and xlsx are links: the next derive makes no file' "$(stat -c %i xlsx/*.xlsx csv/*/*.csv)" "$was"
rm early/xlsx early/csv
mv xlsx csv early
mkdir "early/csv/$day/kosdaq-2w.csv"
rm "early/csv/$day/kosdaq-1d.csv"
run kis-archive derive early
check 'a directory of the user named like a CSV file: derive exits with 0' 0 '' ''
rmdir "early/csv/$day/kosdaq-2w.csv"

# --- links and FIFOs in place of the working directories
mkdir two/stocks
while IFS='|' read -r path commands; do
	for how in link fifo; do
		rm -rf linked "early/$path"
		mkdir -p linked early/stocks
		for file in "$day" 000001.ndjson tmp; do
			echo mine >"linked/$file"
		done
		case $how in
		link) ln -s "$T/linked" "early/$path" && why='it is a symbolic link' ;;
		fifo) mkfifo "early/$path" && why='it is not a directory' ;;
		esac
		rm -f "early/csv/$day/kosdaq-1d.csv"
		for command in $commands; do
			# shellcheck disable=SC2046 # merge:two is two arguments
			run timeout 20 kis-archive "${command%:*}" early $(echo "$command" | cut -s -d: -f 2)
			check "$how as $path: ${command%:*} exits with 73" 73 '' "'early/$path': $why"
		done
		is "$how as $path: the linked files remain" "$(cat linked/* | xargs)" 'mine mine mine'
		rm "early/$path"
	done
done <<'TABLE'
.run|derive nightly verify history merge:two
.pending|derive nightly verify history merge:two
.derived|derive
stocks/.run|merge:two stocks:000001
stocks/revisions|merge:two stocks:000001
TABLE
rm -rf early/stocks
mkdir early/.pending
: >"early/.pending/$day"
ln -s "$T/linked" early/.derived
run kis-archive nightly early
check 'link as .derived: nightly exits with 73' 73 '0 new, 2 known' "'early/.derived': it is a symbolic link"
rm early/.derived
run kis-archive derive early
check 'derive without links to working directories: exit status 0' 0 '' ''

# --- the directory of a date is a link
mkdir elsewhere
mv "early/raw/$day" kept
ln -s "$T/elsewhere" "early/raw/$day"
run kis-archive nightly early --stale 0
check 'directory of a date is a link: nightly exits with 73' 73 '2 failed' "cannot write to 'early/raw/$day': it is a symbolic link"
is 'directory of a date is a link: the linked directory is empty' "$(ls -A elsewhere)" ''
rm -r "early/csv/$day" "early/xlsx/$day.xlsx"
run kis-archive derive early "$day"
check 'directory of a date is a link: derive of the date exits with 66' 66 '' "has no list for $day"
cp kept/* elsewhere
mkdir -p "early/csv/$day"
echo old >"early/csv/$day/kosdaq-1d.csv"
run kis-archive derive early
check 'directory of a date is a link to lists: derive exits with 0' 0 '' ''
is 'directory of a date is a link to lists: derive removes the CSV file of a list that is gone' "$(ls early/csv)" ''
run kis-archive verify early
check 'directory of a date is a link to lists: verify reports that the lists are missing' 65 \
	"raw/$day: missing: the archive had lists for this date" '*'
rm elsewhere/*
rm -rf early/.run early/.pending
rm "early/raw/$day"
run kis-archive nightly early --stale 0
check 'link removed: nightly stores the lists' 0 'workbook' '*'
is 'link removed: the directory of the date has all lists' "$(ls "early/raw/$day")" "$(ls kept)"

# --- a full disk
mkdir disk
if mount -t tmpfs -o size=500k,mode=700 tmpfs disk 2>err; then
	cp -r early/. disk
	rm "disk/csv/$day/kosdaq-1d.csv"
	dd if=/dev/zero of=disk/filler bs=1k count=1000 2>err
	run kis-archive derive disk
	check 'derive, full disk: exit status 74' 74 '' 'No space left'
	run kis-archive history disk
	check 'history, full disk: exit status 73 with the reason' 73 '' "cannot create '.*disk/history.db': .*full"
	rm disk/filler
	run kis-archive derive disk
	check 'derive, after the full disk: exit status 0' 0 '' ''
	ok 'derive, after the full disk: the CSV file is there' [ -s "disk/csv/$day/kosdaq-1d.csv" ]
	umount disk
else
	skip 'derive and history, full disk' "no tmpfs can be mounted: $(cat err)"
fi

# --- codes of a list that contain anything
mkdir -p odd/raw/20261120
head -n 2 "twice/raw/$(ls twice/raw | tail -n 1)/kosdaq-1d.ndjson" |
	sed 's/"mksc_shrn_iscd":"[^"]*"/"mksc_shrn_iscd":"\\u001b[2J\\u202e\\u0085"/
		s/"stnd_date2":"[^"]*"/"stnd_date2":"20261120"/; s/"list_rows":"[^"]*"/"list_rows":"2"/' \
		>odd/raw/20261120/kosdaq-1d.ndjson
run kis-archive verify odd
check 'verify, escape sequence in a code: exit status 65' 65 'duplicate stock .\[2J' ''
is 'verify, escape sequence in a code: prints ASCII only' "$(LC_ALL=C tr -d '\n -~' <"$out" | od -c | head -n 1)" 0000000
cp -r odd odd-days
sed -i 's/"stnd_date2":"[^"]*"/"stnd_date2":"\\u001b[2J\\u202e"/' odd-days/raw/20261120/kosdaq-1d.ndjson
mkdir odd-days/stocks
for text in 'Z\u001b[2J\u202e' 20261119; do
	printf '{"mksc_shrn_iscd":"000001","stck_bsop_date":"%s","acml_tr_pbmn":"1","ssts_tr_pbmn":"1","ssts_tr_pbmn_rlim":"100","ssts_cntg_qty":"1","avrg_prc":"1"}\n' "$text"
done >odd-days/stocks/000001.ndjson
run kis-archive verify odd-days
check 'verify, escape sequences in days: exit status 65' 65 'day 20261119 follows Z.\[2J' ''
like 'verify, escape sequence in a base date: printed without it' "$(cat "$out")" 'contains kosdaq-1d of .\[2J'
is 'verify, escape sequences in days: prints ASCII only' "$(LC_ALL=C tr -d '\n -~' <"$out" | od -c | head -n 1)" 0000000
sed -i 's/u001b/n/' odd/raw/20261120/kosdaq-1d.ndjson
for command in history 'report -o odd.xlsx' 'ranking --date 20261120'; do
	# shellcheck disable=SC2046 # the shell must split the options
	run kis-archive "${command%% *}" odd $(echo "$command" | cut -s -d' ' -f 2-)
	check "${command%% *}, the only list is corrupt: exit status 65" 65 '*' 'a line break or a tab; skipped'
	[ "$command" = history ] ||
		like "${command%% *}, the only list is corrupt: says that there is no data" "$(tail -n 1 "$err")" 'no list|no stock'
done
ok 'report, the only list is corrupt: no workbook' [ ! -e odd.xlsx ]

# --- a limit of file size, and no /proc
run kis-archive history twice
run env GCOV_PREFIX="$T/gcov" GCOV_ERROR_FILE="$T/.gcov" \
	bash -c 'ulimit -f 8; kis-archive report twice -o limit.xlsx'
check 'report, limit of file size: exit status 74' 74 '' '[Tt]oo large'
ok 'report, limit of file size: prints no SQL' eval '! grep -q SELECT "$err"'
if unshare -m umount -l /proc 2>"$err"; then
	for command in verify nightly gaps; do
		run unshare -m sh -c 'umount -l /proc && exec kis-archive "$@"' sh $command twice
		check "$command without /proc: exit status 71" 71 '' '/dev/fd is missing; mount /proc'
	done
else
	skip 'kis-archive without /proc' "/proc cannot be unmounted: $(head -n 1 "$err")"
fi

# --- no home directory for sqlite3
run env HOME=/nonexistent kis-archive history twice
check 'history without a home directory: no message of sqlite3' 0 '*' ''

done_testing
