#!/bin/bash
# kis-tocsv: the last of a range, the first of the next, and what is not there.
. "$(dirname "$0")/lib.sh"

printf '%s\n' '{"a":"\ud800\udfff","b":"\udbff\udc00"}' >in
run kis-tocsv in
check 'the last low and the last high surrogate' 0 '*' ''
printf 'a,b\n\360\220\217\277,\364\217\260\200\n' >wanted
ok 'mean these characters' cmp "$out" wanted
for bad in '\udfff' '\udc00' '\ud800' '\udbff\ue000' '\ud800\udbff'; do
	printf '%s\n' "{\"a\":\"$bad\"}" >in
	run kis-tocsv in
	check "half a pair is refused: $bad" 65 '' '^kis-tocsv: in:1: '
	# lines like the one before are read another way, two at a time
	printf '{"a":"%s"}\n' x y z "$bad" z >in
	run kis-tocsv in
	check "and in a later line: $bad" 65 '' '^kis-tocsv: in:4: '
done

# the same shape again is read another way than a first line: both lack b
printf '%s\n' '{"a":"1","b":"2","c":"3"}' '{"a":"4","c":"5"}' \
	'{"a":"6","c":"7"}' '{"c":"8"}' '{"b":"9"}' >in
run kis-tocsv in
check 'members that are not there' 0 '*' ''
is 'are empty cells' "$(tr '\n' ' ' <"$out")" 'a,b,c 1,2,3 4,,5 6,,7 ,,8 ,9, '

# descriptors that somebody made non-blocking are waited for
cat >unblocked.pl <<'PL'
use Fcntl;
for (*STDIN, *STDOUT) { fcntl($_, F_SETFL, O_NONBLOCK | fcntl($_, F_GETFL, 0)); }
exec @ARGV;
PL
yes '{"a":"1","b":"2"}' | head -n 300000 >long
(sleep 0.3; cat long) | perl unblocked.pl kis-tocsv 2>"$err" |
	(sleep 0.6; cat) >"$out"
is 'non-blocking pipes: all is read and written' \
	"${PIPESTATUS[*]} $(wc -l <"$out") $(cat "$err")" '0 0 0 300001 '
done_testing
