#!/bin/bash
# The commands of README.md run as printed, from top to bottom in one shell, and
# its links exist. README.ko.md has the same commands, options and exit
# statuses. Headings and sentences of the two pages may differ.
. "$(dirname "$0")/lib.sh"
EN=$ROOT/README.md KO=$ROOT/README.ko.md

commands() { # prints the commands of a page, without comments
	awk '/^    (make|sudo|sim=|kis-|until |kill |unset |PATH=|build\/)/ {
		sub(/^ +/, ""); sub(/ +#.*/, ""); print }' "$1"
}
options() { # prints long options and variables of a page
	grep -oE -e '--[a-z][a-z-]+|KIS_[A-Z]+|HTTPS_PROXY' "$1" | sort -u
}
statuses() { sed -n 's/^| \([0-9][0-9, ]*\) |.*/\1/p' "$1"; }
is 'README.ko.md: the same commands as README.md' "$(commands "$KO")" "$(commands "$EN")"
is 'README.ko.md: every option of README.md' \
	"$(comm -23 <(options "$EN") <(options "$KO"))" ''
is 'README.ko.md: the same exit statuses as README.md' "$(statuses "$KO")" "$(statuses "$EN")"
is 'README.ko.md: polite sentence endings only' \
	"$(grep -nE '(한|된|이|있|없|같|않는)다\.( |$)' "$KO")" ''
for file in "$EN" "$KO"; do
	while IFS= read -r link; do
		ok "${file##*/}: link $link exists" test -e "$ROOT/$link"
	done < <(grep -oE '\]\([^):]+\)' "$file" | sed 's/^](//; s/)$//' | sort -u)
done
ok 'picture in README.md: less than 300,000 bytes' test "$(wc -c <"$ROOT/cmd/package/picture.png")" -lt 300000

is 'README.md: make demo and make test are the first commands' "$(commands "$EN" | head -n 2)" \
	"$(printf 'make demo\nmake test')"

# Run all commands in one shell, except make demo, test, install and --setup,
# which have their own tests.
ln -s "$(dirname "$BIN")" build
ln -s "$ROOT/pipelines" pipelines
commands "$EN" | grep -vE '^(make|sudo)|--setup$' >script
is 'README.md: ten commands to run' "$(grep -c . script)" 10
{
	echo 'set -o pipefail'
	sed 's/.*[^&]$/& || { echo "failed: $_ ($?)" >\&2; exit 1; }/' script
	echo 'echo "url: ${KIS_BASE_URL-none}"'
} >typed
run env PATH=/usr/local/bin:/usr/bin:/bin bash typed
check 'README.md, commands from top to bottom: every one succeeds' 0 '^kosdaq-1d: 30 rows' '*'
like 'README.md, commands from top to bottom: the last shell has no KIS_BASE_URL' "$(cat "$out")" '^url: none$'
for file in r.xlsx r.csv 005930.xlsx report.xlsx; do
	ok "README.md, commands: write $file" test -s "$file"
done
while IFS= read -r target; do
	# unset the variables of this build, because a user's shell does not
	# have them
	ok "README.md: make $target exists" env -u SAN -u COV -u NO_ISAL \
		make -n -C "$ROOT" "$target"
done < <(grep -oE '`make [a-z-]+' "$EN" | cut -d' ' -f2 | sort -u)
done_testing
