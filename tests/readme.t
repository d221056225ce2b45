#!/bin/bash
# README: its commands run as they are printed, its links lead somewhere, and
# the Korean one says the same under the same headings.
. "$(dirname "$0")/lib.sh"
EN=$ROOT/README.md KO=$ROOT/README.ko.md

# what must be equal in both, each line with the number of its heading
commands() { # lines that a person would type, without their comments
	awk '/^#/ { n++ } /^    (make|sudo|kis-|export|until |PATH=|build\/|pipelines\/|cmd\/|lib |tests |pipelines )/ {
		sub(/^ +/, ""); if (/^(cmd|lib|tests|pipelines) / || /^cmd\//) $0 = $1
		sub(/ +#.*/, ""); print n, $0 }' "$1"
}
codes() { # `inline code`, and what stands first in a row of a table
	awk '/^#/ { n++ } /^    / { next }
		/^\| [0-9]/ { split($0, cell, "|"); print n, cell[2] }
		/^\| (lib[a-qs-z]|jan|min|zlib|ISA)/ { split($0, cell, "|"); print n, cell[2] }
		{ line = line " " $0 }
		/^$/ { while (match(line, /`[^`]+`/)) {
			print n, substr(line, RSTART, RLENGTH)
			line = substr(line, RSTART + RLENGTH) }
			line = "" }' "$1" | sort
}
links() { grep -oE '\]\([^)]+\)' "$1" | grep -v 'README' | sort -u; }
is 'README.ko.md: as many headings, of the same levels' \
	"$(grep -oE '^#+' "$KO")" "$(grep -oE '^#+' "$EN")"
is 'README.ko.md: the same commands' "$(commands "$KO")" "$(commands "$EN")"
is 'README.ko.md: the same words of code' "$(diff <(codes "$EN") <(codes "$KO"))" ''
is 'README.ko.md: the same links' "$(links "$KO")" "$(links "$EN")"
is 'README.ko.md: as many points' "$(grep -c '^- ' "$KO")" "$(grep -c '^- ' "$EN")"
is 'README.ko.md: polite throughout' \
	"$(grep -nE '(한|된|이|있|없|같|않는)다\.( |$)' "$KO")" ''
for file in "$EN" "$KO"; do
	while IFS= read -r link; do
		ok "${file##*/}: $link is there" test -e "$ROOT/$link"
	done < <(grep -oE '\]\([^):]+\)' "$file" | sed 's/^](//; s/)$//' | sort -u)
done
ok 'the picture is small' test "$(wc -c <"$ROOT/cmd/package/picture.png")" -lt 300000

# the two commands stand first
is 'the first two commands' "$(commands "$EN" | head -n 2 | cut -d' ' -f2-)" \
	"$(printf 'make demo\nmake test')"

# What it says of targets and pipes, typed. make demo, test and install have
# tests of their own.
# The simulated server as it says.
ln -s "$(dirname "$BIN")" build
ln -s "$ROOT/pipelines" pipelines
PATH=$ROOT/pipelines:$PATH
start=$(commands "$EN" | cut -d' ' -f2- | grep '^build/bin/kis-sim')
eval "$start" 2>"$err"
sim_pid=$!
for _ in {1..400}; do [ -e sim/env ] && break; sleep 0.05; done
ok 'it is ready within seconds' test -e sim/env || exit 1
eval "$(commands "$EN" | cut -d' ' -f2- | grep '^until ')"
like 'its settings are this shell'"'s" "$KIS_BASE_URL" '^https://127.0.0.1:[0-9]{4,}'
while IFS= read -r line; do
	case $line in
	'kis-token --setup') continue ;; # a terminal's; see first-run.t
	esac
	shown=''
	[[ $line != kis-archive* ]] || shown='^kosdaq-1d: 30 rows for '
	run bash -o pipefail -c "$line"
	check "runs: $line" 0 "$shown" ''
done < <(commands "$EN" | cut -d' ' -f2- | grep -E '^(kis-|pipelines/)')
ok 'and there is a workbook, CSV and records' test -s r.xlsx -a -s r.csv -a -s raw.ndjson
ok 'also of an archive' test -s kosdaq.xlsx
while IFS= read -r target; do
	# as from a user's shell: what this build was chosen by is handed down
	ok "make $target is known" env -u SAN -u COV -u NO_ISAL \
		make -n -C "$ROOT" "$target"
done < <(grep -oE '`make [a-z-]+' "$EN" | cut -d' ' -f2 | sort -u)
done_testing
