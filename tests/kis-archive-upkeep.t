#!/bin/bash
# kis-archive verify reports every kind of damage, and no run loses a file
# because of damage. derive creates files from the contents of raw/. Archives
# merged in any order are equal. The commands work on file systems without hard
# links, locks or modes.
# KIS_TEST_KILLS: number of merges that are killed (default 8)
# KIS_TEST_SEED: seed of the random moments of the kills
. "$(dirname "$0")/lib.sh"
need jq pkill setsid
PATH=$ROOT/pipelines:$PATH
RANDOM=${KIS_TEST_SEED:=$$}
note "KIS_TEST_SEED=$KIS_TEST_SEED"

lists_at() { # arguments: archive, date, kis-sim's options
	sim_start --today "$2" --rollover 00:00 --rate 1000 "${@:3}"
	run kis-archive nightly "$1" --init --stale 0 -m kospi,kosdaq
	[ "$status" = 0 ] || diag "nightly: $(cat "$err")"
}

sums() { # prints the checksums of the lists in the archives
	find "$@" -type f \( -name '*.ndjson*' -o -path '*/.run/keep/*' \) \
		-exec sha256sum {} + |
		cut -c 1-64 | sort -u
}

tree() { # prints every file name of the archive and its checksum
	(cd "$1" && find . -type f ! -name .lock -exec sha256sum {} + | sort -k 2)
}

for date in 20261117 20261118 20261119 20261120; do
	lists_at Good $date
done
run kis-archive verify Good
check 'verify, undamaged archive: reports 0 faults' 0 "^'Good': 8 files, 0 faults$" ''

exchange() { # exchanges lines 2 and 3 of a list and renumbers their ranks
	jq -cs '[.[0], (.[2] + {rank: "2"}), (.[1] + {rank: "3"})] + .[3:] | .[]' \
		$list >x
	mv x $list
}

older() { # changes the figures of a list, as in an earlier version
	jq -c '.acml_vol += "0" | .ssts_vol_rlim = "9.00"' $list >x
	mv x $list
}

# --- verify reports every kind of damage. Each line of TABLE has the name of
# a kind of damage, the command that causes it in raw/, and the expected output
# of verify, first with and then without checksums. "-" means that verify cannot
# detect the damage without checksums.
list=20261119/kosdaq-1d.ndjson
while IFS='|' read -r name action wanted bare; do
	for sums in with without; do
		rm -rf A
		cp -r Good A
		[ $sums = with ] || rm A/raw/*/SHA256SUMS
		(cd A/raw && eval "$action") || diag "$name: the action failed"
		expected=$wanted
		if [ $sums = without ]; then
			run kis-archive verify A --adopt
			expected=$bare
		else
			run kis-archive verify A
		fi
		if [ "$expected" = - ]; then
			check "verify, $name, $sums checksums: cannot be detected, 0 faults" 0 ' 0 faults' '*'
			continue
		fi
		check "verify, $name, $sums checksums: exit status 65" 65 "$expected" '*'
		# the next nightly run loses none of the files
		before=$(sums A)
		run kis-archive nightly A --stale 0 -m kospi,kosdaq
		is "nightly after: $name, $sums checksums: loses no file" \
			"$(comm -23 <(echo "$before") <(sums A))" ''
	done
done <<'TABLE'
changed digit of a volume|sed -i '7s/"acml_vol":"./"acml_vol":"9/' $list|^raw/20261119/kosdaq-1d.ndjson: corrupt: the checksum|kosdaq-1d.ndjson:7: the short volume ratio is
changed short value|sed -i '5s/"ssts_tr_pbmn":"./"ssts_tr_pbmn":"9/' $list|kosdaq-1d.ndjson: corrupt|kosdaq-1d.ndjson:5: the (short value ratio|average short price) is
changed average short price|sed -i '9s/"avrg_prc":"/&9/' $list|kosdaq-1d.ndjson: corrupt|kosdaq-1d.ndjson:9: the average short price is
file cut within a line|head -c 5000 $list >cut; mv cut $list|kosdaq-1d.ndjson:[0-9]+: |kosdaq-1d.ndjson:[0-9]+: 
file cut at the end of a line|sed -i '21,$d' $list|kosdaq-1d.ndjson:20: expected 30 rows, found 20|kosdaq-1d.ndjson:20: expected 30 rows, found 
first lines deleted|sed -i '1,3d' $list|kosdaq-1d.ndjson:1: rank 4, expected 1|kosdaq-1d.ndjson:1: rank 4, expected 1
empty file|: >$list|kosdaq-1d.ndjson: |kosdaq-1d.ndjson: 
duplicate line|sed -i '4p' $list|kosdaq-1d.ndjson:5: duplicate stock [0-9A-Z]+, first in line 4|kosdaq-1d.ndjson:5: rank 4, expected 5
two lines exchanged|exchange|kosdaq-1d.ndjson: corrupt|kosdaq-1d.ndjson:3: wrong order
two dates exchanged|mv 20261119 x; mv 20261118 20261119; mv x 20261118|20261118/kosdaq-1d.ndjson:1: contains kosdaq-1d of 20261119|20261119/kospi-1d.ndjson:1: contains kospi-1d of 20261118
list of another market|cp 20261119/kospi-1d.ndjson $list|kosdaq-1d.ndjson:1: contains kospi-1d of 20261119|kosdaq-1d.ndjson:1: contains kospi-1d
earlier version restored|older|kosdaq-1d.ndjson: corrupt|kosdaq-1d.ndjson:1: the short volume ratio
list deleted|rm $list|kosdaq-1d.ndjson: missing|-
date deleted|rm -r 20261118|^raw/20261118: missing|^raw/20261118: missing
unexpected file|echo notes >20261119/notes.txt|^raw/20261119/notes.txt: unexpected file|notes.txt: unexpected file
file name with shell code|: >'20261119/$(touch PWN)-1d.ndjson'|touch.*unexpected file|unexpected file
newline in the name of a stock|sed -i '2s/"hts_kor_isnm":"/&\\n/' $list|kosdaq-1d.ndjson: corrupt|-
newline in a file name|cp $list $'20261119/x\n-1d.ndjson'|unexpected file|unexpected file
a date in the future|mkdir 20991231; sed 's/20261119/20991231/g' $list >20991231/kosdaq-1d.ndjson|20991231/kosdaq-1d.ndjson:1: the base date is in the future|in the future
empty directory of a date|rm 20261118/*|^raw/20261118: missing|^raw/20261118: missing
newline in a stock code|sed -i '2s/"mksc_shrn_iscd":"/&\\n/' $list|kosdaq-1d.ndjson: a value contains a line break|kosdaq-1d.ndjson: a value contains a line break
empty line|echo >>$list|kosdaq-1d.ndjson: corrupt|-
invalid line in SHA256SUMS|sed -i '1s/^./x/' 20261119/SHA256SUMS 2>/dev/null ;:|20261119/SHA256SUMS:1: invalid checksum line|-
TABLE
is 'verify, shell code in file names: never executed' "$(find . -name 'PWN*')" ''

# --- verify accepts apostrophes in paths, and numbers that the server padded
# with zeros or spaces
mkdir "x'; touch PWN; '"
cp -r Good "x'; touch PWN; '/kis"
(cd "x'; touch PWN; '" && kis-archive verify kis) >"$out" 2>"$err"
is 'verify, apostrophe in the path: exit status 0' $? 0
is 'verify, shell code in the path: not executed, no .run directory left' "$(find . -name PWN; find x* -name .run)" ''
sim_start --today 20261120 --rollover 00:00 --fault padded
run kis-archive nightly Padded --init --stale 0 -m kosdaq
run kis-archive verify Padded
check 'verify, numbers padded by the server: 0 faults' 0 ' 0 faults' ''
rm Padded/raw/*/SHA256SUMS
run kis-archive verify Padded --adopt
check 'verify --adopt, padded numbers without checksums: 0 faults' 0 ' 0 faults' '*'

# --- verify --adopt adds missing checksums of consistent lists
rm -rf A
cp -r Good A
rm A/raw/*/SHA256SUMS A/.dates
run kis-archive verify A
check 'verify, lists without checksums: exit status 65' 65 'kospi-1d.ndjson: no checksum' ''
sed -i '7s/"acml_vol":"./"acml_vol":"9/' A/raw/$list
run kis-archive verify A --adopt
check 'verify --adopt, one inconsistent list of 8: adds checksums for the other 7' 65 '1 fault$' 'added the checksums of 7 lists'
run kis-archive verify A
check 'verify --adopt, inconsistent list: added no checksum for it' 65 "^raw/$list: no checksum" ''
cp Good/raw/$list A/raw/$list
run kis-archive verify A --adopt
check 'verify --adopt, list replaced by a valid one: adds its checksum' 0 ' 0 faults' 'added the checksum of 1 list'
ok 'verify --adopt: writes the same checksums as nightly' diff -r Good/raw A/raw
(cd A/raw/20261119 && sha256sum -c SHA256SUMS) >"$out" 2>"$err"
is 'SHA256SUMS: sha256sum -c accepts it' $? 0

# --- derive restores derived files that are missing or changed
rm -rf A
cp -r Good A
was=$(tree A)
for damage in 'rm csv/20261119/kosdaq-1d.csv' ': >csv/20261119/kosdaq-1d.csv' \
	'rm -r csv xlsx' 'rm xlsx/20261118.xlsx latest.xlsx' 'rm -r .derived' \
	'echo x >>xlsx/20261117.xlsx' 'mkdir csv/20261116; cp csv/20261117/*.csv csv/20261116' \
	'cp csv/20261117/kospi-1d.csv csv/20261117/kospi-1w.csv' \
	'cp xlsx/20261117.xlsx xlsx/20251117.xlsx' \
	'sed -i "s/0[.]/1./" .derived/20261118'; do
	(cd A && eval "$damage")
	run kis-archive derive A
	check "derive after: $damage: exit status 0" 0 '' ''
	is "derive after: $damage: restores the same files" "$(diff <(echo "$was") <(tree A))" ''
done
# derive also detects a restored list with an older modification time
cp -p A/raw/$list saved
jq -c '.hts_kor_isnm = "Other"' saved >A/raw/$list
rm A/raw/20261119/SHA256SUMS
run kis-archive derive A
ok 'derive, changed list: the CSV file has the new contents' grep -q ',Other,' A/csv/20261119/kosdaq-1d.csv
cp -p saved A/raw/$list
touch -d '1 year ago' A/raw/$list
run kis-archive derive A
ok 'derive, list restored with an older time: the CSV file has the restored contents' \
	cmp Good/csv/20261119/kosdaq-1d.csv A/csv/20261119/kosdaq-1d.csv
rm A/raw/$list
run kis-archive derive A 20261119
check 'derive, deleted list: exit status 0' 0 '' ''
ok 'derive, deleted list: its CSV file is deleted' [ ! -e A/csv/20261119/kosdaq-1d.csv ]
rm -r A/raw/20261120
run kis-archive derive A -j 2
check 'derive, deleted date: exit status 0' 0 '' ''
is 'derive, deleted date: its CSV files and workbook are deleted' "$(find A/csv A/xlsx -name '20261120*')" ''
ok 'derive, newest date deleted: latest.xlsx is the workbook of the previous date' cmp A/latest.xlsx A/xlsx/20261119.xlsx
rm -rf A
cp -r Good A
printf '{"cut' >>A/raw/$list
rm -r A/csv/20261119
run kis-archive derive A
check 'derive, corrupt list: exit status 65' 65 '' 'kosdaq-1d.ndjson.* corrupt'
ok 'derive, corrupt list: the workbook of its date is unchanged' cmp Good/xlsx/20261119.xlsx A/xlsx/20261119.xlsx
ok 'derive, corrupt list: the other list of the date is derived' [ -s A/csv/20261119/kospi-1d.csv ]

# --- merge combines the archives of two machines, which have the same dates but
# different row limits and figures
lists_at One 20261118
lists_at One 20261119
lists_at Two 20261119
lists_at Two 20261120
sim_start --today 20261118 --rollover 00:00 --shares 200
run kis-archive nightly Two --stale 0 -m kospi,kosdaq,all --complete
lists_at Two 20261117 --seed 5
lists_at One 20261117
printf '20261118 a holiday\n' >One/holidays
printf '20261112\n20261118 a holiday\n' >Two/holidays
printf '{"cut' >>Two/raw/20261119/kospi-1d.ndjson
# Create an archive like those of the previous release: it has no checksums, and
# the first version of a list, not the newest, has the name without a suffix.
cp -r One Old
rm -r Old/raw/*/SHA256SUMS Old/.dates Old/.derived
sim_start --today 20261117 --rollover 00:00 --seed 9
kis-token 2>err | kis-fetch -m kospi >Old/raw/20261117/kospi-1d.ndjson.20261118T073000
merge() { # arguments: into from
	local wanted=0
	[ "$2" != Two ] || wanted=65 # it has a corrupt list
	run kis-archive merge "$1" "$2"
	[ "$status" = "$wanted" ] || diag "merge $*: $status $(cat "$err")"
}
for pair in 'One Two' 'Old Two' 'One Old'; do
	read -r one two <<<"$pair"
	rm -rf X Y
	cp -r "$one" X
	cp -r "$two" Y
	all=$(sums "$one" "$two")
	merge X "$two"
	merge Y "$one"
	is "merge $pair: both orders give the same files" \
		"$(diff <(tree X | grep -v ' ./csv\| ./xlsx\|derived\|latest') \
			<(tree Y | grep -v ' ./csv\| ./xlsx\|derived\|latest'))" ''
	is "merge $pair: no file is lost" "$(comm -23 <(echo "$all") <(sums X))" ''
	before=$(tree X) other=$(tree "$two")
	merge X "$two"
	is "merge $pair: the archive OTHER is unchanged" "$(diff <(echo "$other") <(tree "$two"))" ''
	is "merge $pair: a second merge changes no file" "$(diff <(echo "$before") <(tree X))" ''
done
rm -rf X
cp -r One X
merge X Two
# kill the merge while it renames the file of a list
mkdir stubs
cat >stubs/sync <<'END'
#!/bin/sh
[ "$1" != .run/tmp/copy ] || ! ls .run/keep/*.arranging >/dev/null 2>&1 || kill -9 $PPID
exec /usr/bin/sync "$@"
END
chmod +x stubs/sync
rm -rf Y
cp -r One Y
PATH=$T/stubs:$PATH run kis-archive merge Y Two
ok 'merge with a sync that kills it: does not succeed' [ "$status" != 0 ]
rm -r stubs
merge Y Two
is 'merge again after a kill during a rename: no file is lost' \
	"$(comm -23 <(sums One Two) <(sums Y))" ''
is 'merge: the complete list has the name without a suffix' \
	"$(jq -r .list X/raw/20261118/kospi-1d.ndjson | sort -u)" complete
is 'merge: holidays contains the lines of both archives' "$(xargs <X/holidays)" '20261112 20261118 a holiday'
like 'merge, corrupt list: renamed to .damaged-' "$(ls X/raw/20261119)" 'kospi-1d.ndjson.damaged-'
ok 'merge, corrupt list: the valid list of the other archive has the name without a suffix' cmp X/raw/20261119/kospi-1d.ndjson \
	One/raw/20261119/kospi-1d.ndjson
run kis-archive verify X
check 'merge: verify finds 0 faults in the result' 0 ' 0 faults' ''
# a corrupt list is reported after merges in any order
mkdir -p Empty/raw Flip
rm -rf Flip
cp -r Good Flip
sed -i '7s/"acml_vol":"./"acml_vol":"9/' "Flip/raw/$list"
for order in 'Empty Flip' 'Flip Empty' 'Empty Flip Good' 'Empty Good Flip' 'Flip Good' 'Good Flip'; do
	read -r first others <<<"$order"
	rm -rf X
	cp -r "$first" X
	for other in $others; do
		run kis-archive merge X "$other"
	done
	run kis-archive verify X
	case $order in
	*Good*)
		check "merge $order: verify reports 0 faults" 0 ' 0 faults' ''
		ok "merge $order: the valid list has the name without a suffix" cmp "X/raw/$list" "Good/raw/$list"
		;;
	*) check "merge $order: verify reports the corrupt list" 65 'kosdaq-1d.ndjson' '' ;;
	esac
done
# merge X Y: if a checksum in Y has one wrong character, the list in X is not
# treated as corrupt
rm -rf X Y
cp -r Good X
cp -r Good Y
sed -i '1s/^./x/; 1y/x/0/' Y/raw/20261119/SHA256SUMS
merge X Y
is 'merge, wrong checksum in OTHER: the archive is unchanged' "$(tree X)" "$(tree Good)"
merge Y Good
is 'merge of an intact archive: repairs a wrong checksum' "$(tree Y)" "$(tree Good)"
# a list without a checksum gets one only if its figures are consistent
rm -rf X Y
cp -r Flip Y
rm Y/raw/*/SHA256SUMS
cp -r Empty X
merge X Y
run kis-archive verify X
check 'merge, inconsistent list without a checksum: adds no checksum for it' 65 \
	'kosdaq-1d.ndjson: no checksum|kosdaq-1d.ndjson:7: the short volume' ''
# merge rejects an archive that cannot be read or has files of an interrupted
# run
rm -rf Y
cp -r Good Y
mkdir -p Y/.run/keep
cp "Good/raw/$list" Y/.run/keep/20261119.kosdaq-1d.new
run kis-archive merge X Y
check 'merge, OTHER has files of an interrupted run: exit status 75' 75 '' 'interrupted run'
rm -r Y/.run
if [ "$(id -u)" = 0 ]; then
	skip 'merge, OTHER is not readable: exit status 74' 'root can read everything'
else
	chmod 000 Y/raw/20261118
	run kis-archive merge X Y
	check 'merge, OTHER is not readable: exit status 74' 74 '' 'nothing was merged'
	chmod 755 Y/raw/20261118
fi
rm -rf X
cp -r One X
merge X Two
run kis-archive merge X X
check 'merge of an archive with itself: exit status 64' 64 '' 'with itself'
rm -rf P Q
mkdir -p P/raw
run kis-archive merge P Good
check 'merge into an empty archive: adds all lists' 0 '8 lists added' ''
is 'merge into an empty archive: both archives are equal' "$(diff <(tree P) <(tree Good))" ''

# --- a killed merge loses no list, and the next merge completes it
kills=${KIS_TEST_KILLS:-8}
rm -rf W X
cp -r One W
merge W Two
cp -r One X
start=$EPOCHREALTIME
cp -r One Y2 && merge Y2 Two
span=$((${EPOCHREALTIME/./} - ${start/./}))
all=$(sums One Two) lost='' hit=0 ended=''
# Continue until a run was killed: on a busy machine, the measured time may be
# much longer than that of later runs.
for ((i = 0; i < kills || (hit == 0 && i < 10 * kills); i++)); do
	if [ $((i % 4)) = 0 ] || [ -n "$ended" ]; then
		rm -rf X
		cp -r One X
	fi
	setsid kis-archive merge X Two >"$out" 2>"$err" &
	pid=$!
	pause=$((RANDOM * span / 32768))
	sleep "$((pause / 1000000)).$(printf %06d $((pause % 1000000)))"
	if kill -9 -- -$pid 2>"$T/.kill-err"; then
		hit=$((hit + 1)) ended=''
	else
		span=$((span * 3 / 4)) ended=1
	fi
	{ wait $pid; } 2>"$T/.kill-err"
	for _ in {1..50}; do
		pgrep -g $pid >"$T/.left" || break
		sleep 0.1
	done
	lost+=$(comm -23 <(sums One) <(sums X))
done
note "$hit of $i merges were killed within $((span / 1000)) ms"
ok 'killed merges: at least one was killed while it ran' [ "$hit" -gt 0 ]
is 'killed merges: no list of the archive was lost at any time' "$lost" ''
merge X Two
is 'merge after killed merges: same files as an undisturbed merge' "$(diff <(tree W) <(tree X))" ''
is 'merge after killed merges: no file is lost' "$(comm -23 <(echo "$all") <(sums X))" ''

# --- a preloaded library simulates a file system without hard links, locks or
# modes
if ! command -v cc >"$out"; then
	skip 'file system without links, locks or modes: archive works' 'no compiler'
elif grep -qa __asan_init "$(command -v kis-fetch)"; then
	skip 'file system without links, locks or modes: archive works' 'the sanitizers come before any preloaded library'
else
	cat >poor.c <<'END'
#include <errno.h>
#include <sys/stat.h>
#include <sys/types.h>
static int refuse(int error) { errno = error; return -1; }
int link(const char *a, const char *b) { (void)a, (void)b; return refuse(EPERM); }
int linkat(int a, const char *b, int c, const char *d, int e)
{ (void)a, (void)b, (void)c, (void)d, (void)e; return refuse(EOPNOTSUPP); }
int flock(int fd, int how) { (void)fd, (void)how; return refuse(ENOLCK); }
int chmod(const char *p, mode_t m) { (void)p, (void)m; return refuse(EPERM); }
int fchmod(int fd, mode_t m) { (void)fd, (void)m; return refuse(EPERM); }
int fchmodat(int d, const char *p, mode_t m, int f)
{ (void)d, (void)p, (void)m, (void)f; return refuse(EPERM); }
END
	cc -shared -fPIC -o poor.so poor.c
	sim_start --today 20261120 --rollover 00:00 --shares 150
	# store a token in the cache before the library is preloaded, because
	# only the archive should be on the simulated file system
	kis-token >token
	poor() { run env LD_PRELOAD="$PWD/poor.so" kis-archive "$@"; }
	poor nightly Poor --init --stale 0 -m kospi,kosdaq
	check 'file system without links, locks or modes: nightly keeps both lists' 0 'kosdaq-1d: 30 rows' 'locks do not work'
	is 'file system without links, locks or modes: nightly warns once' "$(grep -c 'locks do not' "$err")" 1
	poor nightly Poor --stale 0 -m kospi,kosdaq --complete
	check 'file system without links, locks or modes: complete lists replace truncated ones' 0 '30 of them already in the archive' .
	poor verify Poor
	check 'file system without links, locks or modes: verify reports 0 faults' 0 ' 0 faults' .
	poor merge Poor Good
	check 'file system without links, locks or modes: merge adds the lists' 0 'added' .
	poor derive Poor
	check 'file system without links, locks or modes: derive succeeds' 0 '' .
	is 'file system without links, locks or modes: derive writes every CSV file' "$(find Poor/csv -name '*.csv' | wc -l | tr -d ' ')" 8
fi

# --- verify and gaps work on a read-only archive
if mkdir ro && mount --bind Good ro 2>err && mount -o remount,ro,bind ro 2>>err; then
	run kis-archive verify ro
	check 'verify, read-only archive: 0 faults' 0 ' 0 faults' ''
	run kis-archive verify ro --adopt
	check 'verify --adopt, read-only archive: exit status 73' 73 '' 'cannot write'
	run kis-archive gaps ro
	check 'gaps, read-only archive: exit status 0' 0 '' ''
	day=$(ls Good/raw | tail -n 1)
	mkdir -p Good/.run/tmp user/tmp user/keep
	: >Good/.run/tmp/file
	: >user/tmp/file
	for how in "a killed run's files" 'a link'; do
		if [ "$how" = 'a link' ]; then
			rm -r Good/.run
			ln -s "$T/user" Good/.run
		fi
		for command in verify 'history --database ro.db' 'report --database ro.db -o ro.xlsx' \
			"ranking --database ro.db --date $day"; do
			# shellcheck disable=SC2046 # the shell must split the options
			run kis-archive "${command%% *}" ro $(echo "$command" | cut -s -d' ' -f 2-)
			case $command in
			ranking*) check "$how as .run, read-only archive: ranking exits with 1" 1 '' 'no stock has a row' ;;
			*) check "$how as .run, read-only archive: ${command%% *} exits with 0" 0 '*' '' ;;
			esac
		done
	done
	run env working=1 quiet=1 kis-archive verify ro
	check 'link as .run, variables in the environment: verify exits with 0' 0 ' 0 faults' ''
	is 'link as .run, read-only archive: the linked files remain' "$(find user | sort | xargs)" \
		'user user/keep user/tmp user/tmp/file'
	rm Good/.run
	umount ro
else
	skip 'commands on a read-only archive' "nothing can be mounted here: $(cat err)"
fi
# --- all commands except merge read lists that the command in scale.md has
# compressed
line=$(grep -o "find raw .*gzip.*" "$ROOT/pipelines/scale.md" | head -n 1)
rm -rf A
cp -r Good A
run kis-archive history A
tree=$(cd A && find csv xlsx -type f -exec sha256sum {} + | sort -k 2)
(cd A && touch -d '2 years ago' raw/2026111[78]/*.ndjson && kis-archive history . >/dev/null && eval "$line")
is 'command in scale.md: compresses the old lists' \
	"$(find A/raw -name '*.gz' | sort | xargs -n 1 dirname | sort -u | xargs -n 1 basename | xargs)" '20261117 20261118'
run kis-archive verify A
check 'verify, compressed lists: 0 faults' 0 ' 0 faults$' ''
run kis-archive history A
check 'history, lists compressed after they were read: nothing new' 0 'nothing new$' ''
mv A/history.db known.db
run kis-archive history A
check 'history, compressed lists: reads them' 0 ': 8 lists read' ''
is 'history, compressed lists: the same rows as from the uncompressed lists' \
	"$(sqlite3 A/history.db 'SELECT * FROM ranking ORDER BY 1, 2, 3, 6' | cksum)" \
	"$(sqlite3 known.db 'SELECT * FROM ranking ORDER BY 1, 2, 3, 6' | cksum)"
run kis-archive gaps A
check 'gaps, compressed lists: reports no gap' 0 '' ''
run kis-archive derive A
check 'derive, compressed lists: exit status 0' 0 '' ''
is 'derive, compressed lists: CSV files and workbooks are unchanged' \
	"$(cd A && find csv xlsx -type f -exec sha256sum {} + | sort -k 2)" "$tree"
rm -rf B
cp -r A B
rm B/raw/*/SHA256SUMS
run kis-archive verify B --adopt
run kis-archive verify B
check 'verify --adopt, compressed lists: adds the checksums of their uncompressed contents' 0 ' 0 faults$' ''
rm -rf B
cp -r A B
gzip B/raw/20261120/*.ndjson
sim_start --today 20261120 --rollover 00:00 --rate 1000
run kis-archive nightly B --stale 0 -m kospi,kosdaq
check 'nightly, list already archived in compressed form: reports it as known' 0 '0 new, 2 known' ''
run kis-archive verify B
check 'nightly, list already archived in compressed form: verify reports 0 faults' 0 ' 0 faults$' ''
run kis-archive merge A Good
check 'merge, compressed lists: exit status 65 with the remedy' 65 '' 'gunzip'
(cd A/raw/20261117 && gunzip kosdaq-1d.ndjson.gz && sed -i '7s/"acml_vol":"./"acml_vol":"9/' kosdaq-1d.ndjson && gzip kosdaq-1d.ndjson)
run kis-archive verify A
check 'verify, changed compressed list: reports it' 65 \
	'20261117/kosdaq-1d.ndjson.gz: corrupt' ''
echo x >>A/raw/20261117/kospi-1d.ndjson.gz
head -c 200 A/raw/20261118/kospi-1d.ndjson.gz >cut
mv cut A/raw/20261118/kospi-1d.ndjson.gz
run kis-archive verify A
check 'verify, truncated compressed list: reports it' 65 '20261118/kospi-1d.ndjson.gz: ' ''
run kis-archive history A
check 'history, truncated compressed list: skips it' 65 '*' '20261118/kospi-1d.ndjson.gz.* skipped$'

done_testing
