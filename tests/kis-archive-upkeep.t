#!/bin/bash
# kis-archive verify, derive and merge: damage of every kind is named and
# nothing is lost by it; what is derived follows content; archives merged in
# any order are equal; file systems without links, locks and modes do.
# KIS_TEST_KILLS: how many merges are killed (default 8)
# KIS_TEST_SEED: of the moments
. "$(dirname "$0")/lib.sh"
need jq pkill setsid
PATH=$ROOT/pipelines:$PATH
RANDOM=${KIS_TEST_SEED:=$$}
note "KIS_TEST_SEED=$KIS_TEST_SEED"

lists_at() { # archive, date, kis-sim's options
	sim_start --today "$2" --rollover 00:00 --rate 1000 "${@:3}"
	run kis-archive nightly "$1" --init --stale 0 -m kospi,kosdaq
	[ "$status" = 0 ] || diag "nightly: $(cat "$err")"
}

sums() { # archives: the contents of their lists
	find "$@" -type f \( -name '*.ndjson*' -o -path '*/.run/keep/*' \) \
		-exec sha256sum {} + |
		cut -c 1-64 | sort -u
}

tree() { # archive: every name and its contents
	(cd "$1" && find . -type f ! -name .lock -exec sha256sum {} + | sort -k 2)
}

for date in 20261117 20261118 20261119 20261120; do
	lists_at Good $date
done
run kis-archive verify Good
check 'an archive without fault' 0 "^'Good': 8 files, 0 faults$" ''

exchange() { # the lines 2 and 3 of a list, their ranks apart
	jq -cs '[.[0], (.[2] + {rank: "2"}), (.[1] + {rank: "3"})] + .[3:] | .[]' \
		$list >x
	mv x $list
}

older() { # a version with other figures
	jq -c '.acml_vol += "0" | .ssts_vol_rlim = "9.00"' $list >x
	mv x $list
}

# --- damage: a name, what is done in raw/, what verify prints with checksums,
# and without (-: nothing, since nothing could tell)
list=20261119/kosdaq-1d.ndjson
while IFS='|' read -r name action want bare; do
	for sums in with without; do
		rm -rf A
		cp -r Good A
		[ $sums = with ] || rm A/raw/*/SHA256SUMS
		(cd A/raw && eval "$action") || diag "$name: the action failed"
		expected=$want
		if [ $sums = without ]; then
			run kis-archive verify A --adopt
			expected=$bare
		else
			run kis-archive verify A
		fi
		if [ "$expected" = - ]; then
			check "$name, $sums checksums: nothing can tell" 0 ' 0 faults' '*'
			continue
		fi
		check "$name, $sums checksums: 65" 65 "$expected" '*'
		# the run that follows loses nothing of either
		before=$(sums A)
		run kis-archive nightly A --stale 0 -m kospi,kosdaq
		is "$name, $sums checksums: the next run loses no file" \
			"$(comm -23 <(echo "$before") <(sums A))" ''
	done
done <<'TABLE'
a digit|sed -i '7s/"acml_vol":"./"acml_vol":"9/' $list|^raw/20261119/kosdaq-1d.ndjson: corrupt: the checksum|kosdaq-1d.ndjson:7: the short volume ratio is
a short value|sed -i '5s/"ssts_tr_pbmn":"./"ssts_tr_pbmn":"9/' $list|kosdaq-1d.ndjson: damaged|kosdaq-1d.ndjson:5: the (short value ratio|average short price) is
an average|sed -i '9s/"avrg_prc":"/&9/' $list|kosdaq-1d.ndjson: damaged|kosdaq-1d.ndjson:9: the average short price is
cut within a line|head -c 5000 $list >cut; mv cut $list|kosdaq-1d.ndjson:[0-9]+: |kosdaq-1d.ndjson:[0-9]+: 
cut at a line's end|sed -i '21,$d' $list|kosdaq-1d.ndjson:20: expected 30 rows, found 20|kosdaq-1d.ndjson:20: expected 30 rows, found 
first lines gone|sed -i '1,3d' $list|kosdaq-1d.ndjson:1: rank 4, expected 1|kosdaq-1d.ndjson:1: rank 4, expected 1
empty|: >$list|kosdaq-1d.ndjson: |kosdaq-1d.ndjson: 
a line twice|sed -i '4p' $list|kosdaq-1d.ndjson:5: duplicate stock [0-9A-Z]+, first in line 4|kosdaq-1d.ndjson:5: rank 4, expected 5
two lines exchanged|exchange|kosdaq-1d.ndjson: damaged|kosdaq-1d.ndjson:3: wrong order
two dates exchanged|mv 20261119 x; mv 20261118 20261119; mv x 20261118|20261118/kosdaq-1d.ndjson:1: contains kosdaq-1d of 20261119|20261119/kospi-1d.ndjson:1: contains kospi-1d of 20261118
another market|cp 20261119/kospi-1d.ndjson $list|kosdaq-1d.ndjson:1: contains kospi-1d of 20261119|kosdaq-1d.ndjson:1: contains kospi-1d
an older version restored|older|kosdaq-1d.ndjson: damaged|kosdaq-1d.ndjson:1: the short volume ratio
removed|rm $list|kosdaq-1d.ndjson: missing|-
a date removed|rm -r 20261118|^raw/20261118: missing|^raw/20261118: missing
a file of another program|echo notes >20261119/notes.txt|^raw/20261119/notes.txt: unexpected file|notes.txt: unexpected file
a hostile name|: >'20261119/$(touch PWN)-1d.ndjson'|touch.*unexpected file|unexpected file
a newline in a name|sed -i '2s/"hts_kor_isnm":"/&\\n/' $list|kosdaq-1d.ndjson: damaged|-
a newline in a file's name|cp $list $'20261119/x\n-1d.ndjson'|unexpected file|unexpected file
a date in the future|mkdir 20991231; sed 's/20261119/20991231/g' $list >20991231/kosdaq-1d.ndjson|20991231/kosdaq-1d.ndjson:1: the base date is in the future|in the future
a date emptied|rm 20261118/*|^raw/20261118: missing|^raw/20261118: missing
a line end in a code|sed -i '2s/"mksc_shrn_iscd":"/&\\n/' $list|kosdaq-1d.ndjson: a value contains a line end|kosdaq-1d.ndjson: a value contains a line end
a blank line|echo >>$list|kosdaq-1d.ndjson: damaged|-
a line of checksums|sed -i '1s/^./x/' 20261119/SHA256SUMS 2>/dev/null ;:|20261119/SHA256SUMS:1: invalid checksum line|-
TABLE
is 'nothing of a name was executed' "$(find . -name 'PWN*')" ''

# --- names with quotes, and what looks strange and is not
mkdir "x'; touch PWN; '"
cp -r Good "x'; touch PWN; '/kis"
(cd "x'; touch PWN; '" && kis-archive verify kis) >"$out" 2>"$err"
is 'an apostrophe in the path: verify ends with 0' $? 0
is 'nothing is executed, nothing left' "$(find . -name PWN; find x* -name .run)" ''
sim_start --today 20261120 --rollover 00:00 --fault padded
run kis-archive nightly Padded --init --stale 0 -m kosdaq
run kis-archive verify Padded
check 'padded numbers as served: no fault' 0 ' 0 faults' ''
rm Padded/raw/*/SHA256SUMS
run kis-archive verify Padded --adopt
check 'nor without checksums' 0 ' 0 faults' '*'

# --- verify --adopt
rm -rf A
cp -r Good A
rm A/raw/*/SHA256SUMS A/.dates
run kis-archive verify A
check 'lists without checksums are faults' 65 'kospi-1d.ndjson: no checksum' ''
sed -i '7s/"acml_vol":"./"acml_vol":"9/' A/raw/$list
run kis-archive verify A --adopt
check 'verify --adopt' 65 '1 fault$' 'added the checksums of 7 lists'
run kis-archive verify A
check 'what has a fault was not adopted' 65 "^raw/$list: no checksum" ''
cp Good/raw/$list A/raw/$list
run kis-archive verify A --adopt
check 'verify --adopt again' 0 ' 0 faults' 'added the checksum of 1 list'
ok 'the checksums are those of before' diff -r Good/raw A/raw
(cd A/raw/20261119 && sha256sum -c SHA256SUMS) >"$out" 2>"$err"
is 'sha256sum reads them' $? 0

# --- derive
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
	check "derive after: $damage" 0 '' ''
	is "as before: $damage" "$(diff <(echo "$was") <(tree A))" ''
done
# a list that is restored with an older time
cp -p A/raw/$list saved
jq -c '.hts_kor_isnm = "Other"' saved >A/raw/$list
rm A/raw/20261119/SHA256SUMS
run kis-archive derive A
ok 'a changed list: its CSV follows' grep -q ',Other,' A/csv/20261119/kosdaq-1d.csv
cp -p saved A/raw/$list
touch -d '1 year ago' A/raw/$list
run kis-archive derive A
ok 'a restored list with an older time: its CSV follows' \
	cmp Good/csv/20261119/kosdaq-1d.csv A/csv/20261119/kosdaq-1d.csv
rm A/raw/$list
run kis-archive derive A 20261119
check 'a list is gone' 0 '' ''
ok 'its CSV goes too' [ ! -e A/csv/20261119/kosdaq-1d.csv ]
rm -r A/raw/20261120
run kis-archive derive A -j 2
check 'a date is gone' 0 '' ''
is 'its CSV and workbook go too' "$(find A/csv A/xlsx -name '20261120*')" ''
ok 'latest.xlsx is of the date before' cmp A/latest.xlsx A/xlsx/20261119.xlsx
rm -rf A
cp -r Good A
printf '{"cut' >>A/raw/$list
rm -r A/csv/20261119
run kis-archive derive A
check 'derive, a damaged list: 65' 65 '' 'kosdaq-1d.ndjson.* corrupt'
ok 'its workbook of before stays' cmp Good/xlsx/20261119.xlsx A/xlsx/20261119.xlsx
ok 'the other list is derived' [ -s A/csv/20261119/kospi-1d.csv ]

# --- merge: two machines, the same dates with different depth and figures
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
# an archive of the release before: no checksums, the first list has the name
cp -r One Old
rm -r Old/raw/*/SHA256SUMS Old/.dates Old/.derived
sim_start --today 20261117 --rollover 00:00 --seed 9
kis-token 2>err | kis-fetch -m kospi >Old/raw/20261117/kospi-1d.ndjson.20261118T073000
merge() { # into from
	run kis-archive merge "$1" "$2"
	[ "$status" = "$want" ] || diag "merge $*: $status $(cat "$err")"
}
want=0
for pair in 'One Two' 'Old Two' 'One Old'; do
	read -r one two <<<"$pair"
	rm -rf X Y
	cp -r "$one" X
	cp -r "$two" Y
	all=$(sums "$one" "$two")
	merge X "$two"
	merge Y "$one"
	is "$pair: the same tree in both orders" \
		"$(diff <(tree X | grep -v ' ./csv\| ./xlsx\|derived\|latest') \
			<(tree Y | grep -v ' ./csv\| ./xlsx\|derived\|latest'))" ''
	is "$pair: nothing is lost" "$(comm -23 <(echo "$all") <(sums X))" ''
	before=$(tree X) other=$(tree "$two")
	merge X "$two"
	is "$pair: OTHER is only read" "$(diff <(echo "$other") <(tree "$two"))" ''
	is "$pair: once more changes nothing" "$(diff <(echo "$before") <(tree X))" ''
done
rm -rf X
cp -r One X
merge X Two
# killed while the file of a list is being renamed for another
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
ok 'the merge was killed' [ "$status" != 0 ]
rm -r stubs
merge Y Two
is 'killed while a list gives its name to another: nothing is lost' \
	"$(comm -23 <(sums One Two) <(sums Y))" ''
is 'a complete list has the name' \
	"$(jq -r .list X/raw/20261118/kospi-1d.ndjson | sort -u)" complete
is 'holidays of both' "$(xargs <X/holidays)" '20261112 20261118 a holiday'
like 'a damaged list gives way' "$(ls X/raw/20261119)" 'kospi-1d.ndjson.damaged-'
ok 'to the one without fault' cmp X/raw/20261119/kospi-1d.ndjson \
	One/raw/20261119/kospi-1d.ndjson
run kis-archive verify X
check 'a merged archive has no fault' 0 ' 0 faults' ''
# damage stays damage, whatever it is merged into, in any order
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
		check "$order: no fault" 0 ' 0 faults' ''
		ok "$order: the valid list has the name" cmp "X/raw/$list" "Good/raw/$list"
		;;
	*) check "$order: 65" 65 'kosdaq-1d.ndjson' '' ;;
	esac
done
# one wrong character among OTHER's checksums does not make our list damaged
rm -rf X Y
cp -r Good X
cp -r Good Y
sed -i '1s/^./x/; 1y/x/0/' Y/raw/20261119/SHA256SUMS
merge X Y
is 'a wrong checksum there does no harm here' "$(tree X)" "$(tree Good)"
merge Y Good
is 'and an intact copy repairs it' "$(tree Y)" "$(tree Good)"
# what no checksum gets one only if it is consistent
rm -rf X Y
cp -r Flip Y
rm Y/raw/*/SHA256SUMS
cp -r Empty X
merge X Y
run kis-archive verify X
check 'a list without checksum that contradicts itself gets none' 65 \
	'kosdaq-1d.ndjson: no checksum|kosdaq-1d.ndjson:7: the short volume' ''
# what cannot be read, and what an interrupted run holds
rm -rf Y
cp -r Good Y
mkdir -p Y/.run/keep
cp "Good/raw/$list" Y/.run/keep/20261119.kosdaq-1d.new
run kis-archive merge X Y
check 'OTHER has lists of an interrupted run: 75' 75 '' 'interrupted run'
rm -r Y/.run
if [ "$(id -u)" = 0 ]; then
	skip 'OTHER cannot be read' 'root can read everything'
else
	chmod 000 Y/raw/20261118
	run kis-archive merge X Y
	check 'OTHER cannot be read: 74' 74 '' 'nothing was merged'
	chmod 755 Y/raw/20261118
fi
rm -rf X
cp -r One X
merge X Two
run kis-archive merge X X
check 'an archive with itself: 64' 64 '' 'with itself'
rm -rf P Q
mkdir -p P/raw
run kis-archive merge P Good
check 'into an empty archive' 0 '8 lists added' ''
is 'it is the other then' "$(diff <(tree P) <(tree Good))" ''

# --- merges that are killed
kills=${KIS_TEST_KILLS:-8}
rm -rf W X
cp -r One W
merge W Two
cp -r One X
start=$EPOCHREALTIME
cp -r One Y2 && merge Y2 Two
span=$((${EPOCHREALTIME/./} - ${start/./}))
all=$(sums One Two) lost='' hit=0
for ((i = 0; i < kills; i++)); do
	if [ $((i % 4)) = 0 ]; then
		rm -rf X
		cp -r One X
	fi
	setsid kis-archive merge X Two >"$out" 2>"$err" &
	pid=$!
	pause=$((RANDOM * span / 32768))
	sleep "$((pause / 1000000)).$(printf %06d $((pause % 1000000)))"
	kill -9 -- -$pid 2>"$T/.kill-err" && hit=$((hit + 1))
	{ wait $pid; } 2>"$T/.kill-err"
	for _ in {1..50}; do
		pgrep -g $pid >"$T/.left" || break
		sleep 0.1
	done
	lost+=$(comm -23 <(sums One) <(sums X))
done
note "$hit of $kills merges were killed within $((span / 1000)) ms"
ok 'some were hit' [ "$hit" -gt 0 ]
is 'no list of ours was lost at any time' "$lost" ''
merge X Two
is 'the merge that ends gives the same tree' "$(diff <(tree W) <(tree X))" ''
is 'nothing is lost' "$(comm -23 <(echo "$all") <(sums X))" ''

# --- a file system that refuses hard links, locks, modes, syncs of directories
if ! command -v cc >"$out"; then
	skip 'poor file systems' 'no compiler'
elif grep -qa __asan_init "$(command -v kis-fetch)"; then
	skip 'poor file systems' 'the sanitizers come before any preloaded library'
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
	kis-token >token # the cache is elsewhere
	poor() { run env LD_PRELOAD="$PWD/poor.so" kis-archive "$@"; }
	poor nightly Poor --init --stale 0 -m kospi,kosdaq
	check 'nightly: keeps both lists' 0 'kosdaq-1d: 30 rows' 'locks do not work'
	is 'and warns once' "$(grep -c 'locks do not' "$err")" 1
	poor nightly Poor --stale 0 -m kospi,kosdaq --complete
	check 'complete lists take their place' 0 '30 of them already in the archive' .
	poor verify Poor
	check 'verify' 0 ' 0 faults' .
	poor merge Poor Good
	check 'merge' 0 'added' .
	poor derive Poor
	check 'derive' 0 '' .
	is 'nothing is missing' "$(find Poor/csv -name '*.csv' | wc -l | tr -d ' ')" 8
fi

# --- a backup that cannot be written
if mkdir ro && mount --bind Good ro 2>err && mount -o remount,ro,bind ro 2>>err; then
	run kis-archive verify ro
	check 'verify of a read-only archive' 0 ' 0 faults' ''
	run kis-archive verify ro --adopt
	check 'verify --adopt of a read-only archive: 73' 73 '' 'cannot write'
	run kis-archive gaps ro
	check 'gaps of a read-only archive' 0 '' ''
	umount ro
else
	skip 'a read-only archive' "nothing can be mounted here: $(cat err)"
fi
# --- compressed lists, by the line of scale.md
line=$(grep -o "find raw .*gzip.*" "$ROOT/pipelines/scale.md" | head -n 1)
rm -rf A
cp -r Good A
run kis-archive history A
tree=$(cd A && find csv xlsx -type f -exec sha256sum {} + | sort -k 2)
(cd A && touch -d '2 years ago' raw/2026111[78]/*.ndjson && kis-archive history . >/dev/null && eval "$line")
is 'the line of scale.md compresses the old lists' \
	"$(find A/raw -name '*.gz' | sort | xargs -n 1 dirname | sort -u | xargs -n 1 basename | xargs)" '20261117 20261118'
run kis-archive verify A
check 'verify reads compressed lists' 0 ' 0 faults$' ''
run kis-archive history A
check 'history does not read them again' 0 'nothing new$' ''
mv A/history.db known.db
run kis-archive history A
check 'history reads compressed lists' 0 ': 8 lists read' ''
is 'history: the same rows from compressed lists' \
	"$(sqlite3 A/history.db 'SELECT * FROM ranking ORDER BY 1, 2, 3, 6' | cksum)" \
	"$(sqlite3 known.db 'SELECT * FROM ranking ORDER BY 1, 2, 3, 6' | cksum)"
run kis-archive gaps A
check 'gaps knows compressed lists' 0 '' ''
run kis-archive derive A
check 'derive leaves what is made of compressed lists' 0 '' ''
is 'derive: CSV files and workbooks as before' \
	"$(cd A && find csv xlsx -type f -exec sha256sum {} + | sort -k 2)" "$tree"
rm -rf B
cp -r A B
rm B/raw/*/SHA256SUMS
run kis-archive verify B --adopt
run kis-archive verify B
check 'verify --adopt: compressed lists get the checksums of their contents' 0 ' 0 faults$' ''
rm -rf B
cp -r A B
gzip B/raw/20261120/*.ndjson
sim_start --today 20261120 --rollover 00:00 --rate 1000
run kis-archive nightly B --stale 0 -m kospi,kosdaq
check 'nightly knows a compressed list' 0 '0 new, 2 known' ''
run kis-archive verify B
check 'nightly: the archive is without fault after' 0 ' 0 faults$' ''
run kis-archive merge A Good
check 'merge rejects compressed lists and prints the remedy' 65 '' 'gunzip'
(cd A/raw/20261117 && gunzip kosdaq-1d.ndjson.gz && sed -i '7s/"acml_vol":"./"acml_vol":"9/' kosdaq-1d.ndjson && gzip kosdaq-1d.ndjson)
run kis-archive verify A
check 'verify names a compressed list that has changed' 65 \
	'20261117/kosdaq-1d.ndjson.gz: corrupt' ''
echo x >>A/raw/20261117/kospi-1d.ndjson.gz
head -c 200 A/raw/20261118/kospi-1d.ndjson.gz >cut
mv cut A/raw/20261118/kospi-1d.ndjson.gz
run kis-archive verify A
check 'verify names a compressed file that is cut' 65 '20261118/kospi-1d.ndjson.gz: ' ''
run kis-archive history A
check 'history skips it' 65 '*' '20261118/kospi-1d.ndjson.gz.* skipped$'

done_testing
