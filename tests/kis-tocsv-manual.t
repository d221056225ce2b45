#!/bin/bash
# The manual kis-tocsv.1 describes every option and exit status, and its
# examples run.
. "$(dirname "$0")/lib.sh"
need mandoc jq
MAN=$ROOT/cmd/kis-tocsv/kis-tocsv.1

run mandoc -Tlint -Wwarning "$MAN"
check 'manual: no mandoc warning' 0 '' ''
mandoc -Tutf8 -Owidth=200 "$MAN" | col -bx >page
section() { awk -v name="$1" '/^[A-Z]/ { on = $0 == name; next } on' page; }
flat() { tr -s ' \n' '  ' | sed 's/^ //; s/ $//'; }
kis-tocsv --help >help
is 'manual: SYNOPSIS equals the usage' "$(section SYNOPSIS | flat)" \
	"$(sed -n '/^$/q; s/^usage://; p' help | flat)"
for option in $(grep -o -e '--[a-z][a-z-]*' help | sort -u); do
	ok "manual: describes $option" \
		grep -Eq "^\.It Fl (. , )?-${option#--}( |\$)" "$MAN"
done
for code in $(sed -n '/^Exit status/,$p' help | grep -o '\<[0-9][0-9]*\>' |
	grep -v '^1$'); do
	ok "manual: describes exit status $code" eval "section 'EXIT STATUS' | grep -q '^ *$code '"
done

# run the examples with the simulated server
sim_start
kis-token -q >token 2>"$err"
chmod 600 token
kis-fetch -q --token-file token -o records.ndjson 2>"$err"
section EXAMPLES | sed -n 's/^           \([^ ]\)/\1/p' >examples
is 'manual: six examples' "$(wc -l <examples | tr -d ' ')" 6
n=0
while IFS= read -r example; do
	n=$((n + 1))
	case $example in
	parallel*)
		if ! command -v parallel >"$T/.parallel"; then
			skip "example in the manual succeeds: $example" 'GNU parallel is not installed'
			continue
		fi
		;;
	esac
	run bash -o pipefail -c "$example"
	check "example in the manual succeeds: $example" 0
	if [ -s "$out" ]; then cp "$out" "shown$n"; fi
done <examples
is 'example for Excel: kosdaq.csv starts with a byte order mark' "$(head -c 3 kosdaq.csv | od -An -tx1)" \
	' ef bb bf'
is 'example for Excel: kosdaq.csv has 31 lines' "$(wc -l <kosdaq.csv | tr -d ' ')" 31
is 'example with -t \t: three columns separated by tabs' "$(head -n 1 shown3)" \
	$'종목명\t공매도거래량\t공매도거래량비중'
is 'example with other names: header is name,short' "$(head -n 1 shown4)" 'name,short'
if [ -s all.csv ] && [ "$(wc -l <all.csv)" -gt 1 ]; then
	kis-tocsv -o wanted records.ndjson
	ok 'example with parallel: the same rows as in one run' cmp all.csv wanted
fi
done_testing
