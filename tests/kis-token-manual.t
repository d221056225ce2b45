#!/bin/bash
# The manuals kis-token.1 and kis-credentials.5 have no mandoc warnings, the
# SYNOPSIS equals the usage, and the examples run.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/token.sh"
need mandoc jq

page=$ROOT/cmd/kis-token/kis-token.1
for manual in "$page" "$ROOT/cmd/kis-credentials.5"; do
	run mandoc -Tlint -Wwarning "$manual"
	check "${manual##*/}: no mandoc warning" 0 '' ''
done
rendered() { mandoc -Tutf8 -Owidth=200 "$1" | col -bx; }
section() { # arguments: page name
	rendered "$1" | awk -v name="$2" '/^[A-Z]/ { on = $0 == name; next } on'
}
flat() { tr -s ' \n' '  ' | sed 's/^ //; s/ $//'; }
kis-token --help >help
is 'manual: SYNOPSIS equals the usage' "$(section "$page" SYNOPSIS | flat)" \
	"$(sed -n '/^$/q; s/^usage://; p' help | flat)"
for option in $(grep -o -e '--[a-z]*' help | sort -u); do
	ok "manual: describes $option" grep -Eq "^\.(It )?Fl .*-${option#--}( |\$)" "$page"
done
is 'manual: has every exit status of --help' "$(
	for code in $(grep -A 9 '^Exit status' help | grep -o '[0-9][0-9]*' |
		grep -v '^1$'); do
		section "$page" 'EXIT STATUS' | grep -q "^ *$code " ||
			echo "$code"
	done)" ''

# --- the examples run in the order of the manual, each in its own shell
sim_start --with-token --minute 0
appkey=$KIS_APPKEY appsecret=$KIS_APPSECRET
unset KIS_APPKEY KIS_APPSECRET
export appkey appsecret
section "$page" EXAMPLES | awk '
	/^           [^ ]/ { sub(/^ +/, ""); print }' >examples
ok 'manual: at least eight examples' [ "$(wc -l <examples)" -ge 8 ]
printf '%s\n%s\n' "$appkey" "$appsecret" >keys
while IFS= read -r example; do
	# back-date the cache, so that a token may be requested again
	# immediately
	[ ! -e "$(KIS_APPKEY=$appkey cache_file)" ] || {
		was=$(KIS_APPKEY=$appkey cached_token)
		KIS_APPKEY=$appkey write_cache "$was" 80000
	}
	stdin=keys run sh -c "$example"
	check "example in the manual succeeds: $example" 0
done <examples
ok 'example in the manual: kosdaq.csv has 31 lines' [ "$(wc -l <kosdaq.csv)" = 31 ]

# --- the credentials files in kis-credentials(5) are valid
awk '/^\.Bd/ { n++; on = 1; next } /^\.Ed/ { on = 0 }
	on { print >("block" n) }' "$ROOT/cmd/kis-credentials.5"
mkdir -p bin
printf '#!/bin/sh\necho secret-of-$1\n' >bin/pass
chmod +x bin/pass
for n in 1 3; do
	KIS_APPKEY='' KIS_APPSECRET='' write_credentials "$(cat "block$n")"
	cp "$credentials" profiles
	for name in $(jq -r keys[] profiles); do
		KIS_APPKEY=$(jq -r ".\"$name\".appkey" profiles) write_cache \
			"token-of-$name" 7200
		PATH=$PWD/bin:$PATH run kis-token -p "$name"
		check "kis-credentials(5): profile $name of the example is valid" 0 "^token-of-$name\$" ''
	done
done
done_testing
