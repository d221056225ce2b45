#!/bin/bash
# kis-tocsv writes every value exactly and rejects invalid input.
. "$(dirname "$0")/lib.sh"
need "$PYTHON"

# Writes texts as JSON, unescaped and escaped. Python's csv module must read the
# same texts from the CSV.
cat >awkward.py <<'END'
import csv, io, json, subprocess, sys
texts = ["", "a,b", 'say "x"', '"', '""', "\r", "\n", "\r\n", "a\rb\nc",
    "\t", " ", " a ", "a\t", "x" * 40000, 'y"' * 20000, "😀", "한글", "한",
    "e\u0301", "\u2028", "\u2029", "\u0085", "\ufeff", "\x7f", "\x01",
    "\\", "\\n", "/", "'", "=1", "005930", "null", "\U0010ffff", "\uffff",
    ";", "|", "#", "a" * 7, "a" * 8, "a" * 9, "," * 8, "가" * 100]
wide = {"c%d" % i: t for i, t in enumerate(texts)}
records = [wide] + [{k: t for k in wide} for t in texts]
good = True
for ascii in (True, False):
    for options in ([], ["--quote", "all"], ["-t", ";"], ["-t", "\t"]):
        text = "".join(json.dumps(r, ensure_ascii=ascii) + "\n"
                       for r in records)
        p = subprocess.run(["kis-tocsv"] + options, input=text.encode(),
                           stdout=subprocess.PIPE)
        delimiter = options[1] if options[:1] == ["-t"] else ","
        rows = list(csv.reader(io.StringIO(p.stdout.decode(), newline=""),
                               delimiter=delimiter, strict=True))
        wanted = [list(wide)] + [[r[k] for k in wide] for r in records]
        if p.returncode != 0 or rows != wanted:
            good = False
            print("differs:", ascii, options, p.returncode)
sys.exit(not good)
END
ok "unusual texts: Python's csv module reads them unchanged" "$PYTHON" awkward.py

stdin=in
printf '%s\n' '{"a":1.10,"b":12345678901234567890,"c":true,"d":null,"e":-0.0}' \
	'{"a":[1.10, {"x" : 12345678901234567890}],"b":{},"c":false,"d":"","e":1E400}' >in
run kis-tocsv
is 'numbers, literals and nested values: written as in the input' "$(cat "$out")" \
	'a,b,c,d,e
1.10,12345678901234567890,true,,-0.0
"[1.10,{""x"":12345678901234567890}]",{},false,,1E400'
printf '%s\n' '{"a":["\u00e9\uac00\/\u0041\u0022\u000a"]}' >in
run kis-tocsv
is 'strings in nested values: only the escapes that JSON requires' "$(tail -n 1 "$out")" \
	'"[""é가/A\""\n""]"'
printf '%s\n' '{"c":"005930","d":"00680K","e":"0013E0"}' >in
run kis-tocsv
is 'stock codes: unchanged' "$(tail -n 1 "$out")" '005930,00680K,0013E0'

refused() { # arguments: name bytes message
	printf "$2" >in
	run kis-tocsv
	check "$1: exit status 65" 65 '' "$3"
}
refused 'invalid UTF-8' '{"a":"1"}\n{"a":"\xff"}\n' 'input:2: invalid UTF-8'
refused 'NUL byte' '{"a":"1"}\n{"a":"\0"}\n' ':2: NUL byte at column 7'
refused 'escaped NUL' '{"a":"\\u0000"}\n' ':1: NUL character \(\\u0000\) at column'
refused 'escaped NUL in a field name' '{"a\\u0000b":"1"}\n' ':1: NUL character \(\\u0000\) at column'
refused 'half a surrogate pair' '{"a":"\\ud800"}\n' ':1: invalid JSON at column 7: invalid escape'
refused 'duplicate field' '{"a":"1","a":"2"}\n' ':1: duplicate field in object, at column 10'
refused 'trailing data after a record' '{"a":"1"} {"a":"2"}\n' ':1: trailing data after the object, at column 11'
refused 'JSON array' '[{"a":"1"}]\n' ":1: input is a JSON array, .*jq -c '.\[\]'"
refused 'file without a final newline' '{"a":"1"}\n{"a":"2"}' ':2: last line has no newline'
refused 'byte order mark' '\xef\xbb\xbf{"a":"1"}\n' ':1: JSON must not start with a byte order mark'
refused 'API response on one line' '{"output":[{"a":"1"}],"rt_cd":"0","msg1":"x"}\n' \
	':1: .*kis-fetch --from-raw'
refused 'API response without a newline' '{"output":[{"a":"1"}],"rt_cd":"0","msg1":"x"}' \
	':1: .*kis-fetch --from-raw'
refused 'API error response' '{"rt_cd":"1","msg1":"x","msg_cd":"EGW00121"}\n' \
	':1: .*kis-fetch --from-raw'
refused 'API response on several lines' '{\n  "output": [\n  ],\n "rt_cd": "0"\n}\n' \
	':1: .*kis-fetch --from-raw'
refused 'other object on several lines' '{\n  "a": 1\n}\n' ':1: .*run: .*jq -c \.'
printf '%s\n' '{"a":"1"}' '{"output":[],"rt_cd":"0","msg1":"x"}' >in
run kis-tocsv --ignore-extra
check 'API response among records, --ignore-extra: exit status 65' 65 '' ':2: input is a response .*kis-fetch --from-raw'
yes '{"a":"1"}' | head -n 10000 >in
printf '{"\\u001b]0;x\\u0007":"1"}\n' >>in
run kis-tocsv
check 'field name with control characters after the lookahead: exit status 65' 65 '' ":10001: unexpected field '.x1B"
is 'field name with control characters: not printed' \
	"$(tr -d '\n[:print:]' <"$err" | wc -c)" 0
{
	printf '{"a":"'
	head -c $((16 << 20)) /dev/zero | tr '\0' x
	printf '"}\n'
} >in
run kis-tocsv
check 'line over 16 MiB: exit status 65' 65 '' ':1: line exceeds 16 MiB'
"$PYTHON" - >in <<'END'
import json
print(json.dumps({"k%d" % i: "" for i in range(16385)}))
END
run kis-tocsv
check '16,385 fields: exit status 65' 65 '' 'more than 16384 col'
run kis-tocsv -c k16384,k0
check '16,385 fields, -c with two: accepted' 0 '^k16384,k0$' ''
sed 's/, "k16384": ""//' in >most
run kis-tocsv most
is '16,384 fields: all are written' "$(head -n 1 "$out" | tr ',' '\n' | wc -l | tr -d ' ')" 16384
"$PYTHON" -c 'print("{\"a\":" + "[" * 64 + "]" * 64 + "}")' >in
run kis-tocsv
check '65 levels of nesting: exit status 65' 65 '' ':1: nesting exceeds 64 levels'

body=$RECORDED/official-short-sale.json
if [ -e "$body" ] && command -v jq >"$T/.jq"; then
	stdin=$body
	run kis-tocsv
	check 'recorded response, pretty-printed: exit status 65' 65 '' 'kis-fetch --from-raw'
	jq -c . "$body" >in
	stdin=in
	run kis-tocsv
	check 'recorded response on one line: exit status 65' 65 '' 'kis-fetch --from-raw'
	records_of "$body" 0000 1d 2024-04-01T18:00:00+09:00 >in
	run kis-tocsv
	# the records have no field "filter"; kis-tocsv writes an empty column
	# for it
	jq -c 'to_entries | .[:5] + [{key: "filter", value: ""}] + .[5:] |
		from_entries' in >whole
	jq -rn '[inputs] | .[0] | keys_unsorted | join(",")' whole >wanted
	jq -r '[.[]] | join(",")' whole >>wanted
	ok 'records of a recorded response: every value unchanged' cmp "$out" wanted
else
	skip 'recorded response' 'the recorded responses are not available'
fi
done_testing
