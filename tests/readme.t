#!/bin/bash
# README: its commands run as they are printed, from top to bottom in one shell, its
# links lead somewhere, and the Korean one has the same commands, options and exit
# statuses. It is written for its own readers: headings and sentences differ.
. "$(dirname "$0")/lib.sh"
EN=$ROOT/README.md KO=$ROOT/README.ko.md

commands() { # lines that a person would type, without their comments
	awk '/^    (make|sudo|kis-|until |kill |PATH=|build\/)/ {
		sub(/^ +/, ""); sub(/ +#.*/, ""); print }' "$1"
}
options() { # long options and variables
	grep -oE -e '--[a-z][a-z-]+|KIS_[A-Z]+|HTTPS_PROXY' "$1" | sort -u
}
statuses() { sed -n 's/^| \([0-9][0-9, ]*\) |.*/\1/p' "$1"; }
is 'README.ko.md: the same commands' "$(commands "$KO")" "$(commands "$EN")"
is 'README.ko.md: every option of README.md' \
	"$(comm -23 <(options "$EN") <(options "$KO"))" ''
is 'README.ko.md: the same exit statuses' "$(statuses "$KO")" "$(statuses "$EN")"
is 'README.ko.md: polite throughout' \
	"$(grep -nE '(한|된|이|있|없|같|않는)다\.( |$)' "$KO")" ''
for file in "$EN" "$KO"; do
	while IFS= read -r link; do
		ok "${file##*/}: $link is there" test -e "$ROOT/$link"
	done < <(grep -oE '\]\([^):]+\)' "$file" | sed 's/^](//; s/)$//' | sort -u)
done
ok 'the picture is small' test "$(wc -c <"$ROOT/cmd/package/picture.png")" -lt 300000

is 'README.md: the first two commands' "$(commands "$EN" | head -n 2)" \
	"$(printf 'make demo\nmake test')"

# From top to bottom in one shell, but for what has a test of its own: make demo,
# test, install and --setup.
ln -s "$(dirname "$BIN")" build
ln -s "$ROOT/pipelines" pipelines
commands "$EN" | grep -vE '^(make|sudo)|--setup$' >script
is 'README.md: commands to type' "$(grep -c . script)" 9
{
	echo 'set -o pipefail'
	sed 's/.*[^&]$/& || { echo "failed: $_ ($?)" >\&2; exit 1; }/' script
	echo 'echo "url: ${KIS_BASE_URL-none}"'
} >typed
run env PATH=/usr/local/bin:/usr/bin:/bin bash typed
check 'README.md, typed from top to bottom: every line works' 0 '^kosdaq-1d: 30 rows' '*'
like 'README.md: the shell is back from the simulated server' "$(cat "$out")" '^url: none$'
for file in r.xlsx r.csv 005930.xlsx report.xlsx; do
	ok "README.md: $file is written" test -s "$file"
done
while IFS= read -r target; do
	# as from a user's shell: what this build was chosen by is handed down
	ok "make $target is known" env -u SAN -u COV -u NO_ISAL \
		make -n -C "$ROOT" "$target"
done < <(grep -oE '`make [a-z-]+' "$EN" | cut -d' ' -f2 | sort -u)
done_testing
