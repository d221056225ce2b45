#!/bin/sh
# Runs a fuzz target on its corpus for a bounded time.
#
#	run.sh TARGET NAME [SECONDS]
#
# TARGET is the built program, NAME its corpus below corpus/ (ndjson). With
# SECONDS 0 the corpus alone is run, as CI does first. What is found anew
# goes to a folder of its own, not into the corpus; an input that fails is
# left as crash-* beside where it was run from.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$1 name=$2 seconds=${3:-60}
[ "$seconds" = 0 ] && exec "$target" -runs=0 "$here/corpus/$name"
found=$(mktemp -d "${TMPDIR:-/tmp}/kis-fuzz.XXXXXX")
trap 'rm -rf "$found"' EXIT
trap 'exit 1' HUP INT TERM
"$target" -max_total_time="$seconds" -max_len=1024 -print_final_stats=1 \
	-dict="$here/$name.dict" "$found" "$here/corpus/$name"
