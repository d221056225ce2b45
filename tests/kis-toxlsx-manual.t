#!/bin/bash
# SYNOPSIS, options and examples of kis-toxlsx.1 agree with the program.
. "$(dirname "$0")/lib.sh"
need mandoc unzip
MAN=$ROOT/cmd/kis-toxlsx/kis-toxlsx.1

is 'manual: no mandoc warning' "$(mandoc -Tlint -Wwarning "$MAN" 2>&1)" ''
run kis-toxlsx -h
is 'manual: SYNOPSIS equals the usage' \
	"$(sed -n '1,/^$/p' "$out" | sed 's/^usage: //' | tr -s ' \n' ' ')" \
	"$(mandoc -Tascii "$MAN" | col -b | sed -n '/^SYNOPSIS/,/^DESC/p' |
		sed '1d;$d' | tr -s ' \t\n' ' ' | sed 's/^ //')"
mandoc -Tascii "$MAN" | col -b >page
for option in $(sed 1,3d "$out" | grep -o -e '--[a-z][a-z-]*' | sort -u); do
	ok "manual: describes $option" grep -Eq -e "^ +(-[a-zA-Z], )?$option" page
done

# run the examples with the simulated server
sim_start
kis-token -q >token 2>"$err"
chmod 600 token
kis-fetch -q --token-file token -o records.ndjson 2>"$err"
awk '/^\.Bd/ { on = 1; next } /^\.Ed/ { on = 0 } on { gsub(/\\e/, "\\"); print }' \
	"$MAN" >examples
is 'manual: four examples' "$(wc -l <examples | tr -d ' ')" 4
while IFS= read -r line; do
	rm -f ./*.xlsx
	run bash -o pipefail -c "$line"
	check "example in the manual succeeds: $line" 0 '' ''
	ok 'example in the manual: writes a valid ZIP file' unzip -tq ./*.xlsx
done <examples
done_testing
