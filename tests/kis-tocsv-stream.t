#!/bin/bash
# kis-tocsv: long input: in constant memory, in pieces, and when it fails
# late.
. "$(dirname "$0")/lib.sh"

# 60000 records, some 4 MiB of CSV
awk 'BEGIN { for (i = 0; i < 60000; i++)
	printf "{\"n\":\"%d\",\"name\":\"삼성전자 %d\",\"text\":\"%s\"}\n", i, i,
		i % 7 ? "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" : "b, \\\"c\\\"" }' >long
awk 'BEGIN { print "n,name,text"; for (i = 0; i < 60000; i++)
	printf "%d,삼성전자 %d,%s\n", i, i,
		i % 7 ? "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" : "\"b, \"\"c\"\"\"" }' >wanted
run kis-tocsv long
check 'a long file' 0 '*' ''
ok 'every row of it' cmp "$out" wanted
cat long | kis-tocsv | cat >piped
is 'through pipes' "${PIPESTATUS[*]}" '0 0 0'
ok 'the same' cmp piped wanted
run kis-tocsv -o file long
ok 'the same by -o' cmp file wanted
run kis-tocsv --encoding cp949 long
iconv -f CP949 -t UTF-8 "$out" >back
ok 'the same through cp949' cmp back wanted

# lines longer than what is read at once, behind input that is read ahead
: >wide
: >wide-wanted
for size in 32000 33000 500000 530000 1100000 5000000; do
	word=$(head -c $size /dev/zero | tr '\0' w)
	(cat long; printf '{"n":"w","name":"%s","text":""}\n' "$word") >>wide
	(tail -n +2 wanted; printf 'w,%s,\n' "$word") >>wide-wanted
done
cat long >>wide
(head -n 1 wanted; cat wide-wanted; tail -n +2 wanted) >wide-all
run kis-tocsv wide
check 'wide lines among many' 0 '*' ''
ok 'every byte of them' cmp "$out" wide-all
cat wide | kis-tocsv | cat >piped
ok 'through pipes too' cmp piped wide-all
(head -n 70000 wide; printf '{"a":"'; head -c 17000000 /dev/zero | tr '\0' w; echo '"}') >wider
run kis-tocsv -o gone wider
check 'a line that is too wide' 65 '' 'wider:70001: line exceeds 16 MiB'

# a failure does not wait for what a silent pipe may bring
(cat long; echo '{'; exec sleep 30) | (
	SECONDS=0
	kis-tocsv >"$out" 2>"$err"
	echo $? $((SECONDS < 15)) >code
	pkill -P $$ -x sleep
)
is 'a failure while a pipe is silent ends at once' "$(cat code)" '65 1'
ok 'with all rows before it' cmp "$out" wanted

# the first MiB is held back; later failures leave whole rows
head -n 10000 long >early
echo '{"n":}' >>early
run kis-tocsv early
check 'an early failure leaves nothing' 65 '' 'early:10001: '
# what a record may need at most does not count, only what it is
(head -n 13200 long
awk 'BEGIN { printf "{\"n\":\"\",\"name\":\""; for (i = 0; i < 150000; i++)
	printf "bb"; print "\",\"text\":\"\"}" }'
echo '{"n":}') >brim
head -n 13201 brim >brim-whole
run kis-tocsv brim-whole
ok 'just below a MiB' test "$(wc -c <"$out")" -lt 1048576
ok 'with less than its last row to go' test "$(wc -c <"$out")" -gt 1000000
run kis-tocsv brim
check 'a failure just below a MiB leaves nothing' 65 '' 'brim:13202: '
(cat long; echo '{"n":"x","name":"y"') >late
run kis-tocsv late
check 'a late failure' 65 '*' 'late:60001: '
ok 'leaves all whole rows before it' cmp "$out" wanted
(head -n 50000 long; echo '{"n":"x","more":"y"}'; cat long) >late
run kis-tocsv late
check 'a late field without a column' 65 '*' "late:50001: unexpected field 'more'"
head -n 50001 wanted >part
ok 'leaves the rows before it' cmp "$out" part
echo '{"n":' >>late
run kis-tocsv -o gone late
check 'a late failure with -o' 65 '' 'late:110002'
is 'leaves no file' "$(echo gone*)" 'gone*'

run kis-tocsv long nowhere
check 'a missing file is told before the first row' 66 '' "'nowhere'"

# a reader that goes away ends it as any filter
kis-tocsv long 2>"$err" | head -n 1 >first
is 'a reader that goes away' "${PIPESTATUS[0]} $(cat first)" '141 n,name,text'

if command -v parallel >"$T/.parallel"; then
	kis-tocsv --allow-empty -c n,name,text </dev/null >pieces
	parallel --pipe-part --block 1M --keep-order -a long \
		kis-tocsv --header none >>pieces 2>"$err"
	ok 'pieces in parallel give the same' cmp pieces wanted
else
	skip 'pieces in parallel' 'GNU parallel is not installed'
fi
if [ -x /usr/bin/time ] && ! nm "$(command -v kis-tocsv)" 2>"$err" |
	grep -q __asan_init; then
	peak() {
		/usr/bin/time -f %M -o peak kis-tocsv -o "$T/peak.csv" "$@"
		tail -n 1 peak
	}
	small=$(peak long)
	big=$(peak long long long long long long)
	ok 'memory does not grow with the input' \
		test "$big" -le $((small + 1024))
	ok 'and is at most 4 MiB' test "$big" -le 4096
else
	skip 'memory' 'no time(1), or a build with sanitizers'
fi
done_testing
