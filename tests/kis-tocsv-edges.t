#!/bin/bash
# kis-tocsv handles surrogate pairs at the limits of their range, missing
# fields, and pipes in non-blocking mode.
. "$(dirname "$0")/lib.sh"

printf '%s\n' '{"a":"\ud800\udfff","b":"\udbff\udc00"}' >in
run kis-tocsv in
check 'first and last surrogate pairs: exit status 0' 0 '*' ''
printf 'a,b\n\360\220\217\277,\364\217\260\200\n' >wanted
ok 'first and last surrogate pairs: decoded correctly' cmp "$out" wanted
for bad in '\udfff' '\udc00' '\ud800' '\udbff\ue000' '\ud800\udbff'; do
	printf '%s\n' "{\"a\":\"$bad\"}" >in
	run kis-tocsv in
	check "half a surrogate pair $bad: exit status 65" 65 '' '^kis-tocsv: in:1: '
	# kis-tocsv uses a separate code path for a record with the same fields
	# as the previous record, so test that code path too
	printf '{"a":"%s"}\n' x y z "$bad" z >in
	run kis-tocsv in
	check "half a surrogate pair $bad in a later line: exit status 65" 65 '' '^kis-tocsv: in:4: '
done

# two successive records lack the field "b", because kis-tocsv uses a separate
# code path for a record with the same fields as the previous record
printf '%s\n' '{"a":"1","b":"2","c":"3"}' '{"a":"4","c":"5"}' \
	'{"a":"6","c":"7"}' '{"c":"8"}' '{"b":"9"}' >in
run kis-tocsv in
check 'missing fields: exit status 0' 0 '*' ''
is 'missing fields: empty cells' "$(tr '\n' ' ' <"$out")" 'a,b,c 1,2,3 4,,5 6,,7 ,,8 ,9, '

# kis-tocsv waits for pipes in non-blocking mode
cat >unblocked.pl <<'PL'
use Fcntl;
for (*STDIN, *STDOUT) { fcntl($_, F_SETFL, O_NONBLOCK | fcntl($_, F_GETFL, 0)); }
exec @ARGV;
PL
yes '{"a":"1","b":"2"}' | head -n 300000 >long
(sleep 0.3; cat long) | perl unblocked.pl kis-tocsv 2>"$err" |
	(sleep 0.6; cat) >"$out"
is 'non-blocking pipes: all records are converted' \
	"${PIPESTATUS[*]} $(wc -l <"$out") $(cat "$err")" '0 0 0 300001 '
done_testing
