#!/bin/sh
# Prints the line coverage of each file of lib and cmd, the line numbers that
# were never reached, and the total. Requires a coverage build whose tests have
# run.
#
#	cov.sh BUILD      BUILD is the directory of the coverage build,
#	                  build/cov; run in the root of the sources
set -eu
build=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/kis-cov.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
for source in lib/*.c cmd/*/*.c; do
	gcov -t "$build/obj/${source%.c}.gcda" 2>>"$work/complaints" |
		awk -v wanted="$source" -F: '
		$3 == "Source" || $2 ~ /^ *0$/ && $3 == "Source" { mine = $4 == wanted }
		mine' >"$work/$(echo "$source" | tr / _)"
	awk -v source="$source" -F: '
		{ gsub(/ /, "", $1); gsub(/ /, "", $2) }
		$2 == 0 || $1 == "-" { next }
		{ lines++ }
		$1 ~ /^(#####|=====)/ { missed[++n] = $2 }
		END {
			printf "%s %d %d", source, lines, lines - n
			for (i = 1; i <= n; i++) printf " %s", missed[i]
			printf "\n"
		}' "$work/$(echo "$source" | tr / _)" >>"$work/all"
done
awk '
!$2 { # no lines: the build omits this variant of deflate
	printf "%8s  %s\n", "-", $1
	next
}
{
	printf "%6.1f %%  %s", 100 * $3 / $2, $1
	for (i = 4; i <= NF; i++) printf "%s%s", i == 4 ? "  not " : " ", $i
	printf "\n"
	lines += $2; reached += $3
}
END {
	printf "%6.1f %%  of %d lines of lib and cmd\n", \
		100 * reached / lines, lines
}' "$work/all"
