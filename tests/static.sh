#!/bin/bash
# Readers of the sources: gcc -fanalyzer, clang-tidy, cppcheck, scan-build,
# and -Wconversion where foreign bytes are read. Run from the sources' root
# with the compiler's options as arguments; 1 if any has something to say.
#
# What is not listened to, and why, stands in .clang-tidy and in the comments
# here; nothing is switched off in the sources.
set -uo pipefail
options=("$@")
said=$(mktemp "${TMPDIR:-/tmp}/kis-static.XXXXXX") || exit 1
trap 'rm -f "$said"' EXIT
trap 'exit 1' HUP INT TERM
sources=(lib/*.c cmd/*/*.c)
bad=0

told() { # tool: what it wrote is in $said
	if [ -s "$said" ]; then
		cat "$said"
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

# Runs a command on each source, as many at a time as there are processors;
# what it says is printed whole. {} in the command is the source.
each() { # source… -- command…
	local list=()
	while [ "$1" != -- ]; do
		list+=("$1")
		shift
	done
	shift
	# shellcheck disable=SC2016 # for the inner shell
	printf '%s\n' "${list[@]}" | xargs -P "$(nproc)" -I '{}' sh -c '
		said=$("$@" 2>&1)
		[ -z "$said" ] || printf "%s\n" "$said"' sh "$@"
}

# The handle that iconv_open() returns is kept as void * in a struct, which the
# analyzer loses: charset.c alone is read without that one check.
if need gcc; then
	gcc=(gcc "${options[@]}" -O2 -c -o /dev/null)
	keeps_handle=cmd/kis-tocsv/charset.c
	each "$keeps_handle" -- "${gcc[@]}" -fanalyzer \
		-Wno-analyzer-malloc-leak '{}' >"$said"
	mapfile -t others < <(printf '%s\n' "${sources[@]}" |
		grep -vx "$keeps_handle")
	each "${others[@]}" -- "${gcc[@]}" -fanalyzer '{}' >>"$said"
	told 'gcc -fanalyzer'
	each lib/*.c cmd/kis-tocsv/*.c cmd/kis-fetch/*.c cmd/kis-token/*.c -- \
		"${gcc[@]}" -Wconversion -Wno-sign-conversion '{}' >"$said"
	told 'gcc -Wconversion'
fi
if need clang-tidy; then
	# its counts of what it suppressed go to stderr, as its complaints do not
	each "${sources[@]}" -- sh -c 'clang-tidy --quiet "$@" 2>/dev/null' \
		sh '{}' -- "${options[@]}" >"$said"
	told clang-tidy
fi
if need cppcheck; then
	cppcheck --quiet --std=c11 --enable=warning,performance,portability \
		-I. -D_GNU_SOURCE "-DKIS_VERSION=\"0\"" lib cmd >"$said" 2>&1
	told cppcheck
fi
if need scan-build; then
	each "${sources[@]}" -- scan-build --status-bugs clang "${options[@]}" \
		-c -o /dev/null '{}' | grep -E 'warning:|error:' >"$said"
	told scan-build
fi
exit $bad
