#!/bin/bash
# kis-tocsv converts long input in constant memory and writes every row. If a
# line is invalid, the output has only complete rows. GNU parallel can split the
# input between several processes.
. "$(dirname "$0")/lib.sh"

# the input has 60,000 records, which give about 4 MiB of CSV
awk 'BEGIN { for (i = 0; i < 60000; i++)
	printf "{\"n\":\"%d\",\"name\":\"삼성전자 %d\",\"text\":\"%s\"}\n", i, i,
		i % 7 ? "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" : "b, \\\"c\\\"" }' >long
awk 'BEGIN { print "n,name,text"; for (i = 0; i < 60000; i++)
	printf "%d,삼성전자 %d,%s\n", i, i,
		i % 7 ? "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" : "\"b, \"\"c\"\"\"" }' >wanted
run kis-tocsv long
check '60,000 records: exit status 0' 0 '*' ''
ok '60,000 records: every row' cmp "$out" wanted
cat long | kis-tocsv | cat >piped
is '60,000 records through pipes: all exit statuses 0' "${PIPESTATUS[*]}" '0 0 0'
ok '60,000 records through pipes: every row' cmp piped wanted
run kis-tocsv -o file long
ok '60,000 records, -o: every row' cmp file wanted
run kis-tocsv --encoding cp949 long
iconv -f CP949 -t UTF-8 "$out" >back
ok '60,000 records, --encoding cp949: every row' cmp back wanted

# kis-tocsv needs several reads for each of the longest lines, and the first of
# these reads also contains other lines
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
check 'lines of up to 5 MB among others: exit status 0' 0 '*' ''
ok 'lines of up to 5 MB among others: every byte' cmp "$out" wide-all
cat wide | kis-tocsv | cat >piped
ok 'lines of up to 5 MB among others, through pipes: every byte' cmp piped wide-all
(head -n 70000 wide; printf '{"a":"'; head -c 17000000 /dev/zero | tr '\0' w; echo '"}') >wider
run kis-tocsv -o gone wider
check 'line over 16 MiB: exit status 65' 65 '' 'wider:70001: line exceeds 16 MiB'

# an invalid line is reported immediately, even if the pipe stays open without
# data
(cat long; echo '{'; exec sleep 30) | (
	SECONDS=0
	kis-tocsv >"$out" 2>"$err"
	echo $? $((SECONDS < 15)) >code
	pkill -P $$ -x sleep
)
is 'invalid line in a pipe that stays open: exit status 65 at once' "$(cat code)" '65 1'
ok 'invalid line in a pipe that stays open: all rows before it are printed' cmp "$out" wanted

# The first MiB of output is buffered. If the input has an invalid line before
# the buffer is full, there is no output. If an invalid line follows later, the
# output ends with a complete row.
head -n 10000 long >early
echo '{"n":}' >>early
run kis-tocsv early
check 'invalid line within the first MiB of output: exit status 65, no output' 65 '' 'early:10001: '
# the buffer is flushed when its rows exceed 1 MiB, not as soon as the next row
# might not fit
(head -n 13200 long
awk 'BEGIN { printf "{\"n\":\"\",\"name\":\""; for (i = 0; i < 150000; i++)
	printf "bb"; print "\",\"text\":\"\"}" }'
echo '{"n":}') >brim
head -n 13201 brim >brim-whole
run kis-tocsv brim-whole
ok 'output of less than 1 MiB' test "$(wc -c <"$out")" -lt 1048576
ok 'output of more than 1,000,000 bytes' test "$(wc -c <"$out")" -gt 1000000
run kis-tocsv brim
check 'invalid line just below 1 MiB of output: exit status 65, no output' 65 '' 'brim:13202: '
(cat long; echo '{"n":"x","name":"y"') >late
run kis-tocsv late
check 'invalid line after 60,000 records: exit status 65' 65 '*' 'late:60001: '
ok 'invalid line after 60,000 records: all rows before it are printed' cmp "$out" wanted
(head -n 50000 long; echo '{"n":"x","more":"y"}'; cat long) >late
run kis-tocsv late
check 'new field after the lookahead: exit status 65' 65 '*' "late:50001: unexpected field 'more'"
head -n 50001 wanted >part
ok 'new field after the lookahead: all rows before it are printed' cmp "$out" part
echo '{"n":' >>late
run kis-tocsv -o gone late
check 'invalid line after 110,001 records, -o: exit status 65' 65 '' 'late:110002'
is 'invalid line after 110,001 records, -o: no file is created' "$(echo gone*)" 'gone*'

run kis-tocsv long nowhere
check 'missing second file: exit status 66 before the first row' 66 '' "'nowhere'"

# SIGPIPE ends kis-tocsv if the program that reads its output exits
kis-tocsv long 2>"$err" | head -n 1 >first
is 'reader of the pipe exits: ended by SIGPIPE' "${PIPESTATUS[0]} $(cat first)" '141 n,name,text'

if command -v parallel >"$T/.parallel"; then
	kis-tocsv --allow-empty -c n,name,text </dev/null >pieces
	parallel --pipe-part --block 1M --keep-order -a long \
		kis-tocsv --header none >>pieces 2>"$err"
	ok 'GNU parallel, parts of a file: the same rows' cmp pieces wanted
else
	skip 'GNU parallel, parts of a file: the same rows' 'GNU parallel is not installed'
fi
if [ -x /usr/bin/time ] && ! nm "$(command -v kis-tocsv)" 2>"$err" |
	grep -q __asan_init; then
	peak() {
		rm -f peak.csv
		/usr/bin/time -f %M -o peak kis-tocsv -o "$T/peak.csv" "$@"
		tail -n 1 peak
	}
	small=$(peak long)
	big=$(peak long long long long long long)
	ok 'memory: does not grow with the input' \
		test "$big" -le $((small + 1024))
	ok 'memory: at most 4 MiB' test "$big" -le 4096
	is 'memory: the output is complete' "$(wc -l <peak.csv | tr -d ' ')" \
		$((6 * $(wc -l <long) + 1))
else
	skip 'memory: does not grow with the input' 'no time(1), or a build with sanitizers'
fi
done_testing
