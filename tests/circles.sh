#!/bin/sh
# Prints the cycles of calls between object files: files that call each other,
# directly or through other files. Prints nothing if there are no cycles.
#
#	circles.sh FILE.a|FILE.o ...
#
# A call is a symbol that one file needs and another file defines (nm). tsort(1)
# finds the cycles. Functions of the C library that lib/ replaces are ignored,
# because every file calls malloc().
set -u
if [ $# = 0 ] || [ "$1" = -h ] || [ "$1" = --help ]; then
	echo 'usage: circles.sh FILE.a|FILE.o ...'
	[ $# != 0 ] && exit 0
	exit 64
fi
nm -A -p "$@" | sed 's/^\([^ ]*[:\/]\)*\([^:\/ ]*\.o\): */\2 /' | awk '
	$2 == "U" || $2 == "w" { needs[$1, $3]; next }
	$4 ~ /^(malloc|calloc|realloc|reallocarray|free|aligned_alloc|posix_memalign|fdopen)$/ { next }
	$3 ~ /^[TDBRVW]$/ { defines[$4] = $1 }
	END {
		for (need in needs) {
			split(need, part, SUBSEP)
			other = defines[part[2]]
			if (other && other != part[1])
				print part[1], other
		}
	}' | sort -u | tsort 2>&1 >/dev/null | sed -n 's/^tsort: \(.*\.o\)$/\1/p'
