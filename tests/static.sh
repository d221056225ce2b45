#!/bin/bash
# Runs static analyzers on the sources: gcc -fanalyzer, clang-tidy with clang's
# analyzer, cppcheck, and -Wconversion for the code that parses external data.
# Run in the root of the sources with the compiler's options as arguments. Exits
# with 1 if an analyzer reports a problem or is not installed.
#
# Disabled checks are explained in .clang-tidy and in comments here; the sources
# contain no suppressions.
set -uo pipefail
options=("$@")
printed=$(mktemp "${TMPDIR:-/tmp}/kis-static.XXXXXX") || exit 1
trap 'rm -f "$printed"' EXIT
trap 'exit 1' HUP INT TERM
sources=(lib/*.c cmd/*/*.c)
bad=0

report_result() { # reports the result in the file $printed
	if [ -s "$printed" ]; then
		cat "$printed"
		echo "$1: not clean"
		bad=1
	else
		echo "$1: clean, ${#sources[@]} files"
	fi
}

need() {
	command -v "$1" >/dev/null && return 0
	echo "$1 is not installed"
	bad=1
	return 1
}

# Runs a command on each source, in parallel on all processors, and prints the
# output of each run in one piece. {} in the command is replaced with the
# source.
each() { # arguments: source… -- command…
	local list=()
	while [ "$1" != -- ]; do
		list+=("$1")
		shift
	done
	shift
	# shellcheck disable=SC2016 # the inner shell expands it
	printf '%s\n' "${list[@]}" | xargs -P "$(nproc)" -I '{}' sh -c '
		printed=$("$@" 2>&1)
		[ -z "$printed" ] || printf "%s\n" "$printed"' sh "$@"
}

# gcc's analyzer reports a false leak of the handle of iconv_open(), which is
# stored as void * in a struct. Only charset.c is checked without that warning.
if need gcc; then
	gcc=(gcc "${options[@]}" -O2 -c -o /dev/null)
	keeps_handle=cmd/kis-tocsv/charset.c
	each "$keeps_handle" -- "${gcc[@]}" -fanalyzer \
		-Wno-analyzer-malloc-leak '{}' >"$printed"
	mapfile -t others < <(printf '%s\n' "${sources[@]}" |
		grep -vx "$keeps_handle")
	each "${others[@]}" -- "${gcc[@]}" -fanalyzer '{}' >>"$printed"
	report_result 'gcc -fanalyzer'
	each lib/*.c cmd/kis-tocsv/*.c cmd/kis-fetch/*.c cmd/kis-token/*.c -- \
		"${gcc[@]}" -Wconversion -Wno-sign-conversion '{}' >"$printed"
	report_result 'gcc -Wconversion'
fi
if need clang-tidy; then
	# clang-tidy prints warnings to stdout and counts of suppressed warnings
	# to stderr
	each "${sources[@]}" -- sh -c 'clang-tidy --quiet "$@" 2>/dev/null' \
		sh '{}' -- "${options[@]}" >"$printed"
	report_result clang-tidy
fi
if need cppcheck; then
	cppcheck -j "$(nproc)" --quiet --std=c11 --enable=warning,performance,portability \
		-I. -D_GNU_SOURCE "-DKIS_VERSION=\"0\"" lib cmd >"$printed" 2>&1
	report_result cppcheck
fi
exit $bad
